/// Suspension, resumption and jobs at frames in a running patch (sections 10 and 12), against the definition.
import { describe, expect, test } from "vitest";
import type { JobRequest } from "../../packages/core/src/engine/patch/index.ts";
import { type ActivationTransaction, activationOf, type GraphSpec } from "../../packages/core/src/graph/index.ts";
import { type Course, meaning } from "./support/modules.ts";
import { randomGraph } from "./support/random.ts";
import { engineOf, finish, start } from "./support/start.ts";
import { readPlan } from "./support/streams.ts";

/// Numbers from 0 to below - 1, the same for a seed.
function generator(seed: number): (below: number) => number {
  let x = seed | 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

const isReal = (graph: GraphSpec, id: string) => !graph.nodes.find((n) => n.id === id)!.flags?.includes("virtual");

describe("random suspensions, resumptions and jobs", () => {
  test.each([1, 7, 64])("blocks of %i", (blockSize) => {
    const engine = engineOf(blockSize);
    for (let seed = 1; seed <= 25; seed++) {
      const graph = randomGraph(seed * 17 + blockSize);
      const random = generator(seed * 7919);
      const { owner, heard } = start(engine, graph);
      const { plan } = owner.plan!.program;
      const { ids, delays } = readPlan(plan);
      const first = engine.block * blockSize;
      const ticks = Math.ceil(320 / blockSize) * blockSize;
      const real = graph.nodes.map(({ id }) => id).filter((id) => isReal(graph, id));
      const transactions: ActivationTransaction[] = [];
      const pokes = new Map<string, number[]>();
      for (let t = 0; t < ticks; t += blockSize) {
        if (real.length > 0 && random(Math.ceil(48 / blockSize)) === 0) {
          const jobs = Array.from({ length: 1 + random(4) }, () => ({
            job: random(2) ? ("suspend" as const) : ("resume" as const),
            node: plan.net.index.get(real[random(real.length)])!,
            tick: random(3) ? t + random(150) : undefined,
          }));
          transactions.push({ commit: t, jobs });
          const requests: JobRequest[] = jobs.map(({ job, node, tick }) => ({
            kind: job,
            node: plan.net.spec.nodes[node].id,
            ...(tick === undefined ? {} : { tick: first + tick }),
          }));
          // A job for an ordinary module, which comes after what suspends it at that frame.
          const id = real[random(real.length)];
          if (!graph.nodes.find((n) => n.id === id)!.deferred) {
            const tick = t + random(100);
            const value = random(1000);
            requests.push({ kind: "flow", node: id, tick: first + tick, operation: "poke", args: [value] });
            const key = `${id}@${tick}`;
            pokes.set(key, [...(pokes.get(key) ?? []), value]);
          }
          owner.commit([], requests);
        }
        engine.process();
      }
      const { active, resets } = activationOf(plan.checked, plan.reach, transactions, ticks);
      const at = (id: string) => plan.net.index.get(id)!;
      const course: Course = {
        active: (id, t) => active[at(id)].some(([from, to]) => from <= t && t < to),
        since: (id, t) => resets[at(id)].findLast((reset) => reset <= t) ?? 0,
        pokes: (id, t) => pokes.get(`${id}@${t}`) ?? [],
      };
      const expected = meaning(graph, ids, delays, ticks, course);
      for (const id of ids) {
        if (graph.nodes.find((n) => n.id === id)!.deferred) continue;
        expect(heard.get(id), `graph ${seed * 17 + blockSize}, node ${id}`).toEqual(expected[id]);
      }
      finish(engine, owner);
    }
  });
});
