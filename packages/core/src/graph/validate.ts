/// What makes a graph valid (rules V1-V6). All errors are reported, not only the first.
import { type Components, componentsOf } from "./components.ts";
import type { Lists } from "./csr.ts";
import { type LoopTree, loopTree, partOf } from "./cycles.ts";
import { type GraphError, isSingle, type Network, type PortSpec, slotName, slotPort, streamName, streamPort } from "./graph.ts";
import { topologicalOrder } from "./levels.ts";
import { type Resolved, resolveVirtual } from "./resolve.ts";

/// A graph that has been checked: nothing cyclic runs without a deferred node.
export interface Checked {
  readonly net: Network;
  readonly resolved: Resolved;
  readonly components: Components;
}

/// Ports first; while there are port errors cycles are not looked for (V3).
export function checkNetwork(net: Network, blockSize: number): { readonly errors: readonly GraphError[]; readonly checked?: Checked } {
  const ports = [...nodeErrors(net), ...connectionErrors(net)];
  if (ports.length > 0) return { errors: ports };
  const { resolved, virtualCycle } = resolveVirtual(net);
  const errors: GraphError[] = [];
  if (virtualCycle.length > 0) {
    const nodes = namesOf(net, virtualCycle);
    errors.push({
      code: "virtual-cycle",
      nodes,
      message: `virtual nodes ${listed(nodes)} feed each other and nothing else; connect a real source to one of them`,
    });
  }
  const components = componentsOf(net.count, resolved.next);
  errors.push(...portMismatches(net, resolved));
  if (!components.acyclic) errors.push(...cycleErrors(net, resolved));
  if (errors.length === 0) errors.push(...quantumErrors(net, resolved, components, blockSize));
  return errors.length > 0 ? { errors } : { errors, checked: { net, resolved, components } };
}

function* nodeErrors({ spec, index }: Network): Generator<GraphError> {
  const unique = index.size === spec.nodes.length;
  for (let v = 0; v < spec.nodes.length; v++) {
    const { id, istreams, jstreams, ostreams, flags, deferred, latency } = spec.nodes[v];
    if (!unique && index.get(id) !== v)
      yield { code: "duplicate-node", nodes: [id], message: `two nodes are called "${id}"; ids are never reused` };
    if (flags?.includes("virtual") && (istreams !== ostreams || jstreams > 0 || deferred || latency)) {
      yield {
        code: "bad-virtual",
        nodes: [id],
        message: `virtual node "${id}" has ${istreams} istreams, ${jstreams} jstreams and ${ostreams} ostreams; it needs as many istreams as ostreams, no jstreams, no look-ahead and no latency`,
      };
    }
    if (deferred && !(deferred.n >= 1)) {
      yield {
        code: "bad-lookahead",
        nodes: [id],
        message: `node "${id}" is deferred by ${deferred.n} ticks; at least 1 is needed to break a cycle`,
      };
    }
  }
}

function* connectionErrors(net: Network): Generator<GraphError> {
  const { spec, index, stream, slot, nodeOfSlot } = net;
  const uses = new Uint8Array(nodeOfSlot.length);
  for (let k = 0; k < stream.length; k++) {
    if (stream[k] < 0 || slot[k] < 0) {
      const { from, to } = spec.connections[k];
      const ends = [from, to].map((end) => end.slice(0, Math.max(0, end.lastIndexOf("."))));
      yield {
        code: "bad-port",
        nodes: [...new Set(ends.filter((id) => index.has(id)))].sort(),
        message: `connection ${from} > ${to}: ${stream[k] < 0 ? `there is no output "${from}"` : `there is no input "${to}"`}`,
      };
      continue;
    }
    if (!isSingle(net, slot[k]) || uses[slot[k]] === 2) continue;
    if (++uses[slot[k]] === 2) {
      yield {
        code: "istream-multiple",
        nodes: [spec.nodes[nodeOfSlot[slot[k]]].id],
        message: `input ${slotName(net, slot[k])} has more than one connection; use a joint input (jstream) to sum sources`,
      };
    }
  }
}

function* portMismatches(net: Network, { stream, slot, from, to, edges }: Resolved): Generator<GraphError> {
  const mono: PortSpec = {};
  if (!net.spec.nodes.some((node) => node.ports)) return;
  for (let k = 0; k < edges; k++) {
    const source = net.spec.nodes[from[k]].ports?.[streamPort(net, stream[k])] ?? mono;
    const reader = net.spec.nodes[to[k]].ports?.[slotPort(net, slot[k])] ?? mono;
    const title = `connection ${streamName(net, stream[k])} > ${slotName(net, slot[k])}`;
    const nodes = namesOf(net, [from[k], to[k]]);
    const [a, b] = [source.rate ?? "audio", reader.rate ?? "audio"];
    if ((a === "event") !== (b === "event")) {
      yield { code: "rate-mismatch", nodes, message: `${title}: ${a} to ${b}; event ports connect only to event ports` };
    }
    const [c, d] = [source.channels ?? 1, reader.channels ?? 1];
    if (c !== d && c !== 1 && !reader.mixes) {
      yield {
        code: "channel-mismatch",
        nodes,
        message: `${title}: ${c} channels to ${d}; equal counts, 1 channel, or an input that mixes are allowed`,
      };
    }
  }
}

