import { Interpreter, SchemeError } from "@heddle/core/scheme";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { churn } from "../support/scheme/churn.ts";

describe("the collector", () => {
  test("changes nothing a program can see, however often it runs", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const plain = new Interpreter({ heapMax: 64 << 20, bare: true });
        plain.heap.collector.enabled = false;
        const expected = plain.runToText(churn(seed, 300));
        const eager = new Interpreter({ heapMax: 64 << 20, bare: true });
        eager.heap.collector.eager = true;
        expect(eager.runToText(churn(seed, 300))).toBe(expected);
        expect(eager.heap.collector.cycles).toBeGreaterThan(10);
      }),
      { numRuns: 12 },
    );
  });

  test("keeps a small heap small", () => {
    const s = new Interpreter({ heapMax: 64 << 20 });
    s.run("(define (spin n) (if (> n 0) (begin (make-list 50 n) (make-vector 500 n) (spin (- n 1)))))");
    s.run("(spin 20000)");
    expect(s.heap.usedBytes).toBeLessThan(16 << 20);
    expect(s.heap.collector.cycles).toBeGreaterThan(2);
  });

  test("shrinks the heap when its contents go", () => {
    const s = new Interpreter({ heapMax: 64 << 20 });
    s.run("(define l (make-list 1000000 1))");
    expect(s.heap.usedBytes).toBeGreaterThan(15 << 20);
    s.run("(set! l ())");
    s.run("(gc-run)");
    expect(s.heap.usedBytes).toBeLessThan(4 << 20);
  });

  test("does not run while it is switched off, and then the limit is an error", () => {
    const s = new Interpreter({ heapMax: 8 << 20 });
    s.run("(gc-disable)");
    expect(s.runToText("(gc-enabled?)")).toBe("#f");
    expect(() => s.run("(let loop () (list 1 2 3) (loop))")).toThrow(SchemeError);
    s.run("(gc-enable)");
    expect(s.runToText("(let loop ((i 0)) (if (< i 1000000) (begin (list 1 2 3) (loop (+ i 1))) i))")).toBe("1000000");
  });

  test("deep and wide structures survive", () => {
    const s = new Interpreter({ heapMax: 128 << 20 });
    s.run("(define deep (let loop ((i 0) (l ())) (if (= i 200000) l (loop (+ i 1) (list l)))))");
    s.run("(define wide (make-vector 300000 ()))");
    s.run("(do ((i 0 (+ i 1))) ((= i 300000)) (vector-set! wide i (list i)))");
    s.run("(gc-run)");
    s.run("(define junk (make-list 500000 0))");
    expect(s.runToText("(let loop ((l deep) (n 0)) (if (null? l) n (loop (car l) (+ n 1))))")).toBe("200000");
    expect(s.runToText("(let loop ((i 0)) (cond ((= i 300000) 'ok) ((= (car (wide i)) i) (loop (+ i 1))) (else i)))")).toBe("ok");
  });

  test("steps of the host end a cycle", () => {
    const s = new Interpreter({ heapMax: 64 << 20 });
    s.run("(define l (make-list 300000 1))");
    const { cycles } = s.heap.collector;
    let steps = 0;
    while (!s.heap.collector.step(50)) steps++;
    expect(s.heap.collector.cycles).toBe(cycles + 1);
    expect(steps).toBeGreaterThan(0);
  });
});
