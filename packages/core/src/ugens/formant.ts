/// Formant: grains of sine under a cosine window, one per period.
import { i32, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Formant (fundfreq 440 Hz, formfreq 1760 Hz, bwfreq 880 Hz): in each period of fundfreq a sine at formfreq under one cycle of 1 - cos at bwfreq, or at
/// fundfreq where that is shorter than a period. The sines are points of a table of 8192, as in SuperCollider.
export const Formant = ugen("Formant", {
  rates: "ar",
  family: "oscillators",
  inputs: { fundfreq: perBlock(440), formfreq: perBlock(1760), bwfreq: perBlock(880) },
  state: { fund: i32(), form: i32(), window: i32() },
  block({ fundfreq, formfreq, bwfreq }, _s, c) {
    const perHz = c.f32(536870912 * c.period);
    const fundInc = c.tr(perHz * fundfreq);
    const windowInc = c.tr(perHz * bwfreq);
    return { fundInc, formInc: c.tr(perHz * formfreq), windowInc, shortest: Math.max(fundInc, windowInc) };
  },
  tick(_x, s, { fundInc, formInc, windowInc, shortest }, c) {
    const open = s.window < 536870912;
    const window = 1 + c.table.sine[((s.window + 0x18000000) >>> 16) & 8191];
    const y = open ? window * c.table.sine[(s.form >>> 16) & 8191] : 0;
    s.window = open ? (s.window + shortest) | 0 : s.window;
    s.fund = (s.fund + fundInc) | 0;
    s.form = (s.form + formInc) | 0;
    if (s.fund > 536870912) {
      s.fund = (s.fund - 536870912) | 0;
      // Integer products that wrap: a period's start within the sample is found to a fraction that SuperCollider gets wrong, too.
      s.form = fundInc === 0 ? 0 : (Math.imul(s.fund, formInc) / fundInc) | 0;
      s.window = fundInc === 0 ? 0 : (Math.imul(s.fund, windowInc) / fundInc) | 0;
    }
    return y;
  },
});
