/// Hyperbolic functions and their inverses, f64, on e^x, e^x - 1 and log(1 + x).
import { mathFunction } from "../declare.ts";
import { expm164, expScaled64 } from "./exponential.ts";
import { log1p64 } from "./logarithm.ts";

/// Hyperbolic sine: its Taylor series to x^19 below 1, (e^x - e^-x) / 2 above.
export const sinh64 = mathFunction(
  "sinh",
  { x: "f64" },
  "f64",
  function sinh(x, m) {
    const a = Math.abs(x);
    const z = x * x;
    const series =
      0.16666666666666666 +
      z *
        (0.008333333333333333 +
          z *
            (0.0001984126984126984 +
              z *
                (2.7557319223985893e-6 +
                  z *
                    (2.505210838544172e-8 +
                      z *
                        (1.6059043836821613e-10 +
                          z * (7.647163731819816e-13 + z * (2.8114572543455206e-15 + z * 8.22063524662433e-18)))))));
    const half = m.expScaled(a, -1);
    return m.copysign(a < 1 ? a + a * z * series : half - 0.25 / half, x);
  },
  { expScaled: expScaled64 },
);

/// Hyperbolic cosine, (e^x + e^-x) / 2.
export const cosh64 = mathFunction(
  "cosh",
  { x: "f64" },
  "f64",
  function cosh(x, m) {
    const half = m.expScaled(Math.abs(x), -1);
    return half + 0.25 / half;
  },
  { expScaled: expScaled64 },
);

/// Hyperbolic tangent of |x| with t = e^(2 |x|) - 1: t / (t + 2) below 1, 1 - 2 / (t + 2) above.
export const tanh64 = mathFunction(
  "tanh",
  { x: "f64" },
  "f64",
  function tanh(x, m) {
    const a = Math.abs(x);
    const t = m.expm1(2 * a);
    const q = (a < 1 ? t : 2) / (t + 2);
    return m.copysign(a < 1 ? q : 1 - q, x);
  },
  { expm1: expm164 },
);

/// Inverse hyperbolic sine, log(x + sqrt(x^2 + 1)); beyond 2^28 log(2 x).
export const asinh64 = mathFunction(
  "asinh",
  { x: "f64" },
  "f64",
  function asinh(x, m) {
    const a = Math.abs(x);
    const far = a > 268435456;
    const z = a * a;
    return m.copysign(m.log1p(far ? a - 1 : a + z / (1 + Math.sqrt(1 + z))) + (far ? Math.LN2 : 0), x);
  },
  { log1p: log1p64 },
);

/// Inverse hyperbolic cosine, log(x + sqrt(x^2 - 1)); NaN below 1.
export const acosh64 = mathFunction(
  "acosh",
  { x: "f64" },
  "f64",
  function acosh(x, m) {
    const far = x > 268435456;
    const t = x - 1;
    const y = m.log1p(far ? t : t + Math.sqrt(2 * t + t * t)) + (far ? Math.LN2 : 0);
    return x >= 1 ? y : NaN;
  },
  { log1p: log1p64 },
);

/// Inverse hyperbolic tangent, log((1 + x) / (1 - x)) / 2; NaN beyond 1.
export const atanh64 = mathFunction(
  "atanh",
  { x: "f64" },
  "f64",
  function atanh(x, m) {
    const a = Math.abs(x);
    return m.copysign(0.5 * m.log1p((2 * a) / (1 - a)), x);
  },
  { log1p: log1p64 },
);
