/// Units that smooth: the Lag family (one-pole, by the time of a 60 dB decay), and Ramp and VarLag, which move in straight lines.
///
/// States are f64. A coefficient that changes moves in a straight line over its block, and is moved before it is used.
import { f64, helper, i32, perBlock, type SystemContext, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { decayCoefficient, samplesIn } from "./support/decay.ts";

type LineContext = SystemContext & { samplesIn: (time: number, c: SystemContext) => number };

/// Sets out from where a line is to `target`, to be there after `time` seconds.
const startLine = helper((target: number, time: number, s: { level: number; slope: number; left: number }, c: LineContext) => {
  s.left = c.samplesIn(time, c);
  s.slope = (target - s.level) / s.left;
});

const one = helper(() => 1);
const two = helper(() => 2);
const three = helper(() => 3);

/// `stages` equal one-poles in a row: y = in + b (y - in) with b = exp(ln 0.001 / (lagTime * rate)).
const lag = (name: string, stages: typeof one, doc: string) =>
  ugen(name, {
    rates: "ar kr",
    inputs: { in: signal, lagTime: perBlock(0.1) },
    state: { y1: f64(), y2: f64(), y3: f64(), b: f64(), time: 0 },
    uses: { decayCoefficient, stages },
    family: "lags",
    doc,
    init({ in: x, lagTime }, s, c) {
      s.y1 = x;
      s.y2 = x;
      s.y3 = x;
      s.time = lagTime;
      s.b = c.decayCoefficient(lagTime, c.rate, c);
      return x;
    },
    block({ lagTime }, s, c) {
      if (c.isScalar(lagTime)) return { b: s.b };
      const from = s.b;
      if (lagTime !== s.time) {
        s.time = lagTime;
        s.b = c.decayCoefficient(lagTime, c.rate, c);
      }
      const step = (s.b - from) * c.slope;
      return { b: c.line(from + step, step) };
    },
    tick({ in: x }, s, { b }, c) {
      const k = c.f64(b);
      const rest = 1 - k;
      s.y1 = k * s.y1 + rest * x;
      if (c.stages() === 1) return s.y1;
      s.y2 = k * s.y2 + rest * s.y1;
      if (c.stages() === 2) return s.y2;
      s.y3 = k * s.y3 + rest * s.y2;
      return s.y3;
    },
    end(_x, s, _b, c) {
      s.y1 = c.zap(s.y1);
      if (c.stages() > 1) s.y2 = c.zap(s.y2);
      if (c.stages() > 2) s.y3 = c.zap(s.y3);
    },
  });

/// Lag (in, lagTime 0.1 s): one-pole smoothing, within 0.1 % of a step after lagTime.
export const Lag = lag("Lag", one, "One-pole smoothing by the time of a 60 dB decay.");
/// Lag2 (in, lagTime 0.1 s): two Lags in a row.
export const Lag2 = lag("Lag2", two, "Two Lags in a row.");
/// Lag3 (in, lagTime 0.1 s): three Lags in a row.
export const Lag3 = lag("Lag3", three, "Three Lags in a row.");

/// As `lag`, each stage with a coefficient for rising and one for falling. The third stage goes by what the second found.
const lagUD = (name: string, stages: typeof one, doc: string) =>
  ugen(name, {
    rates: "ar kr",
    inputs: { in: signal, lagTimeU: perBlock(0.1), lagTimeD: perBlock(0.1) },
    state: { y1: f64(), y2: f64(), y3: f64(), up: f64(), down: f64(), timeU: 0, timeD: 0 },
    uses: { decayCoefficient, stages },
    family: "lags",
    doc,
    init({ in: x, lagTimeU, lagTimeD }, s, c) {
      s.y1 = x;
      s.y2 = x;
      s.y3 = x;
      s.timeU = lagTimeU;
      s.timeD = lagTimeD;
      s.up = c.decayCoefficient(lagTimeU, c.rate, c);
      s.down = c.decayCoefficient(lagTimeD, c.rate, c);
      return x;
    },
    block({ lagTimeU, lagTimeD }, s, c) {
      if (c.isScalar(lagTimeU) && c.isScalar(lagTimeD)) return { up: s.up, down: s.down };
      const fromU = s.up;
      const fromD = s.down;
      if (lagTimeU !== s.timeU || lagTimeD !== s.timeD) {
        s.timeU = lagTimeU;
        s.timeD = lagTimeD;
        s.up = c.decayCoefficient(lagTimeU, c.rate, c);
        s.down = c.decayCoefficient(lagTimeD, c.rate, c);
      }
      const stepU = (s.up - fromU) * c.slope;
      const stepD = (s.down - fromD) * c.slope;
      return { up: c.line(fromU + stepU, stepU), down: c.line(fromD + stepD, stepD) };
    },
    tick({ in: x }, s, { up, down }, c) {
      const u = c.f64(up);
      const d = c.f64(down);
      const in1 = c.f64(x);
      s.y1 = in1 + (in1 > s.y1 ? u : d) * (s.y1 - in1);
      if (c.stages() === 1) return s.y1;
      const rising = s.y1 > s.y2;
      s.y2 = s.y1 + (rising ? u : d) * (s.y2 - s.y1);
      if (c.stages() === 2) return s.y2;
      s.y3 = s.y2 + (s.y1 > s.y2 ? u : d) * (s.y3 - s.y2);
      return s.y3;
    },
    end(_x, s, _b, c) {
      s.y1 = c.zap(s.y1);
      if (c.stages() > 1) s.y2 = c.zap(s.y2);
      if (c.stages() > 2) s.y3 = c.zap(s.y3);
    },
  });

/// LagUD (in, lagTimeU 0.1 s, lagTimeD 0.1 s): Lag with a time for rising and one for falling.
export const LagUD = lagUD("LagUD", one, "Lag with a time for rising and one for falling.");
/// Lag2UD (in, lagTimeU 0.1 s, lagTimeD 0.1 s): two LagUDs in a row.
export const Lag2UD = lagUD("Lag2UD", two, "Two LagUDs in a row.");
/// Lag3UD (in, lagTimeU 0.1 s, lagTimeD 0.1 s): three LagUDs in a row.
export const Lag3UD = lagUD("Lag3UD", three, "Three LagUDs in a row.");

/// Ramp (in, lagTime 0.1 s): samples `in` every lagTime and goes there in a straight line. At control rate `in` is sampled when the last value of a line
/// has been given out, at audio rate with the first value of the next.
export const Ramp = ugen("Ramp", {
  rates: "ar kr",
  inputs: { in: signal, lagTime: perBlock(0.1) },
  state: { level: f64(), slope: f64(), left: i32(1) },
  uses: { samplesIn, startLine },
  family: "lags",
  init({ in: x }, s, _c) {
    s.level = x;
    return x;
  },
  tick({ in: x, lagTime }, s, _b, c) {
    if (c.isAr && s.left <= 0) c.startLine(x, lagTime, s, c);
    const y = s.level;
    s.level += s.slope;
    s.left -= 1;
    if (!c.isAr && s.left <= 0) c.startLine(x, lagTime, s, c);
    return y;
  },
});

/// VarLag (in, time 0.1 s, start): goes to each new value of `in`, taken once per block, in a straight line of length `time`; a new `time` stretches
/// the rest of the line. (The curved forms are an EnvGen.)
export const VarLag = ugen("VarLag", {
  rates: "ar kr",
  inputs: { in: perBlock(0), time: perBlock(0.1), start: perBlock(0) },
  state: { level: f64(), slope: f64(), left: i32(), last: 0, lastTime: 0 },
  uses: { samplesIn, startLine },
  family: "lags",
  init({ in: x, time, start }, s, c) {
    s.level = start;
    s.last = start;
    s.lastTime = time;
    if (x !== start) {
      s.last = x;
      c.startLine(x, time, s, c);
    }
    return start;
  },
  block({ in: x, time }, s, c) {
    if (x !== s.last) {
      c.startLine(x, time, s, c);
      s.last = x;
      s.lastTime = time;
    } else if (time !== s.lastTime) {
      const stretch = c.f64(time) / s.lastTime;
      s.left = Math.max(1, c.tr(s.left * stretch));
      s.slope /= stretch;
      s.lastTime = time;
    }
    return { level: c.line(s.level, s.slope), left: s.left, target: x };
  },
  tick(_x, _s, { level, left, target }, c) {
    return c.j <= left ? c.f32(level) : target;
  },
  end({ in: x }, s, { left }, c) {
    if (left >= c.size) s.level += s.slope * c.size;
    else s.level = x;
    s.left = Math.max(0, left - c.size);
  },
});
