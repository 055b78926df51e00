/// The node tree as plain objects and arrays: slow, obvious, written from the rules alone. The engine's tests compare themselves with it.

export interface ModelNode {
  id: number;
  /// Children of a group, undefined for a synth.
  children?: ModelNode[];
  parent?: ModelNode;
  fresh: boolean;
  paused: boolean;
  ending: boolean;
  /// Done actions of the probe definition, -1 for none.
  action: number;
  inInit: number;
}

export class Model {
  readonly root = make(0, true);
  /// Nodes that fell out of the tree.
  readonly loose = new Set<ModelNode>();
  log: string[] = [];

  find(id: number): ModelNode | undefined {
    for (const top of [this.root, ...this.loose]) {
      const found = this.#findIn(top, id);
      if (found) return found;
    }
    return undefined;
  }

  #findIn(node: ModelNode, id: number): ModelNode | undefined {
    if (node.id === id) return node;
    for (const child of node.children ?? []) {
      const found = this.#findIn(child, id);
      if (found) return found;
    }
    return undefined;
  }

  create(id: number, group: boolean, action: number, targetId: number): boolean {
    const target = this.find(targetId);
    if (!target || (action < 2 ? !target.children : !target.parent)) return false;
    const existing = this.find(id);
    if (group && action < 4 && existing?.children && existing.parent === (action < 2 ? target : target.parent)) return true;
    if (action === 4) target.id = -1000 - target.id;
    if (this.find(id)) return false;
    const node = make(id, group);
    if (action === 4) {
      target.parent!.children!.splice(this.#place(target), 1, node);
      node.parent = target.parent!;
      this.#end(target);
    } else this.#insert(node, action, target);
    return true;
  }

  move(id: number, action: number, targetId: number): void {
    const node = this.find(id);
    const target = this.find(targetId);
    if (!node || !target || node === this.root || (action < 2 ? !target.children : target === this.root)) return;
    if (action === 2 && node === target) return;
    const nowhere = this.#findIn(node, targetId) || (action >= 2 && !target.parent);
    this.#detach(node);
    if (nowhere) this.loose.add(node);
    else this.#insert(node, action, target);
  }

  free(id: number): void {
    const node = this.find(id);
    if (!node || node === this.root) return;
    this.#detach(node);
    this.#end(node);
  }

  freeAll(node: ModelNode | undefined): void {
    for (const child of node?.children?.splice(0) ?? []) this.#end(child);
  }

  deepFree(node: ModelNode | undefined): void {
    for (const child of [...(node?.children ?? [])]) {
      if (child.children) this.deepFree(child);
      else {
        this.#detach(child);
        this.#end(child);
      }
    }
  }

  process(node: ModelNode = this.root): void {
    if (node.ending) {
      this.#detach(node);
      this.#end(node);
    } else if (!node.children) this.#play(node);
    else if (!node.paused) {
      for (let child = node.children[0]; child; ) {
        const next = node.children[node.children.indexOf(child) + 1]!;
        this.process(child);
        child = next;
      }
    }
  }

  draw(node: ModelNode = this.root): string {
    const own = `${node.id}${node.ending ? "!" : node.paused ? "-" : ""}`;
    return node.children ? `${own}[${node.children.map((child) => this.draw(child)).join(" ")}]` : own;
  }

  #play(synth: ModelNode): void {
    const { paused } = synth;
    if (synth.fresh) {
      this.log.push(`init ${synth.id}`);
      this.#finish(synth, synth.inInit);
      Object.assign(synth, { fresh: false, ending: false, paused });
    }
    if (paused) return;
    this.log.push(`run ${synth.id}`);
    const { action } = synth;
    synth.action = -1;
    this.#finish(synth, action);
  }

  /// The table of done actions.
  #finish(self: ModelNode, action: number): void {
    const siblings = self.parent!.children!;
    const at = siblings.indexOf(self);
    const [previous, next] = [siblings[at - 1], siblings[at + 1]];
    if (action >= 2 && action <= 15 && action !== 14) self.ending = true;
    if (action === 1) self.paused = !self.ending;
    if (action === 3 && previous) previous.ending = true;
    if (action === 4 && next) next.ending = true;
    if (action === 5 && previous) previous.children ? this.freeAll(previous) : (previous.ending = true);
    if (action === 6 && next) next.children ? this.freeAll(next) : (next.ending = true);
    if (action === 7) for (const node of siblings.slice(0, at)) node.ending = true;
    if (action === 8) for (const node of siblings.slice(at)) node.ending = true;
    if (action === 9 && previous && !previous.ending) previous.paused = true;
    if (action === 10 && next && !next.ending) next.paused = true;
    if (action === 11 && previous) previous.children ? this.deepFree(previous) : (previous.ending = true);
    if (action === 12 && next) next.children ? this.deepFree(next) : (next.ending = true);
    if (action === 13) for (const node of siblings) node.ending = true;
    if (action === 14 && self.parent !== this.root) self.parent!.ending = true;
    if (action === 15 && next && !next.ending) next.paused = false;
  }

  #insert(node: ModelNode, action: number, target: ModelNode): void {
    const group = action < 2 ? target : target.parent!;
    const place = action === 0 ? 0 : action === 1 ? group.children!.length : this.#place(target) + (action === 3 ? 1 : 0);
    group.children!.splice(place, 0, node);
    node.parent = group;
  }

  #place(node: ModelNode): number {
    return node.parent!.children!.indexOf(node);
  }

  #detach(node: ModelNode): void {
    node.parent?.children?.splice(this.#place(node), 1);
    node.parent = undefined;
    this.loose.delete(node);
  }

  #end(node: ModelNode): void {
    this.freeAll(node);
    if (!node.children && !node.fresh) this.log.push(`end ${node.id}`);
  }
}

function make(id: number, group: boolean): ModelNode {
  return { id, children: group ? [] : undefined, fresh: !group, paused: false, ending: false, action: -1, inInit: -1 };
}
