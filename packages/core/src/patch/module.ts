/// Kinds of modules: what a patch is made of. A type says which streams go in and out and what runs in between.
///
/// - `unitModule(SinOsc, { freq: 440 })`: one unit generator, built in or one's own.
/// - `bodyModule("voice", { freq: 440 }, ({ freq }) => SinOsc.ar(freq).mul(0.1))`: several, compiled together.
/// - `definitionModule(def)`: a synth definition; its audio-rate controls are inputs, what it gives to `Out.ar` are its outputs.
/// - `deferredModule(...)`, `delayModule(n)`: modules that may stand in a cycle.
/// - `scriptModule(...)`: plain TypeScript, for trying things out.
/// - `virtualModule("name", 2)`: passes streams on by name and costs nothing.
import type { InputRecord, InputSpec, InputValues, StateRecord, StateValues, SystemContext, Used, Uses } from "../kernel/language.ts";
import { type SynthDef, synthDef } from "../synthdef/builder.ts";
import { streamUnits } from "../synthdef/compile.ts";
import type { InputRef, SynthDefGraph } from "../synthdef/graph-types.ts";
import type { UGen } from "../ugens/registry.ts";
import { type Sig, type Signal, signalOf } from "../ugens/signal.ts";
import type { ScriptModule } from "./script.ts";
import { streamInput, streamOutput } from "./streams.ts";

export interface InputPort {
  readonly name: string;
  /// Takes any number of connections and hears their sum, folded in the order in which they were made. Otherwise one connection at most.
  readonly joint: boolean;
  /// What an unconnected input hears.
  readonly value: number;
}

/// What runs in a module.
export type ModuleCode =
  | { readonly kind: "units"; readonly graph: SynthDefGraph; readonly own: readonly UGen[] }
  | { readonly kind: "deferred"; readonly kernel: AnyDeferredKernel }
  | { readonly kind: "script"; readonly make: () => ScriptModule }
  | { readonly kind: "virtual" };

export interface ModuleType<In extends string = string, Out extends string = string> {
  readonly name: string;
  readonly inputs: readonly (InputPort & { readonly name: In })[];
  readonly outputs: readonly Out[];
  readonly code: ModuleCode;
  /// Ticks by which its outputs lag behind its inputs: paths beside it are delayed as much.
  readonly latency?: number;
  /// Look-ahead: it gives n ticks before it has heard the matching n. What closes a cycle must be of this kind.
  readonly deferred?: { readonly n: number; readonly mode: "fixed" | "variable" };
  /// Runs although nobody reads it: it does something besides its outputs.
  readonly pinned?: boolean;
  readonly cost?: "cheap" | "normal" | "expensive";
}

/// Facts about a module that its code does not tell.
export interface ModuleTraits {
  readonly latency?: number;
  readonly pinned?: boolean;
  readonly cost?: ModuleType["cost"];
  /// Unit generators besides the built-in ones that a body calls.
  readonly own?: readonly UGen[];
  /// Inputs that take several connections; by default those of a single unit that have no default value.
  readonly joint?: readonly string[];
}

const effectful = new Set([
  "Out",
  "ReplaceOut",
  "XOut",
  "OffsetOut",
  "LocalOut",
  "SendTrig",
  "SendReply",
  "Poll",
  "RecordBuf",
  "BufWr",
  "DiskOut",
]);
const hasEffect = (graph: SynthDefGraph): boolean => graph.units.some(({ name }) => effectful.has(name));

/// Several unit generators as one module: inputs with the values they have unconnected, and a function that gives the output or the outputs.
export function bodyModule<const I extends Readonly<Record<string, number>>, R extends Sig | readonly Sig[] | undefined>(
  name: string,
  inputs: I,
  // biome-ignore lint/suspicious/noConfusingVoidType: a body that only writes to buses returns nothing
  body: (inputs: { readonly [K in keyof I]: Signal }) => R | void,
  traits: ModuleTraits = {},
): ModuleType<keyof I & string, `out${number}`> {
  const names = portOrder(Object.keys(inputs), traits.joint ?? []) as (keyof I & string)[];
  let outputs = 0;
  const { graph } = synthDef(name, {}, () => {
    const signals = Object.fromEntries(names.map((key, k) => [key, streamInput(k)])) as { [K in keyof I]: Signal };
    const result = body(signals);
    if (result === undefined) return;
    for (const channel of signalOf(result as Sig)) streamOutput(channel, names.length + outputs++);
  });
  return {
    name,
    inputs: names.map((key) => ({ name: key, joint: traits.joint?.includes(key) ?? false, value: inputs[key] })),
    outputs: Array.from({ length: outputs }, (_, k) => `out${k}` as const),
    code: { kind: "units", graph, own: traits.own ?? [] },
    ...traitsOf(traits),
    pinned: traits.pinned ?? hasEffect(graph),
  };
}

