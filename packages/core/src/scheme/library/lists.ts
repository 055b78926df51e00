/// Pairs and lists.
import { type Definition, def } from "../definition.ts";
import { isEqual, isEqv } from "../equality.ts";
import type { Interpreter } from "../interpreter.ts";
import { bool, FALSE, fix, isSymbol, NIL, NONE } from "../words.ts";
import { listLength, needInteger, needLength, needList } from "./arguments.ts";

/// car, cdr and their compositions to the fourth level: the letters between c and r, applied from the right.
function selectors(): Definition[] {
  const out: Definition[] = [];
  const build = (path: string) => {
    if (path.length > 0) {
      const name = `c${path}r`;
      const steps = [...path].reverse().map((c) => (c === "a" ? 1 : 2));
      out.push(
        def(name, [1, 1], `The ${[...path].map((c) => (c === "a" ? "car" : "cdr")).join(" of the ")} of a pair.`, "", (s, a) => {
          let v = a;
          for (let i = 0; i < steps.length; i++) {
            if (!s.heap.isPair(v)) throw s.wrongType(0, a, i === 0 ? "a pair" : `a pair whose ${"cdr"} is also a pair`);
            v = s.w[v + steps[i]];
          }
          return v;
        }),
      );
    }
    if (path.length < 4) for (const c of "ad") build(path + c);
  };
  build("");
  return out;
}

function setCar(field: 1 | 2) {
  return (s: Interpreter, a: number, b: number): number => {
    if (!s.heap.isPair(a)) throw s.wrongType(1, a, "a pair");
    if (s.isImmutable(a)) throw s.error("immutable-error", "can't ~A ~S (it is immutable)", s.string(s.current.name), a);
    s.heap.put(a + field, b);
    return b;
  };
}

function listTail(s: Interpreter, list: number, k: number): number {
  let l = list;
  const n = needInteger(s, k, 2);
  if (n < 0) throw s.outOfRange(2, k, "it is negative");
  for (let i = 0; i < n; i++) {
    if (!s.heap.isPair(l)) throw s.outOfRange(2, k, "it is too large");
    l = s.w[l + 2];
  }
  return l;
}

function listRef(s: Interpreter, list: number, k: number): number {
  if (!s.heap.isPair(list)) throw s.wrongType(1, list, "a pair");
  const l = listTail(s, list, k);
  if (!s.heap.isPair(l)) throw s.outOfRange(2, k, "it is too large");
  return s.w[l + 1];
}

type Same = (s: Interpreter, a: number, b: number) => boolean;

const eq: Same = (_s, a, b) => a === b;
const equal: Same = (s, a, b) => isEqual(s, a, b, false);

function member(same: Same) {
  return (s: Interpreter, item: number, list: number): number => {
    let l = list;
    let slow = list;
    for (let n = 0; s.heap.isPair(l); n++) {
      if (same(s, item, s.w[l + 1])) return l;
      l = s.w[l + 2];
      if ((n & 1) === 1) {
        slow = s.w[slow + 2];
        if (slow === l) return FALSE;
      }
    }
    if (l === list && l !== NIL) throw s.wrongType(2, list, "a list");
    return FALSE;
  };
}

function association(same: Same) {
  return (s: Interpreter, key: number, list: number): number => {
    let l = list;
    let slow = list;
    for (let n = 0; s.heap.isPair(l); n++) {
      const entry = s.w[l + 1];
      if (s.heap.isPair(entry) && same(s, key, s.w[entry + 1])) return entry;
      l = s.w[l + 2];
      if ((n & 1) === 1) {
        slow = s.w[slow + 2];
        if (slow === l) return FALSE;
      }
    }
    if (l === list && l !== NIL) throw s.wrongType(2, list, "a list");
    return FALSE;
  };
}

function makeList(s: Interpreter, a: number, b: number): number {
  const n = needLength(s, a, 1);
  let list: number = NIL;
  for (let i = 0; i < n; i++) list = s.heap.cons(b === NONE ? FALSE : b, list);
  return list;
}

