/// Units that keep a signal in a range or compare it with one, and loudness curves.
import { atInit, helper, perBlock, perSample, ramp, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { fold, wrap } from "./support/ranges.ts";

/// Clip (in, lo 0, hi 1): in, not above hi nor below lo.
export const Clip = ugen("Clip", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { in: signal, lo: ramp(0), hi: ramp(1) },
  start: "step",
  init({ in: x, lo, hi }, _s, c) {
    if (c.isIr) return c.clip(x, lo, hi);
  },
  tick({ in: x, lo, hi }, _s, _b, c) {
    return c.clip(x, lo, hi);
  },
});

/// Fold (in, lo 0, hi 1): in, reflected at lo and hi.
export const Fold = ugen("Fold", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { in: signal, lo: ramp(0), hi: ramp(1) },
  uses: { fold },
  start: "step",
  init({ in: x, lo, hi }, _s, c) {
    if (c.isIr) return c.fold(x, lo, hi);
  },
  tick({ in: x, lo, hi }, _s, _b, c) {
    return c.fold(x, lo, hi);
  },
});

/// Wrap (in, lo 0, hi 1): in, modulo the range.
export const Wrap = ugen("Wrap", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { in: signal, lo: ramp(0), hi: ramp(1) },
  uses: { wrap },
  start: "step",
  init({ in: x, lo, hi }, _s, c) {
    if (c.isIr) return c.wrap(x, lo, hi);
  },
  tick({ in: x, lo, hi }, _s, _b, c) {
    return c.wrap(x, lo, hi);
  },
});

/// InRange (in, lo 0, hi 1): 1 while lo <= in <= hi, else 0.
export const InRange = ugen("InRange", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { in: signal, lo: perBlock(0), hi: perBlock(1) },
  start: "step",
  init({ in: x, lo, hi }, _s, c) {
    if (c.isIr) return x >= lo && x <= hi ? 1 : 0;
  },
  tick({ in: x, lo, hi }) {
    return x >= lo && x <= hi ? 1 : 0;
  },
});

/// InRect (x, y, left 0, top 0, right 1, bottom 1): 1 while the point is in the rectangle, edges included, else 0.
export const InRect = ugen("InRect", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { x: signal, y: signal, left: perBlock(0), top: perBlock(0), right: perBlock(1), bottom: perBlock(1) },
  start: "step",
  init({ x, y, left, top, right, bottom }, _s, c) {
    if (c.isIr) return x >= left && x <= right && y >= top && y <= bottom ? 1 : 0;
  },
  tick({ x, y, left, top, right, bottom }) {
    return x >= left && x <= right && y >= top && y <= bottom ? 1 : 0;
  },
});

/// ModDif (x 0, y 0, mod 1): how far x and y are apart on a circle of length mod.
export const ModDif = ugen("ModDif", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { x: perSample(0), y: ramp(0), mod: ramp(1) },
  uses: {
    apart: helper((x: number, y: number, mod: number, c: { fmod(a: number, b: number): number }) => {
      const half = mod * 0.5;
      return half - Math.abs(c.fmod(Math.abs(x - y), mod) - half);
    }),
  },
  start: "step",
  init({ x, y, mod }, _s, c) {
    if (c.isIr) return c.apart(x, y, mod, c);
  },
  tick({ x, y, mod }, _s, _b, c) {
    return c.apart(x, y, mod, c);
  },
});

/// Unwrap (in, lo 0, hi 1): undoes a wrap: jumps by more than half the range are taken back.
export const Unwrap = ugen("Unwrap", {
  rates: "ar kr",
  family: "ranges",
  inputs: { in: signal, lo: perBlock(0), hi: perBlock(1) },
  state: { offset: 0, last: 0 },
  start: "step",
  init({ in: x, lo, hi }, s) {
    const range = Math.abs(hi - lo);
    const least = Math.min(lo, hi);
    s.offset = x < least || x > Math.max(lo, hi) ? Math.floor((least - x) / range) * range : 0;
  },
  tick({ in: x, lo, hi }, s) {
    const range = Math.abs(hi - lo);
    if (Math.abs(x - s.last) > range * 0.5) s.offset += x < s.last ? range : -range;
    s.last = x;
    return x + s.offset;
  },
});

/// x^y, of |x| with the sign of x.
const signedPower = helper((x: number, y: number) => (x >= 0 ? x ** y : -((-x) ** y)));

/// AmpComp (freq 1000 Hz, root 0, exp 0.3333): (root / freq)^exp, louder below root.
export const AmpComp = ugen("AmpComp", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { freq: perSample(1000), root: perBlock(0), exp: perBlock(0.3333) },
  uses: { signedPower },
  start: "step",
  init({ freq, root, exp }, _s, c) {
    if (c.isIr) return c.signedPower(root / freq, exp);
  },
  block({ root, exp }, _s, c) {
    return { rootPower: c.f32(root ** exp) };
  },
  tick({ freq, root, exp }, _s, { rootPower }, c) {
    if (c.isScalar(root) && c.isScalar(exp)) return c.signedPower(freq, -exp) * rootPower;
    return c.signedPower(root / freq, exp);
  },
});

/// The A-weighting curve, as a loss from 0.
const aWeighting = helper((freq: number, c: { f64(x: number): number }) => {
  const r = c.f64(freq) * freq;
  const c1 = 424.31867740600904;
  const c2 = 11589.093052022545;
  const c3 = 544440.6704604728;
  const c4 = 148698928.24309;
  return 1 - Math.sqrt((3.5041384e16 * r * r * r * r) / ((c1 + r) * (c1 + r) * (c2 + r) * (c3 + r) * (c4 + r) * (c4 + r)));
});

/// AmpCompA (freq 1000 Hz, root 0 Hz, minAmp 0.32, rootAmp 1): loudness after the A-weighting curve, rootAmp at root, minAmp where the ear hears best.
export const AmpCompA = ugen("AmpCompA", {
  rates: "ar kr ir",
  family: "ranges",
  inputs: { freq: perSample(1000), root: atInit(0), minAmp: atInit(0.32), rootAmp: atInit(1) },
  state: { scale: 0, offset: 0 },
  uses: { aWeighting },
  start: "step",
  init({ freq, root, minAmp, rootAmp }, s, c) {
    const scale = (c.f64(rootAmp) - minAmp) / (c.aWeighting(root, c) + 0.1575371167435);
    s.scale = scale;
    s.offset = minAmp + scale * 0.1575371167435;
    if (c.isIr) return c.aWeighting(freq, c) * s.scale + s.offset;
  },
  tick({ freq }, s, _b, c) {
    return c.aWeighting(freq, c) * s.scale + s.offset;
  },
});
