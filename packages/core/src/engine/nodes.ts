/// Operations on nodes: making, moving, pausing, ending. They change the tree and tell of it, with scsynth's rules and error texts.
import { ContextWord, SynthWord, type Target } from "../synthdef/abi.ts";
import type { AutoGroups } from "./autogroups.ts";
import type { Definition, Definitions } from "./definitions.ts";
import { type Events, NodeEvent } from "./events.ts";
import {
  allocationFailed,
  definitionNotFound,
  duplicateId,
  failed,
  groupNotFound,
  nodeNotFound,
  type Outcome,
  reservedId,
  rootReplaced,
  targetNotFound,
  tooManyNodes,
} from "./failures.ts";
import type { Memory } from "./memory.ts";
import type { Packs } from "./packs.ts";
import type { Pool } from "./pool.ts";
import { NodeState, NodeWord, type Tree } from "./tree.ts";

/// Where a new or moved node goes, relative to its target.
export const AddAction = { head: 0, tail: 1, before: 2, after: 3, replace: 4 } as const;

/// Asks the engine for a free ID, and as a target means the newest node.
export const anyId = -1;

export class Nodes {
  readonly #memory: Memory;
  readonly #target: Target;
  readonly #tree: Tree;
  readonly #pool: Pool;
  readonly #definitions: Definitions;
  readonly #events: Events;
  readonly #table: WebAssembly.Table;
  readonly #packs: Packs;
  readonly #autoGroups: AutoGroups;
  #hiddenId = -8;
  #newestId = 0;
  /// Of the running synths together.
  unitCount = 0;
  /// Running synths that hear nothing on a bus which is written after their turn.
  listenerCount = 0;

  constructor(
    memory: Memory,
    target: Target,
    tree: Tree,
    pool: Pool,
    definitions: Definitions,
    events: Events,
    table: WebAssembly.Table,
    packs: Packs,
    autoGroups: AutoGroups,
  ) {
    this.#memory = memory;
    this.#target = target;
    this.#tree = tree;
    this.#pool = pool;
    this.#definitions = definitions;
    this.#events = events;
    this.#table = table;
    this.#packs = packs;
    this.#autoGroups = autoGroups;
  }

  get synthCount(): number {
    return this.#memory.i32[(this.#target.context >> 2) + ContextWord.runningSynths];
  }

  get groupCount(): number {
    return this.#tree.count - this.synthCount;
  }

  /// ID of the node made last.
  get newestId(): number {
    return this.#newestId;
  }

  /// Address of a node, or 0. -1 is the newest.
  find(id: number): number {
    return this.#tree.ids.get(id === anyId ? this.#newestId : id);
  }

  findGroup(id: number): number {
    const node = this.find(id);
    return node !== 0 && this.#tree.isGroup(node) ? node : 0;
  }

  /// Follows a path of letters from a node: h head, t tail, u parent, p previous, n next. The ID found, or undefined.
  follow(path: string, id: number): number | undefined {
    let node = this.find(id);
    for (const letter of path) {
      const word = pathWords[letter];
      if (node === 0 || word === undefined) return undefined;
      node = this.#tree.get(node, word);
    }
    return node === 0 ? undefined : this.#tree.get(node, NodeWord.id);
  }

  /// Makes a synth, its controls at their defaults; set others right after. Its code first runs at its first turn. With action 4 the replaced node
  /// gives up its ID first, so that the synth can have the same, unless `keepId` is set.
  newSynth(name: string, id: number, action: number, targetId: number, keepId = false): Outcome {
    const definition = this.#definitions.find(name);
    if (!definition) return definitionNotFound;
    const target = this.#place(action, targetId, nodeNotFound);
    if (typeof target === "string") return target;
    if (action === AddAction.replace && !keepId) this.#hide(target);
    const refusal = this.#checkId(id);
    if (refusal) return refusal;
    const base = this.#pool.allocate(definition.compiled.words * 4);
    if (base === 0) return allocationFailed;
    const node = this.#create(id, false);
    this.#start(node, base, definition);
    this.#insert(node, action, target);
    this.#events.node(NodeEvent.go, this.#tree, node);
    return null;
  }

