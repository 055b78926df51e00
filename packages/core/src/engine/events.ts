/// What the engine has to tell: node notifications, replies of unit generators, faults. Records wait in a ring of words until the host drains it.
import type { Memory } from "./memory.ts";
import { NodeWord, type Tree } from "./tree.ts";

export const NodeEvent = { go: 0, end: 1, off: 2, on: 3, move: 4, info: 5 } as const;
export type NodeEventKind = (typeof NodeEvent)[keyof typeof NodeEvent];

/// Receives what `Events.drain` finds. The arguments are valid during the call only.
export interface EventListener {
  /// IDs of the node and its neighbours, -1 for none; `head` and `tail` only mean something for a group.
  node?(
    kind: NodeEventKind,
    id: number,
    parent: number,
    previous: number,
    next: number,
    isGroup: boolean,
    head: number,
    tail: number,
  ): void;
  /// `kind` 0 /tr, 1 SendReply, 2 Poll; the first `count` of `values` are the record of the unit.
  reply?(kind: number, nodeId: number, values: Float32Array, count: number): void;
  /// A synth was silenced and freed because its code failed. `definition` is its handle.
  fault?(nodeId: number, definition: number): void;
}

const capacity = 1 << 15;
/// Words before the records: read position, write position, records lost since the last drain.
const ringWord = { read: 0, write: 1, lost: 2, records: 4 } as const;
export const eventWords = capacity + ringWord.records;

/// Kinds of records beside `NodeEvent`.
const replyKind = 6;
const faultKind = 7;

const nodeRecordWords = 9;
const replyHeaderWords = 5;
const faultRecordWords = 4;

export class Events {
  /// Off for offline rendering, which reports nothing.
  enabled = true;
  readonly #memory: Memory;
  readonly #ring: number;
  readonly #values = new Float32Array(1024);

  constructor(memory: Memory, address: number) {
    this.#memory = memory;
    this.#ring = address >> 2;
  }

  /// Tells of a node where it stands. Hidden nodes are only reported when asked for.
  node(kind: NodeEventKind, tree: Tree, node: number): void {
    if (!this.enabled || (tree.get(node, NodeWord.id) < 0 && kind !== NodeEvent.info) || !this.#begin(kind, nodeRecordWords)) return;
    this.#word(tree.get(node, NodeWord.id));
    this.#word(idOf(tree, tree.get(node, NodeWord.parent)));
    this.#word(idOf(tree, tree.get(node, NodeWord.previous)));
    this.#word(idOf(tree, tree.get(node, NodeWord.next)));
    this.#word(tree.get(node, NodeWord.isGroup));
    this.#word(idOf(tree, tree.get(node, NodeWord.head)));
    this.#word(idOf(tree, tree.get(node, NodeWord.tail)));
  }

  /// Copies `count` f32 values at byte address `words` into a reply.
  reply(kind: number, nodeId: number, words: number, count: number): void {
    const kept = Math.max(0, Math.min(count, this.#values.length));
    if (!this.enabled || !this.#begin(replyKind, replyHeaderWords + kept)) return;
    this.#word(kind);
    this.#word(nodeId);
    this.#word(kept);
    for (let i = 0; i < kept; i++) this.#word(this.#memory.i32[(words >> 2) + i]);
  }

  fault(nodeId: number, definition: number): void {
    if (!this.enabled || !this.#begin(faultKind, faultRecordWords)) return;
    this.#word(nodeId);
    this.#word(definition);
  }

  /// Hands every waiting record to the listener, oldest first. Returns how many were lost because the ring was full.
  drain(listener: EventListener): number {
    const { i32 } = this.#memory;
    const ring = this.#ring;
    const records = ring + ringWord.records;
    while (i32[ring + ringWord.read] !== i32[ring + ringWord.write]) {
      const start = i32[ring + ringWord.read];
      const at = (word: number) => i32[records + ((start + word) & (capacity - 1))];
      const kind = at(1);
      if (kind === replyKind) {
        const count = at(4);
        const bits = new Int32Array(this.#values.buffer);
        for (let i = 0; i < count; i++) bits[i] = at(replyHeaderWords + i);
        listener.reply?.(at(2), at(3), this.#values, count);
      } else if (kind === faultKind) {
        listener.fault?.(at(2), at(3));
      } else {
        listener.node?.(kind as NodeEventKind, at(2), at(3), at(4), at(5), at(6) !== 0, at(7), at(8));
      }
      i32[ring + ringWord.read] = (start + at(0)) & (capacity - 1);
    }
    const lost = i32[ring + ringWord.lost];
    i32[ring + ringWord.lost] = 0;
    return lost;
  }

  /// Starts a record of `words` if there is room. One place always stays empty: a full ring is not an empty one.
  #begin(kind: number, words: number): boolean {
    const { i32 } = this.#memory;
    const waiting = (i32[this.#ring + ringWord.write] - i32[this.#ring + ringWord.read]) & (capacity - 1);
    if (waiting + words >= capacity) {
      i32[this.#ring + ringWord.lost]++;
      return false;
    }
    this.#word(words);
    this.#word(kind);
    return true;
  }

  #word(value: number): void {
    const { i32 } = this.#memory;
    const at = i32[this.#ring + ringWord.write];
    i32[this.#ring + ringWord.records + at] = value;
    i32[this.#ring + ringWord.write] = (at + 1) & (capacity - 1);
  }
}

function idOf(tree: Tree, node: number): number {
  return node === 0 ? -1 : tree.get(node, NodeWord.id);
}
