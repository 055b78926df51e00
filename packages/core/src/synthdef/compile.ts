/// From a definition graph to a module: units become kernels' IR, sample loops are fused, state is laid out, code is emitted.

import { constant } from "../kernel/build.ts";
import { didYouMean } from "../kernel/closest.ts";
import type { KernelTarget } from "../kernel/context.ts";
import type { Expr, Field, Program } from "../kernel/ir.ts";
import type { Rate, Shape } from "../kernel/language.ts";
import { withoutDeadCode } from "../kernel/simplify.ts";
import { type InputSource, inputKinds, Unit } from "../kernel/unit.ts";
import { calledBy } from "../kernel/walk.ts";
import type { UGenRegistry } from "../ugens/registry.ts";
import { emitModule, emitText, laneRefusal, type ModuleOptions } from "../wasm/index.ts";
import { type CompiledDefinition, maximumPages, SynthWord, type Target } from "./abi.ts";
import { busAccessesOf } from "./busaccess.ts";
import { type InputRef, paramCounts, rateNames, type SynthDefGraph } from "./graph-types.ts";
import { layOut } from "./layout.ts";
import { Assembly, type Call, keptName, type UnitShare } from "./segments.ts";
import { withStrayWires } from "./straywires.ts";

/// A definition that cannot be compiled, with SuperCollider's text where it has one.
export class DefinitionError extends Error {
  override readonly name = "DefinitionError";
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/// What `compileGraph` makes before any WebAssembly is emitted: what `heddle explain` shows.
export interface DefinitionPlan {
  readonly graph: SynthDefGraph;
  readonly units: readonly Unit[];
  readonly init: Program;
  readonly run: Program;
  readonly end: Program | null;
  readonly fields: readonly Field[];
  readonly words: number;
  readonly wireCount: number;
  /// By unit, what it brings to `run`; nothing for those that only start.
  readonly shares: readonly (UnitShare | undefined)[];
  /// Units of each fused loop or block step, in order of execution.
  readonly segments: readonly { readonly kind: "block" | "loop" | "process"; readonly units: readonly number[] }[];
}

export function kernelTarget(target: Target): KernelTarget {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(target)) if (typeof value === "number") numbers[name] = value;
  numbers.sink = target.nowhere + target.blockSize * 4;
  return { sampleRate: target.sampleRate, blockSize: target.blockSize, numbers, tables: target.tables };
}

/// The fields that the state of every synth and module begins with.
export function headerFields(count: number) {
  const headerField = (name: keyof typeof SynthWord, type: Field["type"] = "i32", count = 1, word: number = SynthWord[name]): Field => ({
    name,
    type,
    count,
    word,
  });
  const header = {
    nodeId: headerField("nodeId"),
    generator: headerField("generator"),
    sampleOffset: headerField("sampleOffset"),
    subsampleOffset: headerField("subsampleOffset", "f32"),
    localBuffers: headerField("localBuffers"),
    localBufferCount: headerField("localBufferCount"),
    localAudio: headerField("localAudio"),
    localControl: headerField("localControl"),
  };
  const controls = {
    values: { name: "control", type: "f32", count, word: SynthWord.controls } as Field,
    maps: { name: "control.map", type: "i32", count, word: SynthWord.controls + count } as Field,
    buses: { name: "control.bus", type: "i32", count, word: SynthWord.controls + 2 * count } as Field,
  };
  return { header, controls };
}

/// Plans a definition: every unit's code, in order, fused. Throws `DefinitionError` for unknown unit generators and malformed uses.
export function planDefinition(graph: SynthDefGraph, target: Target, registry: UGenRegistry): DefinitionPlan {
  return planUnits(graph, target, registry);
}

