/// First-order recursive filters. States are f64; a control-rate coefficient glides over its block.
import { f64, helper, kernel, perBlock, perSample, type Shape, signal } from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";
import { decayCoefficient, unlessFaded } from "./support/decay.ts";

/// OnePole (in, coef 0.5): y[n] = (1 - |coef|) x[n] + coef y[n-1]. Positive `coef` is lowpass, negative highpass. An audio-rate `coef` is taken
/// without its absolute value.
export const OnePole = ugen("OnePole", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, coef: perSample(0.5) },
  state: { y: f64(), b: f64() },
  init({ in: x, coef }, s, c) {
    s.b = coef;
    s.y = (1 - c.f64(coef)) * x;
    return s.y;
  },
  block({ coef }, s, c) {
    if (c.isScalar(coef)) return { b: s.b };
    if (c.isAudio(coef)) return { b: 0 };
    const from = s.b;
    s.b = coef;
    return { b: c.glide(from, s.b) };
  },
  tick({ in: x, coef }, s, { b }, c) {
    const k = c.isAudio(coef) ? c.f64(coef) : c.f64(b);
    s.y = (1 - (c.isAudio(coef) ? k : Math.abs(k))) * x + k * s.y;
    return s.y;
  },
  end(_x, s, _b, c) {
    s.y = c.zap(s.y);
  },
});

/// OneZero (in, coef 0.5): y[n] = (1 - |coef|) x[n] + coef x[n-1].
export const OneZero = ugen("OneZero", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, coef: perBlock(0.5) },
  state: { x1: f64(), b: f64() },
  start: "step",
  init({ in: x, coef }, s) {
    s.b = coef;
    s.x1 = x;
  },
  block({ coef }, s, c) {
    const from = s.b;
    s.b = coef;
    return { b: c.isScalar(coef) ? from : c.glide(from, s.b) };
  },
  tick({ in: x }, s, { b }, c) {
    const k = c.f64(b);
    const y = (1 - Math.abs(k)) * x + k * s.x1;
    s.x1 = x;
    return y;
  },
});

/// Integrator (in, coef 1): y[n] = x[n] + coef y[n-1].
export const Integrator = ugen("Integrator", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, coef: perBlock(1) },
  state: { y: f64(), b: f64() },
  init({ in: x, coef }, s) {
    s.b = coef;
    return x;
  },
  block({ coef }, s, c) {
    const from = s.b;
    s.b = coef;
    return { b: c.isScalar(coef) ? from : c.glide(from, s.b) };
  },
  tick({ in: x }, s, { b }) {
    s.y = x + b * s.y;
    return s.y;
  },
  end(_x, s, _b, c) {
    s.y = c.zap(s.y);
  },
});

/// LeakDC (in, coef 0.995): y[n] = x[n] - x[n-1] + coef y[n-1], removes a constant offset.
export const LeakDC = ugen("LeakDC", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, coef: perBlock(0.995) },
  state: { x1: f64(), y: f64(), b: f64() },
  start: "step",
  init({ in: x, coef }, s) {
    s.b = coef;
    s.x1 = x;
  },
  block({ coef }, s, c) {
    const from = s.b;
    s.b = coef;
    return { b: c.isScalar(coef) ? from : c.glide(from, s.b) };
  },
  tick({ in: x }, s, { b }, c) {
    const x0 = c.f64(x);
    s.y = x0 - s.x1 + b * s.y;
    s.x1 = x0;
    return s.y;
  },
  end(_x, s, _b, c) {
    s.y = c.zap(s.y);
  },
});

/// Decay (in, decayTime 1 s): y[n] = x[n] + b y[n-1], b = exp(ln 0.001 / (decayTime * rate)): impulses become decays. The construction takes the first
/// sample, so that an impulse there counts twice.
export const Decay = ugen("Decay", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, decayTime: perBlock(1) },
  state: { y: f64(), b: f64(), time: 0 },
  uses: { decayCoefficient },
  init({ in: x, decayTime }, s, c) {
    s.y = x;
    s.time = decayTime;
    s.b = c.decayCoefficient(decayTime, c.rate, c);
    return x;
  },
  block({ decayTime }, s, c) {
    if (c.isScalar(decayTime)) return { b: s.b };
    const from = s.b;
    if (decayTime !== s.time) {
      s.time = decayTime;
      s.b = c.decayCoefficient(decayTime, c.rate, c);
    }
    return { b: c.glide(from, s.b) };
  },
  tick({ in: x }, s, { b }) {
    s.y = x + b * s.y;
    return s.y;
  },
  end(_x, s, _b, c) {
    s.y = c.zap(s.y);
  },
});

