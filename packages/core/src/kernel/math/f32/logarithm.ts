/// Logarithms, f32: x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt 2 and s = f / (2 + f). `log` and `log2` run in f32 (`logarithm` of generate.ts; base
/// 2 in two parts as in FreeBSD's e_log2f.c), the others in f64 with a polynomial of 37 bits.
import { mathFunction } from "../declare.ts";
import { octave64, within64 } from "../f64/logarithm.ts";

/// log(1 + f) - f + f^2 / 2.
const logTail32 = mathFunction("logTail", { x: "f32" }, "f32", function logTail(f) {
  const s = f / (2 + f);
  const z = s * s;
  return s * (0.5 * f * f + z * (0.666667764 + z * (0.399775416 + z * 0.298717277)));
});

const octave32 = mathFunction("octave", { x: "f32" }, "i32", function octave(x, m) {
  return ((m.bits(x) + 0x4afb0d) >> 23) - 127;
});

const within32 = mathFunction("within", { x: "f32" }, "f32", function within(x, m) {
  return m.fromBits(((m.bits(x) + 0x4afb0d) & 0x7fffff) + 0x3f3504f3);
});

/// What a logarithm is where x is 0, negative, infinite or NaN, otherwise y.
const guard32 = mathFunction("guard", { x: "f32", y: "f32" }, "f32", function guard(x, y) {
  return x > 0 ? (x < Infinity ? y : x) : x === 0 ? -Infinity : NaN;
});

/// Natural logarithm.
export const log32 = mathFunction(
  "log",
  { x: "f32" },
  "f32",
  function log(x, m) {
    const denormal = x < 1.1754943508222875e-38;
    const a = denormal ? x * 33554432 : x;
    const k = m.f32(m.octave(a) - (denormal ? 25 : 0));
    const f = m.within(a) - 1;
    return m.guard(x, k * 0.6931381225585938 - (0.5 * f * f - (m.logTail(f) + k * 9.058000614458981e-6) - f));
  },
  { octave: octave32, within: within32, logTail: logTail32, guard: guard32 },
);

/// Logarithm to base 2; exact for powers of 2.
export const log232 = mathFunction(
  "log2",
  { x: "f32" },
  "f32",
  function log2(x, m) {
    const denormal = x < 1.1754943508222875e-38;
    const a = denormal ? x * 33554432 : x;
    const k = m.f32(m.octave(a) - (denormal ? 25 : 0));
    const f = m.within(a) - 1;
    const square = 0.5 * f * f;
    const high = m.fromBits(m.bits(f - square) & -4096);
    const low = f - high - square + m.logTail(f);
    return m.guard(x, (low + high) * -0.00017605285393074155 + low * 1.44287109375 + high * 1.44287109375 + k);
  },
  { octave: octave32, within: within32, logTail: logTail32, guard: guard32 },
);

/// Natural logarithm of an f64 > 0 that is not denormal, to 37 bits: `shortLogarithm` of generate.ts.
export const shortLog = mathFunction(
  "shortLog",
  { x: "f64" },
  "f64",
  function shortLog(x, m) {
    const f = m.within(x) - 1;
    const s = f / (2 + f);
    const z = s * s;
    return (
      m.f64(m.octave(x)) * Math.LN2 +
      s * (2 + z * (0.6666666564546282 + z * (0.4000033518998219 + z * (0.28537308585177 + z * 0.23582150619261263))))
    );
  },
  { octave: octave64, within: within64 },
);

/// Logarithm to base 10.
export const log1032 = mathFunction(
  "log10",
  { x: "f32" },
  "f32",
  function log10(x, m) {
    return m.guard(x, m.f32(m.shortLog(m.f64(x)) * Math.LOG10E));
  },
  { shortLog, guard: guard32 },
);

/// log(1 + x), accurate near 0.
export const log1p32 = mathFunction(
  "log1p",
  { x: "f32" },
  "f32",
  function log1p(x, m) {
    // Below 2^-26, x - x^2/2 rounds to x.
    return Math.abs(x) < 1.4901161193847656e-8 ? x : m.guard(x + 1, m.f32(m.shortLog(m.f64(x) + 1)));
  },
  { shortLog, guard: guard32 },
);
