/// EnvGen: plays an envelope of up to any number of segments, with sustain, loop, retrigger and forced release.
import { f64, helper, i32, manyPerBlock, perBlock, perSample, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { samplesIn } from "./support/decay.ts";
import { beginSegment, restAt, type SegmentState, segmentLevel } from "./support/segment.ts";

interface EnvelopeState extends SegmentState {
  stage: number;
  left: number;
  forced: number;
  released: number;
  releaseNode: number;
  gate: number;
  shape: number;
  target: number;
  done: number;
}

/// What a new value of the gate does: opens it, closes it within the time it says (-1 - gate seconds), or closes it.
const gateEvent = helper(
  (gate: number, s: EnvelopeState, stages: number, c: SystemContext & { samplesIn: (t: number, c: SystemContext) => number }) => {
    if (s.gate <= 0 && gate > 0) {
      s.stage = -1;
      s.left = 0;
      s.released = 0;
      s.done = 0;
    } else if (gate <= -1 && s.gate > -1) {
      s.stage = stages - 2;
      s.left = 0;
      // The block's earlier samples count as well.
      s.forced = Math.max(1, c.samplesIn(-gate - 1, c) - c.j);
      s.released = 1;
    } else if (s.gate > 0 && gate <= 0 && s.releaseNode >= 0 && s.released === 0) {
      s.stage = s.releaseNode - 1;
      s.left = 0;
      s.released = 1;
    }
    s.gate = gate;
  },
);

/// EnvGen (gate 1, levelScale 1, levelBias 0, timeScale 1, doneAction 0, envelope): the envelope is the first level, the number of segments, the
/// release and the loop node (-99 for none), then per segment its target, duration, shape and curve (shapes: support/segment.ts). A segment starts
/// from where the one before has got to and lasts duration * timeScale seconds, cut to whole samples, at least one; level * levelScale + levelBias.
/// Sustains before the release node until the gate closes (or loops from the loop node); a gate of -1 - t releases within t seconds. At its end it
/// sets its done flag, does `doneAction` and stays at the last target.
export const EnvGen = ugen("EnvGen", {
  rates: "ar kr",
  inputs: {
    gate: perSample(1),
    levelScale: perBlock(1),
    levelBias: perBlock(0),
    timeScale: perBlock(1),
    doneAction: perBlock(0),
    envelope: manyPerBlock(),
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
    stage: i32(),
    left: i32(),
    forced: i32(),
    released: i32(),
    releaseNode: i32(),
    gate: 0,
    shape: i32(8),
    target: 0,
    done: i32(),
  },
  uses: { gateEvent, beginSegment, segmentLevel, restAt, samplesIn },
  start: "step",
  effect: true,
  family: "envelopes",
  init({ gate, levelScale, levelBias, envelope }, s, c) {
    s.target = envelope[0] * levelScale + levelBias;
    s.y = s.target;
    if (c.tr(envelope[6]) === 8) s.y = envelope[4];
    s.releaseNode = c.tr(envelope[2]);
    // Beyond the last: a gate that is closed at first finds the envelope at its end.
    s.stage = c.tr(envelope[1]);
    if (c.isScalar(gate)) c.gateEvent(gate, s, c.tr(envelope[1]), c);
  },
  block({ gate, envelope }, s, c) {
    if (c.isControl(gate) || (c.isAudio(gate) && !c.isAr)) c.gateEvent(gate, s, c.tr(envelope[1]), c);
    const audioGate = c.isAudio(gate) && c.isAr;
    // A block that no segment ends in and that is straight needs no recurrence.
    return { general: c.isAr && !audioGate ? (s.straight === 0 || s.left < c.size ? 1 : 0) : 1, level: c.line(s.base + s.y, s.r) };
  },
  tick({ gate, levelScale, levelBias, timeScale, doneAction, envelope }, s, { general, level }, c) {
    if (!c.any(general === 1)) return c.f32(level);
    if (general === 0) return c.f32(level);
    const stages = c.tr(envelope[1]);
    if (c.isAudio(gate) && c.isAr) c.gateEvent(gate, s, stages, c);
    if (s.left <= 0) {
      let next = s.stage + 1;
      const ended = next >= stages;
      if (!ended && next === c.tr(envelope[2]) && s.released === 0) {
        const loop = c.tr(envelope[3]);
        next = loop >= 0 && loop < stages ? loop : -1;
      }
      if (ended || next < 0) {
        c.restAt(s.target, s);
        s.left = 2147483647;
        s.shape = 0;
        if (ended) {
          s.done = 1;
          c.doneAction(doneAction);
        }
      } else {
        const at = 4 + next * 4;
        const shape = c.tr(envelope[at + 2]);
        const from = s.shape === 8 || shape === 8 ? c.f64(s.target) : c.segmentLevel(s, c);
        s.target = envelope[at] * levelScale + levelBias;
        s.left = s.forced > 0 ? s.forced : c.samplesIn(envelope[at + 1] * timeScale, c);
        s.forced = 0;
        s.stage = next;
        s.shape = s.left === 1 ? 1 : shape;
        c.restAt(from, s);
        c.beginSegment(s.shape, envelope[at + 3], from, c.f64(s.target), s.left, s, c);
      }
    }
    const out = c.f32(c.segmentLevel(s, c));
    const y = s.p * s.y + (s.q * s.y2 + s.r);
    s.y2 = s.y;
    s.y = y;
    s.left -= 1;
    return out;
  },
  end(_x, s, { general }, c) {
    if (general === 0) {
      s.y += s.r * c.size;
      s.left -= c.size;
    }
  },
});
