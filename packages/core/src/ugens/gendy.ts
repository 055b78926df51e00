/// Dynamic stochastic synthesis after Iannis Xenakis ("Formalized Music", 1992): a polygon whose corners take a random walk in height and duration.
import { atInit, type Context, f64, helper, i32, memory, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// A step of a walk by distribution `which`: 0 uniform, 1 Cauchy, 2 logistic, 3 hyperbolic cosine, 4 arcsine, 5 exponential, 6 the parameter itself; `spread` shapes
/// it, `f` is uniform in [0, 1).
const distribution = helper((which: number, spread: number, f: number, c: Context) => {
  const a = c.clip(spread, 0.0001, 1);
  let y = c.f32(2 * f - 1);
  switch (which) {
    case 1: {
      const reach = Math.atan(10 * a);
      y = (0.1 * Math.tan(reach * (2 * f - 1))) / a;
      break;
    }
    case 2: {
      const k = 0.5 + 0.499 * a;
      const reach = Math.log((1 - k) / k);
      const g = 0.998 * a * (f - 0.5) + 0.5;
      y = Math.log((1 - g) / g) / reach;
      break;
    }
    case 3: {
      const t = Math.tan(1.5692255 * a * f) / Math.tan(1.5692255 * a);
      y = 2 * (Math.log(t * 0.999 + 0.001) * -0.1447648) - 1;
      break;
    }
    case 4: {
      y = Math.sin(Math.PI * (f - 0.5) * a) / Math.sin(1.5707963 * a);
      break;
    }
    case 5: {
      y = 2 * (Math.log(1 - 0.999 * a * f) / Math.log(1 - 0.999 * a)) - 1;
      break;
    }
    case 6: {
      y = 2 * a - 1;
      break;
    }
  }
  return y;
});

/// Heights folded to -1..1 and durations to 0..1, as Gendy1 does.
const foldHeight = helper((x: number, c: Context) => {
  const v = c.fmod(x < 0 ? x + 4 : x, 4);
  const folded = v > 1 && v < 3 ? 2 - v : v >= 3 ? v - 4 : v;
  return Math.abs(x) > 1 ? folded : x;
});
const foldDuration = helper((x: number, c: Context) => (x > 1 || x < 0 ? 2 - c.fmod(x < 0 ? x + 2 : x, 2) : x));

/// x mirrored at lo and hi.
const mirror = helper((lo: number, hi: number, x: number, c: Context) => {
  const range = hi - lo;
  const above = c.fmod((x < lo ? hi + hi - lo - x : x) - hi, range + range);
  const mirrored = above < range ? hi - above : above - range;
  return x > hi || x < lo ? mirrored : x;
});

/// Corners in use: all when `wanted` is none or too many.
const corners = helper((wanted: number, all: number, c: Context) => {
  const n = c.tr(wanted);
  return n < 1 || n > all ? all : n;
});

const common = { ampdist: perBlock(1), durdist: perBlock(1), adparam: perBlock(1), ddparam: perBlock(1) };
const range = { minfreq: perBlock(440), maxfreq: perBlock(660) };
const walk = { ampscale: perBlock(0.5), durscale: perBlock(0.5), initCPs: atInit(12), knum: perBlock(12) };

/// Gendy1 (ampdist 1, durdist 1, adparam 1, ddparam 1, minfreq 440 Hz, maxfreq 660 Hz, ampscale 0.5, durscale 0.5, initCPs 12, knum 12): each of `knum`
/// corners walks by its distribution when its turn comes; its duration lies between those of the two frequencies.
export const Gendy1 = ugen("Gendy1", {
  rates: "ar kr",
  family: "noise",
  inputs: { ...common, ...range, ...walk },
  state: { phase: f64(1), amp: 0, next: 0, speed: 0, index: i32(), count: i32(), heights: memory(), durations: memory() },
  uses: { distribution, foldHeight, foldDuration, corners },
  random: true,
  init({ initCPs }, s, c) {
    s.count = Math.max(1, c.tr(initCPs));
    c.alloc(s.heights, s.count);
    c.alloc(s.durations, s.count);
    for (let k = 0; k < s.count; k++) {
      s.heights[k] = 2 * c.u01() - 1;
      s.durations[k] = c.u01();
    }
    return 0;
  },
  tick({ ampdist, durdist, adparam, ddparam, minfreq, maxfreq, ampscale, durscale, knum }, s, _b, c) {
    if (s.phase >= 1) {
      s.phase -= 1;
      const n = c.corners(knum, s.count, c);
      s.index = (s.index + 1) % n;
      s.amp = s.next;
      s.next = c.foldHeight(s.heights[s.index] + ampscale * c.distribution(c.tr(ampdist), adparam, c.u01(), c), c);
      s.heights[s.index] = s.next;
      const rate = c.foldDuration(s.durations[s.index] + durscale * c.distribution(c.tr(durdist), ddparam, c.u01(), c), c);
      s.durations[s.index] = rate;
      s.speed = (minfreq + (maxfreq - minfreq) * rate) * c.f32(c.period) * n;
    }
    const y = (1 - s.phase) * s.amp + s.phase * s.next;
    s.phase += s.speed;
    return y;
  },
});

/// Gendy2 (..., knum 12, a 1.17, c 0.31): as Gendy1, but it is the steps that walk, those of the heights driven by a linear congruence (a, c).
export const Gendy2 = ugen("Gendy2", {
  rates: "ar kr",
  family: "noise",
  inputs: { ...common, ...range, ...walk, a: perBlock(1.17), c: perBlock(0.31) },
  state: {
    phase: f64(1),
    amp: 0,
    next: 0,
    speed: 0,
    index: i32(),
    count: i32(),
    heights: memory(),
    durations: memory(),
    heightSteps: memory(),
    durationSteps: memory(),
  },
  uses: { distribution, mirror, corners },
  random: true,
  init({ initCPs }, s, c) {
    s.count = Math.max(1, c.tr(initCPs));
    c.alloc(s.heights, s.count);
    c.alloc(s.durations, s.count);
    c.alloc(s.heightSteps, s.count);
    c.alloc(s.durationSteps, s.count);
    for (let k = 0; k < s.count; k++) {
      s.heights[k] = 2 * c.u01() - 1;
      s.durations[k] = c.u01();
      s.heightSteps[k] = 2 * c.u01() - 1;
      s.durationSteps[k] = 2 * c.u01() - 1;
    }
    return 0;
  },
  tick({ ampdist, durdist, adparam, ddparam, minfreq, maxfreq, ampscale, durscale, knum, a, c: offset }, s, _b, c) {
    if (s.phase >= 1) {
      s.phase -= 1;
      const n = c.corners(knum, s.count, c);
      s.index = (s.index + 1) % n;
      const i = s.index;
      const drawn = Math.abs(c.fmod(s.amp * a + offset, 1));
      s.amp = s.next;
      s.heightSteps[i] = c.mirror(-1, 1, s.heightSteps[i] + c.distribution(c.tr(ampdist), adparam, drawn, c), c);
      s.next = c.mirror(-1, 1, s.heights[i] + ampscale * s.heightSteps[i], c);
      s.heights[i] = s.next;
      s.durationSteps[i] = c.mirror(-1, 1, s.durationSteps[i] + c.distribution(c.tr(durdist), ddparam, c.u01(), c), c);
      const rate = c.mirror(0, 1, s.durations[i] + durscale * s.durationSteps[i], c);
      s.durations[i] = rate;
      s.speed = (minfreq + (maxfreq - minfreq) * rate) * c.f32(c.period) * n;
    }
    const y = (1 - s.phase) * s.amp + s.phase * s.next;
    s.phase += s.speed;
    return y;
  },
});

/// Gendy3 (ampdist 1, durdist 1, adparam 1, ddparam 1, freq 440 Hz, ampscale 0.5, durscale 0.5, initCPs 12, knum 12): all corners walk once per period, whose
/// length is fixed. A slope is one over its length cut to an integer, as in SuperCollider.
export const Gendy3 = ugen("Gendy3", {
  rates: "ar kr",
  family: "noise",
  inputs: { ...common, freq: perBlock(440), ...walk },
  state: {
    phase: f64(1),
    speed: 0,
    amp: 0,
    next: 0,
    last: f64(),
    until: f64(),
    slope: i32(),
    index: i32(),
    count: i32(),
    heights: memory(),
    durations: memory(),
    corners: memory(),
    lengths: memory(),
  },
  uses: { distribution, mirror, cornersInUse: corners },
  random: true,
  init({ initCPs }, s, c) {
    s.count = Math.max(1, c.tr(initCPs));
    c.alloc(s.heights, s.count);
    c.alloc(s.durations, s.count);
    c.alloc(s.corners, s.count + 1);
    c.alloc(s.lengths, s.count + 1);
    for (let k = 0; k < s.count; k++) {
      s.heights[k] = 2 * c.u01() - 1;
      s.durations[k] = c.u01();
      s.corners[k] = 2 * c.u01() - 1;
      s.lengths[k] = 1;
    }
    s.heights[0] = 0;
    return 0;
  },
  tick({ ampdist, durdist, adparam, ddparam, freq, ampscale, durscale, knum }, s, _b, c) {
    if (s.phase >= 1) {
      s.phase -= 1;
      const n = c.cornersInUse(knum, s.count, c);
      let sum = c.f32(0);
      for (let k = 0; k < n; k++) {
        if (k > 0) s.heights[k] = c.mirror(-1, 1, s.heights[k] + ampscale * c.distribution(c.tr(ampdist), adparam, c.u01(), c), c);
        s.durations[k] = c.mirror(0.01, 1, s.durations[k] + durscale * c.distribution(c.tr(durdist), ddparam, c.u01(), c), c);
        sum += s.durations[k];
      }
      const whole = 1 / sum;
      s.speed = freq * c.f32(c.period);
      let kept = c.tr(0);
      for (let k = 0; k < n; k++) {
        const length = s.durations[k] * whole;
        if (length >= c.f32(c.period)) {
          s.corners[kept] = s.heights[k];
          s.lengths[kept] = length;
          kept += 1;
        }
      }
      s.corners[kept] = 0;
      s.lengths[kept] = 2;
      s.index = -1;
      s.until = 0;
      s.next = s.corners[0];
    }
    if (s.phase >= s.until) {
      s.index += 1;
      s.amp = s.next;
      s.last = s.until;
      s.until = s.last + s.lengths[s.index];
      s.next = s.corners[s.index + 1];
      s.slope = c.tr(1 / (s.until - s.last));
    }
    const along = (s.phase - s.last) * s.slope;
    const y = (1 - along) * s.amp + along * s.next;
    s.phase += s.speed;
    return y;
  },
});
