/// Hyperbolic functions and their inverses, f32. `hyperbolicSine` and `hyperbolicTangent` of generate.ts; the inverses as logarithms in f64.
import { mathFunction } from "../declare.ts";
import { exp32, expScaled32 } from "./exponential.ts";
import { shortLog } from "./logarithm.ts";

/// Hyperbolic sine: a polynomial below 1, (e^x - e^-x) / 2 above.
export const sinh32 = mathFunction(
  "sinh",
  { x: "f32" },
  "f32",
  function sinh(x, m) {
    const a = Math.abs(x);
    const z = x * x;
    const half = m.expScaled(a, -1);
    return m.copysign(a < 1 ? a + a * z * (0.16666716 + z * (0.00833028372 + z * 0.000203721943)) : half - 0.25 / half, x);
  },
  { expScaled: expScaled32 },
);

/// Hyperbolic cosine, (e^x + e^-x) / 2.
export const cosh32 = mathFunction(
  "cosh",
  { x: "f32" },
  "f32",
  function cosh(x, m) {
    const half = m.expScaled(Math.abs(x), -1);
    return half + 0.25 / half;
  },
  { expScaled: expScaled32 },
);

/// Hyperbolic tangent: a polynomial below 0.625, 1 - 2 / (e^2x + 1) above.
export const tanh32 = mathFunction(
  "tanh",
  { x: "f32" },
  "f32",
  function tanh(x, m) {
    const a = Math.abs(x);
    const z = x * x;
    const p = -0.333332819 + z * (0.133314422 + z * (-0.0537397151 + z * (0.0206390874 + z * -0.00570498718)));
    return m.copysign(a < 0.625 ? a + a * z * p : 1 - 2 / (m.exp(2 * a) + 1), x);
  },
  { exp: exp32 },
);

/// Inverse hyperbolic sine, log(x + sqrt(x^2 + 1)).
export const asinh32 = mathFunction(
  "asinh",
  { x: "f32" },
  "f32",
  function asinh(x, m) {
    const a = m.f64(Math.abs(x));
    const y = m.copysign(m.f32(m.shortLog(a + Math.sqrt(a * a + 1))), x);
    return Math.abs(x) < 0.0001 || x * 0 !== 0 ? x : y;
  },
  { shortLog },
);

/// Inverse hyperbolic cosine, log(x + sqrt(x^2 - 1)); NaN below 1.
export const acosh32 = mathFunction(
  "acosh",
  { x: "f32" },
  "f32",
  function acosh(x, m) {
    const t = m.f64(x) - 1;
    const y = m.f32(m.shortLog(1 + (t + Math.sqrt(t * (t + 2)))));
    return x >= 1 ? (x < Infinity ? y : x) : NaN;
  },
  { shortLog },
);

/// Inverse hyperbolic tangent, log((1 + x) / (1 - x)) / 2; NaN beyond 1.
export const atanh32 = mathFunction(
  "atanh",
  { x: "f32" },
  "f32",
  function atanh(x, m) {
    const a = m.f64(x);
    const y = m.f32(0.5 * m.shortLog((1 + a) / (1 - a)));
    const edge = x === 1 ? Infinity : x === -1 ? -Infinity : Math.abs(x) < 0.0001 ? x : y;
    return Math.abs(x) <= 1 ? edge : NaN;
  },
  { shortLog },
);
