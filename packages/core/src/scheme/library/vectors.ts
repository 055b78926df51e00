/// Vectors of all kinds.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { bool, FALSE, fix, isFix, NIL, NONE, Type } from "../words.ts";
import { store, subvector } from "./access.ts";
import { needInteger, needLength, needRange, needVector } from "./arguments.ts";

/// Dimensions given as a length or a list of lengths.
function needDimensions(s: Interpreter, v: number): number[] {
  if (!s.heap.isPair(v)) return [needLength(s, v, 1)];
  const out = s.listItems(v).map((d) => needLength(s, d, 1));
  if (out.reduce((a, b) => a * b, 1) > 0x10000000) throw s.outOfRange(1, v, "it is too large");
  return out;
}

function makeFilled(s: Interpreter, type: number, size: number, fill: number): number {
  const dimensions = needDimensions(s, size);
  const length = dimensions.reduce((a, b) => a * b, 1);
  const v = s.vectors.make(type, length, dimensions);
  if (fill !== NONE) fillVector(s, v, fill, 0, length);
  return v;
}

export function fillVector(s: Interpreter, v: number, value: number, from: number, to: number): void {
  if ((s.w[v] & 0xff) === Type.FloatVector && s.tower.isReal(value)) {
    const at = s.heap.data(v) >> 1;
    s.heap.f.fill(s.tower.real(value), at + from, at + to);
    return;
  }
  for (let i = from; i < to; i++) s.vectors.set(v, i, value);
}

/// The vector type that a type predicate asks for, in `(make-vector 3 0 integer?)`.
function typeFor(s: Interpreter, predicate: number): number {
  if (predicate === s.globals.builtinNamed("integer?")) return Type.IntVector;
  if (predicate === s.globals.builtinNamed("float?")) return Type.FloatVector;
  if (predicate === s.globals.builtinNamed("byte?")) return Type.ByteVector;
  return Type.Vector;
}

function fromArguments(type: number, expected: string) {
  return (s: Interpreter, _a: number, _b: number, _c: number, n: number, at: number): number => {
    const v = s.vectors.make(type, n);
    for (let i = 0; i < n; i++) {
      const x = s.w[at + i];
      if (
        type === Type.FloatVector
          ? !s.tower.isReal(x)
          : type === Type.IntVector
            ? !s.tower.isInteger(x)
            : type === Type.ByteVector && !(isFix(x) && x > 0 && x >> 1 < 256)
      ) {
        throw s.wrongType(i + 1, x, expected);
      }
      s.vectors.set(v, i, x);
    }
    return v;
  };
}

/// Ref and set of one kind of vector, under its own name.
function accessors(kind: string, check: (s: Interpreter, v: number) => boolean, expected: string, element: string): Definition[] {
  const position = (s: Interpreter, v: number, at: number, n: number): number => {
    if (!check(s, v)) throw s.wrongType(1, v, expected);
    const dimensions = s.vectors.dimensions(v);
    if (n > dimensions.length) throw s.error("wrong-number-of-args", `too many indices: ${kind}: ~S`, s.machine.listOf(at, n));
    let p = 0;
    for (let i = 0; i < n; i++) {
      const key = s.w[at + i];
      if (!s.tower.isInteger(key)) throw s.wrongType(i + 2, key, "an integer");
      const k = s.tower.real(key);
      if (k < 0) throw s.outOfRange(i + 2, key, "it is negative");
      if (k >= dimensions[i]) throw s.outOfRange(i + 2, key, "it is too large");
      p = p * dimensions[i] + k;
    }
    return p;
  };
  return [
    def(`${kind}-ref`, [2, -1], `The element of a ${kind} at a position.`, "", (s, v, _b, _c, n, at) => {
      if (check(s, v) && kind === "vector" && n - 1 > s.vectors.dimensions(v).length) {
        const inner = s.vectors.ref(v, position(s, v, at + 1, s.vectors.dimensions(v).length));
        const used = s.vectors.dimensions(v).length;
        return s.call(inner, ...Array.from(s.w.subarray(at + 1 + used, at + n)));
      }
      const p = position(s, v, at + 1, n - 1);
      const rest = s.vectors.dimensions(v).slice(n - 1);
      if (rest.length === 0) return s.vectors.ref(v, p);
      const size = rest.reduce((a, b) => a * b, 1);
      return subvector(s, v, p * size, size, rest);
    }),
    def(`${kind}-set!`, [3, -1], `Changes the element of a ${kind} at a position.`, "", (s, v, _b, _c, n, at) => {
      if (!check(s, v)) throw s.wrongType(1, v, expected);
      if (s.isImmutable(v)) throw s.error("immutable-error", `can't ${kind}-set! ~S (it is immutable)`, v);
      const value = s.w[at + n - 1];
      if (kind === "vector" && n - 2 !== s.vectors.dimensions(v).length) return store(s, v, at + 1, n - 2, value);
      const p = position(s, v, at + 1, n - 2);
      if (s.vectors.dimensions(v).length !== n - 2)
        throw s.error("wrong-number-of-args", `not enough indices: ${kind}-set!: ~S`, s.machine.listOf(at, n));
      if (element !== "" && kind === "float-vector" && !s.tower.isReal(value)) throw s.wrongType(3, value, element);
      s.vectors.set(v, p, value);
      return value;
    }),
  ];
}

