/// Hash tables: entries in order of insertion, found through an open-addressing index; all of it in the heap.
import { hashValue, isEqual, isEqv } from "./equality.ts";
import type { Interpreter } from "./interpreter.ts";
import { fix, isFix, NONE, REMOVED, Type, unfix } from "./words.ts";

/// How keys are compared.
export const Keys = { Equal: 0, Eq: 1, Eqv: 2, String: 3, Number: 4, StringFold: 5, Equivalent: 6, Custom: 7 } as const;

/// Elements of a table's storage vector before its entries.
const Field = { Index: 0, Used: 1, Equal: 2, KeyCheck: 3, ValueCheck: 4, Hash: 5, Entries: 6 } as const;

const SMALLEST = 8;

export class Tables {
  private readonly s: Interpreter;
  constructor(s: Interpreter) {
    this.s = s;
  }

  make(size: number, keys: number, equal = NONE, keyCheck = NONE, valueCheck = NONE, hash = NONE): number {
    let capacity = SMALLEST;
    while (capacity < size && capacity < 1 << 24) capacity *= 2;
    const storage = this.storage(capacity);
    const { w, heap } = this.s;
    const d = heap.data(storage);
    w[d + Field.Equal] = equal;
    w[d + Field.KeyCheck] = keyCheck;
    w[d + Field.ValueCheck] = valueCheck;
    w[d + Field.Hash] = hash;
    return heap.cell3(Type.HashTable, fix(0), storage, fix(keys));
  }

  /// Room for `capacity` entries; the index has twice as many places.
  private storage(capacity: number): number {
    const { heap, w } = this.s;
    const storage = heap.vector(Field.Entries + capacity * 2, NONE);
    const index = heap.numberVector(Type.ByteVector, capacity * 8);
    w[heap.data(storage) + Field.Index] = index;
    w[heap.data(storage) + Field.Used] = fix(0);
    return storage;
  }

  capacity(table: number): number {
    const { heap, w } = this.s;
    return (heap.length(w[table + 2]) - Field.Entries) >> 1;
  }

  count(table: number): number {
    return unfix(this.s.w[table + 1]);
  }

  private data(table: number): number {
    return this.s.heap.data(this.s.w[table + 2]);
  }

  keyCheck(table: number): number {
    return this.s.w[this.data(table) + Field.KeyCheck];
  }

  valueCheck(table: number): number {
    return this.s.w[this.data(table) + Field.ValueCheck];
  }

  private same(table: number, keys: number, a: number, b: number): boolean {
    if (a === b) return true;
    switch (keys) {
      case Keys.Eq:
        return false;
      case Keys.Eqv:
        return isEqv(this.s, a, b);
      case Keys.Number:
        return this.s.tower.rank(b) >= 0 && this.s.tower.rank(a) >= 0 && this.s.tower.numericallyEqual(a, b);
      case Keys.StringFold:
        return this.s.isString(a) && this.s.isString(b) && this.s.text(a).toLowerCase() === this.s.text(b).toLowerCase();
      case Keys.Equivalent:
        return isEqual(this.s, a, b, true);
      case Keys.Custom:
        return this.s.call(this.s.w[this.data(table) + Field.Equal], a, b) !== 0x102;
      default:
        return (a & 3) === 0 && (b & 3) === 0 && isEqual(this.s, a, b, false);
    }
  }

  private hash(table: number, keys: number, key: number): number {
    if (keys === Keys.Custom) {
      const procedure = this.s.w[this.data(table) + Field.Hash];
      if (procedure === NONE) return 0;
      const h = this.s.call(procedure, key);
      return isFix(h) ? h >>> 1 : 0;
    }
    return hashValue(this.s, key, keys === Keys.Eq, keys === Keys.Number || keys === Keys.Equivalent, keys === Keys.StringFold);
  }

  /// Address of the entry of a key, or 0.
  private find(table: number, key: number): number {
    const { w, heap } = this.s;
    const d = this.data(table);
    const index = heap.data(w[d + Field.Index]);
    const mask = this.capacity(table) * 2 - 1;
    const keys = unfix(w[table + 3]);
    let i = this.hash(table, keys, key) & mask;
    for (let n = 0; n <= mask; n++) {
      const entry = w[index + i];
      if (entry === 0) return 0;
      const at = d + Field.Entries + (entry - 1) * 2;
      if (w[at] !== REMOVED && this.same(table, keys, w[at], key)) return at;
      i = (i + 1) & mask;
    }
    return 0;
  }

