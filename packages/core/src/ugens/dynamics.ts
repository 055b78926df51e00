/// Dynamics: followers, compressors and limiters.
import { atInit, type Context, f32, helper, i32, memory, perBlock, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Factor per sample of a fall by 20 dB in `time` seconds; 0 for no time.
const fallBy20 = helper((time: number, c: Context) => (time === 0 ? 0 : c.f32(Math.exp(-2.302585092994046 / (c.f64(time) * c.rate)))));

/// The next value of a peak follower: towards `v` by one factor when rising, another when falling.
const follow = helper((p: number, v: number, rise: number, fall: number) => v + (p - v) * (v < p ? fall : rise));

/// Amplitude (in, attackTime 0.01 s, releaseTime 0.01 s): y = v + (y - v) k with v = |in|; k lets a difference fall by 20 dB in the attack time
/// when rising, in the release time when falling. At control rate it steps over every sample of an audio input with the factors of its own rate,
/// which makes both times shorter by the length of a block.
export const Amplitude = ugen("Amplitude", {
  rates: "ar kr",
  inputs: { in: signal, attackTime: perBlock(0.01), releaseTime: perBlock(0.01) },
  state: { p: f32() },
  uses: { fallBy20, follow },
  family: "dynamics",
  init({ in: x }, s, c) {
    s.p = Math.abs(c.isAudio(x) ? x[0] : x);
    return s.p;
  },
  process({ in: x, attackTime, releaseTime }, s, c) {
    const rise = c.fallBy20(attackTime, c);
    const fall = c.fallBy20(releaseTime, c);
    let p = s.p;
    const steps = c.isAudio(x) ? c.blockSize : c.size;
    for (let j = 0; j < steps; j++) {
      p = c.follow(p, Math.abs(x[j]), rise, fall);
      if (c.isAr) c.out[0][j] = p;
    }
    s.p = p;
    if (!c.isAr) return p;
  },
});

/// Compander (in, control, thresh 0.5, slopeBelow 1, slopeAbove 1, clampTime 0.01 s, relaxTime 0.01 s): gain (p / thresh)^(slope - 1) by the peak p of
/// `control`, reached in a ramp over the block whose end decided it. The gain starts at 0.
export const Compander = ugen("Compander", {
  rates: "ar",
  inputs: {
    in: signal,
    control: signal,
    thresh: perBlock(0.5),
    slopeBelow: perBlock(1),
    slopeAbove: perBlock(1),
    clampTime: perBlock(0.01),
    relaxTime: perBlock(0.01),
  },
  state: { p: f32(), gain: f32() },
  uses: {
    fallBy20,
    follow,
    goalOf: helper((p: number, thresh: number, below: number, above: number, c: Context) => {
      const slope = p < thresh ? below : above;
      const gain = slope === 1 ? 1 : c.f32((p / thresh) ** (slope - 1));
      const size = Math.abs(gain);
      return p < thresh && size < 1e-15 ? 0 : p < thresh && size > 1e15 ? 1 : gain;
    }),
  },
  family: "dynamics",
  init({ in: x, control, thresh, slopeBelow, slopeAbove, clampTime, relaxTime }, s, c) {
    s.p = c.follow(0, Math.abs(control), c.fallBy20(clampTime, c), c.fallBy20(relaxTime, c));
    s.gain = c.goalOf(s.p, thresh, slopeBelow, slopeAbove, c) * c.slope;
    return x * 0;
  },
  process({ in: x, control, thresh, slopeBelow, slopeAbove, clampTime, relaxTime }, s, c) {
    const rise = c.fallBy20(clampTime, c);
    const fall = c.fallBy20(relaxTime, c);
    let p = s.p;
    for (let j = 0; j < c.size; j++) p = c.follow(p, Math.abs(control[j]), rise, fall);
    s.p = p;
    let gain = s.gain;
    const step = (c.goalOf(p, thresh, slopeBelow, slopeAbove, c) - gain) * c.slope;
    for (let j = 0; j < c.size; j++) {
      c.out[0][j] = x[j] * gain;
      gain += step;
    }
    s.gain = gain;
  },
});

/// Limiter and Normalizer look ahead: three blocks of `dur` seconds, the gain at a block's end is what its loudest sample asks for.
const lookahead = (name: string, gainFor: (level: number, peak: number) => number) =>
  ugen(name, {
    rates: "ar",
    inputs: { in: signal, level: perBlock(1), dur: perBlock(0.01) },
    state: {
      line: memory(),
      length: i32(),
      at: i32(),
      filled: i32(),
      left: i32(),
      gain: f32(1),
      step: f32(),
      peak: f32(),
      last: f32(),
    },
    uses: { gainFor: helper(gainFor) },
    start: "step",
    family: "dynamics",
    init({ dur }, s, c) {
      s.length = Math.max(1, Math.ceil(c.f64(dur) * c.rate) | 0);
      c.alloc(s.line, s.length * 3);
      s.left = s.length;
    },
    tick({ in: x, level }, s, _b, c) {
      const total = s.length * 3;
      s.line[s.at] = x;
      // Two blocks back is one ahead in a ring of three.
      const from = s.at + s.length;
      const delayed = s.line[from >= total ? from - total : from];
      const y = s.filled >= 2 ? s.gain * delayed : 0;
      s.gain = s.gain + s.step;
      s.peak = Math.max(s.peak, Math.abs(x));
      s.at = s.at + 1 >= total ? 0 : s.at + 1;
      s.left = s.left - 1;
      if (s.left <= 0) {
        s.left = s.length;
        s.filled = Math.min(s.filled + 1, 2);
        const next = c.gainFor(level, Math.max(s.last, s.peak));
        s.step = (next - s.gain) * (1 / c.f32(s.length));
        s.last = s.peak;
        s.peak = 0;
      }
      return y;
    },
  });

/// Limiter (in, level 1, dur 0.01 s): turned down where it would exceed level; late by 2 dur.
export const Limiter = lookahead("Limiter", (level, peak) => (peak > level ? level / peak : 1));
/// Normalizer (in, level 1, dur 0.01 s): brought to level; late by 2 dur.
export const Normalizer = lookahead("Normalizer", (level, peak) => (peak <= 0.00001 ? 100000 * level : level / peak));

/// DetectSilence (in, amp 0.0001, time 0.1 s, doneAction 0): 1 once the signal has stayed at or below amp for a time after first being louder, else 0.
export const DetectSilence = ugen("DetectSilence", {
  rates: "ar kr",
  inputs: { in: signal, amp: perBlock(0.0001), time: atInit(0.1), doneAction: perBlock(0) },
  state: { limit: i32(), quiet: i32(-1), done: i32() },
  effect: true,
  family: "dynamics",
  init({ time }, s, c) {
    s.limit = c.tr(c.f64(time) * c.rate);
    return 0;
  },
  tick({ in: x, amp, doneAction }, s, _b, c) {
    let y = 0;
    if (Math.abs(x) > amp) s.quiet = 0;
    else if (s.quiet >= 0) {
      s.quiet = s.quiet + 1;
      if (s.quiet >= s.limit) {
        s.done = 1;
        y = 1;
        if (doneAction !== 0) c.doneAction(doneAction);
      }
    }
    return y;
  },
});
