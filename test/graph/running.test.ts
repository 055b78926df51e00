/// Patches that run, compared sample by sample with the definition.
import { describe, expect, test } from "vitest";
import type { OwnerOptions } from "../../packages/core/src/engine/patch/index.ts";
import { meaning } from "./support/modules.ts";
import { randomGraph } from "./support/random.ts";
import { engineOf, finish, start } from "./support/start.ts";
import { readPlan } from "./support/streams.ts";

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
      const { ids, delays } = readPlan(owner.plan!.program.plan);
      const expected = meaning(graph, ids, delays, ticks);
      for (const id of ids) expect(heard.get(id), `graph ${seed * 31 + blockSize}, node ${id}`).toEqual(expected[id]);
      finish(engine, owner);
    }
  });
});
