/// Second-order filters. In the formulas w = 2 pi freq / rate; AR2 is y[n] = x[n] + b1 y[n-1] + b2 y[n-2].
import { type AnySpec, helper, kernel, perBlock, perSample, signal } from "../kernel/language.ts";
import { biquad, design, secondOrder, sectionState, step } from "./support/triples.ts";

/// AR2, then a0 (y[n] + 2 y[n-1] + y[n-2]).
const lowpass = step((x, a0, _a1, _a2, b1, b2, s) => {
  const y = x + (b1 * s.y1 + b2 * s.y2);
  const out = a0 * (y + 2 * s.y1 + s.y2);
  s.y2 = s.y1;
  s.y1 = y;
  return out;
});
/// AR2, then a0 (y[n] - 2 y[n-1] + y[n-2]).
const highpass = step((x, a0, _a1, _a2, b1, b2, s) => {
  const y = x + (b1 * s.y1 + b2 * s.y2);
  const out = a0 * (y - 2 * s.y1 + s.y2);
  s.y2 = s.y1;
  s.y1 = y;
  return out;
});
/// AR2, then a0 (y[n] - y[n-2]).
const bandpass = step((x, a0, _a1, _a2, b1, b2, s) => {
  const y = x + (b1 * s.y1 + b2 * s.y2);
  const out = a0 * (y - s.y2);
  s.y2 = s.y1;
  s.y1 = y;
  return out;
});
/// Butterworth lowpass, -3 dB at freq.
export const LPF = secondOrder("LPF", {
  doc: "Butterworth lowpass of second order: C = 1 / tan(w / 2), a0 = 1 / (1 + sqrt(2) C + C^2), -3 dB at freq.",
  parameters: { freq: perBlock(440) },
  design: design((p, s, c) => {
    const tangent = 1 / Math.tan(c.f64(p[0]) * (Math.PI * c.period));
    const root = Math.SQRT2 * tangent;
    const square = tangent * tangent;
    s.a0 = 1 / (1 + root + square);
    s.b1 = -2 * (1 - square) * s.a0;
    s.b2 = -(1 - root + square) * s.a0;
  }),
  step: lowpass,
  single: true,
});

/// Butterworth highpass, -3 dB at freq.
export const HPF = secondOrder("HPF", {
  doc: "Butterworth highpass of second order: C = tan(w / 2), a0 = 1 / (1 + sqrt(2) C + C^2), -3 dB at freq.",
  parameters: { freq: perBlock(440) },
  design: design((p, s, c) => {
    const tangent = Math.tan(c.f64(p[0]) * (Math.PI * c.period));
    const root = Math.SQRT2 * tangent;
    const square = tangent * tangent;
    s.a0 = 1 / (1 + root + square);
    s.b1 = 2 * (1 - square) * s.a0;
    s.b2 = -(1 - root + square) * s.a0;
  }),
  step: highpass,
  single: true,
});

/// Butterworth bandpass.
export const BPF = secondOrder("BPF", {
  doc: "Butterworth bandpass: C = 1 / tan(rq w / 2), a0 = 1 / (1 + C); rq is bandwidth / freq.",
  parameters: { freq: perBlock(440), rq: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const tangent = 1 / Math.tan(p[1] * w * 0.5);
    s.a0 = 1 / (1 + tangent);
    s.b1 = tangent * 2 * Math.cos(w) * s.a0;
    s.b2 = (1 - tangent) * s.a0;
  }),
  step: bandpass,
  single: true,
});

/// Butterworth band reject.
export const BRF = secondOrder("BRF", {
  doc: "Butterworth band reject: C = tan(rq w / 2), a0 = 1 / (1 + C), a1 = -2 cos(w) a0; rq is bandwidth / freq.",
  parameters: { freq: perBlock(440), rq: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const tangent = Math.tan(p[1] * w * 0.5);
    s.a0 = 1 / (1 + tangent);
    s.a1 = -2 * Math.cos(w) * s.a0;
    s.b2 = (1 - tangent) * s.a0;
  }),
  step: step((x, a0, a1, _a2, _b1, b2, s) => {
    const t = a1 * s.y1;
    const y = x - t - b2 * s.y2;
    const out = a0 * (y + s.y2) + t;
    s.y2 = s.y1;
    s.y1 = y;
    return out;
  }),
  single: true,
});

