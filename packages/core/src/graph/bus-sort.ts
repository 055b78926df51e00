/// The order that nodes ask for through buses, found without allocation: what an engine does between two blocks.
///
/// Asked: who only writes a bus before those that change what is on it (these in the given order) before those that only read it. A bus with several
/// writers stands for itself in the graph, so that there are as many edges as accesses. Of all orders that keep to this, the one closest to the
/// given order: always the earliest node that waits for nobody. Where nodes wait for each other, one of them goes first.
///
/// Allocates only when there are more nodes or accesses than ever before.

const readBit = 1;
const writeBit = 2;
/// Flags of a node.
const fixedBit = 1;
const lateBit = 2;

export class BusSorter {
  /// After `solve`: node numbers in the order found, `count` of them.
  order = new Int32Array(16);
  count = 0;
  /// After `solve`: how many nodes went first in a loop of nodes that wait for each other.
  loops = 0;
  readonly #busCount: number;
  #flags = new Uint8Array(16);
  /// One record for each node and bus: the bus's records form a list in the order of nodes.
  #records = 0;
  #recordNode = new Int32Array(16);
  #recordRole = new Uint8Array(16);
  #recordNext = new Int32Array(16);
  /// By bus; valid where `#busPass` is this pass.
  readonly #busPass: Int32Array;
  readonly #busFirst: Int32Array;
  readonly #busLast: Int32Array;
  #pass = 0;
  #buses = new Int32Array(16);
  #usedBuses = 0;
  /// The graph: nodes, then one gate for each bus used.
  #edges = 0;
  #edgeTo = new Int32Array(32);
  #edgeNext = new Int32Array(32);
  #edgeHead = new Int32Array(32);
  #open = new Int32Array(32);
  #done = new Uint8Array(32);
  /// A heap of nodes that wait for nobody, least first.
  #heap = new Int32Array(16);
  #heapSize = 0;
  /// Components (Tarjan 1972).
  #component = new Int32Array(32);
  #visit = new Int32Array(32);
  #low = new Int32Array(32);
  #cursor = new Int32Array(32);
  #path = new Int32Array(32);
  #unfinished = new Int32Array(32);
  #entered = new Uint8Array(32);

  /// Buses are numbers from 0 to `busCount - 1`.
  constructor(busCount: number) {
    this.#busCount = busCount;
    this.#busPass = new Int32Array(busCount);
    this.#busFirst = new Int32Array(busCount);
    this.#busLast = new Int32Array(busCount);
  }

  /// Forgets the nodes of the last time.
  begin(): void {
    this.count = this.#records = this.#usedBuses = 0;
    this.#pass++;
  }

