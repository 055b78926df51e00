/// Wires: blocks of samples that values share once nobody reads them any more (rules B1-B3).
import { groupBy } from "./csr.ts";
import { maximumMatching } from "./matching.ts";
import type { Work } from "./work.ts";

/// Values by their live ranges. Positions are places in a serial order; both ends belong to the range.
export interface LiveRanges {
  readonly def: ArrayLike<number>;
  /// Position of the last read, or `def` itself for a value that nobody reads.
  readonly lastUse: ArrayLike<number>;
  /// For each value the one it is written over, -1 for none. That value's last use is this value's definition, and no two take over the same one.
  readonly takesOver?: ArrayLike<number>;
}

export interface Wires {
  /// Wire of each value.
  readonly wire: Int32Array;
  readonly count: number;
}

/// Gives every value a wire such that values with overlapping ranges never share one, unless one takes over the other. The count is the least
/// possible for these ranges and take-overs: the left-edge sweep is optimal on intervals (Hashimoto & Stevens 1971). Reuses the wire that was
/// freed last, which is the one most likely still in the cache.
export function assignWires({ def, lastUse, takesOver }: LiveRanges): Wires {
  const n = def.length;
  let positions = 0;
  for (let x = 0; x < n; x++) positions = Math.max(positions, lastUse[x] + 1, def[x] + 1);
  const born = groupBy(positions, def);
  const dead = groupBy(positions, lastUse);
  const wire = new Int32Array(n).fill(-1);
  const inherited = new Uint8Array(n);
  if (takesOver) for (let x = 0; x < n; x++) if (takesOver[x] >= 0) inherited[takesOver[x]] = 1;
  const free = new Int32Array(n);
  let top = 0;
  let count = 0;
  for (let p = 0; p < positions; p++) {
    for (let k = born.start[p]; k < born.start[p + 1]; k++) {
      const x = born.item[k];
      const over = takesOver ? takesOver[x] : -1;
      wire[x] = over >= 0 ? wire[over] : top > 0 ? free[--top] : count++;
    }
    for (let k = dead.start[p]; k < dead.start[p + 1]; k++) if (!inherited[dead.item[k]]) free[top++] = wire[dead.item[k]];
  }
  return { wire, count };
}

/// Reads left per value before anything has run: `left` in what follows.
export function readCounts(work: Work): Int32Array {
  const left = new Int32Array(work.values);
  for (let k = 0; k < work.use.length; k++) left[work.use[k]]++;
  return left;
}

/// How many outputs of unit `u` can be written over inputs that die there (`left` is 0 for them). `take` is told each pair.
export function matchInPlace(work: Work, u: number, left: Int32Array, take?: (use: number, def: number) => void): number {
  const { pairUse, pairDef } = work;
  const from = work.pairStart[u];
  const to = work.pairStart[u + 1];
  if (from === to) return 0;
  if (work.defStart[u + 1] - work.defStart[u] === 1 || to - from === 1) {
    for (let p = from; p < to; p++) {
      if (left[pairUse[p]] !== 0) continue;
      take?.(pairUse[p], pairDef[p]);
      return 1;
    }
    return 0;
  }
  const uses: number[] = [];
  const defs: number[] = [];
  const a: number[] = [];
  const b: number[] = [];
  for (let p = from; p < to; p++) {
    if (left[pairUse[p]] !== 0) continue;
    a.push(place(uses, pairUse[p]));
    b.push(place(defs, pairDef[p]));
  }
  const mate = maximumMatching(uses.length, defs.length, groupBy(uses.length, a, b));
  let matched = 0;
  for (let k = 0; k < mate.length; k++) {
    if (mate[k] < 0) continue;
    matched++;
    take?.(uses[k], defs[mate[k]]);
  }
  return matched;
}

const place = (list: number[], value: number): number => {
  const k = list.indexOf(value);
  return k >= 0 ? k : list.push(value) - 1;
};

/// Wires that the work needs in this order of its items: live values, plus outputs, minus those written in place, at the worst unit (B3). Counts no
/// further than `enough`.
export function wiresNeeded(work: Work, order: ArrayLike<number>, inPlace = true, enough = Infinity): number {
  const { unitStart, useStart, use, defStart, def } = work;
  const left = readCounts(work);
  let live = 0;
  let peak = 0;
  for (let k = 0; k < order.length && peak < enough; k++) {
    const v = order[k];
    for (let u = unitStart[v]; u < unitStart[v + 1]; u++) {
      let dying = 0;
      for (let j = useStart[u]; j < useStart[u + 1]; j++) if (--left[use[j]] === 0) dying++;
      live += defStart[u + 1] - defStart[u];
      const needed = inPlace ? live - matchInPlace(work, u, left) : live;
      if (needed > peak) peak = needed;
      live -= dying;
      for (let j = defStart[u]; j < defStart[u + 1]; j++) if (left[def[j]] === 0) live--;
    }
  }
  return peak;
}
