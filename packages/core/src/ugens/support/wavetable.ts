/// Sample buffers in wavetable form: for each of n points a pair (A, B) such that A + B (1 + p) lies p of the way to the next. Phases are 32-bit with 16
/// bits of fraction: n * 65536 to a cycle.
import { type Context, helper, type SampleBuffer } from "../../kernel/language.ts";

/// Points per cycle, 0 when the buffer cannot be one: no data, more than 131072 samples, or not a power of two.
export const wavetablePoints = helper((samples: number, each: number) => {
  const fits = samples >= each && samples <= 131072 && (samples & (samples - 1)) === 0;
  return fits ? (samples / each) | 0 : 0;
});

/// The wave at a phase.
export const wavetable = helper((table: SampleBuffer, points: number, phase: number, c: Context) => {
  const i = ((phase >>> 16) & (points - 1)) << 1;
  const p = 1 + c.f32(phase & 65535) * (1 / 65536);
  return points > 0 ? table[i] + table[i + 1] * p : 0;
});
