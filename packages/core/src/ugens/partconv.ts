/// Convolution with a long impulse response.
import { atInit, i32, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { frameAt } from "./support/frames.ts";
import { addProduct, clear, copy } from "./support/spectra.ts";

/// PartConv (in, fftsize, irbufnum): convolves with an impulse response that /b_gen PreparePartConv has cut into partitions of fftsize / 2 samples and
/// transformed. Late by fftsize / 2 samples less a block. The transforms of the last input frames are kept; of the products that the next frame needs, those with
/// earlier frames are made in the blocks before it, so that no block does much more than another.
export const PartConv = ugen("PartConv", {
  rates: "ar",
  family: "spectral",
  inputs: { in: signal, fftsize: atInit(), irbufnum: atInit() },
  /// `spectra` is a ring of `parts` transforms, the latest at `latest`; `ready` partitions have been added to `sum` for the next frame.
  state: {
    size: i32(),
    position: i32(),
    work: i32(),
    input: i32(),
    sum: i32(),
    out: i32(),
    spectra: i32(),
    parts: i32(),
    latest: i32(),
    ready: i32(),
    ir: 0,
  },
  uses: { frameAt, addProduct, clear, copy },
  reads: "buffer",
  system: true,
  init({ fftsize, irbufnum }, s, c) {
    const size = c.tr(fftsize);
    const response = c.frameAt(irbufnum, c);
    s.work = ((size / 2) | 0) % c.blockSize === 0 ? c.host("prepareFft", size) : 0;
    s.parts = s.work !== 0 ? (response.size / size) | 0 : 0;
    s.input = s.parts > 0 ? c.host("alloc", size * 4 * (s.parts + 3)) : 0;
    s.sum = s.input + size * 4;
    s.out = s.sum + size * 4;
    s.spectra = s.out + size * 4;
    s.ir = irbufnum;
    s.ready = 1;
    s.size = s.input !== 0 ? size : 0;
    return 0;
  },
  process({ in: x }, s, c) {
    const response = c.frameAt(s.ir, c);
    if (s.size === 0 || response.size < s.parts * s.size) {
      for (let j = 0; j < c.size; j++) c.out[0][j] = 0;
      return;
    }
    const half = s.size >> 1;
    for (let j = 0; j < c.size; j++) c.storeF32(s.input + (s.position + j) * 4, x[j]);
    s.position += c.size;
    // An even share of the partitions by the end of each block.
    const due = s.position >= half ? s.parts : ((s.parts * s.position) / half) | 0;
    while (s.ready < due) {
      // Of the frame to come, partition k meets the input of k frames ago.
      const frame = s.latest - s.ready + 1;
      const spectrum = s.spectra + (frame < 0 ? frame + s.parts : frame) * (s.size * 4);
      c.addProduct(s.sum, spectrum, response.data + s.ready * (s.size * 4), s.size, c);
      s.ready++;
    }
    if (s.position >= half) {
      s.position = 0;
      s.ready = 1;
      s.latest = s.latest + 1 < s.parts ? s.latest + 1 : 0;
      const spectrum = s.spectra + s.latest * (s.size * 4);
      c.copy(spectrum, s.input, half, c);
      c.clear(spectrum + half * 4, half, c);
      c.host("fft", spectrum, s.size, s.work);
      c.addProduct(s.sum, spectrum, response.data, s.size, c);
      c.host("ifft", s.sum, s.size, s.work);
      for (let i = 0; i < half; i++) {
        c.storeF32(s.out + i * 4, c.loadF32(s.out + (half + i) * 4) + c.loadF32(s.sum + i * 4));
        c.storeF32(s.out + (half + i) * 4, c.loadF32(s.sum + (half + i) * 4));
      }
      c.clear(s.sum, s.size, c);
    }
    for (let j = 0; j < c.size; j++) c.out[0][j] = c.loadF32(s.out + (s.position + j) * 4);
  },
});
