/// Demand-rate units that play lists: in order, shuffled, at random. Items that are demand units are played to their end.
import { f64, helper, i32, i32s, many, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { common, type DemandContext, irand, pullItem, restartAll, rounded } from "./support/demand.ts";

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
const scramble = helper((order: number[], n: number, c: DemandContext & { irand(n: number, c: DemandContext): number }) => {
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
const otherIndex = helper((last: number, n: number, c: DemandContext & { irand(n: number, c: DemandContext): number }) => {
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
