/// The beat of a piece of music.
import { type Context, f32, f32s, helper, i32, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { binAt, frameAt, toPolar } from "./support/frames.ts";
import { chain, roomFor } from "./support/pv.ts";

/// Mean product of the kept rises with those `distance` frames later.
const correlation = helper((s: { rises: number[]; count: number }, distance: number, c: Context) => {
  let sum = c.f32(0);
  for (let i = 0; i < 512 - distance; i++) sum += s.rises[(s.count + i) & 511] * s.rises[(s.count + i + distance) & 511];
  return sum / c.f32(512 - distance);
});

/// BeatTrack (chain, lock 0): 1 in the blocks where a quarter, an eighth and a sixteenth begin, and the tempo in beats per second, 2 at first.
///
/// The increase of magnitudes from frame to frame is kept for 512 frames. Every 128 frames its autocorrelation, at one, two and three times a period of 60 to 180
/// beats a minute, weighted towards 120, gives the tempo, and the place where pulses of that period fit best gives the beat. While `lock` > 0.5 neither changes.
export const BeatTrack = ugen("BeatTrack", {
  rates: "kr",
  family: "analysis",
  inputs: { chain, lock: perBlock(0) },
  outputs: 4,
  state: { room: i32(), roomBytes: i32(), rises: f32s(512), count: i32(), tempo: f32(2), phase: 0 },
  uses: { frameAt, binAt, toPolar, roomFor, correlation },
  writes: "buffer",
  system: true,
  init() {
    return [0, 0, 0, 2];
  },
  process({ chain: buffer, lock }, s, c) {
    const before = s.phase;
    s.phase = before + s.tempo * c.period;
    const sixteenth = Math.floor(s.phase * 4) > Math.floor(before * 4) ? 1 : 0;
    const eighth = Math.floor(s.phase * 2) > Math.floor(before * 2) ? 1 : 0;
    const quarter = s.phase >= 1 ? 1 : 0;
    s.phase -= Math.floor(s.phase);
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      const past = frame.size !== 0 ? c.roomFor(s, frame.bins * 4, c) : 0;
      if (past !== 0) {
        c.toPolar(frame, c);
        let rise = c.f32(0);
        for (let i = 0; i < frame.bins; i++) {
          const magnitude = c.loadF32(c.binAt(frame, i));
          rise += Math.max(0, magnitude - c.loadF32(past + i * 4));
          c.storeF32(past + i * 4, magnitude);
        }
        s.rises[s.count & 511] = rise;
        s.count++;
        const framesPerSecond = c.sampleRate / (0.5 * frame.size);
        if ((s.count & 127) === 0 && lock <= 0.5) {
          const shortest = Math.max(c.tr(framesPerSecond / 3), 1);
          const longest = Math.min(c.tr(framesPerSecond), 120);
          let most = c.f32(0);
          let whole = 0;
          for (let lag = shortest; lag <= longest; lag++) {
            let score = c.f32(0);
            // A period that is no whole number of frames shows at its multiples, within so many frames.
            for (const spread of c.each(3))
              for (const place of c.each(2 * spread + 1)) score += c.correlation(s, lag * (spread + 1) + place - spread, c);
            const octaves = Math.log2((2 * lag) / framesPerSecond);
            score = score * Math.exp(-octaves * octaves);
            if (score > most) {
              most = score;
              whole = lag;
            }
          }
          if (whole > 0) {
            let fourfold = whole * 4;
            let strongest = c.f32(0);
            for (let distance = whole * 4 - 3; distance <= whole * 4 + 3; distance++) {
              const strength = c.correlation(s, distance, c);
              if (strength > strongest) {
                strongest = strength;
                fourfold = distance;
              }
            }
            const period = c.f32(fourfold) * 0.25;
            let best = c.f32(-1);
            let since = 0;
            for (let offset = 0; offset < period; offset++) {
              let sum = c.f32(0);
              for (let i = c.f32(offset); i < 512; i += period) sum += s.rises[(s.count - 1 - c.tr(i)) & 511];
              if (sum > best) {
                best = sum;
                since = offset;
              }
            }
            s.tempo = framesPerSecond / period;
            s.phase = since / period;
          }
        }
      }
    }
    return [quarter, eighth, sixteenth, s.tempo];
  },
});
