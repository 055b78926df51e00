/// The data model (rules M1-M4): nodes and connections as plain data, and the same as numbers.

import { Names } from "./names.ts";

/// `consumer`: a root while nothing reads it; `pinned`: runs although unread; `virtual`: not run, output i is whatever feeds input i.
export type NodeFlag = "consumer" | "pinned" | "virtual";

/// One value per tick, one per control period, or (tick, payload) pairs.
export type Rate = "audio" | "control" | "event";

/// What a port carries; mono audio where nothing is said.
export interface PortSpec {
  readonly rate?: Rate;
  readonly channels?: number;
  /// On inputs: accepts any number of channels and mixes them.
  readonly mixes?: boolean;
  /// On inputs: false keeps the connection live, without latency compensation (a side chain).
  readonly align?: boolean;
}

export interface NodeSpec {
  /// Unique, never reused.
  readonly id: string;
  /// Inputs of at most one connection each (`i0`, `i1` ...), inputs of any number (`j0` ...), and outputs (`o0` ...).
  readonly istreams: number;
  readonly jstreams: number;
  readonly ostreams: number;
  readonly flags?: readonly NodeFlag[];
  /// Emits `n` ticks before it has received the matching input; `variable` promises `n` as its least.
  readonly deferred?: { readonly n: number; readonly mode: "fixed" | "variable" };
  /// Ticks, of all outputs or of each. Fractions are carried along paths and rounded once per connection.
  readonly latency?: number | readonly number[];
  /// Pairs ["i0", "o0"] that may share one wire.
  readonly inPlace?: readonly (readonly [string, string])[];
  readonly cost?: "cheap" | "normal" | "expensive" | number;
  /// Called only with multiples of this many ticks (default 1).
  readonly quantum?: number;
  /// How a joint input of several sources is delivered: one summed stream (default) or the list.
  readonly joint?: "sum" | "list";
  /// By port name.
  readonly ports?: Readonly<Record<string, PortSpec>>;
}

/// From an output "id.o0" to an input "id.i0" or "id.j0". The order of connections is the order of sums.
export interface ConnectionSpec {
  readonly from: string;
  readonly to: string;
}

export interface GraphSpec {
  readonly nodes: readonly NodeSpec[];
  readonly connections: readonly ConnectionSpec[];
}

export interface GraphOptions {
  /// Ticks per block, B.
  readonly blockSize: number;
  /// What must run: flagged consumers that nothing reads (default), or every node that nothing reads.
  readonly roots?: "consumers" | "sinks";
  /// Whether a virtual node passes activation as a whole (default) or stream by stream.
  readonly virtualActivation?: "node" | "stream";
  readonly order?: "memory" | "level";
  /// False gives every value a wire of its own, for comparison.
  readonly reuse?: boolean;
}

export type GraphErrorCode =
  | "cycle-without-deferred"
  | "virtual-cycle"
  | "istream-multiple"
  | "bad-port"
  | "bad-virtual"
  | "bad-lookahead"
  | "quantum-violated"
  | "rate-mismatch"
  | "channel-mismatch"
  | "duplicate-node"
  | "unknown-node"
  | "unknown-connection";

/// Why a graph is refused.
export interface GraphError {
  readonly code: GraphErrorCode;
  /// Sorted ids of the nodes concerned.
  readonly nodes: readonly string[];
  /// One sentence: what was given, what was expected, what to do.
  readonly message: string;
  /// A shortest cycle, for `cycle-without-deferred`.
  readonly cycle?: readonly string[];
}

/// A graph that breaks rules; `errors` lists all of them.
export class InvalidGraphError extends Error {
  readonly code = "graph/invalid";
  readonly errors: readonly GraphError[];

  constructor(errors: readonly GraphError[]) {
    super(errors.map((e) => `${e.code}: ${e.message}`).join("\n"));
    this.name = "InvalidGraphError";
    this.errors = errors;
  }
}

/// A graph in numbers. Nodes are indices in insertion order. Streams (outputs) and slots (inputs, single ones before joint ones) are numbered
/// through all nodes. Connection k runs from `stream[k]` to `slot[k]`; both are -1 where a port does not exist.
export interface Network {
  readonly spec: GraphSpec;
  readonly count: number;
  readonly index: Names;
  readonly streamBase: Int32Array;
  readonly slotBase: Int32Array;
  readonly nodeOfStream: Int32Array;
  readonly nodeOfSlot: Int32Array;
  readonly stream: Int32Array;
  readonly slot: Int32Array;
  readonly virtual: Uint8Array;
  /// Look-ahead of deferred nodes, 0 for others.
  readonly lookahead: Float64Array;
  /// Latency per stream, ticks.
  readonly latency: Float64Array;
}

