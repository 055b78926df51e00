/// `heddle explain`: what a definition becomes - order, segments, state, cost - as text, WebAssembly text or a drawing.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { SynthDefGraph } from "@heddle/core/synthdef";
import type { Command } from "commander";

/// Larger files are not read.
const maxBytes = 64 * 2 ** 20;

interface Options {
  wat?: boolean;
  svg?: string;
  block: string;
}

export function register(program: Command): void {
  program
    .command("explain")
    .description("units, order, segments, state and cost of a definition")
    .argument("<file>", ".scsyndef file, or a module that exports definitions")
    .argument("[name]", "one definition of several")
    .option("--wat", "print its code as WebAssembly text")
    .option("--svg <out>", "draw it into this file, - for standard output")
    .option("--block <frames>", "frames per block", "64")
    .action(async (file: string, name: string | undefined, options: Options) => {
      try {
        await explain(file, name, options);
      } catch (error) {
        console.error(`heddle explain: ${file}: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    });
}

async function explain(file: string, name: string | undefined, options: Options): Promise<void> {
  const all = /\.[cm]?[jt]s$/.test(file) ? await exportedDefinitions(file) : await readDefinitions(file);
  const names = all.map((graph) => graph.name).join(", ");
  const chosen = name === undefined ? all : all.filter((graph) => graph.name === name);
  if (chosen.length === 0)
    throw new Error(name === undefined ? "it holds no definition" : `no definition "${name}"; it holds ${names || "none"}`);
  if (options.svg && chosen.length > 1) throw new Error(`a drawing shows one definition: name one of ${names}`);
  const { Engine } = await import("@heddle/core/engine");
  const { definitionText, drawDefinition, explainDefinition, planDefinition } = await import("@heddle/core/synthdef");
  const { builtins } = await import("@heddle/core/ugens");
  const blockSize = Number(options.block);
  const { target } = new Engine({ blockSize });
  for (const graph of chosen) {
    const plan = planDefinition(graph, target, builtins);
    if (options.wat) process.stdout.write(definitionText(plan, target));
    else if (options.svg !== "-") process.stdout.write(explainDefinition(plan, blockSize));
    if (options.svg === "-") process.stdout.write(drawDefinition(plan));
    else if (options.svg) writeFileSync(options.svg, drawDefinition(plan));
  }
}

async function readDefinitions(file: string): Promise<SynthDefGraph[]> {
  const { readSynthDefs } = await import("@heddle/core/synthdef");
  const { size } = statSync(file);
  if (size > maxBytes) throw new Error(`it has ${size} bytes, at most ${maxBytes} are read`);
  return [...readSynthDefs(readFileSync(file)).definitions];
}

async function exportedDefinitions(file: string): Promise<SynthDefGraph[]> {
  const { loadModule } = await import("../modules.ts");
  const { SynthDef } = await import("@heddle/core/synthdef");
  return Object.values(await loadModule(file)).flatMap((value) => (value instanceof SynthDef ? [value.graph] : []));
}
