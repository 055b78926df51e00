/// Levels: the length of the longest path that ends at a node (rule O2).
import { groupBy, type Lists } from "./csr.ts";
import { CyclicOrderError, type Dag } from "./work.ts";

/// 0 for nodes that wait for none, else 1 + the highest level of those waited for. Throws `CyclicOrderError`.
export function leafLevels(dag: Dag): Int32Array {
  return levelsOf(dag.count, groupBy(dag.count, dag.from, dag.to));
}

/// The same from the lists of waiting nodes; parallel entries are allowed.
export function levelsOf(count: number, after: Lists): Int32Array {
  const level = new Int32Array(count);
  const queue = topologicalOrder(count, after);
  if (queue.length < count) {
    const placed = new Uint8Array(count);
    for (const v of queue) placed[v] = 1;
    throw new CyclicOrderError([...placed.keys()].filter((v) => !placed[v]));
  }
  for (const v of queue) {
    const next = level[v] + 1;
    for (let k = after.start[v]; k < after.start[v + 1]; k++) if (level[after.item[k]] < next) level[after.item[k]] = next;
  }
  return level;
}

/// An order in which every node follows those it waits for (Kahn 1962); nodes on or behind a cycle are missing.
export function topologicalOrder(count: number, after: Lists): Int32Array {
  const { start, item } = after;
  const open = new Int32Array(count);
  for (let k = 0; k < item.length; k++) open[item[k]]++;
  const queue = new Int32Array(count);
  let tail = 0;
  for (let v = 0; v < count; v++) if (open[v] === 0) queue[tail++] = v;
  for (let head = 0; head < tail; head++) {
    const v = queue[head];
    for (let k = start[v]; k < start[v + 1]; k++) if (--open[item[k]] === 0) queue[tail++] = item[k];
  }
  return tail === count ? queue : queue.slice(0, tail);
}
