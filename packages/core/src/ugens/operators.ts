/// Unary and binary operators, multiply-add and sums. The special index chooses the operator; each is a helper of one line.
///
/// Formulas from the operator list of SuperCollider's documentation. A control-rate operand of an audio-rate operator glides over the block.
import { helper, kernel, perSample, type Rate, ramp, type SystemContext, signal } from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";
import { setOperators } from "./signal.ts";
import { fold, gcd, lcm, mod, wrap } from "./support/ranges.ts";

type C = SystemContext;
const unary = (f: (x: number, c: C) => number) => helper(f);
const binary = (f: (a: number, b: number, c: C) => number) => helper(f);

const same = unary((x) => x);

/// By special index: name and formula.
export const unaryOperators: readonly (readonly [string, ReturnType<typeof unary>])[] = [
  ["neg", unary((x) => -x)],
  ["not", unary((x) => (x > 0 ? 0 : 1))],
  ["isNil", same],
  ["notNil", same],
  ["bitNot", unary((x, c) => ~c.tr(x))],
  ["abs", unary((x) => Math.abs(x))],
  ["asFloat", same],
  ["asInteger", same],
  ["ceil", unary((x) => Math.ceil(x))],
  ["floor", unary((x) => Math.floor(x))],
  ["frac", unary((x) => x - Math.floor(x))],
  ["sign", unary((x) => (x < 0 ? -1 : x > 0 ? 1 : 0))],
  ["squared", unary((x) => x * x)],
  ["cubed", unary((x) => x * x * x)],
  ["sqrt", unary((x) => (x < 0 ? -Math.sqrt(-x) : Math.sqrt(x)))],
  ["exp", unary((x) => Math.exp(x))],
  ["reciprocal", unary((x) => 1 / x)],
  ["midicps", unary((x, c) => 440 * c.exp2((x - 69) * 0.083333333333))],
  ["cpsmidi", unary((x) => Math.log2(x * 0.0022727272727) * 12 + 69)],
  ["midiratio", unary((x, c) => c.exp2(x * 0.083333333333))],
  ["ratiomidi", unary((x) => 12 * Math.log2(x))],
  ["dbamp", unary((x) => 10 ** (x * 0.05))],
  ["ampdb", unary((x) => 20 * Math.log10(x))],
  ["octcps", unary((x, c) => 440 * c.exp2(x - 4.75))],
  ["cpsoct", unary((x) => Math.log2(x * 0.0022727272727) + 4.75)],
  ["log", unary((x) => Math.log(x))],
  ["log2", unary((x) => Math.log2(x))],
  ["log10", unary((x, c) => Math.log10(c.isAr ? x : Math.abs(x)))],
  ["sin", unary((x) => Math.sin(x))],
  ["cos", unary((x) => Math.cos(x))],
  ["tan", unary((x) => Math.tan(x))],
  ["arcsin", unary((x) => Math.asin(x))],
  // At exactly -0.5 SuperCollider's audio-rate form doubles the angle.
  ["arccos", unary((x, c) => (c.isAr && x === -0.5 ? (4 * Math.PI) / 3 : Math.acos(x)))],
  ["arctan", unary((x) => Math.atan(x))],
  ["sinh", unary((x) => Math.sinh(x))],
  ["cosh", unary((x) => Math.cosh(x))],
  ["tanh", unary((x) => Math.tanh(x))],
  ["rand", unary((x, c) => c.u01() * x)],
  ["rand2", unary((x, c) => c.u11() * x)],
  [
    "linrand",
    unary((x, c) => {
      const a = c.u01();
      const b = c.u01();
      return Math.min(a, b) * x;
    }),
  ],
  [
    "bilinrand",
    unary((x, c) => {
      const a = c.u01();
      const b = c.u01();
      return (a - b) * x;
    }),
  ],
  [
    "sum3rand",
    unary((x, c) => {
      const a = c.u01();
      const b = c.u01();
      const d = c.u01();
      return (a + b + d - 1.5) * 0.666666667 * x;
    }),
  ],
  ["distort", unary((x) => x / (1 + Math.abs(x)))],
  ["softclip", unary((x) => (Math.abs(x) <= 0.5 ? x : (Math.abs(x) - 0.25) / x))],
  ["coin", unary((x, c) => (c.u01() < x ? 1 : 0))],
  ["digitValue", same],
  ["silence", unary(() => 0)],
  ["thru", same],
  ["rectWindow", unary((x) => (x >= 0 && x <= 1 ? 1 : 0))],
  ["hanWindow", unary((x, c) => (x < 0 || x > 1 ? 0 : 0.5 - 0.5 * Math.cos(c.f64(x) * (2 * Math.PI))))],
  ["welchWindow", unary((x, c) => (x < 0 || x > 1 ? 0 : Math.sin(c.f64(x) * Math.PI)))],
  ["triWindow", unary((x) => (x < 0 || x > 1 ? 0 : x < 0.5 ? 2 * x : 2 - 2 * x))],
  ["ramp", unary((x) => (x <= 0 ? 0 : x >= 1 ? 1 : x))],
  ["scurve", unary((x) => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x)))],
];
/// Operators that draw from the synth's generator.
const randomUnary = new Set([37, 38, 39, 40, 41, 44]);

