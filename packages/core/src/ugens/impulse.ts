/// Impulse: single samples at a frequency.
import { f64, helper, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { wrap } from "./support/ranges.ts";

/// Whether the phase passed the end of its cycle in the direction of `step`; if so it is brought back.
const passes = helper((s: { phase: number }, step: number) => {
  const fires = step >= 0 ? s.phase >= 1 : s.phase <= 0;
  if (fires) {
    // One cycle back, or as many as it takes.
    const shifted = step >= 0 ? s.phase - 1 : s.phase + 1;
    s.phase = shifted - (step >= 0 ? Math.floor(shifted) : Math.min(Math.ceil(shifted), 0));
  }
  return fires;
});

/// Impulse (freq 440 Hz, phase 0): 1 when a cycle begins, else 0. A phase of 0 fires at once. A control-rate frequency or phase glides over the block.
export const Impulse = ugen("Impulse", {
  rates: "ar kr",
  family: "lf",
  inputs: { freq: perSample(440), phase: perSample(0) },
  state: { phase: f64(), step: f64(), offset: 0 },
  uses: { passes, wrap },
  init({ freq, phase }, s, c) {
    s.step = freq * c.f32(c.period);
    s.offset = phase;
    const start = c.wrap(phase, 0, 1);
    s.phase = start === 0 && s.step >= 0 ? 1 : start;
  },
  block({ freq, phase }, s, c) {
    const target = c.f64(freq * c.f32(c.period));
    return { target, slide: (target - s.step) * c.slope, shift: (phase - s.offset) * c.f32(c.slope) };
  },
  tick({ freq, phase }, s, { slide, shift }, c) {
    const fires = c.passes(s, s.step);
    if (c.isAudio(freq) && c.isAudio(phase)) {
      s.phase += phase - s.offset;
      s.offset = phase;
      c.passes(s, s.step);
    } else if (!c.isScalar(phase) && shift !== 0) {
      s.phase += shift;
      c.passes(s, s.step);
    }
    if (c.isAudio(freq)) s.step = freq * c.f32(c.period);
    else if (c.isControl(freq)) s.step += slide;
    s.phase += s.step;
    return fires ? 1 : 0;
  },
  end({ freq, phase }, s, { target }, c) {
    if (c.isControl(freq)) s.step = target;
    if (!c.isAudio(freq) || !c.isAudio(phase)) s.offset = phase;
  },
});
