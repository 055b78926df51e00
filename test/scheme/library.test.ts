import { readFileSync } from "node:fs";
import { families, Interpreter, SchemeError } from "@heddle/core/scheme";
import { describe, expect, test } from "vitest";

const s = new Interpreter({ heapMax: 64 << 20 });

describe("each builtin does what its reference page shows", () => {
  for (const [family, definitions] of Object.entries(families)) {
    test(family, () => {
      const wrong = definitions.flatMap((d) => {
        if (d.example === undefined) return [];
        const [source, expected] = d.example.split(/ => (?=[^=]*$)/);
        let got: string;
        try {
          got = s.runToText(source);
        } catch (error) {
          if (!(error instanceof SchemeError)) throw error;
          got = `error ${error.message}`;
        }
        return got === expected ? [] : [`${source} => ${got}, not ${expected}`];
      });
      expect(wrong).toEqual([]);
    });
  }
});

test("every builtin says what it does, and has a name of its own", () => {
  const names = new Set<string>();
  for (const d of Object.values(families).flat()) {
    expect(names.has(d.name), d.name).toBe(false);
    names.add(d.name);
    if (!d.name.startsWith("{")) expect(d.doc, d.name).toMatch(/\.$/);
  }
});

describe("examples", () => {
  test.each(["markov", "euclid", "every"])("%s", (name) => {
    const file = (suffix: string) => readFileSync(new URL(`../../examples/scheme/${name}${suffix}`, import.meta.url), "utf8");
    let output = "";
    const own = new Interpreter({
      output: (text) => {
        output += text;
      },
    });
    own.run(file(".scm"), `${name}.scm`);
    expect(output).toBe(file(".out"));
  });
});

describe("the loop macro", () => {
  test.each([
    ["(loop for i from 1 to 5 collect (* i i))", "(1 4 9 16 25)"],
    ["(loop for x in '(1 2 3) for i from 10 by 5 sum (+ x i))", "51"],
    ['(loop for c across "abc" collect c)', "(#\\a #\\b #\\c)"],
    ["(loop repeat 3 collect 'a)", "(a a a)"],
    ["(loop for x in '(3 1 2) maximize x)", "3"],
    ["(loop for x in '(1 2 3 4) when (even? x) collect x)", "(2 4)"],
    ["(loop for i from 0 while (< i 3) collect i)", "(0 1 2)"],
    ["(loop for (a) from 1 to 2 collect a)", "error"],
    ["(loop with n = 0 for i below 4 do (set! n (+ n i)) finally return n)", "6"],
    ["(loop for i from 5 downto 3 collect i)", "(5 4 3)"],
  ])("%s", (source, expected) => {
    if (expected === "error") expect(() => s.run(source)).toThrow(SchemeError);
    else expect(s.runToText(source)).toBe(expected);
  });
});
