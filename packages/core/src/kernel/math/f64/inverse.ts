/// Inverse circular functions, f64: the argument ranges and rational approximations of fdlibm (Sun Microsystems, 1993, freely licensed), with its
/// branches turned into choices of numerator and denominator, so that each function divides once.
import { mathFunction } from "../declare.ts";

/// Arc tangent: tan(a + b) formulas bring |x| below 7/16 around 0, 1/2, 1, 3/2 and infinity.
export const atan64 = mathFunction("atan", { x: "f64" }, "f64", function atan(x, m) {
  const a = Math.abs(x);
  const over = a < 0.4375 ? a : a < 0.6875 ? 2 * a - 1 : a < 1.1875 ? a - 1 : a < 2.4375 ? a - 1.5 : -1;
  const under = a < 0.4375 ? 1 : a < 0.6875 ? 2 + a : a < 1.1875 ? a + 1 : a < 2.4375 ? 1 + 1.5 * a : a;
  const high =
    a < 0.4375
      ? 0
      : a < 0.6875
        ? 0.4636476090008061
        : a < 1.1875
          ? 0.7853981633974483
          : a < 2.4375
            ? 0.982793723247329
            : 1.5707963267948966;
  const low =
    a < 0.4375
      ? 0
      : a < 0.6875
        ? 2.2698777452961687e-17
        : a < 1.1875
          ? 3.061616997868383e-17
          : a < 2.4375
            ? 1.3903311031230998e-17
            : 6.123233995736766e-17;
  const t = over / under;
  const z = t * t;
  const w = z * z;
  const even =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w * (0.09090887133436507 + w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const odd =
    w *
    (-0.19999999999876483 +
      w * (-0.11111110405462356 + w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  return m.copysign(high - (t * (even + odd) - low - t), x);
});

/// Angle of the point (x, y), in (-pi, pi].
export const atan264 = mathFunction(
  "atan2",
  { y: "f64", x: "f64" },
  "f64",
  function atan2(y, x, m) {
    const a = Math.abs(y);
    const b = Math.abs(x);
    // 0/0 and infinity/infinity stand for 0 and 1.
    const slope = a === b ? (a === 0 ? a : m.f64(1)) : a / b;
    const angle = m.atan(slope);
    const left = m.copysign(1, x) < 0;
    return m.copysign(left ? Math.PI - (angle - 1.2246467991473532e-16) : angle, y);
  },
  { atan: atan64 },
);

/// (asin(s) - s) / s^3 by z = s^2 <= 1/4, times z.
const arc64 = mathFunction("arc", { x: "f64" }, "f64", function arc(z) {
  const p =
    z *
    (0.16666666666666666 +
      z *
        (-0.3255658186224009 +
          z * (0.20121253213486293 + z * (-0.04005553450067941 + z * (0.0007915349942898145 + z * 3.479331075960212e-5)))));
  const q = 1 + z * (-2.403394911734414 + z * (2.0209457602335057 + z * (-0.6882839716054533 + z * 0.07703815055590194)));
  return p / q;
});

/// Arc sine. For |x| >= 1/2: asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)), the root in two parts.
export const asin64 = mathFunction(
  "asin",
  { x: "f64" },
  "f64",
  function asin(x, m) {
    const a = Math.abs(x);
    const small = a < 0.5;
    const z = small ? x * x : (1 - a) * 0.5;
    const r = m.arc(z);
    const s = Math.sqrt(z);
    const f = m.words(m.high(s), 0);
    const c = s + f === 0 ? s : (z - f * f) / (s + f);
    const upper = 0.7853981633974483 - (2 * s * r - (6.123233995736766e-17 - 2 * c) - (0.7853981633974483 - 2 * f));
    return m.copysign(small ? a + a * r : upper, x);
  },
  { arc: arc64 },
);

/// Arc cosine.
export const acos64 = mathFunction(
  "acos",
  { x: "f64" },
  "f64",
  function acos(x, m) {
    const a = Math.abs(x);
    const small = a < 0.5;
    const z = small ? x * x : (1 - a) * 0.5;
    const r = m.arc(z);
    const s = Math.sqrt(z);
    const f = m.words(m.high(s), 0);
    const c = s + f === 0 ? s : (z - f * f) / (s + f);
    const near = 1.5707963267948966 - (x - (6.123233995736766e-17 - x * r));
    const right = 2 * (f + (r * s + c));
    const left = Math.PI - 2 * (s + (r * s - 6.123233995736766e-17));
    return small ? near : x > 0 ? right : left;
  },
  { arc: arc64 },
);
