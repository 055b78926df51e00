/// Powers, logarithms and trigonometry, of complex numbers too.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { Rank } from "../../numbers/tower.ts";
import { fix, NONE } from "../../words.ts";
import { needNumber, needReal } from "../arguments.ts";
import { isRational } from "./kinds.ts";

type Complex = [number, number];

const cexp = ([x, y]: Complex): Complex => [Math.exp(x) * Math.cos(y), Math.exp(x) * Math.sin(y)];

const clog = ([x, y]: Complex): Complex => [Math.log(Math.hypot(x, y)), Math.atan2(y, x)];

const cmul = ([x, y]: Complex, [u, v]: Complex): Complex => [x * u - y * v, x * v + y * u];

const cdiv = ([x, y]: Complex, [u, v]: Complex): Complex => {
  const d = u * u + v * v;
  return [(x * u + y * v) / d, (y * u - x * v) / d];
};

const csqrt = ([x, y]: Complex): Complex => {
  const r = Math.hypot(x, y);
  const re = Math.sqrt((r + x) / 2);
  const im = Math.sqrt((r - x) / 2);
  return [re, y < 0 ? -im : im];
};

const I: Complex = [0, 1];

const csub = ([x, y]: Complex, [u, v]: Complex): Complex => [x - u, y - v];

const cadd = ([x, y]: Complex, [u, v]: Complex): Complex => [x + u, y + v];

const neg = ([x, y]: Complex): Complex => [-x, -y];

const complexFunctions = {
  exp: cexp,
  sin: ([x, y]: Complex): Complex => [Math.sin(x) * Math.cosh(y), Math.cos(x) * Math.sinh(y)],
  cos: ([x, y]: Complex): Complex => [Math.cos(x) * Math.cosh(y), -Math.sin(x) * Math.sinh(y)],
  tan: (z: Complex): Complex => cdiv(complexFunctions.sin(z), complexFunctions.cos(z)),
  sinh: ([x, y]: Complex): Complex => [Math.sinh(x) * Math.cos(y), Math.cosh(x) * Math.sin(y)],
  cosh: ([x, y]: Complex): Complex => [Math.cosh(x) * Math.cos(y), Math.sinh(x) * Math.sin(y)],
  tanh: (z: Complex): Complex => cdiv(complexFunctions.sinh(z), complexFunctions.cosh(z)),
  asin: (z: Complex): Complex => neg(cmul(I, clog(cadd(cmul(I, z), csqrt(csub([1, 0], cmul(z, z))))))),
  acos: (z: Complex): Complex => csub([Math.PI / 2, 0], complexFunctions.asin(z)),
  atan: (z: Complex): Complex => cmul([0, 0.5], csub(clog(csub([1, 0], cmul(I, z))), clog(cadd([1, 0], cmul(I, z))))),
  asinh: (z: Complex): Complex => clog(cadd(z, csqrt(cadd(cmul(z, z), [1, 0])))),
  acosh: (z: Complex): Complex => clog(cadd(z, cmul(csqrt(cadd(z, [1, 0])), csqrt(csub(z, [1, 0]))))),
  atanh: (z: Complex): Complex => cmul([0.5, 0], csub(clog(cadd([1, 0], z)), clog(csub([1, 0], z)))),
};

/// A transcendental function: exact where its argument is `exactAt`, real inside its real domain, complex outside.
function transcendental(
  real: (x: number) => number,
  complex: (z: Complex) => Complex,
  exactAt: number,
  exactValue: number,
  inDomain: (x: number) => boolean = () => true,
) {
  return (s: Interpreter, a: number): number => {
    if (a === fix(exactAt)) return fix(exactValue);
    needNumber(s, a, 1);
    if (s.tower.rank(a) !== Rank.Complex) {
      const x = s.tower.real(a);
      if (inDomain(x) || Number.isNaN(x)) return s.heap.float(real(x));
    }
    const [re, im] = complex(s.tower.parts(a));
    return s.tower.complex(re, im);
  };
}

