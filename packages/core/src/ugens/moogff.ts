/// The Moog ladder.
import { f64, perBlock, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// MoogFF (in, freq 100 Hz, gain 2, reset 0): four one-poles in a row with feedback `gain` (0 to 4), solved without a delay in the loop (Fontana,
/// "Preserving the structure of the Moog VCF in the digital domain", 2007). A `reset` above 0 clears it.
///
/// With v = 2 tan(pi freq / rate): b0 = v / (v + 2), a1 = (v - 2) / (v + 2); y = (b0^4 x + o) / (1 + gain b0^4), where o is what the stages hold.
export const MoogFF = ugen("MoogFF", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal, freq: perBlock(100), gain: perBlock(2), reset: perBlock(0) },
  state: { s1: f64(), s2: f64(), s3: f64(), s4: f64(), b0: f64(), a1: f64(), freq: -1, gain: 0 },
  start: "step",
  init({ gain }, s) {
    s.gain = gain;
  },
  block({ freq, gain, reset }, s, c) {
    if (freq !== s.freq) {
      s.freq = freq;
      const v = Math.max(0, 2 * Math.tan(c.f64(freq) * (Math.PI * c.period)));
      s.b0 = v / (v + 2);
      s.a1 = (v - 2) / (v + 2);
    }
    if (reset > 0) {
      s.s1 = 0;
      s.s2 = 0;
      s.s3 = 0;
      s.s4 = 0;
    }
    const from = s.gain;
    s.gain = c.clip(gain, 0, 4);
    return { k: c.isScalar(gain) ? s.gain : c.glide(from, s.gain), b0: s.b0, a1: s.a1 };
  },
  tick({ in: x }, s, { k, b0, a1 }) {
    const b4 = b0 * b0 * (b0 * b0);
    const held = s.s4 + b0 * (s.s3 + b0 * (s.s2 + b0 * s.s1));
    const y = (b4 * x + held) * (1 / (1 + b4 * k));
    const u = x - k * y;
    const f1 = b0 * u + s.s1;
    const f2 = b0 * f1 + s.s2;
    const f3 = b0 * f2 + s.s3;
    s.s1 = b0 * u - a1 * f1;
    s.s2 = b0 * f1 - a1 * f2;
    s.s3 = b0 * f2 - a1 * f3;
    s.s4 = b0 * f3 - a1 * y;
    return y;
  },
  end(_x, s, _b, c) {
    s.s1 = c.zap(s.s1);
    s.s2 = c.zap(s.s2);
    s.s3 = c.zap(s.s3);
    s.s4 = c.zap(s.s4);
  },
});
