/// Patches that run, compared sample by sample with the definition.
import { describe, expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { type OwnerOptions, PatchOwner } from "../../packages/core/src/engine/patch/index.ts";
import type { GraphSpec } from "../../packages/core/src/graph/index.ts";
import { type Heard, hashModule, meaning } from "./support/modules.ts";
import { randomGraph } from "./support/random.ts";
import { readPlan } from "./support/streams.ts";

const engineOf = (blockSize: number) =>
  new Engine({ blockSize, outputs: 2, inputs: 0, audioBuses: 8, controlBuses: 8, buffers: 8, memorySize: 4096 });

/// A graph of hashing modules in an engine; what they hear is in `heard`.
function start(engine: Engine, graph: GraphSpec, options: OwnerOptions = {}) {
  const owner = new PatchOwner(engine, options);
  const heard: Heard = new Map();
  owner.commit([
    ...graph.nodes.map((node) => ({
      op: "module" as const,
      id: node.id,
      type: hashModule(node, heard),
      flags: node.flags?.filter((f) => f !== "virtual"),
    })),
    ...graph.connections.map(({ from, to }) => ({ op: "connect" as const, from, to })),
  ]);
  expect(engine.patches.place(owner.key, "patch", 1000, 0, 0)).toBeNull();
  return { owner, heard };
}

describe("a running patch is its graph, sample by sample", () => {
  const sizes = [1, 2, 3, 16, 48, 64, 100, 256];
  test.each(sizes)("blocks of %i", (blockSize) => {
    const engine = engineOf(blockSize);
    for (let seed = 1; seed <= 30; seed++) {
      const graph = randomGraph(seed * 31 + blockSize);
      const options: OwnerOptions = { order: seed % 2 ? "memory" : "level", reuse: seed % 3 !== 0 };
      const { owner, heard } = start(engine, graph, options);
      const ticks = Math.ceil(300 / blockSize) * blockSize;
      for (let t = 0; t < ticks; t += blockSize) engine.process();
      expect(engine.takeFaults()).toEqual([]);
      const { ids, delays } = readPlan(owner.plan!.program.plan);
      const expected = meaning(graph, ids, delays, ticks);
      for (const id of ids) expect(heard.get(id), `graph ${seed}, node ${id}`).toEqual(expected[id]);
      engine.nodes.free(1000);
      owner.collect();
      expect(engine.pool.used).toBe(0);
    }
  });
});
