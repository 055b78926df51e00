/// The units behind a definition's controls. `special` is the index of the first control; there is one output per control.
import { f32s, helper, i32, many, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { blockNow, feedbackAge, stampOf } from "./support/bus.ts";
import { decayCoefficient } from "./support/decay.ts";

/// What control `index` plays now: its own value, or live the bus it is mapped to (of an audio bus the first sample).
const controlNow = helper((index: number, c: SystemContext) => {
  const map = c.controlMap(index);
  return map !== 0 ? c.loadF32(map) : c.control(index);
});

/// Control: the value of each control in this block; a mapped control reads its bus as it is now. At scalar rate: the value at the start.
export const Control = ugen("Control", {
  rates: "kr ir",
  inputs: {},
  outputs: "caller",
  uses: { controlNow },
  system: true,
  family: "controls",
  init(_x, _s, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) y[i] = c.controlNow(c.special + i, c);
    return y;
  },
  tick(_x, _s, _b, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) y[i] = c.controlNow(c.special + i, c);
    return y;
  },
});

/// TrigControl: each control for the one block after it was set; its own value is then 0 again. While the synth is constructed, 0.
export const TrigControl = ugen("TrigControl", {
  rates: "kr",
  inputs: {},
  outputs: "caller",
  uses: { controlNow },
  effect: true,
  system: true,
  family: "controls",
  init(_x, _s, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) y[i] = 0;
    return y;
  },
  tick(_x, _s, _b, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      y[i] = c.controlNow(c.special + i, c);
      c.setControl(c.special + i, 0);
    }
    return y;
  },
});

/// LagControl (lags...): each control with a lag of its own in seconds, y[n] = z + b (y[n-1] - z), b = exp(ln 0.001 / (lag * rate)).
export const LagControl = ugen("LagControl", {
  rates: "kr",
  inputs: { lags: many() },
  outputs: "caller",
  state: { b: f32s(({ outputs }) => outputs), y: f32s(({ outputs }) => outputs) },
  uses: { controlNow, decayCoefficient },
  system: true,
  family: "controls",
  init({ lags }, s, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      y[i] = c.controlNow(c.special + i, c);
      s.y[i] = y[i];
      s.b[i] = i < lags.length ? c.decayCoefficient(lags[i], c.rate, c) : 0;
    }
    return y;
  },
  tick(_x, s, _b, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const z = c.controlNow(c.special + i, c);
      y[i] = c.zap(z + s.b[i] * (s.y[i] - z));
      s.y[i] = y[i];
    }
    return y;
  },
});

/// AudioControl: controls at audio rate. A control's own value is held for the block; a control bus it is mapped to is reached in a ramp over the
/// block; an audio bus is read as InFeedback reads it.
export const AudioControl = ugen("AudioControl", {
  rates: "ar",
  inputs: {},
  outputs: "caller",
  state: { end: f32s(({ outputs }) => outputs), fresh: i32(), bus: i32() },
  uses: { stampOf, blockNow, feedbackAge },
  reads: "bus",
  system: true,
  family: "controls",
  init(_x, s, c) {
    const y: number[] = [];
    for (const i of c.each(c.outputs)) {
      const map = c.controlMap(c.special + i);
      const bus = c.controlBus(c.special + i);
      if (i === 0) s.bus = bus;
      let first = c.control(c.special + i);
      if (bus !== 0) {
        const age = c.feedbackAge(c.stampOf(bus - 1, c), s.fresh, c);
        s.fresh = age === 0 ? 1 : 0;
        first = age >= 0 ? c.loadF32(map) : 0;
      } else if (map !== 0) {
        first = s.end[i];
        s.end[i] = first + (c.loadF32(map) - first) * c.slope;
      }
      y[i] = first;
    }
    return y;
  },
  // A whole block at once, as InFeedback.
  process(_x, s, c) {
    const bus0 = c.controlBus(c.special);
    if (bus0 !== s.bus) s.fresh = 0;
    s.bus = bus0;
    for (const i of c.each(c.outputs)) {
      const map = c.controlMap(c.special + i);
      const bus = c.controlBus(c.special + i);
      if (bus !== 0) {
        const age = c.feedbackAge(c.stampOf(bus - 1, c), s.fresh, c);
        s.fresh = age === 0 ? 1 : 0;
        if (age >= 0) {
          for (let j = 0; j < c.size; j++) c.out[i][j] = c.loadF32(map + j * 4);
        } else {
          for (let j = 0; j < c.size; j++) c.out[i][j] = 0;
        }
      } else if (map !== 0) {
        let y = s.end[i];
        const step = (c.loadF32(map) - y) * c.slope;
        for (let j = 0; j < c.size; j++) {
          c.out[i][j] = y;
          y += step;
        }
        s.end[i] = y;
      } else {
        const y = c.control(c.special + i);
        for (let j = 0; j < c.size; j++) c.out[i][j] = y;
      }
    }
  },
});
