/// Quasiquotation is expanded while reading, into calls of `list-values`, `apply-values` and `append`.
import type { Interpreter } from "../interpreter.ts";
import { intern } from "../symbols.ts";
import { isSymbol, NIL } from "../words.ts";

const QUOTE = intern("quote");
const UNQUOTE = intern("unquote");
const SPLICE = intern("unquote-splicing");
const LIST = intern("list-values");
const APPLY = intern("apply-values");
const APPEND = intern("append");

export function quasiquote(s: Interpreter, form: number): number {
  const { heap } = s;
  if (!heap.isPair(form)) return isSymbol(form) ? heap.list(QUOTE, form) : form;
  if (heap.car(form) === UNQUOTE && heap.isPair(heap.cdr(form))) return heap.car(heap.cdr(form));
  if (!mentionsUnquote(s, form)) return heap.list(QUOTE, form);
  const items: number[] = [];
  let rest = form;
  for (; heap.isPair(rest); rest = heap.cdr(rest)) {
    const item = heap.car(rest);
    // (a . ,b) reads as (a unquote b).
    if (item === UNQUOTE && heap.isPair(heap.cdr(rest)) && heap.cdr(heap.cdr(rest)) === NIL) break;
    if (heap.isPair(item) && heap.car(item) === SPLICE) items.push(heap.list(APPLY, heap.car(heap.cdr(item))));
    else items.push(quasiquote(s, item));
  }
  const list = heap.cons(LIST, heap.list(...items));
  return rest === NIL ? list : heap.list(APPEND, list, quasiquote(s, rest));
}

function mentionsUnquote(s: Interpreter, form: number): boolean {
  const { heap } = s;
  let rest = form;
  for (; heap.isPair(rest); rest = heap.cdr(rest)) {
    const item = heap.car(rest);
    if (item === UNQUOTE || item === SPLICE) return true;
    if (heap.isPair(item) && mentionsUnquote(s, item)) return true;
  }
  return false;
}
