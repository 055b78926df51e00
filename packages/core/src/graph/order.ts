/// The order in which items run (rule O3): any linear extension is correct, a good one needs few wires.
import { IntList } from "./csr.ts";
import { leastWires } from "./exact.ts";
import { levelsOf } from "./levels.ts";
import { readCounts, wiresNeeded } from "./wires.ts";
import { type Dag, type Work, workOf } from "./work.ts";

export interface OrderOptions {
  /// `level`: by (level, cost descending, index). `memory` (default): the best of level order, depth-first order, greedy order, and for few
  /// items the true optimum.
  readonly by?: "level" | "memory";
  /// Cost of each item, any unit.
  readonly cost?: ArrayLike<number>;
  /// Whether outputs may be written over inputs that die (default true).
  readonly inPlace?: boolean;
}

/// Orders a plain graph: see `OrderOptions`. Deterministic. Throws `CyclicOrderError`.
export function orderNodes(dag: Dag, options: OrderOptions = {}): Int32Array {
  return orderItems(workOf(dag), options);
}

/// Above this many items only level and depth-first order are tried: the greedy one costs more than both.
const greedyLimit = 5000;

/// Orders the items of a work. Deterministic. Throws `CyclicOrderError`.
export function orderItems(work: Work, { by = "memory", cost, inPlace = true }: OrderOptions = {}): Int32Array {
  const level = levelsOf(work.items, work.after);
  let best = levelOrder(level, cost);
  if (by === "level" || work.items < 2) return best;
  let least = wiresNeeded(work, best, inPlace);
  const byLevel = best;
  const candidates = work.items <= greedyLimit ? [depthFirstOrder, greedyOrder] : [depthFirstOrder];
  for (const candidate of candidates) {
    const order = candidate(work, byLevel);
    const needed = wiresNeeded(work, order, inPlace, least);
    if (needed < least) {
      least = needed;
      best = order;
    }
  }
  return leastWires(work, best, least, inPlace).order;
}

/// Items by (level, cost descending, index).
export function levelOrder(level: Int32Array, cost?: ArrayLike<number>): Int32Array {
  let levels = 0;
  for (let v = 0; v < level.length; v++) if (level[v] >= levels) levels = level[v] + 1;
  const start = new Int32Array(levels + 1);
  for (let v = 0; v < level.length; v++) start[level[v] + 1]++;
  for (let k = 0; k < levels; k++) start[k + 1] += start[k];
  const next = start.slice();
  const order = new Int32Array(level.length);
  for (let v = 0; v < level.length; v++) order[next[level[v]]++] = v;
  if (cost) for (let k = 0; k < levels; k++) order.subarray(start[k], start[k + 1]).sort((a, b) => cost[b] - cost[a] || a - b);
  return order;
}

/// Inputs that are sorted in place.
const shortList = 16;

/// Depth first from the ends, the input that needs most registers first (Sethi & Ullman 1970). Optimal on trees.
/// `topological` is any order that keeps to the dependencies.
function depthFirstOrder({ items, before, after }: Work, topological: Int32Array): Int32Array {
  const need = new Int32Array(items);
  const inputs = before.item.slice();
  for (const v of topological) {
    const from = before.start[v];
    const to = before.start[v + 1];
    if (to - from > shortList) inputs.subarray(from, to).sort((a, b) => need[b] - need[a]);
    else {
      // By insertion: stable like the other, and nothing is allocated for most nodes.
      for (let k = from + 1; k < to; k++) {
        const input = inputs[k];
        let at = k;
        for (; at > from && need[inputs[at - 1]] < need[input]; at--) inputs[at] = inputs[at - 1];
        inputs[at] = input;
      }
    }
    let most = 1;
    for (let k = from; k < to; k++) most = Math.max(most, need[inputs[k]] + (k - from));
    need[v] = most;
  }
  const order = new Int32Array(items);
  const next = before.start.slice(0, items);
  const seen = new Uint8Array(items);
  const stack = new Int32Array(items);
  let placed = 0;
  for (let root = 0; root < items; root++) {
    if (after.start[root] !== after.start[root + 1] || seen[root]) continue;
    let top = 0;
    stack[0] = root;
    seen[root] = 1;
    while (top >= 0) {
      const v = stack[top];
      if (next[v] === before.start[v + 1]) {
        order[placed++] = v;
        top--;
        continue;
      }
      const input = inputs[next[v]++];
      if (seen[input]) continue;
      seen[input] = 1;
      stack[++top] = input;
    }
  }
  return order;
}

