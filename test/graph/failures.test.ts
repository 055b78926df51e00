/// The failure modes of published schedulers (graph-core section 16), one test each.
import { readFileSync } from "node:fs";
import {
  applyEdits,
  compileGraph,
  editFacts,
  type Facts,
  type GraphSpec,
  generateGraph,
  graphErrors,
  graphFacts,
  planParallel,
  readEditCase,
  readGraphCase,
  type Schedule,
  scheduleOf,
} from "@heddle/core/graph";
import { describe, expect, it } from "vitest";
import { execute, readPlan, reference } from "./support/streams.ts";

const fixture = (folder: string, id: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/graph/${folder}/${id}.json`, import.meta.url), "utf8")) as unknown;
const caseOf = (id: string) => readGraphCase(fixture("cases", id));
const factsOf = (id: string) =>
  graphFacts(caseOf(id)) as { buffers: Facts; latency: Facts & { total: number }; leafLevel: Record<string, number> } & Facts;
const planOf = (id: string) => compileGraph(caseOf(id).graph, caseOf(id).options);
const wiresOf = (graph: GraphSpec) => compileGraph(graph, { blockSize: 64, roots: "sinks" }).wires.count;

/// Runs the plan of a case and compares with the definition.
function hears(graph: GraphSpec, schedule: Schedule, ticks = 256): void {
  const { ids, delays } = readPlan(compileGraph(graph, { blockSize: 64 }));
  expect(execute(graph, schedule, 64, ticks / 64)).toEqual(reference(graph, ids, delays, ticks));
}
const casesHear = (...ids: string[]) => {
  for (const id of ids) hears(caseOf(id).graph, scheduleOf(planOf(id)));
};

describe("failure modes", () => {
  it("F1: outputs are released only after every reader has run", () => casesHear("two-sources-one-sink", "diamond"));

  it("F2: a chain of 50 needs two wires, or one in place", () => {
    expect(wiresOf(generateGraph({ kind: "chain", n: 50 }))).toBe(2);
    expect(factsOf("chain-6-inplace").buffers).toMatchObject({ exactNoInPlace: 2, exactInPlace: 1 });
  });

  it("F3: a value lives until its last reader", () => {
    casesHear("fan-out-5", "diamond-inplace");
    expect(factsOf("diamond-inplace").buffers.exactInPlace).toBe(2);
  });

  it("F4: wires are looked up by source and reader, not by equal port names", () => casesHear("swap-names"));

  it("F5: one output feeds many readers with other port names and other delays", () => casesHear("fan-out-5", "lat-fanout-different"));

  it("F6: an unconnected input is silent and never a reused wire", () => {
    casesHear("unconnected-first");
    const schedule = scheduleOf(planOf("unconnected-first"));
    const step = schedule.steps.find((s) => "run" in s && s.run === "n") as { in: Record<string, number> };
    expect(Object.keys(step.in)).toEqual(["i1"]);
  });

  it("F7: compiling twice gives the same plan and leaves the graph alone", () => {
    const { graph, options } = caseOf("lat-ladder");
    const before = JSON.stringify(graph);
    const plans = [1, 2].map(() => JSON.stringify(scheduleOf(compileGraph(graph, options))));
    expect(plans[0]).toBe(plans[1]);
    expect(JSON.stringify(graph)).toBe(before);
  });

  it("F8: a cycle without a deferred node is refused, with the cycle", () => {
    for (const [id, cycle] of [
      ["self-loop-bad", ["a"]],
      ["two-cycle-bad", ["a", "b"]],
    ] as const) {
      const [error] = graphErrors(caseOf(id).graph, caseOf(id).options);
      expect(error.code).toBe("cycle-without-deferred");
      expect([...error.cycle!].sort()).toEqual(cycle);
    }
  });

  it("F9: depth is no limit: a chain of 100000", () => {
    const plan = compileGraph(generateGraph({ kind: "chain", n: 100_000 }), { blockSize: 64 });
    expect(plan.sequence.length).toBe(100_000);
    expect(plan.wires.count).toBe(2);
  });

  it("F10: every connection is followed from its output, by index", () => {
    // Outputs and inputs cross: o0 feeds i1 and o1 feeds i0.
    expect(scheduleOf(planOf("swap-names")).steps).toMatchObject([
      { run: "a", out: { o0: 0, o1: 1 } },
      { run: "b", in: { i0: 1, i1: 0 } },
    ]);
  });

  it("F11: latency is solved for every node", () => {
    const { net, latency } = planOf("lat-ladder");
    expect(latency.arrival.length).toBe(net.count);
    expect([...latency.arrival].every(Number.isFinite)).toBe(true);
    expect(factsOf("lat-ladder").latency.total).toBeGreaterThan(0);
  });

  it("F12: compensation belongs to the connection, not to the shared wire", () => casesHear("lat-parallel", "lat-fanout-different"));

  it("F13: a latency that is gone leaves no compensation behind", () => {
    const facts = editFacts(readEditCase(fixture("edits", "edit-latency-gone")));
    expect(facts.total).toEqual([8, 0]);
    expect(facts.compensation).toEqual([["s.o0", "m.j0", 8, 0]]);
  });

  it("F14: an unconnected input takes no part in alignment", () => {
    expect(factsOf("lat-unconnected").latency.compensation).toEqual(
      (fixture("cases", "lat-unconnected") as { expect: { latency: Facts } }).expect.latency.compensation,
    );
    casesHear("lat-unconnected");
  });

  it("F15: each source of a joint input is aligned by itself, and each root has its own latency", () => {
    const plan = compileGraph(generateGraph({ kind: "wide", n: 1000, latMod: 7 }), { blockSize: 64 });
    expect(plan.latency.total).toBe(6);
    expect([...plan.latency.compensation.subarray(0, 8)]).toEqual([6, 5, 4, 3, 2, 1, 0, 6]);
    casesHear("lat-mix-then-delay", "lat-two-roots");
  });

  //  a ─> b ─> c ─> e        a preorder from a stack would run e before c
  //  └──────> d ─> e
  it("F16: the order is topological in an uneven diamond", () => casesHear("uneven-diamond"));

  it("F17: the dry path is delayed by what it is early, the wet path not at all", () => {
    expect(factsOf("lat-parallel").latency.compensation).toEqual([["s.o0", "o.j0", 10]]);
  });

  it("F18: the total latency is the largest of all roots", () => {
    const expected = (fixture("cases", "lat-two-roots") as { expect: { latency: { total: number } } }).expect.latency.total;
    const { out, total } = factsOf("lat-two-roots").latency as unknown as { out: Record<string, number>; total: number };
    expect(total).toBe(expected);
    expect(total).toBe(Math.max(...(factsOf("lat-two-roots").roots as string[]).map((id) => out[id])));
  });

  it("F19: feedback may be shorter than a block, and a delay that leaves its cycle is ordinary again", () => {
    casesHear("echo-short");
    expect(scheduleOf(planOf("echo-short")).steps.some((s) => "loop" in s && s.loop < 64)).toBe(true);
    const { graph } = applyEdits(caseOf("echo-short").graph, [
      caseOf("echo-short")
        .graph.connections.map(({ from, to }) => ({ op: "disconnect" as const, from, to }))
        .find((c) => c.from.startsWith("d."))!,
    ]);
    expect(compileGraph(graph, { blockSize: 64 }).units.trees).toEqual([]);
  });

  it("F20: self-cycles of consumers, virtual cycles, dense components and levels of cycles end and are right", () => {
    casesHear("self-loop-deferred");
    expect(factsOf("virtual-cycle").errors).toEqual([{ code: "virtual-cycle", nodes: ["v", "w"] }]);
    const dense = compileGraph(generateGraph({ kind: "denseScc", n: 60, defer: 8 }), { blockSize: 64 });
    expect(dense.units.trees).toHaveLength(1);
    expect(factsOf("nested-cycles").leafLevel).toMatchObject({ s: 0, a: 1, b: 1, c: 1, o: 2 });
  });

  it("F21: a parallel plan reuses a wire only behind all its readers", () => {
    for (const id of ["two-consumers", "order-matters", "lat-fanout-different", "fan-out-5"]) {
      const plan = planOf(id);
      const { steps, deps = [] } = scheduleOf(plan, { parallel: planParallel(plan) });
      const before = steps.map(() => new Set<number>());
      for (const [a, b] of deps) for (const k of [a, ...before[a]]) before[b].add(k);
      const touched = steps.map((s) => {
        const reads = "run" in s ? Object.values(s.in ?? {}).flat() : "sum" in s ? s.sum : "ringWrite" in s ? [s.from] : [];
        const writes = "run" in s ? Object.values(s.out ?? {}) : "to" in s ? [s.to] : [];
        return { reads, writes };
      });
      for (let a = 0; a < steps.length; a++) {
        for (let b = a + 1; b < steps.length; b++) {
          if (before[b].has(a)) continue;
          const clash =
            touched[a].writes.some((w) => touched[b].reads.includes(w) || touched[b].writes.includes(w)) ||
            touched[b].writes.some((w) => touched[a].reads.includes(w));
          expect(clash, `${id}: steps ${a} and ${b}`).toBe(false);
        }
      }
    }
  });

  it("F22: removing one source of a sum keeps the order of the others", () => {
    const { graph, edits } = readEditCase(fixture("edits", "edit-joint-disconnect"));
    const edited = applyEdits(graph, edits).graph;
    expect(edited.connections.filter((c) => c.to === "m.j0").map((c) => c.from)).toEqual(["s0.o0", "s2.o0", "s3.o0", "s4.o0"]);
    hears(edited, scheduleOf(compileGraph(edited, { blockSize: 64 })));
  });
});