/// Resonant lowpass.
export const RLPF = secondOrder("RLPF", {
  doc: "Resonant lowpass: D = tan(w rq / 2), C = (1 - D) / (1 + D), b1 = (1 + C) cos w, b2 = -C, a0 = (1 + C - b1) / 4; rq is bandwidth / freq.",
  parameters: { freq: perBlock(440), rq: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const tangent = Math.tan(w * Math.max(0.001, p[1]) * 0.5);
    const ratio = (1 - tangent) / (1 + tangent);
    s.b1 = (1 + ratio) * Math.cos(w);
    s.b2 = -ratio;
    s.a0 = (1 + ratio - s.b1) * 0.25;
  }),
  step: step((x, a0, _a1, _a2, b1, b2, s) => {
    const y = a0 * x + (b1 * s.y1 + b2 * s.y2);
    const out = y + 2 * s.y1 + s.y2;
    s.y2 = s.y1;
    s.y1 = y;
    return out;
  }),
  single: true,
});

/// Resonant highpass.
export const RHPF = secondOrder("RHPF", {
  doc: "Resonant highpass: as RLPF, with a0 = (1 + C + b1) / 4.",
  parameters: { freq: perBlock(440), rq: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const tangent = Math.tan(w * Math.max(0.001, p[1]) * 0.5);
    const ratio = (1 - tangent) / (1 + tangent);
    s.b1 = (1 + ratio) * Math.cos(w);
    s.b2 = -ratio;
    s.a0 = (1 + ratio + s.b1) * 0.25;
  }),
  step: step((x, a0, _a1, _a2, b1, b2, s) => {
    const y = a0 * x + (b1 * s.y1 + b2 * s.y2);
    const out = y - 2 * s.y1 + s.y2;
    s.y2 = s.y1;
    s.y1 = y;
    return out;
  }),
  single: true,
});

/// Resonator by bandwidth.
export const Resonz = secondOrder("Resonz", {
  doc: "Two-pole resonator of unit gain at freq: R = 1 - w bwr / 2; bwr is bandwidth / freq.",
  parameters: { freq: perBlock(440), bwr: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const radius = 1 - w * p[1] * 0.5;
    const square = radius * radius;
    s.b1 = 2 * radius * ((2 * radius * Math.cos(w)) / (1 + square));
    s.b2 = -square;
    s.a0 = (1 - square) * 0.5;
  }),
  step: bandpass,
  first: helper(() => 0),
});

/// Resonator by decay time.
export const Ringz = secondOrder("Ringz", {
  doc: "Resonator that rings for decaytime (60 dB): R = exp(ln 0.001 / (decaytime rate)), poles as Resonz, gain 1/2.",
  parameters: { freq: perBlock(440), decaytime: perBlock(1) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const radius = c.decayCoefficient(p[1], c.rate, c);
    const square = radius * radius;
    s.b1 = 2 * radius * ((2 * radius * Math.cos(w)) / (1 + square));
    s.b2 = -square;
    s.a0 = 0.5;
  }),
  step: bandpass,
  first: helper((x: number) => x * 0.5),
});

/// The difference of two Ringz; its impulse response is a formant wave.
export const Formlet = secondOrder("Formlet", {
  doc: "A Ringz of decaytime minus one of attacktime, halved: its impulse response is a grain that swells and decays.",
  parameters: { freq: perBlock(440), attacktime: perBlock(1), decaytime: perBlock(1) },
  // The attack's resonator has a1, a2 for b1, b2 and x1, x2 for y1, y2.
  design: design((p, s, c) => {
    const cosine = Math.cos(c.f64(p[0]) * (2 * Math.PI * c.period));
    const attack = c.decayCoefficient(p[1], c.rate, c);
    const decay = c.decayCoefficient(p[2], c.rate, c);
    s.a1 = 2 * attack * ((2 * attack * cosine) / (1 + attack * attack));
    s.a2 = -attack * attack;
    s.b1 = 2 * decay * ((2 * decay * cosine) / (1 + decay * decay));
    s.b2 = -decay * decay;
  }),
  step: step((x, _a0, a1, a2, b1, b2, s) => {
    const attack = x + (a1 * s.x1 + a2 * s.x2);
    const decay = x + (b1 * s.y1 + b2 * s.y2);
    const out = 0.25 * (decay - s.y2 - (attack - s.x2));
    s.x2 = s.x1;
    s.x1 = attack;
    s.y2 = s.y1;
    s.y1 = decay;
    return out;
  }),
  single: true,
});

