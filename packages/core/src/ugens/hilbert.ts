/// The Hilbert transform by allpass chains, and frequency shifting with it.
import { type Context, f32s, f64s, helper, i32, perSample, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// One of two chains of six first-order allpasses, whose outputs are a quarter of a cycle apart from about 15 Hz on: y = x - k m, x' = k y + m, m = y
/// with k = (g - 1) / (g + 1), g = pole 15 pi / rate (B. Hutchins' table, Musical Engineer's Handbook).
const allpasses = helper((x: number, chain: number, memory: number[], c: Context) => {
  const poles =
    chain === 0 ? [0.3609, 2.7412, 11.1573, 44.7581, 179.6242, 798.4578] : [1.2524, 5.5671, 22.3423, 89.6271, 364.7914, 2770.1114];
  let y = c.f64(x);
  for (const i of c.each(6)) {
    const g = Math.fround(poles[i]) * ((15 * Math.PI) / c.rate);
    const k = Math.fround((g - 1) / (g + 1));
    const held = c.f64(memory[chain * 6 + i]);
    const next = y - k * held;
    memory[chain * 6 + i] = next;
    y = k * next + held;
  }
  return y;
});

/// Hilbert (in): the input twice, a quarter of a cycle apart (cosine and sine part).
export const Hilbert = ugen("Hilbert", {
  rates: "ar",
  family: "filters",
  inputs: { in: signal },
  outputs: 2,
  state: { memory: f32s(12) },
  uses: { allpasses },
  start: "step",
  tick({ in: x }, s, _b, c) {
    return [c.allpasses(x, 0, s.memory, c), c.allpasses(x, 1, s.memory, c)];
  },
});

/// FreqShift (in, freq 0 Hz, phase 0 rad): every partial moved by freq (single sideband modulation). The phase's start is not heard when both are
/// control-rate, only its changes.
export const FreqShift = ugen("FreqShift", {
  rates: "ar",
  family: "filters",
  inputs: { in: signal, freq: perSample(0), phase: perSample(0) },
  state: { memory: f64s(12), phi: i32(), last: 0 },
  uses: { allpasses },
  start: "step",
  init({ phase }, s, c) {
    if (!c.isAudio(phase)) s.last = phase;
  },
  block({ freq, phase }, s, c) {
    const perHz = 536870912 * c.period;
    const perRadian = 536870912 / (2 * Math.PI);
    if (c.isAudio(freq)) return { inc: 0, offset: c.isAudio(phase) ? 0 : c.glide(s.last, phase) };
    const inc = c.tr(c.f64(freq) * perHz);
    if (c.isAudio(phase)) return { inc, offset: 0 };
    return { inc: (inc + c.tr(c.f64((phase - s.last) * c.slope) * perRadian)) | 0, offset: 0 };
  },
  tick({ in: x, freq, phase }, s, { inc, offset }, c) {
    const perRadian = 536870912 / (2 * Math.PI);
    let at = s.phi;
    if (c.isAudio(phase)) at = (at + c.tr(c.f64(phase) * perRadian)) | 0;
    else if (c.isAudio(freq)) at = (at + c.tr(c.f64(offset) * perRadian)) | 0;
    if (c.isAudio(freq)) s.phi = (s.phi + c.tr(c.f64(freq) * (536870912 * c.period))) | 0;
    else s.phi = (s.phi + inc) | 0;
    const cosine = c.sinPhase((at + 134217728) << 3);
    return c.allpasses(x, 0, s.memory, c) * cosine + c.allpasses(x, 1, s.memory, c) * c.sinPhase(at << 3);
  },
  end({ phase }, s, _b, c) {
    if (!c.isAudio(phase)) s.last = phase;
  },
});
