/// Transactions as data (rules T1, T5): edits of a shadow graph, and what they change.
import {
  type GraphError,
  type GraphErrorCode,
  type GraphOptions,
  type GraphSpec,
  InvalidGraphError,
  type NodeSpec,
  slotName,
  streamName,
} from "./graph.ts";
import { compileGraph, type Plan } from "./plan.ts";

export const editOps = ["connect", "disconnect", "add", "remove", "setLatency", "setLookahead"] as const;

export type Edit =
  | { readonly op: "connect" | "disconnect"; readonly from: string; readonly to: string }
  | { readonly op: "add"; readonly node: NodeSpec }
  | { readonly op: "remove"; readonly node: string }
  | { readonly op: "setLatency"; readonly node: string; readonly latency: number }
  | { readonly op: "setLookahead"; readonly node: string; readonly n: number };

/// The graph after all edits in order; the given one is left alone. `errors` names the edits that could not be made.
export function applyEdits(
  graph: GraphSpec,
  edits: readonly Edit[],
): { readonly graph: GraphSpec; readonly errors: readonly GraphError[] } {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  let connections = [...graph.connections];
  const errors: GraphError[] = [];
  const refuse = (code: GraphErrorCode, ids: readonly string[], message: string) =>
    errors.push({ code, nodes: [...new Set(ids)].sort(), message });
  const known = (id: string, edit: Edit): NodeSpec | undefined => {
    const node = nodes.get(id);
    if (!node) refuse("unknown-node", [id], `${edit.op}: there is no node "${id}"`);
    return node;
  };
  for (const edit of edits) {
    switch (edit.op) {
      case "connect":
        connections.push({ from: edit.from, to: edit.to });
        break;
      case "disconnect": {
        // The others keep their order: sums fold in connection order.
        const k = connections.findIndex((c) => c.from === edit.from && c.to === edit.to);
        if (k >= 0) connections.splice(k, 1);
        else
          refuse("unknown-connection", [ownerOf(edit.from), ownerOf(edit.to)], `disconnect: ${edit.from} is not connected to ${edit.to}`);
        break;
      }
      case "add":
        if (nodes.has(edit.node.id)) refuse("duplicate-node", [edit.node.id], `add: a node is already called "${edit.node.id}"`);
        else nodes.set(edit.node.id, edit.node);
        break;
      case "remove":
        if (!known(edit.node, edit)) break;
        nodes.delete(edit.node);
        connections = connections.filter((c) => ownerOf(c.from) !== edit.node && ownerOf(c.to) !== edit.node);
        break;
      case "setLatency": {
        const node = known(edit.node, edit);
        if (node) nodes.set(edit.node, { ...node, latency: edit.latency });
        break;
      }
      case "setLookahead": {
        const node = known(edit.node, edit);
        if (!node) break;
        if (node.deferred) nodes.set(edit.node, { ...node, deferred: { ...node.deferred, n: edit.n } });
        else refuse("bad-lookahead", [edit.node], `setLookahead: node "${edit.node}" is not a deferred node`);
        break;
      }
    }
  }
  return { graph: { nodes: [...nodes.values()], connections }, errors };
}

const ownerOf = (end: string): string => end.slice(0, Math.max(0, end.lastIndexOf(".")));

/// What a transaction does to a running graph. Ids are sorted.
export interface EditEffect {
  readonly before: Plan;
  readonly after: Plan;
  /// Nodes that run before and after: they keep their state and are not reset. Those that begin to run, and those that stop.
  readonly kept: readonly string[];
  readonly started: readonly string[];
  readonly stopped: readonly string[];
  /// Kept nodes whose streams stay the same bit by bit, and the others.
  readonly unaffected: readonly string[];
  readonly affected: readonly string[];
  /// [from, to, ticks before, ticks after] of connections whose delay changes.
  readonly compensation: readonly (readonly [string, string, number, number])[];
  readonly total: readonly [number, number];
}

/// Compiles the graph before and after a transaction and compares. Throws `InvalidGraphError`: the transaction is refused as a whole.
export function editEffect(graph: GraphSpec, edits: readonly Edit[], options: GraphOptions): EditEffect {
  const before = compileGraph(graph, options);
  const edited = applyEdits(graph, edits);
  if (edited.errors.length > 0) throw new InvalidGraphError(edited.errors);
  return comparePlans(before, compileGraph(edited.graph, options));
}

