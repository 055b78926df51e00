/// Circular functions, f64. Reduction by pi/2 in four parts (33 + 33 + 33 + 53 bits of pi/2, after Cody and Waite): the products are exact while
/// the quotient has at most 20 bits. Polynomials and the tail handling are those of fdlibm (Sun Microsystems, 1993, freely licensed).
///
/// Beyond |x| = 2^20 pi/2 the argument is first taken modulo 2 pi in plain f64, so the result is still a bounded, repeatable function of x, but its
/// absolute error grows as |x| 2^-53. From 2^53 on, where neighbouring numbers are a radian apart, sin is 0 and cos is 1.
import { mathFunction } from "../declare.ts";

/// sin(x + q pi/2) for an integer q.
const quarter64 = mathFunction("quarter", { x: "f64", q: "i32" }, "f64", function quarter(x, q, m) {
  const far = Math.abs(x) > 1647099.3291652855;
  const turned = x - m.nearest(x * 0.15915494309189535) * 6.283185307179586;
  const a = far ? (Math.abs(x) < 9007199254740992 ? turned : x * 0) : x;
  const n = m.nearest(a * 0.6366197723675814);
  const r1 = a - n * 1.5707963267341256;
  const w2 = n * 6.077100506303966e-11;
  const r2 = r1 - w2;
  const w3 = n * 2.0222662487111665e-21;
  const r3 = r2 - w3;
  const rest = r1 - r2 - w2 + (r2 - r3 - w3) - n * 8.4784276603689e-32;
  const r = r3 + rest;
  const tail = r3 - r + rest;
  const z = r * r;
  const ps =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  const zr = z * r;
  const sine = r - (z * (0.5 * tail - zr * ps) - tail - zr * -0.16666666666666632);
  const pc =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z * (2.480158728947673e-5 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = 0.5 * z;
  const w = 1 - half;
  const cosine = w + (1 - w - half + (z * pc - r * tail));
  const k = m.toInt(n) + q;
  const y = (k & 1) === 0 ? sine : cosine;
  return (k & 2) === 0 ? y : -y;
});

/// Sine.
export const sin64 = mathFunction(
  "sin",
  { x: "f64" },
  "f64",
  function sin(x, m) {
    return x === 0 ? x : m.quarter(x, 0);
  },
  { quarter: quarter64 },
);

/// Cosine.
export const cos64 = mathFunction(
  "cos",
  { x: "f64" },
  "f64",
  function cos(x, m) {
    return m.quarter(x, 1);
  },
  { quarter: quarter64 },
);

/// Tangent, as sine over cosine.
export const tan64 = mathFunction(
  "tan",
  { x: "f64" },
  "f64",
  function tan(x, m) {
    return x === 0 ? x : m.quarter(x, 0) / m.quarter(x, 1);
  },
  { quarter: quarter64 },
);
