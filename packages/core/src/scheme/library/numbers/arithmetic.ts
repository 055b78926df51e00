/// Sums, products, division with and without rest.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { gcdBig, Rank } from "../../numbers/tower.ts";
import { fix } from "../../words.ts";
import { isRational } from "./kinds.ts";

type Fold = "add" | "multiply";

function fold(op: Fold, unit: number) {
  return (s: Interpreter, _a: number, _b: number, _c: number, n: number, at: number): number => {
    let sum = fix(unit);
    for (let i = 0; i < n; i++) {
      const v = s.w[at + i];
      if (s.tower.rank(v) < 0) throw s.wrongType(n === 1 ? 0 : i + 1, v, "a number");
      sum = i === 0 ? v : s.tower[op](sum, v);
    }
    return sum;
  };
}

/// Integer division of exact or inexact numbers by a rule for the quotient of bigints and one for doubles.
function division(big: (s: Interpreter, a: bigint, b: bigint, x: number, y: number) => number, real: (x: number, y: number) => number) {
  return (s: Interpreter, a: number, b: number): number => {
    const { tower } = s;
    const m = tower.safe(a);
    const n = tower.safe(b);
    // Not a number when one of them is no integer, or too large for this way.
    if (n !== 0 && !Number.isNaN(m - n)) return s.heap.integer(real(m, n) + 0);
    if (!tower.isReal(a)) throw s.wrongType(1, a, "a real");
    if (!tower.isReal(b)) throw s.wrongType(2, b, "a real");
    const rank = Math.max(tower.rank(a), tower.rank(b));
    if (rank === Rank.Integer) return big(s, tower.big(a), tower.big(b), a, b);
    if (rank === Rank.Ratio) {
      // x op y = (xn * yd) op (yn * xd), scaled back by the common denominator where the result is a remainder.
      return ratioDivision(s, a, b, big);
    }
    const y = tower.real(b);
    if (y === 0 && s.current.name !== "modulo") throw s.error("division-by-zero", `${s.current.name}: division by zero, (~S ~S)`, a, b);
    const x = tower.real(a);
    const result = y === 0 ? x : real(x, y);
    if (s.current.name === "quotient") {
      if (Math.abs(result) > 9e18) throw s.outOfRange(1, a, "it is too large");
      return tower.fromDouble(result);
    }
    return s.heap.float(result);
  };
}

function ratioDivision(
  s: Interpreter,
  a: number,
  b: number,
  big: (s: Interpreter, a: bigint, b: bigint, x: number, y: number) => number,
): number {
  const { tower } = s;
  const n = tower.numerator(a) * tower.denominator(b);
  const d = tower.numerator(b) * tower.denominator(a);
  const result = big(s, n, d, a, b);
  if (s.current.name === "quotient") return result;
  return d === 0n ? a : tower.divide(result, tower.fromBig(tower.denominator(a) * tower.denominator(b)));
}

function byZero(s: Interpreter, a: number, b: number) {
  return s.error("division-by-zero", `${s.current.name}: division by zero, (~S ~S)`, a, b);
}

const quotientBig = (s: Interpreter, a: bigint, b: bigint, x: number, y: number): number => {
  if (b === 0n) throw byZero(s, x, y);
  return s.tower.fromBig(a / b);
};

const remainderBig = (s: Interpreter, a: bigint, b: bigint, x: number, y: number): number => {
  if (b === 0n) throw byZero(s, x, y);
  return s.tower.fromBig(a % b);
};

const moduloBig = (s: Interpreter, a: bigint, b: bigint): number => {
  if (b === 0n) return s.tower.fromBig(a);
  const r = a % b;
  return s.tower.fromBig(r !== 0n && r < 0n !== b < 0n ? r + b : r);
};

export const arithmeticBuiltins: Definition[] = [
  def("+", [0, -1], "Sum of its arguments.", "(+ 1/2 1/3) => 5/6", fold("add", 0)),
  def("*", [0, -1], "Product of its arguments.", "(* 2 1.5) => 3.0", fold("multiply", 1)),
  def("-", [1, -1], "Negation, or the first argument minus the others.", "(- 10 1 2) => 7", (s, _a, _b, _c, n, at) => {
    let r = s.w[at];
    if (s.tower.rank(r) < 0) throw s.wrongType(n === 1 ? 0 : 1, r, "a number");
    if (n === 1) return s.tower.subtract(fix(0), r);
    for (let i = 1; i < n; i++) {
      if (s.tower.rank(s.w[at + i]) < 0) throw s.wrongType(i + 1, s.w[at + i], "a number");
      r = s.tower.subtract(r, s.w[at + i]);
    }
    return r;
  }),
  def("/", [1, -1], "Reciprocal, or the first argument divided by the others.", "(/ 6 4) => 3/2", (s, _a, _b, _c, n, at) => {
    let r = n === 1 ? fix(1) : s.w[at];
    if (s.tower.rank(s.w[at]) < 0) throw s.wrongType(n === 1 ? 0 : 1, s.w[at], "a number");
    for (let i = n === 1 ? 0 : 1; i < n; i++) {
      const v = s.w[at + i];
      if (s.tower.rank(v) < 0) throw s.wrongType(i + 1, v, "a number");
      if (s.tower.isZero(v)) throw s.error("division-by-zero", "/: division by zero, ~S", s.machine.listOf(at, n));
      r = s.tower.divide(r, v);
    }
    return r;
  }),
  def(
    "quotient",
    [2, 2],
    "Quotient of integer division, rounded towards zero.",
    "(quotient 17 -5) => -3",
    division(quotientBig, (x, y) => Math.trunc(x / y)),
  ),
  def(
    "remainder",
    [2, 2],
    "Remainder with the sign of the dividend.",
    "(remainder 17 -5) => 2",
    division(remainderBig, (x, y) => x % y),
  ),
  def(
    "modulo",
    [2, 2],
    "Remainder with the sign of the divisor; of zero, the dividend.",
    "(modulo -7 3) => 2",
    division(moduloBig, (x, y) => ((x % y) + y) % y),
  ),
  def("abs", [1, 1], "Absolute value.", "(abs -7/3) => 7/3", (s, a) => {
    if (!s.tower.isReal(a)) throw s.wrongType(1, a, "a real");
    return s.tower.compare(a, fix(0)) < 0 ? s.tower.subtract(fix(0), a) : a;
  }),
  def("gcd", [0, -1], "Greatest common divisor.", "(gcd 12 18) => 6", (s, _a, _b, _c, n, at) => {
    let num = 0n;
    let den = 1n;
    for (let i = 0; i < n; i++) {
      const v = s.w[at + i];
      if (!isRational(s, v)) throw s.wrongType(i + 1, v, "a rational");
      num = gcdBig(num, s.tower.numerator(v));
      den = (den * s.tower.denominator(v)) / gcdBig(den, s.tower.denominator(v));
    }
    return s.tower.ratio(num, den);
  }),
  def("lcm", [0, -1], "Least common multiple.", "(lcm 4 6) => 12", (s, _a, _b, _c, n, at) => {
    let num = 1n;
    let den = 0n;
    for (let i = 0; i < n; i++) {
      const v = s.w[at + i];
      if (!isRational(s, v)) throw s.wrongType(i + 1, v, "a rational");
      const x = s.tower.numerator(v);
      if (x === 0n) return fix(0);
      const m = (num * x) / gcdBig(num, x);
      num = m < 0n ? -m : m;
      den = gcdBig(den, s.tower.denominator(v));
    }
    return s.tower.ratio(num, den === 0n ? 1n : den);
  }),
];
