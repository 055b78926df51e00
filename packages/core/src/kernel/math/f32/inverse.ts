/// Inverse circular functions, f32. Ranges as in Cephes (S. Moshier, freely licensed); `tangent` and `arc` of generate.ts.
import { mathFunction } from "../declare.ts";

/// Arc tangent: |x| above tan(3 pi/8) by -1/x, above tan(pi/8) by (x - 1) / (x + 1).
export const atan32 = mathFunction("atan", { x: "f32" }, "f32", function atan(x, m) {
  const a = Math.abs(x);
  const over = a > 2.414213562 ? -1 : a > 0.414213562 ? a - 1 : a;
  const under = a > 2.414213562 ? a : a > 0.414213562 ? a + 1 : 1;
  const high = a > 2.414213562 ? 1.5707963705062866 : a > 0.414213562 ? 0.7853981852531433 : 0;
  const low = a > 2.414213562 ? -4.371139000186241e-8 : a > 0.414213562 ? -2.1855695000931206e-8 : 0;
  const t = over / under;
  const z = t * t;
  const y = low + t * z * (-0.333329491 + z * (0.1997771 + z * (-0.138776788 + z * 0.0805372282)));
  return m.copysign(high + (t + y), x);
});

/// Angle of the point (x, y), in (-pi, pi].
export const atan232 = mathFunction(
  "atan2",
  { y: "f32", x: "f32" },
  "f32",
  function atan2(y, x, m) {
    const a = Math.abs(y);
    const b = Math.abs(x);
    // 0/0 and infinity/infinity stand for 0 and 1.
    const slope = a === b ? (a === 0 ? a : m.f32(1)) : a / b;
    const angle = m.atan(slope);
    const left = m.copysign(m.f32(1), x) < 0;
    return m.copysign(left ? 3.1415927410125732 - (angle + 8.742278000372482e-8) : angle, y);
  },
  { atan: atan32 },
);

/// asin(s) for 0 <= s <= 0.55, z = s^2.
const arc32 = mathFunction("arc", { s: "f32", z: "f32" }, "f32", function arc(s, z) {
  return s + s * z * (0.166669313 + z * (0.0748810936 + z * (0.0463544032 + z * (0.0199433456 + z * 0.0491052183))));
});

/// Arc sine. From 0.55: asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)).
export const asin32 = mathFunction(
  "asin",
  { x: "f32" },
  "f32",
  function asin(x, m) {
    const a = Math.abs(x);
    const small = a < 0.55;
    const z = small ? x * x : (1 - a) * 0.5;
    const y = m.arc(small ? a : Math.sqrt(z), z);
    return m.copysign(small ? y : 1.5707963705062866 - (2 * y + 4.371139000186241e-8), x);
  },
  { arc: arc32 },
);

/// Arc cosine.
export const acos32 = mathFunction(
  "acos",
  { x: "f32" },
  "f32",
  function acos(x, m) {
    const a = Math.abs(x);
    const small = a < 0.55;
    const z = small ? x * x : (1 - a) * 0.5;
    const y = m.arc(small ? a : Math.sqrt(z), z);
    const near = 1.5707963705062866 - (m.copysign(y, x) + 4.371139000186241e-8);
    return small ? near : x > 0 ? 2 * y : 3.1415927410125732 - (2 * y + 8.742278000372482e-8);
  },
  { arc: arc32 },
);
