/// Into the spectrum and back: FFT, IFFT, and FFTTrigger, which starts a chain without analysing anything.
import { atInit, helper, i32, perBlock, type SystemContext, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { frameAt, setCoordinates, toComplex } from "./support/frames.ts";

/// Length of the window: `wanted`, or the whole frame when there is none. 0 when that is no power of two or no whole number of blocks.
const windowLength = helper((wanted: number, size: number, c: SystemContext) => {
  const given = c.tr(wanted);
  const length = given < 1 ? size : Math.min(given, size);
  return (length & (length - 1)) === 0 && length % c.blockSize === 0 ? length : 0;
});

/// FFT (buffer, in, hop 0.5, wintype 0, active 1, winsize 0): every `hop` windows of input, the transform of the latest window of `winsize` samples (0:
/// as long as the buffer), padded with zeros, goes into the buffer, and the output is the buffer's number; in all other blocks, and while
/// active <= 0, it is -1. Windows: -1 rectangular, 0 sine, 1 Hann. X[k] = sum w[m] x[m] e^(-2 pi i k m / n), unscaled.
export const FFT = ugen("FFT", {
  rates: "kr",
  family: "spectral",
  inputs: { buffer: atInit(), in: signal, hop: atInit(0.5), wintype: atInit(0), active: perBlock(1), winsize: atInit(0) },
  state: { chain: 0, size: i32(), length: i32(), hop: i32(), position: i32(), input: i32(), window: i32(), work: i32() },
  uses: { windowLength, frameAt, setCoordinates },
  writes: "buffer",
  system: true,
  init({ buffer, hop, wintype, winsize }, s, c) {
    const { size } = c.frameAt(buffer, c);
    const length = c.windowLength(winsize, size, c);
    const blocks = (c.tr(c.clip(hop, 0, 1) * length) / c.blockSize) | 0;
    s.chain = buffer;
    s.work = c.host("prepareFft", size);
    s.window = c.host("prepareWindow", c.tr(wintype), length);
    s.input = c.host("alloc", length * 4);
    s.hop = Math.max(blocks, 1) * c.blockSize;
    s.length = length;
    // Without memory, or with a buffer that cannot hold a transform, the unit never makes a frame.
    s.size = s.work !== 0 && s.window !== 0 && s.input !== 0 ? size : 0;
    return buffer;
  },
  process({ in: x, active }, s, c) {
    if (s.size === 0) return -1;
    const count = c.isAudio(x) ? c.blockSize : 1;
    const newest = s.input + (s.length - s.hop + s.position) * 4;
    for (let j = 0; j < count; j++) c.storeF32(newest + j * 4, x[j]);
    s.position += count;
    if (s.position < s.hop) return -1;
    s.position = 0;
    const frame = c.frameAt(s.chain, c);
    const makes = active > 0 && frame.size === s.size;
    if (makes) {
      for (let j = 0; j < s.length; j++) {
        const at = j * 4;
        c.storeF32(frame.data + at, c.loadF32(s.window + at) * c.loadF32(s.input + at));
      }
      for (let j = s.length; j < s.size; j++) c.storeF32(frame.data + j * 4, 0);
      c.host("fft", frame.data, s.size, s.work);
      c.setCoordinates(frame, 1, c);
    }
    const kept = s.length - s.hop;
    for (let j = 0; j < kept; j++) c.storeF32(s.input + j * 4, c.loadF32(s.input + (j + s.hop) * 4));
    return makes ? s.chain : -1;
  },
});

/// IFFT (chain, wintype 0, winsize 0): transforms each frame back, applies the window once more and adds the overlapping results. Sine windows
/// that overlap by half add up to 1. A frame is heard from the block in which it arrives.
export const IFFT = ugen("IFFT", {
  rates: "ar kr",
  family: "spectral",
  inputs: { chain: perBlock(), wintype: atInit(0), winsize: atInit(0) },
  state: { size: i32(), length: i32(), position: i32(), sum: i32(), window: i32(), work: i32() },
  uses: { windowLength, frameAt, toComplex },
  writes: "buffer",
  system: true,
  init({ chain, wintype, winsize }, s, c) {
    const { size } = c.frameAt(chain, c);
    const length = c.windowLength(winsize, size, c);
    s.work = c.host("prepareFft", size);
    s.window = c.host("prepareWindow", c.tr(wintype), length);
    s.sum = c.host("alloc", length * 4);
    const usable = s.work !== 0 && s.window !== 0 && s.sum !== 0;
    s.size = usable ? size : 0;
    s.length = usable ? length : 0;
    return 0;
  },
  process({ chain }, s, c) {
    if (chain >= 0 && s.size !== 0) {
      const frame = c.frameAt(chain, c);
      if (frame.size === s.size) {
        c.toComplex(frame, c);
        c.host("ifft", frame.data, s.size, s.work);
        // What has been heard is shifted out.
        const left = s.length - s.position;
        for (let j = 0; j < left; j++) {
          const at = j * 4;
          const before = c.loadF32(s.sum + (j + s.position) * 4);
          c.storeF32(s.sum + at, before + c.loadF32(s.window + at) * c.loadF32(frame.data + at));
        }
        for (let j = left; j < s.length; j++) {
          const at = j * 4;
          c.storeF32(s.sum + at, c.loadF32(s.window + at) * c.loadF32(frame.data + at));
        }
        s.position = 0;
      }
    }
    const present = s.position < s.length;
    const from = s.sum + s.position * 4;
    if (present) s.position += c.size;
    if (c.isAr) {
      if (present) for (let j = 0; j < c.size; j++) c.out[0][j] = c.loadF32(from + j * 4);
      else for (let j = 0; j < c.size; j++) c.out[0][j] = 0;
      return;
    }
    return present ? c.loadF32(from) : 0;
  },
});

/// FFTTrigger (buffer, hop 0.5, polar 0): gives the buffer's number every `hop` of its length and -1 in between, for frames that others fill.
/// `polar` 1: the frame holds magnitudes and phases.
export const FFTTrigger = ugen("FFTTrigger", {
  rates: "kr",
  family: "spectral",
  inputs: { buffer: atInit(), hop: atInit(0.5), polar: atInit(0) },
  state: { chain: 0, period: i32(), waited: i32() },
  uses: { frameAt, setCoordinates },
  writes: "buffer",
  system: true,
  init({ buffer, hop, polar }, s, c) {
    const frame = c.frameAt(buffer, c);
    s.chain = buffer;
    s.period = c.tr((frame.size * hop) / c.blockSize);
    if (frame.size > 0) c.setCoordinates(frame, polar === 1 ? 2 : 1, c);
    return buffer;
  },
  process(_x, s) {
    s.waited++;
    if (s.waited < s.period) return -1;
    s.waited = 0;
    return s.chain;
  },
});
