/// Graphs evaluated on hashed streams: a node is a black box whose outputs depend on everything it has heard, so that any wrong wire, missing
/// delay, wrong order or stale value changes every word that follows.
import type { GraphSpec, Plan, Schedule, ScheduleStep } from "@heddle/core/graph";
import { portsOf, readsOf, splitEnd } from "./reads.ts";

function mix(a: number, b: number): number {
  let h = Math.imul(a ^ 0x2c1b3c6d, 0x297a2d39) + b;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}
const seedOf = (id: string) => [...id].reduce((h, c) => mix(h, c.charCodeAt(0)), 7);
/// Never 0, which is silence.
const wordOf = (seed: number, port: number, state: number) => mix(mix(seed, port + 1), state) | 1;
/// Several sources of one port, folded in order; silence for none.
const fold = (words: readonly number[]) => (words.length === 0 ? 0 : words.reduce((a, b) => mix(a, b)));

/// What each node has heard up to each tick, by the definition (section 2): `log[id][t]`. Evaluates by demand, one tick after the other, and
/// follows virtual nodes at every read. `delays` gives the compensation of connections "from>to".
export function reference(
  graph: GraphSpec,
  ids: readonly string[],
  delays: ReadonlyMap<string, number>,
  ticks: number,
): Record<string, number[]> {
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const log: Record<string, number[]> = Object.fromEntries(ids.map((id) => [id, []]));
  const inputs = readsOf(graph, ids, delays);
  const stateAt = (id: string, t: number): number => {
    if (t < 0) return 0;
    if (log[id][t] !== undefined) return log[id][t];
    let state = t > 0 ? stateAt(id, t - 1) : seedOf(id);
    for (const port of inputs.get(id)!) state = mix(state, fold(port.map(({ from, delay }) => outputAt(from, t - delay))));
    log[id][t] = state;
    return state;
  };
  const outputAt = (from: string, t: number): number => {
    if (t < 0) return 0;
    const [id, port] = splitEnd(from);
    return wordOf(seedOf(id), port, stateAt(id, t - (nodes.get(id)!.deferred?.n ?? 0)));
  };
  for (let t = 0; t < ticks; t++) for (const id of ids) stateAt(id, t);
  return log;
}

/// Runs a schedule for some blocks and returns the same log. Buffers start with rubbish.
export function execute(graph: GraphSpec, schedule: Schedule, block: number, blocks: number): Record<string, number[]> {
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const buffers = Array.from({ length: schedule.buffers }, (_, k) => new Int32Array(block).fill(0xbad + k));
  const rings = new Map(Object.entries(schedule.rings).map(([name, { capacity }]) => [name, new Int32Array(capacity)]));
  const log: Record<string, number[]> = {};
  const hear = (id: string, ports: Record<string, number | number[]> | undefined, i: number, t: number) => {
    const heard = (log[id] ??= []);
    if (heard.length !== t) throw new Error(`${id} runs at tick ${t}, after ${heard.length}`);
    let state = t > 0 ? heard[t - 1] : seedOf(id);
    for (const port of portsOf(nodes.get(id)!)) {
      const spec = ports?.[port];
      state = mix(state, fold((spec === undefined ? [] : [spec].flat()).map((b) => buffers[b][i])));
    }
    heard.push(state);
  };
  const speak = (id: string, ports: Record<string, number> | undefined, i: number, t: number) => {
    const at = t - (nodes.get(id)!.deferred?.n ?? 0);
    if (at >= (log[id]?.length ?? 0)) throw new Error(`${id} emits tick ${t} before it has heard tick ${at}`);
    for (const [port, b] of Object.entries(ports ?? {}))
      buffers[b][i] = wordOf(seedOf(id), Number(port.slice(1)), at < 0 ? 0 : log[id][at]);
  };
  const run = (steps: readonly ScheduleStep[], t0: number, offset: number, length: number): void => {
    for (const step of steps) {
      if ("loop" in step) {
        for (let k = 0; k < length; k += step.loop) run(step.body, t0 + k, offset + k, Math.min(step.loop, length - k));
        continue;
      }
      for (let k = 0; k < length; k++) {
        const i = offset + k;
        const t = t0 + k;
        if ("run" in step) {
          hear(step.run, step.in, i, t);
          speak(step.run, step.out, i, t);
        } else if ("emit" in step) speak(step.emit, step.out, i, t);
        else if ("absorb" in step) hear(step.absorb, step.in, i, t);
        else if ("sum" in step) buffers[step.to][i] = fold(step.sum.map((b) => buffers[b][i]));
        else if ("ringWrite" in step) {
          const ring = rings.get(step.ringWrite)!;
          ring[t % ring.length] = buffers[step.from][i];
        } else {
          const ring = rings.get(step.ringRead)!;
          buffers[step.to][i] = t < step.delay ? 0 : ring[(t - step.delay) % ring.length];
        }
      }
    }
  };
  for (let b = 0; b < blocks; b++) run(schedule.steps, b * block, 0, block);
  return log;
}

/// Ids of what a plan runs, and its compensations by "from>to".
export function readPlan({ net, checked, reach, latency }: Plan): { ids: string[]; delays: Map<string, number> } {
  const name = (base: Int32Array, k: number, v: number) => k - base[v];
  const delays = new Map<string, number>();
  const { edges, stream, slot, from, to } = checked.resolved;
  for (let k = 0; k < edges; k++) {
    const { istreams } = net.spec.nodes[to[k]];
    const input = name(net.slotBase, slot[k], to[k]);
    const port = input < istreams ? `i${input}` : `j${input - istreams}`;
    delays.set(
      `${net.spec.nodes[from[k]].id}.o${name(net.streamBase, stream[k], from[k])}>${net.spec.nodes[to[k]].id}.${port}`,
      latency.compensation[k],
    );
  }
  return { ids: net.spec.nodes.filter((_, v) => reach.scheduled[v]).map((n) => n.id), delays };
}
