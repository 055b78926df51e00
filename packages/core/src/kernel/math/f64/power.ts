/// Powers and roots, f64.
import { mathFunction } from "../declare.ts";
import { scale64 } from "./exponential.ts";

/// x^y with JavaScript's special cases (pow(1, Infinity) is NaN). The logarithm of x to base 2 in two parts, times y in two parts, then 2^z:
/// method and constants of fdlibm (Sun Microsystems, 1993, freely licensed).
export const pow64 = mathFunction(
  "pow",
  { x: "f64", y: "f64" },
  "f64",
  function pow(x, y, m) {
    const a = Math.abs(x);
    const denormal = a < 2.2250738585072014e-308;
    const b = denormal ? a * 9007199254740992 : a;
    // b = 2^n u with u below sqrt(3/2), between it and sqrt 3 (then `mid`), or above it, halved.
    const fraction = m.high(b) & 0xfffff;
    const upper = fraction >= 0xbb67a;
    const mid = fraction > 0x3988e && !upper;
    const n = m.f64((m.high(b) >> 20) - 1023 - (denormal ? 53 : 0) + (upper ? 1 : 0));
    const head = fraction | (upper ? 0x3fe00000 : 0x3ff00000);
    const u = m.words(head, m.low(b));
    const centre = mid ? m.f64(1.5) : m.f64(1);
    const numerator = u - centre;
    const v = 1 / (u + centre);
    const s = numerator * v;
    const sh = m.words(m.high(s), 0);
    const dh = m.words(((head >> 1) | 0x20000000) + 0x80000 + (mid ? 0x40000 : 0), 0);
    const dl = u - (dh - centre);
    const sl = v * (numerator - sh * dh - sh * dl);
    const s2 = s * s;
    const r =
      s2 *
        s2 *
        (0.5999999999999946 +
          s2 *
            (0.4285714285785502 +
              s2 * (0.33333332981837743 + s2 * (0.272728123808534 + s2 * (0.23066074577556175 + s2 * 0.20697501780033842))))) +
      sl * (sh + s);
    const sh2 = sh * sh;
    const th = m.words(m.high(3 + sh2 + r), 0);
    const tl = r - (th - 3 - sh2);
    const p = sh * th;
    const q = sl * th + tl * s;
    const ph = m.words(m.high(p + q), 0);
    const pl = q - (ph - p);
    const zh = 0.9617967009544373 * ph;
    const zl = -7.028461650952758e-9 * ph + pl * 0.9617966939259756 + (mid ? 1.350039202129749e-8 : 0);
    const kh = mid ? m.f64(0.5849624872207642) : m.f64(0);
    const lh = m.words(m.high(zh + zl + kh + n), 0);
    const ll = zl - (lh - n - kh - zh);

    // y times that logarithm. Beyond 2^65 every power of a number other than 1 is 0 or infinite.
    const w = Math.max(-3.68934881474191e19, Math.min(3.68934881474191e19, y));
    const yh = m.words(m.high(w), 0);
    const low = (w - yh) * lh + w * ll;
    const high = yh * lh;
    const z = low + high;
    const k = m.nearest(Math.max(-1200, Math.min(1200, z)));
    const gh = m.words(m.high(low + (high - k)), 0);
    const gl = low - (gh - (high - k));
    const e = gh * 0.6931471824645996;
    const f = gl * Math.LN2 + gh * -1.904654299957768e-9;
    const g = e + f;
    const lost = f - (g - e);
    const t = g * g;
    const c =
      g -
      t *
        (0.16666666666666602 +
          t * (-0.0027777777777015593 + t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
    const power = m.scale(1 - ((g * c) / (c - 2) - (lost + g * lost) - g), m.toInt(k));

    // Special cases, the strongest last.
    const finite = z > 1100 ? Infinity : z < -1100 ? 0 : power;
    const grows = y > 0;
    const ends = a === 0 ? (grows ? a : Infinity) : a === Infinity ? (grows ? a : 0) : finite;
    const whole = Math.floor(y) === y;
    const odd = whole && Math.abs(y) < 9007199254740992 && Math.floor(0.5 * y) * 2 !== y;
    const signed = odd ? m.copysign(ends, x) : ends;
    const real = x < 0 && a < Infinity && !whole ? NaN : signed;
    // The negated comparisons are true for NaN.
    const known = !(a >= 0) || !(Math.abs(y) >= 0) || (a === 1 && Math.abs(y) === Infinity) ? NaN : real;
    return y === 0 ? 1 : known;
  },
  { scale: scale64 },
);

/// Cube root: a third of the exponent, a polynomial, and one Newton step on an estimate of 23 bits (FreeBSD's s_cbrt.c).
export const cbrt64 = mathFunction("cbrt", { x: "f64" }, "f64", function cbrt(x, m) {
  const a = Math.abs(x);
  const denormal = a < 2.2250738585072014e-308;
  const b = denormal ? a * 18014398509481984 : a;
  const third = m.toInt(m.f64(m.high(b)) * 0.3333333333333333);
  const t = m.words(third + (denormal ? 696219795 : 715094163), 0);
  const r = t * t * (t / a);
  const u =
    t *
    (1.87595182427177 + r * (-1.8849797954337717 + r * 1.6214297201053545) + r * r * r * (-0.758397934778766 + r * 0.14599619288661245));
  // 23 bits, rounded away from zero, so that s * s is exact.
  const s = m.words((m.high(u) + (m.low(u) < 0 ? 1 : 0)) | 0, 0);
  const q = a / (s * s);
  const y = s + s * ((q - s) / (s + s + q));
  return a > 0 && a < Infinity ? m.copysign(y, x) : x;
});

/// sqrt(x^2 + y^2) without overflow; infinite when either is infinite, even beside NaN.
export const hypot64 = mathFunction(
  "hypot",
  { x: "f64", y: "f64" },
  "f64",
  function hypot(x, y, m) {
    const a = Math.max(Math.abs(x), Math.abs(y));
    const b = Math.min(Math.abs(x), Math.abs(y));
    const n = Math.max(-1000, Math.min(1000, (m.high(a) >> 20) - 1023));
    const p = m.scale(a, -n);
    const q = m.scale(b, -n);
    const length = m.scale(Math.sqrt(p * p + q * q), n);
    return Math.abs(x) === Infinity || Math.abs(y) === Infinity ? Infinity : a === 0 ? a : length;
  },
  { scale: scale64 },
);
