/// Exponentials, f32: x = k ln 2 + r with ln 2 in two parts, `exponential` and `power2` of generate.ts, 2^k as two exact factors, so that denormal
/// results are rounded once.
import { mathFunction } from "../declare.ts";

/// x 2^n, rounded once: |n| <= 250.
const scale32 = mathFunction("scale", { x: "f32", n: "i32" }, "f32", function scale(x, n, m) {
  const half = n >> 1;
  return x * m.fromBits((half + 127) << 23) * m.fromBits((n - half + 127) << 23);
});

/// 2^n e^x, without overflow of e^x.
export const expScaled32 = mathFunction(
  "expScaled",
  { x: "f32", n: "i32" },
  "f32",
  function expScaled(x, n, m) {
    const a = Math.max(-110, Math.min(100, x));
    const k = m.nearest(a * Math.LOG2E);
    const r = a - k * 0.693359375 - k * -0.00021219444005469057;
    const y = r + r * r * (0.499999935 + r * (0.166665207 + r * (0.0416683874 + r * (0.00836870983 + r * 0.00138146132))));
    return m.scale(1 + y, m.toInt(k) + n);
  },
  { scale: scale32 },
);

/// e^x.
export const exp32 = mathFunction(
  "exp",
  { x: "f32" },
  "f32",
  function exp(x, m) {
    return m.expScaled(x, 0);
  },
  { expScaled: expScaled32 },
);

/// 2^x.
export const exp232 = mathFunction(
  "exp2",
  { x: "f32" },
  "f32",
  function exp2(x, m) {
    const a = Math.max(-160, Math.min(140, x));
    const k = m.nearest(a);
    const f = a - k;
    const p = 0.693147203 + f * (0.240226479 + f * (0.0555033247 + f * (0.00961843736 + f * (0.00133988744 + f * 0.000153533622))));
    return m.scale(1 + f * p, m.toInt(k));
  },
  { scale: scale32 },
);

/// e^r - 1 in f64 to 32 bits, |r| <= ln 2 / 2: `shortExponential` of generate.ts.
export const growth = mathFunction("growth", { x: "f64" }, "f64", function growth(r) {
  return (
    r +
    r *
      r *
      (0.5000000046386066 +
        r *
          (0.16666666816997663 +
            r * (0.04166635478813738 + r * (0.008333273071712796 + r * (0.0013940997885564757 + r * 0.00019914156698341452)))))
  );
});

/// e^x - 1, accurate near 0. In f64, where neither the reduction nor the subtraction needs care.
export const expm132 = mathFunction(
  "expm1",
  { x: "f32" },
  "f32",
  function expm1(x, m) {
    const a = m.f64(Math.max(-60, Math.min(100, x)));
    const k = m.nearest(a * Math.LOG2E);
    const power = m.words((m.toInt(k) + 1023) << 20, 0);
    const y = power * m.growth(a - k * Math.LN2) + (power - 1);
    return x === 0 ? x : m.f32(y);
  },
  { growth },
);