/// Parametric equaliser.
export const MidEQ = secondOrder("MidEQ", {
  doc: "Raises or lowers a band by db: the input plus 10^(db / 20) - 1 times a BPF of it.",
  parameters: { freq: perBlock(440), rq: perBlock(1), db: perBlock(0) },
  design: design((p, s, c) => {
    const w = c.f64(p[0]) * (2 * Math.PI * c.period);
    const tangent = 1 / Math.tan(p[1] * w * 0.5);
    const gain = 1 / (1 + tangent);
    s.a0 = (10 ** (p[2] * 0.05) - 1) * gain;
    s.b1 = tangent * 2 * Math.cos(w) * gain;
    s.b2 = (1 - tangent) * gain;
  }),
  step: step((x, a0, _a1, _a2, b1, b2, s) => {
    const y = x + (b1 * s.y1 + b2 * s.y2);
    const out = x + a0 * (y - s.y2);
    s.y2 = s.y1;
    s.y1 = y;
    return out;
  }),
  first: helper((x: number) => x),
});

/// Two poles.
export const TwoPole = secondOrder("TwoPole", {
  doc: "Two poles at freq and radius: b1 = 2 radius cos w, b2 = -radius^2; the gain is not corrected.",
  parameters: { freq: perBlock(440), radius: perBlock(0.8) },
  design: design((p, s, c) => {
    s.b1 = 2 * c.f64(p[1]) * Math.cos(c.f64(p[0]) * (2 * Math.PI * c.period));
    s.b2 = -p[1] * p[1];
  }),
  step: step((x, _a0, _a1, _a2, b1, b2, s) => {
    const y = x + (b1 * s.y1 + b2 * s.y2);
    s.y2 = s.y1;
    s.y1 = y;
    return y;
  }),
  first: helper((x: number) => x),
});

/// Two zeros.
export const TwoZero = secondOrder("TwoZero", {
  doc: "Two zeros at freq and radius: x[n] - 2 radius cos(w) x[n-1] + radius^2 x[n-2].",
  parameters: { freq: perBlock(440), radius: perBlock(0.8) },
  design: design((p, s, c) => {
    s.b1 = -2 * c.f64(p[1]) * Math.cos(c.f64(p[0]) * (2 * Math.PI * c.period));
    s.b2 = p[1] * p[1];
  }),
  step: step((x, _a0, _a1, _a2, b1, b2, s) => {
    const out = x + (b1 * s.x1 + b2 * s.x2);
    s.x2 = s.x1;
    s.x1 = x;
    return out;
  }),
  first: helper((x: number) => x),
});

/// Second-order allpass.
export const APF = secondOrder("APF", {
  doc: "Allpass by poles at freq and radius: y[n] = x[n] + b1 (y[n-1] - x[n-1]) + b2 (y[n-2] - x[n-2]). As in scsynth, the second sample of a triple takes y[n-3] and the third y[n-1] for y[n-2].",
  parameters: { freq: perBlock(440), radius: perBlock(0.8) },
  design: design((p, s, c) => {
    s.b1 = 2 * c.f64(p[1]) * Math.cos(c.f64(p[0]) * (2 * Math.PI * c.period));
    s.b2 = -p[1] * p[1];
  }),
  step: step((x, _a0, _a1, _a2, b1, b2, s, c) => {
    const place = c.j < c.size - (c.size % 3) ? c.j - 3 * ((c.j * 21846) >> 16) : 0;
    const older = place === 0 ? s.y2 : place === 1 ? s.y3 : s.y1;
    const y = x + b1 * (s.y1 - s.x1) + b2 * (older - s.x2);
    s.x2 = s.x1;
    s.x1 = x;
    s.y3 = s.y2;
    s.y2 = s.y1;
    s.y1 = y;
    return y;
  }),
  first: helper((x: number) => x),
});

const perSampleSection = kernel({
  inputs: { in: signal, a0: perSample(0), a1: perSample(0), a2: perSample(0), b1: perSample(0), b2: perSample(0) },
  state: { ...sectionState },
  uses: { biquad },
  start: "step",
  tick({ in: x, a0, a1, a2, b1, b2 }, s, _b, c) {
    return c.biquad(x, a0, a1, a2, b1, b2, s, c);
  },
  end(_x, s, _b, c) {
    s.y1 = c.zap(s.y1);
    s.y2 = c.zap(s.y2);
  },
});

/// Second-order section by its coefficients.
export const SOS = secondOrder(
  "SOS",
  {
    doc: "AR2, then a0 y[n] + a1 y[n-1] + a2 y[n-2]. Coefficients are read per sample when all are audio-rate.",
    parameters: { a0: perBlock(0), a1: perBlock(0), a2: perBlock(0), b1: perBlock(0), b2: perBlock(0) },
    design: design((p, s) => {
      s.a0 = p[0];
      s.a1 = p[1];
      s.a2 = p[2];
      s.b1 = p[3];
      s.b2 = p[4];
    }),
    step: biquad,
    single: true,
  },
  { audio: perSampleSection as unknown as AnySpec },
);
