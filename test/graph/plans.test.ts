/// Plans of random graphs against the definition, evaluated sample by sample.
import { compileGraph, type GraphOptions, type GraphSpec, planParallel, type Schedule, scheduleOf } from "@heddle/core/graph";
import { describe, expect, it } from "vitest";
import { randomGraph } from "./support/random.ts";
import { execute, readPlan, reference } from "./support/streams.ts";

const seeds = Array.from({ length: 400 }, (_, k) => k + 1);

function expectSame(graph: GraphSpec, options: GraphOptions, ticks: number, title: string, parallel = false): void {
  const plan = compileGraph(graph, options);
  const { ids, delays } = readPlan(plan);
  const schedule = scheduleOf(plan, parallel ? { parallel: planParallel(plan) } : {});
  const blocks = Math.ceil(ticks / options.blockSize);
  const found = execute(graph, parallel ? shuffled(schedule) : schedule, options.blockSize, blocks);
  const expected = reference(graph, ids, delays, blocks * options.blockSize);
  expect(found, title).toEqual(expected);
}

/// The same steps in another order that the dependencies allow: always the last ready step.
function shuffled(schedule: Schedule): Schedule {
  const open = schedule.steps.map(() => 0);
  for (const [, after] of schedule.deps!) open[after]++;
  const ready = open.flatMap((n, k) => (n === 0 ? [k] : []));
  const steps: Schedule["steps"] = [];
  for (let k = ready.pop(); k !== undefined; k = ready.pop()) {
    steps.push(schedule.steps[k]);
    for (const [before, after] of schedule.deps!) if (before === k && --open[after] === 0) ready.push(after);
  }
  expect(steps.length).toBe(schedule.steps.length);
  return { ...schedule, steps };
}

describe("a plan hears what the definition says (S2)", () => {
  it("for every block size", () => {
    for (const seed of seeds) {
      const blockSize = [1, 2, 3, 5, 8, 16, 64, 100, 256][seed % 9];
      expectSame(randomGraph(seed), { blockSize, roots: seed % 2 ? "sinks" : "consumers" }, 150, `seed ${seed}, block ${blockSize}`);
    }
  });

  it("in level order, and with a wire for every value", () => {
    for (const seed of seeds.slice(0, 200)) {
      expectSame(randomGraph(seed), { blockSize: 16, roots: "sinks", order: "level" }, 80, `seed ${seed}, level order`);
      expectSame(randomGraph(seed), { blockSize: 16, roots: "sinks", reuse: false }, 80, `seed ${seed}, no reuse`);
    }
  });

  it("in any order that a parallel plan allows (B6, D6)", () => {
    for (const seed of seeds) expectSame(randomGraph(seed), { blockSize: 32, roots: "sinks" }, 96, `seed ${seed}`, true);
  });

  it("and is the same plan every time (O4)", () => {
    for (const seed of seeds.slice(0, 50)) {
      const plan = () => JSON.stringify(scheduleOf(compileGraph(randomGraph(seed), { blockSize: 64, roots: "sinks" })));
      expect(plan()).toBe(plan());
    }
  });

  it("never needs more wires than level order (B4)", () => {
    for (const seed of seeds) {
      const wires = (order: "memory" | "level") => compileGraph(randomGraph(seed), { blockSize: 64, roots: "sinks", order });
      const memory = wires("memory");
      if (memory.units.trees.length === 0) expect(memory.wires.count).toBeLessThanOrEqual(wires("level").wires.count);
    }
  });
});

describe("latency", () => {
  // Every path, one by one: what the longest brings is the arrival.
  it("is the longest path by enumeration where there is no feedback (L1)", () => {
    for (const seed of seeds) {
      const { net, checked, reach, latency, units } = compileGraph(randomGraph(seed, 9), { blockSize: 64, roots: "sinks" });
      if (units.trees.length > 0) continue;
      const { edges, from, to, stream } = checked.resolved;
      const longest = (v: number): number =>
        Math.max(
          0,
          ...Array.from({ length: edges }, (_, k) => k).map((k) => (to[k] === v ? longest(from[k]) + net.latency[stream[k]] : 0)),
        );
      for (let v = 0; v < net.count; v++) if (reach.scheduled[v]) expect(latency.arrival[v], `seed ${seed}, node ${v}`).toBe(longest(v));
      for (let k = 0; k < edges; k++) {
        if (!reach.scheduled[to[k]]) continue;
        expect(latency.arrival[from[k]] + net.latency[stream[k]] + latency.compensation[k]).toBe(latency.arrival[to[k]]);
      }
    }
  });
});