const add = binary((a, b) => a + b);

/// By special index: name and formula. Where SuperCollider has no operator, it adds.
export const binaryOperators: readonly (readonly [string, ReturnType<typeof binary>])[] = [
  ["+", add],
  ["-", binary((a, b) => a - b)],
  ["*", binary((a, b) => a * b)],
  ["div", binary((a, b) => Math.floor(a / b))],
  ["/", binary((a, b) => a / b)],
  ["mod", binary((a, b, c) => (c as C & Ranges).mod(a, b))],
  ["==", binary((a, b) => (a === b ? 1 : 0))],
  ["!=", binary((a, b) => (a !== b ? 1 : 0))],
  ["<", binary((a, b) => (a < b ? 1 : 0))],
  [">", binary((a, b) => (a > b ? 1 : 0))],
  ["<=", binary((a, b) => (a <= b ? 1 : 0))],
  [">=", binary((a, b) => (a >= b ? 1 : 0))],
  ["min", binary((a, b) => (b < a ? b : a))],
  ["max", binary((a, b) => (a < b ? b : a))],
  ["bitAnd", binary((a, b, c) => c.tr(a) & c.tr(b))],
  ["bitOr", binary((a, b, c) => c.tr(a) | c.tr(b))],
  ["bitXor", binary((a, b, c) => c.tr(a) ^ c.tr(b))],
  ["lcm", binary((a, b, c) => (c as C & Ranges).lcm(c.tr(a), c.tr(b), c as C & Ranges))],
  ["gcd", binary((a, b, c) => (c as C & Ranges).gcd(c.tr(a), c.tr(b)))],
  ["round", binary((a, b) => (b === 0 ? a : Math.floor(a / b + 0.5) * b))],
  ["roundUp", binary((a, b) => (b === 0 ? a : Math.ceil(a / b) * b))],
  ["trunc", binary((a, b) => (b === 0 ? a : Math.floor(a / b) * b))],
  ["atan2", binary((a, b) => Math.atan2(a, b))],
  ["hypot", binary((a, b) => Math.hypot(a, b))],
  ["hypotApx", binary((a, b) => Math.abs(a) + Math.abs(b) - 0.41421356237309515 * Math.min(Math.abs(a), Math.abs(b)))],
  ["pow", binary((a, b) => (a >= 0 ? a ** b : -((-a) ** b)))],
  ["shiftLeft", binary((a, b, c) => c.tr(a) << c.tr(b))],
  ["shiftRight", binary((a, b, c) => c.tr(a) >> c.tr(b))],
  ["unsignedShift", add],
  ["fill", add],
  ["ring1", binary((a, b) => a * b + a)],
  ["ring2", binary((a, b) => a * b + a + b)],
  ["ring3", binary((a, b) => a * a * b)],
  ["ring4", binary((a, b) => a * a * b - a * b * b)],
  ["difsqr", binary((a, b) => a * a - b * b)],
  ["sumsqr", binary((a, b) => a * a + b * b)],
  ["sqrsum", binary((a, b) => (a + b) * (a + b))],
  ["sqrdif", binary((a, b) => (a - b) * (a - b))],
  ["absdif", binary((a, b) => Math.abs(a - b))],
  ["thresh", binary((a, b) => (a < b ? 0 : a))],
  ["amclip", binary((a, b) => a * 0.5 * (b + Math.abs(b)))],
  ["scaleneg", binary((a, b) => (a < 0 ? a * b : a))],
  ["clip2", binary((a, b, c) => (c.isAr ? c.clip(a, -b, b) : a > b ? b : a < -b ? -b : a))],
  ["excess", binary((a, b) => a - (a > b ? b : a < -b ? -b : a))],
  ["fold2", binary((a, b, c) => (c as C & Ranges).fold(a, -b, b))],
  ["wrap2", binary((a, b, c) => (c as C & Ranges).wrap(a, -b, b))],
  ["firstArg", binary((a) => a)],
  [
    "rrand",
    binary((a, b, c) => {
      const lo = Math.min(a, b);
      return lo + (c.isAr ? c.u11() : c.u01()) * (Math.max(a, b) - lo);
    }),
  ],
  [
    "exprand",
    binary((a, b, c) => {
      const lo = Math.min(a, b);
      const hi = Math.max(a, b);
      return lo * Math.exp(Math.log(c.f64(hi / lo)) * c.d01());
    }),
  ],
];
const randomBinary = new Set([47, 48]);

