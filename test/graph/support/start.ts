/// Graphs of hashing modules in an engine.
import { expect } from "vitest";
import { Engine } from "../../../packages/core/src/engine/index.ts";
import { type OwnerOptions, PatchOwner } from "../../../packages/core/src/engine/patch/index.ts";
import type { GraphSpec, NodeSpec } from "../../../packages/core/src/graph/index.ts";
import type { Restructure } from "../../../packages/core/src/patch/shadow.ts";
import { type Heard, hashModule } from "./modules.ts";

/// `memorySize` in kB.
export const engineOf = (blockSize: number, memorySize = 4096) =>
  new Engine({ blockSize, outputs: 2, inputs: 0, audioBuses: 8, controlBuses: 8, buffers: 8, memorySize });

/// What adds a node of a graph to a patch.
export const adding = (node: NodeSpec, heard: Heard): Restructure => ({
  op: "module",
  id: node.id,
  type: hashModule(node, heard),
  flags: node.flags?.filter((flag) => flag !== "virtual"),
});

/// A patch on node 1000 that runs the graph; what its modules hear is in `heard`.
export function start(engine: Engine, graph: GraphSpec, options: OwnerOptions = {}) {
  const owner = new PatchOwner(engine, options);
  const heard: Heard = new Map();
  owner.commit([
    ...graph.nodes.map((node) => adding(node, heard)),
    ...graph.connections.map(({ from, to }) => ({ op: "connect" as const, from, to })),
  ]);
  expect(engine.patches.place(owner.key, "patch", 1000, 0, 0)).toBeNull();
  return { owner, heard };
}

/// Frees it, and finds that nothing is left.
export function finish(engine: Engine, owner: PatchOwner): void {
  expect(engine.takeFaults()).toEqual([]);
  engine.nodes.free(1000);
  owner.collect();
  expect(engine.pool.used).toBe(0);
}
