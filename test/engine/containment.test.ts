import { describe, expect, test } from "vitest";
import { Op } from "../../packages/core/src/wasm/opcodes.ts";
import { type Draft, drawTree, engineWith, probe, takeLog, turns } from "./support.ts";

describe.each([{ referenceWalk: false }, { referenceWalk: true }])("%j", (options) => {
  test("code that traps costs its synth; everyone else plays in the same block", () => {
    const engine = engineWith([probe], options);
    engine.nodes.newGroup(1, 0, 0);
    engine.nodes.newGroup(2, 1, 0);
    for (const id of [10, 11, 12]) engine.nodes.newSynth("probe", id, 1, 1);
    engine.nodes.newSynth("probe", 20, 1, 2);
    engine.process();
    takeLog(engine);
    const used = engine.pool.used;
    for (const id of [10, 12]) engine.controls.set(id, "trap", 1);
    expect(turns(engine)).toBe("10 11 12 20");
    expect(drawTree(engine)).toBe("0[1[11] 2[20]]");
    expect(engine.pool.used).toBe(used / 2);
    expect(engine.takeFaults()).toEqual([
      { nodeId: 10, definition: "probe", block: 1, message: "unreachable" },
      { nodeId: 12, definition: "probe", block: 1, message: "unreachable" },
    ]);
    expect(engine.takeFaults()).toEqual([]);
    const faults: number[] = [];
    engine.events.drain({ fault: (id) => faults.push(id) });
    expect(faults).toEqual([10, 12]);
    expect(turns(engine)).toBe("11 20");
  });

  test("constructors that trap, or reach outside the memory, or recurse without end", () => {
    const trapping: Record<string, Draft["init"]> = {
      unreachable: ({ code }) => code.op(Op.unreachable),
      outside: ({ code }) => {
        code.i32(-4);
        code.memory(Op["f32.load"], 2, 0);
        code.op(Op.drop);
      },
      endless: (asm) => {
        // Functions 0 to 3 are the host's, 4 is this one.
        asm.code.get(asm.base);
        asm.code.call(4);
      },
    };
    const drafts = Object.entries(trapping).map(([name, init]): Draft => ({ name, init }));
    const engine = engineWith([...drafts, probe], options);
    for (const { name } of drafts) engine.nodes.newSynth(name, -1, 1, 0);
    engine.nodes.newSynth("probe", 5, 1, 0);
    expect(turns(engine)).toBe("5");
    expect(drawTree(engine)).toBe("0[5]");
    expect(engine.takeFaults().map(({ definition, message }) => `${definition}: ${message}`)).toEqual([
      "unreachable: unreachable",
      "outside: memory access out of bounds",
      "endless: Maximum call stack size exceeded",
    ]);
  });
});

test("a destructor that traps does not stop the freeing", () => {
  const engine = engineWith([{ name: "bad", end: ({ code }) => code.op(Op.unreachable) }]);
  engine.nodes.newSynth("bad", 1, 0, 0);
  engine.process();
  engine.nodes.free(1);
  expect(drawTree(engine)).toBe("0[]");
  expect(engine.pool.used).toBe(0);
});
