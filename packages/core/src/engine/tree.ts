/// The node tree: records of fixed size in the engine's memory, linked by their addresses. Pure structure; what nodes do is `nodes.ts`.
import { IdMap } from "./ids.ts";
import type { Memory } from "./memory.ts";

/// Word indices in a node's record. Links are record addresses, 0 for none.
export const NodeWord = {
  id: 0,
  /// One of `NodeState`.
  state: 1,
  /// 1 for a group, 0 for a synth.
  isGroup: 2,
  parent: 3,
  previous: 4,
  next: 5,
  /// First and last child of a group.
  head: 6,
  tail: 7,
  /// Of a synth: address of its state, handle of its definition, function table indices of its code (`end`: 0 for none).
  base: 8,
  definition: 9,
  init: 10,
  run: 11,
  end: 12,
  /// First of the memory blocks its units asked for, linked through the pool.
  blocks: 13,
  /// What is walked after this node, fetched before its turn.
  successor: 14,
  /// 1 once `init` has run: only then `end` may.
  constructed: 15,
  /// Number of the pack a synth runs in (packs.ts), plus 1; 0 for none.
  pack: 16,
  /// Block in which the synth last began to run alone.
  alone: 17,
  /// Of the first synth of a pack: where its own state is, while `base` and `run` are the pack's.
  home: 18,
  /// Bits of `AutoFlag`.
  auto: 19,
} as const;
export const nodeBytes = 80;

export const NodeState = {
  /// A synth before its first turn.
  fresh: 0,
  running: 1,
  paused: 2,
  /// A synth paused before its first turn: that turn still constructs its units.
  freshPaused: 3,
  /// Removed when its turn comes.
  ending: 4,
  /// Runs when the first synth of its pack does.
  packed: 5,
} as const;

/// What auto groups (autogroups.ts) keep with a node.
export const AutoFlag = {
  /// Is an auto group.
  group: 1,
  /// To be sorted before the next block.
  dirty: 2,
  /// Depends on controls that follow buses: to be sorted before every block.
  moving: 4,
  /// Some of its nodes hear each other.
  loop: 8,
  /// Runs first where nodes hear each other.
  late: 16,
} as const;

export const rootId = 0;

export class Tree {
  /// Address of the root group.
  readonly root: number;
  readonly ids: IdMap;
  readonly #memory: Memory;
  readonly #capacity: number;
  /// Unused records, linked through `next`.
  #free = 0;
  #count = 0;

  constructor(memory: Memory, address: number, capacity: number) {
    this.#memory = memory;
    this.#capacity = capacity;
    this.ids = new IdMap(capacity);
    for (let i = capacity - 1; i >= 0; i--) this.#recycle(address + i * nodeBytes);
    this.root = this.create(rootId, true);
  }

  /// Nodes in the tree, the root included.
  get count(): number {
    return this.#count;
  }

  get full(): boolean {
    return this.#count === this.#capacity;
  }

  get(node: number, word: number): number {
    return this.#memory.i32[(node >> 2) + word];
  }

  set(node: number, word: number, value: number): void {
    this.#memory.i32[(node >> 2) + word] = value;
  }

  isGroup(node: number): boolean {
    return this.get(node, NodeWord.isGroup) !== 0;
  }

  /// A record outside the tree. There must be room.
  create(id: number, group: boolean): number {
    const node = this.#free;
    const at = node >> 2;
    this.#free = this.get(node, NodeWord.next);
    this.#memory.i32.fill(0, at, at + nodeBytes / 4);
    this.set(node, NodeWord.id, id);
    this.set(node, NodeWord.isGroup, group ? 1 : 0);
    this.set(node, NodeWord.state, group ? NodeState.running : NodeState.fresh);
    this.ids.set(id, node);
    this.#count++;
    return node;
  }

  /// Gives the record back. The node must be unlinked and have no children.
  dispose(node: number): void {
    this.ids.delete(this.get(node, NodeWord.id));
    this.#recycle(node);
    this.#count--;
  }

  rename(node: number, id: number): void {
    this.ids.delete(this.get(node, NodeWord.id));
    this.set(node, NodeWord.id, id);
    this.ids.set(id, node);
  }

  addToHead(node: number, group: number): void {
    this.#insert(node, group, 0, this.get(group, NodeWord.head));
  }

  addToTail(node: number, group: number): void {
    this.#insert(node, group, this.get(group, NodeWord.tail), 0);
  }

  addBefore(node: number, other: number): void {
    this.#insert(node, this.get(other, NodeWord.parent), this.get(other, NodeWord.previous), other);
  }

  addAfter(node: number, other: number): void {
    this.#insert(node, this.get(other, NodeWord.parent), other, this.get(other, NodeWord.next));
  }

  /// Takes the node out of its group; its own links become 0.
  unlink(node: number): void {
    const group = this.get(node, NodeWord.parent);
    if (group === 0) return;
    this.#join(group, this.get(node, NodeWord.previous), this.get(node, NodeWord.next));
    this.set(node, NodeWord.parent, 0);
    this.set(node, NodeWord.previous, 0);
    this.set(node, NodeWord.next, 0);
  }

  /// Links the children of a group anew: child k becomes `children[order[k]]`.
  reorder(group: number, children: Int32Array, order: Int32Array, count: number): void {
    let previous = 0;
    for (let k = 0; k < count; k++) {
      const node = children[order[k]];
      this.set(node, NodeWord.previous, previous);
      if (previous === 0) this.set(group, NodeWord.head, node);
      else this.set(previous, NodeWord.next, node);
      previous = node;
    }
    this.set(previous, NodeWord.next, 0);
    this.set(group, NodeWord.tail, previous);
  }

  /// True when `node` is `ancestor` or lies somewhere inside it.
  isWithin(node: number, ancestor: number): boolean {
    for (let n = node; n !== 0; n = this.get(n, NodeWord.parent)) if (n === ancestor) return true;
    return false;
  }

  /// The node after `node` in depth-first order inside `top`, or 0. Does not enter `node` itself when `over` is set.
  following(node: number, top: number, over = false): number {
    const head = over ? 0 : this.get(node, NodeWord.head);
    if (head !== 0) return head;
    for (let n = node; n !== top; n = this.get(n, NodeWord.parent)) {
      const next = this.get(n, NodeWord.next);
      if (next !== 0) return next;
    }
    return 0;
  }

  #insert(node: number, group: number, previous: number, next: number): void {
    this.set(node, NodeWord.parent, group);
    this.set(node, NodeWord.previous, previous);
    this.set(node, NodeWord.next, next);
    if (previous !== 0) this.set(previous, NodeWord.next, node);
    else this.set(group, NodeWord.head, node);
    if (next !== 0) this.set(next, NodeWord.previous, node);
    else this.set(group, NodeWord.tail, node);
  }

  #join(group: number, previous: number, next: number): void {
    if (previous !== 0) this.set(previous, NodeWord.next, next);
    else this.set(group, NodeWord.head, next);
    if (next !== 0) this.set(next, NodeWord.previous, previous);
    else this.set(group, NodeWord.tail, previous);
  }

  #recycle(node: number): void {
    this.set(node, NodeWord.next, this.#free);
    this.#free = node;
  }
}
