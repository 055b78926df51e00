/// Strongly connected components (Tarjan 1972, iterative): nodes that can hear themselves.
import type { Lists } from "./csr.ts";
import { topologicalOrder } from "./levels.ts";

/// `of[v]` numbers components so that every edge runs from a component to one of equal or higher number. Lists hold members in ascending order.
export interface Components {
  readonly count: number;
  readonly of: Int32Array;
  readonly members: Lists;
  /// 1 for components with a cycle: more than one node, or a node connected to itself.
  readonly cyclic: Uint8Array;
  /// True if none has one.
  readonly acyclic: boolean;
}

export function componentsOf(count: number, next: Lists): Components {
  const sorted = topologicalOrder(count, next);
  if (sorted.length === count) {
    const of = new Int32Array(count);
    const start = new Int32Array(count + 1);
    for (let k = 0; k < count; k++) {
      of[sorted[k]] = k;
      start[k + 1] = k + 1;
    }
    return { count, of, members: { start, item: sorted }, cyclic: new Uint8Array(count), acyclic: true };
  }
  return tarjan(count, next);
}

function tarjan(count: number, { start, item }: Lists): Components {
  const of = new Int32Array(count).fill(-1);
  const number = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const cursor = start.slice(0, count);
  const path = new Int32Array(count);
  const open = new Int32Array(count);
  let seen = 0;
  let opened = 0;
  let found = 0;
  for (let root = 0; root < count; root++) {
    if (number[root] >= 0) continue;
    let top = 0;
    path[0] = root;
    number[root] = low[root] = seen++;
    open[opened++] = root;
    while (top >= 0) {
      const v = path[top];
      if (cursor[v] < start[v + 1]) {
        const w = item[cursor[v]++];
        if (number[w] < 0) {
          number[w] = low[w] = seen++;
          open[opened++] = w;
          path[++top] = w;
        } else if (of[w] < 0 && number[w] < low[v]) low[v] = number[w];
        continue;
      }
      if (--top >= 0 && low[v] < low[path[top]]) low[path[top]] = low[v];
      if (low[v] !== number[v]) continue;
      let w: number;
      do {
        w = open[--opened];
        of[w] = found;
      } while (w !== v);
      found++;
    }
  }
  // Tarjan finds sinks first.
  for (let v = 0; v < count; v++) of[v] = found - 1 - of[v];
  const bounds = new Int32Array(found + 1);
  for (let v = 0; v < count; v++) bounds[of[v] + 1]++;
  for (let c = 0; c < found; c++) bounds[c + 1] += bounds[c];
  const place = bounds.slice(0, found);
  const members = new Int32Array(count);
  for (let v = 0; v < count; v++) members[place[of[v]]++] = v;
  const cyclic = new Uint8Array(found);
  for (let c = 0; c < found; c++) if (bounds[c + 1] - bounds[c] > 1) cyclic[c] = 1;
  for (let v = 0; v < count; v++) for (let k = start[v]; k < start[v + 1]; k++) if (item[k] === v) cyclic[of[v]] = 1;
  return { count: found, of, members: { start: bounds, item: members }, cyclic, acyclic: false };
}
