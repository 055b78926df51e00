/// Freeverb, the public-domain reverberator of "Jezar at Dreampoint" (2000): eight damped combs side by side, then four allpasses in a row. Its lengths
/// are in samples, whatever the sample rate.
///
/// All lines lie one after the other in one ring and are written at the same moving place, each from a base of its own.
import { helper, i32, type Memory, perBlock, registers, ring, type SystemContext, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { bounded } from "./support/delayline.ts";

interface Parameters {
  readonly wet: number;
  readonly dry: number;
  readonly feedback: number;
  readonly damp: number;
}
interface State {
  line: Memory;
  w: number;
  /// Per comb: what the line gave last, and that damped. Per allpass: what the line gave last.
  combs: number[];
  damped: number[];
  allpasses: number[];
}
const state = { line: ring(), w: i32() };

const parameters = helper((mix: number, room: number, damp: number, c: SystemContext) => {
  const wet = c.clip(mix, 0, 1);
  return { wet, dry: 1 - wet, feedback: 0.7 + 0.28 * c.clip(room, 0, 1), damp: 0.4 * c.clip(damp, 0, 1) };
});

/// One channel: `lengths` of eight combs and four allpasses, whose lines start at `base`; `n` counts the channels.
const reverberate = helper((s: State, n: number, base: number, lengths: readonly number[], x: number, b: Parameters, c: SystemContext) => {
  const start: number[] = [];
  for (const i of c.each(12)) start[i] = (i === 0 ? base : start[i - 1]) + lengths[i] + 1;
  const undamped = 1 - b.damp;
  const q: number[] = [];
  for (const i of c.each(8)) {
    const at = s.w + start[i];
    q[i] = s.line[at - lengths[i]];
    const p = undamped * s.combs[n * 8 + i] + b.damp * s.damped[n * 8 + i];
    s.damped[n * 8 + i] = p;
    s.line[at] = x + b.feedback * p;
    s.combs[n * 8 + i] = q[i];
  }
  let y = q[0] + q[1] + (q[2] + q[3]) + (q[4] + q[5] + (q[6] + q[7]));
  for (const i of c.each(4)) {
    const at = s.w + start[8 + i];
    const v = s.line[at - lengths[8 + i]];
    s.line[at] = 0.5 * s.allpasses[n * 4 + i] + y;
    s.allpasses[n * 4 + i] = v;
    y = v - y;
  }
  // Without memory for the lines there is no reverberation.
  return s.line.length > 1 ? y : 0;
});

/// Lengths of the combs and the allpasses; those of the right channel are 23 samples longer.
const left = helper(() => [1617, 1557, 1491, 1422, 1277, 1116, 1188, 1356, 556, 441, 341, 225]);
const right = helper(() => [1640, 1580, 1514, 1445, 1300, 1139, 1211, 1379, 579, 464, 364, 248]);

const room = { mix: perBlock(0.33), room: perBlock(0.5), damp: perBlock(0.5) };

/// FreeVerb (in, mix 0.33, room 0.5, damp 0.5): reverberation; all parameters from 0 to 1. The sample of the construction is heard too, as in scsynth, so
/// that every echo comes one sample early.
export const FreeVerb = ugen("FreeVerb", {
  rates: "ar",
  family: "reverbs",
  inputs: { in: signal, ...room },
  state: { ...state, combs: registers(8), damped: registers(8), allpasses: registers(4) },
  uses: { parameters, reverberate, left, bounded },
  start: "step",
  init(_x, s, c) {
    c.alloc(s.line, 16384);
  },
  block({ mix, room: size, damp }, _s, c) {
    return c.parameters(mix, size, damp, c);
  },
  tick({ in: x }, s, b, c) {
    const y = c.reverberate(s, 0, 0, c.left(), 0.015 * x, b, c);
    s.w += 1;
    return b.dry * x + b.wet * y;
  },
  end(_x, s, _b, c) {
    s.w = c.bounded(s.w);
  },
});

/// FreeVerb2 (in, in2, mix 0.33, room 0.5, damp 0.5): FreeVerb in stereo, two outputs.
export const FreeVerb2 = ugen("FreeVerb2", {
  rates: "ar",
  family: "reverbs",
  inputs: { in: signal, in2: signal, ...room },
  outputs: 2,
  state: { ...state, combs: registers(16), damped: registers(16), allpasses: registers(8) },
  uses: { parameters, reverberate, left, right, bounded },
  start: "step",
  init(_x, s, c) {
    c.alloc(s.line, 32768);
  },
  block({ mix, room: size, damp }, _s, c) {
    return c.parameters(mix, size, damp, c);
  },
  tick({ in: x, in2: x2 }, s, b, c) {
    const g = 0.015 * (x + x2);
    const y = c.reverberate(s, 0, 0, c.left(), g, b, c);
    const y2 = c.reverberate(s, 1, 12599, c.right(), g, b, c);
    s.w += 1;
    return [b.dry * x + b.wet * y, b.dry * x2 + b.wet * y2];
  },
  end(_x, s, _b, c) {
    s.w = c.bounded(s.w);
  },
});
