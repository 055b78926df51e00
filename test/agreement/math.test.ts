import { describe, expect, test } from "vitest";
import { generate } from "../../packages/core/src/kernel/math/generate.ts";
import { cosPhase, type MathFunction, type MathName, math32, math64, sinPhase } from "../../packages/core/src/kernel/math/index.ts";
import { largestError } from "../support/math-errors.ts";
import { evaluator } from "../support/math-evaluator.ts";

const names = Object.keys(math64) as MathName[];
const native = (name: MathName) =>
  name === "exp2" ? (x: number) => 2 ** x : (Math as unknown as Record<string, (x: number, y?: number) => number>)[name];
const binary = new Set<MathName>(["atan2", "pow", "hypot"]);

describe("at most 2 ulp from the exact value", () => {
  test.each(names)("%s, f64", (name) => {
    expect(largestError(name, math64[name], "f64", 150)).toMatchObject({ ulp: expect.toSatisfy((u: number) => u <= 2) });
  });
  test.each(names)("%s, f32", (name) => {
    expect(largestError(name, math32[name], "f32", 300)).toMatchObject({ ulp: expect.toSatisfy((u: number) => u <= 2) });
  });
});

const specials = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  1.5,
  -1.5,
  1e-40,
  -1e-40,
  1e30,
  -1e30,
  Infinity,
  -Infinity,
  NaN,
  5e-324,
  -5e-324,
  1e308,
  -1e308,
];

describe("JavaScript's special cases", () => {
  // sin, cos, tan of 1e30 are compared elsewhere: beyond the reduced range they only have to be bounded.
  const far = (name: MathName, x: number) =>
    (name === "sin" || name === "cos" || name === "tan") && Math.abs(x) > 1e7 && Number.isFinite(x);
  for (const [type, library, tolerance] of [
    ["f64", math64, 1e-15],
    ["f32", math32, 3e-7],
  ] as const)
    test.each(names)(`%s, ${type}`, (name) => {
      const run = evaluator(library[name]);
      const narrow = type === "f32" ? Math.fround : (x: number) => x;
      for (const x of specials)
        for (const y of binary.has(name) ? specials : [0]) {
          if (far(name, x)) continue;
          const want = narrow(native(name)(narrow(x), narrow(y)));
          const got = run(narrow(x), narrow(y));
          const near =
            Math.abs(got - want) <= tolerance * Math.abs(want) ||
            (want !== 0 && Math.abs(got - want) <= (type === "f32" ? 1.5e-45 : 5e-324));
          if (!Object.is(got, want) && (want === 0 || !near)) expect.fail(`${name}(${narrow(x)}, ${narrow(y)}) is ${got}, not ${want}`);
        }
    });
});

test("exact where an exact result is expected", () => {
  const run = (f: MathFunction, ...args: number[]) => evaluator(f)(...args);
  for (let n = -1074; n < 1024; n++) {
    expect(run(math64.exp2, n)).toBe(2 ** n);
    expect(run(math64.log2, 2 ** n)).toBe(n);
  }
  for (let n = -149; n < 128; n++) {
    expect(run(math32.exp2, n)).toBe(2 ** n);
    expect(run(math32.log2, 2 ** n)).toBe(n);
  }
  for (let n = 1; n <= 40; n++) {
    expect(run(math64.cbrt, n ** 3)).toBe(n);
    expect(run(math64.pow, n, 3)).toBe(n ** 3);
    expect(run(math32.cbrt, n ** 3)).toBe(n);
    expect(run(math32.pow, n, 3)).toBe(n ** 3);
  }
  expect(run(math64.hypot, 3e300, 4e300)).toBe(5e300);
});

test("sine and cosine of arguments beyond reduction stay bounded and repeatable", () => {
  for (const [library, narrow] of [
    [math64, (x: number) => x],
    [math32, Math.fround],
  ] as const)
    for (const name of ["sin", "cos"] as const)
      for (let x = 1e6; x < 1e38; x *= -7.3) expect(Math.abs(evaluator(library[name])(narrow(x)))).toBeLessThanOrEqual(1.0000001);
});

test("sine and cosine of a phase are within 1e-7", () => {
  let worst = 0;
  const [sine, cosine] = [evaluator(sinPhase), evaluator(cosPhase)];
  for (let i = 0, phase = 0; i < 300_000; i++, phase = (phase + 0x9e3779b1) | 0) {
    const exact = (2 * Math.PI * phase) / 4294967296;
    worst = Math.max(worst, Math.abs(sine(phase) - Math.sin(exact)), Math.abs(cosine(phase) - Math.cos(exact)));
  }
  for (const phase of [0, 1, -1, 0x40000000, -0x40000000, 0x7fffffff, -0x80000000])
    worst = Math.max(worst, Math.abs(sine(phase) - Math.sin((2 * Math.PI * phase) / 4294967296)));
  expect(worst).toBeLessThan(1e-7);
});

test("every f32 polynomial is the one the generator computes", () => {
  const texts = new Set<string>();
  const collect = (f: MathFunction): void => {
    texts.add(f.fn.toString());
    Object.values(f.uses).forEach(collect);
  };
  [...Object.values(math32), sinPhase].forEach(collect);
  const written = new Set([...texts].flatMap((text) => (text.match(/\.?\d[\d.]*(e[-+]?\d+)?/g) ?? []).map(Number)));
  for (const [name, { coefficients }] of Object.entries(generate()))
    for (const c of coefficients) {
      // f32 sets are written with nine digits; those of the phase were moved a little to lessen rounding errors.
      const near = name.startsWith("short") ? 1e-9 : name === "phase" ? 1e-3 : 2e-8;
      if (![...written].some((w) => Math.abs(w - Math.abs(c)) <= near * Math.abs(c))) expect.fail(`${name}: ${c} is not in the library`);
    }
});
