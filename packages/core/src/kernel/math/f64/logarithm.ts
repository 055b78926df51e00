/// Logarithms, f64: x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt 2, s = f / (2 + f), and the polynomial of fdlibm in s^2 (Sun Microsystems,
/// 1993, freely licensed). Bases 2 and 10 add the logarithm in two parts, as FreeBSD's e_log2.c and e_log10.c do.
import { mathFunction } from "../declare.ts";

/// log(1 + f) - f + f^2 / 2 over f in [sqrt(1/2) - 1, sqrt 2 - 1].
export const logTail64 = mathFunction("logTail", { x: "f64" }, "f64", function logTail(f) {
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (0.5 * f * f + (even + odd));
});

/// The whole k of x = 2^k (1 + f), for x > 0 that is not denormal.
export const octave64 = mathFunction("octave", { x: "f64" }, "i32", function octave(x, m) {
  return ((m.high(x) + 0x95f62) >> 20) - 1023;
});

/// The 1 + f of x = 2^k (1 + f).
export const within64 = mathFunction("within", { x: "f64" }, "f64", function within(x, m) {
  return m.words(((m.high(x) + 0x95f62) & 0xfffff) + 0x3fe6a09e, m.low(x));
});

/// What a logarithm is where x is 0, negative, infinite or NaN, otherwise y.
const guard64 = mathFunction("guard", { x: "f64", y: "f64" }, "f64", function guard(x, y) {
  return x > 0 ? (x < Infinity ? y : x) : x === 0 ? -Infinity : NaN;
});

/// Natural logarithm.
export const log64 = mathFunction(
  "log",
  { x: "f64" },
  "f64",
  function log(x, m) {
    const denormal = x < 2.2250738585072014e-308;
    const a = denormal ? x * 18014398509481984 : x;
    const k = m.f64(m.octave(a) - (denormal ? 54 : 0));
    const f = m.within(a) - 1;
    return m.guard(x, k * 0.6931471803691238 - (0.5 * f * f - (m.logTail(f) + k * 1.9082149292705877e-10) - f));
  },
  { octave: octave64, within: within64, logTail: logTail64, guard: guard64 },
);

/// log(1 + x), accurate near 0: the rounding error of 1 + x is put back as c.
export const log1p64 = mathFunction(
  "log1p",
  { x: "f64" },
  "f64",
  function log1p(x, m) {
    const near = x > -0.2928932188134524 && x < 0.41421356237309503;
    const u = 1 + x;
    const k = near ? m.f64(0) : m.f64(m.octave(u));
    const c = near || k > 54 ? m.f64(0) : (k > 1 ? 1 - (u - x) : x - (u - 1)) / u;
    const f = near ? x : m.within(u) - 1;
    const y = k * 0.6931471803691238 - (0.5 * f * f - (m.logTail(f) + (k * 1.9082149292705877e-10 + c)) - f);
    return x === 0 ? x : m.guard(u, y);
  },
  { octave: octave64, within: within64, logTail: logTail64, guard: guard64 },
);

/// Logarithm to base 2; exact for powers of 2.
export const log264 = mathFunction(
  "log2",
  { x: "f64" },
  "f64",
  function log2(x, m) {
    const denormal = x < 2.2250738585072014e-308;
    const a = denormal ? x * 18014398509481984 : x;
    const k = m.f64(m.octave(a) - (denormal ? 54 : 0));
    const f = m.within(a) - 1;
    const square = 0.5 * f * f;
    const high = m.words(m.high(f - square), 0);
    const low = f - high - square + m.logTail(f);
    const upper = high * 1.4426950407214463;
    const lower = (low + high) * 1.6751713164886512e-10 + low * 1.4426950407214463;
    const w = k + upper;
    return m.guard(x, lower + (k - w + upper) + w);
  },
  { octave: octave64, within: within64, logTail: logTail64, guard: guard64 },
);

/// Logarithm to base 10.
export const log1064 = mathFunction(
  "log10",
  { x: "f64" },
  "f64",
  function log10(x, m) {
    const denormal = x < 2.2250738585072014e-308;
    const a = denormal ? x * 18014398509481984 : x;
    const k = m.f64(m.octave(a) - (denormal ? 54 : 0));
    const f = m.within(a) - 1;
    const square = 0.5 * f * f;
    const high = m.words(m.high(f - square), 0);
    const low = f - high - square + m.logTail(f);
    const upper = high * 0.4342944818781689;
    const whole = k * 0.30102999566361177;
    const lower = k * 3.694239077158931e-13 + (low + high) * 2.5082946711645275e-11 + low * 0.4342944818781689;
    const w = whole + upper;
    return m.guard(x, lower + (whole - w + upper) + w);
  },
  { octave: octave64, within: within64, logTail: logTail64, guard: guard64 },
);
