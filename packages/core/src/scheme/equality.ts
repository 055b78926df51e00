/// eqv?, equal?, equivalent? and the hash values that go with them.
import type { Interpreter } from "./interpreter.ts";
import { NONE, Type } from "./words.ts";

/// Comparisons after which a table of pairs already being compared is kept, for cyclic structures.
const EASY = 5_000_000;
/// Nesting (not length) of structures compared without growing the host's stack further.
const MAX_DEPTH = 4000;

export function isEqv(s: Interpreter, a: number, b: number): boolean {
  if (a === b) return true;
  if (((a | b) & 3) !== 0) return false;
  if (s.tower.rank(a) >= 0) return s.tower.eqv(a, b);
  return s.isString(a) && s.isString(b) && s.heap.length(a) === 0 && s.heap.length(b) === 0;
}

/// Structural equality; `loose` compares numbers by value within `equivalent-float-epsilon`.
export function isEqual(s: Interpreter, a: number, b: number, loose: boolean): boolean {
  return new Comparison(s, loose).equal(a, b, 0);
}

class Comparison {
  private readonly s: Interpreter;
  private readonly loose: boolean;
  private steps = 0;
  private seen: Map<number, Set<number>> | undefined;

  constructor(s: Interpreter, loose: boolean) {
    this.s = s;
    this.loose = loose;
  }

  /// Whether the pair was met before (and so can only differ elsewhere).
  private again(a: number, b: number): boolean {
    if (++this.steps < EASY) return false;
    this.seen ??= new Map();
    let partners = this.seen.get(a);
    if (partners === undefined) this.seen.set(a, (partners = new Set()));
    if (partners.has(b)) return true;
    partners.add(b);
    return false;
  }

  equal(first: number, second: number, depth: number): boolean {
    const { s } = this;
    const { w, heap } = s;
    let a = first;
    let b = second;
    for (;;) {
      if (a === b) return true;
      if (this.loose && s.tower.rank(a) >= 0 && s.tower.rank(b) >= 0) return this.close(a, b);
      if (((a | b) & 3) !== 0) return false;
      const type = w[a] & 0xff;
      if (type !== (w[b] & 0xff)) {
        const environments = (type === Type.Let || type === Type.Frame) && ((w[b] & 0xff) === Type.Let || (w[b] & 0xff) === Type.Frame);
        if (environments) return this.environments(a, b, depth);
        return this.loose && this.isVector(type) && this.isVector(w[b] & 0xff) ? this.vectors(a, b, depth) : false;
      }
      if (depth > MAX_DEPTH) return false;
      switch (type) {
        case Type.Pair:
          if (this.again(a, b)) return true;
          if (!this.equal(w[a + 1], w[b + 1], depth + 1)) return false;
          a = w[a + 2];
          b = w[b + 2];
          continue;
        case Type.String:
          return heap.length(a) === heap.length(b) && this.sameBytes(a, b, heap.length(a));
        case Type.ByteVector:
          return heap.length(a) === heap.length(b) && this.sameBytes(a, b, heap.length(a));
        case Type.Vector:
        case Type.FloatVector:
        case Type.IntVector:
          return this.vectors(a, b, depth);
        case Type.HashTable:
          return this.tables(a, b, depth);
        case Type.Let:
        case Type.Frame:
          return this.environments(a, b, depth);
        case Type.Iterator:
          return this.equal(w[a + 1], w[b + 1], depth + 1) && w[a + 2] === w[b + 2];
        case Type.CPointer:
          return isEqv(s, w[a + 1], w[b + 1]);
        default:
          return isEqv(s, a, b);
      }
    }
  }

  private close(a: number, b: number): boolean {
    const [x, y] = this.s.tower.parts(a);
    const [u, v] = this.s.tower.parts(b);
    const epsilon = this.s.settings.equivalentFloatEpsilon;
    const near = (p: number, q: number) => p === q || (Number.isNaN(p) && Number.isNaN(q)) || Math.abs(p - q) <= epsilon;
    return near(x, u) && near(y, v);
  }

