/// Order, equality and sign of numbers.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { Rank } from "../../numbers/tower.ts";
import { bool, isFix } from "../../words.ts";
import { needNumber, needReal } from "../arguments.ts";

function compare(holds: (order: number) => boolean, negate = false) {
  return (s: Interpreter, _a: number, _b: number, _c: number, n: number, at: number): number => {
    let ok = true;
    for (let i = 0; i < n; i++) {
      const v = s.w[at + i];
      if (!s.tower.isReal(v)) throw s.wrongType(i + 1, v, "a real");
      if (i > 0 && ok) {
        const order = s.tower.compare(s.w[at + i - 1], v);
        ok = holds(order) && !Number.isNaN(order);
      }
    }
    return bool(negate ? !ok : ok);
  };
}

function extreme(keep: (order: number) => boolean) {
  return (s: Interpreter, _a: number, _b: number, _c: number, n: number, at: number): number => {
    let best = s.w[at];
    let inexact = false;
    for (let i = 0; i < n; i++) {
      const v = s.w[at + i];
      if (!s.tower.isReal(v)) throw s.wrongType(i + 1, v, "a real");
      inexact ||= s.tower.rank(v) === Rank.Float;
      if (s.tower.rank(v) === Rank.Float && Number.isNaN(s.tower.real(v))) best = v;
      else if (keep(s.tower.compare(v, best))) best = v;
    }
    return inexact && s.tower.rank(best) !== Rank.Float ? s.heap.float(s.tower.real(best)) : best;
  };
}

export const comparisonBuiltins: Definition[] = [
  def("=", [1, -1], "Whether all arguments are the same number.", "(= 1 1.0) => #t", (s, _a, _b, _c, n, at) => {
    let same = true;
    for (let i = 0; i < n; i++) {
      if (s.tower.rank(s.w[at + i]) < 0) throw s.wrongType(i + 1, s.w[at + i], "a number");
      if (i > 0) same &&= s.tower.numericallyEqual(s.w[at + i - 1], s.w[at + i]);
    }
    return bool(same);
  }),
  def(
    "<",
    [1, -1],
    "Whether the arguments increase.",
    "(< 1 2 3) => #t",
    compare((o) => o < 0),
  ),
  def(
    ">",
    [1, -1],
    "Whether the arguments decrease.",
    "(> 3 2 2) => #f",
    compare((o) => o > 0),
  ),
  def(
    "<=",
    [1, -1],
    "Whether no argument is less than the one before.",
    "(<= 1 1 2) => #t",
    compare((o) => o <= 0),
  ),
  def(
    ">=",
    [1, -1],
    "Whether no argument is greater than the one before.",
    "(>= 3 3 1) => #t",
    compare((o) => o >= 0),
  ),
  def(
    "max",
    [1, -1],
    "The greatest argument; inexact when one is.",
    "(max 1 2.0) => 2.0",
    extreme((o) => o > 0),
  ),
  def(
    "min",
    [1, -1],
    "The least argument; inexact when one is.",
    "(min 3 1 2) => 1",
    extreme((o) => o < 0),
  ),
  def("zero?", [1, 1], "Whether a number is zero.", "(zero? 0.0) => #t", (s, a) => bool(s.tower.isZero(needNumber(s, a, 1)))),
  def("positive?", [1, 1], "Whether a number is greater than zero.", "(positive? 1/2) => #t", (s, a) => bool(needReal(s, a, 1) > 0)),
  def("negative?", [1, 1], "Whether a number is less than zero.", "(negative? -1) => #t", (s, a) => bool(needReal(s, a, 1) < 0)),
  def("even?", [1, 1], "Whether an integer is even.", "(even? 0) => #t", (s, a) => {
    if (isFix(a)) return bool((a & 2) === 0);
    if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
    return bool((s.w[a + 2] & 1) === 0);
  }),
  def("odd?", [1, 1], "Whether an integer is odd.", "(odd? 3) => #t", (s, a) => {
    if (isFix(a)) return bool((a & 2) !== 0);
    if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
    return bool((s.w[a + 2] & 1) !== 0);
  }),
];
