/// Node ids and their numbers. An id is found in place, as the beginning of a longer text, so that "id.o0" is never cut up.

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

export class Names {
  /// Different ids.
  readonly size: number;
  private readonly ids: readonly { readonly id: string }[];
  /// Open addressing: numbers of ids plus 1, and the hash (FNV-1a over UTF-16 units) of each id by number.
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;

  /// Of equal ids the first counts.
  constructor(ids: readonly { readonly id: string }[]) {
    this.ids = ids;
    let capacity = 4;
    while (capacity < ids.length * 2) capacity *= 2;
    this.slots = new Int32Array(capacity);
    this.hashes = new Int32Array(ids.length);
    let size = 0;
    for (let k = 0; k < ids.length; k++) {
      const { id } = ids[k];
      const hash = hashOf(id, id.length);
      this.hashes[k] = hash;
      const slot = this.slotOf(id, id.length, hash);
      if (this.slots[slot] !== 0) continue;
      this.slots[slot] = k + 1;
      size++;
    }
    this.size = size;
  }

  get(id: string): number | undefined {
    const k = this.find(id, id.length);
    return k < 0 ? undefined : k;
  }

  has(id: string): boolean {
    return this.find(id, id.length) >= 0;
  }

  /// Number of the id that is the first `length` characters of `text`, -1 for none.
  find(text: string, length: number): number {
    return this.slots[this.slotOf(text, length, hashOf(text, length))] - 1;
  }

  /// The slot that holds the id, or the empty one where it would go.
  private slotOf(text: string, length: number, hash: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const k = this.slots[slot] - 1;
      if (k < 0 || (this.hashes[k] === hash && begins(text, length, this.ids[k].id))) return slot;
    }
  }
}

function hashOf(text: string, length: number): number {
  let hash = offsetBasis;
  for (let k = 0; k < length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), prime);
  return hash ^ (hash >>> 15);
}

function begins(text: string, length: number, id: string): boolean {
  if (id.length !== length) return false;
  for (let k = 0; k < length; k++) if (text.charCodeAt(k) !== id.charCodeAt(k)) return false;
  return true;
}
