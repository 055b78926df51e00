/// Graph, edit and bus cases read from untrusted JSON values: every size is checked before anything is built.
import type { BusOp, BusSynth } from "./buses.ts";
import { type Edit, editOps } from "./edits.ts";
import { type GeneratorSpec, generateGraph } from "./generate.ts";
import type { ConnectionSpec, GraphOptions, GraphSpec, NodeFlag, NodeSpec } from "./graph.ts";

/// What a case asks to be suspended and resumed, by node id.
export interface CaseTransaction {
  readonly commit: number;
  readonly jobs: readonly { readonly job: "suspend" | "resume"; readonly node: string; readonly tick?: number }[];
}

export interface GraphCase {
  readonly id: string;
  readonly options: GraphOptions;
  readonly graph: GraphSpec;
  readonly generated: boolean;
  /// Node ids, for the wires needed by that order.
  readonly order?: readonly string[];
  readonly actions?: readonly CaseTransaction[];
  readonly horizon: number;
}

export interface EditCase {
  readonly id: string;
  readonly options: GraphOptions;
  readonly graph: GraphSpec;
  readonly edits: readonly Edit[];
}

export interface BusCase {
  readonly id: string;
  readonly synths: readonly BusSynth[];
}

/// A case that is not one; `place` is the path to what is wrong, as in `graph.nodes[3].deferred.n`.
export class CaseError extends Error {
  readonly code = "graph/bad-case";
  readonly place: string;

  constructor(place: string, message: string) {
    super(`${place === "" ? "case" : place}: ${message}`);
    this.name = "CaseError";
    this.place = place;
  }
}

const limits = { nodes: 1_000_000, connections: 4_000_000, ports: 65_535, allPorts: 8_000_000, jobs: 100_000, work: 2e9 };
const maxTicks = 2 ** 31;

/// Reads `graph-case/1`. Throws `CaseError`.
export function readGraphCase(value: unknown): GraphCase {
  const c = record(value, "");
  expectFormat(c, "graph-case/1");
  const generated = c.generator !== undefined;
  const graph = generated ? readGenerator(c.generator) : readGraph(c.graph, "graph");
  const actions =
    c.actions === undefined ? undefined : array(c.actions, "actions", limits.jobs).map((t, k) => readTransaction(t, `actions[${k}]`));
  const jobs = actions?.reduce((n, t) => n + t.jobs.length, 0) ?? 0;
  const size = graph.nodes.length + graph.connections.length;
  if (jobs > limits.jobs || jobs * size > limits.work)
    throw new CaseError("actions", `${jobs} jobs on ${size} nodes and connections are too many`);
  return {
    id: text(c.id ?? "", "id"),
    options: readOptions(c),
    graph,
    generated,
    order: c.order === undefined ? undefined : array(c.order, "order", limits.nodes).map((id, k) => text(id, `order[${k}]`)),
    actions,
    horizon: c.horizon === undefined ? 0 : whole(c.horizon, "horizon", 0, Number.MAX_SAFE_INTEGER),
  };
}

/// Reads `edit-case/1`. Throws `CaseError`.
export function readEditCase(value: unknown): EditCase {
  const c = record(value, "");
  expectFormat(c, "edit-case/1");
  return {
    id: text(c.id ?? "", "id"),
    options: readOptions(c),
    graph: readGraph(c.graph, "graph"),
    edits: array(c.edits, "edits", limits.jobs).map((e, k) => readEdit(e, `edits[${k}]`)),
  };
}