/// One error per component of the graph without its deferred nodes (V1), on the whole graph (V2).
function* cycleErrors(net: Network, { next }: Resolved): Generator<GraphError> {
  const { count, lookahead } = net;
  const plain: Lists = lookahead.some((n) => n > 0) ? undeferred(count, next, lookahead) : next;
  if (topologicalOrder(count, plain).length === count) return;
  const { members, cyclic, count: found } = componentsOf(count, plain);
  for (let c = 0; c < found; c++) {
    if (!cyclic[c]) continue;
    const inside = [...members.item.subarray(members.start[c], members.start[c + 1])];
    const nodes = namesOf(net, inside);
    const cycle = shortestCycle(inside, plain, count).map((v) => net.spec.nodes[v].id);
    yield {
      code: "cycle-without-deferred",
      nodes,
      cycle,
      message: `nodes ${listed(nodes)} feed each other without delay (${[...cycle, cycle[0]].join(" > ")}); put a deferred node, a delay of at least one tick, into each cycle`,
    };
  }
}

/// The edges between nodes that are not deferred.
function undeferred(count: number, next: Lists, lookahead: Float64Array): Lists {
  const start = new Int32Array(count + 1);
  const item = new Int32Array(next.item.length);
  let n = 0;
  for (let v = 0; v < count; v++) {
    if (lookahead[v] === 0)
      for (let k = next.start[v]; k < next.start[v + 1]; k++) if (lookahead[next.item[k]] === 0) item[n++] = next.item[k];
    start[v + 1] = n;
  }
  return { start, item: item.slice(0, n) };
}

/// Nodes tried as the start of a witness, so that a huge component costs no more than a large one.
const witnessTries = 64;

/// A shortest cycle through one of the first nodes of a strongly connected component (breadth first).
function shortestCycle(nodes: readonly number[], next: Lists, count: number): number[] {
  const { next: inside } = partOf(nodes, next, new Int32Array(count).fill(-1));
  let best: number[] = [];
  for (let root = 0; root < Math.min(nodes.length, witnessTries); root++) {
    const came = new Int32Array(nodes.length).fill(-1);
    const queue = [root];
    let end = -1;
    for (let head = 0; head < queue.length && end < 0; head++) {
      const v = queue[head];
      for (let k = inside.start[v]; k < inside.start[v + 1]; k++) {
        const w = inside.item[k];
        if (w === root) {
          end = v;
          break;
        }
        if (came[w] < 0) {
          came[w] = v;
          queue.push(w);
        }
      }
    }
    const cycle: number[] = [];
    for (let v = end; v !== root && v >= 0; v = came[v]) cycle.push(nodes[v]);
    cycle.push(nodes[root]);
    if (best.length === 0 || cycle.length < best.length) best = cycle.reverse();
    if (best.length === 1) break;
  }
  return best;
}

/// V6: a node that runs only in multiples of q ticks needs a loop step that is one.
function* quantumErrors(
  net: Network,
  { next }: Resolved,
  { cyclic, members, count }: Components,
  blockSize: number,
): Generator<GraphError> {
  if (!net.spec.nodes.some((node) => (node.quantum ?? 1) > 1)) return;
  for (let c = 0; c < count; c++) {
    if (!cyclic[c]) continue;
    const nodes = [...members.item.subarray(members.start[c], members.start[c + 1])];
    const stepOf = new Map<number, number>();
    const open: LoopTree[] = [loopTree(nodes, next, net.lookahead, blockSize)];
    for (let tree = open.pop(); tree; tree = open.pop()) {
      for (const v of tree.nodes) stepOf.set(v, tree.step);
      open.push(...tree.inner);
    }
    for (const [v, step] of stepOf) {
      const { id, quantum = 1 } = net.spec.nodes[v];
      if (step % quantum === 0) continue;
      yield {
        code: "quantum-violated",
        nodes: [id],
        message: `node "${id}" runs in multiples of ${quantum} ticks, but its feedback loop steps by ${step}`,
      };
    }
  }
}

const namesOf = (net: Network, nodes: readonly number[]): string[] => [...new Set(nodes.map((v) => net.spec.nodes[v].id))].sort();

/// At most eight names.
const listed = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(", ") : `${names.slice(0, 8).join(", ")} and ${names.length - 8} more`;
