/// Which nodes of a plan are active: those from which a root is reached through nodes that are not suspended (rule A1). Changes are followed from
/// the changed node towards its sources only (A3), in arrays made beforehand.
import { groupBy, type Lists } from "../../graph/csr.ts";
import type { GraphOptions } from "../../graph/graph.ts";
import type { Plan } from "../../graph/plan.ts";
import { activeNodes, listenersOf } from "../../graph/suspend.ts";

export class Activation {
  readonly active: Uint8Array;
  readonly suspended: Uint8Array;
  /// Nodes that the last `mark` calls reached, `marks` of them, and for each node whether it is one.
  readonly marked: Int32Array;
  marks = 0;
  /// Of marked nodes: active before the marks were set; inactive at some moment since.
  readonly before: Uint8Array;
  readonly broken: Uint8Array;
  readonly #isMarked: Uint8Array;
  readonly #isRoot: Uint8Array;
  readonly #sources: Lists;
  readonly #readers: Lists;
  readonly #stack: Int32Array;

  constructor({ net, checked, reach }: Plan, mode: GraphOptions["virtualActivation"]) {
    const { count } = net;
    this.#sources = listenersOf(checked, mode);
    this.#readers = reversed(count, this.#sources);
    this.suspended = new Uint8Array(count);
    this.active = activeNodes(this.#sources, reach.roots, this.suspended);
    this.before = new Uint8Array(count);
    this.broken = new Uint8Array(count);
    this.marked = new Int32Array(count);
    this.#isMarked = new Uint8Array(count);
    this.#isRoot = new Uint8Array(count);
    this.#stack = new Int32Array(count);
    for (let k = 0; k < reach.roots.length; k++) this.#isRoot[reach.roots[k]] = 1;
  }

  /// Marks a node and everything it hears, directly or not: all that its suspension can concern.
  mark(node: number): void {
    if (this.#isMarked[node]) return;
    const { start, item } = this.#sources;
    let next = this.marks;
    this.#add(node);
    for (; next < this.marks; next++) {
      const v = this.marked[next];
      for (let k = start[v]; k < start[v + 1]; k++) if (!this.#isMarked[item[k]]) this.#add(item[k]);
    }
  }

  /// Applies one suspension or resumption to the marked nodes.
  set(node: number, suspended: boolean): void {
    this.suspended[node] = suspended ? 1 : 0;
    let open = 0;
    for (let m = 0; m < this.marks; m++) this.active[this.marked[m]] = 0;
    for (let m = 0; m < this.marks; m++) {
      const v = this.marked[m];
      if (this.active[v] || this.suspended[v] || !this.#heard(v)) continue;
      this.active[v] = 1;
      this.#stack[open++] = v;
    }
    const { start, item } = this.#sources;
    while (open > 0) {
      const v = this.#stack[--open];
      for (let k = start[v]; k < start[v + 1]; k++) {
        const u = item[k];
        if (this.active[u] || this.suspended[u]) continue;
        this.active[u] = 1;
        this.#stack[open++] = u;
      }
    }
    for (let m = 0; m < this.marks; m++) if (!this.active[this.marked[m]]) this.broken[this.marked[m]] = 1;
  }

  unmark(): void {
    for (let m = 0; m < this.marks; m++) this.#isMarked[this.marked[m]] = 0;
    this.marks = 0;
  }

  #add(node: number): void {
    this.#isMarked[node] = 1;
    this.before[node] = this.active[node];
    this.broken[node] = 0;
    this.marked[this.marks++] = node;
  }

  /// True for a root, or when an active node outside the marked ones listens.
  #heard(v: number): boolean {
    if (this.#isRoot[v]) return true;
    const { start, item } = this.#readers;
    for (let k = start[v]; k < start[v + 1]; k++) if (!this.#isMarked[item[k]] && this.active[item[k]]) return true;
    return false;
  }
}

function reversed(count: number, { start, item }: Lists): Lists {
  const owner = new Int32Array(item.length);
  for (let v = 0; v < count; v++) owner.fill(v, start[v], start[v + 1]);
  return groupBy(count, item, owner);
}
