/// Oscillators. Phases are 32-bit integers: SuperCollider counts 2^29 of them in a cycle of its 8192-point table, and so do these, so that frequencies
/// are truncated alike.
import { i32, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// SinOsc (freq 440 Hz, phase 0 rad): sin(2 pi freq t + phase). A control-rate phase is added as an increment, so that it glides.
export const SinOsc = ugen("SinOsc", {
  rates: "ar kr",
  inputs: { freq: perSample(440), phase: perSample(0) },
  state: { phi: i32(0), last: 0 },
  family: "oscillators",
  init({ freq, phase }, s, c) {
    s.last = phase;
    if (!c.isAudio(freq) && !c.isAudio(phase)) s.phi = c.tr(c.f64(phase) * (536870912 / (2 * Math.PI)));
  },
  block({ freq, phase }, s, c) {
    const perHz = (536870912 * c.period) as number;
    const perRadian = 536870912 / (2 * Math.PI);
    if (c.isAudio(freq)) return { inc: 0, offset: c.isAudio(phase) ? 0 : c.glide(s.last, phase) };
    const inc = c.tr(c.f64(freq) * perHz);
    if (c.isAudio(phase)) return { inc, offset: 0 };
    const slide = c.tr(c.f64(c.f32((phase - s.last) * c.slope)) * perRadian);
    return { inc: (inc + slide) | 0, offset: 0 };
  },
  tick({ freq, phase }, s, { inc, offset }, c) {
    const perRadian = 536870912 / (2 * Math.PI);
    let at = s.phi;
    if (c.isAudio(phase)) at = (at + c.tr(c.f32(perRadian) * phase)) | 0;
    else if (c.isAudio(freq)) at = (at + c.tr(c.f32(perRadian) * offset)) | 0;
    if (c.isAudio(freq)) s.phi = (s.phi + c.tr(c.f32(536870912 * c.period) * freq)) | 0;
    else s.phi = (s.phi + inc) | 0;
    return c.sinPhase(at << 3);
  },
  end({ phase }, s, _b, c) {
    if (!c.isAudio(phase)) s.last = phase;
  },
});
