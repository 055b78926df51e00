/// Triggers, counters and holds. A trigger is a rise from 0 or below to above 0; a trigger input that is positive at the start counts as one, and the
/// synth's construction consumes it where nothing else is said.
import { type Context, f64, helper, type InputSpec, i32, kernel, perBlock, perSample, signal } from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";
import { wrap } from "./support/ranges.ts";
import { rises } from "./support/trigger.ts";

/// Whole samples in `seconds`, at least 1, rounded.
const samplesOf = helper((seconds: number, c: Context) => Math.max(1, c.tr(c.f64(seconds) * c.rate + 0.5)));

/// Trig1 (in, dur 0.1 s): 1 from the trigger on for dur (at least one sample); triggers meanwhile are ignored.
export const Trig1 = ugen("Trig1", {
  rates: "ar kr",
  inputs: { in: signal, dur: perBlock(0.1) },
  state: { left: i32(), before: 0 },
  uses: { rises, samplesOf },
  start: "step",
  family: "triggers",
  tick({ in: x, dur }, s, _b, c) {
    let left = s.left - 1;
    if (s.left <= 0) left = c.rises(s.before, x) ? c.samplesOf(dur, c) : 0;
    s.left = left;
    s.before = x;
    return left > 0 ? 1 : 0;
  },
});

/// Trig (in, dur 0.1 s): as Trig1, as high as the trigger was.
export const Trig = ugen("Trig", {
  rates: "ar kr",
  inputs: { in: signal, dur: perBlock(0.1) },
  state: { left: i32(), before: 0, level: 0 },
  uses: { rises, samplesOf },
  start: "step",
  family: "triggers",
  tick({ in: x, dur }, s, _b, c) {
    let left = s.left - 1;
    if (s.left <= 0) {
      left = 0;
      if (c.rises(s.before, x)) {
        left = c.samplesOf(dur, c);
        s.level = x;
      }
    }
    s.left = left;
    s.before = x;
    return left > 0 ? s.level : 0;
  },
});

/// TDelay (in, dur 0.1 s): 1 for one sample, dur after a trigger; triggers meanwhile are ignored.
export const TDelay = ugen("TDelay", {
  rates: "ar kr",
  inputs: { in: signal, dur: perBlock(0.1) },
  state: { left: i32(), before: 0 },
  uses: { rises, samplesOf },
  start: "step",
  family: "triggers",
  tick({ in: x, dur }, s, _b, c) {
    const due = s.left === 1;
    let left = s.left - 1;
    if (s.left <= 0) left = c.rises(s.before, x) ? c.samplesOf(dur, c) : 0;
    s.left = left;
    s.before = x;
    return due ? 1 : 0;
  },
});

/// Latch (in, trig): the value that in had at the last trigger, 0 before.
export const Latch = ugen("Latch", {
  rates: "ar kr",
  inputs: { in: signal, trig: signal },
  state: { before: 0, level: 0 },
  uses: { rises },
  family: "triggers",
  tick({ in: x, trig }, s, _b, c) {
    s.level = c.rises(s.before, trig) ? x : s.level;
    s.before = trig;
    return s.level;
  },
});

/// Gate (in, trig): in while trig is positive; its last value while not.
export const Gate = ugen("Gate", {
  rates: "ar kr",
  inputs: { in: signal, trig: signal },
  state: { level: 0 },
  start: "step",
  family: "triggers",
  tick({ in: x, trig }, s) {
    s.level = trig > 0 ? x : s.level;
    return s.level;
  },
});

/// Schmidt (in, lo 0, hi 1): becomes 1 above hi and 0 below lo.
export const Schmidt = ugen("Schmidt", {
  rates: "ar kr",
  inputs: { in: signal, lo: perSample(0), hi: perSample(1) },
  state: { level: 0 },
  start: "step",
  family: "triggers",
  tick({ in: x, lo, hi }, s) {
    s.level = s.level > 0 ? (x < lo ? 0 : 1) : x > hi ? 1 : 0;
    return s.level;
  },
});

/// PulseDivider (trig, div 2, start 0): 1 at every div-th trigger, counted from start.
export const PulseDivider = ugen("PulseDivider", {
  rates: "ar kr",
  inputs: { trig: signal, div: perBlock(2), start: perBlock(0) },
  state: { before: 0, count: i32() },
  uses: { rises },
  start: "step",
  family: "triggers",
  init({ start }, s) {
    s.count = Math.floor(start + 0.5) | 0;
  },
  block({ div }, _s, c) {
    return { div: c.tr(div) };
  },
  tick({ trig }, s, { div }, c) {
    const count = s.count + (c.rises(s.before, trig) ? 1 : 0);
    const full = count !== s.count && count >= div;
    s.count = full ? 0 : count;
    s.before = trig;
    return full ? 1 : 0;
  },
});

