/// Arithmetic, comparison, rounding, transcendental functions, bits.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { parseNumber } from "../numbers/parse.ts";
import { gcdBig, Rank, rationalize } from "../numbers/tower.ts";
import { formatFloat, formatFloatRadix } from "../text/floats.ts";
import { bool, FALSE, fix, isFix, NONE, Type } from "../words.ts";
import { needInteger, needNumber, needReal, needString } from "./arguments.ts";

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

export function numberText(s: Interpreter, a: number, radix: number): string {
  const { tower } = s;
  if (isFix(a)) return (a >> 1).toString(radix);
  switch (tower.rank(a)) {
    case Rank.Integer:
      return tower.big(a).toString(radix);
    case Rank.Ratio:
      return `${tower.numerator(a).toString(radix)}/${tower.denominator(a).toString(radix)}`;
    case Rank.Float:
      return radix === 10 ? formatFloat(tower.real(a)) : formatFloatRadix(tower.real(a), radix);
    default: {
      const [re, im] = tower.parts(a);
      const text = radix === 10 ? formatFloat(im) : formatFloatRadix(im, radix);
      return `${radix === 10 ? formatFloat(re) : formatFloatRadix(re, radix)}${/^[+-]/.test(text) ? "" : "+"}${text}i`;
    }
  }
}

/// The digits of a fixnum, written without text of the host.
function decimalString(s: Interpreter, n: number): number {
  let length = n < 0 ? 2 : 1;
  for (let m = Math.abs(n) | 0; m >= 10; m = (m / 10) | 0) length++;
  const out = s.heap.numberVector(Type.String, length);
  const at = s.heap.data(out) * 4;
  let m = Math.abs(n) | 0;
  for (let i = length - 1; i >= (n < 0 ? 1 : 0); i--) {
    s.heap.b[at + i] = 48 + (m % 10);
    m = (m / 10) | 0;
  }
  if (n < 0) s.heap.b[at] = 45;
  return out;
}

function needRadix(s: Interpreter, v: number): number {
  if (v === NONE) return 10;
  const radix = needInteger(s, v, 2);
  if (radix < 2 || radix > 16) throw s.outOfRange(2, v, "it should be between 2 and 16");
  return radix;
}

/// 64-bit generator state advanced in place: multiply-with-carry (Marsaglia, "Random Number Generators", 2003).
function nextRandom(s: Interpreter, state: number): number {
  const { w } = s;
  const low = w[state + 2] >>> 0;
  const product = BigInt(low) * 2131995753n + BigInt(w[state + 3] >>> 0);
  w[state + 2] = Number(BigInt.asIntN(32, product));
  w[state + 3] = Number(BigInt.asIntN(32, product >> 32n));
  return (w[state + 2] >>> 0) / 4294967296;
}

export function makeRandomState(s: Interpreter, seed: number, carry: number): number {
  const p = s.heap.cell();
  s.w[p] = Type.RandomState;
  s.w[p + 1] = NONE;
  s.w[p + 2] = seed | 0;
  s.w[p + 3] = carry | 0;
  return p;
}

const defaultStates = new WeakMap<Interpreter, number>();

function defaultState(s: Interpreter): number {
  let state = defaultStates.get(s);
  if (state === undefined) {
    state = s.keep(makeRandomState(s, (Math.random() * 4294967296) | 0, 1675393560));
    defaultStates.set(s, state);
  }
  return state;
}

