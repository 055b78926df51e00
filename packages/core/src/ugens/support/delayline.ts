/// Delay lines: where the sample of a given age lies, and reading between samples.
///
/// A line is written at `w`, which counts samples from 0; the sample of age k was written at w - k. What would have been written before 0 is 0.
import { type Context, type Helper, helper, type Memory, type SampleBuffer } from "../../kernel/language.ts";
import { cubic, lerp } from "./interpolation.ts";

/// A `ring()` state, or a sample buffer.
export type Line = Memory | SampleBuffer;

/// What the functions here ask of the unit they are used in.
export interface LineContext extends Context {
  at(line: Line, w: number, k: number): number;
  lerp(x: number, a: number, b: number): number;
  cubic(x: number, y0: number, y1: number, y2: number, y3: number): number;
}

/// Where a line is kept. `open` finds it; `longest` is the largest delay it allows; `at` reads age k; `put` writes at w.
export interface Place {
  readonly open: Helper<(x: object, s: object, c: Context) => Line>;
  readonly longest: Helper<(line: Line) => number>;
  readonly at: Helper<(line: Line, w: number, k: number) => number>;
  readonly put: Helper<(line: Line, w: number, value: number) => void>;
}

/// In the ring `s.line`, which starts as zeros. While the newest sample is not yet written, age 0 is the oldest.
export const inRing = {
  open: helper((_x: object, s: { line: Memory }) => s.line),
  longest: helper((line: Memory) => line.length),
  at: helper((line: Memory, w: number, k: number) => line[w - k]),
  put: helper((line: Memory, w: number, value: number) => {
    line[w] = value;
  }),
} as Place;

/// A ring that is written before it is read: there the oldest age is the newest sample, which must not be heard at the start.
export const inRingWrittenFirst: Place = { ...inRing, at: helper((line: Line, w: number, k: number) => (w >= k ? line[w - k] : 0)) };

/// In the first 2^n samples of the sample buffer `buf`. What the buffer held before is not read.
export const inBuffer = {
  open: helper((x: { buf: number }, _s: object, c: Context) => c.buffer(x.buf)),
  longest: helper((line: SampleBuffer) => line.mask),
  at: helper((line: SampleBuffer, w: number, k: number) => (w >= k ? line[(w - k) & line.mask] : 0)),
  put: helper((line: SampleBuffer, w: number, value: number) => {
    line[w & line.mask] = value;
  }),
} as Place;

/// Reading at age d, a number of samples, and whether such a read touches anything written.
export interface Interpolation {
  readonly read: Helper<(line: Line, w: number, d: number, c: LineContext) => number>;
  readonly begun: Helper<(w: number, d: number, c: Context) => boolean>;
  readonly lerp: typeof lerp;
  readonly cubic: typeof cubic;
}

/// Truncated to whole samples.
export const truncated: Interpolation = {
  read: helper((line: Line, w: number, d: number, c: LineContext) => c.at(line, w, c.tr(d))),
  begun: helper((_w: number, _d: number, _c: Context) => true),
  lerp,
  cubic,
};
/// Along lines between samples.
export const linear: Interpolation = {
  ...truncated,
  read: helper((line: Line, w: number, d: number, c: LineContext) => {
    const k = c.tr(d);
    return c.lerp(d - k, c.at(line, w, k), c.at(line, w, k + 1));
  }),
};
/// Along cubics, which reach one sample further to either side.
export const cubical: Interpolation = {
  ...truncated,
  read: helper((line: Line, w: number, d: number, c: LineContext) => {
    const k = c.tr(d);
    return c.cubic(d - k, c.at(line, w, k - 1), c.at(line, w, k), c.at(line, w, k + 1), c.at(line, w, k + 2));
  }),
  begun: helper((w: number, d: number, c: Context) => w >= c.tr(d) - 1),
};

/// A delay of `seconds` in samples, between `least` and `longest`.
export const samplesOfDelay = helper((seconds: number, least: number, longest: number, c: Context) =>
  c.clip(seconds * c.f32(c.rate), least, longest),
);

/// The gain of one pass through a loop of `delay` seconds that decays by 60 dB in |decay| seconds; negative for a negative decay.
export const loopGain = helper((delay: number, decay: number, c: Context) => {
  const gain = c.f32(Math.exp((-6.907755278982137 * delay) / Math.abs(c.f64(decay))));
  return delay === 0 || decay === 0 ? 0 : decay < 0 ? -gain : gain;
});

/// Keeps `w` from overflowing: at 2^30 it goes back by half of that, a multiple of every line's length.
export const bounded = helper((w: number) => (w >= 1073741824 ? w - 536870912 : w));

/// The length of a ring for delays up to `seconds`.
export const ringLength = helper((seconds: number, c: Context) => Math.ceil(c.f64(seconds) * c.rate + 1) + c.size);
