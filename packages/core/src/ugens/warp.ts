/// Time stretching by overlapping grains of a sample buffer.
import { f32s, f64s, helper, i32s, perBlock, perSample, type SampleBuffer, type Shape, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { grains } from "./support/grains.ts";
import { type FrameContext, positions } from "./support/positions.ts";

/// Most grains of a channel at a time.
const most = 16;
const each = ({ outputs }: Shape) => outputs * most;
const perChannel = ({ outputs }: Shape) => outputs;

/// Grain g of channel n is at n * most + g: samples left, position and step in the buffer, and its window, sin^2 by recurrence or a buffer (number, position, step).
interface Grains {
  left: number[];
  position: number[];
  rate: number[];
  interpolation: number[];
  b1: number[];
  y1: number[];
  y2: number[];
  window: number[];
  at: number[];
  step: number[];
}
interface WarpContext extends SystemContext, FrameContext {
  windowAt(buf: SampleBuffer, p: number, c: WarpContext): number;
}

/// Adds grain g to channel n from sample `from` on. In its first block its position is rounded to f32 (`fresh`).
const play = helper((s: Grains, g: number, n: number, from: number, buf: SampleBuffer, fresh: boolean, c: WarpContext) => {
  const to = Math.min(c.size, from + s.left[g]);
  const b1 = s.b1[g];
  let y1 = s.y1[g];
  let y2 = s.y2[g];
  const window = s.window[g];
  const shape = c.buffer(window);
  let at = s.at[g];
  let p = s.position[g];
  for (let j = from; j < to; j++) {
    let gain = c.f32(y1 * y1);
    if (window >= 0) {
      gain = c.windowAt(shape, at, c);
      at += s.step[g];
      if (at >= shape.samples) at -= shape.samples;
    } else {
      const y0 = b1 * y1 - y2;
      y2 = y1;
      y1 = y0;
    }
    p = c.cycled(p, buf.frames);
    const place = c.around(buf, p, 1, c);
    const interpolation = s.interpolation[g];
    // Without interpolation channels are not told apart, as in scsynth.
    const sample = interpolation >= 4 ? c.cubicAt(buf, place, n, c) : interpolation >= 2 ? c.linearAt(buf, place, n, c) : buf[c.tr(p) + n];
    c.out[n][j] += gain * sample;
    p = fresh ? c.f32(p + s.rate[g]) : p + s.rate[g];
  }
  s.y1[g] = y1;
  s.y2[g] = y2;
  s.at[g] = at;
  s.position[g] = p;
  s.left[g] -= to - from;
});

/// Puts grain `from` in place of grain g.
const move = helper((s: Grains, g: number, from: number) => {
  s.left[g] = s.left[from];
  s.position[g] = s.position[from];
  s.rate[g] = s.rate[from];
  s.interpolation[g] = s.interpolation[from];
  s.b1[g] = s.b1[from];
  s.y1[g] = s.y1[from];
  s.y2[g] = s.y2[from];
  s.window[g] = s.window[from];
  s.at[g] = s.at[from];
  s.step[g] = s.step[from];
});

/// Warp1 (bufnum 0, pointer 0, freqScale 1, windowSize 0.2 s, envbufnum -1, overlaps 8, windowRandRatio 0, interp 1): grains of `windowSize` begin
/// windowSize / overlaps apart at `pointer` (0 to 1) of the buffer, and play at `freqScale`. Lengths are drawn within windowSize (1 +- windowRandRatio).
/// envbufnum is a sample buffer with the window, -1 for sin^2; interp 1 none, 2 linear, 4 cubic. The buffer has as many channels as the unit or more.
export const Warp1 = ugen("Warp1", {
  rates: "ar",
  family: "granular",
  inputs: {
    bufnum: perBlock(0),
    pointer: perSample(0),
    freqScale: perSample(1),
    windowSize: perSample(0.2),
    envbufnum: perBlock(-1),
    overlaps: perSample(8),
    windowRandRatio: perSample(0),
    interp: perSample(1),
  },
  outputs: "caller",
  state: {
    count: i32s(perChannel),
    until: i32s(perChannel),
    left: i32s(each),
    position: f64s(each),
    rate: f32s(each),
    interpolation: i32s(each),
    b1: f64s(each),
    y1: f64s(each),
    y2: f64s(each),
    window: i32s(each),
    at: f64s(each),
    step: f64s(each),
  },
  uses: { ...positions, windowAt: grains.windowAt, play, move },
  reads: "buffer",
  random: true,
  init(_x, s, c) {
    for (const n of c.each(c.outputs)) s.until[n] = 1;
    return 0;
  },
  process(x, s, c) {
    const buf = c.buffer(x.bufnum);
    for (const n of c.each(c.outputs)) {
      for (let j = 0; j < c.size; j++) c.out[n][j] = 0;
      if (buf.frames > 0 && buf.channels >= c.outputs) {
        const first = n * 16;
        let g = first;
        while (g < first + s.count[n]) {
          c.play(s, g, n, 0, buf, false, c);
          if (s.left[g] > 0) g++;
          else {
            s.count[n] -= 1;
            c.move(s, g, first + s.count[n]);
          }
        }
        for (let j = 0; j < c.size; j++) {
          s.until[n] -= 1;
          if (s.until[n] === 0 && s.count[n] < 16) {
            g = first + s.count[n];
            const length = x.windowSize[j] * c.f32(c.rate);
            const samples = c.f64(Math.max(4, Math.floor(length + length * (c.u11() * x.windowRandRatio[j]))));
            const w = Math.PI / samples;
            s.until[n] = c.tr(samples / x.overlaps[j]);
            s.left[g] = c.tr(samples);
            s.rate[g] = x.freqScale[j] * (buf.sampleRate * c.f32(c.period));
            s.position[g] = c.f32(x.pointer[j] * buf.frames);
            s.interpolation[g] = c.tr(x.interp[j]);
            s.b1[g] = 2 * Math.cos(w);
            s.y1[g] = Math.sin(w);
            s.y2[g] = 0;
            s.window[g] = x.envbufnum < 0 ? -1 : c.tr(x.envbufnum);
            s.at[g] = 0;
            s.step[g] = x.envbufnum < 0 ? 0 : c.f64(c.buffer(x.envbufnum).samples) / samples;
            s.count[n] += 1;
            c.play(s, g, n, j, buf, true, c);
            if (s.left[g] <= 0) s.count[n] -= 1;
          }
        }
      }
    }
  },
});
