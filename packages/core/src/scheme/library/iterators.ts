/// Iterators over any sequence, and procedures that act as one.
import { type Definition, def } from "../definition.ts";
import type { Interpreter } from "../interpreter.ts";
import { intern } from "../symbols.ts";
import { bool, EOF, Flag, fix, NIL, NONE, Type, unfix } from "../words.ts";
import { isSequence } from "./arguments.ts";

const ITERATOR = intern("+iterator+");

/// The next value of an iterator; from its end on, #<eof>.
export function iterate(s: Interpreter, iterator: number, at: number): number {
  const { w, heap } = s;
  if ((w[iterator] & Flag.Dead) !== 0) return EOF;
  const sequence = w[iterator + 1];
  const k = unfix(w[iterator + 2]);
  const end = () => {
    w[iterator] |= Flag.Dead;
    return EOF;
  };
  switch (heap.typeOf(sequence)) {
    case Type.Pair: {
      const rest = w[iterator + 3];
      if (!heap.isPair(rest)) return end();
      heap.put(iterator + 3, w[rest + 2]);
      return w[rest + 1];
    }
    case Type.String:
      if (k >= heap.length(sequence)) return end();
      w[iterator + 2] = fix(k + 1);
      return s.char(heap.b[heap.data(sequence) * 4 + k]);
    case Type.HashTable: {
      const next = s.tables.next(sequence, k);
      if (next < 0) return end();
      w[iterator + 2] = fix(next + 1);
      const { key, value } = s.tables.entry(sequence, next);
      return heap.cons(key, value);
    }
    case Type.Let:
    case Type.Frame: {
      const pairs: [number, number][] = [];
      s.environments.each(sequence, (symbol, value) => pairs.push([symbol, value]));
      if (k >= pairs.length) return end();
      w[iterator + 2] = fix(k + 1);
      return heap.cons(pairs[k][0], pairs[k][1]);
    }
    case Type.Closure: {
      if (at >= 0) return s.machine.tail(at, s.iteratorStep, iterator, sequence);
      const value = s.call(sequence);
      return value === EOF ? end() : value;
    }
    default:
      if (sequence === NIL || k >= heap.length(sequence)) return end();
      w[iterator + 2] = fix(k + 1);
      return s.vectors.ref(sequence, k);
  }
}

function isIteratorProcedure(s: Interpreter, v: number): boolean {
  if (!s.heap.isType(v, Type.Closure)) return false;
  const e = s.w[v + 2];
  return e !== NIL && s.environments.lookup(e, ITERATOR) !== 0;
}

function needIterator(s: Interpreter, v: number): number {
  if (!s.heap.isType(v, Type.Iterator)) throw s.wrongType(1, v, "an iterator");
  return v;
}

export const iterators: Definition[] = [
  def(
    "make-iterator",
    [1, 2],
    "An iterator over a sequence.",
    '(let ((it (make-iterator "ab"))) (list (it) (it))) => (#\\a #\\b)',
    (s, a) => {
      const method = s.environments.method(a, intern("make-iterator"));
      if (method !== NONE) return s.call(method, a);
      if (!isSequence(s, a) && !isIteratorProcedure(s, a)) throw s.wrongType(1, a, "a sequence");
      return s.heap.cell3(Type.Iterator, a, fix(0), s.heap.isPair(a) ? a : NIL);
    },
  ),
  def("iterator?", [1, 1], "Whether a value is an iterator.", "(iterator? (make-iterator '(1))) => #t", (s, a) =>
    bool(s.heap.isType(a, Type.Iterator) || isIteratorProcedure(s, a)),
  ),
  def("iterate", [1, 1], "The next value of an iterator.", "(iterate (make-iterator '(5))) => 5", (s, a) =>
    iterate(s, needIterator(s, a), -1),
  ),
  def("iterator-at-end?", [1, 1], "Whether an iterator has come to its end.", "(iterator-at-end? (make-iterator '(1))) => #f", (s, a) =>
    bool((s.w[needIterator(s, a)] & Flag.Dead) !== 0),
  ),
  def(
    "iterator-sequence",
    [1, 1],
    "What an iterator goes over.",
    "(iterator-sequence (make-iterator '(1 2))) => (1 2)",
    (s, a) => s.w[needIterator(s, a) + 1],
  ),
  def("{end-iterator}", [1, 1], "", "", (s, a) => {
    s.w[a] |= Flag.Dead;
    return EOF;
  }),
];