/// Decay2 (in, attackTime 0.01 s, decayTime 1 s): a Decay of decayTime minus one of attackTime.
export const Decay2 = ugen("Decay2", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, attackTime: perBlock(0.01), decayTime: perBlock(1) },
  state: { attack: f64(), decay: f64(), a: f64(), d: f64(), attackTime: 0, decayTime: 0 },
  uses: { decayCoefficient, unlessFaded },
  init({ in: x, attackTime, decayTime }, s, c) {
    s.attack = x;
    s.decay = x;
    s.attackTime = attackTime;
    s.decayTime = decayTime;
    s.a = c.decayCoefficient(attackTime, c.rate, c);
    s.d = c.decayCoefficient(decayTime, c.rate, c);
    return 0;
  },
  block({ attackTime, decayTime }, s, c) {
    if (c.isScalar(attackTime) && c.isScalar(decayTime)) return { a: s.a, d: s.d };
    const fromA = s.a;
    const fromD = s.d;
    if (attackTime !== s.attackTime || decayTime !== s.decayTime) {
      s.attackTime = attackTime;
      s.decayTime = decayTime;
      s.a = c.decayCoefficient(attackTime, c.rate, c);
      s.d = c.decayCoefficient(decayTime, c.rate, c);
    }
    return { a: c.glide(fromA, s.a), d: c.glide(fromD, s.d) };
  },
  tick({ in: x }, s, { a, d }) {
    s.decay = x + d * s.decay;
    s.attack = x + a * s.attack;
    return s.decay - s.attack;
  },
  end(_x, s, _b, c) {
    s.decay = c.unlessFaded(s.decay);
    s.attack = c.unlessFaded(s.attack);
  },
});

/// w[n] = x[n] + b1 w[n-1]; returns a0 w[n] + a1 w[n-1].
const firstOrderSection = helper((x: number, a0: number, a1: number, b1: number, s: { w: number }) => {
  const w = x + b1 * s.w;
  const y = a0 * w + a1 * s.w;
  s.w = w;
  return y;
});

const fosGliding = kernel({
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, a0: perBlock(0), a1: perBlock(0), b1: perBlock(0) },
  state: { w: f64(), a0: f64(), a1: f64(), b1: f64() },
  uses: { firstOrderSection },
  start: "step",
  init({ a0, a1, b1 }, s) {
    s.a0 = a0;
    s.a1 = a1;
    s.b1 = b1;
  },
  block({ a0, a1, b1 }, s, c) {
    const fromA0 = s.a0;
    const fromA1 = s.a1;
    const fromB1 = s.b1;
    s.a0 = a0;
    s.a1 = a1;
    s.b1 = b1;
    return {
      a0: c.isScalar(a0) ? fromA0 : c.glide(fromA0, s.a0),
      a1: c.isScalar(a1) ? fromA1 : c.glide(fromA1, s.a1),
      b1: c.isScalar(b1) ? fromB1 : c.glide(fromB1, s.b1),
    };
  },
  tick({ in: x }, s, { a0, a1, b1 }, c) {
    return c.firstOrderSection(x, a0, a1, b1, s);
  },
  end(_x, s, _b, c) {
    s.w = c.zap(s.w);
  },
});
const fosPerSample = kernel({
  inputs: { in: signal, a0: perSample(0), a1: perSample(0), b1: perSample(0) },
  state: { w: f64() },
  uses: { firstOrderSection },
  start: "step",
  tick({ in: x, a0, a1, b1 }, s, _b, c) {
    return c.firstOrderSection(x, a0, a1, b1, s);
  },
  end(_x, s, _b, c) {
    s.w = c.zap(s.w);
  },
});
const allAudio = ({ rate, inputs }: Shape) => rate === "ar" && inputs.slice(1).every((r) => r === "ar");

/// FOS (in, a0 0, a1 0, b1 0): w[n] = x[n] + b1 w[n-1], y[n] = a0 w[n] + a1 w[n-1]. Coefficients are read per sample when all are audio-rate,
/// else they glide from block to block.
export const FOS = ugenByShape("FOS", fosGliding, (shape) => (allAudio(shape) ? fosPerSample : fosGliding));
