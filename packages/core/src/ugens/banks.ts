/// Banks of sines and resonators, as many as the inputs describe.
import { atInit, f32s, many, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Klang (freqscale 1, freqoffset 0, then freq, level, phase for each): a sum of sines, each by y = 2 cos(w) y1 - y2.
export const Klang = ugen("Klang", {
  rates: "ar",
  family: "oscillators",
  inputs: { freqscale: atInit(1), freqoffset: atInit(0), partials: many() },
  state: {
    y1: f32s((shape) => (shape.inputs.length - 2) / 3),
    y2: f32s((shape) => (shape.inputs.length - 2) / 3),
    b: f32s((shape) => (shape.inputs.length - 2) / 3),
  },
  init({ freqscale, freqoffset, partials }, s, c) {
    const scale = c.f32(c.f64(freqscale) * (2 * Math.PI * c.period));
    const offset = c.f32(c.f64(freqoffset) * (2 * Math.PI * c.period));
    let sum = c.f32(0);
    for (const k of c.each((partials.length / 3) | 0)) {
      const level = partials[3 * k + 1];
      const phase = partials[3 * k + 2];
      const w = c.f32(partials[3 * k] * scale + offset);
      s.y1[k] = level * c.f32(Math.sin(c.f64(c.f32(phase - w))));
      s.y2[k] = level * c.f32(Math.sin(c.f64(c.f32(phase - w * 2))));
      s.b[k] = 2 * c.f32(Math.cos(c.f64(w)));
      sum += level * Math.sin(phase);
    }
    return sum;
  },
  tick({ partials }, s, _b, c) {
    let sum = c.f32(0);
    for (const k of c.each((partials.length / 3) | 0)) {
      const y = s.b[k] * s.y1[k] - s.y2[k];
      s.y2[k] = s.y1[k];
      s.y1[k] = y;
      sum += y;
    }
    return sum;
  },
});

/// Klank (in, freqscale 1, freqoffset 0, decayscale 1, then freq, level, time for each): a sum of resonators that ring for `time` (to -60 dB), without
/// what lies at 0 and half the rate.
export const Klank = ugen("Klank", {
  rates: "ar",
  family: "oscillators",
  inputs: { in: signal, freqscale: atInit(1), freqoffset: atInit(0), decayscale: atInit(1), modes: many() },
  state: {
    y1: f32s((shape) => (shape.inputs.length - 4) / 3),
    y2: f32s((shape) => (shape.inputs.length - 4) / 3),
    b1: f32s((shape) => (shape.inputs.length - 4) / 3),
    b2: f32s((shape) => (shape.inputs.length - 4) / 3),
    level: f32s((shape) => (shape.inputs.length - 4) / 3),
    x1: 0,
    x2: 0,
  },
  init({ in: x, freqscale, freqoffset, decayscale, modes }, s, c) {
    let first = c.f32(0);
    const scale = c.f32(c.f64(freqscale) * (2 * Math.PI * c.period));
    const offset = c.f32(c.f64(freqoffset) * (2 * Math.PI * c.period));
    for (const k of c.each((modes.length / 3) | 0)) {
      const w = c.f64(c.f32(modes[3 * k] * scale + offset));
      const time = modes[3 * k + 2] * decayscale;
      const r = c.f32(time === 0 ? 0 : Math.exp(-6.907755278982137 / (c.f64(time) * c.rate)));
      const twice = 2 * r;
      s.b1[k] = twice * c.f32((twice * c.f32(Math.cos(w))) / (1 + r * r));
      s.b2[k] = -(r * r);
      s.level[k] = 0.25 * modes[3 * k + 1];
      first += 0.25 * modes[3 * k + 1] * x;
    }
    return first;
  },
  tick({ in: x, modes }, s, _b, c) {
    let sum = c.f32(0);
    for (const k of c.each((modes.length / 3) | 0)) {
      const y = x + s.b1[k] * s.y1[k] + s.b2[k] * s.y2[k];
      sum += s.level[k] * y;
      s.y2[k] = s.y1[k];
      s.y1[k] = y;
    }
    const out = sum - s.x2;
    s.x2 = s.x1;
    s.x1 = sum;
    return out;
  },
  end({ modes }, s, _b, c) {
    for (const k of c.each((modes.length / 3) | 0)) {
      s.y1[k] = c.zap(s.y1[k]);
      s.y2[k] = c.zap(s.y2[k]);
    }
  },
});
