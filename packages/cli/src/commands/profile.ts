/// `heddle profile SCORE`: what a score costs, by definition, unit generator and node, as tables, JSON or a flame graph.
import { writeFileSync } from "node:fs";
import type { Flame, ProfileReport } from "@heddle/node";
import type { Command } from "commander";
import { interruptible } from "../interrupt.ts";
import { loadUGens } from "../modules.ts";

interface Options {
  svg?: string;
  json?: boolean;
  rate: number;
  block: number;
  outputs: number;
  nodes: number;
  memory: number;
  top: number;
  ugens: string[];
}

const list = (value: string, before: string[]): string[] => [...before, value];

export function register(program: Command): void {
  program
    .command("profile")
    .description("what a score costs, by definition, unit generator and node")
    .argument("<score>", "a binary score (.osc)")
    .option("--svg <out>", "draw a flame graph into this file")
    .option("--json", "everything as JSON, times in milliseconds")
    .option("--top <rows>", "rows of each table", Number, 20)
    .option("--rate <hz>", "sample rate", Number, 48000)
    .option("--block <frames>", "block size", Number, 64)
    .option("--outputs <channels>", "channels of the output", Number, 2)
    .option("--nodes <number>", "most nodes at a time", Number, 16384)
    .option("--memory <kB>", "memory for synths", Number, 131072)
    .option("--ugens <module>", "a module that exports unit generators of your own (repeatable)", list, [])
    .action(async (score: string, options: Options) => {
      try {
        await profile(score, options);
      } catch (error) {
        console.error(`heddle profile: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
      }
    });
}

async function profile(score: string, options: Options): Promise<void> {
  const { drawFlame, profileScore } = await import("@heddle/node");
  const ugens = await loadUGens(options.ugens);
  const { rate: sampleRate, block: blockSize, outputs, nodes, memory: memorySize } = options;
  const report = await interruptible((signal) =>
    profileScore({ score, sampleRate, blockSize, outputs, nodes, memorySize, ugens, signal, post: console.error }),
  );
  if (options.svg) writeFileSync(options.svg, drawFlame(flameOf(report), score, milliseconds));
  console.log(options.json ? JSON.stringify(report) : tables(report, options.top));
}

const milliseconds = (time: number): string => `${time.toFixed(1)} ms`;

function flameOf({ total, definitions }: ProfileReport): Flame {
  const parts = definitions.map(({ name, time, units }) => ({
    name,
    value: time,
    parts: units.map(({ unit, time: value }) => ({ name: unit, value })),
  }));
  return { name: "rendering", value: total, parts };
}

function tables({ render, total, synths, definitions, nodes }: ProfileReport, top: number): string {
  const share = (time: number) => `${((100 * time) / synths).toFixed(1)} %`;
  const perBlock = ({ time, blocks }: { time: number; blocks: number }) => `${((1000 * time) / Math.max(1, blocks)).toFixed(2)} us`;
  const units = new Map<string, number>();
  for (const { units: own } of definitions) {
    for (const { unit, time } of own) {
      const name = unit.replace(/ \[\d+\]$/, "");
      units.set(name, (units.get(name) ?? 0) + time);
    }
  }
  return [
    `${render.seconds.toFixed(1)} s of sound in ${milliseconds(total)}, measuring included: synths ${milliseconds(synths)}`,
    table(
      ["definition", "share", "time", "nodes", "per synth and block"],
      definitions.slice(0, top).map((d) => [d.name, share(d.time), milliseconds(d.time), String(d.nodes), perBlock(d)]),
    ),
    table(
      ["unit generator (estimated)", "share", "time"],
      [...units]
        .sort((a, b) => b[1] - a[1])
        .slice(0, top)
        .map(([name, time]) => [name, share(time), milliseconds(time)]),
    ),
    table(
      ["node", "definition", "share", "time", "per block"],
      nodes.slice(0, top).map((n) => [String(n.id), n.definition, share(n.time), milliseconds(n.time), perBlock(n)]),
    ),
  ].join("\n\n");
}

/// Names to the left, figures to the right.
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const isName = (i: number) => titles[i] === "definition" || i === 0;
  return [titles, ...rows]
    .map((row) => row.map((cell, i) => (isName(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}