/// Reads `bus-program/1`. Throws `CaseError`.
export function readBusCase(value: unknown): BusCase {
  const c = record(value, "");
  expectFormat(c, "bus-program/1");
  const synths = array(c.synths, "synths", 10_000).map((s, k): BusSynth => {
    const at = `synths[${k}]`;
    const synth = record(s, at);
    const ops = array(synth.ops, `${at}.ops`, 10_000).map((o, j) => {
      const op = record(o, `${at}.ops[${j}]`);
      return {
        op: oneOf<BusOp["op"]>(op.op, ["in", "infb", "out", "replace", "xout"], `${at}.ops[${j}].op`),
        bus: whole(op.bus, `${at}.ops[${j}].bus`, 0, maxTicks),
      };
    });
    return { id: text(synth.id, `${at}.id`), ops };
  });
  const ids = new Set(synths.map((s) => s.id));
  if (ids.size < synths.length) throw new CaseError("synths", "two synths have the same id");
  const ops = synths.reduce((n, s) => n + s.ops.length, 0);
  if (ops > 20_000) throw new CaseError("synths", `${ops} bus accesses, at most 20000 are read`);
  return { id: text(c.id ?? "", "id"), synths };
}

function expectFormat(c: Record<string, unknown>, format: string): void {
  if (c.format !== format) throw new CaseError("format", `expected "${format}", found ${shown(c.format)}`);
}

function readOptions(c: Record<string, unknown>): GraphOptions {
  const o = c.options === undefined ? {} : record(c.options, "options");
  return {
    blockSize: whole(c.blockSize, "blockSize", 1, 65_536),
    roots: o.roots === undefined ? "consumers" : oneOf(o.roots, ["consumers", "sinks"] as const, "options.roots"),
    virtualActivation:
      o.virtualActivation === undefined ? "node" : oneOf(o.virtualActivation, ["node", "stream"] as const, "options.virtualActivation"),
  };
}

function readGenerator(value: unknown): GraphSpec {
  const g = record(value, "generator");
  text(g.kind, "generator.kind");
  try {
    return generateGraph(g as unknown as GeneratorSpec);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new CaseError("generator", error.message);
    throw error;
  }
}

function readGraph(value: unknown, at: string): GraphSpec {
  const g = record(value, at);
  let ports = 0;
  const nodes = array(g.nodes, `${at}.nodes`, limits.nodes).map((n, k) => {
    const node = readNode(n, `${at}.nodes[${k}]`);
    ports += node.istreams + node.jstreams + node.ostreams;
    if (ports > limits.allPorts) throw new CaseError(`${at}.nodes[${k}]`, `more than ${limits.allPorts} ports in one graph`);
    return node;
  });
  const connections = array(g.connections, `${at}.connections`, limits.connections).map((c, k): ConnectionSpec => {
    const connection = record(c, `${at}.connections[${k}]`);
    return { from: text(connection.from, `${at}.connections[${k}].from`), to: text(connection.to, `${at}.connections[${k}].to`) };
  });
  return { nodes, connections };
}

function readNode(value: unknown, at: string): NodeSpec {
  const n = record(value, at);
  const optional: { -readonly [K in keyof NodeSpec]?: NodeSpec[K] } = {};
  const [istreams, jstreams, ostreams] = ["istreams", "jstreams", "ostreams"].map((k) => whole(n[k] ?? 0, `${at}.${k}`, 0, limits.ports));
  if (n.flags !== undefined) {
    optional.flags = array(n.flags, `${at}.flags`, 16).map((f, k) =>
      oneOf<NodeFlag>(f, ["consumer", "pinned", "virtual"], `${at}.flags[${k}]`),
    );
  }
  if (n.deferred !== undefined && n.deferred !== null) {
    const d = record(n.deferred, `${at}.deferred`);
    optional.deferred = {
      n: whole(d.n, `${at}.deferred.n`, -maxTicks, maxTicks),
      mode: d.mode === undefined ? "fixed" : oneOf(d.mode, ["fixed", "variable"] as const, `${at}.deferred.mode`),
    };
  }
  if (n.latency !== undefined) optional.latency = ticks(n.latency, `${at}.latency`);
  if (n.inPlace !== undefined) {
    optional.inPlace = array(n.inPlace, `${at}.inPlace`, 4096).map((pair, k) => {
      const [input, output, ...rest] = array(pair, `${at}.inPlace[${k}]`, 2).map((p) => text(p, `${at}.inPlace[${k}]`));
      if (output === undefined || rest.length > 0 || !isPort(input, { i: istreams, j: jstreams }) || !isPort(output, { o: ostreams })) {
        throw new CaseError(
          `${at}.inPlace[${k}]`,
          `expected [input, output] as in ["i0", "o0"] with ports of this node, found ${shown(pair)}`,
        );
      }
      return [input, output] as const;
    });
  }
  if (n.cost !== undefined) {
    optional.cost =
      typeof n.cost === "number" && Number.isFinite(n.cost)
        ? n.cost
        : oneOf(n.cost, ["cheap", "normal", "expensive"] as const, `${at}.cost`);
  }
  if (n.quantum !== undefined) optional.quantum = whole(n.quantum, `${at}.quantum`, 1, maxTicks);
  if (n.joint !== undefined) optional.joint = oneOf(n.joint, ["sum", "list"] as const, `${at}.joint`);
  return { id: text(n.id, `${at}.id`), istreams, jstreams, ostreams, ...optional };
}