/// Single inputs come before joint ones, as ports are numbered.
const portOrder = (names: readonly string[], joint: readonly string[]): string[] => [
  ...names.filter((name) => !joint.includes(name)),
  ...names.filter((name) => joint.includes(name)),
];

const traitsOf = ({ latency, cost }: ModuleTraits) => ({
  ...(latency === undefined ? {} : { latency }),
  ...(cost === undefined ? {} : { cost }),
});

/// A unit generator with a call at audio rate.
type AudioUnit = UGen & { readonly ar: (named: never) => Signal };

/// One unit generator. Numbers are what an input hears until it is connected; inputs that are read once (buffer numbers, lengths, done actions) and
/// lists given as arrays stay as they are given. `channels` is the number of outputs of units that leave it to the caller.
export function unitModule(
  unit: AudioUnit,
  values: Readonly<Record<string, number | readonly number[]>> = {},
  traits: ModuleTraits = {},
): ModuleType {
  const specs = Object.entries(unit.face.inputs as Record<string, number | InputSpec>).map(([key, s]): [string, InputSpec] => [
    key,
    typeof s === "number" ? { kind: "perSample", default: s } : s,
  ]);
  const known = [...specs.map(([key]) => key), "channels"];
  const strange = Object.keys(values).find((key) => !known.includes(key));
  if (strange !== undefined) throw new Error(`${unit.name} has no input "${strange}"; it has ${known.slice(0, -1).join(", ") || "none"}`);
  const streams: Record<string, number> = {};
  const required: string[] = [];
  const fixed: Record<string, number | readonly number[]> = {};
  let listed: readonly string[] | undefined;
  let list: string | undefined;
  for (const [key, spec] of specs) {
    const given = values[key];
    if (spec.kind === "many") {
      list = key;
      if (Array.isArray(given)) fixed[key] = given;
      else {
        // A number says how many channels there are to connect.
        listed = Array.from({ length: typeof given === "number" ? given : 1 }, (_, k) => `${key}${k}`);
        for (const name of listed) streams[name] = 0;
        required.push(...listed);
      }
    } else if ((spec.kind === "perSample" || spec.kind === "ramp") && !Array.isArray(given)) {
      streams[key] = (given as number | undefined) ?? spec.default ?? 0;
      if (spec.default === undefined) required.push(key);
    } else if (given !== undefined) fixed[key] = given;
  }
  if (values.channels !== undefined && unit.face.outputs !== undefined && typeof unit.face.outputs === "string")
    fixed.channels = values.channels;
  const call = unit.ar as unknown as (named: Record<string, unknown>) => Signal;
  if (!call) throw new Error(`${unit.name} has no audio-rate form; a module is made of one`);
  return bodyModule(
    unit.name,
    streams,
    (signals: Readonly<Record<string, Signal>>) => {
      const named: Record<string, unknown> = { ...fixed };
      for (const key of Object.keys(streams)) if (!listed?.includes(key)) named[key] = signals[key];
      if (listed && list) named[list] = listed.map((name) => signals[name]);
      const result = call(named);
      return unit.face.outputs === 0 ? undefined : result;
    },
    { joint: required, own: [unit], pinned: Boolean(unit.face.effect), ...traits },
  );
}

/// A synth definition as a module: audio-rate controls are its inputs by name, and each channel given to an `Out.ar` is an output instead of going
/// to a bus. Other units reach buses as they do in synths. Control-rate controls keep their values and are changed by `set`.
export function definitionModule(definition: Pick<SynthDef, "graph">, traits: ModuleTraits = {}): ModuleType {
  const { graph } = definition;
  const names = new Map(graph.paramNames.map(({ name, index }) => [index, name]));
  const audio = graph.units.flatMap((unit, index) => (unit.name === "AudioControl" ? [{ unit, index }] : []));
  const ports = audio.flatMap(({ unit, index }) =>
    unit.outputRates.map((_, output) => ({ index, output, param: unit.special + output, name: names.get(unit.special + output) })),
  );
  const inputs = ports.map(({ param, name }, k) => ({ name: name ?? `in${k}`, joint: true, value: graph.params[param] }));
  const streamAt = new Map(ports.map(({ index, output }, k) => [`${index}.${output}`, k]));
  // Stream units come first; every other unit moves up by their number.
  const moved = (ref: InputRef): InputRef => {
    if ("constant" in ref) return ref;
    const stream = streamAt.get(`${ref.unit}.${ref.output}`);
    return stream === undefined ? { unit: place[ref.unit], output: ref.output } : { unit: stream, output: 0 };
  };
  const place: number[] = [];
  const units: SynthDefGraph["units"] = ports.map((_, k) => ({ name: streamUnits.in, rate: 2, inputs: [], outputRates: [2], special: k }));
  let outputs = 0;
  graph.units.forEach((unit, index) => {
    if (unit.name === "AudioControl") return;
    if (unit.name === "Out" && unit.rate === 2) {
      for (const channel of unit.inputs.slice(1)) {
        units.push({ name: streamUnits.out, rate: 2, inputs: [moved(channel)], outputRates: [2], special: ports.length + outputs++ });
      }
      return;
    }
    place[index] = units.length;
    units.push({ ...unit, inputs: unit.inputs.map(moved) });
  });
  const moduleGraph: SynthDefGraph = { ...graph, units, variants: [] };
  return {
    name: graph.name,
    inputs,
    outputs: Array.from({ length: outputs }, (_, k) => `out${k}`),
    code: { kind: "units", graph: moduleGraph, own: traits.own ?? [] },
    ...traitsOf(traits),
    pinned: traits.pinned ?? hasEffect(moduleGraph),
  };
}

