/// The sine of C libraries on 64-bit Intel machines, nearly to the last bit: of a million results about five are a neighbour of theirs, where the closest
/// number to the sine is so for 1600. For maps that make another signal of one rounding.
///
/// By a table in steps of 1/128 (the method of S. Gal and B. Bachelis, An accurate elementary mathematical library for the IEEE floating point
/// standard, ACM TOMS 17, 1991): with a = k / 128 + r and S, C the sine and cosine of k / 128 as sums of two numbers,
/// sin(a) = S + (S_low + sin(r) C_low - S (1 - cos(r)) + C sin(r)), where the last product is not rounded. Limits of the ranges, and the interval the
/// polynomial near 0 is fitted to (0 to 0.28, the error weighted by r^4), are chosen by measurement against such a library.
import { type Context, helper } from "../../kernel/language.ts";

/// Steps of the table, and numbers of each.
export const csineSteps = 110;
export const csineWords = 8;

/// Sines and cosines of k / 128: three f32 whose sum is the f64 closest to each, and what it lacks.
export function csineTable(): Float32Array {
  const bits = 128n;
  const one = 1n << bits;
  const rounded = (x: bigint) => x >> bits;
  // Series of the first step; every further step is a rotation by it.
  let [sine, cosine] = [0n, 0n];
  for (let term = one, n = 0n; term !== 0n; n += 1n, term = rounded(term * (one >> 7n)) / n) {
    const sign = (n & 2n) === 0n ? 1n : -1n;
    if ((n & 1n) === 0n) cosine += sign * term;
    else sine += sign * term;
  }
  const values = new Float32Array(csineSteps * csineWords);
  let [s, c] = [0n, one];
  for (let k = 0; k < csineSteps; k++) {
    for (const [i, exact] of [s, c].entries()) {
      const near = toNumber(exact, bits);
      const first = Math.fround(near);
      const second = Math.fround(near - first);
      const rest = toNumber(exact - toFixed(near, bits), bits);
      values.set([first, second, near - first - second, rest], k * csineWords + i * 4);
    }
    [s, c] = [rounded(s * cosine + c * sine), rounded(c * cosine - s * sine)];
  }
  return values;
}

/// x 2^-bits, to the nearest f64.
function toNumber(x: bigint, bits: bigint): number {
  const magnitude = x < 0n ? -x : x;
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 64));
  // The bits cut off only matter as to whether there are any.
  const cut = magnitude >> excess;
  const sticky = cut << excess === magnitude ? cut : cut | 1n;
  return ((x < 0n ? -1 : 1) * Number(sticky)) / 2 ** Number(bits - excess);
}

/// x 2^bits; x has no more bits than that.
function toFixed(x: number, bits: bigint): bigint {
  const half = 64;
  return BigInt(x * 2 ** half) << (bits - BigInt(half));
}

/// The context of a kernel that uses `csineParts`.
export interface CsineContext extends Context {
  csine(x: number, c: CsineContext): number;
  split(x: number, c: Context): number;
  fused(x: number, y: number, z: number, c: CsineContext): number;
  nearest(x: number): number;
}

/// The closest integer, the even one of two: what adding 1.5 2^52 leaves.
const nearest = helper((x: number) => x + 6755399441055744 - 6755399441055744);

/// The upper half of x's bits (Veltkamp).
const split = helper((x: number, c: Context) => {
  const wide = x * c.f64(134217729);
  return wide - (wide - x);
});

/// x y + z with one rounding, where z is much smaller than x y (Dekker's product).
const fused = helper((x: number, y: number, z: number, c: CsineContext) => {
  const product = x * y;
  const xh = c.split(x, c);
  const xl = x - xh;
  const yh = c.split(y, c);
  const yl = y - yh;
  return product + (xh * yh - product + xh * yl + xl * yh + xl * yl + z);
});

/// The sine of an f64.
const csine = helper((angle: number, c: CsineContext) => {
  const x = c.f64(angle);
  const far = Math.abs(x);
  // By quarter turns (33 + 33 + 33 + 53 bits of pi/2) to a + rest.
  const n = far < 0.855469 ? 0 : far < 2.426265 ? (x < 0 ? -1 : 1) : c.nearest(x * 0.6366197723675814);
  const r1 = x - n * 1.5707963267341256;
  const w2 = n * 6.077100506303966e-11;
  const r2 = r1 - w2;
  const w3 = n * 2.0222662487111665e-21;
  const r3 = r2 - w3;
  const tail = r1 - r2 - w2 + (r2 - r3 - w3) - n * 8.4784276603689e-32;
  const a = r3 + tail;
  const rest = r3 - a + tail;
  const quarter = c.tr(n);
  const magnitude = Math.abs(a);
  let y = c.f64(0);
  if ((quarter & 1) === 0 && magnitude < 0.126) {
    const z = a * a;
    const p =
      -0.16666666666666666 +
      z * (0.008333333333331997 + z * (-0.00019841269830634322 + z * (2.7557289054732698e-6 + z * -2.5015577973136653e-8)));
    y = a + c.fused(c.fused(p, a, -0.5 * rest, c), z, rest, c);
  } else {
    const k = c.nearest(magnitude * 128);
    const at = c.tr(k) * 8;
    const table = c.table.csine;
    const sine = c.f64(table[at]) + table[at + 1] + table[at + 2];
    const sineRest = c.f64(table[at + 3]);
    const cosine = c.f64(table[at + 4]) + table[at + 5] + table[at + 6];
    const cosineRest = c.f64(table[at + 7]);
    const r = magnitude - k * 0.0078125;
    const dr = a < 0 ? -rest : rest;
    if ((quarter & 1) === 0) {
      const z = r * r;
      const s = r + (dr + r * z * (-0.16666666666666666 + z * 0.008333333333333333));
      const v = r * dr + z * (0.5 + z * (-0.041666666666666664 + z * 0.001388888888888889));
      const t = sine + c.fused(cosine, s, sineRest + s * cosineRest - sine * v, c);
      y = a < 0 ? -t : t;
    } else {
      const d = r + dr;
      const z = d * d;
      const s = d + d * z * (-0.16666666666666666 + z * 0.008333333333333333);
      const v = z * (0.5 + z * (-0.041666666666666664 + z * 0.001388888888888889));
      y = cosine + c.fused(-sine, s, cosineRest - s * sineRest - cosine * v, c);
    }
  }
  return (quarter & 2) === 0 ? y : -y;
});

/// For `uses` of a kernel that calls `csine`.
export const csineParts = { csine, fused, split, nearest };
