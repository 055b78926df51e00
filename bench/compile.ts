/// `npm run bench -- compile [--slowest N] [--save]`: what every definition of the repository's scores takes from its graph to its first block of
/// sound. Each is compiled once, as a server would, in one process: the first ones find the compiler cold. Processor time is counted, so that other
/// programs do not matter; what V8 optimises meanwhile in its own threads is in it.
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Engine } from "@heddle/core/engine";
import { isBundle, type OscPacket, readScore } from "@heddle/core/osc";
import { compilePlan, planDefinition, readSynthDefs, type SynthDefGraph } from "@heddle/core/synthdef";
import { builtins } from "@heddle/core/ugens";
import { median, quantile } from "./support/measure.ts";
import { machine, markdownTable, save, table } from "./support/report.ts";

/// The steps in milliseconds: units to one program (parsing, specialising, fusing), the program's bytes through V8, a synth and a block of it.
const steps = ["plan", "code", "start"] as const;
type Timed = { readonly name: string; readonly units: number; readonly total: number } & Readonly<Record<(typeof steps)[number], number>>;

/// Milliseconds for the median definition.
const goal = 3;
const scores = new URL("../test/fixtures/sc/scores/", import.meta.url);

export function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { slowest: { type: "string", default: "15" }, save: { type: "boolean", default: false } },
  });
  const engine = new Engine({ nodes: 64, outputs: 8, inputs: 8 });
  engine.events.enabled = false;
  const timed = [...definitions()].map(([name, graph]) => time(name, graph, engine));
  const totals = timed.map(({ total }) => total);
  const summary = `${timed.length} definitions: median ${median(totals).toFixed(2)} ms (goal ${goal}), 90 % within ${quantile(totals, 0.9).toFixed(2)}, the first ${totals[0].toFixed(1)}`;
  const medians = `medians of the steps: ${steps.map((step) => `${step} ${median(timed.map((each) => each[step])).toFixed(2)}`).join(", ")}`;
  const titles = ["slowest", "units", "total ms", ...steps];
  const rows = [...timed]
    .sort((a, b) => b.total - a.total)
    .slice(0, Number(values.slowest))
    .map(({ name, units, total, ...rest }) => [name, String(units), total, ...steps.map((step) => rest[step])]);
  console.log(`${machine()}\n${summary}\n${medians}\n\n${table(titles, rows)}`);
  if (values.save) save("compile", { data: { timed }, page: `${summary}; ${medians}.\n\n${markdownTable(titles, rows)}`, line: summary });
  return median(totals) <= goal ? 0 : 1;
}

/// Those of the scores whose unit generators all exist, by "score/name".
function* definitions(): Generator<[string, SynthDefGraph]> {
  for (const file of readdirSync(scores)) {
    for (const { bundle } of readScore(readFileSync(new URL(file, scores)))) {
      for (const blob of received(bundle)) {
        for (const graph of readSynthDefs(blob).definitions) {
          if (graph.units.every(({ name }) => builtins.get(name))) yield [`${file.replace(/\.osc$/, "")}/${graph.name}`, graph];
        }
      }
    }
  }
}

/// The files that a packet's `/d_recv` messages carry.
function received(packet: OscPacket): Uint8Array[] {
  if (isBundle(packet)) return packet.packets.flatMap(received);
  const [file] = packet.args;
  return packet.address === "/d_recv" && file instanceof Uint8Array ? [file] : [];
}

function time(name: string, graph: SynthDefGraph, engine: Engine): Timed {
  const start = processorTime();
  const plan = planDefinition(graph, engine.target, builtins);
  const planned = processorTime();
  const compiled = compilePlan(plan, engine.target);
  const coded = processorTime();
  const outcome = engine.definitions.load(compiled) ?? engine.nodes.newSynth(compiled.name, 1000, 0, 0);
  if (outcome !== null) throw new Error(`${name}: ${outcome}`);
  engine.process();
  const end = processorTime();
  engine.nodes.freeAll(0);
  engine.definitions.unload(compiled.name);
  return { name, units: graph.units.length, total: end - start, plan: planned - start, code: coded - planned, start: end - coded };
}

/// In milliseconds, of this process.
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
