/// Oscillators. Phases are 32-bit integers: SuperCollider counts 2^29 of them in a cycle of its 8192-point table, and so do these, so that frequencies
/// are truncated alike.
import { atInit, f64, i32, perBlock, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// SinOsc (freq 440 Hz, phase 0 rad): sin(2 pi freq t + phase). A control-rate phase is added as an increment, so that it glides.
export const SinOsc = ugen("SinOsc", {
  rates: "ar kr",
  inputs: { freq: perSample(440), phase: perSample(0) },
  state: { phi: i32(0), last: 0 },
  family: "oscillators",
  init({ freq, phase }, s, c) {
    s.last = phase;
    if (!c.isAudio(freq) && !c.isAudio(phase)) s.phi = c.tr(c.f64(phase) * (536870912 / (2 * Math.PI)));
  },
  block({ freq, phase }, s, c) {
    const perHz = (536870912 * c.period) as number;
    const perRadian = 536870912 / (2 * Math.PI);
    if (c.isAudio(freq)) return { inc: 0, offset: c.isAudio(phase) ? 0 : c.glide(s.last, phase) };
    const inc = c.tr(c.f64(freq) * perHz);
    if (c.isAudio(phase)) return { inc, offset: 0 };
    const slide = c.tr(c.f64(c.f32((phase - s.last) * c.slope)) * perRadian);
    return { inc: (inc + slide) | 0, offset: 0 };
  },
  tick({ freq, phase }, s, { inc, offset }, c) {
    const perRadian = 536870912 / (2 * Math.PI);
    let at = s.phi;
    if (c.isAudio(phase)) at = (at + c.tr(c.f32(perRadian) * phase)) | 0;
    else if (c.isAudio(freq)) at = (at + c.tr(c.f32(perRadian) * offset)) | 0;
    if (c.isAudio(freq)) s.phi = (s.phi + c.tr(c.f32(536870912 * c.period) * freq)) | 0;
    else s.phi = (s.phi + inc) | 0;
    return c.sinPhase(at << 3);
  },
  end({ phase }, s, _b, c) {
    if (!c.isAudio(phase)) s.last = phase;
  },
});

/// SinOscFB (freq 440 Hz, feedback 0 rad): a sine whose phase is its own last sample times `feedback`. Strong feedback is chaotic and would
/// make the smallest difference heard, so this one has the error of SuperCollider's sine table too.
export const SinOscFB = ugen("SinOscFB", {
  rates: "ar kr",
  inputs: { freq: perBlock(440), feedback: perBlock(0) },
  state: { phi: i32(0), depth: 0, y: 0 },
  family: "oscillators",
  init({ feedback }, s, c) {
    s.depth = feedback * c.f32(536870912 / (2 * Math.PI));
    return 0;
  },
  block({ freq, feedback }, s, c) {
    const step = (feedback * c.f32(536870912 / (2 * Math.PI)) - s.depth) * c.f32(c.slope);
    return { inc: c.tr(c.f64(freq) * (536870912 * c.period)), step };
  },
  tick(_x, s, { inc, step }, c) {
    const at = (s.phi + c.tr(s.depth * s.y)) | 0;
    const i = (at >>> 16) & 8191;
    const a = c.table.sine[i];
    const rise = c.table.sine[i + 1] - a;
    const y = a - rise + rise * (1 + (at & 65535) * (1 / 65536));
    s.depth += step;
    s.phi = (s.phi + inc) | 0;
    s.y = y;
    return y;
  },
});

/// FSinOsc (freq 440 Hz, iphase 0 rad): a sine by the recurrence y = 2 cos(w) y1 - y2, w = 2 pi freq / rate. Sweeps change its amplitude.
export const FSinOsc = ugen("FSinOsc", {
  rates: "ar kr",
  inputs: { freq: perBlock(440), iphase: atInit(0) },
  state: { y1: f64(), y2: f64(), b: f64(), freq: 0 },
  family: "oscillators",
  init({ freq, iphase }, s, c) {
    const w = c.f32(c.f64(freq) * (2 * Math.PI * c.period));
    s.freq = freq;
    s.b = 2 * c.f64(c.f32(Math.cos(c.f64(w))));
    s.y1 = c.f32(Math.sin(c.f64(c.f32(iphase - w))));
    s.y2 = c.f32(Math.sin(c.f64(c.f32(iphase - w * 2))));
    return s.b * s.y1 - s.y2;
  },
  block({ freq }, s, c) {
    if (!c.isScalar(freq) && freq !== s.freq) {
      s.freq = freq;
      s.b = 2 * Math.cos(c.f64(freq) * (2 * Math.PI * c.period));
    }
    return undefined;
  },
  tick(_x, s) {
    const y = s.b * s.y1 - s.y2;
    s.y2 = s.y1;
    s.y1 = y;
    return y;
  },
});

/// PSinGrain (freq 440 Hz, dur 0.2 s, amp 1): one grain of sine under a parabola; its end frees the synth.
export const PSinGrain = ugen("PSinGrain", {
  rates: "ar",
  inputs: { freq: atInit(440), dur: atInit(0.2), amp: atInit(1) },
  state: { y1: 0, y2: 0, b: 0, level: 0, slope: 0, curve: 0, left: i32() },
  effect: true,
  family: "oscillators",
  init({ freq, dur, amp }, s, c) {
    const w = c.f32(c.f64(freq) * (2 * Math.PI * c.period));
    const length = dur * c.f32(c.rate);
    const r = 1 / length;
    s.b = 2 * Math.cos(c.f64(w));
    s.y1 = -amp * c.f32(Math.sin(c.f64(w)));
    s.y2 = -amp * c.f32(Math.sin(c.f64(w * 2)));
    s.slope = 4 * (r - r * r);
    s.curve = -8 * r * r;
    s.left = c.tr(length + 0.5);
    return 0;
  },
  tick(_x, s, _b, c) {
    let y = c.f32(0);
    if (s.left > 0) {
      const x = s.b * s.y1 - s.y2;
      y = x * s.level;
      s.level += s.slope;
      s.slope += s.curve;
      s.y2 = s.y1;
      s.y1 = x;
      s.left -= 1;
      if (s.left === 0) c.doneAction(2);
    }
    return y;
  },
});