/// A new list of the elements up to `end` in front of `tail`.
export function appendTwo(s: Interpreter, list: number, tail: number): number {
  if (list === NIL) return tail;
  const first = s.heap.cons(s.w[list + 1], NIL);
  let last = first;
  for (let l = s.w[list + 2]; s.heap.isPair(l); l = s.w[l + 2]) {
    const p = s.heap.cons(s.w[l + 1], NIL);
    s.w[last + 2] = p;
    last = p;
  }
  s.w[last + 2] = tail;
  return first;
}

function treeCount(s: Interpreter, item: number, tree: number): number {
  let n = 0;
  let t = tree;
  while (s.heap.isPair(t)) {
    n += treeCount(s, item, s.w[t + 1]);
    t = s.w[t + 2];
  }
  return t === item ? n + 1 : n;
}

function treeAny(s: Interpreter, tree: number, holds: (leaf: number) => boolean): boolean {
  let t = tree;
  while (s.heap.isPair(t)) {
    if (treeAny(s, s.w[t + 1], holds)) return true;
    t = s.w[t + 2];
  }
  return t !== NIL && holds(t);
}

function treeLeaves(s: Interpreter, tree: number): number {
  if (!s.heap.isPair(tree)) return tree === NIL ? 0 : 1;
  let n = 0;
  let t = tree;
  for (; s.heap.isPair(t); t = s.w[t + 2]) n += s.heap.isPair(s.w[t + 1]) ? treeLeaves(s, s.w[t + 1]) : 1;
  return t === NIL ? n : n + 1;
}

function isCyclicTree(s: Interpreter, tree: number): boolean {
  const path = new Set<number>();
  const visit = (t: number): boolean => {
    if (!s.heap.isPair(t)) return false;
    if (path.has(t)) return true;
    path.add(t);
    const found = visit(s.w[t + 1]) || visit(s.w[t + 2]);
    path.delete(t);
    return found;
  };
  return visit(tree);
}

