/// A definition as a list of units, each fed by constants and by outputs of units before it: what SCgf files hold and what the compiler takes.

/// Calculation rates by their number in files: scalar (`ir`), control (`kr`), audio (`ar`), demand (`dr`).
export type RateNumber = 0 | 1 | 2 | 3;
export const rateNames = ["ir", "kr", "ar", "dr"] as const;

/// What feeds an input: a value, or output `output` of unit `unit`, which comes earlier in the list.
/// `index` says which of several equal constants of the file it was (sclang keeps those apart that only differ in 64 bits).
export type InputRef = { readonly constant: number; readonly index?: number } | { readonly unit: number; readonly output: number };

export interface UnitSpec {
  /// Class name, e.g. `SinOsc`.
  name: string;
  rate: RateNumber;
  inputs: InputRef[];
  /// One rate per output.
  outputRates: RateNumber[];
  /// Operator number of BinaryOpUGen and UnaryOpUGen, first control of control units, otherwise 0.
  special: number;
}

export interface SynthDefGraph {
  name: string;
  /// The file's table of constants, f32 values in order. Inputs carry their values, so only the writer looks at it: to keep the order.
  constants: number[];
  /// Initial values of the controls, f32.
  params: number[];
  /// Index of each name's first control; a name reaches to the next larger index.
  paramNames: { name: string; index: number }[];
  /// In order of execution.
  units: UnitSpec[];
  /// Complete replacements of `params`. `name` is the full one, "definition.variant".
  variants: { name: string; values: number[] }[];
}

/// Units whose outputs are the controls from `special` on.
export const controlUnits: ReadonlySet<string> = new Set(["Control", "TrigControl", "LagControl", "AudioControl"]);

/// The number of controls under each name, in the order of `paramNames`.
export function paramCounts({ params, paramNames }: Pick<SynthDefGraph, "params" | "paramNames">): number[] {
  const starts = [...new Set(paramNames.map(({ index }) => index))].sort((a, b) => a - b);
  const ends = new Map(starts.map((start, k) => [start, starts[k + 1] ?? params.length]));
  return paramNames.map(({ index }) => ends.get(index)! - index);
}
