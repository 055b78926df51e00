/// A ring of words between two threads, of which one writes and the other reads: records of whole words, each in one piece. Neither side waits,
/// locks or allocates.
///
/// Positions count words for ever, modulo 2^32; they meet when the ring is empty and lie `capacity` apart when it is full. A record is its length,
/// itself included, and its words; a negative length says that the rest of the ring is unused and the next record is at its start.

/// Word indices of the positions, each in a cache line of its own, so that the sides do not slow each other.
const header = { read: 0, write: 16, words: 32 } as const;

/// Bytes that a ring of `capacity` words, a power of two, takes.
export const ringBytes = (capacity: number): number => (capacity + header.words) * 4;

abstract class RingSide {
  /// The ring's words. A reader looks at its record here.
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly capacity: number;
  protected readonly positions: Int32Array;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    const words = new Int32Array(buffer);
    this.positions = words.subarray(0, header.words);
    this.words = words.subarray(header.words);
    this.floats = new Float32Array(buffer, header.words * 4);
    this.capacity = this.words.length;
    if (this.capacity < 2 || (this.capacity & (this.capacity - 1)) !== 0) {
      throw new RangeError(`a ring of ${this.capacity} words, expected a power of two: its memory has ringBytes(capacity) bytes`);
    }
  }
}

export class RingWriter extends RingSide {
  #position: number;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    super(buffer);
    this.#position = this.positions[header.write];
  }

  /// Words that are free, of which a record takes one more than its length, and up to twice that where it does not fit before the end.
  get free(): number {
    return this.capacity - ((this.#position - Atomics.load(this.positions, header.read)) | 0);
  }

  /// Adds the first `length` words of `source` as a record, invisible until `publish`. False when there is no room for it, or when less than `spare`
  /// words would stay free.
  push(source: Int32Array, length: number, spare = 0): boolean {
    const { words, capacity } = this;
    const size = length + 1;
    let at = this.#position & (capacity - 1);
    const rest = capacity - at;
    const skipped = size > rest ? rest : 0;
    if (size + skipped + spare > this.free) return false;
    if (skipped > 0) {
      words[at] = -rest;
      at = 0;
    }
    words[at] = size;
    for (let i = 0; i < length; i++) words[at + 1 + i] = source[i];
    this.#position = (this.#position + skipped + size) | 0;
    return true;
  }

  /// Shows the reader what was pushed. False when there was nothing.
  publish(): boolean {
    if (this.positions[header.write] === this.#position) return false;
    Atomics.store(this.positions, header.write, this.#position);
    return true;
  }
}

export class RingReader extends RingSide {
  /// Words of the record that `next` found.
  length = 0;
  #position: number;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer) {
    super(buffer);
    this.#position = this.positions[header.read];
  }

  get empty(): boolean {
    return Atomics.load(this.positions, header.write) === this.#position;
  }

  /// Where in `words` the oldest record begins, -1 when there is none. It stays there until `drop`.
  next(): number {
    for (;;) {
      if (this.empty) return -1;
      const at = this.#position & (this.capacity - 1);
      const size = this.words[at];
      if (size > 0) {
        this.length = size - 1;
        return at + 1;
      }
      this.#position = (this.#position - size) | 0;
    }
  }

  /// Gives the place of the record that `next` found back.
  drop(): void {
    this.#position = (this.#position + this.length + 1) | 0;
    Atomics.store(this.positions, header.read, this.#position);
  }
}
