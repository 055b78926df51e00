/// An engine driven from a main loop (section 15): what it waits for, what it does when, and the same sound as offline.
import { expect, test } from "vitest";
import { MainLoop, type Waitable } from "../../packages/core/src/engine/index.ts";
import type { GraphSpec } from "../../packages/core/src/graph/index.ts";
import { engineOf, finish, start } from "../graph/support/start.ts";

const one: GraphSpec = { nodes: [{ id: "a", istreams: 0, jstreams: 0, ostreams: 1, flags: ["consumer"] }], connections: [] };

test("E1, E2, E3: the smallest timeout wins; waitables are told when they change; what a poll wants is rendered", () => {
  const engine = engineOf(16);
  const loop = new MainLoop(engine);
  expect(loop.prepare()).toEqual({ ready: false, timeoutMs: -1, waitables: [], waitablesChanged: true });
  let wanted = 0;
  const away = loop.addPoll((blockSize) => ({ needProcess: wanted > 0, timeoutMs: blockSize }));
  loop.addPoll(() => ({ needProcess: false, timeoutMs: 40 }));
  const pipe: Waitable = { fd: 3 };
  const gone = loop.addWaitable(pipe);
  expect(loop.prepare()).toEqual({ ready: false, timeoutMs: 16, waitables: [pipe], waitablesChanged: true });
  expect(loop.prepare().waitablesChanged).toBe(false);
  gone();
  expect(loop.prepare()).toMatchObject({ waitables: [], waitablesChanged: true });
  expect(loop.check()).toBe(false);
  wanted = 3;
  expect(loop.prepare()).toMatchObject({ ready: true, timeoutMs: 0 });
  expect(loop.check()).toBe(true);
  expect(loop.dispatch({ rendered: () => wanted-- })).toBe(3);
  expect(engine.block).toBe(3);
  away();
  expect(loop.prepare()).toMatchObject({ ready: false, timeoutMs: 40 });
});

test("a budget ends a dispatch after a block; the rest is ready at once", () => {
  const engine = engineOf(16);
  let clock = 0;
  const loop = new MainLoop(engine, () => clock);
  let wanted = 5;
  loop.addPoll(() => ({ needProcess: wanted > 0, timeoutMs: -1 }));
  const rendered = () => {
    wanted--;
    clock += 2;
  };
  expect(loop.dispatch({ budgetMs: 3, rendered })).toBe(2);
  expect(loop.prepare()).toMatchObject({ ready: true, timeoutMs: 0 });
  expect(loop.dispatch({ rendered })).toBe(3);
  expect(loop.prepare().ready).toBe(false);
});

test("E3: a timer runs once per block until it returns false; then it is told", () => {
  const loop = new MainLoop(engineOf(16));
  const frames: number[] = [];
  let removed = 0;
  loop.addTimer(
    (frame) => frames.push(frame) < 3,
    () => removed++,
  );
  loop.process(100);
  expect(frames).toEqual([16, 32, 48]);
  expect(removed).toBe(1);
});

test("E1: a transaction makes the loop ready; it acts and comes back without a block", () => {
  const engine = engineOf(16);
  const { owner } = start(engine, one);
  engine.process();
  const loop = new MainLoop(engine);
  loop.addCollector(() => owner.collect());
  expect(loop.prepare().ready).toBe(false);
  const back: number[] = [];
  owner.commit([{ op: "setLatency", node: "a", latency: 4 }], [], { onReturn: ({ acted }) => back.push(acted) });
  expect(loop.prepare()).toMatchObject({ ready: true, timeoutMs: 0 });
  expect(loop.dispatch()).toBe(0);
  expect(back).toEqual([16]);
  expect(loop.check()).toBe(false);
  finish(engine, owner);
});

test("E5: offline gives the same bits for the same stamps", () => {
  const play = (drive: (loop: MainLoop, ticks: number) => void): number[] => {
    const engine = engineOf(16);
    const { owner, heard } = start(engine, one);
    for (let k = 0; k < 12; k++) owner.commit([], [{ kind: "flow", node: "a", tick: 37 * k, operation: "poke", args: [k] }]);
    owner.commit(
      [],
      [
        { kind: "suspend", node: "a", tick: 100 },
        { kind: "resume", node: "a", tick: 201 },
      ],
      { at: 60 },
    );
    drive(new MainLoop(engine), 640);
    finish(engine, owner);
    return heard.get("a")!;
  };
  const offline = play((loop, ticks) => loop.process(ticks));
  const live = play((loop, ticks) => {
    // Blocks come due in clusters of one to five, and each dispatch has little time.
    let due = 0;
    let clock = 0;
    loop.addPoll((blockSize) => ({ needProcess: loop.engine.block * blockSize < Math.min(due, ticks), timeoutMs: 1 }));
    for (let turn = 0; loop.engine.block * 16 < ticks; turn++) {
      due += 16 * (turn % 6);
      loop.prepare();
      if (loop.check()) loop.dispatch({ budgetMs: clock++ % 3 });
    }
  });
  expect(live).toEqual(offline);
  expect(offline).toHaveLength(640 - 101);
});
