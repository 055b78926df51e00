/// Where the math library is tested: ranges by function, sampled evenly, by magnitude, and at both ends.
import type { MathName } from "../../packages/core/src/kernel/math/index.ts";

/// `linear` spreads samples evenly over [from, to]; `magnitude` spreads their logarithm, and takes both signs when `signed`.
export interface Range {
  readonly kind: "linear" | "magnitude";
  readonly from: number;
  readonly to: number;
  readonly signed?: boolean;
}
export interface Samples {
  readonly x: readonly Range[];
  readonly y?: readonly Range[];
  /// For the reference page.
  readonly text: string;
}

const linear = (from: number, to: number): Range => ({ kind: "linear", from, to });
const sizes = (from: number, to: number, signed = true): Range => ({ kind: "magnitude", from, to, signed });

const reduced = 1647099;

/// Samples for arguments of `type`.
export function samplesFor(name: MathName, type: "f32" | "f64"): Samples {
  const wide = type === "f64";
  const least = wide ? 5e-324 : 1.5e-45;
  const most = wide ? Number.MAX_VALUE : 3.4e38;
  const line = { x: [sizes(least, most), linear(-4, 4)], text: "all numbers" };
  const unit = { x: [linear(-1, 1), sizes(least, 1), linear(0.999, 1)], text: "-1 to 1" };
  const positive = { x: [sizes(least, most, false), linear(0.5, 2), linear(0.99, 1.01)], text: "all positive numbers" };
  const exponents = (from: number, to: number) => ({ x: [linear(from, to), linear(-2, 2), sizes(1e-30, 1)], text: `${from} to ${to}` });
  switch (name) {
    case "sin":
    case "cos":
    case "tan":
      return { x: [linear(-7, 7), sizes(least, reduced), linear(-reduced, reduced)], text: "-2^20 pi/2 to 2^20 pi/2" };
    case "asin":
    case "acos":
    case "atanh":
      return unit;
    case "atan":
    case "tanh":
    case "asinh":
    case "cbrt":
      return line;
    case "atan2":
    case "hypot":
      return { x: [linear(-2, 2), sizes(least, most / 2)], y: [linear(-2, 2), sizes(least, most / 2)], text: "all pairs" };
    case "sinh":
    case "cosh":
      return wide ? exponents(-710.4, 710.4) : exponents(-89.4, 89.4);
    case "exp":
    case "expm1":
      return wide ? exponents(-745, 709.7) : exponents(-103.9, 88.7);
    case "exp2":
      return wide ? exponents(-1074, 1023.9) : exponents(-149, 127.9);
    case "log":
    case "log2":
    case "log10":
      return positive;
    case "log1p":
      return { x: [linear(-0.9999, 3), sizes(least, 0.9), sizes(least, most, false)], text: "above -1" };
    case "acosh":
      return { x: [linear(1, 3), sizes(1, most, false)], text: "from 1" };
    case "pow":
      return {
        x: [sizes(least, most, false), linear(0.5, 2)],
        y: [linear(-20, 20), sizes(1e-5, 1000)],
        text: "positive x, results in range",
      };
  }
}

/// `count` numbers of a range, both ends among them, the rest at places a golden-ratio sequence gives.
export function* draw(range: Range, count: number): Generator<number> {
  yield range.from;
  yield range.to;
  let u = 0.5;
  for (let i = 2; i < count; i++) {
    u = (u + 0.6180339887498949) % 1;
    if (range.kind === "linear") yield range.from + u * (range.to - range.from);
    else {
      const value = Math.exp(Math.log(range.from) + u * (Math.log(range.to) - Math.log(range.from)));
      yield range.signed && (i & 1) === 1 ? -value : value;
    }
  }
}

/// Argument lists for a function: every range of x, and with two parameters each combination of ranges.
export function* arguments_(samples: Samples, count: number): Generator<[number, number]> {
  for (const x of samples.x) {
    if (!samples.y) for (const value of draw(x, count)) yield [value, 0];
    else
      for (const y of samples.y) {
        // A second sequence, out of step with the first.
        const ys = [...draw(y, count)];
        let i = 0;
        for (const value of draw(x, count)) yield [value, ys[(i++ * 7 + 3) % count]];
      }
  }
}
