/// The functions of `Math` on numbers of 170 bits.

import type { Big } from "./big-float.ts";
import * as B from "./big-float.ts";

const { one } = B;
const ln10 = B.log(B.big(10));
const asin = (x: Big): Big => B.atan(B.div(x, B.sqrt(B.mul(B.sub(one, x), B.add(one, x)))));
const half = (x: Big): Big => B.scaled(x, -1);
const quarterTurn = half(B.pi);

/// Arguments are exact; they must lie inside the function's domain and be finite.
export const reference: Record<string, (x: Big, y: Big) => Big> = {
  sin: (x) => B.sinCos(x)[0],
  cos: (x) => B.sinCos(x)[1],
  tan: (x) => B.div(...B.sinCos(x)),
  asin: (x) =>
    B.magnitude(x).m !== 0n && !B.less(B.magnitude(x), one) ? (B.isNegative(x) ? B.negated(quarterTurn) : quarterTurn) : asin(x),
  acos: (x) =>
    B.less(B.big(0.5), x)
      ? B.scaled(asin(B.sqrt(half(B.sub(one, x)))), 1)
      : B.less(B.magnitude(x), one)
        ? B.sub(quarterTurn, asin(x))
        : B.pi,
  atan: (x) => B.atan(x),
  atan2(y, x) {
    if (x.m === 0n) return B.isNegative(y) ? B.negated(quarterTurn) : quarterTurn;
    const angle = B.atan(B.div(y, x));
    return !B.isNegative(x) ? angle : B.add(angle, B.isNegative(y) ? B.negated(B.pi) : B.pi);
  },
  sinh: (x) => half(B.add(B.expm1(x), B.div(B.expm1(x), B.exp(x)))),
  cosh: (x) => half(B.add(B.exp(x), B.exp(B.negated(x)))),
  tanh(x) {
    // 1 - tanh(100) is below 2^-280.
    if (B.less(B.big(100), B.magnitude(x))) return B.isNegative(x) ? B.negated(one) : one;
    return B.div(B.expm1(B.scaled(x, 1)), B.add(B.exp(B.scaled(x, 1)), one));
  },
  asinh(x) {
    const a = B.magnitude(x);
    const z = B.mul(a, a);
    const y = B.log1p(B.add(a, B.div(z, B.add(one, B.sqrt(B.add(one, z))))));
    return B.isNegative(x) ? B.negated(y) : y;
  },
  acosh(x) {
    const t = B.sub(x, one);
    return B.log1p(B.add(t, B.sqrt(B.add(B.scaled(t, 1), B.mul(t, t)))));
  },
  atanh: (x) => half(B.sub(B.log1p(x), B.log1p(B.negated(x)))),
  exp: (x) => B.exp(x),
  expm1: (x) => B.expm1(x),
  exp2: (x) => B.exp(B.mul(x, B.ln2)),
  log: (x) => B.log(x),
  log2: (x) => B.div(B.log(x), B.ln2),
  log10: (x) => B.div(B.log(x), ln10),
  log1p: (x) => B.log1p(x),
  pow: (x, y) => B.exp(B.mul(y, B.log(x))),
  cbrt(x) {
    const a = B.magnitude(x);
    const root = B.exp(B.div(B.log(a), B.big(3)));
    return B.isNegative(x) ? B.negated(root) : root;
  },
  hypot: (x, y) => B.sqrt(B.add(B.mul(x, x), B.mul(y, y))),
};

/// How far `y` is from `exact`, in units of the last place of an f64 or f32 at `exact`.
export function ulps(y: number, exact: Big, type: "f32" | "f64"): number {
  const [digits, least] = type === "f64" ? [53, -1074] : [24, -149];
  const top = type === "f64" ? Number.MAX_VALUE : 3.4028234663852886e38;
  // An exact value beyond the largest number may round to infinity.
  const value = Number.isFinite(y) ? B.big(y) : B.big(y < 0 ? -top : top);
  if (exact.m === 0n) return y === 0 ? 0 : Infinity;
  const exponent = Math.floor(Math.log2(Math.abs(mantissa(exact)))) + exact.e + excess(exact);
  const unit = Math.max(exponent - digits + 1, least);
  if (!Number.isFinite(y)) return B.less(B.magnitude(value), B.magnitude(exact)) ? 0 : Infinity;
  return Math.abs(B.toNumber(B.scaled(B.sub(value, exact), -unit)));
}
const excess = (a: Big): number => Math.max(0, (a.m < 0n ? -a.m : a.m).toString(2).length - 60);
const mantissa = (a: Big): number => Number(a.m >> BigInt(excess(a)));