/// Always the ready item that adds fewest live values; among equals the one that became ready last.
function greedyOrder(work: Work): Int32Array {
  const { items, unitStart, useStart, use, defStart, def, after } = work;
  const left = readCounts(work);
  const reads = left.slice();
  const open = new Int32Array(items);
  for (let k = 0; k < after.item.length; k++) open[after.item[k]]++;
  // Items per value, to find the last reader when one is left.
  const readers = readersOf(work);
  const waiting = new Int32Array(work.values);
  for (let x = 0; x < work.values; x++) waiting[x] = readers.start[x + 1] - readers.start[x];
  const done = new Uint8Array(items);
  const growth = (v: number): number => {
    let g = 0;
    for (let u = unitStart[v]; u < unitStart[v + 1]; u++) {
      for (let j = defStart[u]; j < defStart[u + 1]; j++) if (reads[def[j]] > 0) g++;
      for (let j = useStart[u]; j < useStart[u + 1]; j++) left[use[j]]--;
      for (let j = useStart[u]; j < useStart[u + 1]; j++) if (left[use[j]] === 0 && firstIn(use, useStart[u], j)) g--;
    }
    for (let j = useStart[unitStart[v]]; j < useStart[unitStart[v + 1]]; j++) left[use[j]]++;
    return g;
  };
  let least = 0;
  let most = 0;
  for (let v = 0; v < items; v++) {
    least = Math.max(least, useStart[unitStart[v + 1]] - useStart[unitStart[v]]);
    most = Math.max(most, defStart[unitStart[v + 1]] - defStart[unitStart[v]]);
  }
  const ready = new Buckets(-least, most, items);
  for (let v = items - 1; v >= 0; v--) if (open[v] === 0) ready.push(growth(v), v);
  const order = new Int32Array(items);
  let placed = 0;
  while (placed < items) {
    const v = ready.pop();
    if (done[v]) continue;
    done[v] = 1;
    order[placed++] = v;
    for (let u = unitStart[v]; u < unitStart[v + 1]; u++) {
      for (let j = useStart[u]; j < useStart[u + 1]; j++) {
        const x = use[j];
        left[x]--;
        if (!firstIn(use, useStart[u], j)) continue;
        if (--waiting[x] !== 1) continue;
        for (let k = readers.start[x]; k < readers.start[x + 1]; k++) {
          const w = readers.item[k];
          if (!done[w] && open[w] === 0) ready.push(growth(w), w);
        }
      }
    }
    for (let k = after.start[v]; k < after.start[v + 1]; k++) {
      const w = after.item[k];
      if (--open[w] === 0) ready.push(growth(w), w);
    }
  }
  return order;
}

/// Items by a small whole number: always one of the least, of these the one that came last.
class Buckets {
  private readonly least: number;
  /// Latest entry of each number, and the entry before each entry; -1 for none.
  private readonly latest: Int32Array;
  private readonly items: IntList;
  private readonly before: IntList;
  private lowest: number;

  /// For numbers from `least` to `most`.
  constructor(least: number, most: number, expected: number) {
    this.least = least;
    this.latest = new Int32Array(most - least + 1).fill(-1);
    this.items = new IntList(expected);
    this.before = new IntList(expected);
    this.lowest = this.latest.length;
  }

  push(number: number, item: number): void {
    const bucket = number - this.least;
    this.before.push(this.latest[bucket]);
    this.latest[bucket] = this.items.length;
    this.items.push(item);
    if (bucket < this.lowest) this.lowest = bucket;
  }

  /// There must be one.
  pop(): number {
    while (this.latest[this.lowest] < 0) this.lowest++;
    const entry = this.latest[this.lowest];
    this.latest[this.lowest] = this.before.data[entry];
    return this.items.data[entry];
  }
}

/// True if `list[at]` does not occur between `from` and `at`; long lists are not searched, which only costs a better estimate.
function firstIn(list: Int32Array, from: number, at: number): boolean {
  for (let k = Math.max(from, at - 8); k < at; k++) if (list[k] === list[at]) return false;
  return true;
}

/// Items that read a value, once per unit that does.
function readersOf({ items, values, unitStart, useStart, use }: Work) {
  const start = new Int32Array(values + 1);
  for (let k = 0; k < use.length; k++) start[use[k] + 1]++;
  for (let x = 0; x < values; x++) start[x + 1] += start[x];
  const next = start.slice(0, values);
  const item = new Int32Array(use.length);
  for (let v = 0; v < items; v++) for (let j = useStart[unitStart[v]]; j < useStart[unitStart[v + 1]]; j++) item[next[use[j]]++] = v;
  return { start, item };
}
