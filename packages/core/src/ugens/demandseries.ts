/// Demand-rate units that calculate their values: series, random numbers, random walks.
import { f64, helper, i32, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { common, irand, rounded } from "./support/demand.ts";
import { fold } from "./support/ranges.ts";

/// Dseries (length, start, step): start, start + step, start + 2 step, ...
export const Dseries = ugen("Dseries", {
  ...common,
  inputs: { length: perSample(Number.POSITIVE_INFINITY), start: perSample(1), step: perSample(1) },
  state: { repeats: f64(-1), count: f64(), value: f64(), step: f64() },
  uses: { rounded },
  init(x, _s, c) {
    c.restart(x.length);
    c.restart(x.start);
    c.restart(x.step);
  },
  next(x, s, c) {
    const step = c.demand(x.step);
    if (!c.isNaN(step)) s.step = step;
    if (s.repeats < 0) {
      s.repeats = c.rounded(c.demand(x.length), c);
      s.value = c.demand(x.start);
    }
    if (s.count >= s.repeats) return NaN;
    const y = s.value;
    s.value = y + s.step;
    s.count = s.count + 1;
    return y;
  },
  reset(x, s, c) {
    s.repeats = -1;
    s.count = 0;
    c.restart(x.length);
    c.restart(x.start);
    c.restart(x.step);
  },
});

/// Dgeom (length, start, grow): start, start * grow, start * grow^2, ...
export const Dgeom = ugen("Dgeom", {
  ...common,
  inputs: { length: perSample(Number.POSITIVE_INFINITY), start: perSample(1), grow: perSample(2) },
  state: { repeats: f64(-1), count: f64(), value: f64(), grow: f64() },
  uses: { rounded },
  init(x, _s, c) {
    c.restart(x.length);
    c.restart(x.start);
    c.restart(x.grow);
  },
  next(x, s, c) {
    const grow = c.demand(x.grow);
    if (!c.isNaN(grow)) s.grow = grow;
    if (s.repeats < 0) {
      s.repeats = c.rounded(c.demand(x.length), c);
      s.value = c.demand(x.start);
    }
    if (s.count >= s.repeats) return NaN;
    const y = s.value;
    s.value = y * s.grow;
    s.count = s.count + 1;
    return y;
  },
  reset(x, s, c) {
    s.repeats = -1;
    s.count = 0;
    c.restart(x.length);
    c.restart(x.start);
    c.restart(x.grow);
  },
});

/// Dwhite (length, lo, hi): uniform between lo and hi, both demanded for every value.
export const Dwhite = ugen("Dwhite", {
  ...common,
  inputs: { length: perSample(Number.POSITIVE_INFINITY), lo: perSample(0), hi: perSample(1) },
  state: { repeats: f64(-1), count: f64(), lo: 0, range: 0 },
  uses: { rounded },
  random: true,
  init(x, _s, c) {
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
  },
  next(x, s, c) {
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.length), c);
    if (s.count >= s.repeats) return NaN;
    s.count = s.count + 1;
    const lo = c.demand(x.lo);
    const hi = c.demand(x.hi);
    if (!c.isNaN(lo)) s.lo = lo;
    if (!c.isNaN(hi)) s.range = hi - s.lo;
    return c.u01() * s.range + s.lo;
  },
  reset(x, s, c) {
    s.repeats = -1;
    s.count = 0;
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
  },
});

