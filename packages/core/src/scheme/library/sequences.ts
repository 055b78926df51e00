/// What works on any sequence: lists, vectors, strings, hash tables, environments.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { bool, charWord, FALSE, fix, isFix, NIL, NONE, Type, UNSPECIFIED } from "../words.ts";
import { environmentSet, tableStore } from "./access.ts";
import { eachElement, isSequence, listLength, needList, needRange } from "./arguments.ts";
import { appendTwo } from "./lists.ts";
import { elements, fillVector } from "./vectors.ts";

export function lengthOf(s: Interpreter, v: number): number | undefined {
  const type = s.heap.typeOf(v);
  if (v === NIL) return 0;
  if (type === Type.Pair) return listLength(s, v);
  if (type >= Type.String && type <= Type.ByteVector) return s.heap.length(v);
  if (type === Type.HashTable) return s.tables.capacity(v);
  if (s.environments.is(v)) return s.environments.length(v);
  if (type === Type.Iterator) return lengthOf(s, s.w[v + 1]);
  return undefined;
}

/// The elements of a sequence: of a table or environment, pairs of key and value.
export function items(s: Interpreter, v: number): number[] {
  const type = s.heap.typeOf(v);
  const out: number[] = [];
  if (type === Type.Pair) eachElement(s, v, (x) => out.push(x));
  else if (type === Type.String) for (let i = 0; i < s.heap.length(v); i++) out.push(charWord(s.heap.b[s.heap.data(v) * 4 + i]));
  else if (s.vectors.is(v)) return elements(s, v);
  else if (type === Type.HashTable) s.tables.each(v, (key, value) => out.push(s.heap.cons(key, value)));
  else if (s.environments.is(v)) s.environments.each(v, (symbol, value) => out.push(s.heap.cons(symbol, value)));
  else if (type === Type.Iterator) return items(s, s.w[v + 1]);
  return out;
}

export function copyOf(s: Interpreter, v: number): number {
  const { heap, w } = s;
  const type = heap.typeOf(v);
  switch (type) {
    case Type.Pair: {
      let last = v;
      for (let l = v; heap.isPair(l); l = w[l + 2]) last = l;
      return appendTwo(s, v, w[last + 2]);
    }
    case Type.Vector:
    case Type.FloatVector:
    case Type.IntVector:
    case Type.ByteVector:
    case Type.String: {
      const dimensions = type === Type.String ? undefined : s.vectors.dimensions(v);
      const out = type === Type.String ? heap.numberVector(type, heap.length(v)) : s.vectors.make(type, heap.length(v), dimensions);
      const words = type === Type.Vector ? heap.length(v) : type === Type.String || type === Type.ByteVector ? 0 : heap.length(v) * 2;
      if (words > 0) w.copyWithin(heap.data(out), heap.data(v), heap.data(v) + words);
      else heap.b.copyWithin(heap.data(out) * 4, heap.data(v) * 4, heap.data(v) * 4 + heap.length(v));
      return out;
    }
    case Type.HashTable:
      return s.tables.copy(v);
    case Type.Let:
    case Type.Frame: {
      if (v === s.rootlet) return v;
      const out = s.environments.make(s.environments.outer(v));
      s.environments.each(v, (symbol, value) => s.environments.append(out, symbol, value));
      if (type === Type.Let) w[out] |= w[v] & 0x200;
      return out;
    }
    case Type.RandomState:
    case Type.Iterator: {
      const p = heap.cell();
      w.copyWithin(p, v, v + 4);
      return p;
    }
    default:
      return v;
  }
}

function copyInto(s: Interpreter, from: number, to: number, start: number, end: number): number {
  if (s.heap.isType(to, Type.HashTable) || s.environments.is(to)) {
    for (const pair of items(s, from)) {
      if (!s.heap.isPair(pair)) throw s.wrongType(1, from, "a sequence of pairs");
      if (s.heap.isType(to, Type.HashTable)) tableStore(s, to, s.w[pair + 1], s.w[pair + 2]);
      else s.environments.define(to, s.w[pair + 1], s.w[pair + 2]);
    }
    return to;
  }
  const source = items(s, from).slice(start, end);
  if (s.heap.isPair(to)) {
    let l = to;
    for (const x of source) {
      if (!s.heap.isPair(l)) break;
      s.heap.put(l + 1, x);
      l = s.w[l + 2];
    }
    return to;
  }
  const room = lengthOf(s, to);
  if (room === undefined) throw s.wrongType(2, to, "a sequence");
  const n = Math.min(source.length, room);
  for (let i = 0; i < n; i++) setElement(s, to, i, source[i]);
  return to;
}

