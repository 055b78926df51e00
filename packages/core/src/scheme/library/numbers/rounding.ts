/// Integers near a number, and exact numbers near a double.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { Rank, rationalize } from "../../numbers/tower.ts";
import { NONE } from "../../words.ts";
import { needNumber, needReal } from "../arguments.ts";
import { isRational } from "./kinds.ts";

function rounding(exact: (n: bigint, d: bigint) => bigint, real: (x: number) => number) {
  return (s: Interpreter, a: number): number => {
    const { tower } = s;
    switch (tower.rank(a)) {
      case Rank.Integer:
        return a;
      case Rank.Ratio:
        return tower.fromBig(exact(tower.numerator(a), tower.denominator(a)));
      case Rank.Float: {
        const x = tower.real(a);
        if (Number.isNaN(x)) throw s.outOfRange(0, a, "it is NaN");
        if (!Number.isFinite(x)) throw s.outOfRange(0, a, "it is infinite");
        if (Math.abs(x) > 2 ** 63) throw s.outOfRange(0, a, "it is too large");
        return tower.fromDouble(real(x));
      }
      default:
        throw s.wrongType(1, a, "a real");
    }
  };
}

const floorBig = (n: bigint, d: bigint): bigint => (n >= 0n ? n / d : -((-n + d - 1n) / d));

const roundEven = (x: number): number => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

const roundBig = (n: bigint, d: bigint): bigint => {
  const twice = floorBig(2n * n + d, 2n * d);
  const isTie = (2n * n + d) % (2n * d) === 0n;
  return isTie && twice % 2n !== 0n ? twice - 1n : twice;
};

/// The ratio s7 finds for a double.
function toExact(s: Interpreter, a: number): number {
  const { tower } = s;
  if (tower.rank(a) !== Rank.Float) return needNumber(s, a, 1);
  const x = tower.real(a);
  if (!Number.isFinite(x)) throw s.wrongType(1, a, "a normal real number");
  if (Number.isInteger(x)) {
    if (Math.abs(x) > 2 ** 63) throw s.outOfRange(1, a, "it is too large");
    return tower.fromDouble(x);
  }
  const found = rationalize(x, s.settings.defaultRationalizeError);
  return found === undefined ? a : tower.ratio(BigInt(found[0]), BigInt(found[1]));
}

export const roundingBuiltins: Definition[] = [
  def("floor", [1, 1], "Greatest integer that is not greater.", "(floor -7/2) => -4", rounding(floorBig, Math.floor)),
  def(
    "ceiling",
    [1, 1],
    "Least integer that is not less.",
    "(ceiling 2.1) => 3",
    rounding((n, d) => -floorBig(-n, d), Math.ceil),
  ),
  def(
    "truncate",
    [1, 1],
    "Integer part.",
    "(truncate -2.7) => -2",
    rounding((n, d) => n / d, Math.trunc),
  ),
  def("round", [1, 1], "Nearest integer, ties to even.", "(round 2.5) => 2", rounding(roundBig, roundEven)),
  def("exact->inexact", [1, 1], "The double nearest to a number.", "(exact->inexact 1/3) => 0.3333333333333333", (s, a) => {
    needNumber(s, a, 1);
    return s.tower.rank(a) <= Rank.Ratio ? s.heap.float(s.tower.real(a)) : a;
  }),
  def("inexact->exact", [1, 1], "The simplest ratio within `default-rationalize-error`.", "(inexact->exact 0.1) => 1/10", toExact),
  def("rationalize", [1, 2], "The simplest ratio within an error.", "(rationalize 0.3 1/10) => 1/3", (s, a, b) => {
    const x = needReal(s, a, 1);
    const error = b === NONE ? s.settings.defaultRationalizeError : Math.abs(needReal(s, b, 2));
    if (!Number.isFinite(x)) throw s.outOfRange(1, a, "it is not finite");
    if (b === NONE && isRational(s, a)) return a;
    const found = rationalize(x, error);
    return found === undefined ? a : s.tower.ratio(BigInt(found[0]), BigInt(found[1]));
  }),
];
