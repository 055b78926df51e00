/// A delay line in a mono sample buffer with any number of taps: one unit writes, others read behind it.
///
/// The writer's position travels to the readers as the bits of an integer in its output.
import { atInit, i32, perBlock, perSample, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { positions } from "./support/positions.ts";

/// DelTapWr (buffer 0, in): clears the buffer, then writes `in` around and around. Its output is for DelTapRd only.
export const DelTapWr = ugen("DelTapWr", {
  rates: "ar kr",
  family: "delays",
  inputs: { buffer: perBlock(0), in: signal },
  state: { w: i32() },
  writes: "buffer",
  effect: true,
  init({ buffer }, _s, c) {
    const buf = c.buffer(buffer);
    for (let i = 0; i < buf.samples; i++) buf[i] = 0;
    return 0;
  },
  block({ buffer }, _s, c) {
    return { buf: c.buffer(buffer) };
  },
  tick({ in: x }, s, { buf }, c) {
    const at = s.w < buf.samples ? s.w : 0;
    buf[at] = x;
    s.w = at + 1;
    return c.fromBits(at);
  },
});

/// DelTapRd (buffer 0, phase, delTime 0.2 s, interp 1): what was written delTime ago, where `phase` is DelTapWr's output; interp 1 none, 2 linear, 4 cubic.
export const DelTapRd = ugen("DelTapRd", {
  rates: "ar kr",
  family: "delays",
  inputs: { buffer: perBlock(0), phase: perBlock(0), delTime: perSample(0.2), interp: atInit(1) },
  state: { d: 0, interp: i32() },
  uses: positions,
  reads: "buffer",
  init({ delTime, interp }, s, c) {
    s.d = delTime * c.f32(c.rate);
    s.interp = c.tr(interp);
    return 0;
  },
  block({ buffer, phase, delTime, interp }, s, c) {
    const buf = c.buffer(buffer);
    const target = delTime * c.f32(c.rate);
    return {
      buf,
      position: c.bits(phase),
      step: (target - s.d) * c.f32(c.slope),
      first: c.tr(c.f64(c.bits(phase)) - target),
      truncates: !c.isAudio(delTime) && target === s.d,
      kind: c.isConstant(interp) ? c.tr(interp) : s.interp,
    };
  },
  tick({ delTime }, s, { buf, position, step, first, truncates, kind }, c) {
    const age = c.isAudio(delTime) ? c.f64(delTime * c.f32(c.rate)) : c.f64(s.d);
    // Without interpolation a delay that stands still is truncated once per block, towards the position 0.
    const behind = kind === 1 && truncates ? c.f64(first + c.j) : c.f64(position + c.j) - age;
    // The delay is added up in f32, as scsynth does it: between samples its rounding is audible.
    s.d += step;
    const at = c.around(buf, buf.samples > 0 ? c.cycled(behind, buf.samples) : 0, 1, c);
    return kind === 2 ? c.linearAt(buf, at, 0, c) : kind === 4 ? c.cubicAt(buf, at, 0, c) : c.plainAt(buf, at, 0);
  },
});
