/// Low-frequency oscillators: no band limit, exact shapes, f64 phases. An increment is the f32 product of frequency and cycle length over rate.
import { atInit, f64, perBlock, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// LFSaw (freq 440 Hz, iphase 0): sawtooth from -1 to 1; iphase 0 to 2 starts at 0 and rises. One wrap per sample.
export const LFSaw = ugen("LFSaw", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), iphase: atInit(0) },
  state: { phase: f64() },
  start: "step",
  init({ iphase }, s) {
    s.phase = iphase;
  },
  tick({ freq }, s, _b, c) {
    const inc = freq * c.f32(2 * c.period);
    const z = s.phase;
    const next = z + inc;
    s.phase =
      inc >= 0 || c.isAudio(freq) ? (next >= 1 ? next - 2 : c.isAudio(freq) && next <= -1 ? next + 2 : next) : next <= -1 ? next + 2 : next;
    return z;
  },
});

/// LFTri (freq 440 Hz, iphase 0): triangle from -1 to 1; iphase 0 to 4 starts at 0 and rises. Negative frequencies do not wrap.
export const LFTri = ugen("LFTri", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), iphase: atInit(0) },
  state: { phase: f64() },
  start: "step",
  init({ iphase }, s) {
    s.phase = iphase;
  },
  tick({ freq }, s, _b, c) {
    const z = s.phase;
    const next = z + freq * c.f32(4 * c.period);
    s.phase = next >= 3 ? next - 4 : next;
    return z > 1 ? 2 - z : z;
  },
});

/// LFPar (freq 440 Hz, iphase 0): a cycle of two parabolas, 1 - z^2 and z^2 - 1; iphase 0 to 4 starts at the top.
export const LFPar = ugen("LFPar", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), iphase: atInit(0) },
  state: { phase: f64() },
  start: "step",
  init({ iphase }, s) {
    s.phase = iphase;
  },
  tick({ freq }, s, _b, c) {
    const at = s.phase >= 3 ? s.phase - 4 : s.phase;
    const z = c.f32(at < 1 ? at : at - 2);
    s.phase = at + freq * c.f32(4 * c.period);
    return at < 1 ? 1 - z * z : z * z - 1;
  },
});

/// LFCub (freq 440 Hz, iphase 0): a sine-like wave of two cubics, z^2 (6 - 4z) - 1; iphase 0 to 2.
export const LFCub = ugen("LFCub", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), iphase: atInit(0) },
  state: { phase: f64() },
  start: "step",
  init({ iphase }, s) {
    s.phase = iphase + 0.5;
  },
  tick({ freq }, s, _b, c) {
    const at = s.phase >= 2 ? s.phase - 2 : s.phase;
    const z = c.f32(at < 1 ? at : 2 - at);
    s.phase = at + freq * c.f32(2 * c.period);
    return z * z * (6 - 4 * z) - 1;
  },
});

/// LFPulse (freq 440 Hz, iphase 0, width 0.5): 1 for `width` of a cycle, then 0; iphase 0 to 1. A new width waits for the next cycle.
export const LFPulse = ugen("LFPulse", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), iphase: atInit(0), width: perBlock(0.5) },
  state: { phase: f64(), duty: 0 },
  start: "step",
  init({ iphase, width }, s) {
    s.phase = iphase;
    s.duty = width;
  },
  tick({ freq, width }, s, _b, c) {
    const wraps = s.phase >= 1;
    const at = wraps ? s.phase - 1 : s.phase;
    s.duty = wraps ? width : s.duty;
    s.phase = at + freq * c.f32(c.period);
    return wraps ? (s.duty <= 0.5 ? 1 : 0) : at < s.duty ? 1 : 0;
  },
});

/// VarSaw (freq 440 Hz, iphase 0, width 0.5): rises for `width` of a cycle, falls for the rest, -1 to 1; iphase 0 to 1. A new width waits for the next cycle.
export const VarSaw = ugen("VarSaw", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), iphase: atInit(0), width: perBlock(0.5) },
  state: { phase: f64(), duty: 0, up: 0, down: 0 },
  init({ iphase, width }, s, c) {
    s.phase = iphase;
    s.duty = c.clip(width, 0.001, 0.999);
    s.up = 2 / s.duty;
    s.down = 2 / (1 - s.duty);
    return 0;
  },
  tick({ freq, width }, s, _b, c) {
    if (s.phase >= 1) {
      s.phase -= 1;
      s.duty = c.clip(width, 0.001, 0.999);
      s.up = 2 / s.duty;
      s.down = 2 / (1 - s.duty);
    }
    const at = s.phase;
    s.phase = at + freq * c.f32(c.period);
    return c.f32(at < s.duty ? at * s.up : (1 - at) * s.down) - 1;
  },
});

/// SyncSaw (syncFreq 440 Hz, sawFreq 440 Hz): a sawtooth that starts over in every cycle of syncFreq.
export const SyncSaw = ugen("SyncSaw", {
  rates: "ar kr",
  family: "lf",
  inputs: { syncFreq: perSample(440), sawFreq: perSample(440) },
  state: { sync: f64(), saw: f64() },
  start: "step",
  tick({ syncFreq, sawFreq }, s, _b, c) {
    const perHz = c.f32(2 * c.period);
    const step = syncFreq * perHz;
    const rise = sawFreq * perHz;
    const z = s.saw;
    const saw = z + rise;
    s.saw = saw >= 1 ? saw - 2 : saw;
    s.sync += step;
    if (s.sync >= 1) {
      s.sync -= 2;
      s.saw = ((s.sync + 1) * rise) / step - 1;
    }
    return z;
  },
});

/// LFGauss (duration 1 s, width 0.1, iphase 0, loop 1, doneAction 0): exp(-x^2 / (2 width^2)) for x from -1 to 1 in `duration`.
export const LFGauss = ugen("LFGauss", {
  rates: "ar kr",
  family: "lf",
  inputs: { duration: perSample(1), width: perSample(0.1), iphase: perBlock(0), loop: perBlock(1), doneAction: perBlock(0) },
  state: { phase: f64(-1) },
  effect: true,
  tick({ duration, width, iphase, loop, doneAction }, s, _b, c) {
    const step = 2 / (duration * c.f32(c.rate));
    const g = -1 / (2 * width * width);
    let x = s.phase - iphase;
    if (x > 1) {
      if (loop !== 0) x -= 2;
      else c.doneAction(c.tr(doneAction));
    }
    s.phase = x + step + iphase;
    return Math.exp(x * x * g);
  },
});
