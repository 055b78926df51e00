/// Definitions that put one unit generator to work: every rate of it, fed at every rate.
import type { InputSpec, Rate } from "../../packages/core/src/kernel/language.ts";
import { inputKinds } from "../../packages/core/src/kernel/unit.ts";
import type { InputRef, RateNumber, SynthDefGraph, UnitSpec } from "../../packages/core/src/synthdef/graph-types.ts";
import { binaryOperators, unaryOperators } from "../../packages/core/src/ugens/operators.ts";
import type { UGen } from "../../packages/core/src/ugens/registry.ts";
import { busPlan, sharedBuffer } from "./synth-machine.ts";

/// Rates of the first input and of the others.
export type Feeding = readonly [first: Source, others: Source];
export type Source = "audio" | "control" | "scalar" | "constant";

export const feedings: Readonly<Record<Rate, readonly Feeding[]>> = {
  ar: [
    ["audio", "audio"],
    ["control", "control"],
    ["scalar", "scalar"],
    ["constant", "constant"],
    ["audio", "control"],
    ["control", "audio"],
    ["audio", "constant"],
  ],
  kr: [
    ["control", "control"],
    ["audio", "audio"],
    ["scalar", "scalar"],
    ["constant", "constant"],
    ["control", "constant"],
  ],
  ir: [
    ["scalar", "scalar"],
    ["constant", "constant"],
  ],
  dr: [
    ["audio", "audio"],
    ["control", "control"],
    ["scalar", "scalar"],
    ["constant", "constant"],
  ],
};

/// What an input is given where its default does not serve: a number around which the stimulus moves; `fixed`: the same for the whole life of the
/// synth, since nothing sensible moves there; `own`: each synth's own sample buffer; `list`: constants; `unit`: the unit that the flag is asked of.
type Given =
  | number
  | { readonly fixed: number }
  | { readonly own: "buffer" }
  | { readonly list: readonly number[] }
  | { readonly unit: UnitSpec };

const line: UnitSpec = { name: "Line", rate: 1, inputs: [0, 1, 0.0002, 0].map((constant) => ({ constant })), outputRates: [1], special: 0 };

const byInput: Readonly<Record<string, Given>> = {
  bus: { fixed: busPlan.shared },
  buffer: { own: "buffer" },
  bufnum: { own: "buffer" },
  buf: { own: "buffer" },
  chain: { own: "buffer" },
  chainA: { own: "buffer" },
  // Two frames must not be one: the second lies in a buffer that nobody else writes.
  chainB: { fixed: sharedBuffer },
  src: { unit: line },
  doneAction: { fixed: 2 },
  maxdelaytime: { fixed: 0.002 },
  delaytime: 0.001,
  lagTime: 0.001,
  lagTimeU: 0.001,
  lagTimeD: 0.0005,
  decayTime: 0.001,
  attackTime: 0.0005,
  releaseTime: 0.0005,
  dur: 0.0005,
  freq: 3000,
  density: 8000,
  maxSize: { fixed: 64 },
};

const byUnit: Readonly<Record<string, Readonly<Record<string, Given>>>> = {
  EnvGen: { envelope: { list: [0, 3, 1, -99, 1, 0.0002, 1, 0, 0.5, 0.0004, 2, 0, 0.25, 0.0003, 5, -4, 0, 0.0005, 3, 0] } },
  IEnvGen: { numStages: { fixed: 2 }, stages: { list: [0.5, 1, 1, 0, 0.5, 3, 5, -2] } },
  FFT: { hop: { fixed: 0.5 }, winsize: { fixed: 0 }, wintype: { fixed: 0 } },
  IFFT: { winsize: { fixed: 0 }, wintype: { fixed: 0 } },
  FFTTrigger: { hop: { fixed: 0.5 }, polar: { fixed: 0 } },
  Dwrand: { size: { fixed: 3 }, lists: { list: [1, 2, 3, 0.2, 0.5, 0.3] } },
  // Every sample goes through the whole kernel, which must be longer than a block.
  Convolution3: { framesize: { fixed: 256 } },
  Dconst: { sum: 5, in: 1 },
  LFGauss: { duration: 0.001 },
  Median: { length: { fixed: 5 } },
  RandSeed: { seed: { fixed: 7 } },
  RandID: { id: { fixed: 5 } },
  PSinGrain: { dur: { fixed: 0.001 } },
};

/// How many inputs a list gets.
const listLength = 3;
const rateNumbers: Readonly<Record<Rate, RateNumber>> = { ir: 0, kr: 1, ar: 2, dr: 3 };

export interface FedUnit {
  readonly graph: SynthDefGraph;
  readonly controls: (lane: number) => readonly number[];
  /// What each input bus moves around.
  readonly centres: readonly number[];
}