/// PulseCount (trig, reset): how many triggers there were since the last reset. A reset outdoes a trigger.
export const PulseCount = ugen("PulseCount", {
  rates: "ar kr",
  inputs: { trig: signal, reset: perSample(0) },
  state: { before: 0, beforeReset: 0, level: 0 },
  uses: { rises },
  start: "step",
  family: "triggers",
  tick({ trig, reset }, s, _b, c) {
    s.level = c.rises(s.beforeReset, reset) ? 0 : s.level + (c.rises(s.before, trig) ? 1 : 0);
    s.before = trig;
    s.beforeReset = reset;
    return s.level;
  },
});

/// Stepper (trig, reset, min 0, max 7, step 1, resetval min): a count in integers from min to max by step, wrapping around; reset sets it to resetval.
export const Stepper = ugen("Stepper", {
  rates: "ar kr",
  inputs: { trig: signal, reset: perSample(0), min: perBlock(0), max: perBlock(7), step: perBlock(1), resetval: perBlock(0) },
  state: { before: 0, beforeReset: 0, level: i32() },
  uses: {
    rises,
    wrapInt: helper((x: number, lo: number, hi: number) => {
      const range = hi - lo + 1;
      const rest = range === 0 ? 0 : (x - lo) % range;
      return (rest < 0 ? rest + range : rest) + lo;
    }),
  },
  start: "step",
  family: "triggers",
  init({ resetval }, s, c) {
    s.level = c.tr(resetval);
  },
  block({ min, max, step, resetval }, _s, c) {
    const lo = c.tr(min);
    const hi = c.tr(max);
    return { lo, hi, step: c.tr(step), reset: c.wrapInt(c.tr(resetval), lo, hi) };
  },
  tick({ trig, reset }, s, b, c) {
    if (c.rises(s.beforeReset, reset)) s.level = b.reset;
    else if (c.rises(s.before, trig)) s.level = c.wrapInt(s.level + b.step, b.lo, b.hi);
    s.before = trig;
    s.beforeReset = reset;
    return s.level;
  },
});

/// ToggleFF (trig): 0, and the other of 0 and 1 with every trigger.
export const ToggleFF = ugen("ToggleFF", {
  rates: "ar kr",
  inputs: { trig: signal },
  state: { before: 0, level: 0 },
  uses: { rises },
  family: "triggers",
  init() {
    return 0;
  },
  tick({ trig }, s, _b, c) {
    s.level = c.rises(s.before, trig) ? 1 - s.level : s.level;
    s.before = trig;
    return s.level;
  },
});

/// SetResetFF (trig, reset): 1 from a trigger on until a reset, which outdoes it.
export const SetResetFF = ugen("SetResetFF", {
  rates: "ar kr",
  inputs: { trig: signal, reset: perSample(0) },
  state: { before: 0, beforeReset: 0, level: 0 },
  uses: { rises },
  start: "step",
  family: "triggers",
  tick({ trig, reset }, s, _b, c) {
    s.level = c.rises(s.beforeReset, reset) ? 0 : c.rises(s.before, trig) ? 1 : s.level;
    s.before = trig;
    s.beforeReset = reset;
    return s.level;
  },
});

/// Timer (trig): seconds between the last two triggers; the moment of a trigger is found between samples, frac = -before / (now - before).
export const Timer = ugen("Timer", {
  rates: "ar kr",
  inputs: { trig: signal },
  state: { before: 0, frac: 0, count: i32(), level: 0 },
  uses: { rises },
  family: "triggers",
  init({ trig }, s) {
    s.before = trig;
    return 0;
  },
  tick({ trig }, s, _b, c) {
    s.count = s.count + 1;
    if (c.rises(s.before, trig)) {
      const frac = -s.before / (trig - s.before);
      s.level = c.f32(c.period) * (frac + s.count - s.frac);
      s.frac = frac;
      s.count = 0;
    }
    s.before = trig;
    return s.level;
  },
});

