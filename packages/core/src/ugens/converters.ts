/// Converters between rates, and constants as signals.
import { atInit, perBlock, ramp, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// DC (in): the value at the start, for ever.
export const DC = ugen("DC", {
  rates: "ar kr",
  family: "lf",
  inputs: { in: atInit(0) },
  state: { level: 0 },
  init({ in: x }, s) {
    s.level = x;
    return x;
  },
  tick(_x, s) {
    return s.level;
  },
});

/// K2A (in): a control-rate signal as audio, gliding from block to block.
export const K2A = ugen("K2A", {
  rates: "ar",
  family: "lf",
  inputs: { in: ramp(0) },
  start: "step",
  tick({ in: x }) {
    return x;
  },
});

/// A2K (in): the first sample of each block.
export const A2K = ugen("A2K", {
  rates: "kr",
  family: "lf",
  inputs: { in: perBlock(0) },
  start: "step",
  tick({ in: x }) {
    return x;
  },
});

/// T2A (in, offset 0): a control-rate trigger as one sample of audio, `offset` samples into the block.
export const T2A = ugen("T2A", {
  rates: "ar",
  family: "lf",
  inputs: { in: perBlock(0), offset: perBlock(0) },
  state: { last: 0 },
  start: "step",
  block({ in: x, offset }, s, c) {
    const at = x > 0 && s.last <= 0 ? c.tr(offset) : -1;
    s.last = x;
    return { at };
  },
  tick({ in: x }, _s, { at }, c) {
    return c.j === at ? x : 0;
  },
});

/// T2K (in): the greatest sample of each block, not below 0, so that no audio-rate trigger is lost.
export const T2K = ugen("T2K", {
  rates: "kr",
  family: "lf",
  inputs: { in: signal },
  init({ in: x }) {
    return x;
  },
  process({ in: x }, _s, c) {
    let most = c.f32(0);
    if (c.isAudio(x)) for (let j = 0; j < c.blockSize; j++) most = Math.max(most, x[j]);
    else most = Math.max(most, x);
    return most;
  },
});
