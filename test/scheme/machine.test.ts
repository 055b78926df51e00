/// The loop as WebAssembly and as TypeScript are the same machine.
import { readFileSync } from "node:fs";
import { Interpreter, SchemeError } from "@heddle/core/scheme";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generated } from "../../scripts/scheme-machine/index.ts";

test("the generated modules are those of the present sources", () => {
  for (const { path, text } of generated()) expect(readFileSync(path, "utf8")).toBe(text);
});

const outcome = (s: Interpreter, text: string): string => {
  try {
    return s.runToText(text);
  } catch (error) {
    if (error instanceof SchemeError) return `error ${error.type}: ${error.message}`;
    throw error;
  }
};

const number = fc.oneof(
  fc.integer({ min: -100, max: 100 }).map(String),
  fc.constantFrom("1073741823", "-1073741824", "0.5", "-2.25", "1/3", "4611686018427387904", "1e10", "x", "y"),
);
const atom = fc.oneof(number, fc.constantFrom("()", "#t", "#f", "'sym", '"text"', "(list 1 2)", "(vector 3 4)", "l"));
const expression: fc.Memo<string> = fc.memo((depth) => {
  if (depth <= 1) return atom;
  const e = expression(depth - 1);
  return fc.oneof(
    atom,
    fc
      .tuple(fc.constantFrom("+", "-", "*", "modulo", "<", ">", "<=", ">=", "=", "eq?", "cons", "quotient", "max"), e, e)
      .map(([f, a, b]) => `(${f} ${a} ${b})`),
    fc.tuple(fc.constantFrom("car", "cdr", "cadr", "null?", "pair?", "not", "length", "abs", "floor"), e).map(([f, a]) => `(${f} ${a})`),
    fc.tuple(e, e, e).map(([a, b, c]) => `(if ${a} ${b} ${c})`),
    fc.tuple(e, e).map(([a, b]) => `(let ((x ${a})) ${b})`),
    fc.tuple(e, e).map(([a, b]) => `(begin (set! y ${a}) ${b})`),
    fc.tuple(e, e).map(([a, b]) => `((lambda (x . l) ${a}) ${b} 7)`),
    fc.tuple(e, e).map(([a, b]) => `(let loop ((i 0) (x ${a})) (if (< i 4) (loop (+ i 1) ${b}) (list i x)))`),
    fc.tuple(e, e).map(([a, b]) => `(map (lambda (x) ${a}) (list ${b} 2))`),
    fc.tuple(e, e).map(([a, b]) => `(catch #t (lambda () ${a}) (lambda args ${b}))`),
    fc.tuple(e, e).map(([a, b]) => `(+ (values ${a} ${b}) 1)`),
    fc.tuple(e, e).map(([a, b]) => `(call-with-exit (lambda (k) (k ${a}) ${b}))`),
    fc.tuple(e, e).map(([a, b]) => `(vector-ref ${a} ${b})`),
  );
});

describe("random programs", () => {
  test("give the same on both", () => {
    const native = new Interpreter({ heapMax: 64 << 20, bare: true, fuel: 100_000 });
    const reference = new Interpreter({ heapMax: 64 << 20, bare: true, fuel: 100_000, reference: true });
    expect(native.machine.native).toBe(true);
    expect(reference.machine.native).toBe(false);
    fc.assert(
      fc.property(expression(4), (body) => {
        const text = `(define (f x y l) ${body}) (f 3 4 '(5 6))`;
        expect(outcome(native, text)).toBe(outcome(reference, text));
      }),
      { numRuns: 1500 },
    );
  });

  test("hostile text is refused or run, and the interpreter goes on", () => {
    const s = new Interpreter({ heapMax: 32 << 20, bare: true, fuel: 50_000 });
    const piece = fc.constantFrom(
      "(",
      ")",
      "'",
      "`",
      ",",
      ",@",
      '"',
      "#(",
      "#2d(",
      "\\",
      "#\\",
      ";",
      "|",
      "#|",
      ".",
      " ",
      "a",
      "1",
      "define",
      "lambda",
      "let",
      "set!",
      "if",
      "quote",
      "...",
      "car",
      "(f",
      "loop ",
      "e99",
      "#x",
      "#_",
      "1/0",
      "\u0000",
      "é",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        outcome(s, pieces.join(fc.sample(fc.constantFrom("", " "), 1)[0]));
      }),
      { numRuns: 3000 },
    );
    expect(s.runToText("(+ 1 2)")).toBe("3");
  });

  test.each([
    ["deep nesting", "(".repeat(200_000)],
    ["deep data", `'${"(".repeat(100_000)}${")".repeat(100_000)}`],
    ["deep expressions", `${"(+ 1 ".repeat(20_000)}1${")".repeat(20_000)}`],
    ["deep quotes", `${"'".repeat(50_000)}a`],
    ["deep quasiquotes", `${"`(a ".repeat(3000)}${")".repeat(3000)}`],
    ["a long symbol", "x".repeat(10_000_000)],
    ["a long number", "9".repeat(100_000)],
    ["an endless string", `"${"x".repeat(1_000_000)}`],
    ["a huge vector", "(make-vector 100000000000 0)"],
    ["a huge string", "(make-string 200000000)"],
    ["a huge list", "(make-list 100000000 0)"],
    ["a huge shift", "(ash 1 1000000)"],
    ["a huge power", "(expt 7 1000000)"],
    ["a macro without end", "(define-macro (m) '(m)) (m)"],
    ["cyclic data", "(let ((l (list 1))) (set-cdr! l l) (equal? l (copy '(1))) (length l))"],
    ["wide repetition", '(format #f "~1000000000D" 1)'],
  ])("%s", (_name, text) => {
    const s = new Interpreter({ heapMax: 32 << 20, bare: true, fuel: 1_000_000 });
    outcome(s, text);
    expect(s.runToText("(+ 1 2)")).toBe("3");
  });

  test("interpreters do not see each other", () => {
    const a = new Interpreter({ heapMax: 32 << 20, bare: true });
    const b = new Interpreter({ heapMax: 32 << 20, bare: true });
    a.run("(define x 1) (set! (*s7* 'print-length) 3)");
    expect(outcome(b, "x")).toMatch(/unbound/);
    expect(b.runToText("(*s7* 'print-length)")).toBe("12");
    expect(a.run("'shared")).toBe(b.run("'shared"));
  });
});
