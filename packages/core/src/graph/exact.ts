/// The order with the fewest wires, searched over sets of finished items. Register sufficiency is NP-hard (Sethi 1975), so only small works are tried.

import { matchInPlace, readCounts } from "./wires.ts";
import type { Work } from "./work.ts";

/// Items that a set of finished ones (31 bits) can hold, and sets looked at before the search gives up.
const itemLimit = 30;
/// Up to this many items the search always ends.
const sureItems = 16;
const setBudget = 40_000;

export interface LeastWires {
  readonly order: Int32Array;
  readonly count: number;
  /// True if no order needs fewer.
  readonly exact: boolean;
}

/// Improves on `order`, which needs `count` wires: lowers the limit one by one until no order keeps to it.
export function leastWires(work: Work, order: Int32Array, count: number, inPlace = true): LeastWires {
  if (work.items > itemLimit || work.items < 1) return { order, count, exact: work.items < 1 };
  const search = new Search(work, inPlace);
  let best = { order, count };
  while (best.count > search.floor) {
    const found = search.within(best.count - 1);
    if (!found) return { ...best, exact: !search.exhausted };
    best = found;
  }
  return { ...best, exact: true };
}

class Search {
  /// No order needs fewer: one item alone needs this many.
  readonly floor: number;
  exhausted = false;
  private readonly work: Work;
  private readonly inPlace: boolean;
  /// Items that read a value, as a set; and per entry of `work.use` whether its item reads the value again later.
  private readonly readers: Int32Array;
  private readonly again: Uint8Array;
  private readonly needs: Int32Array;
  private readonly left: Int32Array;
  private sets = 0;
  // Results of `step`.
  private rise = 0;
  private change = 0;

  constructor(work: Work, inPlace: boolean) {
    this.work = work;
    this.inPlace = inPlace;
    const { items, unitStart, useStart, use, before } = work;
    this.readers = new Int32Array(work.values);
    this.again = new Uint8Array(use.length);
    this.left = readCounts(work);
    for (let v = 0; v < items; v++) {
      const seen = new Set<number>();
      for (let j = useStart[unitStart[v + 1]] - 1; j >= useStart[unitStart[v]]; j--) {
        this.again[j] = seen.has(use[j]) ? 1 : 0;
        seen.add(use[j]);
        this.readers[use[j]] |= 1 << v;
      }
    }
    this.needs = new Int32Array(items);
    for (let v = 0; v < items; v++) for (let k = before.start[v]; k < before.start[v + 1]; k++) this.needs[v] |= 1 << before.item[k];
    let floor = 0;
    for (let v = 0; v < items; v++) {
      this.step(v, -1);
      const inputs = new Set<number>();
      const own = new Set<number>();
      for (let j = work.defStart[unitStart[v]]; j < work.defStart[unitStart[v + 1]]; j++) own.add(work.def[j]);
      for (let j = useStart[unitStart[v]]; j < useStart[unitStart[v + 1]]; j++) if (!own.has(use[j])) inputs.add(use[j]);
      floor = Math.max(floor, inputs.size + this.rise);
    }
    this.floor = floor;
  }

  /// An order that needs no more than `limit` wires, or undefined.
  within(limit: number): { order: Int32Array; count: number } | undefined {
    const { items } = this.work;
    const full = 2 ** items - 1;
    const came = new Map<number, { from: number; item: number; peak: number }>([[0, { from: -1, item: -1, peak: 0 }]]);
    const stack: { done: number; live: number }[] = [{ done: 0, live: 0 }];
    for (let at = stack.pop(); at; at = stack.pop()) {
      if (at.done === full) return this.trace(came, full);
      if (++this.sets > setBudget && items > sureItems) {
        this.exhausted = true;
        return undefined;
      }
      const ways: { item: number; live: number; peak: number }[] = [];
      for (let v = 0; v < items; v++) {
        if (at.done & (1 << v) || (this.needs[v] & ~at.done) !== 0) continue;
        this.step(v, at.done);
        if (at.live + this.rise > limit) continue;
        const way = { item: v, live: at.live + this.change, peak: at.live + this.rise };
        if (this.change <= 0) {
          // Within the limit and no more live afterwards: whatever follows can only be helped, so no other choice has to be tried.
          ways.length = 0;
          ways.push(way);
          break;
        }
        ways.push(way);
      }
      for (const way of ways) {
        const done = at.done | (1 << way.item);
        if (came.has(done)) continue;
        came.set(done, { from: at.done, item: way.item, peak: way.peak });
        stack.push({ done, live: way.live });
      }
    }
    return undefined;
  }

  /// Running item `v` after the set `done`: how far the wires in use rise above the live values before it, and how the live values change.
  private step(v: number, done: number): void {
    const { work, readers, again } = this;
    const left = this.left;
    const { unitStart, useStart, use, defStart, def } = work;
    const others = ~done & ~(1 << v);
    let live = 0;
    let rise = 0;
    for (let u = unitStart[v]; u < unitStart[v + 1]; u++) {
      let dying = 0;
      for (let j = useStart[u]; j < useStart[u + 1]; j++) {
        const dies = !again[j] && (readers[use[j]] & others) === 0;
        left[use[j]] = dies ? 0 : 1;
        if (dies) dying++;
      }
      live += defStart[u + 1] - defStart[u];
      rise = Math.max(rise, this.inPlace ? live - matchInPlace(work, u, left) : live);
      live -= dying;
      for (let j = defStart[u]; j < defStart[u + 1]; j++) if (readers[def[j]] === 0) live--;
    }
    this.rise = rise;
    this.change = live;
  }

  private trace(came: Map<number, { from: number; item: number; peak: number }>, full: number): { order: Int32Array; count: number } {
    const order = new Int32Array(this.work.items);
    let count = 0;
    let at = full;
    for (let k = order.length - 1; k >= 0; k--) {
      const step = came.get(at)!;
      order[k] = step.item;
      count = Math.max(count, step.peak);
      at = step.from;
    }
    return { order, count };
  }
}
