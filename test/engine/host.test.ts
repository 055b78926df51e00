import { expect, test } from "vitest";
import { SynthWord } from "../../packages/core/src/synthdef/abi.ts";
import { Op } from "../../packages/core/src/wasm/opcodes.ts";
import { type Draft, drawTree, engineWith, probe, turns } from "./support.ts";

/// Asks for `bytes` in its constructor and keeps the address in its first local buffer word.
const hungry: Draft = {
  name: "hungry",
  controls: { bytes: 1000 },
  init(asm) {
    asm.code.get(asm.base);
    asm.host("alloc", () => asm.controlInt("bytes"));
    asm.code.memory(Op["i32.store"], 2, SynthWord.localBuffers * 4);
  },
};

test("memory that a synth asks for is its own and goes with it; too much is refused with 0", () => {
  const engine = engineWith([hungry], { memorySize: 64 });
  const addresses: number[] = [];
  for (const [i, bytes] of [1000, 3000, 1e9, 0, 2000].entries()) {
    engine.nodes.newSynth("hungry", 10 + i, 1, 0);
    engine.controls.set(10 + i, "bytes", bytes);
  }
  engine.process();
  for (let i = 0; i < 5; i++) {
    const base = engine.tree.get(engine.nodes.find(10 + i), 8);
    addresses.push(engine.memory.i32[(base >> 2) + SynthWord.localBuffers]!);
  }
  expect(addresses.map((address) => (address > 0 ? 1 : address))).toEqual([1, 1, 0, 0, 1]);
  expect(new Set(addresses).size).toBe(4);
  engine.nodes.freeAll(0);
  expect(engine.pool.used).toBe(0);
});

/// In each block tells node `target` to do `what` (0 pause, 1 run, 2 free), when that is set.
const boss: Draft = {
  name: "boss",
  controls: { target: 0, what: -1 },
  run(asm) {
    asm.log(1);
    asm.whenSet("what", () => {
      asm.host("nodeControl", () => {
        asm.controlInt("target");
        asm.controlInt("what");
      });
      asm.code.op(Op.drop);
    });
  },
};

test("a unit can pause, resume and free other nodes, and its own", () => {
  const engine = engineWith([boss, probe]);
  engine.nodes.newSynth("boss", 1, 1, 0);
  engine.nodes.newSynth("probe", 2, 1, 0);
  const tell = (target: number, what: number) => {
    engine.controls.set(1, "target", target);
    engine.controls.set(1, "what", what);
    return turns(engine);
  };
  expect(tell(2, -1)).toBe("1 2");
  expect(tell(2, 0)).toBe("1");
  expect(tell(2, 1)).toBe("1 2");
  expect(tell(77, 2)).toBe("1 2");
  expect(tell(0, 2)).toBe("1 2");
  expect(tell(2, 2)).toBe("1");
  expect(drawTree(engine)).toBe("0[1]");
  expect(tell(1, 2)).toBe("1");
  expect(turns(engine)).toBe("");
  expect(drawTree(engine)).toBe("0[]");
});

/// Replies in every block with the first `count` of its controls a, b, c.
const talker: Draft = {
  name: "talker",
  controls: { a: 1.5, b: 2.5, c: 3.5, count: 2 },
  run(asm) {
    asm.host("reply", () => {
      asm.code.i32(1);
      asm.code.get(asm.base);
      asm.code.i32(SynthWord.controls * 4);
      asm.code.op(Op["i32.add"]);
      asm.controlInt("count");
    });
    asm.code.op(Op.drop);
  },
};

test("replies wait in order until they are drained; what does not fit is counted as lost", () => {
  const engine = engineWith([talker]);
  engine.nodes.newSynth("talker", 9, 0, 0);
  const seen: string[] = [];
  const listener = {
    node: (kind: number, id: number) => seen.push(`node ${kind} ${id}`),
    reply: (kind: number, id: number, values: Float32Array, count: number) =>
      seen.push(`${kind} ${id} ${values.subarray(0, count).join(" ")}`),
  };
  engine.process();
  engine.controls.set(9, "count", 3);
  engine.process();
  engine.controls.set(9, "count", -1);
  engine.process();
  expect(engine.events.drain(listener)).toBe(0);
  expect(seen.splice(0)).toEqual(["node 0 9", "1 9 1.5 2.5", "1 9 1.5 2.5 3.5", "1 9 "]);
  // Seven words each in a ring of 32768.
  engine.controls.set(9, "count", 2);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 5000; i++) engine.process();
    expect(engine.events.drain(listener)).toBe(5000 - 4681);
    expect(seen.splice(0).length).toBe(4681);
  }
});
