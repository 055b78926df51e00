/// Auto groups: groups that keep their children in the order that the buses ask for. Sorted between blocks, where something changed that can move
/// them; a child group stands where the synths inside it must.
///
/// Runs beside the block loop: allocates only when a group is larger than any before.

import { BusSorter } from "../graph/bus-sort.ts";
import { ContextWord, type Target } from "../synthdef/abi.ts";
import { type Events, NodeEvent } from "./events.ts";
import { groupNotFound, nodeNotFound, type Outcome } from "./failures.ts";
import type { Memory } from "./memory.ts";
import type { Packs } from "./packs.ts";
import type { BusVisitor, SynthBuses } from "./synthbuses.ts";
import { AutoFlag, NodeWord, type Tree } from "./tree.ts";

export class AutoGroups implements BusVisitor {
  readonly #memory: Memory;
  readonly #block: number;
  readonly #tree: Tree;
  readonly #packs: Packs;
  readonly #buses: SynthBuses;
  readonly #events: Events;
  /// Addresses of the auto groups.
  readonly #groups: Int32Array;
  #count = 0;
  /// Made with the first auto group.
  #sorter: BusSorter | undefined;
  readonly #children: Int32Array;

  constructor(memory: Memory, target: Target, tree: Tree, packs: Packs, buses: SynthBuses, events: Events, nodeCount: number) {
    this.#memory = memory;
    this.#block = (target.context >> 2) + ContextWord.block;
    this.#tree = tree;
    this.#packs = packs;
    this.#buses = buses;
    this.#events = events;
    this.#groups = new Int32Array(nodeCount);
    this.#children = new Int32Array(nodeCount);
  }

  /// Makes an auto group of a group.
  make(id: number): Outcome {
    const group = this.#tree.ids.get(id);
    if (group === 0 || !this.#tree.isGroup(group)) return groupNotFound(id);
    if (this.isAuto(group)) return null;
    this.#sorter ??= new BusSorter(this.#buses.count);
    this.#groups[this.#count++] = group;
    this.#set(group, AutoFlag.group | AutoFlag.dirty);
    return null;
  }

  isAuto(node: number): boolean {
    return (this.#tree.get(node, NodeWord.auto) & AutoFlag.group) !== 0;
  }

  /// Of nodes that hear each other in a loop, a late one runs first and hears the block before.
  setLate(id: number, late: boolean): Outcome {
    const node = this.#tree.ids.get(id);
    if (node === 0) return nodeNotFound(id);
    if (late) this.#set(node, AutoFlag.late);
    else this.#clear(node, AutoFlag.late);
    this.touch(node);
    return null;
  }

  isLate(node: number): boolean {
    return (this.#tree.get(node, NodeWord.auto) & AutoFlag.late) !== 0;
  }

  /// Something changed in `node` that the auto groups around it must look at before the next block.
  touch(node: number): void {
    if (this.#count > 0) this.#touch(node, AutoFlag.group);
  }

  /// A node is about to leave. An order that is right stays right; where there is a loop, it may now be broken up.
  leave(node: number): void {
    if (this.#count === 0) return;
    this.#touch(this.#tree.get(node, NodeWord.parent), AutoFlag.loop);
    if (!this.isAuto(node)) return;
    let k = 0;
    while (this.#groups[k] !== node) k++;
    this.#groups[k] = this.#groups[--this.#count];
    this.#clear(node, AutoFlag.group);
  }

  /// Before a block: sorts the groups that need it.
  sort(): void {
    for (let k = 0; k < this.#count; k++) {
      const group = this.#groups[k];
      if ((this.#tree.get(group, NodeWord.auto) & (AutoFlag.dirty | AutoFlag.moving)) !== 0) this.#sortGroup(group, this.#sorter!);
    }
  }

  use(bus: number, reads: boolean, writes: boolean): void {
    this.#sorter!.access(bus, reads, writes);
  }

  computed(): void {
    this.#sorter!.fix();
  }

  #touch(node: number, flag: number): void {
    const tree = this.#tree;
    for (let n = node; n !== 0; n = tree.get(n, NodeWord.parent)) {
      if ((tree.get(n, NodeWord.auto) & flag) !== 0) this.#set(n, AutoFlag.dirty);
    }
  }

  #sortGroup(group: number, sorter: BusSorter): void {
    const tree = this.#tree;
    sorter.begin();
    this.#buses.moving = false;
    let count = 0;
    for (let child = tree.get(group, NodeWord.head); child !== 0; child = tree.get(child, NodeWord.next)) {
      this.#children[count++] = child;
      sorter.node(this.isLate(child));
      for (let node = child; node !== 0; node = tree.following(node, child)) if (!tree.isGroup(node)) this.#buses.visit(node, this);
    }
    this.#clear(group, AutoFlag.dirty | AutoFlag.moving | AutoFlag.loop);
    if (sorter.solve()) this.#relink(group, sorter.order, count);
    if (this.#buses.moving) this.#set(group, AutoFlag.moving);
    if (sorter.loops > 0) this.#set(group, AutoFlag.loop);
  }

  /// Puts the children into a new order, and tells of those that have another node before them.
  #relink(group: number, order: Int32Array, count: number): void {
    const tree = this.#tree;
    for (let k = 0; k < count; k++) this.#packs.release(this.#children[k]);
    tree.reorder(group, this.#children, order, count);
    let previous = -1;
    for (let k = 0; k < count; k++) {
      if (order[k] - 1 !== previous) this.#events.node(NodeEvent.move, tree, this.#children[order[k]]);
      previous = order[k];
    }
    this.#packs.notice(this.#memory.i32[this.#block]);
  }

  #set(node: number, flags: number): void {
    this.#tree.set(node, NodeWord.auto, this.#tree.get(node, NodeWord.auto) | flags);
  }

  #clear(node: number, flags: number): void {
    this.#tree.set(node, NodeWord.auto, this.#tree.get(node, NodeWord.auto) & ~flags);
  }
}
