import { expect, test } from "vitest";
import { BlockLoop } from "../../packages/core/src/engine/index.ts";
import { ContextWord } from "../../packages/core/src/synthdef/abi.ts";
import { immediately } from "../../packages/core/src/time/index.ts";
import { constant, engineWith } from "./support.ts";

test("jobs run before the block in which they fall, late and immediate ones at its start; then the offset goes back", () => {
  const engine = engineWith([], { sampleRate: 65536, blockSize: 16 });
  const frame = 2 ** 16;
  const ran: string[] = [];
  const offset = () => engine.memory.i32[(engine.target.context >> 2) + ContextWord.sampleOffset];
  const loop = new BlockLoop<string>({ engine, execute: (job) => ran.push(`${job} ${engine.block}+${offset()}`), resetOffset: true });
  // A driver whose clock does not start at 0.
  loop.time = 1e6 * frame;
  loop.queue.push(loop.time + 20 * frame, "b");
  loop.queue.push(loop.time + 3 * frame, "a");
  loop.queue.push(immediately, "now");
  loop.renderBlock();
  loop.queue.push(loop.time - 5 * frame, "late");
  loop.renderBlock();
  expect(ran).toEqual(["now 0+0", "a 0+3", "late 1+0", "b 1+4"]);
  expect(offset()).toBe(0);
  expect(loop.time).toBe((1e6 + 32) * frame);
});

test("an engine in shared memory plays the same", () => {
  const engine = engineWith([constant], { shared: true });
  expect(engine.memory.wasm.buffer).toBeInstanceOf(SharedArrayBuffer);
  engine.nodes.newSynth("constant", 1, 0, 0);
  engine.buffers.allocate(0, 1_000_000);
  engine.process();
  expect(engine.output(0)[7]).toBe(1);
});
