/// What an order arranges: items, the units each item runs, and the values those units read and write.
import { groupBy, type Lists } from "./csr.ts";

/// Items in a partial order. Item `v` runs the units `unitStart[v] .. unitStart[v + 1] - 1` one after the other; unit `u` reads the values
/// `use[useStart[u]] ..` (a value read twice is listed twice) and writes `def[defStart[u]] ..`. Pair `p` of a unit says that `pairDef[p]` may
/// be written over `pairUse[p]` where that value is read for the last time (rule B2).
export interface Work {
  readonly items: number;
  readonly values: number;
  /// Items that wait for an item, and those it waits for.
  readonly after: Lists;
  readonly before: Lists;
  readonly unitStart: Int32Array;
  readonly useStart: Int32Array;
  readonly use: Int32Array;
  readonly defStart: Int32Array;
  readonly def: Int32Array;
  readonly pairStart: Int32Array;
  readonly pairUse: Int32Array;
  readonly pairDef: Int32Array;
}

/// Nodes and the connections between them, for callers that have nothing but that. `to[k]` needs `from[k]` done.
export interface Dag {
  readonly count: number;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /// The value that connection `k` carries, 0 .. values - 1; two connections of one output carry the same. By default a node has one value, its own index.
  readonly value?: ArrayLike<number>;
  /// [connection, value]: the reader of the connection may write `value`, its own, over what it reads there.
  readonly inPlace?: readonly (readonly [number, number])[];
}

/// A cycle in what must be free of cycles. `nodes` are those that no order can place.
export class CyclicOrderError extends Error {
  readonly code = "graph/cyclic-order";
  readonly nodes: readonly number[];

  constructor(nodes: readonly number[]) {
    super(`no order exists: ${nodes.length} nodes wait for each other or for such nodes (first: ${nodes.slice(0, 8).join(", ")})`);
    this.name = "CyclicOrderError";
    this.nodes = nodes;
  }
}

/// The work of a plain graph: one unit per node.
export function workOf(dag: Dag): Work {
  const { count, from, to } = dag;
  const value = dag.value ?? from;
  let values = dag.value ? 0 : count;
  const edges = from.length;
  for (let k = 0; k < edges; k++) values = Math.max(values, value[k] + 1);
  const definer = new Int32Array(values).fill(-1);
  for (let k = 0; k < edges; k++) definer[value[k]] = from[k];
  const uses = groupBy(count, to, value);
  const defs = groupBy(count, definer);
  const pairs = (dag.inPlace ?? []).filter(([k]) => readsOf(uses, to[k], value[k]) === 1);
  const pairOf = groupBy(
    count,
    pairs.map(([k]) => to[k]),
  );
  const unitStart = new Int32Array(count + 1);
  for (let v = 0; v <= count; v++) unitStart[v] = v;
  return {
    items: count,
    values,
    after: groupBy(count, from, to),
    before: groupBy(count, to, from),
    unitStart,
    useStart: uses.start,
    use: uses.item,
    defStart: defs.start,
    def: defs.item,
    pairStart: pairOf.start,
    pairUse: pairOf.item.map((p) => value[pairs[p][0]]),
    pairDef: pairOf.item.map((p) => pairs[p][1]),
  };
}

/// How often `node` reads `value`.
function readsOf(uses: Lists, node: number, value: number): number {
  let n = 0;
  for (let k = uses.start[node]; k < uses.start[node + 1]; k++) if (uses.item[k] === value) n++;
  return n;
}
