/// Reads that come before the bus is written: one pass over the nodes in their order, without allocation where all is well.

/// Who made a pending read. A changer writes the bus it reads: what other changers write does not help it, since they follow each other in any order.
const reader = 0;
const changer = 1;

export class EarlyReads {
  /// After the pass: node `readers[k]` reads bus `buses[k]` before node `writers[k]` writes it.
  readonly readers: number[] = [];
  readonly writers: number[] = [];
  readonly buses: number[] = [];
  /// Counts through all passes.
  #node = -1;
  #firstNode = 0;
  #pass = 0;
  /// The pass in which a node wrote a bus that only it knows.
  #anywhere = 0;
  /// By bus: the pass in which it was last written and read early, the node that read it last, and the early reads that wait for a writer.
  readonly #written: Int32Array;
  readonly #read: Int32Array;
  readonly #lastReader: Int32Array;
  readonly #pending: Int32Array;
  #reads = 0;
  #readNode = new Int32Array(16);
  #readRole = new Uint8Array(16);
  #readNext = new Int32Array(16);

  /// Buses are numbers from 0 to `busCount - 1`.
  constructor(busCount: number) {
    this.#written = new Int32Array(busCount);
    this.#read = new Int32Array(busCount);
    this.#lastReader = new Int32Array(busCount).fill(-1);
    this.#pending = new Int32Array(busCount);
  }

  begin(): void {
    this.readers.length = this.writers.length = this.buses.length = 0;
    this.#firstNode = this.#node + 1;
    this.#reads = 0;
    this.#pass++;
  }

  /// The accesses that follow are the next node's.
  node(): void {
    this.#node++;
  }

  /// The node writes some bus: from now on nobody can be said to hear silence.
  writeAnywhere(): void {
    this.#anywhere = this.#pass;
  }

  read(bus: number): void {
    if (this.#anywhere === this.#pass) return;
    if (this.#lastReader[bus] === this.#node) return;
    this.#lastReader[bus] = this.#node;
    if (this.#written[bus] === this.#pass) return;
    if (this.#reads === this.#readNode.length) this.#grow();
    const at = this.#reads++;
    this.#readNode[at] = this.#node;
    this.#readRole[at] = reader;
    this.#readNext[at] = this.#read[bus] === this.#pass ? this.#pending[bus] : -1;
    this.#pending[bus] = at;
    this.#read[bus] = this.#pass;
  }

  write(bus: number): void {
    this.#written[bus] = this.#pass;
    if (this.#read[bus] !== this.#pass) return;
    const own = this.#lastReader[bus] === this.#node;
    let kept = -1;
    for (let r = this.#pending[bus]; r >= 0; ) {
      const next = this.#readNext[r];
      const mine = this.#readNode[r] === this.#node;
      if (mine) this.#readRole[r] = changer;
      if (mine || (own && this.#readRole[r] === changer)) {
        this.#readNext[r] = kept;
        kept = r;
      } else {
        this.readers.push(this.#readNode[r] - this.#firstNode);
        this.writers.push(this.#node - this.#firstNode);
        this.buses.push(bus);
      }
      r = next;
    }
    this.#pending[bus] = kept;
  }

  #grow(): void {
    const size = this.#reads * 2;
    const [node, role, next] = [new Int32Array(size), new Uint8Array(size), new Int32Array(size)];
    node.set(this.#readNode);
    role.set(this.#readRole);
    next.set(this.#readNext);
    [this.#readNode, this.#readRole, this.#readNext] = [node, role, next];
  }
}
