/// Demand rate: units without a schedule, which give their next value when their consumer asks, and NaN when they have no more; and the consumers.
///
/// How often is `repeats` (or a length): demanded once after a reset and rounded; infinity is allowed. Lists play items that are themselves
/// demand units to their end before they go on.
import { type SystemContext, f32s, f64, helper, i32, i32s, many, perBlock, perSample, signal, unitInput } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { fold } from "./support/ranges.ts";

type C = SystemContext;

/// A demanded count: rounded, 0 for NaN.
const rounded = helper((x: number, c: C) => (c.isNaN(x) ? 0 : Math.floor(c.f64(x) + 0.5)));

/// Starts every demand-rate input over.
const restartAll = helper((list: readonly number[], c: C) => {
  for (const k of c.each(list.length)) c.restart(list[k]);
});

/// The value of item `index` of a list, and 1 if the item is a demand unit; it is started over first when `fresh`.
const pullItem = helper((list: readonly number[], index: number, fresh: number, c: C) => {
  let x = 0;
  let nested = 0;
  for (const k of c.each(list.length)) {
    if (index === k) {
      if (c.isDemand(list[k])) {
        if (fresh !== 0) c.restart(list[k]);
        x = c.demand(list[k]);
        nested = 1;
      } else x = list[k];
    }
  }
  return [x, nested];
});

/// A random integer from 0 to n - 1.
const irand = helper((n: number, c: C) => c.tr(Math.floor(c.f64(n) * c.d01())));

const common = { rates: "dr", family: "demand" } as const;

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

/// Dseq (repeats, list...): the list, `repeats` times.
export const Dseq = ugen("Dseq", {
  ...common,
  inputs: { repeats: perSample(1), list: many() },
  state: { repeats: f64(-1), count: f64(), index: i32(), fresh: i32(1) },
  uses: { rounded, restartAll, pullItem },
  init(x, _s, c) {
    c.restart(x.repeats);
    c.restartAll(x.list, c);
  },
  next(x, s, c) {
    const n = x.list.length;
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.repeats), c);
    let y = NaN;
    for (let turn = 0; turn < n + 2; turn++) {
      if (s.index >= n) {
        s.index = 0;
        s.count = s.count + 1;
      }
      if (s.count >= s.repeats) {
        s.index = 0;
        y = NaN;
        break;
      }
      const [value, nested] = c.pullItem(x.list, s.index, s.fresh, c);
      y = value;
      const ended = nested === 0 || c.isNaN(value);
      s.fresh = ended ? 1 : 0;
      if (ended) s.index = s.index + 1;
      if (nested === 0 || !c.isNaN(value)) break;
    }
    return y;
  },
  reset(x, s, c) {
    c.restart(x.repeats);
    s.repeats = -1;
    s.count = 0;
    s.index = 0;
    s.fresh = 1;
  },
});

/// Dser (repeats, list...): `repeats` items of the list, over and over.
export const Dser = ugen("Dser", {
  ...common,
  inputs: { repeats: perSample(1), list: many() },
  state: { repeats: f64(-1), count: f64(), index: i32(), fresh: i32(1) },
  uses: { rounded, restartAll, pullItem },
  init(x, _s, c) {
    c.restart(x.repeats);
    c.restartAll(x.list, c);
  },
  next(x, s, c) {
    const n = x.list.length;
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.repeats), c);
    let y = NaN;
    for (let turn = 0; turn < n + 2; turn++) {
      if (s.index >= n) s.index = 0;
      if (s.count >= s.repeats) {
        s.index = 0;
        y = NaN;
        break;
      }
      const [value, nested] = c.pullItem(x.list, s.index, s.fresh, c);
      y = value;
      const ended = nested === 0 || c.isNaN(value);
      s.fresh = ended ? 1 : 0;
      if (ended) {
        s.index = s.index + 1;
        s.count = s.count + 1;
      }
      if (nested === 0 || !c.isNaN(value)) break;
    }
    return y;
  },
  reset(x, s, c) {
    c.restart(x.repeats);
    s.repeats = -1;
    s.count = 0;
    s.index = 0;
    s.fresh = 1;
  },
});

/// Fisher-Yates, drawing from the synth's generator.
const scramble = helper((order: number[], n: number, c: C & { irand(n: number, c: C): number }) => {
  for (let i = 0; i < n - 1; i++) {
    const j = i + c.irand(n - i, c);
    const a = order[i];
    order[i] = order[j];
    order[j] = a;
  }
});