  /// Makes a group. Asking for one that stands in the same group already is not an error, unless it is to replace a node.
  newGroup(id: number, action: number, targetId: number): Outcome {
    const target = this.#place(action, targetId, targetNotFound);
    if (typeof target === "string") return target;
    if (action === AddAction.replace) this.#hide(target);
    const existing = this.#groupIn(id, action <= AddAction.tail ? target : this.#tree.get(target, NodeWord.parent));
    if (existing !== 0 && action !== AddAction.replace) {
      this.#events.node(NodeEvent.go, this.#tree, existing);
      return null;
    }
    const refusal = this.#checkId(id);
    if (refusal) return refusal;
    const node = this.#create(id, true);
    this.#insert(node, action, target);
    this.#events.node(NodeEvent.go, this.#tree, node);
    return null;
  }

  /// Frees a node at once, a group with all it contains. The root stays.
  free(id: number): Outcome {
    const node = this.find(id);
    if (node === 0) return nodeNotFound(id);
    if (node !== this.#tree.root) this.destroy(node);
    return null;
  }

  /// Frees what a group contains, and keeps the group.
  freeAll(groupId: number): Outcome {
    const group = this.findGroup(groupId);
    if (group === 0) return groupNotFound(groupId);
    this.destroyChildren(group);
    return null;
  }

  /// Frees the synths in a group and its subgroups, and keeps the groups.
  deepFree(groupId: number): Outcome {
    const group = this.findGroup(groupId);
    if (group === 0) return groupNotFound(groupId);
    this.destroySynths(group);
    return null;
  }

  run(id: number, flag: boolean): Outcome {
    const node = this.find(id);
    if (node === 0) return nodeNotFound(id);
    if (flag) this.resume(node);
    else this.pause(node);
    return null;
  }

  moveBefore(id: number, targetId: number): Outcome {
    return this.#moveBeside(id, targetId, AddAction.before);
  }

  moveAfter(id: number, targetId: number): Outcome {
    return this.#moveBeside(id, targetId, AddAction.after);
  }

  moveToHead(groupId: number, id: number): Outcome {
    return this.#moveInto(groupId, id, AddAction.head);
  }

  moveToTail(groupId: number, id: number): Outcome {
    return this.#moveInto(groupId, id, AddAction.tail);
  }

  /// Moves the first node found by the add action (0 to 3), each other one after the one before. As in scsynth IDs not found are skipped, the last is
  /// to blame when none is found, and nobody is told of the first one's move into a group.
  order(action: number, targetId: number, ids: ArrayLike<number>): Outcome {
    if (!(action >= AddAction.head && action <= AddAction.after)) return failed;
    const target = action <= AddAction.tail ? this.findGroup(targetId) : this.find(targetId);
    if (target === 0) return action <= AddAction.tail ? groupNotFound(targetId) : targetNotFound(targetId);
    let previous = 0;
    for (let i = 0; i < ids.length; i++) {
      const node = this.find(ids[i]);
      if (node === 0) continue;
      if (previous === 0) this.#move(node, action, target, action >= AddAction.before);
      else this.#move(node, AddAction.after, previous);
      previous = node;
    }
    return previous === 0 ? nodeNotFound(ids.length > 0 ? ids[ids.length - 1] : targetId) : null;
  }

  /// Asks for an `info` event.
  query(id: number): Outcome {
    const node = this.find(id);
    if (node === 0) return nodeNotFound(id);
    this.#events.node(NodeEvent.info, this.#tree, node);
    return null;
  }

  /// Gives a synth an ID nobody can name. As in scsynth, one that does not exist is no error.
  hide(id: number): Outcome {
    const node = this.find(id);
    if (node !== 0 && !this.#tree.isGroup(node)) this.#hide(node);
    return null;
  }

  /// The functions below take addresses; done actions and unit generators use them too.

  pause(node: number): void {
    const state = this.#packs.stateOf(node);
    if (state === NodeState.running) this.#packs.change(node, NodeState.paused);
    else if (state === NodeState.fresh) this.#packs.change(node, NodeState.freshPaused);
    else return;
    this.#events.node(NodeEvent.off, this.#tree, node);
  }

  resume(node: number): void {
    const state = this.#packs.stateOf(node);
    if (state === NodeState.paused) this.#packs.change(node, NodeState.running);
    else if (state === NodeState.freshPaused) this.#packs.change(node, NodeState.fresh);
    else return;
    this.#events.node(NodeEvent.on, this.#tree, node);
  }

  /// The node is removed when its turn comes.
  endAtTurn(node: number): void {
    if (node !== this.#tree.root) this.#packs.change(node, NodeState.ending);
  }

  /// Removes a node now, children first; of those one no longer learns where they stood.
  destroy(node: number): void {
    this.destroyChildren(node);
    this.#remove(node);
  }

  destroyChildren(group: number): void {
    let node = group;
    for (;;) {
      const head = this.#tree.get(node, NodeWord.head);
      if (head !== 0) {
        node = head;
        continue;
      }
      if (node === group) return;
      const parent = this.#tree.get(node, NodeWord.parent);
      this.#removeUnplaced(node);
      node = parent;
    }
  }

  destroySynths(group: number): void {
    for (let node = this.#tree.get(group, NodeWord.head); node !== 0; ) {
      const next = this.#tree.following(node, group);
      if (!this.#tree.isGroup(node)) this.#removeUnplaced(node);
      node = next;
    }
  }

  /// Removes a node of which one no longer learns where it stood.
  #removeUnplaced(node: number): void {
    this.#packs.release(node);
    this.#autoGroups.leave(node);
    this.#tree.unlink(node);
    this.#remove(node);
  }

  #moveBeside(id: number, targetId: number, action: number): Outcome {
    const node = this.find(id);
    const target = this.find(targetId);
    // As in scsynth a node stays before itself, but falls out of the tree when it goes after itself.
    if (node !== 0 && target !== 0 && !(node === target && action === AddAction.before)) this.#move(node, action, target);
    return null;
  }

  #moveInto(groupId: number, id: number, action: number): Outcome {
    const group = this.findGroup(groupId);
    if (group === 0) return groupNotFound(groupId);
    const node = this.find(id);
    if (node === 0) return nodeNotFound(id);
    this.#move(node, action, group);
    return null;
  }

  /// Nothing goes beside the root. A group moved into itself falls out of the tree, as in scsynth: it is silent until it is moved
  /// again, and so is what goes beside it.
  #move(node: number, action: number, target: number, told = true): void {
    const beside = action === AddAction.before || action === AddAction.after;
    if (node === this.#tree.root || (beside && target === this.#tree.root)) return;
    this.#autoGroups.touch(node);
    const nowhere = this.#tree.isWithin(target, node) || (beside && this.#tree.get(target, NodeWord.parent) === 0);
    this.#packs.release(node);
    this.#tree.unlink(node);
    if (!nowhere) this.#insert(node, action, target);
    if (told) this.#events.node(NodeEvent.move, this.#tree, node);
  }

  /// The target's address, or what is wrong with it.
  #place(action: number, targetId: number, notFound: (id: number) => string): number | string {
    switch (action) {
      case AddAction.head:
      case AddAction.tail:
        return this.findGroup(targetId) || groupNotFound(targetId);
      case AddAction.before:
      case AddAction.after:
      case AddAction.replace: {
        const target = this.find(targetId);
        if (target === 0) return notFound(targetId);
        if (this.#tree.get(target, NodeWord.parent) !== 0) return target;
        if (target !== this.#tree.root) return failed;
        return action === AddAction.replace ? rootReplaced : failed;
      }
      default:
        return failed;
    }
  }

  /// Address of group `id` if it stands in `parent`, or 0.
  #groupIn(id: number, parent: number): number {
    const node = id === anyId ? 0 : this.#tree.ids.get(id);
    return node !== 0 && this.#tree.isGroup(node) && this.#tree.get(node, NodeWord.parent) === parent ? node : 0;
  }

  #checkId(id: number): Outcome {
    if (id !== anyId) {
      if (id < 0) return reservedId;
      if (this.#tree.ids.get(id) !== 0) return duplicateId;
    }
    return this.#tree.full ? tooManyNodes : null;
  }

  #create(id: number, group: boolean): number {
    this.#newestId = id === anyId ? this.#nextHiddenId() : id;
    return this.#tree.create(this.#newestId, group);
  }

