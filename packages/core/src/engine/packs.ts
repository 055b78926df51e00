/// Packs: four neighbouring synths of one definition that run together, each in one lane of the definition's SIMD code.
///
/// A pack runs when its first synth has its turn; the other three are passed over. Its state is a copy of theirs, interleaved (abi.ts). Whatever
/// concerns one of the four ends the pack first: their state goes back where it was, and they run alone. Packs are made again before a block, of
/// synths that have run alone for a few, so the sound and every reply are those of serial execution, bit for bit.
///
/// Runs beside the block loop and in it: allocates nothing, except that the first pack of a definition asks for its code.
import { ContextWord, type Target } from "../synthdef/abi.ts";
import type { Definition, Definitions } from "./definitions.ts";
import type { Memory } from "./memory.ts";
import type { Pool } from "./pool.ts";
import { NodeState, NodeWord, type Tree } from "./tree.ts";

const lanes = 4;
/// Blocks a synth runs alone before it joins a pack: what changes often would cost more in copies than it saves.
const settlingBlocks = 4;
const none = -1;

export class Packs {
  readonly #memory: Memory;
  readonly #tree: Tree;
  readonly #pool: Pool;
  readonly #definitions: Definitions;
  readonly #walking: number;
  readonly #block: number;
  /// By pack: address of its state; its four nodes; what each should become after the walk, or `none`.
  readonly #bases: Int32Array;
  readonly #members: Int32Array;
  readonly #wanted: Int32Array;
  /// Numbers of unused packs, as a stack; and of packs whose own code changed one of their synths, to be ended after the walk.
  readonly #unused: Int32Array;
  #unusedCount: number;
  readonly #leaving: Int32Array;
  #leavingCount = 0;
  /// The block before which it is worth looking for new packs.
  #look = 0;
  /// The tree is being walked.
  walking = false;
  /// Packs are made only while this is set.
  enabled = true;

  constructor(memory: Memory, target: Target, tree: Tree, pool: Pool, definitions: Definitions, nodeCount: number, walking: number) {
    const most = Math.ceil(nodeCount / lanes);
    this.#memory = memory;
    this.#tree = tree;
    this.#pool = pool;
    this.#definitions = definitions;
    this.#walking = walking >> 2;
    this.#block = (target.context >> 2) + ContextWord.block;
    this.#bases = new Int32Array(most);
    this.#members = new Int32Array(most * lanes);
    this.#wanted = new Int32Array(most * lanes).fill(none);
    this.#unused = Int32Array.from({ length: most }, (_, i) => most - 1 - i);
    this.#unusedCount = most;
    this.#leaving = new Int32Array(most);
  }

  /// Packs that exist.
  get count(): number {
    return this.#bases.length - this.#unusedCount;
  }

  /// A synth's state, as if it ran alone.
  stateOf(node: number): number {
    const pack = this.#tree.get(node, NodeWord.pack) - 1;
    if (pack < 0) return this.#tree.get(node, NodeWord.state);
    const wanted = this.#wanted[pack * lanes + this.#laneOf(pack, node)];
    return wanted === none ? NodeState.running : wanted;
  }