  /// The value of a key, NONE when there is none.
  get(table: number, key: number): number {
    if (this.s.w[table + 1] === fix(0)) return NONE;
    const at = this.find(table, key);
    return at === 0 ? NONE : this.s.w[at + 1];
  }

  set(table: number, key: number, value: number): void {
    const { w, heap } = this.s;
    const found = this.find(table, key);
    if (found !== 0) {
      heap.put(found + 1, value);
      return;
    }
    let d = this.data(table);
    const capacity = this.capacity(table);
    if (unfix(w[d + Field.Used]) >= capacity) {
      this.resize(table, this.count(table) * 2 > capacity ? capacity * 2 : capacity);
      d = this.data(table);
    }
    const used = unfix(w[d + Field.Used]);
    const at = d + Field.Entries + used * 2;
    heap.put(at, key);
    heap.put(at + 1, value);
    w[d + Field.Used] = fix(used + 1);
    w[table + 1] += 2;
    this.link(table, key, used);
  }

  private link(table: number, key: number, entry: number): void {
    const { w, heap } = this.s;
    const index = heap.data(w[this.data(table) + Field.Index]);
    const mask = this.capacity(table) * 2 - 1;
    let i = this.hash(table, unfix(w[table + 3]), key) & mask;
    while (w[index + i] !== 0) i = (i + 1) & mask;
    w[index + i] = entry + 1;
  }

  private resize(table: number, capacity: number): void {
    const { w, heap } = this.s;
    const old = w[table + 2];
    const from = heap.data(old);
    const storage = this.storage(capacity);
    const to = heap.data(storage);
    for (let f: number = Field.Equal; f < Field.Entries; f++) w[to + f] = w[from + f];
    heap.put(table + 2, storage);
    const used = unfix(w[from + Field.Used]);
    let n = 0;
    for (let k = 0; k < used; k++) {
      const at = from + Field.Entries + k * 2;
      if (w[at] === REMOVED) continue;
      w[to + Field.Entries + n * 2] = w[at];
      w[to + Field.Entries + n * 2 + 1] = w[at + 1];
      this.link(table, w[at], n++);
    }
    w[to + Field.Used] = fix(n);
  }

  remove(table: number, key: number): void {
    const { w, heap } = this.s;
    const at = this.find(table, key);
    if (at === 0) return;
    heap.put(at, REMOVED);
    heap.put(at + 1, NONE);
    w[table + 1] -= 2;
  }

  clear(table: number): void {
    const { w, heap } = this.s;
    const from = this.data(table);
    const storage = this.storage(this.capacity(table));
    const to = heap.data(storage);
    for (let f: number = Field.Equal; f < Field.Entries; f++) w[to + f] = w[from + f];
    heap.put(table + 2, storage);
    w[table + 1] = fix(0);
  }

  copy(table: number): number {
    const { w } = this.s;
    const d = this.data(table);
    const keys = unfix(w[table + 3]);
    const out = this.make(
      this.capacity(table),
      keys,
      w[d + Field.Equal],
      w[d + Field.KeyCheck],
      w[d + Field.ValueCheck],
      w[d + Field.Hash],
    );
    w[out] = w[table];
    this.each(table, (key, value) => this.set(out, key, value));
    return out;
  }

  /// Visits the entries in order of insertion. The table may change meanwhile.
  each(table: number, visit: (key: number, value: number) => void): void {
    const { w } = this.s;
    for (let k = 0; ; k++) {
      const d = this.data(table);
      if (k >= unfix(w[d + Field.Used])) return;
      const at = d + Field.Entries + k * 2;
      if (w[at] !== REMOVED) visit(w[at], w[at + 1]);
    }
  }

  /// The entry at or after position `k`, as its position, or -1. For iterators.
  next(table: number, k: number): number {
    const { w } = this.s;
    const d = this.data(table);
    for (let i = k; i < unfix(w[d + Field.Used]); i++) if (w[d + Field.Entries + i * 2] !== REMOVED) return i;
    return -1;
  }

  entry(table: number, k: number): { key: number; value: number } {
    const at = this.data(table) + Field.Entries + k * 2;
    return { key: this.s.w[at], value: this.s.w[at + 1] };
  }
}