function squareRoot(s: Interpreter, a: number): number {
  needNumber(s, a, 1);
  const { tower } = s;
  const rank = tower.rank(a);
  if (rank === Rank.Complex) {
    const [re, im] = csqrt(tower.parts(a));
    return tower.complex(re, im);
  }
  if (rank <= Rank.Ratio) {
    const n = tower.numerator(a);
    const d = tower.denominator(a);
    if (n >= 0n) {
      const rn = bigRoot(n);
      const rd = bigRoot(d);
      if (rn * rn === n && rd * rd === d) return tower.ratio(rn, rd);
    }
  }
  const x = tower.real(a);
  return x < 0 ? tower.complex(0, Math.sqrt(-x)) : s.heap.float(Math.sqrt(x));
}

function bigRoot(n: bigint): bigint {
  let r = BigInt(Math.floor(Math.sqrt(Number(n))));
  while (r * r > n) r--;
  while ((r + 1n) * (r + 1n) <= n) r++;
  return r;
}

function power(s: Interpreter, a: number, b: number): number {
  needNumber(s, a, 1);
  needNumber(s, b, 2);
  const { tower } = s;
  if (tower.isInteger(b) && tower.rank(a) <= Rank.Ratio) {
    const e = tower.big(b);
    if (tower.isZero(a) && e < 0n) throw s.error("division-by-zero", "expt: division by zero, (~S ~S)", a, b);
    const size = e < 0n ? -e : e;
    const one = tower.numerator(a) === 1n || tower.numerator(a) === -1n || tower.isZero(a);
    if (size < 64n * 64n || one) {
      const small = one && size >= 4096n ? size % 2n : size;
      const n = tower.numerator(a) ** small;
      const d = tower.denominator(a) ** small;
      return e < 0n ? tower.ratio(d, n) : tower.ratio(n, d);
    }
  }
  if (tower.rank(a) !== Rank.Complex && tower.rank(b) !== Rank.Complex) {
    const x = tower.real(a);
    const y = tower.real(b);
    if (x >= 0 || Number.isInteger(y) || Number.isNaN(x) || Number.isNaN(y)) return s.heap.float(x ** y);
  }
  const base = tower.parts(a);
  if (tower.isInteger(b)) {
    // Repeated multiplication keeps exact squares exact.
    let e = Math.abs(tower.real(b));
    let result: Complex = [1, 0];
    let square = base;
    while (e > 0) {
      if (e % 2 === 1) result = cmul(result, square);
      square = cmul(square, square);
      e = Math.floor(e / 2);
    }
    if (tower.real(b) < 0) result = cdiv([1, 0], result);
    return tower.complex(result[0], result[1]);
  }
  if (base[0] === 0 && base[1] === 0) return s.heap.float(0);
  const [re, im] = cexp(cmul(tower.parts(b), clog(base)));
  return tower.complex(re, im);
}

function logarithm(s: Interpreter, a: number, b: number): number {
  needNumber(s, a, 1);
  const { tower } = s;
  if (b !== NONE) {
    needNumber(s, b, 2);
    if (tower.rank(a) <= Rank.Float && tower.rank(b) <= Rank.Float && tower.real(a) > 0 && tower.real(b) > 0) {
      const x = tower.real(a);
      const base = tower.real(b);
      const value = base === 2 ? Math.log2(x) : base === 10 ? Math.log10(x) : Math.log(x) / Math.log(base);
      const exact = tower.rank(a) === Rank.Integer && tower.rank(b) === Rank.Integer;
      const whole = Math.round(value);
      if (exact && Math.abs(value - whole) < 1e-9 && base ** whole === x) return s.heap.integer(whole);
      return s.heap.float(value);
    }
    const [re, im] = cdiv(clog(tower.parts(a)), clog(tower.parts(b)));
    return tower.complex(re, im);
  }
  if (tower.rank(a) !== Rank.Complex && tower.real(a) > 0) return s.heap.float(Math.log(tower.real(a)));
  if (tower.rank(a) !== Rank.Complex && tower.real(a) === 0) return s.heap.float(Number.NEGATIVE_INFINITY);
  const [re, im] = clog(tower.parts(a));
  return tower.complex(re, im);
}