/// The same for a synth, or with `call` for a module of a patch. There a `StreamIn` gives the input stream that its `special` numbers, and what is
/// fed to a `StreamOut` goes to the stream of the table that it numbers.
export function planUnits(graph: SynthDefGraph, target: Target, registry: UGenRegistry, call?: Call): DefinitionPlan {
  const kt = kernelTarget(target);
  const { header, controls } = headerFields(graph.params.length);
  const assembly = new Assembly(kt, target, call);
  const units: Unit[] = [];
  withStrayWires(graph).forEach((spec, index) => {
    const ugen = registry.get(spec.name);
    if (!ugen)
      throw new DefinitionError(
        "unknown-ugen",
        `UGen '${spec.name}' not installed.${didYouMean(spec.name, registry.names())} A unit generator of your own is added with --ugens FILE.`,
      );
    const streamIn = call !== undefined && spec.name === streamUnits.in;
    const rates = streamIn
      ? (["ar"] as const)
      : spec.inputs.map((ref): Rate => ("constant" in ref ? "ir" : rateNames[graph.units[ref.unit].outputRates[ref.output] ?? 0]));
    const shape: Shape = {
      rate: rateNames[spec.rate],
      inputs: rates,
      constants: spec.inputs.map((ref) => ("constant" in ref ? ref.constant : undefined)),
      outputs: spec.outputRates.length,
      special: spec.special,
    };
    const kernel = ugen.spec(shape);
    const sources = streamIn
      ? [assembly.stream(spec.special)]
      : spec.inputs.map(
          (ref, i): InputSource => ("constant" in ref ? constantSource(ref.constant) : assembly.source(ref.unit, ref.output, rates[i])),
        );
    const kinds = inputKinds(kernel);
    const needed = kinds.findIndex(
      ([, kind], i) => i >= sources.length && kind.kind !== "many" && kind.default === undefined && kind.kind !== "unit",
    );
    if (needed >= 0)
      throw new DefinitionError(
        "missing-input",
        `${spec.name} (unit ${index} of ${graph.name}) needs the input "${kinds[needed][0]}", but only ${sources.length} inputs are given.`,
      );
    const unit = new Unit(`${spec.name}${index}`, kernel, shape, kt, { header, controls }, sources);
    units.push(unit);
    assembly.add(unit, spec.inputs as InputRef[]);
    if (call && spec.name === streamUnits.out) assembly.toStream(index, spec.special);
  });

  const program = assembly.assemble();
  const fields: Field[] = [...assembly.fields()];
  const words = layOut(fields, SynthWord.controls + 3 * graph.params.length);
  const make = (name: string, body: Program["body"], params: Program["params"] = []): Program => ({
    name,
    params,
    body: withoutDeadCode(body),
  });
  return {
    graph,
    units,
    init: make("init", program.init),
    run: make("run", program.run, call && [call.streams, call.from, call.to]),
    end: program.end.length > 0 ? make("end", program.end) : null,
    fields,
    words,
    wireCount: program.wireCount,
    shares: assembly.shares,
    segments: program.segments,
  };
}

/// Names of the units by which a module's code reaches its streams.
export const streamUnits = { in: "StreamIn", out: "StreamOut" } as const;

export const constantSource = (value: number): InputSource => {
  const e: Expr = constant("f32", value);
  return { rate: "ir", constant: e.op === "const" ? e.value : value, initial: () => e, block: () => e };
};

/// The bytes of a plan's module, for an engine whose memory is shared or not.
export const emitDefinition = (plan: DefinitionPlan, target: Target): Uint8Array<ArrayBuffer> => emitModule(moduleOptions(plan, target));

/// The bytes of the module for packs of four, or undefined when lanes would not pay.
export const emitDefinitionLanes = (run: Program, target: Target): Uint8Array<ArrayBuffer> | undefined =>
  laneRefusal(run) ? undefined : emitModule(targetOptions(target, [{ name: "run", program: run, lanes: "only" }]));

/// Both modules as one, as WebAssembly text; the code for packs where packs may form.
export const definitionText = (plan: DefinitionPlan, target: Target): string => emitText(moduleOptions(plan, target, runsInLanes(plan)));

function moduleOptions(plan: DefinitionPlan, target: Target, lanes = false): ModuleOptions {
  const programs: ModuleOptions["programs"] = [
    { name: "init", program: plan.init },
    { name: "run", program: plan.run, lanes },
  ];
  return targetOptions(target, plan.end ? [...programs, { name: "end", program: plan.end }] : programs);
}