interface Ranges {
  mod(x: number, h: number): number;
  fold(x: number, lo: number, hi: number): number;
  wrap(x: number, lo: number, hi: number): number;
  gcd(a: number, b: number): number;
  lcm(a: number, b: number, c: unknown): number;
}

const constantBinary: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  pow: (a, b) => a ** b,
  min: Math.min,
  max: Math.max,
};
const constantUnary: Readonly<Record<string, (x: number) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  midicps: (x) => 440 * 2 ** ((x - 69) / 12),
  dbamp: (x) => 10 ** (x / 20),
  squared: (x) => x * x,
  sqrt: Math.sqrt,
  reciprocal: (x) => 1 / x,
};
const indexOf = (table: readonly (readonly [string, unknown])[], name: string) => table.findIndex(([known]) => known === name);

setOperators({
  unary(name) {
    const index = indexOf(unaryOperators, name);
    return index < 0 ? undefined : { index, value: constantUnary[name] };
  },
  binary(name) {
    const index = indexOf(binaryOperators, name);
    return index < 0 ? undefined : { index, value: constantBinary[name] };
  },
});

/// f(x) for each x.
function unarySpec(special: number) {
  const entry = unaryOperators[special] ?? unaryOperators[47];
  return kernel({
    rates: "ar kr ir dr",
    family: "operators",
    inputs: { a: signal },
    uses: { op: entry[1] },
    random: randomUnary.has(special),
    start: "step",
    // A scalar operator is evaluated once, when the synth starts.
    // A demand-rate one takes a first value for itself.
    init({ a }, _s, c) {
      if (c.isIr) return c.op(a, c);
      if (c.isDr) c.demand(a);
    },
    tick({ a }, _s, _b, c) {
      return c.op(a, c);
    },
    next({ a }, _s, c) {
      const x = c.demand(a);
      return c.isNaN(x) ? x : c.op(x, c);
    },
    reset({ a }, _s, c) {
      c.restart(a);
    },
  });
}

