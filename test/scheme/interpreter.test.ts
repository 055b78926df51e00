import { Interpreter, SchemeError } from "@heddle/core/scheme";
import { describe, expect, test } from "vitest";

const evaluate = (text: string, options = {}) => new Interpreter({ heapMax: 64 << 20, ...options }).runToText(text);

const failure = (text: string, options = {}): SchemeError => {
  try {
    evaluate(text, options);
  } catch (error) {
    if (error instanceof SchemeError) return error;
    throw error;
  }
  throw new Error(`no error in ${text}`);
};

describe("errors reach the host", () => {
  test("with type, message, file, line, column and trace", () => {
    const s = new Interpreter({ heapMax: 64 << 20 });
    try {
      s.run("(define (inner x)\n  (+ 1 (car x)))\n(define (outer) (+ 1 (inner 5)))\n(outer)", "song.scm");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ type: "wrong-type-arg", file: "song.scm", line: 2, trace: ["inner", "outer"] });
      expect((error as SchemeError).message).toBe("car argument, 5, is an integer but should be a pair");
    }
    expect(s.runToText("(+ 1 2)")).toBe("3");
  });

  test("endless loops end when the fuel does", () => {
    expect(failure("(let loop () (loop))", { fuel: 200_000 }).type).toBe("timeout");
    expect(failure("(define (f) (f)) (f)", { fuel: 200_000 }).type).toBe("timeout");
    expect(failure("(do () (#f))", { fuel: 200_000 }).type).toBe("timeout");
  });

  test("endless recursion ends with an error the program can catch", () => {
    expect(failure("(define (f) (+ 1 (f))) (f)").type).toBe("stack-too-big");
    expect(evaluate("(define (f) (+ 1 (f))) (catch #t f (lambda (type info) type))")).toBe("stack-too-big");
  });

  test("a full heap is an error, and the interpreter goes on", () => {
    const s = new Interpreter({ heapMax: 8 << 20 });
    expect(() => s.run("(define l ()) (let loop () (set! l (cons 1 l)) (loop))")).toThrow(/heap/);
    s.run("(set! l ())");
    expect(s.runToText("(length (make-list 1000 0))")).toBe("1000");
  });
});

describe("control", () => {
  const cases: [string, string][] = [
    ["(let ((i 0) (k #f)) (call/cc (lambda (c) (set! k c))) (set! i (+ i 1)) (if (< i 3) (k #f)) i)", "3"],
    ["(define k #f) (define n 0) (+ 1 (call/cc (lambda (c) (set! k c) 1))) (set! n (+ n 1)) (if (< n 3) (k n)) n", "1"],
    ["(let ((r ())) (for-each (lambda (x) (call/cc (lambda (k) (if (even? x) (k #f)) (set! r (cons x r))))) '(1 2 3 4 5)) r)", "(5 3 1)"],
    ["(call-with-exit (lambda (k) (map (lambda (x) (sort! (list 3 1 2) (lambda (a b) (k 'out)))) '(1 2))))", "out"],
    ["(catch #t (lambda () (sort! (list 3 1 2) (lambda (a b) (error 'inside)))) (lambda (type info) type))", "inside"],
    [
      "(let ((h (make-hash-table 8 (cons equal? (lambda (k) (error 'hashing)))))) (catch #t (lambda () (h 1) (set! (h 1) 2)) (lambda (t i) t)))",
      "hashing",
    ],
    ["(call-with-exit (lambda (k) (let ((h (make-hash-table 8 (cons equal? (lambda (x) (k 'escaped)))))) (set! (h 1) 2))))", "escaped"],
    ['(with-output-to-string (lambda () (display 1) (display "two")))', '"1two"'],
    ["(call-with-exit (lambda (k) (with-output-to-string (lambda () (k 1))))) ", "1"],
    ["(let ((x 1)) (define-macro (m) 'x) (m))", "1"],
    ["(let ((x 5)) (eval '(set! x 6)) x)", "6"],
    ["(define (f) (define a 1) (eval '(define b 2)) (+ a b)) (f)", "3"],
    ["(let loop ((i 0) (fs ())) (if (= i 3) (map (lambda (f) (f)) fs) (loop (+ i 1) (cons (lambda () i) fs))))", "(2 1 0)"],
    ["(define (f x) (lambda () (set! x (+ x 1)) x)) (define g (f 1)) (g) (g)", "3"],
    ["(let-values-absent 1)", "error unbound-variable"],
  ];
  test.each(cases)("%s", (source, expected) => {
    if (expected.startsWith("error ")) expect(failure(source).type).toBe(expected.slice(6));
    else expect(evaluate(source)).toBe(expected);
  });
});