function setElement(s: Interpreter, v: number, i: number, x: number): void {
  if (s.isString(v)) {
    if ((x & 0xff) !== 0x12) throw s.wrongTypeIn("string-set!", 3, x, "a character");
    s.heap.b[s.heap.data(v) * 4 + i] = x >>> 8;
  } else s.vectors.set(v, i, x);
}

function fill(s: Interpreter, v: number, value: number, start: number, end: number): number {
  const type = s.heap.typeOf(v);
  if (v === NIL) return value;
  if (s.isImmutable(v)) throw s.error("immutable-error", "can't fill! ~S (it is immutable)", v);
  if (type === Type.HashTable) {
    if (value === FALSE) s.tables.clear(v);
    else {
      const keys: number[] = [];
      s.tables.each(v, (key) => keys.push(key));
      for (const key of keys) s.tables.set(v, key, value);
    }
    return value;
  }
  if (s.environments.is(v)) {
    s.environments.each(v, (symbol) => {
      environmentSet(s, v, symbol, value);
    });
    return value;
  }
  const length = lengthOf(s, v);
  if (length === undefined) throw s.wrongType(1, v, "a sequence");
  const [from, to] = needRange(s, start, end, 3, Math.abs(length));
  if (type === Type.Pair) {
    let l = v;
    for (let i = 0; i < to && s.heap.isPair(l); i++) {
      if (i >= from) s.heap.put(l + 1, value);
      l = s.w[l + 2];
    }
  } else if (type === Type.String) for (let i = from; i < to; i++) setElement(s, v, i, value);
  else fillVector(s, v, value, from, to);
  return value;
}

export function reversed(s: Interpreter, v: number): number {
  const type = s.heap.typeOf(v);
  if (v === NIL) return v;
  if (type === Type.Pair) {
    let list: number = NIL;
    let l = v;
    for (; s.heap.isPair(l); l = s.w[l + 2]) list = s.heap.cons(s.w[l + 1], list);
    return l === NIL ? list : s.heap.cons(l, s.w[list + 2] === NIL ? list : list);
  }
  if (type === Type.HashTable) {
    const out = s.tables.make(s.tables.count(v), 0);
    s.tables.each(v, (key, value) => s.tables.set(out, value, key));
    return out;
  }
  if (type < Type.String || type > Type.ByteVector) throw s.wrongType(1, v, "a sequence");
  const out = copyOf(s, v);
  const source = items(s, v);
  source.forEach((x, i) => {
    setElement(s, out, source.length - 1 - i, x);
  });
  return out;
}

function append(s: Interpreter, n: number, at: number): number {
  if (n === 0) return NIL;
  const first = s.w[at];
  const type = s.heap.typeOf(first);
  if (n === 1) return first;
  if (first === NIL || type === Type.Pair) {
    let result = s.w[at + n - 1];
    for (let i = n - 2; i >= 0; i--) {
      const list = s.w[at + i];
      if (list === NIL) continue;
      if (s.heap.isPair(list)) {
        needList(s, list, i + 1);
        result = appendTwo(s, list, result);
      } else if (isSequence(s, list)) result = appendTwo(s, s.heap.list(...items(s, list)), result);
      else throw s.wrongType(i + 1, list, "a proper list");
    }
    return result;
  }
  if (type === Type.HashTable || s.environments.is(first)) {
    const out = copyOf(s, first);
    for (let i = 1; i < n; i++) copyInto(s, s.w[at + i], out, 0, Number.POSITIVE_INFINITY);
    return out;
  }
  if (type < Type.String || type > Type.ByteVector) throw s.wrongType(1, first, "a sequence");
  const all: number[] = [];
  for (let i = 0; i < n; i++) {
    const v = s.w[at + i];
    if (!isSequence(s, v)) throw s.wrongType(i + 1, v, "a sequence");
    all.push(...items(s, v));
  }
  const out = type === Type.String ? s.heap.numberVector(type, all.length) : s.vectors.make(type, all.length);
  all.forEach((x, i) => {
    setElement(s, out, i, x);
  });
  return out;
}

/// Sorts by a builtin comparison without calling back: numbers by < or >, otherwise undefined.
function fastOrder(s: Interpreter, less: number, values: number[]): ((a: number, b: number) => number) | undefined {
  const ascending = less === s.globals.builtinNamed("<");
  if (!ascending && less !== s.globals.builtinNamed(">")) return undefined;
  if (!values.every((v) => s.tower.isReal(v))) return undefined;
  const sign = ascending ? 1 : -1;
  return values.every(isFix) ? (a, b) => (a - b) * sign : (a, b) => s.tower.compare(a, b) * sign;
}

