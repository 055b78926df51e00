/// The buses that a definition's synths touch, as expressions over their controls: what auto groups order by and what the order check looks at.
import type { Unit } from "../kernel/unit.ts";
import { type InputRef, rateNames, type SynthDefGraph, type UnitSpec } from "./graph-types.ts";

/// How a unit uses buses: `in` hears what was written before it in the block, `inTrig` likewise for control buses that are set for a block, and
/// `inFeedback` also what the block before left; `out` adds, `replaceOut` overwrites, `xOut` reads and overwrites.
export type BusAccessKind = "in" | "inTrig" | "inFeedback" | "out" | "replaceOut" | "xOut";

/// offset + sum of factor * control: the number of a bus before it is cut to an integer.
export interface BusExpression {
  readonly offset: number;
  readonly terms: readonly { readonly control: number; readonly factor: number }[];
}

/// Where a unit's first bus comes from. Neither an expression nor a kept value: it is computed in the block, and only the synth's own code knows.
export interface BusIndex {
  readonly expression?: BusExpression;
  /// Word of the state that holds the value since the synth was constructed (a scalar-rate input); the expression counts until then.
  readonly kept?: number;
}

/// One unit's use of `channels` consecutive buses. Private buses (LocalIn, LocalOut) are not among them: they order nothing.
export interface BusAccess {
  readonly kind: BusAccessKind;
  readonly rate: "ar" | "kr";
  readonly channels: number;
  readonly bus: BusIndex;
}

/// Units that do something other than their declared effect says.
const kinds: Readonly<Record<string, BusAccessKind>> = { InTrig: "inTrig", ReplaceOut: "replaceOut", XOut: "xOut" };

/// Accesses in the order in which a synth makes them. `wordOf` finds the state word in which a scalar-rate output is kept.
export function busAccessesOf(
  graph: SynthDefGraph,
  units: readonly Unit[],
  wordOf: (unit: number, output: number) => number | undefined,
): BusAccess[] {
  const accesses: BusAccess[] = [];
  const forms = linearForms(graph);
  units.forEach(({ spec, shape }, i) => {
    if (spec.reads !== "bus" && spec.writes !== "bus") return;
    const names = Object.keys(spec.inputs);
    const at = names.indexOf("bus");
    const { name, inputs } = graph.units[i];
    if (at < 0 || at >= inputs.length || (shape.rate !== "ar" && shape.rate !== "kr")) return;
    const reads = spec.reads === "bus";
    const channels = reads ? shape.outputs : Math.max(0, inputs.length - names.length + 1);
    const kind = kinds[name] ?? (reads ? (spec.deferred ? "inFeedback" : "in") : "out");
    accesses.push({ kind, rate: shape.rate, channels, bus: indexOf(graph, inputs[at], forms, wordOf) });
  });
  return accesses;
}

type Forms = readonly (readonly (BusExpression | undefined)[])[];

function indexOf(
  graph: SynthDefGraph,
  ref: InputRef,
  forms: Forms,
  wordOf: (unit: number, output: number) => number | undefined,
): BusIndex {
  const expression = formOf(ref, forms);
  if ("constant" in ref || rateNames[graph.units[ref.unit].outputRates[ref.output]] !== "ir") return { expression };
  return { expression, kept: wordOf(ref.unit, ref.output) };
}

const formOf = (ref: InputRef, forms: Forms): BusExpression | undefined =>
  "constant" in ref ? { offset: ref.constant, terms: [] } : forms[ref.unit]?.[ref.output];

/// Longer sums are left to the synth.
const mostTerms = 4;

function sum(a: BusExpression, b: BusExpression, sign = 1): BusExpression | undefined {
  if (a.terms.length + b.terms.length > mostTerms) return undefined;
  return { offset: a.offset + sign * b.offset, terms: [...a.terms, ...scaled(b, sign).terms] };
}

const scaled = ({ offset, terms }: BusExpression, by: number): BusExpression => ({
  offset: offset * by,
  terms: terms.map(({ control, factor }) => ({ control, factor: factor * by })),
});

const product = (a: BusExpression, b: BusExpression): BusExpression | undefined =>
  b.terms.length === 0 ? scaled(a, b.offset) : a.terms.length === 0 ? scaled(b, a.offset) : undefined;

/// What an arithmetic unit makes of its inputs' forms, by unit and operator number.
const arithmetic: Readonly<Record<string, (inputs: readonly BusExpression[]) => BusExpression | undefined>> = {
  "BinaryOpUGen 0": ([a, b]) => sum(a, b),
  "BinaryOpUGen 1": ([a, b]) => sum(a, b, -1),
  "BinaryOpUGen 2": ([a, b]) => product(a, b),
  "UnaryOpUGen 0": ([a]) => scaled(a, -1),
  "MulAdd 0": ([a, b, c]) => {
    const ab = product(a, b);
    return ab && sum(ab, c);
  },
  "Sum3 0": added,
  "Sum4 0": added,
};

function added(inputs: readonly BusExpression[]): BusExpression | undefined {
  return inputs.reduce<BusExpression | undefined>((a, b) => a && sum(a, b), { offset: 0, terms: [] });
}

/// Every output that is a linear expression of controls. Units stand behind what feeds them, so one pass does.
function linearForms({ units }: SynthDefGraph): Forms {
  const forms: (BusExpression | undefined)[][] = [];
  for (const unit of units) forms.push(formsOf(unit, forms));
  return forms;
}

const unlagged = (ref: InputRef | undefined): boolean => ref === undefined || ("constant" in ref && ref.constant === 0);

function formsOf(unit: UnitSpec, forms: Forms): (BusExpression | undefined)[] {
  if (unit.name === "Control" || unit.name === "LagControl") {
    return unit.outputRates.map((_, i) =>
      unit.name === "Control" || unlagged(unit.inputs[i]) ? { offset: 0, terms: [{ control: unit.special + i, factor: 1 }] } : undefined,
    );
  }
  const combine = unit.rate < 2 ? arithmetic[`${unit.name} ${unit.special}`] : undefined;
  if (!combine) return [];
  const inputs = unit.inputs.map((ref) => formOf(ref, forms));
  return [inputs.every((form) => form !== undefined) ? combine(inputs) : undefined];
}