  /// The next node in the given order. A `late` one goes first in a loop.
  node(late = false): void {
    if (this.count === this.#flags.length) this.#growNodes();
    this.#flags[this.count++] = late ? lateBit : 0;
  }

  /// The last node stays behind all before it and before all behind it.
  fix(): void {
    this.#flags[this.count - 1] |= fixedBit;
  }

  /// The last node reads a bus, writes it, or does both.
  access(bus: number, reads: boolean, writes: boolean): void {
    if (!(bus >= 0 && bus < this.#busCount)) return;
    const node = this.count - 1;
    const role = (reads ? readBit : 0) | (writes ? writeBit : 0);
    if (this.#busPass[bus] === this.#pass) {
      const last = this.#busLast[bus];
      if (this.#recordNode[last] === node) {
        this.#recordRole[last] |= role;
        return;
      }
    }
    if (this.#records === this.#recordNode.length) this.#growRecords();
    const record = this.#records++;
    this.#recordNode[record] = node;
    this.#recordRole[record] = role;
    this.#recordNext[record] = -1;
    if (this.#busPass[bus] === this.#pass) this.#recordNext[this.#busLast[bus]] = record;
    else {
      this.#busPass[bus] = this.#pass;
      this.#busFirst[bus] = record;
      this.#buses[this.#usedBuses++] = bus;
    }
    this.#busLast[bus] = record;
  }

  /// Finds `order`. True when it differs from the given one.
  solve(): boolean {
    this.#link();
    const { count, order } = this;
    this.loops = 0;
    this.#heapSize = 0;
    for (let v = 0; v < count; v++) if (this.#open[v] === 0) this.#push(v);
    let changed = false;
    for (let at = 0; at < count; at++) {
      const v = this.#heapSize > 0 ? this.#pop() : this.#firstOfLoop();
      this.#finish(v);
      order[at] = v;
      if (v !== at) changed = true;
    }
    return changed;
  }

  /// Numbers the loops: nodes with equal numbers in the result wait for each other. Valid until the next call.
  components(): Int32Array {
    this.#link();
    this.#findComponents();
    return this.#component;
  }

  /// Calls `visit` for every pair of a reader and a writer that it is asked to wait for. For reports.
  forEachAsked(visit: (reader: number, writer: number, bus: number) => void): void {
    for (let k = 0; k < this.#usedBuses; k++) {
      const bus = this.#buses[k];
      for (let r = this.#busFirst[bus]; r >= 0; r = this.#recordNext[r]) {
        const role = this.#recordRole[r];
        if ((role & readBit) === 0) continue;
        let before = true;
        for (let w = this.#busFirst[bus]; w >= 0; w = this.#recordNext[w]) {
          if (w === r) before = false;
          const other = this.#recordRole[w];
          if (w === r || (other & writeBit) === 0) continue;
          // A changer waits for the changers before it only.
          if (role === readBit || other === writeBit || before) visit(this.#recordNode[r], this.#recordNode[w], bus);
        }
      }
    }
  }

  #link(): void {
    const nodes = this.count + this.#usedBuses;
    this.#reserve(nodes, 2 * (this.#records + nodes));
    this.#edges = 0;
    this.#edgeHead.fill(-1, 0, nodes);
    this.#open.fill(0, 0, nodes);
    this.#done.fill(0, 0, nodes);
    for (let k = 0; k < this.#usedBuses; k++) this.#linkBus(this.#busFirst[this.#buses[k]], this.count + k);
    let fixed = -1;
    for (let v = 0; v < this.count; v++) {
      if (fixed >= 0) this.#edge(fixed, v);
      if ((this.#flags[v] & fixedBit) === 0) continue;
      for (let u = fixed + 1; u < v; u++) this.#edge(u, v);
      fixed = v;
    }
  }

  #linkBus(first: number, gate: number): void {
    // The last of those that read and write; readers wait for it, or for the gate where there is none.
    let changer = -1;
    let sources = false;
    for (let r = first; r >= 0; r = this.#recordNext[r]) {
      if (this.#recordRole[r] === writeBit) {
        sources = true;
        this.#edge(this.#recordNode[r], gate);
      }
    }
    for (let r = first; r >= 0; r = this.#recordNext[r]) {
      if (this.#recordRole[r] !== (readBit | writeBit)) continue;
      if (changer >= 0) this.#edge(changer, this.#recordNode[r]);
      else if (sources) this.#edge(gate, this.#recordNode[r]);
      changer = this.#recordNode[r];
    }
    const last = changer >= 0 ? changer : sources ? gate : -1;
    if (last < 0) return;
    for (let r = first; r >= 0; r = this.#recordNext[r]) if (this.#recordRole[r] === readBit) this.#edge(last, this.#recordNode[r]);
  }

  #edge(from: number, to: number): void {
    const e = this.#edges++;
    this.#edgeTo[e] = to;
    this.#edgeNext[e] = this.#edgeHead[from];
    this.#edgeHead[from] = e;
    this.#open[to]++;
  }

  /// Marks a node as done; those that waited for it last become ready. A gate passes the word on.
  #finish(v: number): void {
    this.#done[v] = 1;
    for (let e = this.#edgeHead[v]; e >= 0; e = this.#edgeNext[e]) {
      const w = this.#edgeTo[e];
      if (--this.#open[w] > 0 || this.#done[w] !== 0) continue;
      if (w < this.count) this.#push(w);
      else this.#finish(w);
    }
  }

  /// Of the loops that wait for nothing else the one with the earliest node: its late node, or that earliest one.
  #firstOfLoop(): number {
    this.loops++;
    this.#findComponents();
    const nodes = this.count + this.#usedBuses;
    this.#entered.fill(0, 0, nodes);
    for (let v = 0; v < nodes; v++) {
      if (this.#done[v] !== 0) continue;
      for (let e = this.#edgeHead[v]; e >= 0; e = this.#edgeNext[e]) {
        const to = this.#component[this.#edgeTo[e]];
        if (to !== this.#component[v]) this.#entered[to] = 1;
      }
    }
    let first = 0;
    while (this.#done[first] !== 0 || this.#entered[this.#component[first]] !== 0) first++;
    for (let v = first; v < this.count; v++) {
      if (this.#done[v] === 0 && this.#component[v] === this.#component[first] && (this.#flags[v] & lateBit) !== 0) return v;
    }
    return first;
  }

  /// Strongly connected components of what is not done.
  #findComponents(): void {
    const nodes = this.count + this.#usedBuses;
    this.#component.fill(-1, 0, nodes);
    this.#visit.fill(-1, 0, nodes);
    let seen = 0;
    let pending = 0;
    let found = 0;
    for (let root = 0; root < nodes; root++) {
      if (this.#done[root] !== 0 || this.#visit[root] >= 0) continue;
      let top = 0;
      const enter = root;
      this.#path[0] = enter;
      this.#cursor[enter] = this.#edgeHead[enter];
      this.#visit[enter] = this.#low[enter] = seen++;
      this.#unfinished[pending++] = enter;
      while (top >= 0) {
        const v = this.#path[top];
        const e = this.#cursor[v];
        if (e >= 0) {
          this.#cursor[v] = this.#edgeNext[e];
          const w = this.#edgeTo[e];
          if (this.#done[w] !== 0) continue;
          if (this.#visit[w] < 0) {
            this.#visit[w] = this.#low[w] = seen++;
            this.#cursor[w] = this.#edgeHead[w];
            this.#unfinished[pending++] = w;
            this.#path[++top] = w;
          } else if (this.#component[w] < 0 && this.#visit[w] < this.#low[v]) this.#low[v] = this.#visit[w];
          continue;
        }
        top--;
        if (top >= 0 && this.#low[v] < this.#low[this.#path[top]]) this.#low[this.#path[top]] = this.#low[v];
        if (this.#low[v] !== this.#visit[v]) continue;
        let w: number;
        do {
          w = this.#unfinished[--pending];
          this.#component[w] = found;
        } while (w !== v);
        found++;
      }
    }
  }

  #push(v: number): void {
    const heap = this.#heap;
    let k = this.#heapSize++;
    for (; k > 0 && heap[(k - 1) >> 1] > v; k = (k - 1) >> 1) heap[k] = heap[(k - 1) >> 1];
    heap[k] = v;
  }

  #pop(): number {
    const heap = this.#heap;
    const least = heap[0];
    const v = heap[--this.#heapSize];
    let k = 0;
    for (let child = 1; child < this.#heapSize; child = 2 * k + 1) {
      if (child + 1 < this.#heapSize && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= v) break;
      heap[k] = heap[child];
      k = child;
    }
    heap[k] = v;
    return least;
  }

  #growNodes(): void {
    const size = this.count * 2;
    this.#flags = grown(this.#flags, new Uint8Array(size));
    this.order = new Int32Array(size);
    this.#heap = new Int32Array(size);
  }

  #growRecords(): void {
    const size = this.#records * 2;
    this.#recordNode = grown(this.#recordNode, new Int32Array(size));
    this.#recordRole = grown(this.#recordRole, new Uint8Array(size));
    this.#recordNext = grown(this.#recordNext, new Int32Array(size));
    this.#buses = grown(this.#buses, new Int32Array(size));
  }

  #reserve(nodes: number, edges: number): void {
    if (edges > this.#edgeTo.length) {
      this.#edgeTo = new Int32Array(edges * 2);
      this.#edgeNext = new Int32Array(edges * 2);
    }
    if (nodes <= this.#open.length) return;
    const size = nodes * 2;
    this.#edgeHead = new Int32Array(size);
    this.#open = new Int32Array(size);
    this.#done = new Uint8Array(size);
    this.#component = new Int32Array(size);
    this.#visit = new Int32Array(size);
    this.#low = new Int32Array(size);
    this.#cursor = new Int32Array(size);
    this.#path = new Int32Array(size);
    this.#unfinished = new Int32Array(size);
    this.#entered = new Uint8Array(size);
  }
}

function grown<T extends Int32Array | Uint8Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