function random(s: Interpreter, a: number, b: number): number {
  needNumber(s, a, 1);
  const state = b === NONE ? defaultState(s) : b;
  if (!s.heap.isType(state, Type.RandomState)) throw s.wrongType(2, b, "a random-state");
  const u = nextRandom(s, state);
  const fine = (u + nextRandom(s, state) / 4294967296) % 1;
  switch (s.tower.rank(a)) {
    case Rank.Integer:
      return s.tower.fromDouble(Math.trunc(s.tower.real(a) * fine));
    case Rank.Ratio: {
      const found = rationalize(s.tower.real(a) * fine, 1e-6);
      return found === undefined ? fix(0) : s.tower.ratio(BigInt(found[0]), BigInt(found[1]));
    }
    case Rank.Float:
      return s.heap.float(s.tower.real(a) * fine);
    default: {
      const [re, im] = s.tower.parts(a);
      return s.tower.complex(re * fine, im * nextRandom(s, state));
    }
  }
}

const isRational = (s: Interpreter, a: number) => s.tower.rank(a) === Rank.Integer || s.tower.rank(a) === Rank.Ratio;

export const numbers: Definition[] = [
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
  def("magnitude", [1, 1], "Distance from zero.", "(magnitude 3+4i) => 5.0", (s, a) => {
    needNumber(s, a, 1);
    if (s.tower.rank(a) === Rank.Complex) return s.heap.float(Math.hypot(...s.tower.parts(a)));
    return s.tower.compare(a, fix(0)) < 0 ? s.tower.subtract(fix(0), a) : a;
  }),
  def("angle", [1, 1], "Angle of a complex number in radians.", "(angle -1) => 3.141592653589793", (s, a) => {
    needNumber(s, a, 1);
    const [re, im] = s.tower.parts(a);
    if (im === 0 && s.tower.rank(a) !== Rank.Complex)
      return re < 0 ? s.heap.float(Math.PI) : s.tower.rank(a) === Rank.Float ? s.heap.float(0) : fix(0);
    return s.heap.float(Math.atan2(im, re));
  }),
  def("real-part", [1, 1], "Real part.", "(real-part 1+2i) => 1.0", (s, a) =>
    s.tower.rank(needNumber(s, a, 1)) === Rank.Complex ? s.w[a + 1] : a,
  ),
  def("imag-part", [1, 1], "Imaginary part.", "(imag-part 1+2i) => 2.0", (s, a) =>
    s.tower.rank(needNumber(s, a, 1)) === Rank.Complex ? s.w[a + 2] : s.tower.rank(a) === Rank.Float ? s.heap.float(0) : fix(0),
  ),
  ...["make-rectangular", "complex"].map((name) =>
    def(name, [2, 2], "The number with these real and imaginary parts.", `(${name} 1 2) => 1.0+2.0i`, (s, a, b) => {
      const re = needReal(s, a, 1);
      const im = needReal(s, b, 2);
      return im === 0 ? a : s.tower.complex(re, im);
    }),
  ),
  def("make-polar", [2, 2], "The number with this magnitude and angle.", "(make-polar 2 0) => 2", (s, a, b) => {
    const r = needReal(s, a, 1);
    const t = needReal(s, b, 2);
    return t === 0 ? a : s.tower.complex(r * Math.cos(t), r * Math.sin(t));
  }),
  def("numerator", [1, 1], "Numerator of a rational number.", "(numerator 6/4) => 3", (s, a) => {
    if (!isRational(s, a)) throw s.wrongType(1, a, "a rational");
    return s.tower.fromBig(s.tower.numerator(a));
  }),
  def("denominator", [1, 1], "Denominator of a rational number.", "(denominator 6/4) => 2", (s, a) => {
    if (!isRational(s, a)) throw s.wrongType(1, a, "a rational");
    return s.tower.fromBig(s.tower.denominator(a));
  }),
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
  def("number?", [1, 1], "Whether a value is a number.", "(number? 1/2) => #t", (s, a) => bool(s.tower.rank(a) >= 0)),
  def("complex?", [1, 1], "Whether a value is a number.", "(complex? 1) => #t", (s, a) => bool(s.tower.rank(a) >= 0)),
  def("real?", [1, 1], "Whether a value is a real number.", "(real? 1+i) => #f", (s, a) => bool(s.tower.isReal(a))),
  def("rational?", [1, 1], "Whether a value is an integer or a ratio.", "(rational? 1.5) => #f", (s, a) => bool(isRational(s, a))),
  def("integer?", [1, 1], "Whether a value is an exact integer.", "(integer? 1.0) => #f", (s, a) => bool(s.tower.isInteger(a))),
  def("float?", [1, 1], "Whether a value is a double.", "(float? 1.0) => #t", (s, a) => bool(s.tower.rank(a) === Rank.Float)),
  def("exact?", [1, 1], "Whether a number is exact.", "(exact? 1/2) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) <= Rank.Ratio),
  ),
  def("inexact?", [1, 1], "Whether a number is inexact.", "(inexact? 1.0) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) > Rank.Ratio),
  ),
  def("nan?", [1, 1], "Whether a number is not a number.", "(nan? +nan.0) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) >= Rank.Float && s.tower.parts(a).some(Number.isNaN)),
  ),
  def("infinite?", [1, 1], "Whether a number is infinite.", "(infinite? +inf.0) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) >= Rank.Float && s.tower.parts(a).some((x) => Math.abs(x) === Number.POSITIVE_INFINITY)),
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
  def(
    "integer-decode-float",
    [1, 1],
    "Mantissa, exponent and sign of a double.",
    "(integer-decode-float 1.0) => (4503599627370496 -52 1)",
    (s, a) => {
      if (s.tower.rank(a) !== Rank.Float) throw s.wrongType(1, a, "a real");
      const x = s.tower.real(a);
      if (x === 0) return s.heap.list(fix(0), fix(0), fix(1));
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, x);
      const raw = view.getBigUint64(0);
      const exponent = Number((raw >> 52n) & 0x7ffn);
      const mantissa = (raw & 0xfffffffffffffn) | (exponent === 0 ? 0n : 0x10000000000000n);
      const m = s.tower.fromBig(mantissa);
      return s.heap.list(m, fix((exponent === 0 ? 1 : exponent) - 1075), fix(x < 0 ? -1 : 1));
    },
  ),
  def("number->string", [1, 2], "A number as text in a radix.", '(number->string 255 16) => "ff"', (s, a, b) =>
    isFix(a) && b === NONE ? decimalString(s, a >> 1) : s.string(numberText(s, needNumber(s, a, 1), needRadix(s, b))),
  ),
  def("string->number", [1, 2], "The number a text denotes, or #f.", '(string->number "1e3") => 1000.0', (s, a, b) => {
    needString(s, a, 1);
    return parseNumber(s.heap, s.tower, s.text(a), needRadix(s, b)) ?? FALSE;
  }),
  def("random", [1, 2], "A random number from zero up to, not including, a limit.", "(random 1) => 0", random, {
    difference: "The sequence for a seed differs from s7's.",
  }),
  def("random-state", [1, 2], "A generator from a seed.", "(random-state? (random-state 42)) => #t", (s, a, b) =>
    makeRandomState(s, needInteger(s, a, 1), b === NONE ? 1675393560 : needInteger(s, b, 2)),
  ),
  def("random-state?", [1, 1], "Whether a value is a generator.", "(random-state? 1) => #f", (s, a) =>
    bool(s.heap.isType(a, Type.RandomState)),
  ),
  def("random-state->list", [0, 1], "The state of a generator.", "(length (random-state->list (random-state 1 2))) => 2", (s, a) => {
    const state = a === NONE ? defaultState(s) : a;
    if (!s.heap.isType(state, Type.RandomState)) throw s.wrongType(1, a, "a random-state");
    return s.heap.list(s.heap.integer(s.w[state + 2] >>> 0), s.heap.integer(s.w[state + 3] >>> 0));
  }),
  def("byte?", [1, 1], "Whether a value is an integer from 0 to 255.", "(byte? 256) => #f", (_s, a) =>
    bool(isFix(a) && a > 0 && a >> 1 < 256),
  ),
];
