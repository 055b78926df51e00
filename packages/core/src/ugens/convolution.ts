/// Convolution by transforms: of two signals, of a signal with a buffer, and with a long buffer in partitions.
///
/// A frame of F input samples, followed by F zeros, is transformed, multiplied by the transform of F kernel samples and transformed back: 2F samples,
/// of which the second half overlaps with the next frame's first (overlap-add). The output is late by F samples less a block.
import { atInit, helper, i32, perBlock, type SystemContext, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { type Frame, frameAt } from "./support/frames.ts";
import { addProduct, clear, copy } from "./support/spectra.ts";

/// Memory of a convolver: `half` is F, the others are byte addresses of 2F values each.
const spaces = {
  half: i32(),
  position: i32(),
  work: i32(),
  input: i32(),
  kernel: i32(),
  product: i32(),
  sum: i32(),
  latest: i32(),
  before: i32(),
  fired: i32(),
};
interface Spaces {
  half: number;
  position: number;
  work: number;
  input: number;
  kernel: number;
  product: number;
  sum: number;
  latest: number;
}
type Parts = SystemContext & {
  clear(at: number, count: number, c: unknown): void;
  copy(to: number, from: number, count: number, c: unknown): void;
  addProduct(to: number, a: number, b: number, size: number, c: unknown): void;
  frameAt(chain: number, c: unknown): Frame;
  convolve(s: Spaces, kernel: number, c: unknown): void;
  loadKernel(s: Spaces, to: number, buffer: number, c: unknown): void;
};

/// Prepares frames of `length` samples; `half` stays 0, and the unit silent, when there is no such transform or no memory.
/// `areas` is how many areas of 2F values the unit uses, from `input` on.
const prepare = helper((s: Spaces, length: number, areas: number, c: SystemContext) => {
  const bytes = length * 8;
  s.work = length % c.blockSize === 0 ? c.host("prepareFft", length * 2) : 0;
  s.input = s.work !== 0 ? c.host("alloc", bytes * areas) : 0;
  s.kernel = s.input + bytes;
  s.product = s.kernel + bytes;
  s.sum = s.product + bytes;
  s.latest = s.sum + bytes;
  s.half = s.input !== 0 ? length : 0;
});

/// Transforms the first F samples of a buffer, channels and all, with zeros behind them, to `to`.
const loadKernel = helper((s: Spaces, to: number, buffer: number, c: Parts) => {
  const { data, size } = c.frameAt(buffer, c);
  const count = Math.min(size, s.half);
  c.copy(to, data, count, c);
  c.clear(to + count * 4, s.half * 2 - count, c);
  c.host("fft", to, s.half * 2, s.work);
});

/// Moves a sum on by a frame: its second half becomes the first.
const moveOn = helper((s: Spaces, sum: number, c: Parts) => {
  c.copy(sum, sum + s.half * 4, s.half, c);
  c.clear(sum + s.half * 4, s.half, c);
});

/// The convolution of what was transformed at `input` and `kernel`, at `product`.
const convolve = helper((s: Spaces, kernel: number, c: Parts) => {
  c.clear(s.product, s.half * 2, c);
  c.addProduct(s.product, s.input, kernel, s.half * 2, c);
  c.host("ifft", s.product, s.half * 2, s.work);
});

/// Adds the convolution with `kernel` to `sum`; in frame `fading` (from 1; 0: none) of a crossfade of `frames`, one that goes over to `latest`, which
/// becomes the kernel at the end.
const addFading = helper((s: Spaces, sum: number, kernel: number, latest: number, fading: number, frames: number, c: Parts) => {
  // Share of the new kernel, by the time at which a sample is heard.
  const share = (fading - 1) / frames;
  const step = 1 / (c.f32(frames) * s.half);
  c.convolve(s, kernel, c);
  for (let i = 0; i < s.half * 2; i++) {
    const weight = fading > 0 ? 1 - Math.min(share + i * step, 1) : 1;
    c.storeF32(sum + i * 4, c.loadF32(sum + i * 4) + weight * c.loadF32(s.product + i * 4));
  }
  if (fading > 0) {
    c.convolve(s, latest, c);
    for (let i = 0; i < s.half * 2; i++) {
      const weight = Math.min(share + i * step, 1);
      c.storeF32(sum + i * 4, c.loadF32(sum + i * 4) + weight * c.loadF32(s.product + i * 4));
    }
    if (fading >= frames) c.copy(kernel, latest, s.half * 2, c);
  }
});

const uses = { prepare, loadKernel, moveOn, convolve, addFading, frameAt, addProduct, clear, copy };

/// Convolution (in, kernel, framesize 512): convolves successive frames of two signals with each other.
export const Convolution = ugen("Convolution", {
  rates: "ar",
  family: "spectral",
  inputs: { in: signal, kernel: signal, framesize: atInit(512) },
  state: spaces,
  uses,
  system: true,
  init({ framesize }, s, c) {
    c.prepare(s, c.tr(framesize), 4, c);
    return 0;
  },
  process({ in: x, kernel }, s, c) {
    if (s.half === 0) {
      for (let j = 0; j < c.size; j++) c.out[0][j] = 0;
      return;
    }
    const at = s.position * 4;
    for (let j = 0; j < c.size; j++) {
      c.storeF32(s.input + at + j * 4, x[j]);
      c.storeF32(s.kernel + at + j * 4, kernel[j]);
    }
    s.position += c.size;
    if (s.position >= s.half) {
      s.position = 0;
      c.moveOn(s, s.sum, c);
      for (const from of [s.input, s.kernel]) {
        c.clear(from + s.half * 4, s.half, c);
        c.host("fft", from, s.half * 2, s.work);
      }
      c.convolve(s, s.kernel, c);
      for (let i = 0; i < s.half * 2; i++) c.storeF32(s.sum + i * 4, c.loadF32(s.sum + i * 4) + c.loadF32(s.product + i * 4));
    }
    for (let j = 0; j < c.size; j++) c.out[0][j] = c.loadF32(s.sum + (s.position + j) * 4);
  },
});

/// Convolution2 (in, kernel buffer, trigger 0, framesize 2048): convolves with the first `framesize` samples of a buffer (0: all), read at the start and
/// at every trigger.
export const Convolution2 = ugen("Convolution2", {
  rates: "ar",
  family: "spectral",
  inputs: { in: signal, kernel: perBlock(), trigger: perBlock(0), framesize: atInit(2048) },
  state: spaces,
  uses,
  reads: "buffer",
  system: true,
  init({ kernel, framesize }, s, c) {
    const wanted = c.tr(framesize);
    c.prepare(s, wanted > 0 ? wanted : c.buffer(kernel).frames, 4, c);
    if (s.half !== 0) c.loadKernel(s, s.kernel, kernel, c);
    return 0;
  },
  process({ in: x, kernel, trigger }, s, c) {
    if (s.half === 0) {
      for (let j = 0; j < c.size; j++) c.out[0][j] = 0;
      return;
    }
    if (trigger > 0 && s.before <= 0) c.loadKernel(s, s.kernel, kernel, c);
    s.before = trigger > 0 ? 1 : 0;
    for (let j = 0; j < c.size; j++) c.storeF32(s.input + (s.position + j) * 4, x[j]);
    s.position += c.size;
    if (s.position >= s.half) {
      s.position = 0;
      c.moveOn(s, s.sum, c);
      c.clear(s.input + s.half * 4, s.half, c);
      c.host("fft", s.input, s.half * 2, s.work);
      c.convolve(s, s.kernel, c);
      for (let i = 0; i < s.half * 2; i++) c.storeF32(s.sum + i * 4, c.loadF32(s.sum + i * 4) + c.loadF32(s.product + i * 4));
    }
    for (let j = 0; j < c.size; j++) c.out[0][j] = c.loadF32(s.sum + (s.position + j) * 4);
  },
});

/// Convolution2L (in, kernel buffer, trigger 0, framesize 2048, crossfade 1): as Convolution2; after a trigger the sound goes over from the old kernel to the
/// new one within `crossfade` frames.
export const Convolution2L = ugen("Convolution2L", {
  rates: "ar",
  family: "spectral",
  inputs: { in: signal, kernel: perBlock(), trigger: perBlock(0), framesize: atInit(2048), crossfade: perBlock(1) },
  /// `fading` counts the frames of a crossfade, 0 for none.
  state: { ...spaces, fading: i32() },
  uses,
  reads: "buffer",
  system: true,
  init({ kernel, framesize }, s, c) {
    const wanted = c.tr(framesize);
    c.prepare(s, wanted > 0 ? wanted : c.buffer(kernel).frames, 5, c);
    if (s.half !== 0) c.loadKernel(s, s.kernel, kernel, c);
    return 0;
  },
  process({ in: x, kernel, trigger, crossfade }, s, c) {
    if (s.half === 0) {
      for (let j = 0; j < c.size; j++) c.out[0][j] = 0;
      return;
    }
    if (trigger > 0 && s.before <= 0) {
      c.loadKernel(s, s.latest, kernel, c);
      s.fading = 1;
    }
    s.before = trigger > 0 ? 1 : 0;
    for (let j = 0; j < c.size; j++) c.storeF32(s.input + (s.position + j) * 4, x[j]);
    s.position += c.size;
    if (s.position >= s.half) {
      s.position = 0;
      c.moveOn(s, s.sum, c);
      c.clear(s.input + s.half * 4, s.half, c);
      c.host("fft", s.input, s.half * 2, s.work);
      const frames = Math.max(c.tr(crossfade), 1);
      c.addFading(s, s.sum, s.kernel, s.latest, s.fading, frames, c);
      if (s.fading > 0) s.fading = s.fading < frames ? s.fading + 1 : 0;
    }
    for (let j = 0; j < c.size; j++) c.out[0][j] = c.loadF32(s.sum + (s.position + j) * 4);
  },
});

/// StereoConvolution2L (in, kernelL buffer, kernelR buffer, trigger 0, framesize 2048, crossfade 1): Convolution2L with two kernels, heard in two channels.
/// What scsynth 3.13 makes of it is no convolution (the left channel is a spectrum, which grows without bound after a trigger) and is not repeated.
export const StereoConvolution2L = ugen("StereoConvolution2L", {
  rates: "ar",
  family: "spectral",
  outputs: 2,
  inputs: { in: signal, kernelL: perBlock(), kernelR: perBlock(), trigger: perBlock(0), framesize: atInit(2048), crossfade: perBlock(1) },
  /// `fading` counts the frames of a crossfade, 0 for none. The areas without `right` are those of the left channel.
  state: { ...spaces, fading: i32(), rightKernel: i32(), rightSum: i32(), rightLatest: i32() },
  uses,
  reads: "buffer",
  system: true,
  init({ kernelL, kernelR, framesize }, s, c) {
    const wanted = c.tr(framesize);
    c.prepare(s, wanted > 0 ? wanted : c.buffer(kernelL).frames, 8, c);
    if (s.half !== 0) {
      const bytes = s.half * 8;
      s.rightKernel = s.latest + bytes;
      s.rightSum = s.rightKernel + bytes;
      s.rightLatest = s.rightSum + bytes;
      c.loadKernel(s, s.kernel, kernelL, c);
      c.loadKernel(s, s.rightKernel, kernelR, c);
    }
    return 0;
  },
  process({ in: x, kernelL, kernelR, trigger, crossfade }, s, c) {
    if (s.half === 0) {
      for (let j = 0; j < c.size; j++) {
        c.out[0][j] = 0;
        c.out[1][j] = 0;
      }
      return;
    }
    if (trigger > 0 && s.before <= 0) {
      c.loadKernel(s, s.latest, kernelL, c);
      c.loadKernel(s, s.rightLatest, kernelR, c);
      s.fading = 1;
    }
    s.before = trigger > 0 ? 1 : 0;
    for (let j = 0; j < c.size; j++) c.storeF32(s.input + (s.position + j) * 4, x[j]);
    s.position += c.size;
    if (s.position >= s.half) {
      s.position = 0;
      c.moveOn(s, s.sum, c);
      c.moveOn(s, s.rightSum, c);
      c.clear(s.input + s.half * 4, s.half, c);
      c.host("fft", s.input, s.half * 2, s.work);
      const frames = Math.max(c.tr(crossfade), 1);
      c.addFading(s, s.sum, s.kernel, s.latest, s.fading, frames, c);
      c.addFading(s, s.rightSum, s.rightKernel, s.rightLatest, s.fading, frames, c);
      if (s.fading > 0) s.fading = s.fading < frames ? s.fading + 1 : 0;
    }
    for (let j = 0; j < c.size; j++) {
      c.out[0][j] = c.loadF32(s.sum + (s.position + j) * 4);
      c.out[1][j] = c.loadF32(s.rightSum + (s.position + j) * 4);
    }
  },
});

/// Convolution3 (in, kernel buffer, trigger 0, framesize 2048): convolution in time, sample by sample, into a ring that is never cleared: as in scsynth its
/// output grows from round to round, which makes it of little use.
export const Convolution3 = ugen("Convolution3", {
  rates: "ar kr",
  family: "spectral",
  inputs: { in: signal, kernel: perBlock(), trigger: perBlock(0), framesize: atInit(2048) },
  state: { half: i32(), position: i32(), kernel: i32(), sum: i32(), before: i32() },
  uses: { frameAt, copy },
  reads: "buffer",
  system: true,
  init({ kernel, framesize }, s, c) {
    const wanted = c.tr(framesize);
    const { data, size } = c.frameAt(kernel, c);
    const length = wanted > 0 ? wanted : c.buffer(kernel).frames;
    s.kernel = c.host("alloc", length * 8);
    s.sum = s.kernel + length * 4;
    s.half = s.kernel !== 0 ? length : 0;
    if (s.half !== 0) c.copy(s.kernel, data, Math.min(size, length), c);
    return 0;
  },
  process({ in: x, kernel, trigger }, s, c) {
    if (s.half !== 0) {
      if (trigger > 0 && s.before <= 0) {
        const { data, size } = c.frameAt(kernel, c);
        c.copy(s.kernel, data, Math.min(size, s.half), c);
      }
      // The whole block goes into the ring before any of it is heard.
      for (let j = 0; j < c.size; j++) {
        const input = x[j];
        let at = (s.position + j) % s.half;
        for (let k = 0; k < s.half; k++) {
          const cell = s.sum + at * 4;
          c.storeF32(cell, c.loadF32(cell) + input * c.loadF32(s.kernel + k * 4));
          at = at + 1 < s.half ? at + 1 : 0;
        }
      }
    }
    s.before = trigger > 0 ? 1 : 0;
    let y = c.f32(0);
    for (let j = 0; j < c.size; j++) {
      if (s.half !== 0) {
        y = c.loadF32(s.sum + s.position * 4);
        s.position = s.position + 1 < s.half ? s.position + 1 : 0;
      }
      if (c.isAr) c.out[0][j] = y;
    }
    if (c.isAr) return;
    return y;
  },
});
