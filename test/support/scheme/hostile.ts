/// Text that is not a program, or not one that anybody would want to run.
import type { Random } from "../mutate.ts";

const pieces = [
  ..."( ) ' ` , ,@ \" #( #2d( \\ #\\ ; | #| . a 1 define lambda let set! if quote ... car (f loop e99 #x #_ 1/0 \u0000 é".split(" "),
  ..." \n do case call/cc apply map hash-table (make-vector let-temporarily define-macro* with-let string-ref format ~{ sort! #<eof> -inf.0".split(
    " ",
  ),
];

/// A row of pieces of programs.
export function debris(random: Random): string {
  const gap = random(2) === 0 ? " " : "";
  return Array.from({ length: random(40) }, () => pieces[random(pieces.length)]).join(gap);
}

/// What goes too far: a name, and the text.
export const excesses: readonly (readonly [string, string])[] = [
  ["deep nesting", "(".repeat(200_000)],
  ["deep data", `'${"(".repeat(100_000)}${")".repeat(100_000)}`],
  ["deep expressions", `${"(+ 1 ".repeat(20_000)}1${")".repeat(20_000)}`],
  ["deep quotes", `${"'".repeat(50_000)}a`],
  ["deep quasiquotes", `${"`(a ".repeat(1500)}${")".repeat(1500)}`],
  ["a long symbol", "x".repeat(10_000_000)],
  ["a long number", "9".repeat(100_000)],
  ["an endless string", `"${"x".repeat(1_000_000)}`],
  ["an endless comment", `#|${"x".repeat(100_000)}`],
  ["an endless loop", "(let loop () (loop))"],
  ["endless recursion", "(define (f) (+ 1 (f))) (f)"],
  ["endless allocation", "(let loop ((l ())) (loop (cons 1 l)))"],
  ["an endless handler", "(define (f) (catch #t (lambda () (car 1)) (lambda args (f)))) (f)"],
  ["a loop that catches everything", "(define (f) (catch #t (lambda () (let loop () (loop))) (lambda args (f)))) (f)"],
  ["an endless wind", "(define k #f) (dynamic-wind (lambda () #f) (lambda () (call/cc (lambda (c) (set! k c)))) (lambda () #f)) (k 1)"],
  ["a huge vector", "(make-vector 100000000000 0)"],
  ["a huge string", "(make-string 200000000)"],
  ["a huge list", "(make-list 100000000 0)"],
  ["a huge table", "(make-hash-table 100000000000)"],
  ["a huge shift", "(ash 1 1000000)"],
  ["a huge power", "(expt 7 1000000)"],
  ["many arguments", "(apply + (make-list 5000000 1))"],
  ["a macro without end", "(define-macro (m) '(m)) (m)"],
  ["cyclic data", "(let ((l (list 1))) (set-cdr! l l) (equal? l (copy '(1))) (length l))"],
  ["cyclic code", "(let ((l (list '+ 1))) (set-cdr! (cdr l) l) (eval l))"],
  ["a cyclic key", "(let ((l (list 1)) (h (hash-table))) (set-cdr! l l) (set! (h l) 1) (h l))"],
  ["wide repetition", '(format #f "~1000000000D" 1)'],
  ["a sort that lies", "(sort! (vector 3 1 2 5 4) (lambda (a b) #t))"],
  ["a sort that escapes", "(call-with-exit (lambda (k) (sort! (vector 3 1 2) (lambda (a b) (k 1)))))"],
  ["a table changed while it is walked", "(let ((h (hash-table 'a 1))) (for-each (lambda (p) (set! (h (gensym)) 1)) h))"],
];
