/// Coefficients of exponential decay, and the values that say how long things last.
import { type Context, helper } from "../../kernel/language.ts";

/// The factor per sample of a decay by 60 dB in `time` seconds at `rate` samples per second: exp(ln 0.001 / (time * rate)); 0 for no time. f64.
export const decayCoefficient = helper((time: number, rate: number, c: Context) => {
  const seconds = c.f64(time);
  return time === 0 ? 0 : Math.exp(-6.907755278982137 / (seconds * rate));
});

/// Whole samples in `seconds`, at least 1, cut towards zero.
export const samplesIn = helper((seconds: number, c: Context) => Math.max(1, c.tr(c.f64(seconds) * c.rate)));

/// 0 for what has faded so far that it would soon be a denormal number, which processors are slow with; else x.
export const unlessFaded = helper((x: number) => (Math.abs(x) < 1e-30 ? 0 : x));
