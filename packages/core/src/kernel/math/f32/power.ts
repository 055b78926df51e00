/// Powers and roots, f32, computed in f64.
import { mathFunction } from "../declare.ts";
import { growth } from "./exponential.ts";
import { shortLog } from "./logarithm.ts";

/// x^y = 2^(y log2 x) with JavaScript's special cases (pow(1, Infinity) is NaN).
export const pow32 = mathFunction(
  "pow",
  { x: "f32", y: "f32" },
  "f32",
  function pow(x, y, m) {
    const a = Math.abs(x);
    const log = a === 0 ? -Infinity : a < Infinity ? m.shortLog(m.f64(a)) : m.f64(a);
    const z = Math.max(-200, Math.min(200, m.f64(y) * log * Math.LOG2E));
    const k = m.nearest(z);
    const power = m.f32((1 + m.growth((z - k) * Math.LN2)) * m.words((m.toInt(k) + 1023) << 20, 0));
    const whole = Math.floor(y) === y;
    const odd = whole && Math.abs(y) < 16777216 && Math.floor(0.5 * y) * 2 !== y;
    const signed = odd ? m.copysign(power, x) : power;
    return y === 0 ? 1 : x < 0 && a < Infinity && !whole ? NaN : signed;
  },
  { shortLog, growth },
);

/// Cube root: a third of the exponent, then two steps of Halley's method, 5 to 16 to 47 bits (FreeBSD's s_cbrtf.c).
export const cbrt32 = mathFunction("cbrt", { x: "f32" }, "f32", function cbrt(x, m) {
  const a = m.f64(x);
  const b = Math.abs(a);
  const t = m.words(m.toInt(m.f64(m.high(b)) * 0.3333333333333333) + 715094163, 0);
  const r = t * t * t;
  const u = (t * (b + b + r)) / (b + r + r);
  const q = u * u * u;
  const y = m.f32((u * (b + b + q)) / (b + q + q));
  return x * 0 === 0 && x !== 0 ? m.copysign(y, x) : x;
});

/// sqrt(x^2 + y^2) without overflow; infinite when either is infinite, even beside NaN.
export const hypot32 = mathFunction("hypot", { x: "f32", y: "f32" }, "f32", function hypot(x, y, m) {
  const a = m.f64(x);
  const b = m.f64(y);
  const length = m.f32(Math.sqrt(a * a + b * b));
  return Math.abs(x) === Infinity || Math.abs(y) === Infinity ? Infinity : length;
});
