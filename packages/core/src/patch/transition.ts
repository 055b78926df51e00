/// From one graph to the next without a click (rule T6): for some ticks what vanishes stays as a ghost and fades out, while what appears fades in.
import type { ConnectionSpec, NodeSpec } from "../graph/graph.ts";
import { atInit, i32, signal } from "../kernel/language.ts";
import { ugen } from "../ugens/declare.ts";
import type { CompiledModule } from "./code.ts";
import { type ModuleType, unitModule } from "./module.ts";
import { nodeOf, type PatchGraph } from "./shadow.ts";

/// y[n] = x[n] g[n], where g rises from 0 to 1 over `length` ticks and then is 1 exactly.
const FadeIn = ugen("FadeIn", {
  rates: "ar",
  inputs: { in: signal, length: atInit(1) },
  state: { n: i32() },
  tick({ in: x, length }, s) {
    const gain = Math.min(s.n / length, 1);
    s.n = Math.min(s.n + 1, length | 0);
    return x * gain;
  },
});

/// The same from 1 to 0.
const FadeOut = ugen("FadeOut", {
  rates: "ar",
  inputs: { in: signal, length: atInit(1) },
  state: { n: i32() },
  tick({ in: x, length }, s) {
    const gain = Math.max(1 - s.n / length, 0);
    s.n = Math.min(s.n + 1, length | 0);
    return x * gain;
  },
});

/// Both, for an input that takes one connection: the old source into `old`, the new one into `new`.
const Blend = ugen("Blend", {
  rates: "ar",
  inputs: { old: signal, new: signal, length: atInit(1) },
  state: { n: i32() },
  tick({ old, new: x, length }, s) {
    const gain = Math.min(s.n / length, 1);
    s.n = Math.min(s.n + 1, length | 0);
    return old * (1 - gain) + x * gain;
  },
});

/// Module types by unit and length, so that each is compiled once.
const fades = new Map<string, ModuleType>();
function fadeOf(unit: Parameters<typeof unitModule>[0], length: number): ModuleType {
  const key = `${unit.name} ${length}`;
  let type = fades.get(key);
  if (!type) fades.set(key, (type = unitModule(unit, { length })));
  return type;
}

/// The graph between `before` and `after`: all of both, with fades in the connections that differ. `name` gives names for the modules that fade. Sums
/// keep the order that they have before and afterwards. It may break rules that both graphs keep (a connection turned around is a cycle in between).
export function transitionOf(
  before: PatchGraph,
  after: PatchGraph,
  ticks: number,
  blockSize: number,
  code: (type: ModuleType) => CompiledModule | undefined,
  name: () => string,
): PatchGraph {
  const types = new Map([...before.types, ...after.types]);
  const nodes: NodeSpec[] = [...after.graph.nodes, ...before.graph.nodes.filter(({ id }) => !after.types.has(id))];
  const connections: ConnectionSpec[] = [];
  const fade = (type: ModuleType): string => {
    const id = name();
    types.set(id, type);
    nodes.push(nodeOf(id, type, code(type), blockSize, []));
    return id;
  };
  const key = ({ from, to }: ConnectionSpec): string => `${from}>${to}`;
  const kept = counted(after.graph.connections.map(key));
  const old = counted(before.graph.connections.map(key));
  const appearing = after.graph.connections.filter((connection) => !take(old, key(connection)));
  const isSingle = (to: string): boolean => /\.i\d+$/.test(to);
  const replaced = new Map(appearing.filter(({ to }) => isSingle(to)).map((connection) => [connection.to, connection]));
  for (const connection of before.graph.connections) {
    const { from, to } = connection;
    if (take(kept, key(connection)) || !after.types.has(to.slice(0, to.lastIndexOf(".")))) {
      connections.push(connection);
      continue;
    }
    const successor = replaced.get(to);
    if (successor) {
      replaced.delete(to);
      const id = fade(fadeOf(Blend, ticks));
      connections.push({ from, to: `${id}.j0` }, { from: successor.from, to: `${id}.j1` }, { from: `${id}.o0`, to });
    } else {
      const id = fade(fadeOf(FadeOut, ticks));
      connections.push({ from, to: `${id}.j0` }, { from: `${id}.o0`, to });
    }
  }
  for (const connection of appearing) {
    const { from, to } = connection;
    if (isSingle(to) && replaced.get(to) !== connection) continue;
    const id = fade(fadeOf(FadeIn, ticks));
    connections.push({ from, to: `${id}.j0` }, { from: `${id}.o0`, to });
  }
  return { graph: { nodes, connections }, types };
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/// True, and one less, if there is one left.
function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  counts.set(key, left - 1);
  return left > 0;
}
