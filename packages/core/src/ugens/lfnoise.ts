/// Low-frequency noise: a new random value now and then, and what lies between. The units of the first group count whole samples from value to
/// value and read their frequency when they draw; those of the second (LFD...) follow their frequency at every sample.
import { helper, i32, perBlock, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { cubic } from "./support/interpolation.ts";
import { wrap } from "./support/ranges.ts";

/// Samples from one value to the next.
const segment = helper((freq: number, least: number, c: { rate: number; f32(x: number): number; tr(x: number): number }) =>
  Math.max(least, c.tr(c.f32(c.rate) / Math.max(freq, 0.001))),
);

/// LFNoise0 (freq 500 Hz): steps to random values -1 to 1.
export const LFNoise0 = ugen("LFNoise0", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perBlock(500) },
  state: { counter: i32(), level: 0 },
  uses: { segment },
  random: true,
  start: "step",
  tick({ freq }, s, _b, c) {
    if (s.counter <= 0) {
      s.counter = c.segment(freq, 1, c);
      s.level = c.u11();
    }
    s.counter -= 1;
    return s.level;
  },
});

/// LFClipNoise (freq 500 Hz): -1 or 1, chosen anew at `freq`.
export const LFClipNoise = ugen("LFClipNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perBlock(500) },
  state: { counter: i32(), level: 0 },
  uses: { segment },
  random: true,
  start: "step",
  tick({ freq }, s, _b, c) {
    if (s.counter <= 0) {
      s.counter = c.segment(freq, 1, c);
      s.level = c.coin();
    }
    s.counter -= 1;
    return s.level;
  },
});

/// LFNoise1 (freq 500 Hz): lines between random values -1 to 1.
export const LFNoise1 = ugen("LFNoise1", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perBlock(500) },
  state: { counter: i32(), level: 0, slope: 0 },
  uses: { segment },
  random: true,
  start: "step",
  init(_x, s, c) {
    s.level = c.u11();
  },
  tick({ freq }, s, _b, c) {
    if (s.counter <= 0) {
      s.counter = c.segment(freq, 1, c);
      s.slope = (c.u11() - s.level) / s.counter;
    }
    s.counter -= 1;
    const y = s.level;
    s.level = y + s.slope;
    return y;
  },
});

/// LFNoise2 (freq 500 Hz): parabolas between the middles of random values -1 to 1.
export const LFNoise2 = ugen("LFNoise2", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perBlock(500) },
  state: { counter: i32(), level: 0, slope: 0, curve: 0, next: 0, middle: 0 },
  uses: { segment },
  random: true,
  start: "step",
  init(_x, s, c) {
    s.next = c.u11();
    s.middle = s.next * 0.5;
  },
  tick({ freq }, s, _b, c) {
    if (s.counter <= 0) {
      const last = s.next;
      s.next = c.u11();
      s.level = s.middle;
      s.middle = (s.next + last) * 0.5;
      s.counter = c.segment(freq, 2, c);
      const length = c.f32(s.counter);
      s.curve = (2 * (s.middle - s.level - length * s.slope)) / (length * length + length);
    }
    s.counter -= 1;
    const y = s.level;
    s.slope += s.curve;
    s.level = y + s.slope;
    return y;
  },
});

/// LFDNoise0 (freq 500 Hz): as LFNoise0, with a frequency that may be fast.
export const LFDNoise0 = ugen("LFDNoise0", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perSample(500) },
  state: { phase: 0, level: 0 },
  uses: { wrap },
  random: true,
  start: "step",
  tick({ freq }, s, _b, c) {
    s.phase -= freq * c.f32(c.period);
    if (s.phase < 0) {
      s.phase = c.wrap(s.phase, 0, 1);
      s.level = c.u11();
    }
    return s.level;
  },
});

/// LFDClipNoise (freq 500 Hz): as LFClipNoise, with a frequency that may be fast.
export const LFDClipNoise = ugen("LFDClipNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perSample(500) },
  state: { phase: 0, level: 0 },
  uses: { wrap },
  random: true,
  start: "step",
  tick({ freq }, s, _b, c) {
    s.phase -= freq * c.f32(c.period);
    if (s.phase < 0) {
      s.phase = c.wrap(s.phase, 0, 1);
      s.level = c.coin();
    }
    return s.level;
  },
});

/// LFDNoise1 (freq 500 Hz): as LFNoise1, with a frequency that may be fast.
export const LFDNoise1 = ugen("LFDNoise1", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perSample(500) },
  state: { phase: 0, from: 0, to: 0 },
  uses: { wrap },
  random: true,
  start: "step",
  init(_x, s, c) {
    s.to = c.u11();
  },
  tick({ freq }, s, _b, c) {
    s.phase -= freq * c.f32(c.period);
    if (s.phase < 0) {
      s.phase = c.wrap(s.phase, 0, 1);
      s.from = s.to;
      s.to = c.u11();
    }
    return s.to + s.phase * (s.from - s.to);
  },
});

/// LFDNoise3 (freq 500 Hz): cubic curves through random values -0.8 to 0.8.
export const LFDNoise3 = ugen("LFDNoise3", {
  rates: "ar kr",
  family: "noise",
  inputs: { freq: perSample(500) },
  state: { phase: 0, y0: 0, y1: 0, y2: 0, y3: 0 },
  uses: { wrap, cubic },
  random: true,
  start: "step",
  init(_x, s, c) {
    s.y0 = 0.8 * c.u11();
    s.y1 = 0.8 * c.u11();
    s.y2 = 0.8 * c.u11();
    s.y3 = 0.8 * c.u11();
  },
  tick({ freq }, s, _b, c) {
    s.phase -= freq * c.f32(c.period);
    if (s.phase < 0) {
      s.phase = c.wrap(s.phase, 0, 1);
      s.y0 = s.y1;
      s.y1 = s.y2;
      s.y2 = s.y3;
      s.y3 = 0.8 * c.u11();
    }
    return c.cubic(1 - s.phase, s.y0, s.y1, s.y2, s.y3);
  },
});