export const functionsBuiltins: Definition[] = [
  def("expt", [2, 2], "The first argument raised to the second.", "(expt 2 10) => 1024", power),
  def("exp", [1, 1], "e raised to a number.", "(exp 0) => 1", transcendental(Math.exp, complexFunctions.exp, 0, 1)),
  def("log", [1, 2], "Natural logarithm, or logarithm to a base.", "(log 8 2) => 3", logarithm),
  def("sqrt", [1, 1], "Square root, exact where it can be.", "(sqrt 16) => 4", squareRoot),
  def(
    "exact-integer-sqrt",
    [1, 1],
    "Integer square root and remainder, as two values.",
    "(exact-integer-sqrt 17) => (values 4 1)",
    (s, a) => {
      if (!s.tower.isInteger(a) || s.tower.compare(a, fix(0)) < 0) throw s.wrongType(1, a, "a non-negative integer");
      const n = s.tower.big(a);
      const r = bigRoot(n);
      return s.machine.many(s.heap.list(s.tower.fromBig(r), s.tower.fromBig(n - r * r)));
    },
  ),
  def("sin", [1, 1], "Sine.", "(sin 0) => 0", transcendental(Math.sin, complexFunctions.sin, 0, 0)),
  def("cos", [1, 1], "Cosine.", "(cos 0) => 1", transcendental(Math.cos, complexFunctions.cos, 0, 1)),
  def("tan", [1, 1], "Tangent.", "(tan 0) => 0", transcendental(Math.tan, complexFunctions.tan, 0, 0)),
  def(
    "asin",
    [1, 1],
    "Inverse sine.",
    "(asin 0) => 0",
    transcendental(Math.asin, complexFunctions.asin, 0, 0, (x) => Math.abs(x) <= 1),
  ),
  def(
    "acos",
    [1, 1],
    "Inverse cosine.",
    "(acos 1) => 0",
    transcendental(Math.acos, complexFunctions.acos, 1, 0, (x) => Math.abs(x) <= 1),
  ),
  def("atan", [1, 2], "Inverse tangent of a number, or of a quotient by quadrant.", "(atan 0) => 0", (s, a, b) => {
    if (b !== NONE) {
      const y = needReal(s, a, 1);
      const x = needReal(s, b, 2);
      return a === fix(0) && isRational(s, b) && x > 0 ? fix(0) : s.heap.float(Math.atan2(y, x));
    }
    return transcendental(Math.atan, complexFunctions.atan, 0, 0)(s, a);
  }),
  def("sinh", [1, 1], "Hyperbolic sine.", "(sinh 0.0) => 0.0", transcendental(Math.sinh, complexFunctions.sinh, 0, 0)),
  def("cosh", [1, 1], "Hyperbolic cosine.", "(cosh 0) => 1", transcendental(Math.cosh, complexFunctions.cosh, 0, 1)),
  def("tanh", [1, 1], "Hyperbolic tangent.", "(tanh 0) => 0", transcendental(Math.tanh, complexFunctions.tanh, 0, 0)),
  def("asinh", [1, 1], "Inverse hyperbolic sine.", "(asinh 0) => 0", transcendental(Math.asinh, complexFunctions.asinh, 0, 0)),
  def(
    "acosh",
    [1, 1],
    "Inverse hyperbolic cosine.",
    "(acosh 1) => 0",
    transcendental(Math.acosh, complexFunctions.acosh, 1, 0, (x) => x >= 1),
  ),
  def(
    "atanh",
    [1, 1],
    "Inverse hyperbolic tangent.",
    "(atanh 0) => 0",
    transcendental(Math.atanh, complexFunctions.atanh, 0, 0, (x) => Math.abs(x) < 1),
  ),
];
