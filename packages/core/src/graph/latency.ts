/// Latency compensation (rules L1-L7): when each node hears its inputs, and how much each connection has to be delayed.
import { partOf } from "./cycles.ts";
import { type Network, slotPort } from "./graph.ts";
import { topologicalOrder } from "./levels.ts";
import type { Reach } from "./roots.ts";
import type { Checked } from "./validate.ts";

export interface Latency {
  /// Ticks by which each node hears late, A(v); 0 for nodes that are not scheduled.
  readonly arrival: Float64Array;
  /// Delay of each resolved connection, ticks.
  readonly compensation: Float64Array;
  /// Longest delay of each stream: its ring holds this and a block.
  readonly ring: Float64Array;
  /// Connections inside feedback components that stay apart from their neighbours by `amount[k]` ticks (L3).
  readonly misaligned: readonly { readonly edge: number; readonly amount: number }[];
  /// Max over the roots of when they are heard.
  readonly total: number;
}

/// When stream `s` is heard: A + latency.
export const heardAt = (net: Network, { arrival }: Pick<Latency, "arrival">, s: number): number =>
  arrival[net.nodeOfStream[s]] + net.latency[s];

/// When the last output of node `v` is heard; of a node without outputs, `arrival` plus its own latency.
export function outOf(net: Network, latency: Pick<Latency, "arrival">, v: number): number {
  let out = latency.arrival[v];
  if (net.streamBase[v] === net.streamBase[v + 1]) {
    const own = net.spec.nodes[v].latency;
    return out + (typeof own === "number" ? own : 0);
  }
  for (let s = net.streamBase[v]; s < net.streamBase[v + 1]; s++) out = Math.max(out, heardAt(net, latency, s));
  return out;
}

/// Connections that opt out of alignment; undefined if none does.
function liveEdges({ net, resolved }: Checked): Uint8Array | undefined {
  if (!net.spec.nodes.some((node) => node.ports)) return undefined;
  const live = new Uint8Array(resolved.edges);
  for (let k = 0; k < live.length; k++) {
    if (net.spec.nodes[resolved.to[k]].ports?.[slotPort(net, resolved.slot[k])]?.align === false) live[k] = 1;
  }
  return live;
}

export function solveLatency(checked: Checked, { roots, scheduled }: Reach): Latency {
  const { net, resolved, components } = checked;
  const { count, lookahead, nodeOfStream, latency } = net;
  const { stream, from, to, entering, edges } = resolved;
  const arrival = new Float64Array(count);
  const compensation = new Float64Array(edges);
  const ring = new Float64Array(nodeOfStream.length);
  const misaligned: { edge: number; amount: number }[] = [];
  const live = liveEdges(checked);
  const heard = (k: number) => arrival[from[k]] + latency[stream[k]];
  const delay = (k: number, ticks: number) => {
    // Half up, once per connection, so that the error is never more than half a tick (L7).
    const whole = Math.floor(ticks + 0.5);
    compensation[k] = whole;
    if (whole > ring[stream[k]]) ring[stream[k]] = whole;
  };

  const place = components.acyclic ? undefined : new Int32Array(count).fill(-1);
  const silent = latency.every((l) => l === 0);
  const { start, item } = components.members;
  if (!silent) {
    for (let c = 0; c < components.count; c++) {
      const first = item[start[c]];
      if (!scheduled[first]) continue;
      if (components.cyclic[c]) {
        alignComponent(item.subarray(start[c], start[c + 1]), c);
        continue;
      }
      let latest = 0;
      for (let j = entering.start[first]; j < entering.start[first + 1]; j++) {
        const k = entering.item[j];
        if (!live?.[k] && heard(k) > latest) latest = heard(k);
      }
      arrival[first] = latest;
      for (let j = entering.start[first]; j < entering.start[first + 1]; j++) {
        const k = entering.item[j];
        if (!live?.[k] && heard(k) < latest) delay(k, latest - heard(k));
      }
    }
  }

  /// L3: entries are aligned to each other; inside, arrivals follow the longest path with the inputs of deferred nodes cut.
  function alignComponent(members: Int32Array, c: number): void {
    let entry = 0;
    for (const v of members) {
      for (let j = entering.start[v]; j < entering.start[v + 1]; j++) {
        const k = entering.item[j];
        if (components.of[from[k]] !== c && !live?.[k]) entry = Math.max(entry, heard(k));
      }
    }
    const nodes = [...members];
    const inside = partOf(nodes, resolved.next, place!, (v) => lookahead[v] > 0);
    for (const at of topologicalOrder(nodes.length, inside.next)) {
      const v = nodes[at];
      arrival[v] = entry;
      for (let j = entering.start[v]; j < entering.start[v + 1]; j++) {
        const k = entering.item[j];
        const inner = components.of[from[k]] === c;
        if (!inner && !live?.[k] && heard(k) < entry) delay(k, entry - heard(k));
        if (inner && lookahead[v] === 0 && !live?.[k]) arrival[v] = Math.max(arrival[v], heard(k));
      }
    }
    for (const v of nodes) {
      if (lookahead[v] > 0) continue;
      for (let j = entering.start[v]; j < entering.start[v + 1]; j++) {
        const k = entering.item[j];
        const amount = arrival[v] - (components.of[from[k]] === c ? heard(k) : entry);
        if (amount > 0 && !live?.[k]) misaligned.push({ edge: k, amount });
      }
    }
  }

  for (let k = 0; k < edges; k++) if (!scheduled[to[k]]) compensation[k] = 0;
  let total = 0;
  for (const v of roots) total = Math.max(total, outOf(net, { arrival }, v));
  misaligned.sort((a, b) => a.edge - b.edge);
  return { arrival, compensation, ring, misaligned, total };
}

/// Delay memory in ticks: one line per connection, and one per stream (L5).
export function delayMemory({ compensation, ring }: Latency): { readonly naive: number; readonly shared: number } {
  let naive = 0;
  let shared = 0;
  for (const ticks of compensation) naive += ticks;
  for (const ticks of ring) shared += ticks;
  return { naive, shared };
}
