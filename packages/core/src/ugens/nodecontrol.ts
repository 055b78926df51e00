/// Units that free, pause and resume nodes, and the done flag as a signal. A node freed or paused by a unit of its own ends after this block.
import { helper, i32, perBlock, unitInput } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Done (src): 1 once the unit that feeds it is done, else 0.
export const Done = ugen("Done", {
  rates: "kr",
  family: "node control",
  inputs: { src: unitInput() },
  tick({ src }, _s, _b, c) {
    return c.done(src) !== 0 ? 1 : 0;
  },
});

const free = helper(() => 2);
const pause = helper(() => 1);

/// Does done action `action` for its own synth when `in` rises above 0; an edge at the start is not one.
const selfAtEdge = (name: string, doc: string, action: typeof free) =>
  ugen(name, {
    rates: "kr",
    family: "node control",
    doc,
    inputs: { in: perBlock(0) },
    state: { last: 0 },
    uses: { action },
    effect: true,
    init({ in: x }, s) {
      s.last = x;
      return x;
    },
    tick({ in: x }, s, _b, c) {
      if (x > 0 && s.last <= 0) c.doneAction(c.action());
      s.last = x;
      return x;
    },
  });
export const FreeSelf = selfAtEdge("FreeSelf", "Frees its synth when the input rises above 0.", free);
export const PauseSelf = selfAtEdge("PauseSelf", "Pauses its synth when the input rises above 0.", pause);

/// Does done action `action` for its own synth when the unit that feeds it is done; passes that unit's value on.
const selfWhenDone = (name: string, doc: string, action: typeof free) =>
  ugen(name, {
    rates: "kr",
    family: "node control",
    doc,
    inputs: { src: unitInput() },
    uses: { action },
    effect: true,
    init({ src }) {
      return src;
    },
    tick({ src }, _s, _b, c) {
      if (c.done(src) !== 0) c.doneAction(c.action());
      return src;
    },
  });
export const FreeSelfWhenDone = selfWhenDone("FreeSelfWhenDone", "Frees its synth when the unit that feeds it is done.", free);
export const PauseSelfWhenDone = selfWhenDone("PauseSelfWhenDone", "Pauses its synth when the unit that feeds it is done.", pause);

/// Pause (gate, id): pauses node `id` when `gate` becomes 0, resumes it when it becomes anything else.
export const Pause = ugen("Pause", {
  rates: "kr",
  family: "node control",
  inputs: { gate: perBlock(1), id: perBlock(0) },
  state: { running: i32(1) },
  effect: true,
  start: "step",
  tick({ gate, id }, s, _b, c) {
    const running = gate !== 0 ? 1 : 0;
    if (running !== s.running) {
      s.running = running;
      c.nodeControl(id, running);
    }
    return gate;
  },
});

/// Free (trig, id): frees node `id` when `trig` rises above 0.
export const Free = ugen("Free", {
  rates: "kr",
  family: "node control",
  inputs: { trig: perBlock(0), id: perBlock(0) },
  state: { last: 0 },
  effect: true,
  start: "step",
  tick({ trig, id }, s, _b, c) {
    if (trig > 0 && s.last <= 0) c.nodeControl(id, 2);
    s.last = trig;
    return trig;
  },
});
