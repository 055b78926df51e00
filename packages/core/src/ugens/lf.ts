/// Low-frequency oscillators: no band limit, exact shapes, f64 phases. And the converters between rates.
import { atInit, f64, perBlock, perSample, ramp } from "../kernel/language.ts";
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

/// DC (in): the value at the start, for ever.
export const DC = ugen("DC", {
  rates: "ar kr",
  family: "lf",
  inputs: { in: atInit(0) },
  state: { level: 0 },
  init({ in: x }, s) {
    s.level = x;
    return x;
  },
  tick(_x, s) {
    return s.level;
  },
});

/// K2A (in): a control-rate signal as audio, gliding from block to block.
export const K2A = ugen("K2A", {
  rates: "ar",
  family: "lf",
  inputs: { in: ramp(0) },
  start: "step",
  tick({ in: x }) {
    return x;
  },
});

/// A2K (in): the first sample of each block.
export const A2K = ugen("A2K", {
  rates: "kr",
  family: "lf",
  inputs: { in: perBlock(0) },
  start: "step",
  tick({ in: x }) {
    return x;
  },
});
