/// Frames of a sample buffer at positions between them.
import { type Context, helper, type SampleBuffer } from "../../kernel/language.ts";
import { cubic, lerp } from "./interpolation.ts";

/// The end of the positions in a buffer: the number of frames when it loops, else the last frame. Nothing is beyond the end of an empty buffer.
const endOf = helper((buf: SampleBuffer, loop: number) => (buf.frames > 0 ? (loop !== 0 ? buf.frames : buf.frames - 1) : Infinity));

/// A position brought around the ends of a buffer of `end` frames: by one length, or by as many as it takes.
const cycled = helper((p: number, end: number) => {
  const q = p >= end ? p - end : p < 0 ? p + end : p;
  return q >= end || q < 0 ? q - end * Math.floor(q / end) : q;
});
/// A position brought into the buffer: around its ends when it loops, else held at them, which sets `done`.
const inside = helper((p: number, end: number, loop: number, s: { done: number }, c: { cycled(p: number, end: number): number }) => {
  let q = p;
  if ((p >= end || p < 0) && end < Infinity) {
    if (loop !== 0) q = c.cycled(p, end);
    else {
      s.done = 1;
      q = p >= end ? end : 0;
    }
  }
  return q;
});

/// The four frames around a position, as the indices of their first samples, and the way from the second to the third.
const around = helper((buf: SampleBuffer, p: number, loop: number, c: Context) => {
  const i = c.tr(p);
  const n = buf.channels;
  const last = buf.frames - 1;
  const before = i > 0 ? i - 1 : loop !== 0 ? last : 0;
  const next = i < last ? i + 1 : loop !== 0 ? 0 : last;
  const after = i + 1 < last ? i + 2 : loop !== 0 ? i + 1 - last : last;
  return { x: c.f32(p - i), a: before * n, b: i * n, c: next * n, d: after * n };
});
export interface Around {
  readonly x: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/// The context of a kernel that uses `positions`.
export interface FrameContext extends Context {
  lerp(x: number, a: number, b: number): number;
  cubic(x: number, y0: number, y1: number, y2: number, y3: number): number;
  cycled(p: number, end: number): number;
  around(buf: SampleBuffer, p: number, loop: number, c: Context): Around;
  cubicAt(buf: SampleBuffer, at: Around, ch: number, c: FrameContext): number;
  linearAt(buf: SampleBuffer, at: Around, ch: number, c: FrameContext): number;
  plainAt(buf: SampleBuffer, at: Around, ch: number): number;
}

/// A channel there, along a cubic or a line. Channels that the buffer does not have are silent.
const cubicAt = helper((buf: SampleBuffer, at: Around, ch: number, c: FrameContext) =>
  ch < buf.channels ? c.cubic(at.x, buf[at.a + ch], buf[at.b + ch], buf[at.c + ch], buf[at.d + ch]) : 0,
);
const linearAt = helper((buf: SampleBuffer, at: Around, ch: number, c: FrameContext) =>
  ch < buf.channels ? c.lerp(at.x, buf[at.b + ch], buf[at.c + ch]) : 0,
);
const plainAt = helper((buf: SampleBuffer, at: Around, ch: number) => (ch < buf.channels ? buf[at.b + ch] : 0));

/// For `uses`.
export const positions = { endOf, cycled, inside, around, cubicAt, linearAt, plainAt, cubic, lerp };
