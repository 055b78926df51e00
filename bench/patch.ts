/// `npm run bench -- patch`: what a module costs to call (PERF1), and what a swap of plans costs the block it falls into (PERF4).
import { getHeapStatistics } from "node:v8";
import { Engine } from "@heddle/core/engine";
import { bodyModule, scriptModule } from "@heddle/core/patch";
import { PatchOwner } from "../packages/core/src/engine/patch/index.ts";
import type { Restructure } from "../packages/core/src/patch/shadow.ts";

/// Nothing is computed: its code returns at once.
const nothing = bodyModule("nothing", { a: 0, b: 0 }, () => {}, { pinned: true });
const script = scriptModule("script", { inputs: ["a", "b"] }, () => ({ process() {} }), { pinned: true });

function patchOf(edits: readonly Restructure[]): { engine: Engine; owner: PatchOwner } {
  const engine = new Engine({ outputs: 2, inputs: 2, memorySize: 200_000 });
  engine.events.enabled = false;
  const owner = new PatchOwner(engine);
  owner.commit(edits);
  const outcome = engine.patches.place(owner.key, "patch", 1000, 0, 0);
  if (outcome !== null) throw new Error(outcome);
  engine.process();
  return { engine, owner };
}

/// Processor time of the fastest of five runs, in nanoseconds per `count`.
function nanoseconds(count: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, user + system);
  }
  return (best * 1e3) / count;
}

function dispatchRow(title: string, modules: readonly Restructure[], goal: string): number {
  const { engine } = patchOf(modules);
  const { engine: empty } = patchOf([]);
  const blocks = 2000;
  const run = (e: Engine) => () => {
    for (let b = 0; b < blocks; b++) e.process();
  };
  const each = (nanoseconds(blocks, run(engine)) - nanoseconds(blocks, run(empty))) / modules.length;
  console.log(`${title.padEnd(44)} ${each.toFixed(2).padStart(8)} ns   ${goal}`);
  return each;
}

const adding = (count: number, type: typeof nothing | typeof script): Restructure[] =>
  Array.from({ length: count }, (_, k) => ({ op: "module", id: `m${k}`, type }));

/// A graph of pass-through modules whose connections come and go.
function swapRow(nodes: number, swaps: number): void {
  const pass = bodyModule("pass", { in: 0 }, ({ in: x }) => x, { joint: ["in"] });
  const modules = Array.from({ length: nodes }, (_, k): Restructure => ({ op: "module", id: `m${k}`, type: pass, flags: ["consumer"] }));
  const links = Array.from({ length: nodes - 1 }, (_, k): Restructure => ({ op: "connect", from: `m${k >> 1}.o0`, to: `m${k + 1}.j0` }));
  const { engine, owner } = patchOf([...modules, ...links]);
  const { blockSize } = engine.target;
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 1;
    return seed % below;
  };
  const beyond: number[] = [];
  for (let s = 0; s < swaps; s++) {
    const to = 1 + random(nodes - 1);
    const edit: Restructure = { op: s % 2 ? "disconnect" : "connect", from: `m${to >> 2}.o0`, to: `m${to}.j0` };
    try {
      owner.commit([edit]);
    } catch {
      continue;
    }
    // The boundary alone: everything else of the block is as it was.
    const start = performance.now();
    engine.patches.begin(engine.block);
    beyond.push((performance.now() - start) * 1000);
    engine.process();
  }
  beyond.sort((a, b) => a - b);
  const at = (share: number) => beyond[Math.floor(share * (beyond.length - 1))].toFixed(1).padStart(8);
  // Everything is committed first; what the heap gains while the changes act is what acting allocates.
  const lasting = Math.min(100, Math.ceil(swaps / 10));
  const first = engine.block + 2;
  for (let s = 0; s < lasting; s++) {
    const edit: Restructure = { op: s % 2 ? "disconnect" : "connect", from: "m0.o0", to: "m1.j0" };
    owner.commit([edit], [], { at: (first + s) * blockSize });
  }
  const before = getHeapStatistics().used_heap_size;
  const middle = getHeapStatistics().used_heap_size;
  for (let b = 0; b < lasting + 3; b++) engine.process();
  const allocated = getHeapStatistics().used_heap_size - middle - (middle - before);
  console.log(
    `${`${nodes} nodes, ${beyond.length} swaps`.padEnd(30)} ${at(0.5)} ${at(0.99)} ${at(1)} us   ${Math.max(0, allocated)} bytes of heap in ${lasting} swaps   goal p99 <= 20 us, 0 bytes`,
  );
}

export function main(): number {
  console.log("PERF1 dispatch, processor time: 4000 null modules of two inputs each, block 64");
  const each = dispatchRow("kernel, in order", adding(4000, nothing), "goal <= 10 ns");
  dispatchRow("TypeScript function, through an import", adding(4000, script), "goal <= 25 ns");
  console.log("\nPERF4 swap: what the boundary takes beyond an ordinary one (median, p99, worst), and what it allocates");
  swapRow(100, 1000);
  swapRow(1000, 200);
  swapRow(10_000, 40);
  return each <= 10 ? 0 : 1;
}
