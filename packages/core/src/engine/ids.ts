/// Node IDs to node addresses: a hash map of integers by open addressing, without allocation once made.

const empty = 0;

export class IdMap {
  readonly #ids: Int32Array;
  /// Addresses; 0 marks an empty place.
  readonly #nodes: Int32Array;
  readonly #mask: number;

  /// For at most `capacity` entries.
  constructor(capacity: number) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(2, capacity * 2)));
    this.#ids = new Int32Array(places);
    this.#nodes = new Int32Array(places);
    this.#mask = places - 1;
  }

  /// Address of the node, or 0.
  get(id: number): number {
    return this.#nodes[this.#place(id)];
  }

  set(id: number, node: number): void {
    const place = this.#place(id);
    this.#ids[place] = id;
    this.#nodes[place] = node;
  }

  delete(id: number): void {
    let hole = this.#place(id);
    if (this.#nodes[hole] === empty) return;
    // Entries after the hole move back unless that would put them before their own place.
    for (let i = (hole + 1) & this.#mask; this.#nodes[i] !== empty; i = (i + 1) & this.#mask) {
      const home = this.#home(this.#ids[i]);
      if (((i - home) & this.#mask) < ((i - hole) & this.#mask)) continue;
      this.#ids[hole] = this.#ids[i];
      this.#nodes[hole] = this.#nodes[i];
      hole = i;
    }
    this.#nodes[hole] = empty;
  }

  #place(id: number): number {
    let place = this.#home(id);
    while (this.#nodes[place] !== empty && this.#ids[place] !== id) place = (place + 1) & this.#mask;
    return place;
  }

  #home(id: number): number {
    const h = Math.imul(id, 0x9e3779b1);
    return (h ^ (h >>> 15)) & this.#mask;
  }
}
