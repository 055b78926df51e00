import { expect, test } from "vitest";
import { compileDraft, type Draft, drawTree, engineWith, probe, turns } from "./support.ts";

const version = (run: Draft["run"]): Draft => ({ name: "sound", run });
const first = version((asm) => asm.log(1));
const second = version(() => {});

test("a running synth keeps the definition it started with", () => {
  const engine = engineWith([first]);
  const { nodes, definitions } = engine;
  nodes.newSynth("sound", 1, 1, 0);
  engine.definitions.load(compileDraft(second, engine.target));
  nodes.newSynth("sound", 2, 1, 0);
  expect(turns(engine)).toBe("1");
  expect(definitions.count).toBe(1);
  expect(definitions.unload("sound")).toBe(true);
  expect(definitions.unload("sound")).toBe(false);
  expect(nodes.newSynth("sound", 3, 1, 0)).toBe("SynthDef not found");
  expect(turns(engine)).toBe("1");
  expect(drawTree(engine)).toBe("0[1 2]");
});

test("code that nobody uses leaves the function table, and its places are used again", () => {
  const engine = engineWith([]);
  const load = () => expect(engine.definitions.load(compileDraft(first, engine.target))).toBe(null);
  load();
  for (let i = 0; i < 50; i++) {
    engine.nodes.newSynth("sound", i + 1, 1, 0);
    load();
    engine.nodes.freeAll(0);
  }
  // At most two versions lived at once: three places each, and one that stays empty.
  expect(engine.definitions.tableLength).toBeLessThanOrEqual(7);
});

test("variants share one module and differ in their values", () => {
  const engine = engineWith([]);
  const compiled = compileDraft(probe, engine.target);
  engine.definitions.load(compiled);
  engine.definitions.load({ ...compiled, name: "probe.loud", defaults: Float32Array.of(-1, -1, 7) });
  engine.nodes.newSynth("probe.loud", 1, 0, 0);
  expect(engine.controls.get(1, "trap")).toBe(7);
  expect(engine.definitions.tableLength).toBe(4);
});

test("what cannot be loaded says why", () => {
  const engine = engineWith([], { wires: 2 });
  const compiled = compileDraft(probe, engine.target);
  expect(engine.definitions.load({ ...compiled, wireCount: 3 })).toBe("exceeded number of interconnect buffers.");
  expect(engine.definitions.load({ ...compiled, target: { ...engine.target, blockSize: 32 } })).toBe(
    'definition "probe" was compiled for another engine: blockSize is 32, here 16',
  );
  expect(engine.definitions.load({ ...compiled, words: 8 })).toMatch("has 8 words of state, too few for its 3 controls");
  const shared = compileDraft(probe, { ...engine.target, sharedMemory: true });
  expect(engine.definitions.load({ ...shared, target: engine.target })).toMatch('definition "probe" does not link:');
  expect(engine.definitions.count).toBe(0);
});