const targetOptions = (target: Target, programs: ModuleOptions["programs"]): ModuleOptions => ({
  memory: { min: 1, max: maximumPages, shared: target.sharedMemory },
  programs,
  scratch: target.scratch,
});

/// Compiles a definition for an engine with `target`.
export function compileDefinition(graph: SynthDefGraph, target: Target, registry: UGenRegistry): CompiledDefinition {
  return compilePlan(planDefinition(graph, target, registry), target);
}

/// The second half of `compileDefinition`: a plan's code.
export function compilePlan(plan: DefinitionPlan, target: Target): CompiledDefinition {
  const { run } = plan;
  const module = new WebAssembly.Module(emitDefinition(plan, target));
  return definitionOf(plan.graph, target, factsOf(plan), module, () => moduleOf(emitDefinitionLanes(run, target)));
}

export const moduleOf = (bytes: Uint8Array<ArrayBuffer> | undefined): WebAssembly.Module | undefined =>
  bytes && new WebAssembly.Module(bytes);

/// What a plan says of its code, as plain data: it depends on nothing but the units and the number of controls.
export type CodeFacts = Pick<CompiledDefinition, "words" | "wireCount" | "independent" | "wideWords" | "hasEnd" | "busAccesses">;

export function factsOf(plan: DefinitionPlan): CodeFacts {
  const independent = isIndependent(plan);
  return {
    words: plan.words,
    wireCount: plan.wireCount,
    independent,
    wideWords: independent
      ? plan.fields.flatMap((field) => (field.type === "f64" ? Array.from({ length: field.count }, (_, i) => field.word + i * 2) : []))
      : [],
    hasEnd: plan.end !== null,
    busAccesses: busAccessesOf(plan.graph, plan.units, (unit, output) => wordOfKept(plan, unit, output)),
  };
}

/// A definition with its own names and initial values around code that others may share.
export function definitionOf(
  graph: SynthDefGraph,
  target: Target,
  facts: CodeFacts,
  module: WebAssembly.Module,
  laneModule: () => WebAssembly.Module | undefined,
): CompiledDefinition {
  const counts = paramCounts(graph);
  return {
    ...facts,
    name: graph.name,
    target,
    controlCount: graph.params.length,
    defaults: Float32Array.from(graph.params),
    controlNames: graph.paramNames.map(({ name, index }, i) => ({ name, index, count: counts[i] })),
    unitCount: graph.units.length,
    module,
    laneModule: facts.independent ? laneModule : undefined,
    usesOffset: graph.units.some((unit) => unit.name === "OffsetOut" || unit.name === "SubsampleOffset"),
  };
}

/// Where `init` keeps a scalar-rate output that `run` needs.
const wordOfKept = ({ fields, units }: DefinitionPlan, unit: number, output: number): number | undefined =>
  fields.find(({ name }) => name === keptName(units[unit], output))?.word;

/// Done actions that reach nobody but the synth itself: none, pause, free.
const ownActions = new Set([0, 1, 2]);

const runsInLanes = (plan: DefinitionPlan): boolean => isIndependent(plan) && !laneRefusal(plan.run);

/// True when four synths may take the same block together: none can notice another.
function isIndependent(plan: DefinitionPlan): boolean {
  const rates = (effect: "reads" | "writes") =>
    new Set(plan.units.filter(({ spec }) => spec[effect] === "bus").map(({ shape }) => shape.rate));
  const written = rates("writes");
  if ([...rates("reads")].some((rate) => written.has(rate))) return false;
  for (const unit of plan.units) {
    // Synths draw from shared generators one after the other.
    if (unit.spec.random || unit.spec.writes === "buffer") return false;
    const action = Object.keys(unit.spec.inputs).indexOf("doneAction");
    if (action >= 0 && !ownActions.has(unit.shape.constants[action] ?? -1)) return false;
  }
  const { hosts } = calledBy(plan.run.body);
  return [...hosts].every(({ name }) => name === "doneAction");
}
