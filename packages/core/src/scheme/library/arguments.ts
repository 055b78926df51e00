/// Checks of arguments, with s7's complaints.
import type { Interpreter } from "../interpreter.ts";
import { isChar, isFix, isSymbol, NIL, NONE, Type } from "../words.ts";

export function needString(s: Interpreter, v: number, n: number): number {
  if (!s.isString(v)) throw s.wrongType(n, v, "a string");
  return v;
}

export function needSymbol(s: Interpreter, v: number, n: number): number {
  if (!isSymbol(v)) throw s.wrongType(n, v, "a symbol");
  return v;
}

export function needChar(s: Interpreter, v: number, n: number): number {
  if (!isChar(v)) throw s.wrongType(n, v, "a character");
  return v >>> 8;
}

/// An integer as a number.
export function needInteger(s: Interpreter, v: number, n: number): number {
  if (isFix(v)) return v >> 1;
  if (!s.tower.isInteger(v)) throw s.wrongType(n, v, "an integer");
  return s.tower.real(v);
}

export function needReal(s: Interpreter, v: number, n: number): number {
  if (!s.tower.isReal(v)) throw s.wrongType(n, v, "a real");
  return s.tower.real(v);
}

export function needNumber(s: Interpreter, v: number, n: number): number {
  if (s.tower.rank(v) < 0) throw s.wrongType(n, v, "a number");
  return v;
}

export function needPair(s: Interpreter, v: number, n: number): number {
  if (!s.heap.isPair(v)) throw s.wrongType(n, v, "a pair");
  return v;
}

export function needProcedure(s: Interpreter, v: number, n: number): number {
  if (!s.isProcedure(v)) throw s.wrongType(n, v, "a procedure");
  return v;
}

export function needVector(s: Interpreter, v: number, n: number): number {
  if (!s.vectors.is(v)) throw s.wrongType(n, v, "a vector");
  return v;
}

export function needEnvironment(s: Interpreter, v: number, n: number): number {
  if (!s.environments.is(v)) throw s.wrongType(n, v, "an environment");
  return v;
}

/// An index below `length`.
export function needIndex(s: Interpreter, v: number, n: number, length: number): number {
  const i = needInteger(s, v, n);
  if (i < 0) throw s.outOfRange(n, v, "it is negative");
  if (i >= length) throw s.outOfRange(n, v, "it is too large");
  return i;
}

/// A length that can be allocated.
export function needLength(s: Interpreter, v: number, n: number): number {
  if (!s.tower.isInteger(v) || s.tower.real(v) < 0) throw s.wrongType(n, v, "a non-negative integer");
  const length = s.tower.real(v);
  if (length > 0x10000000) throw s.outOfRange(n, v, "it is too large");
  return length;
}

/// Optional start and end of a part of `length` elements, given as arguments n and n + 1.
export function needRange(s: Interpreter, start: number, end: number, n: number, length: number): [number, number] {
  const from = start === NONE ? 0 : needInteger(s, start, n);
  const to = end === NONE ? length : needInteger(s, end, n + 1);
  if (from < 0) throw s.outOfRange(n, start, "it is negative");
  if (from > length) throw s.outOfRange(n, start, "it is too large");
  if (to < 0) throw s.outOfRange(n + 1, end, "it is negative");
  if (to > length) throw s.outOfRange(n + 1, end, "it is too large");
  if (to < from) throw s.outOfRange(n, start, "start point > end point");
  return [from, to];
}

/// Length of a proper list; the negative count of pairs minus nothing for a dotted one, Infinity for a circular one.
export function listLength(s: Interpreter, list: number): number {
  const { w, heap } = s;
  let slow = list;
  let n = 0;
  for (let l = list; ; ) {
    if (!heap.isPair(l)) return l === NIL ? n : -n;
    l = w[l + 2];
    n++;
    if (!heap.isPair(l)) return l === NIL ? n : -n;
    l = w[l + 2];
    n++;
    slow = w[slow + 2];
    if (l === slow && l !== NIL) return Number.POSITIVE_INFINITY;
  }
}

export function needList(s: Interpreter, v: number, n: number): number {
  const length = v === NIL ? 0 : s.heap.isPair(v) ? listLength(s, v) : -1;
  if (length < 0 || length === Number.POSITIVE_INFINITY) throw s.wrongType(n, v, s.heap.isPair(v) ? "a proper list" : "a list");
  return length;
}

/// Visits the elements of a list without checking it again.
export function eachElement(s: Interpreter, list: number, visit: (v: number) => void): void {
  for (let l = list; s.heap.isPair(l); l = s.w[l + 2]) visit(s.w[l + 1]);
}

export const isSequence = (s: Interpreter, v: number): boolean => {
  const type = s.heap.typeOf(v);
  return (
    v === NIL ||
    type === Type.Pair ||
    (type >= Type.String && type <= Type.HashTable) ||
    type === Type.Let ||
    type === Type.Frame ||
    type === Type.Iterator
  );
};
