/// Where a synth's fields lie: words after the header, wide ones on even words, arrays last so that the scalars stay close together.
import type { Field } from "../kernel/ir.ts";

/// Gives every field its `word`, from `first` on; returns the number of words, a multiple of 4.
export function layOut(fields: readonly Field[], first: number): number {
  const size = (f: Field) => (f.type === "f64" ? 2 : 1) * f.count;
  const wideFirst = (f: Field) => (f.count > 1 ? 2 : 0) + (f.type === "f64" ? 0 : 1);
  let word = first + (first & 1);
  for (const field of [...fields].sort((a, b) => wideFirst(a) - wideFirst(b))) {
    if (field.type === "f64") word += word & 1;
    field.word = word;
    word += size(field);
  }
  return (word + 3) & ~3;
}