  /// Index in `Memory.i32` of a word of a synth's state, wherever that lies now. Not for f64 values.
  at(node: number, word: number): number {
    const pack = this.#tree.get(node, NodeWord.pack) - 1;
    if (pack < 0) return (this.#tree.get(node, NodeWord.base) >> 2) + word;
    return (this.#bases[pack] >> 2) + word * lanes + this.#laneOf(pack, node);
  }

  /// Something changed in the tree: neighbours may have become a pack's worth.
  notice(block: number): void {
    if (this.#look > block + settlingBlocks) this.#look = block + settlingBlocks;
  }

  /// The synth is to run alone from now on. Not for a synth of the pack whose code is running: see `change`.
  release(node: number): void {
    const pack = this.#tree.get(node, NodeWord.pack) - 1;
    if (pack >= 0) this.#end(pack);
  }

  /// The synth's state is to be `state`. From the pack's own code this happens after the walk.
  change(node: number, state: number): void {
    const pack = this.#tree.get(node, NodeWord.pack) - 1;
    if (pack >= 0) {
      const first = this.#members[pack * lanes];
      if (this.walking && this.#memory.i32[this.#walking] === first) {
        if (!this.#isLeaving(pack)) this.#leaving[this.#leavingCount++] = pack;
        this.#wanted[pack * lanes + this.#laneOf(pack, node)] = state;
        return;
      }
      this.#end(pack);
    }
    this.#tree.set(node, NodeWord.state, state);
  }

  /// After the walk: ends the packs whose own code asked for changes.
  settle(): void {
    while (this.#leavingCount > 0) this.#end(this.#leaving[--this.#leavingCount]);
  }

  #isLeaving(pack: number): boolean {
    for (let i = 0; i < this.#leavingCount; i++) if (this.#leaving[i] === pack) return true;
    return false;
  }

  /// Before a block: makes packs of neighbours that have settled.
  form(block: number): void {
    if (!this.enabled || block < this.#look) return;
    this.#look = Number.MAX_SAFE_INTEGER;
    const tree = this.#tree;
    let run = 0;
    let definition = 0;
    let previous = 0;
    for (let node = tree.root; node !== 0; node = tree.following(node, tree.root)) {
      const fits =
        tree.get(node, NodeWord.isGroup) === 0 &&
        tree.get(node, NodeWord.state) === NodeState.running &&
        tree.get(node, NodeWord.pack) === 0;
      if (!fits) {
        if (tree.get(node, NodeWord.state) === NodeState.fresh) this.notice(block);
        run = 0;
        previous = 0;
        continue;
      }
      const settled = block - tree.get(node, NodeWord.alone) >= settlingBlocks;
      if (!settled) this.notice(block);
      const own = tree.get(node, NodeWord.definition);
      const neighbour = run > 0 && own === definition && tree.get(node, NodeWord.previous) === previous;
      run = !settled ? 0 : neighbour ? run + 1 : 1;
      definition = own;
      previous = node;
      if (run === lanes) {
        const run4 = this.#definitions.lanes(this.#definitions.at(own));
        if (run4 !== 0) this.#make(node, run4);
        run = 0;
      }
    }
  }

  #laneOf(pack: number, node: number): number {
    for (let lane = 0; lane < lanes; lane++) if (this.#members[pack * lanes + lane] === node) return lane;
    return 0;
  }

  /// Packs `last` and the three synths before it.
  #make(last: number, run4: number): void {
    const tree = this.#tree;
    const definition = this.#definitions.at(tree.get(last, NodeWord.definition));
    const base = this.#pool.allocate(definition.compiled.words * lanes * 4);
    if (base === 0) return;
    const pack = this.#unused[--this.#unusedCount];
    this.#bases[pack] = base;
    let node = last;
    for (let lane = lanes - 1; lane > 0; lane--) {
      this.#join(node, pack, lane, definition);
      tree.set(node, NodeWord.state, NodeState.packed);
      node = tree.get(node, NodeWord.previous);
    }
    this.#join(node, pack, 0, definition);
    tree.set(node, NodeWord.home, tree.get(node, NodeWord.base));
    tree.set(node, NodeWord.base, base);
    tree.set(node, NodeWord.run, run4);
  }

  #join(node: number, pack: number, lane: number, definition: Definition): void {
    this.#members[pack * lanes + lane] = node;
    this.#tree.set(node, NodeWord.pack, pack + 1);
    this.#copy(this.#tree.get(node, NodeWord.base), this.#bases[pack], lane, definition, true);
  }

  #end(pack: number): void {
    const tree = this.#tree;
    const first = this.#members[pack * lanes];
    const definition = this.#definitions.at(tree.get(first, NodeWord.definition));
    const block = this.#memory.i32[this.#block];
    tree.set(first, NodeWord.base, tree.get(first, NodeWord.home));
    tree.set(first, NodeWord.run, definition.code.run);
    for (let lane = 0; lane < lanes; lane++) {
      const at = pack * lanes + lane;
      const node = this.#members[at];
      const wanted = this.#wanted[at];
      this.#copy(tree.get(node, NodeWord.base), this.#bases[pack], lane, definition, false);
      tree.set(node, NodeWord.pack, 0);
      tree.set(node, NodeWord.alone, block);
      tree.set(node, NodeWord.state, wanted === none ? NodeState.running : wanted);
      this.#wanted[at] = none;
    }
    this.#pool.release(this.#bases[pack]);
    this.#unused[this.#unusedCount++] = pack;
    this.notice(block);
  }

  /// A synth's state into its lane, or back.
  #copy(synth: number, pack: number, lane: number, { narrow, wide }: Definition, into: boolean): void {
    const { i32 } = this.#memory;
    const own = synth >> 2;
    const shared = pack >> 2;
    for (let i = 0; i < narrow.length; i++) {
      const word = narrow[i];
      const at = shared + word * lanes + lane;
      if (into) i32[at] = i32[own + word];
      else i32[own + word] = i32[at];
    }
    for (let i = 0; i < wide.length; i++) {
      const word = wide[i];
      const at = shared + word * lanes + lane * 2;
      if (into) {
        i32[at] = i32[own + word];
        i32[at + 1] = i32[own + word + 1];
      } else {
        i32[own + word] = i32[at];
        i32[own + word + 1] = i32[at + 1];
      }
    }
  }
}
