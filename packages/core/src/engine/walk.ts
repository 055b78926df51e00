/// The walk over the tree in plain TypeScript: what the compiled walk must do, and its reference in tests.
import { ContextWord, type Target } from "../synthdef/abi.ts";
import type { Memory } from "./memory.ts";
import { NodeState, NodeWord, type Tree } from "./tree.ts";

/// Gives `node`, a child of `group`, and everything after it in the tree its turn. A group of 0 means that `node` is the root. `walk(0, group)`
/// goes on after the last child of `group`.
///
/// The address of the node whose turn it is stands at `Layout.walking`; its `successor` word says who follows. So the walk can go on after
/// code that failed.
export type Walk = (node: number, group: number) => void;

/// What the walk needs beside memory and tree: `remove` takes an ending node out of the tree.
export interface WalkParts {
  readonly memory: Memory;
  readonly target: Target;
  readonly walking: number;
  readonly tree: Tree;
  readonly table: WebAssembly.Table;
  readonly remove: (node: number) => void;
  /// Called around the code of each synth.
  readonly before?: (node: number) => void;
  readonly after?: (node: number) => void;
}

export function referenceWalk({ memory, target, walking, tree, table, remove, before, after }: WalkParts): Walk {
  const call = (node: number, word: number): void => {
    const base = tree.get(node, NodeWord.base);
    memory.i32[(target.context >> 2) + ContextWord.current] = base;
    before?.(node);
    table.get(tree.get(node, word))(base);
    after?.(node);
  };
  const construct = (node: number): void => {
    call(node, NodeWord.init);
    tree.set(node, NodeWord.constructed, 1);
  };
  return (node, group) => {
    for (;;) {
      while (node === 0) {
        if (group === 0) return;
        node = tree.get(group, NodeWord.successor);
        group = tree.get(group, NodeWord.parent);
      }
      const successor = tree.get(node, NodeWord.next);
      tree.set(node, NodeWord.successor, successor);
      memory.i32[walking >> 2] = node;
      const state = tree.get(node, NodeWord.state);
      if (tree.isGroup(node) && state === NodeState.running) {
        group = node;
        node = tree.get(node, NodeWord.head);
        continue;
      }
      if (state === NodeState.running) call(node, NodeWord.run);
      else if (state === NodeState.fresh) {
        // What a constructor does to its own synth is lost: the state is set after it.
        construct(node);
        tree.set(node, NodeWord.state, NodeState.running);
        call(node, NodeWord.run);
      } else if (state === NodeState.freshPaused) {
        construct(node);
        tree.set(node, NodeWord.state, NodeState.paused);
      } else if (state === NodeState.ending) remove(node);
      node = successor;
    }
  };
}
