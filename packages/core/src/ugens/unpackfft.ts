/// Single bins of spectral frames as demand-rate numbers, and frames made of such numbers.
import { i32, many, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { frameAt, toComplex } from "./support/frames.ts";
import { chain } from "./support/pv.ts";

/// Unpack1FFT (chain, bufsize, binindex, whichmeasure 0): the magnitude (0) or the phase (1) of one bin. Bin 0 is DC, bin bufsize / 2 half the sample rate.
export const Unpack1FFT = ugen("Unpack1FFT", {
  rates: "dr",
  family: "spectral",
  inputs: { chain, bufsize: perBlock(), binindex: perBlock(0), whichmeasure: perBlock(0) },
  state: { value: 0 },
  uses: { frameAt, toComplex },
  reads: "buffer",
  system: true,
  next({ chain: buffer, binindex, whichmeasure }, s, c) {
    const frame = c.frameAt(buffer, c);
    const bin = c.tr(binindex);
    if (buffer >= 0 && frame.size !== 0) {
      c.toComplex(frame, c);
      const isEnd = bin <= 0 || bin > frame.bins;
      const at = frame.data + (bin <= 0 ? 0 : bin > frame.bins ? 4 : bin * 8);
      const re = c.loadF32(at);
      const im = isEnd ? 0 : c.loadF32(at + 4);
      s.value = whichmeasure > 0 ? (isEnd ? 0 : Math.atan2(im, re)) : isEnd ? re : Math.hypot(im, re);
    }
    return s.value;
  },
});

/// PackFFT (chain, bufsize, frombin 0, tobin, zeroothers 0, count, magnitude and phase of each bin): fills the bins of a frame. With `zeroothers` > 0 the
/// other bins become 0.
export const PackFFT = ugen("PackFFT", {
  rates: "kr",
  family: "spectral",
  inputs: {
    chain,
    bufsize: perBlock(),
    frombin: perBlock(0),
    tobin: perBlock(),
    zeroothers: perBlock(0),
    count: perBlock(),
    values: many(),
  },
  state: { place: i32() },
  uses: { frameAt, toComplex },
  writes: "buffer",
  system: true,
  init: (x) => x.chain,
  process({ chain: buffer, frombin, zeroothers, values }, _s, c) {
    if (buffer < 0) return -1;
    const frame = c.frameAt(buffer, c);
    const first = c.tr(frombin);
    const count = values.length >> 1;
    if (frame.size !== 0) {
      c.toComplex(frame, c);
      for (const i of c.each(values.length >> 1)) {
        const magnitude = c.demand(values[2 * i]);
        const phase = c.demand(values[2 * i + 1]);
        const bin = first + i;
        const re = magnitude * Math.cos(phase);
        if (bin === 0) c.storeF32(frame.data, re);
        else if (bin === frame.bins + 1) c.storeF32(frame.data + 4, re);
        else if (bin > 0 && bin <= frame.bins) {
          c.storeF32(frame.data + bin * 8, re);
          c.storeF32(frame.data + bin * 8 + 4, magnitude * Math.sin(phase));
        }
      }
      if (zeroothers > 0) {
        for (let bin = 0; bin < frame.bins + 2; bin++) {
          if (bin < first || bin >= first + count) {
            const at = frame.data + (bin === frame.bins + 1 ? 4 : bin * 8);
            c.storeF32(at, 0);
            if (bin > 0 && bin <= frame.bins) c.storeF32(at + 4, 0);
          }
        }
      }
    }
    return buffer;
  },
});