export const lists: Definition[] = [
  ...selectors(),
  def("cons", [2, 2], "A new pair.", "(cons 1 2) => (1 . 2)", (s, a, b) => s.heap.cons(a, b)),
  def("set-car!", [2, 2], "Changes the car of a pair.", "(let ((p (list 1))) (set-car! p 2) p) => (2)", setCar(1)),
  def("set-cdr!", [2, 2], "Changes the cdr of a pair.", "(let ((p (list 1))) (set-cdr! p 2) p) => (1 . 2)", setCar(2)),
  def("pair?", [1, 1], "Whether a value is a pair.", "(pair? '()) => #f", (s, a) => bool(s.heap.isPair(a))),
  def("null?", [1, 1], "Whether a value is the empty list.", "(null? '()) => #t", (_s, a) => bool(a === NIL)),
  def("list?", [1, 1], "Whether a value is a pair or the empty list.", "(list? '(1 . 2)) => #t", (s, a) =>
    bool(a === NIL || s.heap.isPair(a)),
  ),
  def("proper-list?", [1, 1], "Whether a value is a list that ends in ().", "(proper-list? '(1 . 2)) => #f", (s, a) => {
    if (a === NIL) return bool(true);
    const n = s.heap.isPair(a) ? listLength(s, a) : -1;
    return bool(n >= 0 && n < Number.POSITIVE_INFINITY);
  }),
  def("list", [0, -1], "A list of the arguments.", "(list 1 2 3) => (1 2 3)", (s, _a, _b, _c, n, at) => s.machine.listOf(at, n)),
  def(
    "list-values",
    [0, -1],
    "A list of the arguments, without those that are no value.",
    "(list-values 1 (values) 2) => (1 2)",
    (s, _a, _b, _c, n, at) => s.machine.listOf(at, n),
  ),
  def("cons*", [1, -1], "The first arguments in front of the last.", "(cons* 1 2 '(3)) => (1 2 3)", (s, _a, _b, _c, n, at) => {
    let list = s.w[at + n - 1];
    for (let i = n - 2; i >= 0; i--) list = s.heap.cons(s.w[at + i], list);
    return list;
  }),
  def("make-list", [1, 2], "A list of so many equal elements.", "(make-list 2 'a) => (a a)", makeList),
  def(
    "list-ref",
    [2, -1],
    "The element at a position, further positions reaching into it.",
    "(list-ref '(a b c) 1) => b",
    (s, a, b, _c, n, at) => {
      const v = listRef(s, a, b);
      return n === 2 ? v : s.machine.tail(at, v, ...Array.from(s.w.subarray(at + 2, at + n)));
    },
    { control: true },
  ),
  def("list-set!", [3, 3], "Changes the element at a position.", "(let ((l (list 1 2))) (list-set! l 0 'x) l) => (x 2)", (s, a, b, c) => {
    if (!s.heap.isPair(a)) throw s.wrongType(1, a, "a pair");
    const l = listTail(s, a, b);
    if (!s.heap.isPair(l)) throw s.outOfRange(2, b, "it is too large");
    s.heap.put(l + 1, c);
    return c;
  }),
  def("list-tail", [2, 2], "The list without its first elements.", "(list-tail '(1 2 3) 2) => (3)", (s, a, b) => {
    if (!s.heap.isPair(a) && a !== NIL) throw s.wrongType(1, a, "a list");
    return listTail(s, a, b);
  }),
  def("reverse!", [1, 1], "A sequence turned around in place.", "(reverse! (list 1 2 3)) => (3 2 1)", (s, a) => {
    if (a === NIL) return a;
    if (!s.heap.isPair(a)) return s.reverseInPlace(a);
    needList(s, a, 1);
    let done: number = NIL;
    let l = a;
    while (s.heap.isPair(l)) {
      const next = s.w[l + 2];
      s.heap.put(l + 2, done);
      done = l;
      l = next;
    }
    return done;
  }),
  def("memq", [2, 2], "The list from the first element that is the same.", "(memq 'b '(a b c)) => (b c)", member(eq)),
  def("memv", [2, 2], "The list from the first element that is eqv.", "(memv 2.0 '(1 2.0)) => (2.0)", member(isEqv)),
  def("{member}", [2, 2], "", "", member(equal)),
  def("assq", [2, 2], "The first pair whose car is the same.", "(assq 'b '((a 1) (b 2))) => (b 2)", association(eq)),
  def("assv", [2, 2], "The first pair whose car is eqv.", "(assv 2 '((1 a) (2 b))) => (2 b)", association(isEqv)),
  def("{assoc}", [2, 2], "", "", association(equal)),
  def("tree-memq", [2, 2], "Whether a symbol is a leaf of a tree.", "(tree-memq 'c '(a (b (c)))) => #t", (s, a, b) =>
    bool(treeAny(s, b, (v) => v === a)),
  ),
  def(
    "tree-set-memq",
    [2, 2],
    "Whether one of several symbols is a leaf of a tree.",
    "(tree-set-memq '(a b) '(c (d a))) => #t",
    (s, a, b) => {
      const set = new Set(s.listItems(a));
      return bool(treeAny(s, b, (v) => isSymbol(v) && set.has(v)));
    },
  ),
  def(
    "tree-count",
    [2, 3],
    "How often a value is a leaf of a tree, counting no further than a limit.",
    "(tree-count 'x '(x (y x))) => 2",
    (s, a, b, c) => {
      const n = treeCount(s, a, b);
      return fix(c === NONE ? n : Math.min(n, needInteger(s, c, 3)));
    },
  ),
  def("tree-leaves", [1, 1], "The number of leaves of a tree.", "(tree-leaves '(1 (2 3))) => 3", (s, a) => fix(treeLeaves(s, a))),
  def("tree-cyclic?", [1, 1], "Whether a tree contains itself.", "(tree-cyclic? '(1 (2))) => #f", (s, a) => bool(isCyclicTree(s, a))),
  def("cyclic-sequences", [1, 1], "The parts of a structure that contain themselves.", "(cyclic-sequences '(1 2)) => ()", (s, a) =>
    isCyclicTree(s, a) ? s.heap.list(a) : NIL,
  ),
];