function isPort(name: string, counts: Record<string, number>): boolean {
  const match = /^([ijo])(0|[1-9]\d{0,4})$/.exec(name);
  return match !== null && Number(match[2]) < (counts[match[1]] ?? 0);
}

function readTransaction(value: unknown, at: string): CaseTransaction {
  const t = record(value, at);
  const jobs = array(t.jobs, `${at}.jobs`, limits.jobs).map((j, k) => {
    const job = record(j, `${at}.jobs[${k}]`);
    return {
      job: oneOf(job.job, ["suspend", "resume"] as const, `${at}.jobs[${k}].job`),
      node: text(job.node, `${at}.jobs[${k}].node`),
      ...(job.tick === undefined ? {} : { tick: whole(job.tick, `${at}.jobs[${k}].tick`, 0, Number.MAX_SAFE_INTEGER) }),
    };
  });
  return { commit: whole(t.commit, `${at}.commit`, 0, Number.MAX_SAFE_INTEGER), jobs };
}

function readEdit(value: unknown, at: string): Edit {
  const e = record(value, at);
  switch (oneOf(e.op, editOps, `${at}.op`)) {
    case "connect":
    case "disconnect":
      return { op: e.op as "connect" | "disconnect", from: text(e.from, `${at}.from`), to: text(e.to, `${at}.to`) };
    case "add":
      return { op: "add", node: readNode(e.node, `${at}.node`) };
    case "remove":
      return { op: "remove", node: text(e.node, `${at}.node`) };
    case "setLatency":
      return { op: "setLatency", node: text(e.node, `${at}.node`), latency: ticks(e.latency, `${at}.latency`) };
    case "setLookahead":
      return { op: "setLookahead", node: text(e.node, `${at}.node`), n: whole(e.n, `${at}.n`, -maxTicks, maxTicks) };
  }
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new CaseError(at, `expected an object, found ${shown(value)}`);
  return value as Record<string, unknown>;
}

function array(value: unknown, at: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new CaseError(at, `expected a list, found ${shown(value)}`);
  if (value.length > most) throw new CaseError(at, `${value.length} entries, at most ${most} are read`);
  // Dense, so that no hole escapes the checks.
  return Array.from(value);
}

function text(value: unknown, at: string): string {
  if (typeof value !== "string") throw new CaseError(at, `expected a string, found ${shown(value)}`);
  if (value.length > 1024) throw new CaseError(at, `a name of ${value.length} characters, at most 1024 are read`);
  return value;
}

function whole(value: unknown, at: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw new CaseError(at, `expected a whole number from ${least} to ${most}, found ${shown(value)}`);
  }
  return value;
}

function ticks(value: unknown, at: string): number {
  if (typeof value !== "number" || !(value >= 0 && value <= maxTicks))
    throw new CaseError(at, `expected ticks from 0 to ${maxTicks}, found ${shown(value)}`);
  return value;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], at: string): T {
  if (!allowed.includes(value as T)) throw new CaseError(at, `expected one of ${allowed.join(", ")}, found ${shown(value)}`);
  return value as T;
}

/// A value as an error shows it: short.
function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value);
}