  /// Fills the state every synth starts with.
  #start(node: number, base: number, definition: Definition): void {
    const { i32, f32 } = this.#memory;
    const at = base >> 2;
    const context = this.#target.context >> 2;
    i32[at + SynthWord.nodeId] = this.#newestId;
    i32[at + SynthWord.generator] = this.#target.generators;
    i32[at + SynthWord.sampleOffset] = i32[context + ContextWord.sampleOffset];
    i32[at + SynthWord.subsampleOffset] = i32[context + ContextWord.subsampleOffset];
    f32.set(definition.compiled.defaults, at + SynthWord.controls);
    this.#tree.set(node, NodeWord.base, base);
    this.#tree.set(node, NodeWord.definition, definition.handle);
    this.#tree.set(node, NodeWord.init, definition.code.init);
    this.#tree.set(node, NodeWord.run, definition.code.run);
    this.#tree.set(node, NodeWord.end, definition.code.end);
    this.#tree.set(node, NodeWord.alone, i32[context + ContextWord.block]);
    definition.references++;
    this.unitCount += definition.compiled.unitCount;
    if (definition.mayHearNothing) this.listenerCount++;
    i32[context + ContextWord.runningSynths]++;
  }

  #insert(node: number, action: number, target: number): void {
    // A node between two of a pack parts them.
    if (action >= AddAction.before) this.#packs.release(target);
    this.#packs.notice(this.#memory.i32[(this.#target.context >> 2) + ContextWord.block]);
    if (action === AddAction.head) this.#tree.addToHead(node, target);
    else if (action === AddAction.tail) this.#tree.addToTail(node, target);
    else if (action === AddAction.before) this.#tree.addBefore(node, target);
    else this.#tree.addAfter(node, target);
    this.#autoGroups.touch(node);
    if (action !== AddAction.replace) return;
    this.destroyChildren(target);
    this.#tree.unlink(target);
    this.#remove(target);
  }

  /// Removes a node without children.
  #remove(node: number): void {
    this.#packs.release(node);
    this.#autoGroups.leave(node);
    this.#events.node(NodeEvent.end, this.#tree, node);
    this.#tree.unlink(node);
    if (!this.#tree.isGroup(node)) this.#stop(node);
    this.#tree.dispose(node);
  }

  #stop(node: number): void {
    const end = this.#tree.get(node, NodeWord.end);
    const base = this.#tree.get(node, NodeWord.base);
    if (end !== 0 && this.#tree.get(node, NodeWord.constructed) !== 0) {
      try {
        this.#table.get(end)(base);
      } catch {
        // The synth goes either way.
      }
    }
    for (let block = this.#tree.get(node, NodeWord.blocks); block !== 0; ) {
      const next = this.#pool.link(block);
      this.#pool.release(block);
      block = next;
    }
    this.#pool.release(base);
    const definition = this.#definitions.at(this.#tree.get(node, NodeWord.definition));
    this.unitCount -= definition.compiled.unitCount;
    if (definition.mayHearNothing) this.listenerCount--;
    this.#definitions.release(definition);
    this.#memory.i32[(this.#target.context >> 2) + ContextWord.runningSynths]--;
  }

  #hide(node: number): void {
    this.#packs.release(node);
    const id = this.#nextHiddenId();
    this.#tree.rename(node, id);
    if (!this.#tree.isGroup(node)) this.#memory.i32[(this.#tree.get(node, NodeWord.base) >> 2) + SynthWord.nodeId] = id;
  }

  /// -16, -24, ... and after the last negative one again from the top.
  #nextHiddenId(): number {
    do this.#hiddenId = (this.#hiddenId - 8) | 0x8000_0000;
    while (this.#tree.ids.get(this.#hiddenId) !== 0);
    return this.#hiddenId;
  }
}

const pathWords: Readonly<Record<string, number>> = {
  h: NodeWord.head,
  t: NodeWord.tail,
  u: NodeWord.parent,
  p: NodeWord.previous,
  n: NodeWord.next,
};