/// f(a, b) for each pair of samples.
function binarySpec(special: number, rates?: readonly Rate[]) {
  const entry = binaryOperators[special] ?? ["unknown", add];
  // SuperCollider has no form of firstArg whose first operand is slower than the result.
  const firstIsSlow = rates?.includes("ar") && rates[0] !== "ar";
  const op = entry[0] === "firstArg" && firstIsSlow ? add : entry[1];
  if (jumps.has(entry[0]) && rates?.includes("ar") && rates.includes("kr")) return steppedSpec(op);
  return kernel({
    rates: "ar kr ir dr",
    family: "operators",
    inputs: { a: ramp(), b: ramp() },
    uses: { op, mod, fold, wrap, gcd, lcm },
    random: randomBinary.has(special),
    start: "step",
    init({ a, b }, _s, c) {
      if (c.isIr) return c.op(a, b, c);
    },
    tick({ a, b }, _s, _b, c) {
      return c.op(a, b, c);
    },
    next({ a, b }, _s, c) {
      const x = c.demand(a);
      const y = c.demand(b);
      return c.isNaN(x) || c.isNaN(y) ? NaN : c.op(x, y, c);
    },
    reset({ a, b }, _s, c) {
      c.restart(a);
      c.restart(b);
    },
  });
}

/// Operators that jump, and whose control-rate operand glides by repeated addition. Near a jump the last bit of the operand decides.
const jumps = new Set(["mod", "div", "round", "roundUp", "trunc", "thresh", "lcm", "gcd", "bitAnd", "bitOr", "bitXor", "fold2", "wrap2"]);

/// f(a, b) where one operand is audio-rate and the other glides: it keeps what the additions came to, and sets out from there.
function steppedSpec(op: ReturnType<typeof binary>) {
  return kernel({
    rates: "ar",
    family: "operators",
    inputs: { a: perSample(), b: perSample() },
    state: { slow: 0 },
    uses: { op, mod, fold, wrap, gcd, lcm },
    start: "step",
    init({ a, b }, s, c) {
      s.slow = c.isAudio(a) ? b : a;
    },
    block({ a, b }, s, c) {
      return { step: ((c.isAudio(a) ? b : a) - s.slow) * c.f32(c.slope) };
    },
    tick({ a, b }, s, { step }, c) {
      const slow = s.slow;
      s.slow = slow + step;
      return c.isAudio(a) ? c.op(a, slow, c) : c.op(slow, b, c);
    },
  });
}

/// One of the unary operators, by special index: neg, abs, midicps, tanh, softclip, ...
export const UnaryOpUGen = ugenByShape("UnaryOpUGen", unarySpec(0), ({ special }) => unarySpec(special));

/// One of the binary operators, by special index: +, *, max, round, ring1, fold2, ...
export const BinaryOpUGen = ugenByShape("BinaryOpUGen", binarySpec(0), ({ special, inputs }) => binarySpec(special, inputs));

/// MulAdd (in, mul 1, add 0): in * mul + add, the product rounded before the sum.
export const MulAdd = ugen("MulAdd", {
  rates: "ar kr ir",
  family: "operators",
  inputs: { in: signal, mul: ramp(1), add: ramp(0) },
  start: "step",
  init({ in: x, mul, add }, _s, c) {
    if (c.isIr) return x * mul + add;
  },
  tick({ in: x, mul, add }) {
    return x * mul + add;
  },
});

/// Sum3 (a, b, c): (a + b) + c.
export const Sum3 = ugen("Sum3", {
  rates: "ar kr ir",
  family: "operators",
  inputs: { in0: ramp(), in1: ramp(), in2: ramp() },
  start: "step",
  init({ in0, in1, in2 }, _s, c) {
    if (c.isIr) return in0 + in1 + in2;
  },
  tick({ in0, in1, in2 }) {
    return in0 + in1 + in2;
  },
});

/// Sum4 (a, b, c, d): ((a + b) + c) + d.
export const Sum4 = ugen("Sum4", {
  rates: "ar kr ir",
  family: "operators",
  inputs: { in0: ramp(), in1: ramp(), in2: ramp(), in3: ramp() },
  start: "step",
  init({ in0, in1, in2, in3 }, _s, c) {
    if (c.isIr) return in0 + in1 + in2 + in3;
  },
  tick({ in0, in1, in2, in3 }) {
    return in0 + in1 + in2 + in3;
  },
});
