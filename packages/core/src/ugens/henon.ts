/// The Henon map, x[n] = 1 - a x[n-1]^2 + b x[n-2], `freq` times a second. Beyond |x| = 1.5 it would escape: then it stands still until an input changes.
/// The three forms stand still in different ways, as in SuperCollider.
import { f64, helper, i32, perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

const inputs = { freq: perBlock(22050), a: perBlock(1.4), b: perBlock(0.3), x0: perBlock(0), x1: perBlock(0) };
type Inputs = Readonly<Record<keyof typeof inputs, number>>;

const parameters = { a: 0, b: 0, x0: 0, x1: 0, counter: 0, stable: i32(1) };
const history = { xn: f64(), xp: f64(), xq: f64() };
type State = Record<keyof typeof parameters | keyof typeof history, number>;

/// xn, xp, xq are x[n], x[n-1] and x[n-2].
const begin = helper((x: Inputs, s: State) => {
  s.a = x.a;
  s.b = x.b;
  s.x0 = x.x0;
  s.x1 = x.x1;
  s.xn = x.x1;
  s.xp = x.x0;
  s.xq = x.x1;
});

/// A changed input makes a map that stands still start over.
const follow = helper((x: Inputs, s: State) => {
  if (x.a !== s.a || x.b !== s.b || x.x0 !== s.x0 || x.x1 !== s.x1) {
    if (s.stable === 0) {
      s.xq = x.x0;
      s.xp = x.x0;
      s.xn = x.x1;
    }
    s.stable = 1;
    s.a = x.a;
    s.b = x.b;
    s.x0 = x.x0;
    s.x1 = x.x1;
  }
});

const period = helper((freq: number, c: { rate: number; f32(x: number): number }) => {
  const rate = c.f32(c.rate);
  return freq < rate ? rate / Math.max(freq, 0.001) : c.f32(1);
});

/// HenonN (freq 22050 Hz, a 1.4, b 0.3, x0 0, x1 0): holds each value.
export const HenonN = ugen("HenonN", {
  rates: "ar",
  family: "chaos",
  inputs,
  state: { ...parameters, ...history },
  uses: { begin, follow, period },
  start: "step",
  init(x, s, c) {
    c.begin(x, s);
  },
  block(x, s, c) {
    c.follow(x, s);
    return { period: c.period(x.freq, c) };
  },
  tick({ a, b, x0, x1 }, s, { period }) {
    if (s.counter >= period) {
      s.counter -= period;
      if (s.stable !== 0) {
        s.xn = 1 - a * s.xp * s.xp + b * s.xq;
        if (s.xn > 1.5 || s.xn < -1.5) {
          s.stable = 0;
          s.xn = 0;
          s.xq = x0;
          s.xp = x1;
        } else {
          s.xq = s.xp;
          s.xp = s.xn;
        }
      }
    }
    s.counter += 1;
    return s.xq;
  },
});

/// HenonL (freq 22050 Hz, a 1.4, b 0.3, x0 0, x1 0): lines from value to value.
export const HenonL = ugen("HenonL", {
  rates: "ar",
  family: "chaos",
  inputs,
  state: { ...parameters, ...history, at: f64() },
  uses: { begin, follow, period },
  start: "step",
  init(x, s, c) {
    c.begin(x, s);
  },
  block(x, s, c) {
    c.follow(x, s);
    const period = c.period(x.freq, c);
    return { period, slope: 1 / period };
  },
  tick({ a, b }, s, { period, slope }) {
    if (s.counter >= period) {
      s.counter -= period;
      if (s.stable !== 0) {
        s.at = 0;
        s.xn = 1 - a * s.xp * s.xp + b * s.xq;
        if (s.xn > 1.5 || s.xn < -1.5) {
          s.stable = 0;
          s.xn = 1;
          s.xp = 0;
          s.xq = 0;
        } else {
          s.xq = s.xp;
          s.xp = s.xn;
        }
      }
    }
    s.counter += 1;
    const y = s.stable !== 0 ? s.xq + (s.xp - s.xq) * s.at : 0;
    s.at += slope;
    return y;
  },
});

/// HenonC (freq 22050 Hz, a 1.4, b 0.3, x0 0, x1 0): cubic curves through the values.
export const HenonC = ugen("HenonC", {
  rates: "ar",
  family: "chaos",
  inputs,
  state: { ...parameters, ...history, xr: f64(), at: f64(), c0: f64(), c1: f64(), c2: f64(), c3: f64() },
  uses: { begin, follow, period },
  start: "step",
  init(x, s, c) {
    c.begin(x, s);
    s.xr = s.x1;
  },
  block(x, s, c) {
    c.follow(x, s);
    const period = c.period(x.freq, c);
    return { period, slope: 1 / period };
  },
  tick({ a, b }, s, { period, slope }, c) {
    if (s.counter >= period) {
      s.counter -= period;
      s.at = 0;
      if (s.stable !== 0) {
        s.xr = s.xq;
        s.xq = s.xp;
        s.xp = s.xn;
        s.xn = 1 - a * s.xp * s.xp + b * s.xq;
        if (s.xn > 1.5 || s.xn < -1.5) {
          s.stable = 0;
          s.xn = 1;
          s.xp = 0;
          s.xq = 0;
          s.xr = 0;
        }
        s.c0 = s.xq;
        s.c1 = 0.5 * (s.xp - s.xr);
        s.c2 = s.xr - 2.5 * s.xq + 2 * s.xp - 0.5 * s.xn;
        s.c3 = 0.5 * (s.xn - s.xr) + 1.5 * (s.xq - s.xp);
      }
    }
    s.counter += 1;
    const f = c.f32(s.at);
    const y = ((s.c3 * f + s.c2) * f + s.c1) * f + s.c0;
    s.at += slope;
    return y;
  },
});