/// Rates in which a unit generator comes.
export const ratesOf = (ugen: UGen): Rate[] => (ugen.face.rates ?? "ar kr").split(" ") as Rate[];

const operatorCounts: Readonly<Record<string, number>> = { UnaryOpUGen: unaryOperators.length, BinaryOpUGen: binaryOperators.length };
/// The unit generators that are many in one.
export const operators = Object.keys(operatorCounts);
/// Special indices of the operators; 0 for everything else.
export const specialsOf = (ugen: UGen): number[] => Array.from({ length: operatorCounts[ugen.name] ?? 1 }, (_, special) => special);

/// A definition in which `ugen` runs at `rate`, its inputs fed as `feeding` says, and is heard on the buses of its lane.
/// With `steady`, inputs that are read once per block are constants.
export function feed(ugen: UGen, rate: Rate, [first, others]: Feeding, special: number, steady = false): FedUnit {
  const units: UnitSpec[] = [{ name: "Control", rate: 0, inputs: [], outputRates: [], special: 0 }];
  const controls: ((lane: number) => number)[] = [];
  const centres: number[] = [];
  const add = (unit: UnitSpec): InputRef => ({ unit: units.push(unit) - 1, output: 0 });
  const control = (value: (lane: number) => number): InputRef => {
    units[0].outputRates.push(0);
    return { unit: 0, output: controls.push(value) - 1 };
  };
  const fromBus = (centre: number, number: 1 | 2): InputRef => {
    const input = centres.push(centre) - 1;
    return add({ name: "In", rate: number, inputs: [control((lane) => busPlan.input(lane, input))], outputRates: [number], special: 0 });
  };
  const sourceOf = (source: Source, centre: number): InputRef => {
    if (source === "audio") return fromBus(centre, 2);
    if (source === "control") return fromBus(centre, 1);
    if (source === "scalar") return control((lane) => centre * (1 + lane / 8));
    return { constant: centre };
  };
  const refsOf = (name: string, spec: InputSpec, source: Source): InputRef[] => {
    const given = byUnit[ugen.name]?.[name] ?? byInput[name] ?? spec.default ?? (spec.kind === "many" ? 1 : 0);
    if (typeof given === "number") {
      const centre = Number.isFinite(given) ? given : 100;
      const once = spec.kind === "perBlock" || spec.kind === "atInit";
      const how = steady && once ? "constant" : spec.kind === "atInit" && source !== "constant" ? "scalar" : source;
      return Array.from({ length: spec.kind === "many" ? listLength : 1 }, () => sourceOf(how, centre));
    }
    if ("fixed" in given) return [source === "constant" ? { constant: given.fixed } : control(() => given.fixed)];
    if ("own" in given) return [control((lane) => lane)];
    if ("list" in given) return given.list.map((constant) => ({ constant }));
    return [add({ ...given.unit })];
  };

  const inputs = inputKinds(ugen.face).flatMap(([name, spec], i) => refsOf(name, spec, i === 0 ? first : others));
  const outputs = typeof ugen.face.outputs === "string" ? 2 : (ugen.face.outputs ?? 1);
  const number = rateNumbers[rate];
  const under = add({ name: ugen.name, rate: number, inputs, outputRates: Array(outputs).fill(number), special }) as { unit: number };
  const heard = control((lane) => busPlan.output(lane));
  const results = Array.from(
    { length: Math.min(outputs, busPlan.outputsPerLane) },
    (_, output): InputRef => ({ unit: under.unit, output }),
  );
  if (rate === "dr") {
    // One consumer pulls at its own pace, five frames or half a block apart.
    const heardAt: 1 | 2 = first === "control" ? 1 : 2;
    const pace = heardAt === 2 ? 5 / 48000 : 0.001;
    const duty: InputRef[] = [{ constant: pace }, { constant: 0 }, { constant: 0 }, results[0]];
    add({
      name: "Out",
      rate: heardAt,
      inputs: [heard, add({ name: "Duty", rate: heardAt, inputs: duty, outputRates: [heardAt], special: 0 })],
      outputRates: [],
      special: 0,
    });
  } else if (outputs > 0) {
    add({ name: "Out", rate: rate === "ar" ? 2 : 1, inputs: [heard, ...results], outputRates: [], special: 0 });
  }
  const graph: SynthDefGraph = {
    name: `${ugen.name}.${rate}`,
    constants: [],
    params: controls.map((value) => value(0)),
    paramNames: controls.map((_, index) => ({ name: `p${index}`, index })),
    units,
    variants: [],
  };
  return { graph, controls: (lane) => controls.map((value) => Math.fround(value(lane))), centres };
}