export function putItems(s: Interpreter, v: number, values: readonly number[]): void {
  if (s.heap.isPair(v)) {
    let l = v;
    for (const x of values) {
      s.heap.put(l + 1, x);
      l = s.w[l + 2];
    }
  } else for (let i = 0; i < values.length; i++) setElement(s, v, i, values[i]);
}

export const sequences: Definition[] = [
  def("length", [1, 1], "Number of elements; #f for what has none, negative for a dotted list.", "(length '(1 2 3)) => 3", (s, a) => {
    const method = s.environments.method(a, s.symbols.length);
    if (method !== NONE) return s.call(method, a);
    const n = lengthOf(s, a);
    if (n === undefined) return FALSE;
    return n === Number.POSITIVE_INFINITY ? s.heap.float(n) : fix(n);
  }),
  def("copy", [1, 4], "A copy of a value, or of a part of it into another.", "(copy #(1 2 3)) => #(1 2 3)", (s, a, b, c, n, at) => {
    const method = s.environments.method(a, s.symbols.copy);
    if (method !== NONE) return s.call(method, ...Array.from(s.w.subarray(at, at + n)));
    if (n === 1) return copyOf(s, a);
    if (!isSequence(s, a)) throw s.wrongType(1, a, "a sequence");
    if (b === s.rootlet && !s.environments.is(a)) throw s.wrongType(2, b, "a sequence");
    const length = Math.abs(lengthOf(s, a) ?? 0);
    const [from, to] = needRange(s, c, n > 3 ? s.w[at + 3] : NONE, 3, s.heap.isType(a, Type.HashTable) ? s.tables.count(a) : length);
    return copyInto(s, a, b, from, to);
  }),
  def("fill!", [2, 4], "Sets every element of a sequence, or of a part of it.", "(fill! (make-list 3 0) 7) => 7", (s, a, b, c, n, at) =>
    fill(s, a, b, c, n > 3 ? s.w[at + 3] : NONE),
  ),
  def("reverse", [1, 1], "The elements in reverse order, as a new sequence.", "(reverse '(1 2 3)) => (3 2 1)", (s, a) => reversed(s, a)),
  def("append", [0, -1], "Sequences joined to one of the first one's kind.", "(append '(1) '(2) 3) => (1 2 . 3)", (s, _a, _b, _c, n, at) =>
    append(s, n, at),
  ),
  def("sequence?", [1, 1], "Whether a value has elements.", "(sequence? '(1)) => #t", (s, a) => bool(isSequence(s, a))),
  def("{sort-fast}", [2, 2], "", "", (s, a, b) => {
    const values = items(s, a);
    const order = fastOrder(s, b, values);
    if (order === undefined) return FALSE;
    putItems(s, a, values.sort(order));
    return bool(true);
  }),
  def("{sort-check}", [2, 2], "", "", (s, a, b) => {
    const type = s.heap.typeOf(a);
    if (!s.isProcedure(b)) throw s.wrongTypeIn("sort!", 2, b, "a procedure");
    if (a === NIL) return UNSPECIFIED;
    if (type === Type.Pair) {
      const n = listLength(s, a);
      if (n < 0 || n === Number.POSITIVE_INFINITY) throw s.wrongTypeIn("sort!", 1, a, "a proper list");
    } else if (type < Type.String || type > Type.ByteVector) throw s.wrongTypeIn("sort!", 1, a, "a sequence");
    if (s.isImmutable(a)) throw s.error("immutable-error", "can't sort! ~S (it is immutable)", a);
    return UNSPECIFIED;
  }),
  def("{to-vector}", [1, 1], "", "", (s, a) => {
    const all = items(s, a);
    const v = s.heap.vector(all.length);
    all.forEach((x, i) => {
      s.w[s.heap.data(v) + i] = x;
    });
    return v;
  }),
  def("{from-vector}", [2, 2], "", "", (s, a, b) => {
    putItems(s, a, elements(s, b));
    return a;
  }),
  def("{to-list}", [1, 1], "", "", (s, a) => {
    if (a === NIL || s.heap.isPair(a)) return a;
    const method = s.environments.is(a) ? s.environments.method(a, s.symbols.makeIterator) : NONE;
    if (method !== NONE) return s.call(method, a);
    if (isSequence(s, a) && !s.heap.isType(a, Type.Iterator)) return s.heap.list(...items(s, a));
    return FALSE;
  }),
];
