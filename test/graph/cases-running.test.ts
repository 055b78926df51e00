/// The oracle's graphs run: what every node hears, tick by tick, and where it is active. So the defects of section 16 (F1 to F22 name such cases) are
/// looked for in the sound as well as in the plan.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ActivationTransaction, activationOf, readGraphCase } from "../../packages/core/src/graph/index.ts";
import { type Course, meaning } from "./support/modules.ts";
import { engineOf, finish, start } from "./support/start.ts";
import { readPlan } from "./support/streams.ts";

const folder = new URL("../fixtures/graph/cases/", import.meta.url);
const cases = readdirSync(folder)
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")))
  .filter((value) => value.expect.valid !== false && value.graph?.nodes.length > 0 && value.graph.nodes.length <= 60);

describe("oracle cases, running", () => {
  test.each(cases.map((value) => [value.id, value] as const))("%s", (_, value) => {
    const { graph, options } = readGraphCase(value);
    const engine = engineOf(options.blockSize);
    const { owner, heard } = start(engine, graph, options);
    const { plan } = owner.plan!.program;
    const { ids, delays } = readPlan(plan);
    const transactions: ActivationTransaction[] = (value.actions ?? []).map(
      ({ commit, jobs }: { commit: number; jobs: { job: "suspend" | "resume"; node: string; tick?: number }[] }) => ({
        commit,
        jobs: jobs.map((job) => ({ ...job, node: plan.net.index.get(job.node)! })),
      }),
    );
    const ticks = Math.max(value.horizon ?? 0, 3 * options.blockSize);
    for (let t = 0; t < ticks; t += options.blockSize) {
      for (const { commit, jobs } of transactions) {
        if (commit !== t) continue;
        owner.commit(
          [],
          jobs.map(({ job, node, tick }) => ({ kind: job, node: plan.net.spec.nodes[node].id, tick })),
        );
      }
      engine.process();
    }
    const ran = Math.ceil(ticks / options.blockSize) * options.blockSize;
    const { active, resets } = activationOf(plan.checked, plan.reach, transactions, ran, options.virtualActivation);
    const at = (id: string) => plan.net.index.get(id)!;
    const course: Course = {
      active: (id, t) => active[at(id)].some(([from, to]) => from <= t && t < to),
      since: (id, t) => resets[at(id)].findLast((reset) => reset <= t) ?? 0,
      pokes: () => [],
    };
    const expected = meaning(graph, ids, delays, ran, course);
    for (const id of ids) if (!graph.nodes[at(id)].deferred) expect(heard.get(id), id).toEqual(expected[id]);
    finish(engine, owner);
  });
});
