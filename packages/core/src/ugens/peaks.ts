/// Peaks and running extremes.
import { helper, kernel, perBlock, perSample, signal } from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";
import { rises } from "./support/trigger.ts";

type Pick = (x: number, level: number) => number;

/// The extreme of what `measure` sees since the last trigger. After a trigger (told after the output; a control-rate one at the block's end) it starts
/// over from the current value. At control rate an audio-rate input is heard sample by sample.
const extreme = (name: string, doc: string, measure: (x: number) => number, pick: Pick) => {
  const common = {
    inputs: { in: signal, trig: perSample(0) },
    state: { level: 0, before: 0 },
    uses: { rises, measure: helper(measure), pick: helper(pick) },
    family: "triggers",
    doc,
  };
  const each = kernel({
    ...common,
    start: "step",
    init({ in: x }, s) {
      s.level = x;
    },
    tick({ in: x, trig }, s, _b, c) {
      const now = c.measure(x);
      const y = c.pick(now, s.level);
      s.level = y;
      if (c.isAudio(trig) || c.j === c.size - 1) {
        if (c.rises(s.before, trig)) s.level = now;
        s.before = trig;
      }
      return y;
    },
  });
  const scan = kernel({
    ...common,
    init({ in: x }, s, c) {
      s.level = c.measure(x);
      return s.level;
    },
    process({ in: x, trig }, s, c) {
      for (let j = 0; j < c.blockSize; j++) s.level = c.pick(c.measure(x[j]), s.level);
      const y = s.level;
      const now = c.isAudio(trig) ? trig[0] : trig;
      if (c.rises(s.before, now)) s.level = c.measure(x[c.blockSize - 1]);
      s.before = now;
      return y;
    },
  });
  return ugenByShape(name, { ...each, rates: "ar kr" }, ({ rate, inputs }) => (rate === "kr" && inputs[0] === "ar" ? scan : each));
};
export const Peak = extreme(
  "Peak",
  "The largest |in| since the last trigger.",
  (x) => Math.abs(x),
  (x, level) => (x > level ? x : level),
);
export const RunningMax = extreme(
  "RunningMax",
  "The largest in since the last trigger.",
  (x) => x,
  (x, level) => (x > level ? x : level),
);
export const RunningMin = extreme(
  "RunningMin",
  "The smallest in since the last trigger.",
  (x) => x,
  (x, level) => (x < level ? x : level),
);

/// PeakFollower (in, decay 0.999): |in| where that is not below the level, else |in| + decay (level - |in|). A decay that changes overshoots: it starts
/// from its new value, goes on by the change over a block with every sample that decays, and stays where it got to.
export const PeakFollower = ugen("PeakFollower", {
  rates: "ar kr",
  inputs: { in: signal, decay: perBlock(0.999) },
  state: { level: 0, decay: 0, slope: 0 },
  start: "step",
  family: "triggers",
  init({ in: x, decay }, s) {
    s.level = x;
    s.decay = decay;
  },
  block({ decay }, s, c) {
    s.slope = (decay - s.decay) * c.slope;
    if (s.slope !== 0) s.decay = decay;
  },
  tick({ in: x }, s) {
    const now = Math.abs(x);
    const decays = now < s.level;
    s.level = decays ? now + s.decay * (s.level - now) : now;
    s.decay = decays ? s.decay + s.slope : s.decay;
    return s.level;
  },
});
