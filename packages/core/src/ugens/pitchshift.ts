/// Pitch shifting in the time domain.
import { atInit, helper, i32, type Memory, perBlock, registers, ring, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { bounded } from "./support/delayline.ts";

/// The line at age d, along lines between samples, before the newest sample is written.
const linearAge = helper((line: Memory, w: number, d: number, c: { tr(x: number): number }) => {
  const k = c.tr(d);
  const a = line[w - k];
  return a + (d - k) * (line[w - k - 1] - a);
});

/// PitchShift (in, windowSize 0.2 s, pitchRatio 1, pitchDispersion 0, timeDispersion 0): four overlapping grains with triangular windows read a delay line at
/// pitchRatio, 0 to 4. Each new grain's ratio is off by up to pitchDispersion, its delay longer by up to timeDispersion seconds. windowSize, at least
/// three samples, is fixed at the start.
export const PitchShift = ugen("PitchShift", {
  rates: "ar",
  family: "reverbs",
  inputs: { in: signal, windowSize: atInit(0.2), pitchRatio: perBlock(1), pitchDispersion: perBlock(0), timeDispersion: perBlock(0) },
  state: {
    line: ring(),
    w: i32(),
    frame: i32(),
    counter: i32(),
    stage: i32(3),
    slope: 0,
    /// Per grain: delay, its change per sample, gain, its change per sample.
    delay: registers(4),
    drift: registers(4),
    gain: registers(4),
    rise: registers(4),
  },
  uses: { linearAge, bounded },
  random: true,
  init({ windowSize }, s, c) {
    const rate = c.f32(c.rate);
    const window = Math.max(windowSize, 3 / rate);
    c.alloc(s.line, Math.ceil(window * rate * 3 + 3) + c.size);
    s.frame = (c.tr(window * rate) + 2) & -4;
    s.slope = 2 / s.frame;
    s.counter = s.frame >> 2;
    for (const i of c.each(4)) {
      s.delay[i] = 2;
      s.drift[i] = 1;
      s.gain[i] = i === 1 ? 1 : i === 3 ? 0 : 0.5;
      s.rise[i] = i < 2 ? -s.slope : s.slope;
    }
    return 0;
  },
  block(_x, s) {
    return { present: s.line.length > 1 };
  },
  tick({ in: x, windowSize, pitchRatio, pitchDispersion, timeDispersion }, s, { present }, c) {
    if (s.counter <= 0) {
      s.counter = s.frame >> 2;
      s.stage = (s.stage + 1) & 3;
      const ratio = pitchRatio + (pitchDispersion !== 0 ? pitchDispersion * c.u11() : 0);
      const above = c.clip(ratio, 0, 4) - 1;
      const scatter = c.clip(timeDispersion, 0, windowSize) * c.f32(c.rate);
      const start = (above < 0 ? 2 : s.frame * above + 2) + scatter * c.u01();
      for (const i of c.each(4)) {
        if (s.stage === i) {
          s.delay[i] = start;
          s.drift[i] = -above;
          s.gain[i] = 0;
          s.rise[i] = s.slope;
        } else if ((s.stage + 2) % 4 === i) s.rise[i] = -s.slope;
      }
    }
    s.counter -= 1;
    let sum = 0;
    s.w += 1;
    for (const i of c.each(4)) {
      s.delay[i] += s.drift[i];
      sum += c.linearAge(s.line, s.w, s.delay[i], c) * s.gain[i];
      s.gain[i] += s.rise[i];
    }
    s.line[s.w] = x;
    return present ? 0.5 * sum : 0;
  },
  end(_x, s, _b, c) {
    s.w = c.bounded(s.w);
  },
});
