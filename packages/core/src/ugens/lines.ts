/// Straight and exponential lines from one value to another, in a given time.
import { atInit, f64, i32, perBlock, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Line (start 0, end 1, dur 1 s, doneAction 0): a straight line whose first audible sample is one step past `start`. In the block that holds its
/// last sample it sets its done flag and does `doneAction`; then it stays at `end`. Blocks before that one are made as scsynth's vector code makes
/// them, four samples at a time in f32: where a line meets an exact value, the last bit decides on which side.
export const Line = ugen("Line", {
  rates: "ar kr",
  inputs: { start: atInit(0), end: atInit(1), dur: atInit(1), doneAction: perBlock(0) },
  state: { level: f64(), slope: f64(), end: 0, left: i32(), done: i32(), y0: 0, y1: 0, y2: 0, y3: 0 },
  effect: true,
  family: "lines",
  init({ start, end, dur }, s, c) {
    const n = c.tr(c.f64(dur) * c.rate + 0.5);
    s.left = Math.max(1, n);
    s.end = end;
    s.slope = n === 0 ? 0 : (c.f64(end) - start) / s.left;
    s.level = n === 0 ? end : start + s.slope;
    return s.level;
  },
  block(_x, s, c) {
    const step = c.f32(s.slope);
    if (c.size % 16 === 0) {
      s.y0 = s.level;
      s.y1 = s.y0 + step;
      s.y2 = s.y0 + 2 * step;
      s.y3 = s.y2 + step;
    }
    return { level: c.line(s.level, s.slope), left: s.left, step };
  },
  tick(_x, s, { level, left, step }, c) {
    const exact = c.j < left ? c.f32(level) : s.end;
    if (c.size % 16 !== 0) return exact;
    const y = s.y0;
    s.y0 = s.y1;
    s.y1 = s.y2;
    s.y2 = s.y3;
    s.y3 = y + 4 * step;
    return left > c.size ? y : exact;
  },
  end({ doneAction }, s, _b, c) {
    if (s.left > 0) {
      s.level += s.slope * c.size;
      s.left -= c.size;
      if (s.left <= 0) {
        s.done = 1;
        c.doneAction(doneAction);
      }
    }
  },
});

/// XLine (start 1, end 2, dur 1 s, doneAction 0): an exponential line, each sample `(end / start)^(1 / n)` times the one before; `start` and `end` are
/// of one sign and not 0. Without a duration it is at `end` from the beginning and never done.
export const XLine = ugen("XLine", {
  rates: "ar kr",
  inputs: { start: atInit(1), end: atInit(2), dur: atInit(1), doneAction: perBlock(0) },
  state: { level: f64(), grow: f64(1), end: 0, left: i32(), done: i32() },
  effect: true,
  family: "lines",
  init({ start, end, dur }, s, c) {
    const n = c.tr(c.f64(dur) * c.rate + 0.5);
    s.end = end;
    s.left = n;
    s.level = end;
    if (n !== 0) {
      s.grow = (c.f64(end) / start) ** (1 / c.f64(n));
      s.level = start * s.grow;
    }
    return n === 0 ? end : start;
  },
  block(_x, s, _c) {
    return { left: s.left, grow: s.left > 0 ? s.grow : 1 };
  },
  tick(_x, s, { left, grow }, c) {
    const y = c.j < left ? c.f32(s.level) : s.end;
    s.level *= grow;
    return y;
  },
  end({ doneAction }, s, _b, c) {
    if (s.left > 0) {
      s.left -= c.size;
      if (s.left <= 0) {
        s.done = 1;
        c.doneAction(doneAction);
      }
    }
  },
});

/// LinExp (in, srclo 0, srchi 1, dstlo 1, dsthi 2): maps a linear range to an exponential one: dstlo (dsthi / dstlo)^((in - srclo) / (srchi - srclo)).
export const LinExp = ugen("LinExp", {
  rates: "ar kr",
  inputs: { in: signal, srclo: 0, srchi: 1, dstlo: 1, dsthi: 2 },
  family: "lines",
  tick({ in: x, srclo, srchi, dstlo, dsthi }, _s, _b, c) {
    const scale = 1 / (c.f32(srchi) - srclo);
    const octaves = Math.log(c.f32(dsthi) / dstlo);
    return dstlo * Math.exp((x * scale - srclo * scale) * octaves);
  },
});
