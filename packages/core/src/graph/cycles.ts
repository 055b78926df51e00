/// Feedback (rules C1-C3): where a cycle is cut, and in which steps it runs.
import { type Components, componentsOf } from "./components.ts";
import { groupBy, type Lists } from "./csr.ts";
import { Heap } from "./heap.ts";
import { topologicalOrder } from "./levels.ts";

/// One level of a feedback component: cut the inputs of the `cut` nodes, run what is left in steps of `step` ticks (the last one shorter), and treat
/// what still is cyclic, `inner`, the same way. Nodes are indices, ascending.
export interface LoopTree {
  readonly step: number;
  readonly nodes: readonly number[];
  readonly cut: readonly number[];
  readonly inner: readonly LoopTree[];
}

/// A part of a graph by itself: `next` speaks of places in `nodes`.
interface Part {
  readonly nodes: readonly number[];
  readonly next: Lists;
}

/// The subgraph of `nodes` (ascending), without edges into nodes that `cut` names.
export function partOf(nodes: readonly number[], next: Lists, place: Int32Array, cut?: (v: number) => boolean): Part {
  for (let k = 0; k < nodes.length; k++) place[nodes[k]] = k;
  const from: number[] = [];
  const to: number[] = [];
  for (let k = 0; k < nodes.length; k++) {
    for (let e = next.start[nodes[k]]; e < next.start[nodes[k] + 1]; e++) {
      const w = next.item[e];
      if (place[w] < 0 || cut?.(w)) continue;
      from.push(k);
      to.push(place[w]);
    }
  }
  for (const v of nodes) place[v] = -1;
  return { nodes, next: groupBy(nodes.length, from, to) };
}

/// The loop tree of one cyclic component under a block of `block` ticks. Every cycle must hold a deferred node (V1).
export function loopTree(nodes: readonly number[], next: Lists, lookahead: ArrayLike<number>, block: number): LoopTree {
  interface Draft extends LoopTree {
    readonly inner: Draft[];
  }
  const place = new Int32Array(next.start.length - 1).fill(-1);
  const top: Draft[] = [];
  const work: { nodes: readonly number[]; limit: number; into: Draft[] }[] = [{ nodes, limit: block, into: top }];
  for (let part = work.pop(); part; part = work.pop()) {
    const { limit } = part;
    let most = 0;
    for (const v of part.nodes) most = Math.max(most, lookahead[v]);
    if (most < 1) throw new RangeError("loopTree: a cycle without a deferred node; check the graph first");
    const step = Math.min(most, limit);
    const cut = part.nodes.filter((v) => lookahead[v] >= step);
    const cuts = new Set(cut);
    const draft: Draft = { step, nodes: part.nodes, cut, inner: [] };
    part.into.push(draft);
    const rest = partOf(part.nodes, next, place, (v) => cuts.has(v));
    const split = componentsOf(part.nodes.length, rest.next);
    for (const members of cyclicMembers(split)) work.push({ nodes: members.map((k) => part.nodes[k]), limit: step, into: draft.inner });
  }
  const sort = [top];
  for (let list = sort.pop(); list; list = sort.pop()) {
    list.sort((a, b) => a.nodes[0] - b.nodes[0]);
    for (const tree of list) sort.push(tree.inner);
  }
  return top[0];
}

function cyclicMembers({ count, cyclic, members }: Components): number[][] {
  const found: number[][] = [];
  for (let c = 0; c < count; c++) if (cyclic[c]) found.push([...members.item.subarray(members.start[c], members.start[c + 1])]);
  return found;
}

/// The largest uniform step of a component, not clipped to a block: min over its simple cycles of the largest look-ahead in the cycle (C1).
export function maxUniformStep(nodes: readonly number[], next: Lists, lookahead: ArrayLike<number>): number {
  const place = new Int32Array(next.start.length - 1).fill(-1);
  const steps = [...new Set(nodes.map((v) => lookahead[v]).filter((n) => n > 0))].sort((a, b) => a - b);
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const { next: rest } = partOf(nodes, next, place, (v) => lookahead[v] >= steps[middle]);
    if (topologicalOrder(nodes.length, rest).length === nodes.length) low = middle;
    else high = middle - 1;
  }
  return steps[low];
}

/// Least sum of look-aheads around a cycle of a component: what bounds the progress of skewed execution (C4). A shortest path from each deferred
/// node back to itself; a node whose cycles are known leaves the search, and no path longer than the best cycle is followed.
export function minCycleLookahead(nodes: readonly number[], next: Lists, lookahead: ArrayLike<number>): number {
  const place = new Int32Array(next.start.length - 1).fill(-1);
  const { next: inside } = partOf(nodes, next, place);
  const n = nodes.length;
  const deferred = [...nodes.keys()].filter((k) => lookahead[nodes[k]] > 0).sort((a, b) => lookahead[nodes[a]] - lookahead[nodes[b]]);
  const gone = new Uint8Array(n);
  let best = Infinity;
  for (const root of deferred) {
    const distance = new Map<number, number>([[root, lookahead[nodes[root]]]]);
    const heap = new Heap();
    heap.push(lookahead[nodes[root]], root);
    for (let k = heap.pop(); k >= 0; k = heap.pop()) {
      const d = heap.lastKey;
      if (d >= best) break;
      if (d > distance.get(k)!) continue;
      for (let e = inside.start[k]; e < inside.start[k + 1]; e++) {
        const w = inside.item[e];
        if (w === root) best = Math.min(best, d);
        if (gone[w] || w === root) continue;
        const far = d + lookahead[nodes[w]];
        if (far >= (distance.get(w) ?? best)) continue;
        distance.set(w, far);
        heap.push(far, w);
      }
    }
    gone[root] = 1;
  }
  return best;
}
