/// Definitions written in TypeScript: `synthDef("ping", { freq: 440 }, ({ freq }) => Out.ar(0, SinOsc.ar(freq)))`.
import { addUnit, collectUnits, Signal, type UnitNode } from "../ugens/signal.ts";
import { type InputRef, type RateNumber, rateNames, type SynthDefGraph, type UnitSpec } from "./graph-types.ts";
import { writeSynthDefs } from "./write.ts";

/// A control: its first value or values, and how it is read.
/// - a number or a list of numbers: control rate;
/// - `trig(0)`: one block long; - `scalar(440)`: read once at the start; - `lag(440, 0.1)`: smoothed (60 dB time in seconds); - `audio(0)`: audio rate.
export type ControlSpec = number | readonly number[] | ControlOf;
interface ControlOf {
  readonly rate: "ir" | "tr" | "kr" | "ar";
  readonly value: number | readonly number[];
  readonly lag?: number;
}
export const trig = (value: number | readonly number[] = 0): ControlOf => ({ rate: "tr", value });
export const scalar = (value: number | readonly number[]): ControlOf => ({ rate: "ir", value });
export const audio = (value: number | readonly number[]): ControlOf => ({ rate: "ar", value });
export const lag = (value: number | readonly number[], time: number): ControlOf => ({ rate: "kr", value, lag: time });

/// Controls of a definition: names and first values.
export type ControlSpecs = Readonly<Record<string, ControlSpec>>;

/// A definition that can be sent to a server, compiled or written to a file. Its type knows the names of its controls.
export class SynthDef<Controls extends ControlSpecs = ControlSpecs> {
  constructor(
    readonly graph: SynthDefGraph,
    readonly controls: Controls,
  ) {}
  get name(): string {
    return this.graph.name;
  }
  /// The bytes of a synth definition file (SCgf, version 2), which SuperCollider's server loads too.
  bytes(): Uint8Array {
    return writeSynthDefs([this.graph]);
  }
  /// The same units with other initial values under the name "definition.variant".
  variant(name: string, values: Readonly<Record<string, number | readonly number[]>>): this {
    const all = [...this.graph.params];
    for (const [key, value] of Object.entries(values)) {
      const param = this.graph.paramNames.find((p) => p.name === key);
      if (!param)
        throw new Error(`${this.name} has no control "${key}"; it has ${this.graph.paramNames.map((p) => p.name).join(", ") || "none"}`);
      numbers(value).forEach((v, i) => {
        all[param.index + i] = Math.fround(v);
      });
    }
    this.graph.variants.push({ name: `${this.name}.${name}`, values: all });
    return this;
  }
}

const numbers = (value: number | readonly number[]): readonly number[] => (typeof value === "number" ? [value] : value);

/// In sclang's order: scalar controls first, then triggers, audio-rate, and the others.
const groups = [
  { rate: "ir", unit: "Control", calculation: "ir" },
  { rate: "tr", unit: "TrigControl", calculation: "kr" },
  { rate: "ar", unit: "AudioControl", calculation: "ar" },
  { rate: "kr", unit: "Control", calculation: "kr" },
] as const;

/// Builds a definition. `controls` gives names and first values; the function gets a signal for each and calls unit generators. Throws when
/// a unit generator is misused.
export function synthDef<const C extends ControlSpecs>(
  name: string,
  controls: C,
  body: (controls: { readonly [K in keyof C]: Signal }) => unknown,
): SynthDef<C> {
  if (new TextEncoder().encode(name).length > 255) throw new Error("a definition's name has at most 255 bytes");
  const all = Object.entries(controls).map(([key, spec]) => {
    const of: ControlOf = typeof spec === "object" && "rate" in spec ? spec : { rate: "kr", value: spec as number | readonly number[] };
    return { key, ...of, values: numbers(of.value), index: 0 };
  });
  const params: number[] = [];
  const signals: Record<string, Signal> = {};
  const units = collectUnits(() => {
    for (const group of groups) {
      const members = all.filter((c) => c.rate === group.rate);
      if (members.length === 0) continue;
      const first = params.length;
      for (const member of members) {
        member.index = params.length;
        params.push(...member.values.map(Math.fround));
      }
      const lags = members.flatMap((m) => m.values.map(() => m.lag ?? 0));
      const lagged = lags.some((l) => l !== 0);
      const made = addUnit({
        name: lagged ? "LagControl" : group.unit,
        rate: group.calculation,
        inputs: lagged ? lags : [],
        outputs: lags.map(() => group.calculation),
        special: first,
        pure: false,
      });
      for (const member of members) {
        const at = member.index - first;
        const own = member.values.map((_, i) => made.at(at + i));
        signals[member.key] = own.length === 1 ? own[0] : new Signal(own);
      }
    }
    body(signals as { [K in keyof C]: Signal });
  });
  return new SynthDef(graphOf(name, params, all, units), controls);
}

function graphOf(
  name: string,
  params: number[],
  controls: readonly { key: string; index: number }[],
  units: readonly UnitNode[],
): SynthDefGraph {
  const kept = withoutUnused(units);
  const indexOf = new Map(kept.map((unit, i) => [unit, i]));
  const constants = new Map<number, number>();
  const input = (channel: UnitNode["inputs"][number]): InputRef => {
    if (typeof channel !== "number") {
      const unit = indexOf.get(channel.unit);
      if (unit === undefined)
        throw new Error(
          `${name} uses a signal of another definition (${channel.unit.name}); signals live only inside the function that makes them`,
        );
      return { unit, output: channel.output };
    }
    const value = Math.fround(channel);
    if (!constants.has(value)) constants.set(value, constants.size);
    return { constant: value };
  };
  const rateNumber = (rate: (typeof rateNames)[number]) => rateNames.indexOf(rate) as RateNumber;
  const specs = kept.map(
    (unit): UnitSpec => ({
      name: unit.name,
      rate: rateNumber(unit.rate),
      inputs: unit.inputs.map(input),
      outputRates: unit.outputs.map(rateNumber),
      special: unit.special,
    }),
  );
  return {
    name,
    constants: [...constants.keys()],
    params,
    paramNames: controls.map(({ key, index }) => ({ name: key, index })),
    units: specs,
    variants: [],
  };
}

/// Leaves out units without effect that nobody reads, and then those that only they read.
function withoutUnused(units: readonly UnitNode[]): UnitNode[] {
  const used = new Set<UnitNode>();
  for (let i = units.length - 1; i >= 0; i--) {
    const unit = units[i];
    if (unit.pure && !used.has(unit)) continue;
    used.add(unit);
    for (const channel of unit.inputs) if (typeof channel !== "number") used.add(channel.unit);
  }
  return units.filter((unit) => used.has(unit));
}
