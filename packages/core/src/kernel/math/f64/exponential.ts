/// Exponentials, f64: x = k ln 2 + r with |r| <= ln 2 / 2, the rational form of fdlibm for e^r (Sun Microsystems, 1993, freely licensed), and 2^k
/// as two exact factors, so that denormal results are rounded once.
import { mathFunction } from "../declare.ts";

/// x 2^n, rounded once: |n| <= 2000.
export const scale64 = mathFunction("scale", { x: "f64", n: "i32" }, "f64", function scale(x, n, m) {
  const half = n >> 1;
  return x * m.words((half + 1023) << 20, 0) * m.words((n - half + 1023) << 20, 0);
});

/// e^(high - low) - 1 for |high - low| <= ln 2 / 2.
const reduced64 = mathFunction("reduced", { high: "f64", low: "f64" }, "f64", function reduced(high, low) {
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t * (-0.0027777777777015593 + t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  return high - (low - (r * c) / (2 - c));
});

/// 2^n e^x, without overflow of e^x.
export const expScaled64 = mathFunction(
  "expScaled",
  { x: "f64", n: "i32" },
  "f64",
  function expScaled(x, n, m) {
    const a = Math.max(-760, Math.min(760, x));
    const k = m.nearest(a * Math.LOG2E);
    const y = 1 + m.reduced(a - k * 0.6931471803691238, k * 1.9082149292705877e-10);
    return m.scale(y, m.toInt(k) + n);
  },
  { scale: scale64, reduced: reduced64 },
);

/// e^x.
export const exp64 = mathFunction(
  "exp",
  { x: "f64" },
  "f64",
  function exp(x, m) {
    return m.expScaled(x, 0);
  },
  { expScaled: expScaled64 },
);

/// 2^x.
export const exp264 = mathFunction(
  "exp2",
  { x: "f64" },
  "f64",
  function exp2(x, m) {
    const a = Math.max(-1100, Math.min(1100, x));
    const k = m.nearest(a);
    const f = a - k;
    const y = 1 + m.reduced(f * Math.LN2, f * -2.3190468138462996e-17);
    return m.scale(y, m.toInt(k));
  },
  { scale: scale64, reduced: reduced64 },
);

/// e^x - 1, accurate near 0: 2^k (e^r - 1) + (2^k - 1).
export const expm164 = mathFunction(
  "expm1",
  { x: "f64" },
  "f64",
  function expm1(x, m) {
    const a = Math.max(-60, Math.min(710, x));
    const k = m.nearest(a * Math.LOG2E);
    const y = m.reduced(a - k * 0.6931471803691238, k * 1.9082149292705877e-10);
    // Half of 2^k, since 2^1024 is no number.
    const half = m.words((m.toInt(k) + 1022) << 20, 0);
    return k === 0 ? (x === 0 ? x : y) : 2 * (half * y + (half - 0.5));
  },
  { reduced: reduced64 },
);