export function comparePlans(before: Plan, after: Plan): EditEffect {
  const a = scheduledIds(before);
  const b = scheduledIds(after);
  const kept = [...a.keys()].filter((id) => b.has(id)).sort();
  const affected = affectedNodes(before, after, kept);
  const delays = [delaysOf(before), delaysOf(after)];
  const connections = [...new Set(delays.flatMap((d) => [...d.keys()]))].sort();
  const compensation = connections
    .map((key) => [...(key.split(">") as [string, string]), delays[0].get(key) ?? 0, delays[1].get(key) ?? 0] as const)
    .filter(([, , x, y]) => x !== y);
  return {
    before,
    after,
    kept,
    started: [...b.keys()].filter((id) => !a.has(id)).sort(),
    stopped: [...a.keys()].filter((id) => !b.has(id)).sort(),
    unaffected: kept.filter((id) => !affected.has(id)),
    affected: kept.filter((id) => affected.has(id)),
    compensation,
    total: [before.latency.total, after.latency.total],
  };
}

function scheduledIds({ net, reach }: Plan): Map<string, number> {
  const ids = new Map<string, number>();
  for (let v = 0; v < net.count; v++) if (reach.scheduled[v]) ids.set(net.spec.nodes[v].id, v);
  return ids;
}

function delaysOf({ net, checked, latency }: Plan): Map<string, number> {
  const delays = new Map<string, number>();
  const { edges, stream, slot } = checked.resolved;
  for (let k = 0; k < edges; k++) {
    if (latency.compensation[k] > 0) delays.set(`${streamName(net, stream[k])}>${slotName(net, slot[k])}`, latency.compensation[k]);
  }
  return delays;
}

/// True if node `a` before and node `b` after hear the same, port by port: sources in order with their delays, and the look-ahead with which
/// deferred sources are heard.
function hearsTheSame(before: Plan, a: number, after: Plan, b: number): boolean {
  const [x, y] = [before.net.spec.nodes[a], after.net.spec.nodes[b]];
  if (x.istreams !== y.istreams || x.jstreams !== y.jstreams) return false;
  const [was, is] = [inputsInOrder(before, a), inputsInOrder(after, b)];
  return was.length === is.length && was.every((k, n) => sameInput(before, a, k, after, b, is[n]));
}

function sameInput(before: Plan, a: number, j: number, after: Plan, b: number, k: number): boolean {
  const [old, now] = [before.checked.resolved, after.checked.resolved];
  const [u, v] = [old.from[j], now.from[k]];
  return (
    old.slot[j] - before.net.slotBase[a] === now.slot[k] - after.net.slotBase[b] &&
    old.stream[j] - before.net.streamBase[u] === now.stream[k] - after.net.streamBase[v] &&
    before.latency.compensation[j] === after.latency.compensation[k] &&
    before.net.lookahead[u] === after.net.lookahead[v] &&
    before.net.spec.nodes[u].id === after.net.spec.nodes[v].id
  );
}

/// Connections into a node by port, those of one port in canonical order.
function inputsInOrder({ checked }: Plan, v: number): Int32Array {
  const { entering, slot } = checked.resolved;
  const list = entering.item.slice(entering.start[v], entering.start[v + 1]);
  return list.length < 2 ? list : list.sort((j, k) => slot[j] - slot[k] || j - k);
}

/// Kept nodes that hear something else than before, and everything that hears them.
function affectedNodes(before: Plan, after: Plan, kept: readonly string[]): Set<string> {
  const affected = new Set<string>();
  const open: number[] = [];
  for (const id of kept) {
    const v = after.net.index.get(id)!;
    if (hearsTheSame(before, before.net.index.get(id)!, after, v)) continue;
    affected.add(id);
    open.push(v);
  }
  const { next } = after.checked.resolved;
  for (let v = open.pop(); v !== undefined; v = open.pop()) {
    for (let k = next.start[v]; k < next.start[v + 1]; k++) {
      const { id } = after.net.spec.nodes[next.item[k]];
      if (affected.has(id) || !after.reach.scheduled[next.item[k]]) continue;
      affected.add(id);
      open.push(next.item[k]);
    }
  }
  return affected;
}