  private isVector(type: number): boolean {
    return type === Type.Vector || type === Type.FloatVector || type === Type.IntVector || type === Type.ByteVector;
  }

  private sameBytes(a: number, b: number, length: number): boolean {
    const { heap } = this.s;
    const x = heap.data(a) * 4;
    const y = heap.data(b) * 4;
    for (let i = 0; i < length; i++) if (heap.b[x + i] !== heap.b[y + i]) return false;
    return true;
  }

  private vectors(a: number, b: number, depth: number): boolean {
    const { s } = this;
    const length = s.heap.length(a);
    if (length !== s.heap.length(b) || String(s.vectors.dimensions(a)) !== String(s.vectors.dimensions(b))) return false;
    if (this.again(a, b)) return true;
    for (let i = 0; i < length; i++) if (!this.equal(s.vectors.ref(a, i), s.vectors.ref(b, i), depth + 1)) return false;
    return true;
  }

  private tables(a: number, b: number, depth: number): boolean {
    const { tables } = this.s;
    if (tables.count(a) !== tables.count(b)) return false;
    if (this.again(a, b)) return true;
    let same = true;
    tables.each(a, (key, value) => {
      const other = tables.get(b, key);
      same &&= other !== NONE && this.equal(value, other, depth + 1);
    });
    return same;
  }

  private environments(a: number, b: number, depth: number): boolean {
    const { environments } = this.s;
    if (environments.length(a) !== environments.length(b)) return false;
    if (this.again(a, b)) return true;
    let same = true;
    environments.each(a, (symbol, value) => {
      const at = environments.find(b, symbol);
      same &&= at !== 0 && this.equal(value, this.s.w[at], depth + 1);
    });
    return same;
  }
}

const mix = (h: number): number => {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return x ^ (x >>> 16);
};

/// A hash value that is equal for values that are: `byAddress` for eq?, `byValue` for tables that do not tell 1 from 1.0.
export function hashValue(s: Interpreter, v: number, byAddress: boolean, byValue: boolean, fold: boolean): number {
  if (byValue && s.tower.rank(v) >= 0) return mix(Math.round(s.tower.parts(v)[0]) | 0);
  if ((v & 3) !== 0 || byAddress) return mix(v);
  const { w, heap } = s;
  switch (w[v] & 0xff) {
    case Type.String: {
      let h = 0x811c9dc5;
      const at = heap.data(v) * 4;
      const length = heap.length(v);
      for (let i = 0; i < length; i++) {
        const c = heap.b[at + i];
        h = Math.imul(h ^ (fold && c >= 65 && c <= 90 ? c + 32 : c), 0x01000193);
      }
      return mix(h);
    }
    case Type.Float:
    case Type.Int64:
      if ((w[v] & 0xff) === Type.Float && heap.floatValue(v) === 0) return 0;
      return mix(w[v + 2] ^ Math.imul(w[v + 3], 31));
    case Type.Ratio:
    case Type.Complex:
      return hashValue(s, w[v + 1], false, byValue, fold);
    case Type.Pair:
      // Only the first elements: long lists are rare as keys, cycles must end.
      return mix(hashValue(s, headOf(s, v), false, byValue, fold) + 17);
    case Type.Vector:
    case Type.FloatVector:
    case Type.IntVector:
    case Type.ByteVector:
      return mix(heap.length(v) + 7);
    case Type.HashTable:
    case Type.Let:
    case Type.Frame:
    case Type.Iterator:
    case Type.CPointer:
      return w[v] & 0xff;
    default:
      return mix(v);
  }
}

/// The first element of a list that is not a list itself, or a mark for deeper ones.
function headOf(s: Interpreter, v: number): number {
  const first = s.w[v + 1];
  return s.heap.isPair(first) ? 1 : first;
}