/// The two halves of a deferred module: `emit` gives the outputs of one tick, `absorb` takes the inputs of one tick, and the first runs up to `n`
/// ticks ahead of the second. Both are kernels and share the state; what one half assigns the other may only read from arrays and memory.
export interface DeferredKernel<I extends InputRecord, S extends StateRecord, U extends Uses> {
  readonly inputs: I;
  readonly outputs: number;
  readonly state: S;
  readonly uses?: U;
  init?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): void;
  emit(x: InputValues<I>, s: StateValues<S>, b: undefined, c: SystemContext & Used<U>): number | readonly number[];
  absorb(x: InputValues<I>, s: StateValues<S>, b: undefined, c: SystemContext & Used<U>): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the erased form, used by the compiler only
export type AnyDeferredKernel = DeferredKernel<any, any, any>;

/// Names of the inputs that are streams: `atInit` ones are constants of the kernel.
type StreamNames<I> = { [K in keyof I]: I[K] extends { kind: "atInit" } ? never : K }[keyof I] & string;

/// A module of one's own that may close a cycle. `n` is its look-ahead in ticks, 1 or more; `variable` promises n as the least of one that moves.
export function deferredModule<const I extends InputRecord, const S extends StateRecord, U extends Uses = Record<never, never>>(
  name: string,
  deferred: { readonly n: number; readonly mode?: "fixed" | "variable" },
  kernel: DeferredKernel<I, S, U>,
): ModuleType<StreamNames<I>, "out0"> {
  return {
    name,
    inputs: streamsOf(kernel.inputs).map(([key, value]) => ({ name: key as StreamNames<I>, joint: false, value })),
    outputs: Array.from({ length: kernel.outputs }, (_, k) => `out${k}` as "out0"),
    code: { kind: "deferred", kernel: kernel as AnyDeferredKernel },
    deferred: { n: deferred.n, mode: deferred.mode ?? "fixed" },
  };
}

/// The inputs of a kernel that are streams, with their values while unconnected.
export const streamsOf = (inputs: InputRecord): [string, number][] =>
  Object.entries(inputs).flatMap(([key, s]): [string, number][] =>
    typeof s === "number" ? [[key, s]] : s.kind === "atInit" ? [] : [[key, s.default ?? 0]],
  );

/// Plain TypeScript as a module.
export function scriptModule<const In extends string, const Out extends string>(
  name: string,
  ports: { readonly inputs?: readonly In[]; readonly joint?: readonly NoInfer<In>[]; readonly outputs?: readonly Out[] },
  make: () => ScriptModule,
  traits: Pick<ModuleType, "latency" | "deferred" | "pinned" | "cost"> = {},
): ModuleType<In, Out> {
  const names = portOrder(ports.inputs ?? [], ports.joint ?? []) as In[];
  return {
    name,
    inputs: names.map((key) => ({ name: key, joint: ports.joint?.includes(key) ?? false, value: 0 })),
    outputs: ports.outputs ?? [],
    code: { kind: "script", make },
    ...traits,
  };
}

/// A module that is only names: output k is whatever feeds input k.
export function virtualModule(name: string, streams: number): ModuleType<`in${number}`, `out${number}`> {
  return {
    name,
    inputs: Array.from({ length: streams }, (_, k) => ({ name: `in${k}` as const, joint: false, value: 0 })),
    outputs: Array.from({ length: streams }, (_, k) => `out${k}` as const),
    code: { kind: "virtual" },
  };
}
