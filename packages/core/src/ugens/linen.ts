/// Simpler envelopes than EnvGen: Linen, of three straight lines, and IEnvGen, which an index reads instead of the time.
import { atInit, f32s, f64, i32, many, perBlock, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { samplesIn } from "./support/decay.ts";

/// Linen (gate 1, attackTime 0.01 s, susLevel 1, releaseTime 1 s, doneAction 0): rises to susLevel when the gate opens, falls when it has closed; a gate of
/// -1 - t falls within t seconds. A gate that closes while it rises is noticed at the top.
export const Linen = ugen("Linen", {
  rates: "kr",
  family: "envelopes",
  inputs: { gate: perBlock(1), attackTime: perBlock(0.01), susLevel: perBlock(1), releaseTime: perBlock(1), doneAction: perBlock(0) },
  // Stages: 0 rising, 1 sustaining, 2 falling, 3 at its end, 4 at rest.
  state: { level: f64(), slope: f64(), left: i32(), stage: i32(4), gate: 0, done: i32() },
  uses: { samplesIn },
  start: "step",
  effect: true,
  init({ gate }, s) {
    if (gate <= -1) s.stage = 1;
  },
  tick({ gate, attackTime, susLevel, releaseTime, doneAction }, s, _b, c) {
    if (s.gate <= 0 && gate > 0) {
      s.done = 0;
      s.stage = 0;
      s.left = c.samplesIn(attackTime, c);
      s.slope = (susLevel - s.level) / s.left;
    }
    s.gate = gate;
    const out = c.f32(s.stage < 3 ? s.level : 0);
    switch (s.stage) {
      case 0:
      case 2: {
        s.level += s.slope;
        s.left -= 1;
        if (s.left === 0) s.stage += 1;
        break;
      }
      case 1: {
        if (gate <= 0) {
          s.left = c.samplesIn(gate <= -1 ? -gate - 1 : releaseTime, c);
          s.slope = -s.level / s.left;
          s.stage = 2;
        }
        break;
      }
      case 3: {
        s.done = 1;
        s.stage = 4;
        c.doneAction(doneAction);
      }
    }
    return out;
  },
});

/// IEnvGen (index, offset 0, initLevel, numStages, totalDur, stages): the level an envelope has at time `index - offset`. `stages` holds four numbers each:
/// duration, shape, curve (whole numbers only) and end level; shapes as in support/segment.ts.
export const IEnvGen = ugen("IEnvGen", {
  rates: "ar kr",
  family: "envelopes",
  inputs: { index: perSample(0), offset: perBlock(0), initLevel: atInit(0), numStages: atInit(0), totalDur: atInit(1), stages: many() },
  state: { table: f32s((shape) => shape.inputs.length - 5), first: 0, last: 0, total: 0, at: 0, level: 0 },
  start: "step",
  init({ initLevel, totalDur, stages }, s, c) {
    for (const i of c.each(stages.length)) s.table[i] = stages[i];
    s.first = initLevel;
    s.last = stages.length === 0 ? initLevel : stages[stages.length - 1];
    s.total = totalDur;
    s.level = initLevel;
    s.at = -1;
  },
  tick({ index, offset, stages }, s, _b, c) {
    if (index !== s.at) {
      s.at = index - offset;
      const p = Math.max(s.at, 0);
      if (p >= s.total) s.level = s.last;
      else if (p <= 0) s.level = s.first;
      else {
        let begin = s.first;
        let start = c.f32(0);
        let end = s.table[0];
        let i = 0;
        while (i < stages.length - 4 && p >= end) {
          begin = s.table[i + 3];
          start = end;
          i += 4;
          end += s.table[i];
        }
        const to = s.table[i + 3];
        const reach = c.f64(to) - begin;
        const pos = c.f64(p - start) / s.table[i];
        const curve = Math.trunc(s.table[i + 2]);
        switch (c.tr(s.table[i + 1])) {
          case 0: {
            s.level = to;
            break;
          }
          case 8: {
            s.level = begin;
            break;
          }
          case 2: {
            s.level = begin * (c.f64(to) / begin) ** pos;
            break;
          }
          case 3: {
            s.level = begin + reach * (0.5 - 0.5 * Math.cos(Math.PI * pos));
            break;
          }
          case 4: {
            if (reach >= 0) s.level = begin + reach * Math.sin(0.5 * Math.PI * pos);
            else s.level = to - reach * Math.sin(0.5 * Math.PI * (1 - pos));
            break;
          }
          case 5: {
            if (Math.abs(curve) < 1e-4) s.level = begin + reach * pos;
            else s.level = begin + (reach * (1 - Math.exp(pos * curve))) / (1 - Math.exp(c.f64(curve)));
            break;
          }
          case 6: {
            const root = Math.sqrt(c.f64(begin));
            const y = root + (Math.sqrt(c.f64(to)) - root) * pos;
            s.level = y * y;
            break;
          }
          case 7: {
            const root = c.f64(begin) ** (1 / 3);
            const y = root + (c.f64(to) ** (1 / 3) - root) * pos;
            s.level = y * y * y;
            break;
          }
          default:
            s.level = begin + reach * pos;
        }
      }
    }
    return s.level;
  },
});
