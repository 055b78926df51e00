/// Consumers of demand-rate units: they say when the next value is due.
import { f32s, i32, many, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Demand (trig, reset, sources...): the next value of every source at each rising edge of trig; a rising reset starts the sources over.
export const Demand = ugen("Demand", {
  rates: "ar kr",
  family: "demand",
  inputs: { trig: perSample(0), reset: perSample(0), sources: many() },
  outputs: "caller",
  state: { lastTrig: 0, lastReset: 0, done: i32(), held: f32s((u) => u.outputs) },
  init(_x, _s, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) y[i] = 0;
    return y;
  },
  tick({ trig, reset, sources }, s, _b, c) {
    // A control-rate input counts at the first sample of the block only.
    if ((c.isAudio(reset) || c.j === 0) && reset > 0 && s.lastReset <= 0) {
      for (const i of c.each(sources.length)) c.restart(sources[i]);
    }
    if ((c.isAudio(trig) || c.j === 0) && trig > 0 && s.lastTrig <= 0) {
      for (const i of c.each(sources.length)) {
        const x = c.demand(sources[i]);
        if (c.isNaN(x)) s.done = 1;
        else s.held[i] = x;
      }
    }
    s.lastTrig = trig;
    s.lastReset = reset;
    const y: number[] = [];
    for (const i of c.each(c.outputs)) y[i] = s.held[i];
    return y;
  },
});

/// Duty (dur 1, reset 0, doneAction 0, level 1), in wire order: holds each level for its duration in seconds.
export const Duty = ugen("Duty", {
  rates: "ar kr",
  family: "demand",
  inputs: { dur: perSample(1), reset: perSample(0), doneAction: perSample(0), level: perSample(1) },
  effect: true,
  state: { left: 0, untilReset: 0, lastReset: 0, held: 0, done: i32() },
  init({ dur, reset, level }, s, c) {
    s.left = c.demand(dur) * c.f32(c.rate);
    if (c.isDemand(reset)) s.untilReset = c.demand(reset) * c.f32(c.rate);
    const first = c.demand(level);
    s.held = c.isNaN(first) ? 0 : first;
    return s.held;
  },
  tick({ dur, reset, doneAction, level }, s, _b, c) {
    let again = false;
    if (c.isDemand(reset)) {
      if (s.untilReset <= 0) {
        again = true;
        s.untilReset = c.demand(reset) * c.f32(c.rate) + s.untilReset;
      } else s.untilReset = s.untilReset - 1;
    } else {
      if ((c.isAudio(reset) || c.j === 0) && reset > 0 && s.lastReset <= 0) again = true;
      s.lastReset = reset;
    }
    if (again) {
      c.restart(level);
      c.restart(dur);
      s.left = 0;
    }
    if (s.left <= 0) {
      s.left = c.demand(dur) * c.f32(c.rate) + s.left;
      if (c.isNaN(s.left)) {
        s.done = 1;
        c.doneAction(doneAction);
      }
      const x = c.demand(level);
      if (c.isNaN(x)) {
        s.done = 1;
        c.doneAction(doneAction);
      } else s.held = x;
    }
    s.left = s.left - 1;
    return s.held;
  },
});

/// TDuty (dur 1, reset 0, doneAction 0, level 1, gapFirst 0), in wire order: each level as a trigger, one sample long.
export const TDuty = ugen("TDuty", {
  rates: "ar kr",
  family: "demand",
  inputs: { dur: perSample(1), reset: perSample(0), doneAction: perSample(0), level: perSample(1), gapFirst: perSample(0) },
  effect: true,
  state: { left: 0, untilReset: 0, lastReset: 0, done: i32() },
  init({ dur, reset, gapFirst }, s, c) {
    s.left = 0;
    if (gapFirst !== 0) s.left = c.demand(dur) * c.f32(c.rate);
    if (c.isDemand(reset)) s.untilReset = c.demand(reset) * c.f32(c.rate);
    return 0;
  },
  tick({ dur, reset, doneAction, level }, s, _b, c) {
    let again = false;
    if (c.isDemand(reset)) {
      if (s.untilReset <= 0) {
        again = true;
        s.untilReset = c.demand(reset) * c.f32(c.rate) + s.untilReset;
      } else s.untilReset = s.untilReset - 1;
    } else {
      if ((c.isAudio(reset) || c.j === 0) && reset > 0 && s.lastReset <= 0) again = true;
      s.lastReset = reset;
    }
    if (again) {
      c.restart(level);
      c.restart(dur);
      s.left = 0;
    }
    let y = 0;
    if (s.left <= 0) {
      s.left = c.demand(dur) * c.f32(c.rate) + s.left;
      if (c.isNaN(s.left)) {
        s.done = 1;
        c.doneAction(doneAction);
      }
      const x = c.demand(level);
      if (!c.isNaN(x)) y = x;
    }
    s.left = s.left - 1;
    return y;
  },
});
