/// Grains: short sounds under a window, many at a time. Fields of the grains that sound are arrays of state, packed: the last takes the place of one
/// that ended.
///
/// A window is sin^2, made by the recurrence of a sine (f64), or a sample buffer read along lines.
import { type Context, f32s, f64s, helper, i32, i32s, type SampleBuffer, type Shape, type SystemContext } from "../../kernel/language.ts";

/// State of a unit with `count` grains at most.
export const grainState = (count: number | ((shape: Shape) => number)) => ({
  /// Grains that sound; the last trigger; whether the first grain has a sample from the construction behind it.
  count: i32(),
  last: 0,
  early: i32(),
  /// Samples left.
  left: i32s(count),
  /// sin^2: 2 cos(w) and the last two values. From a buffer: its number (-1: sin^2), position and step.
  b1: f64s(count),
  y1: f64s(count),
  y2: f64s(count),
  window: i32s(count),
  at: f64s(count),
  step: f64s(count),
  /// First of the two channels the grain is heard on, and the gains on them.
  channel: i32s(count),
  gain1: f32s(count),
  gain2: f32s(count),
});
/// The fields as kernels see them.
export interface Grains {
  count: number;
  last: number;
  early: number;
  left: number[];
  b1: number[];
  y1: number[];
  y2: number[];
  window: number[];
  at: number[];
  step: number[];
  channel: number[];
  gain1: number[];
  gain2: number[];
}

/// Begins grain g: `n` samples under a window, panned. `envelope` is the number of the window's buffer, negative for sin^2.
export const begin = helper((s: Grains, g: number, n: number, pan: number, amp: number, envelope: number, c: GrainContext) => {
  const w = Math.PI / n;
  s.left[g] = c.tr(n);
  s.b1[g] = 2 * Math.cos(w);
  s.y1[g] = Math.sin(w);
  s.y2[g] = 0;
  s.window[g] = envelope < 0 ? -1 : c.tr(envelope);
  s.at[g] = 0;
  s.step[g] = envelope < 0 ? 0 : c.f64(c.buffer(envelope).samples) / n;
  if (c.outputs === 1) {
    s.gain1[g] = amp;
  } else {
    // Between two neighbouring channels, of two in a row or of more in a circle.
    const x = c.outputs === 2 ? c.clip(0.5 * pan + 0.5, 0, 1) : c.outputs * (0.5 * pan - Math.floor(0.5 * pan)) + 0.5;
    const first = c.outputs === 2 ? 0 : Math.floor(x);
    const angle = (x - first) * (0.5 * Math.PI);
    s.channel[g] = first >= c.outputs ? 0 : c.tr(first);
    s.gain1[g] = amp * Math.cos(angle);
    s.gain2[g] = amp * Math.sin(angle);
  }
});

/// Puts the last grain in place of grain g. `moveVoice` does so with the unit's own fields.
const move = helper((s: Grains, g: number, from: number) => {
  s.left[g] = s.left[from];
  s.b1[g] = s.b1[from];
  s.y1[g] = s.y1[from];
  s.y2[g] = s.y2[from];
  s.window[g] = s.window[from];
  s.at[g] = s.at[from];
  s.step[g] = s.step[from];
  s.channel[g] = s.channel[from];
  s.gain1[g] = s.gain1[from];
  s.gain2[g] = s.gain2[from];
});

/// A window's value in its buffer.
const windowAt = helper((buf: SampleBuffer, p: number, c: Context) => {
  const i = c.tr(p);
  const a = buf[i];
  return a + c.f32(p - i) * (buf[i + 1 < buf.samples ? i + 1 : 0] - a);
});

export interface GrainContext extends SystemContext {
  move(s: Grains, g: number, from: number): void;
  windowAt(buf: SampleBuffer, p: number, c: GrainContext): number;
  /// Most grains at a time.
  most(x: object, c: GrainContext): number;
  /// Begins grain g at sample j: true when there is one to begin.
  beginVoice(x: object, s: object, g: number, j: number, c: GrainContext): boolean;
  moveVoice(s: object, g: number, from: number): void;
  /// What grain g plays, looked up once per block, and its next sample.
  sound(s: object, g: number, c: GrainContext): SampleBuffer;
  voice(x: object, s: object, g: number, j: number, sound: SampleBuffer, c: GrainContext): number;
}

/// Kernel parts of a unit that begins a grain at every rising edge of `trigger`. The running grains go first, then the new ones as they come.
export const grainParts = {
  /// A trigger that is high at the start begins a grain, whose first sample is the construction's.
  init(x: { trigger: number }, s: Grains, c: GrainContext) {
    if (x.trigger > 0 && c.most(x, c) > 0) {
      if (c.beginVoice(x, s, 0, 0, c)) {
        s.count = 1;
        s.early = 1;
      }
    }
    s.last = x.trigger;
    return 0;
  },
  process(x: { trigger: number & { [j: number]: number } }, s: Grains, c: GrainContext) {
    for (const ch of c.each(c.outputs)) for (let j = 0; j < c.size; j++) c.out[ch][j] = 0;
    const triggers = c.isAudio(x.trigger) ? c.size : 1;
    let g = 0;
    let next = 0;
    let go = true;
    while (go) {
      let from = 0;
      if (g < s.count) {
        if (s.early !== 0) from = -1;
        s.early = 0;
      } else {
        let found = false;
        while (!found && next < triggers) {
          const trigger = x.trigger[next];
          if (trigger > 0 && s.last <= 0 && s.count < c.most(x, c)) found = c.beginVoice(x, s, g, next, c);
          s.last = trigger;
          if (!found) next += 1;
        }
        from = next;
        next += 1;
        if (found) s.count += 1;
        go = found;
      }
      if (go) {
        const to = Math.min(c.size, from + s.left[g]);
        const b1 = s.b1[g];
        let y1 = s.y1[g];
        let y2 = s.y2[g];
        const window = s.window[g];
        const buf = c.buffer(window);
        const sound = c.sound(s, g, c);
        let at = s.at[g];
        const step = s.step[g];
        const first = s.channel[g];
        const gain1 = s.gain1[g];
        const gain2 = s.gain2[g];
        for (let j = from; j < to; j++) {
          let gain = c.f32(y1 * y1);
          if (window >= 0) {
            gain = c.windowAt(buf, at, c);
            at += step;
            if (at >= buf.samples) at -= buf.samples;
          } else {
            const y0 = b1 * y1 - y2;
            y2 = y1;
            y1 = y0;
          }
          const v = gain * c.voice(x, s, g, j, sound, c);
          // Sample -1 was at the construction.
          if (j >= 0) {
            if (c.outputs <= 2) {
              c.out[0][j] += v * gain1;
              if (c.outputs === 2) c.out[1][j] += v * gain2;
            } else {
              const second = first + 1 < c.outputs ? first + 1 : 0;
              for (const ch of c.each(c.outputs)) c.out[ch][j] += ch === first ? v * gain1 : ch === second ? v * gain2 : 0;
            }
          }
        }
        s.y1[g] = y1;
        s.y2[g] = y2;
        s.at[g] = at;
        s.left[g] -= to - from;
        if (s.left[g] > 0) g += 1;
        else {
          s.count -= 1;
          c.move(s, g, s.count);
          c.moveVoice(s, g, s.count);
        }
      }
    }
  },
};

/// For `uses`, besides the unit's own.
export const grains = { begin, move, windowAt };
