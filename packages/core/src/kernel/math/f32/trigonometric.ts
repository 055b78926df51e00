/// Circular functions, f32: the argument is reduced by pi/2 in f64 (33 + 53 bits), the polynomials run in f32. `sine` and `cosine` of generate.ts.
///
/// Up to |x| = 2^20 pi/2 the reduction is exact to f32; from there to 2^31 its error grows as |x| 2^-53. Beyond 2^31, where neighbouring numbers are
/// 256 radians apart, sin and tan are 0 and cos is 1.
import { mathFunction } from "../declare.ts";

/// sin(r) for |r| <= pi/4.
const sine32 = mathFunction("sine", { x: "f32" }, "f32", function sine(r) {
  const z = r * r;
  return r + r * z * (-0.166666546 + z * (0.00833216076 + z * -0.000195152832));
});

/// cos(r) for |r| <= pi/4.
const cosine32 = mathFunction("cosine", { x: "f32" }, "f32", function cosine(r) {
  const z = r * r;
  const w = 1 - 0.5 * z;
  return w + (1 - w - 0.5 * z + z * z * (0.0416666457 + z * (-0.00138873163 + z * 2.44331571e-5)));
});

/// Multiples of pi/2 nearest to x.
const turns32 = mathFunction("turns", { x: "f32" }, "f64", function turns(x, m) {
  return Math.abs(x) > 2147483648 ? m.f64(0) : m.nearest(m.f64(x) * 0.6366197723675814);
});

/// x less n pi/2.
const rest32 = mathFunction("rest", { x: "f32", n: "f64" }, "f64", function rest(x, n, m) {
  const a = m.f64(Math.abs(x) > 2147483648 ? x * 0 : x);
  return a - n * 1.5707963267341256 - n * 6.077100506506192e-11;
});

/// sin(x + q pi/2) for an integer q.
const quarter32 = mathFunction(
  "quarter",
  { x: "f32", q: "i32" },
  "f32",
  function quarter(x, q, m) {
    const n = m.turns(x);
    const r = m.f32(m.rest(x, n));
    const k = m.toInt(n) + q;
    const y = (k & 1) === 0 ? m.sine(r) : m.cosine(r);
    return (k & 2) === 0 ? y : -y;
  },
  { turns: turns32, rest: rest32, sine: sine32, cosine: cosine32 },
);

/// Sine.
export const sin32 = mathFunction(
  "sin",
  { x: "f32" },
  "f32",
  function sin(x, m) {
    return x === 0 ? x : m.quarter(x, 0);
  },
  { quarter: quarter32 },
);

/// Cosine.
export const cos32 = mathFunction(
  "cos",
  { x: "f32" },
  "f32",
  function cos(x, m) {
    return m.quarter(x, 1);
  },
  { quarter: quarter32 },
);

/// Tangent: sine over cosine with the same polynomials, in f64 so that the quotient is rounded once.
export const tan32 = mathFunction(
  "tan",
  { x: "f32" },
  "f32",
  function tan(x, m) {
    const n = m.turns(x);
    const r = m.rest(x, n);
    const z = r * r;
    const s = r + r * z * (-0.166666546 + z * (0.00833216076 + z * -0.000195152832));
    const c = 1 - (0.5 * z - z * z * (0.0416666457 + z * (-0.00138873163 + z * 2.44331571e-5)));
    const even = (m.toInt(n) & 1) === 0;
    const y = m.f32((even ? s : -c) / (even ? c : s));
    return x === 0 ? x : y;
  },
  { turns: turns32, rest: rest32 },
);
