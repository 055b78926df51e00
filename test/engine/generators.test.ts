import { expect, test } from "vitest";
import { hashInteger, seedGenerator } from "../../packages/core/src/engine/generators.ts";
import { Engine } from "../../packages/core/src/engine/index.ts";

test("the hash is one of 32 bits: different keys, different values, no sign left over from shifts", () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => i * 7919 - 5000);
  expect(new Set(keys.map(hashInteger)).size).toBe(keys.length);
  expect(hashInteger(2 ** 32 + 5)).toBe(hashInteger(5));
});

test("generators are seeded one by one from the engine's seed", () => {
  const words = (seed: number) => {
    const { memory, target } = new Engine({ seed, generators: 3 });
    return Array.from(memory.i32.subarray(target.generators >> 2, (target.generators >> 2) + 12));
  };
  expect(words(5)).toEqual(words(5));
  expect(words(6).slice(0, 4)).toEqual(words(5).slice(4, 8));
  const engine = new Engine();
  seedGenerator(engine.memory, engine.target, 1, 56789);
  const at = (engine.target.generators >> 2) + 4;
  const h = hashInteger(56789);
  expect(Array.from(engine.memory.i32.subarray(at, at + 3))).toEqual([1243598713 ^ h, 3093459404 ^ h, 1821928721 ^ h]);
});
