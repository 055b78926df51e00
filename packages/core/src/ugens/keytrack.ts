/// The key of a piece of music.
import { f32s, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { binAt, frameAt, toComplex } from "./support/frames.ts";
import { chain } from "./support/pv.ts";

/// KeyTrack (chain, keydecay 2 s, chromaleak 0.5): the likeliest key, 0 to 11 for C to B major, 12 to 23 for C to B minor.
///
/// The magnitudes of all bins from 60 Hz to 2 kHz are added up by pitch class, onto `chromaleak` times the sums before. Every key is scored by how the sums
/// correlate with its profile (C. Krumhansl and E. Kessler, "Tracing the dynamic changes in perceived tonal organization", Psychological Review 89, 1982);
/// earlier scores count by 0.01 after `keydecay` seconds.
export const KeyTrack = ugen("KeyTrack", {
  rates: "kr",
  family: "analysis",
  inputs: { chain, keydecay: perBlock(2), chromaleak: perBlock(0.5) },
  state: { key: 0, chroma: f32s(12), scores: f32s(24) },
  uses: { frameAt, binAt, toComplex },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer, keydecay, chromaleak }, s, c) {
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      if (frame.size !== 0) {
        c.toComplex(frame, c);
        for (let k = 0; k < 12; k++) s.chroma[k] = s.chroma[k] * chromaleak;
        const spacing = c.sampleRate / c.f32(frame.size);
        for (let i = 0; i < frame.bins; i++) {
          const freq = (i + 1) * spacing;
          if (freq >= 60 && freq <= 2000) {
            const re = c.loadF32(c.binAt(frame, i));
            const im = c.loadF32(c.binAt(frame, i) + 4);
            // Semitones above the lowest C of a piano's range, 16.35 Hz: the A at 27.5 Hz is 9.
            const note = c.tr(12 * Math.log2(freq / 27.5) + 9.5);
            s.chroma[note % 12] = s.chroma[note % 12] + Math.sqrt(re * re + im * im);
          }
        }
        const decay = keydecay > 0 ? 0.01 ** ((frame.size * 0.5) / (keydecay * c.sampleRate)) : 0;
        // The profiles of C major and C minor less their means, of length 1.
        const major = [0.65533, -0.28624, -0.00057, -0.26339, 0.20511, 0.13884, -0.21997, 0.39023, -0.24968, 0.04057, -0.27253, -0.13769];
        const minor = [0.65506, -0.25723, -0.04728, 0.41762, -0.27723, -0.04478, -0.29223, 0.26015, 0.06769, -0.25474, -0.09227, -0.13476];
        for (const tonic of c.each(12)) {
          let asMajor = c.f32(0);
          let asMinor = c.f32(0);
          for (const step of c.each(12)) {
            const strength = s.chroma[(tonic + step) % 12];
            asMajor += strength * major[step];
            asMinor += strength * minor[step];
          }
          s.scores[tonic] = s.scores[tonic] * decay + asMajor;
          s.scores[tonic + 12] = s.scores[tonic + 12] * decay + asMinor;
        }
        let best = 0;
        for (let key = 1; key < 24; key++) if (s.scores[key] > s.scores[best]) best = key;
        s.key = best;
      }
    }
    return s.key;
  },
});
