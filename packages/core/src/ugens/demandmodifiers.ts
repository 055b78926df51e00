/// Demand-rate units that choose among, repeat or limit others, and those that read and write sample buffers.
import { f64, helper, i32, many, perSample } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { common, type DemandContext, pullItem, restartAll, rounded } from "./support/demand.ts";

/// Index into a list of n, wrapped.
const wrapIndex = helper((x: number, n: number, c: DemandContext) => {
  const i = c.tr(Math.floor(x + 0.5));
  const m = i % n;
  return m < 0 ? m + n : m;
});

/// A random index, i with probability weight i: `lists` holds as many weights as items, weights first.
const drawWeighted = helper((lists: readonly number[], c: DemandContext) => {
  const half = lists.length / 2;
  const r = c.u01();
  let chosen = half - 1;
  let sum = 0;
  let found = 0;
  for (const k of c.each(half)) {
    sum = sum + lists[k];
    if (found === 0 && sum >= r) {
      chosen = k;
      found = 1;
    }
  }
  return chosen;
});

/// Dwrand (repeats, n, weights..., list...): random items, item i with probability weight i.
export const Dwrand = ugen("Dwrand", {
  ...common,
  inputs: { repeats: perSample(1), size: perSample(1), lists: many() },
  state: { repeats: f64(-1), count: f64(), index: i32(-1), fresh: i32(1) },
  uses: { rounded, pullItem, restartAll, drawWeighted },
  random: true,
  init(x, s, c) {
    c.restart(x.repeats);
    c.restartAll(x.lists, c);
    s.index = c.drawWeighted(x.lists, c);
  },
  next(x, s, c) {
    const half = x.lists.length / 2;
    if (s.repeats < 0) s.repeats = c.rounded(c.demand(x.repeats), c);
    let y = NaN;
    for (let turn = 0; turn < half + 2; turn++) {
      if (s.count >= s.repeats) {
        y = NaN;
        break;
      }
      const [value, nested] = c.pullItem(x.lists, s.index + half, s.fresh, c);
      y = value;
      const ended = nested === 0 || c.isNaN(value);
      s.fresh = ended ? 1 : 0;
      if (ended) {
        s.index = c.drawWeighted(x.lists, c);
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
    s.index = c.drawWeighted(x.lists, c);
  },
});

/// Dswitch1 (index, list...): the next value of the item that the index names, for every value.
export const Dswitch1 = ugen("Dswitch1", {
  ...common,
  inputs: { index: perSample(0), list: many() },
  state: {},
  uses: { wrapIndex, pullItem, restartAll },
  init(x, _s, c) {
    c.restart(x.index);
    c.restartAll(x.list, c);
  },
  next(x, _s, c) {
    const index = c.demand(x.index);
    if (c.isNaN(index)) return NaN;
    const [value] = c.pullItem(x.list, c.wrapIndex(index, x.list.length, c), 0, c);
    return value;
  },
  reset(x, _s, c) {
    c.restart(x.index);
    c.restartAll(x.list, c);
  },
});

/// Dswitch (index, list...): plays an item to its end, then the one that the index names next.
export const Dswitch = ugen("Dswitch", {
  ...common,
  inputs: { index: perSample(0), list: many() },
  state: { at: i32() },
  uses: { wrapIndex, pullItem, restartAll },
  init(x, s, c) {
    c.restart(x.index);
    c.restartAll(x.list, c);
    const index = c.demand(x.index);
    s.at = c.isNaN(index) ? 0 : c.wrapIndex(index, x.list.length, c);
  },
  next(x, s, c) {
    let [value] = c.pullItem(x.list, s.at, 0, c);
    if (c.isNaN(value)) {
      const index = c.demand(x.index);
      if (c.isNaN(index)) value = NaN;
      else {
        const to = c.wrapIndex(index, x.list.length, c);
        const before = s.at;
        const [fresh] = c.pullItem(x.list, to, 0, c);
        value = fresh;
        for (const k of c.each(x.list.length)) if (before === k) c.restart(x.list[k]);
        s.at = to;
      }
    }
    return value;
  },
  reset(x, s, c) {
    c.restart(x.index);
    c.restartAll(x.list, c);
    const index = c.demand(x.index);
    s.at = c.isNaN(index) ? 0 : c.wrapIndex(index, x.list.length, c);
  },
});

/// Ddup (n, in), also called Dstutter: each value n times.
const duplicate = {
  ...common,
  inputs: { n: perSample(2), in: perSample(0) },
  state: { repeats: f64(-1), count: f64(), value: 0 },
} as const;

export const Ddup = ugen("Ddup", {
  ...duplicate,
  init(x, s, c) {
    c.restart(x.n);
    c.restart(x.in);
    s.repeats = -1;
    s.count = 0;
  },
  next(x, s, c) {
    if (s.count >= s.repeats) {
      const value = c.demand(x.in);
      const n = c.demand(x.n);
      if (c.isNaN(value) || c.isNaN(n)) return NaN;
      s.value = value;
      s.repeats = Math.floor(c.f64(n) + 0.5);
      s.count = 0;
    }
    s.count = s.count + 1;
    return s.value;
  },
  reset(x, s, c) {
    c.restart(x.n);
    c.restart(x.in);
    s.repeats = -1;
    s.count = 0;
  },
});
export const Dstutter = { ...Ddup, name: "Dstutter" };

/// Dconst (sum, in, tolerance 0.001): values until they add up to `sum`; the last one is cut to fit.
export const Dconst = ugen("Dconst", {
  ...common,
  inputs: { sum: perSample(1), in: perSample(1), tolerance: perSample(0.001) },
  state: { total: f64(), running: f64(-1), tolerance: f64(), ended: i32() },
  init(x, s, c) {
    c.restart(x.sum);
    c.restart(x.in);
    c.restart(x.tolerance);
    s.running = -1;
  },
  next(x, s, c) {
    if (s.running < 0) {
      s.total = c.demand(x.sum);
      s.tolerance = c.demand(x.tolerance);
      s.running = 0;
      s.ended = 0;
    }
    if (s.ended !== 0) return NaN;
    const value = c.demand(x.in);
    if (c.isNaN(value)) return NaN;
    const sum = s.running + value;
    let y = value;
    if (Math.abs(sum - s.total) <= s.tolerance || sum > s.total) {
      y = c.f32(s.total - s.running);
      s.ended = 1;
    }
    s.running = sum;
    return y;
  },
  reset(x, s, c) {
    c.restart(x.sum);
    c.restart(x.in);
    c.restart(x.tolerance);
    s.running = -1;
    s.ended = 0;
  },
});

/// Dreset (in, reset): passes values; a rising reset starts `in` over.
export const Dreset = ugen("Dreset", {
  ...common,
  inputs: { in: perSample(0), reset: perSample(0) },
  state: { last: 0 },
  init(x, _s, c) {
    c.restart(x.in);
    c.restart(x.reset);
  },
  next(x, s, c) {
    const value = c.demand(x.in);
    const reset = c.demand(x.reset);
    if (c.isNaN(value) || c.isNaN(reset)) return NaN;
    if (reset > 0 && s.last <= 0) c.restart(x.in);
    s.last = reset;
    return value;
  },
  reset(x, _s, c) {
    c.restart(x.in);
    c.restart(x.reset);
  },
});

/// Dpoll (in, label, run, trigid): passes values on. The text it prints on a server goes to its console.
export const Dpoll = ugen("Dpoll", {
  ...common,
  inputs: { in: perSample(0), rest: many() },
  init(x, _s, c) {
    c.restart(x.in);
  },
  next(x, _s, c) {
    return c.demand(x.in);
  },
  reset(x, _s, c) {
    c.restart(x.in);
  },
});

/// The frame to use for `phase` in a buffer of `frames`: around when looping, else the nearest.
const frameOf = helper((phase: number, frames: number, loop: number, c: DemandContext) => {
  const p = c.f64(phase);
  const n = c.f64(frames);
  const around = p - n * Math.floor(p / n);
  const held = p < 0 ? 0 : p > n - 1 ? n - 1 : p;
  return frames <= 0 ? 0 : c.tr(loop !== 0 ? around : held);
});

/// Dbufrd (bufnum, phase, loop 1): the first channel of a frame.
export const Dbufrd = ugen("Dbufrd", {
  ...common,
  inputs: { bufnum: perSample(0), phase: perSample(0), loop: perSample(1) },
  uses: { frameOf },
  reads: "buffer",
  init(x, _s, c) {
    c.restart(x.bufnum);
    c.restart(x.phase);
    c.restart(x.loop);
  },
  next(x, _s, c) {
    const number = c.demand(x.bufnum);
    const loop = c.demand(x.loop);
    const phase = c.demand(x.phase);
    if (c.isNaN(number) || c.isNaN(phase) || c.isNaN(loop)) return NaN;
    const buffer = c.buffer(number);
    return buffer[c.frameOf(phase, buffer.frames, loop, c) * buffer.channels];
  },
  reset(x, _s, c) {
    c.restart(x.bufnum);
    c.restart(x.phase);
    c.restart(x.loop);
  },
});

/// Dbufwr (bufnum, phase, in, loop 1): writes the value to the first channel of a frame and passes it on.
export const Dbufwr = ugen("Dbufwr", {
  ...common,
  inputs: { bufnum: perSample(0), phase: perSample(0), in: perSample(0), loop: perSample(1) },
  uses: { frameOf },
  writes: "buffer",
  effect: true,
  init(x, _s, c) {
    c.restart(x.bufnum);
    c.restart(x.phase);
    c.restart(x.in);
    c.restart(x.loop);
  },
  next(x, _s, c) {
    const number = c.demand(x.bufnum);
    const loop = c.demand(x.loop);
    const phase = c.demand(x.phase);
    const value = c.demand(x.in);
    if (c.isNaN(number) || c.isNaN(phase) || c.isNaN(value) || c.isNaN(loop)) return NaN;
    const buffer = c.buffer(number);
    buffer[c.frameOf(phase, buffer.frames, loop, c) * buffer.channels] = value;
    return value;
  },
  reset(x, _s, c) {
    c.restart(x.bufnum);
    c.restart(x.phase);
    c.restart(x.in);
    c.restart(x.loop);
  },
});