const ofType = (type: number) => (s: Interpreter, v: number) => s.heap.isType(v, type);

/// Elements in order, each as a value.
export function elements(s: Interpreter, v: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < s.heap.length(v); i++) out.push(s.vectors.ref(v, i));
  return out;
}

export const vectors: Definition[] = [
  def("vector?", [1, 1], "Whether a value is a vector of any kind.", "(vector? #(1)) => #t", (s, a) => bool(s.vectors.is(a))),
  def("float-vector?", [1, 1], "Whether a value is a vector of doubles.", "(float-vector? #r(1)) => #t", (s, a) =>
    bool(s.heap.isType(a, Type.FloatVector)),
  ),
  def("int-vector?", [1, 1], "Whether a value is a vector of integers.", "(int-vector? #i(1)) => #t", (s, a) =>
    bool(s.heap.isType(a, Type.IntVector)),
  ),
  def("byte-vector?", [1, 1], "Whether a value is a vector of bytes.", "(byte-vector? #u(1)) => #t", (s, a) =>
    bool(s.heap.isType(a, Type.ByteVector)),
  ),
  def("vector", [0, -1], "A vector of the arguments.", "(vector 1 2 3) => #(1 2 3)", fromArguments(Type.Vector, "")),
  def("float-vector", [0, -1], "A vector of doubles.", "(float-vector 1 2.5) => #r(1.0 2.5)", fromArguments(Type.FloatVector, "a real")),
  def("int-vector", [0, -1], "A vector of integers.", "(int-vector 1 2 3) => #i(1 2 3)", fromArguments(Type.IntVector, "an integer")),
  def("byte-vector", [0, -1], "A vector of bytes.", "(byte-vector 1 255) => #u(1 255)", fromArguments(Type.ByteVector, "a byte")),
  def(
    "make-vector",
    [1, 3],
    "A vector of a length or of several dimensions, filled with a value.",
    "(make-vector 3 0) => #(0 0 0)",
    (s, a, b, c) => {
      const type = c === NONE ? Type.Vector : typeFor(s, c);
      if (c !== NONE && !s.isProcedure(c)) throw s.wrongType(3, c, "a procedure");
      return makeFilled(s, type, a, b === NONE ? (type === Type.Vector ? FALSE : NONE) : b);
    },
  ),
  def("make-float-vector", [1, 2], "A vector of doubles.", "(make-float-vector 2 1.5) => #r(1.5 1.5)", (s, a, b) => {
    if (b !== NONE && !s.tower.isReal(b)) throw s.wrongType(2, b, "a real");
    return makeFilled(s, Type.FloatVector, a, b);
  }),
  def("make-int-vector", [1, 2], "A vector of integers.", "(make-int-vector 2 7) => #i(7 7)", (s, a, b) => {
    if (b !== NONE && !s.tower.isInteger(b)) throw s.wrongType(2, b, "an integer");
    return makeFilled(s, Type.IntVector, a, b);
  }),
  def("make-byte-vector", [1, 2], "A vector of bytes.", "(make-byte-vector 2 7) => #u(7 7)", (s, a, b) => {
    if (b !== NONE && !(isFix(b) && b > 0 && b >> 1 < 256)) throw s.wrongType(2, b, "a byte");
    return makeFilled(s, Type.ByteVector, a, b);
  }),
  ...accessors("vector", (s, v) => s.vectors.is(v), "a vector", ""),
  ...accessors("float-vector", ofType(Type.FloatVector), "a float-vector", "a real"),
  ...accessors("int-vector", ofType(Type.IntVector), "an int-vector", "an integer"),
  ...accessors("byte-vector", ofType(Type.ByteVector), "a byte-vector", "a byte"),
  def("vector-length", [1, 1], "Number of elements.", "(vector-length #(1 2)) => 2", (s, a) => fix(s.heap.length(needVector(s, a, 1)))),
  def("vector-dimensions", [1, 1], "The list of a vector's dimensions.", "(vector-dimensions #2d((1 2 3) (4 5 6))) => (2 3)", (s, a) =>
    s.heap.list(...s.vectors.dimensions(needVector(s, a, 1)).map(fix)),
  ),
  def("vector-dimension", [2, 2], "One dimension of a vector.", "(vector-dimension #2d((1 2 3) (4 5 6)) 1) => 3", (s, a, b) => {
    const dimensions = s.vectors.dimensions(needVector(s, a, 1));
    const i = needInteger(s, b, 2);
    if (i < 0 || i >= dimensions.length) throw s.outOfRange(2, b, i < 0 ? "it is negative" : "it is too large");
    return fix(dimensions[i]);
  }),
  def("vector-rank", [1, 1], "The number of a vector's dimensions.", "(vector-rank #2d((1 2) (3 4))) => 2", (s, a) =>
    fix(s.vectors.dimensions(needVector(s, a, 1)).length),
  ),
  def("subvector", [1, 4], "A vector that shares a part of another.", "(subvector #(1 2 3 4) 1 3) => #(2 3)", (s, a, b, c, n, at) => {
    needVector(s, a, 1);
    const [from, to] = needRange(s, b, c, 2, s.heap.length(a));
    if ((s.w[a] & 0xff) === Type.ByteVector && from % 4 !== 0) {
      const out = s.heap.numberVector(Type.ByteVector, to - from);
      s.heap.b.copyWithin(s.heap.data(out) * 4, s.heap.data(a) * 4 + from, s.heap.data(a) * 4 + to);
      return out;
    }
    const dimensions = n > 3 ? s.listItems(s.w[at + 3]).map((d) => needLength(s, d, 4)) : [to - from];
    return subvector(s, a, from, to - from, dimensions);
  }),
  def("subvector?", [1, 1], "Whether a vector shares the elements of another.", "(subvector? #(1)) => #f", (s, a) =>
    bool(s.vectors.is(a) && s.heap.data(a) !== a + 4),
  ),
  def(
    "subvector-vector",
    [1, 1],
    "The vector whose elements are shared.",
    "(subvector-vector (subvector #(1 2) 0 1)) => #(1 2)",
    (s, a) => {
      if (!s.vectors.is(a) || s.heap.data(a) === a + 4) throw s.wrongType(1, a, "a subvector");
      return s.w[s.w[a + 2] + 2];
    },
  ),
  def("subvector-position", [1, 1], "Where the shared part begins.", "(subvector-position (subvector #(1 2) 1 2)) => 1", (s, a) => {
    if (!s.vectors.is(a) || s.heap.data(a) === a + 4) throw s.wrongType(1, a, "a subvector");
    const step = (s.w[a] & 0xff) === Type.Vector ? 1 : 2;
    return fix((s.heap.data(a) - s.heap.data(s.w[s.w[a + 2] + 2])) / step);
  }),
  def(
    "vector-fill!",
    [2, 4],
    "Fills a vector or a part of it.",
    "(let ((v (vector 1 2))) (vector-fill! v 5) v) => #(5 5)",
    (s, a, b, c, n, at) => {
      needVector(s, a, 1);
      const [from, to] = needRange(s, c, n > 3 ? s.w[at + 3] : NONE, 3, s.heap.length(a));
      fillVector(s, a, b, from, to);
      return b;
    },
  ),
  def("vector->list", [1, 3], "The elements of a vector or a part of it.", "(vector->list #(1 2 3) 1) => (2 3)", (s, a, b, c) => {
    needVector(s, a, 1);
    const [from, to] = needRange(s, b, c, 2, s.heap.length(a));
    let list: number = NIL;
    for (let i = to - 1; i >= from; i--) list = s.heap.cons(s.vectors.ref(a, i), list);
    return list;
  }),
  def("list->vector", [1, 1], "A vector of the elements of a list.", "(list->vector '(1 2)) => #(1 2)", (s, a) => {
    if (a !== NIL && !s.heap.isPair(a)) throw s.wrongType(1, a, "a proper list");
    const items = s.listItems(a);
    const v = s.heap.vector(items.length);
    items.forEach((x, i) => {
      s.w[s.heap.data(v) + i] = x;
    });
    return v;
  }),
  def("vector-append", [0, -1], "Vectors joined to a new one.", "(vector-append #(1) #(2 3)) => #(1 2 3)", (s, _a, _b, _c, n, at) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += s.heap.length(needVector(s, s.w[at + i], i + 1));
    const out = s.vectors.make(n === 0 ? Type.Vector : s.w[s.w[at]] & 0xff, total);
    let to = 0;
    for (let i = 0; i < n; i++) for (const x of elements(s, s.w[at + i])) s.vectors.set(out, to++, x);
    return out;
  }),
];