/// Dshuf (repeats, list...): the list in a random order that is drawn anew at each reset.
export const Dshuf = ugen("Dshuf", {
  ...common,
  inputs: { repeats: perSample(1), list: many() },
  state: { repeats: f64(-1), count: f64(), index: i32(), fresh: i32(1), order: i32s((u) => Math.max(1, u.inputs.length - 1)) },
  uses: { rounded, restartAll, pullItem, irand, scramble },
  random: true,
  init(x, s, c) {
    c.restart(x.repeats);
    c.restartAll(x.list, c);
    for (let i = 0; i < x.list.length; i++) s.order[i] = i;
    c.scramble(s.order, x.list.length, c);
  },
  next(x, s, c) {
    const n = x.list.length;
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.repeats), c);
    let y = NaN;
    for (let turn = 0; turn < n + 2; turn++) {
      if (s.index >= n) {
        s.index = 0;
        s.count = s.count + 1;
      }
      if (s.count >= s.repeats) {
        s.index = 0;
        y = NaN;
        break;
      }
      const [value, nested] = c.pullItem(x.list, s.order[s.index], s.fresh, c);
      y = value;
      const ended = nested === 0 || c.isNaN(value);
      s.fresh = ended ? 1 : 0;
      if (ended) s.index = s.index + 1;
      if (nested === 0 || !c.isNaN(value)) break;
    }
    return y;
  },
  reset(x, s, c) {
    c.restart(x.repeats);
    s.repeats = -1;
    s.count = 0;
    s.index = 0;
    s.fresh = 1;
    c.scramble(s.order, x.list.length, c);
  },
});

/// Drand (repeats, list...): random items.
export const Drand = ugen("Drand", {
  ...common,
  inputs: { repeats: perSample(1), list: many() },
  state: { repeats: f64(-1), count: f64(), index: i32(), fresh: i32(1) },
  uses: { rounded, restartAll, pullItem, irand },
  random: true,
  init(x, s, c) {
    c.restart(x.repeats);
    c.restartAll(x.list, c);
    s.index = c.irand(x.list.length, c);
  },
  next(x, s, c) {
    const n = x.list.length;
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.repeats), c);
    let y = NaN;
    for (let turn = 0; turn < n + 2; turn++) {
      if (s.count >= s.repeats) {
        y = NaN;
        break;
      }
      const [value, nested] = c.pullItem(x.list, s.index, s.fresh, c);
      y = value;
      const ended = nested === 0 || c.isNaN(value);
      s.fresh = ended ? 1 : 0;
      if (ended) {
        s.index = c.irand(n, c);
        s.count = s.count + 1;
      }
      if (nested === 0 || !c.isNaN(value)) break;
    }
    return y;
  },
  reset(x, s, c) {
    c.restart(x.repeats);
    s.repeats = -1;
    s.count = 0;
    s.fresh = 1;
    s.index = c.irand(x.list.length, c);
  },
});

/// Another random index than `last` among n.
const otherIndex = helper((last: number, n: number, c: C & { irand(n: number, c: C): number }) => {
  const i = c.irand(n - 1, c);
  return i >= last ? i + 1 : i;
});

/// Dxrand (repeats, list...): random items, never the same twice in a row.
export const Dxrand = ugen("Dxrand", {
  ...common,
  inputs: { repeats: perSample(1), list: many() },
  state: { repeats: f64(-1), count: f64(), index: i32(-1), fresh: i32(1) },
  uses: { rounded, restartAll, pullItem, irand, otherIndex },
  random: true,
  init(x, s, c) {
    c.restart(x.repeats);
    c.restartAll(x.list, c);
    s.index = c.otherIndex(s.index, x.list.length, c);
  },
  next(x, s, c) {
    const n = x.list.length;
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.repeats), c);
    let y = NaN;
    for (let turn = 0; turn < n + 2; turn++) {
      if (s.count >= s.repeats) {
        y = NaN;
        break;
      }
      const [value, nested] = c.pullItem(x.list, s.index, s.fresh, c);
      y = value;
      const ended = nested === 0 || c.isNaN(value);
      s.fresh = ended ? 1 : 0;
      if (ended) {
        s.index = c.otherIndex(s.index, n, c);
        s.count = s.count + 1;
      }
      if (nested === 0 || !c.isNaN(value)) break;
    }
    return y;
  },
  reset(x, s, c) {
    c.restart(x.repeats);
    s.repeats = -1;
    s.count = 0;
    s.fresh = 1;
    s.index = c.otherIndex(s.index, x.list.length, c);
  },
});
void f32s;
void perBlock;
void signal;
void unitInput;
