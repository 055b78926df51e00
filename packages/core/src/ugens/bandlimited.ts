/// Oscillators without aliases: sums of as many harmonics as fit below half the sample rate. When their number changes, the old sum fades into the new
/// one over a block, at the higher of the two frequencies.
import { type Context, f32, helper, i32, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { cosecant, dirichlet } from "./support/dirichlet.ts";

/// Harmonics of `freq` below half the sample rate.
const fitting = helper((freq: number, c: Context) => c.tr((0.5 * c.rate) / c.f64(freq)));

/// The sum of `m` = 2n + 1 harmonics without the constant one, 1 at its peak. `csc` is the cosecant of `phase`, 0 at the peak.
const pulse = helper(
  (
    phase: number,
    csc: number,
    m: number,
    scale: number,
    c: Context & { dirichlet(phase: number, csc: number, m: number, c: Context): number },
  ) => {
    const sum = (c.dirichlet(phase, csc, m, c) - 1) * scale;
    return csc === 0 ? 1 : sum;
  },
);

/// What a block needs to sum `n` harmonics, `old` in the last block. sin(m x) / sin(x) - 1 is 2n at its peak, which `scale` brings to 1.
const sums = helper((n: number, old: number, freq: number, c: Context) => ({
  inc: c.tr(c.f64(freq) * (268435456 * c.period)) << 3,
  m: 2 * n + 1,
  scale: c.f32(0.5 / c.f64(n)),
  fades: n !== old,
  oldM: 2 * old + 1,
  oldScale: c.f32(0.5 / c.f64(old)),
  fade: c.glide(0, 1),
}));

/// Blip (freq 440 Hz, numharm 200): the mean of `numharm` cosines, at most as many as fit.
export const Blip = ugen("Blip", {
  rates: "ar kr",
  family: "oscillators",
  inputs: { freq: perBlock(440), numharm: perBlock(200) },
  state: { phase: i32(), freq: 0, wanted: i32(), n: i32() },
  uses: { cosecant, dirichlet, pulse, fitting, sums },
  init({ freq, numharm }, s, c) {
    const most = c.fitting(freq, c);
    s.freq = freq;
    s.wanted = c.tr(numharm);
    s.n = s.wanted > most ? most : Math.max(1, s.wanted);
  },
  block({ freq, numharm }, s, c) {
    const old = s.n;
    const wanted = c.tr(numharm);
    let fastest = c.f32(freq);
    if (freq !== s.freq || wanted !== s.wanted) {
      const most = c.fitting(freq, c);
      if (wanted > most) fastest = Math.max(s.freq, freq);
      s.n = wanted > most ? most : Math.max(1, wanted);
      s.freq = freq;
      s.wanted = wanted;
    }
    return c.sums(s.n, old, fastest, c);
  },
  tick(_x, s, { inc, m, scale, fades, oldM, oldScale, fade }, c) {
    const csc = c.cosecant(s.phase, c);
    let y = c.pulse(s.phase, csc, m, scale, c);
    if (c.any(fades)) {
      const before = c.pulse(s.phase, csc, oldM, oldScale, c);
      const mixed = before + fade * (y - before);
      y = fades ? mixed : y;
    }
    s.phase = (s.phase + inc) | 0;
    return y;
  },
});

/// Saw (freq 440 Hz): a sawtooth, the leaky sum of pulses, y[n] = pulse + 0.999 y[n-1].
export const Saw = ugen("Saw", {
  rates: "ar kr",
  family: "oscillators",
  inputs: { freq: perBlock(440) },
  state: { phase: i32(), freq: 0, n: i32(), y: f32(-0.46) },
  uses: { cosecant, dirichlet, pulse, fitting, sums },
  init({ freq }, s, c) {
    s.freq = freq;
    s.n = c.fitting(freq, c);
  },
  block({ freq }, s, c) {
    const old = s.n;
    s.n = freq !== s.freq ? c.fitting(freq, c) : old;
    const fastest = s.n !== old ? Math.max(s.freq, freq) : freq;
    s.freq = freq;
    return c.sums(s.n, old, fastest, c);
  },
  tick(_x, s, { inc, m, scale, fades, oldM, oldScale, fade }, c) {
    const csc = c.cosecant(s.phase, c);
    let y = c.pulse(s.phase, csc, m, scale, c);
    if (c.any(fades)) {
      const before = c.pulse(s.phase, csc, oldM, oldScale, c);
      const mixed = before + fade * (y - before);
      y = fades ? mixed : y;
    }
    s.phase = (s.phase + inc) | 0;
    s.y = y + 0.999 * s.y;
    return s.y;
  },
});

/// Pulse (freq 440 Hz, width 0.5): a pulse wave, the leaky sum of pulses up and down: up for `width` of a period. The width glides from its value in
/// the last block, at first from 0.
export const Pulse = ugen("Pulse", {
  rates: "ar kr",
  family: "oscillators",
  inputs: { freq: perBlock(440), width: perBlock(0.5) },
  state: { phase: i32(), offset: i32(), freq: 0, n: i32(), y: 0 },
  uses: { cosecant, dirichlet, pulse, fitting, sums },
  init({ freq }, s, c) {
    s.freq = freq;
    s.n = c.fitting(freq, c);
    return 0;
  },
  block({ freq, width }, s, c) {
    const old = s.n;
    s.n = freq !== s.freq ? c.fitting(freq, c) : old;
    const fastest = s.n !== old ? Math.max(s.freq, freq) : freq;
    s.freq = freq;
    const offset = c.tr(width * 268435456);
    const slide = c.tr(c.f64((offset - s.offset) | 0) * c.slope);
    // The first sample takes the step back: what only the next sample needs would be worked out again for each.
    s.offset = (s.offset - slide) | 0;
    return { sum: c.sums(s.n, old, fastest, c), offset, slide };
  },
  tick(_x, s, { sum, slide }, c) {
    const { inc, m, scale, fades, oldM, oldScale, fade } = sum;
    s.offset = (s.offset + slide) | 0;
    const up = s.phase;
    const down = (up + (s.offset << 3)) | 0;
    const risen = c.cosecant(up, c);
    const fallen = c.cosecant(down, c);
    const peak = 1 / scale + 1;
    const rise = c.dirichlet(up, risen, m, c);
    const fall = c.dirichlet(down, fallen, m, c);
    let pulses = ((risen === 0 ? peak : rise) - (fallen === 0 ? peak : fall)) * scale;
    if (c.any(fades)) {
      const before = c.pulse(up, risen, oldM, oldScale, c) - c.pulse(down, fallen, oldM, oldScale, c);
      const mixed = before + fade * (pulses - before);
      pulses = fades ? mixed : pulses;
    }
    s.phase = (up + inc) | 0;
    s.y = pulses + 0.999 * s.y;
    return s.y;
  },
  end(_x, s, { offset }) {
    s.offset = offset;
  },
});