/// Diwhite (length, lo, hi): uniform integers; lo and hi are each demanded twice for every value, and the second counts.
export const Diwhite = ugen("Diwhite", {
  ...common,
  inputs: { length: perSample(Number.POSITIVE_INFINITY), lo: perSample(0), hi: perSample(1) },
  state: { repeats: f64(-1), count: f64(), lo: f64(), range: f64() },
  uses: { rounded, irand },
  random: true,
  init(x, _s, c) {
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
  },
  next(x, s, c) {
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.length), c);
    if (s.count >= s.repeats) return NaN;
    s.count = s.count + 1;
    const lo1 = c.demand(x.lo);
    const hi1 = c.demand(x.hi);
    if (!c.isNaN(lo1)) {
      const lo2 = c.demand(x.lo);
      s.lo = c.rounded(lo2, c);
    }
    if (!c.isNaN(hi1)) {
      const hi2 = c.demand(x.hi);
      s.range = c.rounded(hi2, c) - s.lo + 1;
    }
    return c.irand(s.range, c) + s.lo;
  },
  reset(x, s, c) {
    s.repeats = -1;
    s.count = 0;
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
  },
});

/// Dbrown (length, lo, hi, step): a random walk reflected at lo and hi.
export const Dbrown = ugen("Dbrown", {
  ...common,
  inputs: { length: perSample(Number.POSITIVE_INFINITY), lo: perSample(0), hi: perSample(1), step: perSample(0.01) },
  state: { repeats: f64(-1), count: f64(), lo: 0, hi: 0, step: 0, value: 0 },
  uses: { rounded, fold },
  random: true,
  init(x, _s, c) {
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
    c.restart(x.step);
  },
  next(x, s, c) {
    const fresh = s.repeats < 0;
    if (fresh) s.repeats = c.rounded(c.demand(x.length), c);
    if (s.count >= s.repeats) return NaN;
    s.count = s.count + 1;
    const lo = c.demand(x.lo);
    const hi = c.demand(x.hi);
    const step = c.demand(x.step);
    if (!c.isNaN(lo)) s.lo = lo;
    if (!c.isNaN(hi)) s.hi = hi;
    if (!c.isNaN(step)) s.step = step;
    if (fresh) s.value = c.u01() * (s.hi - s.lo) + s.lo;
    const y = s.value;
    s.value = c.fold(y + c.u11() * s.step, s.lo, s.hi);
    return y;
  },
  reset(x, s, c) {
    s.repeats = -1;
    s.count = 0;
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
    c.restart(x.step);
  },
});

/// Integer fold into lo..hi, both ends included.
const integerFold = helper((x: number, lo: number, hi: number) => {
  const b = hi - lo;
  const period = b + b;
  const r = period === 0 ? 0 : (x - lo) % period;
  const m = r < 0 ? r + period : r;
  return (m > b ? period - m : m) + lo;
});

/// Dibrown (length, lo, hi, step): a random walk on integers.
export const Dibrown = ugen("Dibrown", {
  ...common,
  inputs: { length: perSample(Number.POSITIVE_INFINITY), lo: perSample(0), hi: perSample(1), step: perSample(0.01) },
  state: { repeats: f64(-1), count: f64(), lo: i32(), hi: i32(), step: i32(), value: i32() },
  uses: { rounded, irand, integerFold },
  random: true,
  init(x, _s, c) {
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
    c.restart(x.step);
  },
  next(x, s, c) {
    const fresh = s.repeats < 0;
    if (fresh) s.repeats = c.rounded(c.demand(x.length), c);
    if (s.count >= s.repeats) return NaN;
    s.count = s.count + 1;
    const lo = c.demand(x.lo);
    const hi = c.demand(x.hi);
    const step = c.demand(x.step);
    if (!c.isNaN(lo)) s.lo = c.tr(lo);
    if (!c.isNaN(hi)) s.hi = c.tr(hi);
    if (!c.isNaN(step)) s.step = c.tr(step);
    if (fresh) s.value = c.irand(s.hi - s.lo + 1, c) + s.lo;
    const y = s.value;
    const jump = c.tr(Math.floor((2 * c.f64(s.step) + 1) * c.d01() - s.step));
    s.value = c.integerFold(y + jump, s.lo, s.hi);
    return y;
  },
  reset(x, s, c) {
    s.repeats = -1;
    s.count = 0;
    c.restart(x.length);
    c.restart(x.lo);
    c.restart(x.hi);
    c.restart(x.step);
  },
});
