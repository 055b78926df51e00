/// How loud a spectrum sounds.
import { f32s, helper, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { frameAt, toComplex } from "./support/frames.ts";
import { chain } from "./support/pv.ts";

/// Phon of a level in the band whose levels of equal loudness begin at `row`: 0 below 2 phon, at most 100.
const phonOf = helper((level: number, row: number, c: SystemContext) => {
  const levels = c.table.loudness;
  let step = 0;
  while (step < 11 && level >= levels[row + step]) step++;
  const share = (level - levels[row + step - 1]) / (levels[row + step] - levels[row + step - 1]);
  const from = step === 1 ? 2 : (step - 1) * 10;
  return step === 0 ? 0 : step === 11 ? 100 : (1 - share) * from + share * (step * 10);
});

/// Loudness (chain, smask 0.25, tmask 1): sones, in each frame of 1024 points. The power of a bin is at least `smask` of that of the bin below, and a band falls
/// by `tmask` phon per frame at most (masking in frequency and time). Bands of the ear's width turn their power into phon by the curves of equal loudness
/// (10 log10(76032.936 power + 0.001) dB), which add up: phon = 10 log10(sum 10^(phon / 10)), sones = 2^((phon - 40) / 10).
export const Loudness = ugen("Loudness", {
  rates: "kr",
  family: "analysis",
  inputs: { chain, smask: perBlock(0.25), tmask: perBlock(1) },
  state: { sones: 0, bands: f32s(42) },
  uses: { frameAt, toComplex, phonOf },
  writes: "buffer",
  system: true,
  init(_x, s) {
    // Of silence: every band has 0 phon.
    s.sones = 2 ** ((10 * Math.log10(42 * (1 - 0.001) + 0.001) - 40) / 10);
    return s.sones;
  },
  process({ chain: buffer, smask, tmask }, s, c) {
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      // The bands end at bin 511.
      if (frame.bins >= 511) {
        c.toComplex(frame, c);
        let total = c.f64(0);
        for (let band = 0; band < 42; band++) {
          const row = band * 13;
          const first = c.tr(c.table.loudness[row]);
          const end = first + c.tr(c.table.loudness[row + 1]);
          let sum = c.f32(0);
          let below = c.f32(0);
          for (let bin = first; bin < end; bin++) {
            const at = frame.data + bin * 8;
            const re = c.loadF32(at);
            const im = c.loadF32(at + 4);
            const power = Math.max(below * smask, re * re + im * im);
            below = power;
            sum += power;
          }
          const phon = c.phonOf(c.f32(10 * Math.log10(c.f64(sum) * 76032.936 + 0.001)), row + 2, c);
          s.bands[band] = Math.max(phon, s.bands[band] - tmask);
          total += c.f64(10) ** (0.1 * c.f64(s.bands[band])) - 0.001;
        }
        const phon = 10 * Math.log10(total + 0.001);
        s.sones = c.f64(2) ** ((phon - 40) / 10);
      }
    }
    return s.sones;
  },
});
