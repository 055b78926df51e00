/// Modules whose every output word depends on everything they have heard, for any node of a graph; and their meaning sample by sample.
import type { GraphSpec, NodeSpec } from "../../../packages/core/src/graph/index.ts";
import { type ModuleType, scriptModule, virtualModule } from "../../../packages/core/src/patch/index.ts";
import { readsOf, splitEnd } from "./reads.ts";

const bits = new Int32Array(1);
const number = new Float32Array(bits.buffer);

function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x2c1b3c6d, 0x297a2d39) + b;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}
const seedOf = (id: string) => [...id].reduce((h, c) => mix(h, c.charCodeAt(0)), 7);
export const hear = (state: number, x: number): number => {
  number[0] = x;
  return mix(state, bits[0]);
};
/// What output `port` says in `state`: an f32 between -1 and 1, never 0.
export const say = (state: number, port: number): number => Math.fround((mix(state, port + 1) | 1) / 2 ** 31);
export const firstState = seedOf;

/// What each instance has heard, by node: one state per tick it ran.
export type Heard = Map<string, number[]>;

/// A node of a graph as a module that keeps its states in `heard`.
export function hashModule(node: NodeSpec, heard: Heard): ModuleType {
  const { id, istreams, jstreams, ostreams, deferred, latency } = node;
  if (node.flags?.includes("virtual")) return virtualModule(id, istreams);
  const log: number[] = [];
  heard.set(id, log);
  const single = Array.from({ length: istreams }, (_, k) => `i${k}`);
  const joint = Array.from({ length: jstreams }, (_, k) => `j${k}`);
  const n = deferred?.n ?? 0;
  let state = firstState(id);
  /// States of the ticks heard since the last reset; a deferred node speaks from those n ticks ago.
  let past: number[] = [];
  let spoken = 0;
  const absorb = ({ inputs, from, to }: Pick<Call, "inputs" | "from" | "to">): void => {
    for (let j = from; j < to; j++) {
      for (const input of inputs) state = hear(state, input[j]);
      log.push(state);
      past.push(state);
    }
  };
  const emit = ({ outputs, from, to }: Pick<Call, "outputs" | "from" | "to">): void => {
    for (let j = from; j < to; j++, spoken++) {
      const at = spoken - n;
      if (at >= past.length) throw new Error(`${id} speaks tick ${spoken} before it has heard tick ${at}`);
      outputs.forEach((output, k) => {
        output[j] = at < 0 ? 0 : say(past[at], k);
      });
    }
  };
  const reset = (): void => {
    state = firstState(id);
    past = [];
    spoken = 0;
  };
  return scriptModule(
    id,
    { inputs: [...single, ...joint], joint, outputs: Array.from({ length: ostreams }, (_, k) => `o${k}`) },
    () =>
      deferred
        ? { emit, absorb, reset }
        : {
            process(call) {
              for (let j = call.from; j < call.to; j++) {
                const one = { inputs: call.inputs, outputs: call.outputs, from: j, to: j + 1 };
                absorb(one);
                emit(one);
              }
            },
            reset,
            operations: {
              poke: ([x]) => {
                state = hear(state, x);
              },
            },
          },
    { ...(deferred ? { deferred } : {}), ...(typeof latency === "number" ? { latency } : {}) },
  );
}

interface Call {
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
  readonly from: number;
  readonly to: number;
}

/// What happens to nodes while they run, as the definition sees it.
export interface Course {
  /// Whether the node is active at a tick, and if so since when it has not been reset.
  active(id: string, t: number): boolean;
  since(id: string, t: number): number;
  /// Numbers that jobs poke into its state before it runs that tick.
  pokes(id: string, t: number): readonly number[];
}
const undisturbed: Course = { active: () => true, since: () => 0, pokes: () => [] };

/// The same by the definition (section 2), one tick after the other and by demand: states per tick of the nodes `ids`, those of inactive ticks
/// left out. `delays` holds compensations.
export function meaning(
  graph: GraphSpec,
  ids: readonly string[],
  delays: ReadonlyMap<string, number>,
  ticks: number,
  course: Course = undisturbed,
): Record<string, number[]> {
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const log: Record<string, number[]> = Object.fromEntries(ids.map((id) => [id, []]));
  const inputs = readsOf(graph, ids, delays);
  const stateAt = (id: string, t: number): number => {
    if (log[id][t] !== undefined) return log[id][t];
    let state = t > course.since(id, t) ? stateAt(id, t - 1) : firstState(id);
    for (const x of course.pokes(id, t)) state = hear(state, x);
    for (const port of inputs.get(id)!) {
      const heard = port.map(({ from, delay }) => outputAt(from, t - delay));
      state = hear(state, heard.length === 0 ? 0 : heard.reduce((a, b) => Math.fround(a + b)));
    }
    log[id][t] = state;
    return state;
  };
  const outputAt = (from: string, t: number): number => {
    const [id, port] = splitEnd(from);
    if (t < 0 || !course.active(id, t)) return 0;
    const at = t - (nodes.get(id)!.deferred?.n ?? 0);
    return at < course.since(id, t) ? 0 : say(stateAt(id, at), port);
  };
  for (let t = 0; t < ticks; t++) for (const id of ids) if (course.active(id, t)) stateAt(id, t);
  return Object.fromEntries(ids.map((id) => [id, log[id].filter((_, t) => course.active(id, t))]));
}
