/// The functions that the code of definitions calls in the engine.
import { type HostFunctions, SynthWord } from "../synthdef/abi.ts";
import { applyDoneAction } from "./doneactions.ts";
import type { Events } from "./events.ts";
import type { Memory } from "./memory.ts";
import type { Nodes } from "./nodes.ts";
import type { Patches } from "./patch/patches.ts";
import type { Pool } from "./pool.ts";
import type { Transforms } from "./transforms.ts";
import { NodeWord, type Tree } from "./tree.ts";

/// Serves the units that stream files: `what` and the numbers are the unit's, the result goes back to it.
export type DiskService = (bufferRecord: number, what: number, start: number, frames: number, extra: number) => number;

/// The parts of an engine that its host functions act on. `nodes` and `patches` are made after the definitions that import the functions.
export interface HostParts {
  readonly memory: Memory;
  readonly tree: Tree;
  readonly pool: Pool;
  readonly events: Events;
  readonly nodes: Nodes;
  readonly disk: DiskService;
  readonly transforms: Transforms;
  readonly patches: Patches;
}

/// `nodeControl` requests.
const request = { pause: 0, run: 1, free: 2 } as const;

export function hostFunctions(parts: HostParts): HostFunctions {
  const idOf = (base: number): number => parts.memory.i32[(base >> 2) + SynthWord.nodeId];
  const nodeOf = (base: number): number => parts.tree.ids.get(idOf(base));
  return {
    doneAction(base, action) {
      const node = nodeOf(base);
      if (node !== 0) applyDoneAction(action, node, parts.nodes, parts.tree);
    },
    alloc(base, bytes) {
      const { constructing } = parts.patches;
      if (constructing) return parts.patches.allocate(constructing, bytes);
      const node = nodeOf(base);
      if (node === 0 || !(bytes > 0)) return 0;
      const block = parts.pool.allocate(bytes);
      if (block === 0) return 0;
      parts.pool.setLink(block, parts.tree.get(node, NodeWord.blocks));
      parts.tree.set(node, NodeWord.blocks, block);
      return block;
    },
    nodeControl(_base, nodeId, what) {
      const node = parts.tree.ids.get(nodeId);
      if (node === 0) return;
      if (what === request.pause) parts.nodes.pause(node);
      else if (what === request.run) parts.nodes.resume(node);
      else if (what === request.free) parts.nodes.endAtTurn(node);
    },
    reply(base, kind, words, count) {
      parts.events.reply(kind, idOf(base), words, count);
    },
    disk(_base, bufferRecord, what, start, frames, extra) {
      return parts.disk(bufferRecord, what, start, frames, extra);
    },
    prepareFft(_base, size) {
      return parts.transforms.work(size);
    },
    prepareWindow(_base, kind, size) {
      return parts.transforms.window(kind, size);
    },
    get fft() {
      return parts.transforms.fft;
    },
    patchPart(base, record, from, to) {
      parts.patches.part(base, record, from, to);
    },
    patchLeft(base) {
      parts.patches.left(base);
    },
    get ifft() {
      return parts.transforms.ifft;
    },
  };
}
