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
  readonly #bits = new Int32Array(this.#values.buffer);

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
    while (i32[ring + ringWord.read] !== i32[ring + ringWord.write]) {
      const kind = this.#at(1);
      if (kind === replyKind) {
        const count = this.#at(4);
        for (let i = 0; i < count; i++) this.#bits[i] = this.#at(replyHeaderWords + i);
        listener.reply?.(this.#at(2), this.#at(3), this.#values, count);
      } else if (kind === faultKind) {
        listener.fault?.(this.#at(2), this.#at(3));
      } else {
        const isGroup = this.#at(6) !== 0;
        listener.node?.(kind as NodeEventKind, this.#at(2), this.#at(3), this.#at(4), this.#at(5), isGroup, this.#at(7), this.#at(8));
      }
      i32[ring + ringWord.read] = (i32[ring + ringWord.read] + this.#at(0)) & (capacity - 1);
    }
    const lost = i32[ring + ringWord.lost];
    i32[ring + ringWord.lost] = 0;
    return lost;
  }

  /// A word of the oldest record.
  #at(word: number): number {
    const { i32 } = this.#memory;
    const at = (i32[this.#ring + ringWord.read] + word) & (capacity - 1);
    return i32[this.#ring + ringWord.records + at];
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