/// Numbers the ports of a graph and looks every connection up. Takes any sizes the caller has checked; reports nothing.
export function networkOf(spec: GraphSpec): Network {
  const count = spec.nodes.length;
  const index = new Names(spec.nodes);
  const streamBase = new Int32Array(count + 1);
  const slotBase = new Int32Array(count + 1);
  const virtual = new Uint8Array(count);
  const lookahead = new Float64Array(count);
  for (let v = 0; v < count; v++) {
    const node = spec.nodes[v];
    streamBase[v + 1] = streamBase[v] + node.ostreams;
    slotBase[v + 1] = slotBase[v] + node.istreams + node.jstreams;
    if (node.flags?.includes("virtual")) virtual[v] = 1;
    if (node.deferred) lookahead[v] = node.deferred.n;
  }
  const latency = new Float64Array(streamBase[count]);
  for (let v = 0; v < count; v++) {
    const l = spec.nodes[v].latency;
    if (!l) continue;
    for (let s = streamBase[v], o = 0; s < streamBase[v + 1]; s++, o++) latency[s] = typeof l === "number" ? l : (l[o] ?? 0);
  }
  const edges = spec.connections.length;
  const stream = new Int32Array(edges);
  const slot = new Int32Array(edges);
  for (let k = 0; k < edges; k++) {
    const { from, to } = spec.connections[k];
    stream[k] = endOf(spec, index, streamBase, from, true);
    slot[k] = endOf(spec, index, slotBase, to, false);
  }
  return {
    spec,
    count,
    index,
    streamBase,
    slotBase,
    nodeOfStream: ownersOf(streamBase),
    nodeOfSlot: ownersOf(slotBase),
    stream,
    slot,
    virtual,
    lookahead,
    latency,
  };
}

/// Number of the stream or slot that "id.o0", "id.i0" or "id.j0" names, -1 for none.
function endOf(spec: GraphSpec, index: Names, base: Int32Array, text: string, output: boolean): number {
  const dot = text.lastIndexOf(".");
  if (dot < 0) return -1;
  const v = index.find(text, dot);
  if (v < 0) return -1;
  const port = portNumber(text, dot + 2);
  if (port < 0) return -1;
  const node = spec.nodes[v];
  switch (text.charCodeAt(dot + 1)) {
    case 111 /* o */:
      return output && port < node.ostreams ? base[v] + port : -1;
    case 105 /* i */:
      return !output && port < node.istreams ? base[v] + port : -1;
    case 106 /* j */:
      return !output && port < node.jstreams ? base[v] + node.istreams + port : -1;
  }
  return -1;
}

/// The decimal number that ends `text` at `at`, -1 if there is none.
function portNumber(text: string, at: number): number {
  if (at >= text.length || text.length - at > 6) return -1;
  let n = 0;
  for (let k = at; k < text.length; k++) {
    const digit = text.charCodeAt(k) - 48;
    if (digit < 0 || digit > 9) return -1;
    n = n * 10 + digit;
  }
  return n;
}

function ownersOf(base: Int32Array): Int32Array {
  const owner = new Int32Array(base[base.length - 1]);
  for (let v = 0; v + 1 < base.length; v++) owner.fill(v, base[v], base[v + 1]);
  return owner;
}

/// "o0": the port name of a stream.
export const streamPort = (net: Network, stream: number): string => `o${stream - net.streamBase[net.nodeOfStream[stream]]}`;

/// "id.o0".
export const streamName = (net: Network, stream: number): string =>
  `${net.spec.nodes[net.nodeOfStream[stream]].id}.${streamPort(net, stream)}`;

/// "i0" or "j0".
export function slotPort(net: Network, slot: number): string {
  const v = net.nodeOfSlot[slot];
  const k = slot - net.slotBase[v];
  const { istreams } = net.spec.nodes[v];
  return k < istreams ? `i${k}` : `j${k - istreams}`;
}

export const slotName = (net: Network, slot: number): string => `${net.spec.nodes[net.nodeOfSlot[slot]].id}.${slotPort(net, slot)}`;

/// True for inputs of at most one connection.
export const isSingle = (net: Network, slot: number): boolean => {
  const v = net.nodeOfSlot[slot];
  return slot - net.slotBase[v] < net.spec.nodes[v].istreams;
};

/// A node's cost as a number.
export function costOf({ cost }: NodeSpec): number {
  return typeof cost === "number" ? cost : cost === "expensive" ? 3 : cost === "cheap" ? 1 : 2;
}
