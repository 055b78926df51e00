/// DemandEnvGen: an envelope whose levels, durations and shapes are demanded one segment at a time.
import { f64, i32, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { beginSegment, restAt, segmentLevel } from "./support/segment.ts";

/// DemandEnvGen (level, dur, shape 1, curve 0, gate 1, reset 1, levelScale 1, levelBias 0, timeScale 1, doneAction 0): goes to each next level in
/// dur * timeScale seconds (not rounded to samples) by a shape of support/segment.ts; level * levelScale + levelBias. It runs while gate >= 1, stands
/// still at gate <= 0, and ends after the current segment in between. A rising reset starts the sources over; above 1 it also jumps to the first
/// level. When dur ends it stays where it is; when level ends it does `doneAction`.
export const DemandEnvGen = ugen("DemandEnvGen", {
  rates: "ar kr",
  family: "demand",
  inputs: {
    level: perSample(0),
    dur: perSample(1),
    shape: perSample(1),
    curve: perSample(0),
    gate: perSample(1),
    reset: perSample(1),
    levelScale: perSample(1),
    levelBias: perSample(0),
    timeScale: perSample(1),
    doneAction: perSample(0),
  },
  state: {
    base: f64(),
    y: f64(),
    y2: f64(),
    p: f64(1),
    q: f64(),
    r: f64(),
    power: i32(1),
    straight: i32(1),
    left: 0,
    target: f64(),
    shape: 0,
    curve: 0,
    running: i32(),
    release: i32(),
    lastReset: 0,
    begun: i32(),
    done: i32(),
  },
  uses: { beginSegment, restAt, segmentLevel },
  start: "step",
  effect: true,
  init({ level, gate }, s, c) {
    const first = c.demand(level);
    s.y = c.isNaN(first) ? 0 : first;
    s.target = s.y;
    s.running = gate > 0 ? 1 : 0;
  },
  tick({ level, dur, shape, curve, gate, reset, levelScale, levelBias, timeScale, doneAction }, s, _b, c) {
    if (reset > 0 && s.lastReset <= 0) {
      c.restart(level);
      c.restart(dur);
      c.restart(shape);
      if (!c.isAr) c.restart(curve);
      const first = c.demand(level);
      if (reset > 1) c.restAt(c.f64(first), s);
      s.release = 0;
      s.running = 1;
      s.left = 0;
    }
    // A control-rate reset counts as rising during its whole block; the construction step is a block of its own.
    if (c.isAudio(reset) || c.j === c.size - 1 || s.begun === 0) s.lastReset = reset;
    if (s.left <= 0 && s.running !== 0) {
      if (s.release !== 0) {
        s.running = 0;
        s.release = 0;
        s.done = 1;
        c.doneAction(doneAction);
      } else {
        const seconds = c.demand(dur);
        if (c.isNaN(seconds)) {
          s.release = 1;
          s.running = 0;
          // No end: nothing but a reset goes on from here.
          s.left = 3.4e38;
        } else s.left = seconds * timeScale * c.f32(c.rate) + s.left;
        if (c.isAr) {
          const bend = c.demand(curve);
          if (!c.isNaN(bend)) s.curve = bend;
        }
        const next = c.demand(shape);
        if (!c.isNaN(next)) s.shape = next;
        if (!c.isAr) {
          const bend = c.demand(curve);
          if (!c.isNaN(bend)) s.curve = bend;
        }
        let form = c.tr(s.shape);
        let count = c.f64(s.left);
        if (s.left <= 1) {
          form = 1;
          count = 1;
        }
        if (seconds * 0.5 < c.period) form = 1;
        if (form === 5 && Math.abs(s.curve) >= 0.001) count = Math.ceil(count);
        const from = c.segmentLevel(s, c);
        const to = c.demand(level);
        if (c.isNaN(to)) {
          s.release = 1;
          s.left = 0;
          form = 0;
        } else s.target = c.f64(to * levelScale + levelBias);
        c.restAt(from, s);
        c.beginSegment(form, s.curve, from, s.target, count, s, c);
      }
    }
    if (s.running !== 0) {
      const y = s.p * s.y + (s.q * s.y2 + s.r);
      s.y2 = s.y;
      s.y = y;
      s.left -= 1;
    }
    const out = c.f32(c.segmentLevel(s, c));
    if (c.isAudio(gate) || c.j === c.size - 1 || s.begun === 0) {
      if (gate >= 1) s.running = 1;
      else if (gate > 0) {
        s.running = 1;
        s.release = 1;
      } else s.running = 0;
    }
    s.begun = 1;
    return out;
  },
});
