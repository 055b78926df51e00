/// Virtual nodes disappear (rules X1-X3): what is left are connections between real nodes, in canonical order.
import { groupBy, IntList, type Lists } from "./csr.ts";
import { isSingle, type Network } from "./graph.ts";

/// Connections of real nodes. Edge k runs from `stream[k]` to `slot[k]`, from node `from[k]` to node `to[k]`.
export interface Resolved {
  readonly edges: number;
  readonly stream: Int32Array;
  readonly slot: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /// Edges that leave and enter each node, in order.
  readonly leaving: Lists;
  readonly entering: Lists;
  /// Successors of each node (one entry per edge).
  readonly next: Lists;
}

/// Follows every chain of virtual nodes to its real source. `virtualCycle` holds the nodes (indices, ascending) of purely virtual cycles.
export function resolveVirtual(net: Network): { readonly resolved: Resolved; readonly virtualCycle: readonly number[] } {
  const { virtual, nodeOfStream, nodeOfSlot, streamBase, slotBase } = net;
  if (!virtual.includes(1)) return { resolved: resolvedOf(net, net.stream, net.slot), virtualCycle: [] };
  const feeder = new Int32Array(nodeOfSlot.length).fill(-1);
  for (let k = 0; k < net.slot.length; k++) if (isSingle(net, net.slot[k])) feeder[net.slot[k]] = net.stream[k];
  // The real stream behind each stream: -1 silence, -2 not traced yet, -3 being traced.
  const source = new Int32Array(nodeOfStream.length).fill(-2);
  const cyclic = new Set<number>();
  const path: number[] = [];
  for (let s = 0; s < source.length; s++) {
    let at = s;
    while (at >= 0 && source[at] === -2) {
      const v = nodeOfStream[at];
      if (!virtual[v]) {
        source[at] = at;
        break;
      }
      source[at] = -3;
      path.push(at);
      at = feeder[slotBase[v] + at - streamBase[v]];
    }
    if (at >= 0 && source[at] === -3) {
      for (const stream of path.slice(path.indexOf(at))) cyclic.add(nodeOfStream[stream]);
      at = -1;
    }
    const real = at < 0 ? -1 : source[at];
    for (const stream of path) source[stream] = real;
    path.length = 0;
  }
  const stream = new IntList(net.stream.length);
  const slot = new IntList(net.slot.length);
  for (let k = 0; k < net.stream.length; k++) {
    const s = source[net.stream[k]];
    if (s < 0 || virtual[nodeOfSlot[net.slot[k]]]) continue;
    stream.push(s);
    slot.push(net.slot[k]);
  }
  return { resolved: resolvedOf(net, stream.take(), slot.take()), virtualCycle: [...cyclic].sort((a, b) => a - b) };
}

function resolvedOf({ count, nodeOfStream, nodeOfSlot }: Network, stream: Int32Array, slot: Int32Array): Resolved {
  const edges = stream.length;
  const from = new Int32Array(edges);
  const to = new Int32Array(edges);
  for (let k = 0; k < edges; k++) {
    from[k] = nodeOfStream[stream[k]];
    to[k] = nodeOfSlot[slot[k]];
  }
  const leaving = groupBy(count, from);
  const item = new Int32Array(edges);
  for (let k = 0; k < edges; k++) item[k] = to[leaving.item[k]];
  return { edges, stream, slot, from, to, leaving, entering: groupBy(count, to), next: { start: leaving.start, item } };
}