/// ZeroCrossing (in): frequency in Hz from the time between upward zero crossings; those within 4 samples of the last are ignored.
export const ZeroCrossing = ugen("ZeroCrossing", {
  rates: "ar kr",
  inputs: { in: signal },
  state: { before: 0, frac: 0, count: i32(), level: 0 },
  uses: { rises },
  family: "dynamics",
  init({ in: x }, s) {
    s.before = x;
    return 0;
  },
  tick({ in: x }, s, _b, c) {
    s.count = s.count + 1;
    if (s.count > 4 && c.rises(s.before, x)) {
      const frac = -s.before / (x - s.before);
      s.level = c.f32(c.rate) / (frac + s.count - s.frac);
      s.frac = frac;
      s.count = 0;
    }
    s.before = x;
    return s.level;
  },
});

/// Sweep (trig, rate 1): rises by rate per second, from 0 at every trigger (whose moment is found between samples).
export const Sweep = ugen("Sweep", {
  rates: "ar kr",
  inputs: { trig: signal, rate: perSample(1) },
  state: { before: 0, level: f64() },
  uses: { rises },
  family: "triggers",
  init({ trig }, s) {
    s.before = trig;
    return 0;
  },
  tick({ trig, rate }, s, _b, c) {
    const step = rate * c.f32(c.period);
    // After a control-rate trigger the level goes on within the same sample.
    const goOn = c.isAudio(trig) ? 0 : 1;
    if (c.rises(s.before, trig)) s.level = (-s.before / (trig - s.before) + goOn) * step;
    else s.level = s.level + step;
    s.before = trig;
    return s.level;
  },
});

const phasor = (rate: InputSpec) =>
  kernel({
    rates: "ar kr",
    inputs: { trig: perSample(0), rate, start: perBlock(0), end: perBlock(1), resetPos: perBlock(0) },
    state: { before: 0, level: f64() },
    uses: { rises, wrap },
    family: "triggers",
    init({ trig, start }, s) {
      s.before = trig;
      s.level = start;
      return start;
    },
    tick({ trig, rate, start, end, resetPos }, s, _b, c) {
      const exact = c.isAudio(trig) || !c.isAr;
      let y = s.level;
      if (c.rises(s.before, trig)) {
        const late = exact ? 1 - s.before / (trig - s.before) : 0;
        y = exact ? c.f64(resetPos) + late * rate : resetPos;
      }
      s.before = trig;
      if (exact) {
        s.level = c.wrap(y + rate, c.f64(start), c.f64(end));
        return y;
      }
      const inside = c.wrap(y, c.f64(start), c.f64(end));
      s.level = inside + rate;
      return inside;
    },
  });
const steppedByBlock = phasor(perBlock(1));
const steppedBySample = { ...phasor(perSample(1)), rates: "ar kr" as const };

/// Phasor (trig, rate 1, start 0, end 1, resetPos 0): rises by rate per sample from start to end and wraps around; a trigger sets it to resetPos.
/// Unless trig is audio-rate, an audio-rate rate counts by its first sample of each block.
export const Phasor = ugenByShape("Phasor", steppedBySample, ({ rate, inputs }) =>
  rate === "ar" && inputs[0] !== "ar" ? steppedByBlock : steppedBySample,
);

/// MostChange, LeastChange (a, b): whichever of the two changed more (less) since the last sample; the one chosen before when both changed alike.
/// `sense` turns the difference of the changes so that a is chosen where it is positive.
const changing = (name: string, sense: (d: number) => number, first: number) =>
  ugen(name, {
    rates: "ar kr",
    inputs: { a: signal, b: signal },
    state: { a: 0, b: 0, second: i32(first) },
    uses: { sense: helper(sense) },
    start: "step",
    family: "triggers",
    tick({ a, b }, s, _b, c) {
      const d = c.sense(Math.abs(a - s.a) - Math.abs(b - s.b));
      s.second = d > 0 ? 0 : d < 0 ? 1 : s.second;
      s.a = a;
      s.b = b;
      return s.second !== 0 ? b : a;
    },
  });
export const MostChange = changing("MostChange", (d) => d, 1);
export const LeastChange = changing("LeastChange", (d) => -d, 0);

/// LastValue (in, diff 0.01): the value that in had before it last moved by diff or more.
export const LastValue = ugen("LastValue", {
  rates: "ar kr",
  inputs: { in: signal, diff: perSample(0.01) },
  state: { before: 0, now: 0 },
  start: "step",
  family: "triggers",
  init({ in: x }, s) {
    s.before = x;
    s.now = x;
  },
  tick({ in: x, diff }, s) {
    const moved = Math.abs(x - s.now) >= diff;
    s.before = moved ? s.now : s.before;
    s.now = moved ? x : s.now;
    return s.before;
  },
});
