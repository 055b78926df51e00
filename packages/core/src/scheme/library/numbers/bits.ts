/// Integers as rows of bits.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { bool, fix } from "../../words.ts";
import { needInteger } from "../arguments.ts";

function bits(op: (a: bigint, b: bigint) => bigint, unit: bigint) {
  return (s: Interpreter, _a: number, _b: number, _c: number, n: number, at: number): number => {
    let r = unit;
    for (let i = 0; i < n; i++) {
      const v = s.w[at + i];
      if (!s.tower.isInteger(v)) throw s.wrongType(i + 1, v, "an integer");
      r = op(r, s.tower.big(v));
    }
    return s.tower.fromBig(r);
  };
}

function shift(s: Interpreter, a: number, b: number): number {
  if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
  const by = needInteger(s, b, 2);
  const n = s.tower.big(a);
  if (by >= 64 && n !== 0n) throw s.outOfRange(2, b, "it is too large");
  if (by < -64) return n < 0n ? fix(-1) : fix(0);
  return s.tower.fromBig(by >= 0 ? BigInt.asIntN(64, n << BigInt(by)) : n >> BigInt(-by));
}

export const bitsBuiltins: Definition[] = [
  def(
    "logand",
    [0, -1],
    "Bitwise and.",
    "(logand 12 10) => 8",
    bits((a, b) => a & b, -1n),
  ),
  def(
    "logior",
    [0, -1],
    "Bitwise or.",
    "(logior 12 10) => 14",
    bits((a, b) => a | b, 0n),
  ),
  def(
    "logxor",
    [0, -1],
    "Bitwise exclusive or.",
    "(logxor 12 10) => 6",
    bits((a, b) => a ^ b, 0n),
  ),
  def("lognot", [1, 1], "Bitwise complement.", "(lognot 0) => -1", (s, a) => {
    if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
    return s.tower.fromBig(~s.tower.big(a));
  }),
  def("logbit?", [2, 2], "Whether a bit is set.", "(logbit? 5 2) => #t", (s, a, b) => {
    if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
    const i = needInteger(s, b, 2);
    if (i < 0) throw s.outOfRange(2, b, "it is negative");
    return bool(((s.tower.big(a) >> BigInt(Math.min(i, 63))) & 1n) === 1n);
  }),
  def("ash", [2, 2], "Arithmetic shift to the left, or right when negative.", "(ash 1 10) => 1024", shift),
  def("integer-length", [1, 1], "Bits needed for an integer.", "(integer-length 255) => 8", (s, a) => {
    if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
    const n = s.tower.big(a);
    const magnitude = n < 0n ? ~n : n;
    return fix(magnitude === 0n ? 0 : magnitude.toString(2).length);
  }),
];
