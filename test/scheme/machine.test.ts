/// The loop as WebAssembly and as TypeScript are the same machine.
import { readFileSync } from "node:fs";
import { Interpreter, SchemeError } from "@heddle/core/scheme";
import { describe, expect, test } from "vitest";
import { generated } from "../../scripts/scheme-machine/index.ts";
import { excesses } from "../support/scheme/hostile.ts";

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

describe("hostile programs", () => {
  test.each(excesses)("%s", (_name, text) => {
    const s = new Interpreter({ heapMax: 32 << 20, bare: true, fuel: 100_000 });
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
