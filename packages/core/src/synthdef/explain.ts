/// What a definition became: its units in order, the segments they run in, its state and its cost, in words.
import type { Program } from "../kernel/ir.ts";
import { walkStmts } from "../kernel/walk.ts";
import { SynthWord } from "./abi.ts";
import type { DefinitionPlan } from "./compile.ts";
import { type InputRef, paramCounts, rateNames, type SynthDefGraph } from "./graph-types.ts";

/// Operations of the intermediate representation: an estimate of cost that is the same on every machine.
export interface Cost {
  readonly init: number;
  /// Once per block, outside the sample loops.
  readonly perBlock: number;
  /// In every turn of the sample loops. Both sides of a branch count.
  readonly perSample: number;
}

export function costOf({ init, run }: Pick<DefinitionPlan, "init" | "run">): Cost {
  const loops = run.body.filter((stmt) => stmt.op === "loop");
  const perSample = operations(loops);
  return { init: operations(init.body), perBlock: operations(run.body) - perSample, perSample };
}

const free: ReadonlySet<string> = new Set(["const", "local"]);

function operations(body: Program["body"]): number {
  let count = 0;
  walkStmts(
    body,
    (stmt) => {
      if (stmt.op !== "set") count++;
    },
    (e) => {
      if (!free.has(e.op)) count++;
      if (e.op === "call") count += operations(e.fn.body);
    },
  );
  return count;
}

/// A unit's name with its rate and number: `SinOsc.ar [3]`.
export const unitTitle = (graph: SynthDefGraph, index: number): string =>
  `${graph.units[index].name}.${rateNames[graph.units[index].rate]} [${index}]`;

/// How an input is written: a constant, a control's name, or a unit's number (and output, where there are several).
function inputText(graph: SynthDefGraph, ref: InputRef): string {
  if ("constant" in ref) return `${Math.fround(ref.constant) === ref.constant ? Number(ref.constant.toPrecision(7)) : ref.constant}`;
  const unit = graph.units[ref.unit];
  if (isControl(unit.name)) return controlName(graph, unit.special + ref.output);
  return `[${ref.unit}]${unit.outputRates.length > 1 ? `.${ref.output}` : ""}`;
}

const isControl = (name: string): boolean => ["Control", "TrigControl", "LagControl", "AudioControl"].includes(name);

function controlName(graph: SynthDefGraph, index: number): string {
  const counts = paramCounts(graph);
  const at = graph.paramNames.findIndex((p, i) => index >= p.index && index < p.index + counts[i]);
  if (at < 0) return `control ${index}`;
  const { name, index: first } = graph.paramNames[at];
  return counts[at] > 1 ? `${name}[${index - first}]` : name;
}

/// Buses by number or control, as far as the definition says: `audio 0, 1`.
function busesOf({ graph, units }: DefinitionPlan, what: "reads" | "writes"): string[] {
  return units.flatMap(({ spec, shape }, i) => {
    if (spec[what] !== "bus" || graph.units[i].inputs.length === 0 || graph.units[i].name.startsWith("Local")) return [];
    const skipped = Object.keys(spec.inputs).length - 1;
    const channels = what === "reads" ? shape.outputs : Math.max(1, shape.inputs.length - skipped);
    const first = inputText(graph, graph.units[i].inputs[0]);
    const last = channels > 1 ? (Number.isNaN(Number(first)) ? ` and the next ${channels - 1}` : `-${Number(first) + channels - 1}`) : "";
    return [`${shape.rate === "ar" ? "audio" : "control"} ${first}${last} (${unitTitle(graph, i)})`];
  });
}

const segmentNames = { block: "once per block", loop: "one loop over the samples", process: "a whole block at once" } as const;

/// The whole story, as lines of text.
export function explainDefinition(plan: DefinitionPlan, blockSize: number): string {
  const { graph } = plan;
  const counts = paramCounts(graph);
  const lines: string[] = [`${graph.name}: ${graph.units.length} units, ${graph.params.length} controls`];
  const section = (title: string, rows: readonly string[]) => {
    if (rows.length > 0) lines.push("", title, ...rows.map((row) => `  ${row}`));
  };
  section(
    "Controls",
    graph.paramNames.map(
      ({ name, index }, i) =>
        `${name} = ${graph.params
          .slice(index, index + counts[i])
          .map((x) => Number(x.toPrecision(7)))
          .join(", ")}`,
    ),
  );
  section(
    "Units",
    graph.units.map(
      (unit, i) =>
        `${unitTitle(graph, i)}${unit.special && !isControl(unit.name) ? ` #${unit.special}` : ""} (${unit.inputs.map((ref) => inputText(graph, ref)).join(", ")})`,
    ),
  );
  section(
    "Order of execution",
    plan.segments.map(({ kind, units }, i) => `${i + 1}. ${segmentNames[kind]}: ${units.map((u) => unitTitle(graph, u)).join(", ")}`),
  );
  section("Reads buses", busesOf(plan, "reads"));
  section("Writes buses", busesOf(plan, "writes"));
  const cost = costOf(plan);
  section("Cost", [
    `${cost.perSample} operations per sample, ${cost.perBlock} per block, ${cost.init} when a synth starts`,
    `${(cost.perSample + cost.perBlock / blockSize).toFixed(1)} operations per sample in all, with blocks of ${blockSize}`,
    `${plan.wireCount} wires (${plan.wireCount * blockSize * 4} bytes, shared by all synths)`,
  ]);
  const header = SynthWord.controls + 3 * graph.params.length;
  section(`State: ${plan.words} words, ${plan.words * 4} bytes per synth`, [
    `word 0: header and controls, ${header} words`,
    ...[...plan.fields]
      .sort((a, b) => a.word - b.word)
      .map(({ name, type, count, word }) => `word ${word}: ${name}, ${type}${count > 1 ? ` x ${count}` : ""}`),
  ]);
  return `${lines.join("\n")}\n`;
}
