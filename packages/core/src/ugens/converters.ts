/// Converters between rates, and constants as signals.
import { atInit, perBlock, ramp } from "../kernel/language.ts";
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
