/// A kernel that cannot be compiled says why, with its line and a caret.
import { expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { KernelError } from "../../packages/core/src/kernel/diagnostic.ts";
import { i32, type KernelSpec, signal } from "../../packages/core/src/kernel/language.ts";
import { planDefinition, synthDef } from "../../packages/core/src/synthdef/index.ts";
import { Out, UGenRegistry, ugen } from "../../packages/core/src/ugens/index.ts";

const { target } = new Engine({ outputs: 2, inputs: 0 });
type Tick = NonNullable<KernelSpec<{ in: typeof signal }, { n: ReturnType<typeof i32> }, undefined, Record<never, never>>["tick"]>;

function errorOf(tick: Tick): KernelError {
  const Wrong = ugen("Wrong", { inputs: { in: signal }, state: { n: i32() }, tick });
  const { graph } = synthDef("d", {}, () => Out.ar(0, Wrong.ar({ in: 1 })));
  try {
    planDefinition(graph, target, new UGenRegistry([Wrong, Out]));
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error("it compiled");
}

const outside = 3;
const cases: [string, Tick, at: string][] = [
  ["a free variable", ({ in: x }) => x * outside, "outside"],
  ["a closure", ({ in: x }) => [x].map((y) => y * 2)[0], "[x].map"],
  ["text", () => "loud".length, ""],
  ["a regular expression", ({ in: x }) => (/a/.test("a") ? x : 0), "/a/"],
  ["an unknown function of Math", () => Math.random(), "Math.random"],
  ["an unknown state", (_x, s) => (s as unknown as { m: number }).m, "s"],
  [
    "assignment to an input",
    (x) => {
      (x as { in: number }).in = 1;
      return 0;
    },
    "x",
  ],
  [
    "try",
    ({ in: x }) => {
      try {
        return x;
      } catch {
        return 0;
      }
    },
    "try",
  ],
  [
    "return in a loop",
    ({ in: x }) => {
      for (let i = 0; i < x; i++) if (i > 2) return i;
      return 0;
    },
    "for",
  ],
];

test.each(cases)("%s", (_name, tick, at) => {
  const error = errorOf(tick);
  const [line, caret] = error.frame.split("\n").slice(-2);
  expect(error.code).toMatch(/^kernel-/);
  expect(error.sentence.length).toBeGreaterThan(10);
  expect(error.frame).toMatch(/^ {2}in Wrong\d\.tick, line \d+\n/);
  expect(line.slice(caret.indexOf("^"))).toMatch(new RegExp(`^${at.replace(/[[\]./*()]/g, "\\$&")}`));
});
