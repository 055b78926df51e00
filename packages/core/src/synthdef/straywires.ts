/// What lies in front of a signal in scsynth's memory: its Pitch reads one sample before its input, so that what it hears depends on which signal has the
/// wire buffer below. Here Pitch gets that signal as one more input.
///
/// As measured: an audio-rate output takes the wire that was freed last; after its last reader an output's wire is free, before the reader's own outputs
/// take theirs; of a unit's inputs the last is freed first.
import type { InputRef, SynthDefGraph, UnitSpec } from "./graph-types.ts";

const audio = 2;
/// Inputs of Pitch in a file.
const pitchInputs = 11;

const isPitch = (unit: UnitSpec, units: readonly UnitSpec[]): boolean => {
  const [heard] = unit.inputs;
  return (
    unit.name === "Pitch" && unit.inputs.length === pitchInputs && "unit" in heard && units[heard.unit].outputRates[heard.output] === audio
  );
};

/// The units, with what lies before its input as the last input of every Pitch that hears audio.
export function withStrayWires({ units }: Pick<SynthDefGraph, "units">): readonly UnitSpec[] {
  if (!units.some((unit) => isPitch(unit, units))) return units;
  const key = (unit: number, output: number) => `${unit}.${output}`;
  const readers = new Map<string, number>();
  for (const { inputs } of units)
    for (const ref of inputs) if ("unit" in ref) readers.set(key(ref.unit, ref.output), (readers.get(key(ref.unit, ref.output)) ?? 0) + 1);
  /// The wire of each output that somebody still reads; what was last written to each wire; wires to take before a new one.
  const wireOf = new Map<string, number>();
  const contents: InputRef[] = [];
  const free: number[] = [];
  const release = (name: string) => {
    free.push(wireOf.get(name)!);
    wireOf.delete(name);
  };
  return units.map((unit, index) => {
    let heard = unit;
    if (isPitch(unit, units)) {
      const [ref] = unit.inputs as readonly Extract<InputRef, { unit: number }>[];
      const before = contents[wireOf.get(key(ref.unit, ref.output))! - 1];
      heard = { ...unit, inputs: [...unit.inputs, before ?? { constant: 0 }] };
    }
    for (const ref of unit.inputs.toReversed()) {
      if (!("unit" in ref) || !wireOf.has(key(ref.unit, ref.output))) continue;
      const name = key(ref.unit, ref.output);
      const left = readers.get(name)! - 1;
      readers.set(name, left);
      if (left === 0) release(name);
    }
    unit.outputRates.forEach((rate, output) => {
      if (rate !== audio) return;
      const wire = free.pop() ?? contents.length;
      contents[wire] = { unit: index, output };
      wireOf.set(key(index, output), wire);
      if (!readers.has(key(index, output))) release(key(index, output));
    });
    return heard;
  });
}
