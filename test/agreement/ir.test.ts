/// Interpreter, scalar WebAssembly and every SIMD lane give the same bits (any NaN equals any other).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expr, Program, Stmt, Type } from "../../packages/core/src/kernel/ir.ts";
import { binary, compare, field, i32, setField, types, unary } from "../support/ir.ts";
import { agree } from "../support/ir-agreement.ts";
import { binaryOps, compareOps, hostile, layout, pool, programs, unaryOps } from "../support/ir-programs.ts";

const program = (...body: Stmt[]): Program => ({ name: "case", params: [pool.frames], body });
const fieldOf = (type: Type) => pool.scalars.find((f) => f.type === type)!;
const arrayOf = (type: Type) => pool.arrays.find((f) => f.type === type)!;
const convert = (fn: Extract<Expr, { op: "convert" }>["fn"], type: Type, a: Expr): Expr => ({ op: "convert", type, fn, a });

/// Fields that hold `values`, four synths at a time, and the programs that use them.
function everyPair(type: Type, check: (states: readonly Record<string, readonly number[]>[]) => void): void {
  const values = hostile[type];
  const pairs = values.flatMap((a) => values.map((b) => [a, b]));
  for (let i = 0; i < pairs.length; i += 4) {
    check([0, 1, 2, 3].map((lane) => ({ [`a_${type}`]: pairs[(i + lane) % pairs.length] as number[] })));
  }
}

describe("each operation on hostile values", () => {
  for (const type of types) {
    const a = field(arrayOf(type), { op: "const", type: "i32", value: 0 });
    const b = field(arrayOf(type), { op: "const", type: "i32", value: 1 });
    for (const fn of unaryOps[type]) {
      const one = program(setField(fieldOf(type), unary(fn, a)));
      it(`${fn} ${type}`, () => everyPair(type, (states) => agree(one, states)));
    }
    for (const fn of binaryOps[type]) {
      const one = program(setField(fieldOf(type), binary(fn, a, b)));
      it(`${fn} ${type}`, () => everyPair(type, (states) => agree(one, states)));
    }
    for (const fn of compareOps[type]) {
      const one = program(setField(fieldOf("i32"), compare(fn, a, b)));
      it(`${fn} ${type}`, () => everyPair(type, (states) => agree(one, states)));
    }
    if (type === "i32") {
      for (const to of ["f32", "f64"] as const) {
        const both = program(
          setField(fieldOf(to), convert("fromInt", to, a)),
          setField(arrayOf(to), convert("fromUint", to, a), { op: "const", type: "i32", value: 2 }),
        );
        it(`i32 to ${to}`, () => everyPair(type, (states) => agree(both, states)));
      }
    } else {
      const toInt = program(setField(fieldOf("i32"), convert("toInt", "i32", a)));
      it(`toInt ${type}`, () => everyPair(type, (states) => agree(toInt, states)));
      const other = type === "f32" ? "f64" : "f32";
      const across = program(setField(fieldOf(other), convert(type === "f32" ? "promote" : "demote", other, a)));
      it(`${type} to ${other}`, () => everyPair(type, (states) => agree(across, states)));
    }
  }
});

describe("addresses", () => {
  it("wrap before the constant of a load is added", () => {
    const index = field(fieldOf("i32"));
    const addr = binary("add", i32(layout.table + 64), binary("shl", index, i32(2)));
    const near = program(setField(fieldOf("f32"), { op: "load", type: "f32", addr, offset: 8 }));
    agree(
      near,
      [-16, -1, 0, 15].map((i) => ({ s_i32: [i] })),
    );
  });

  it("of elements may be constants", () => {
    const [one, two] = [1, 2].map((i) => field(arrayOf("f64"), i32(i))) as [Expr, Expr];
    const swap = program(
      setField(fieldOf("f64"), one),
      setField(arrayOf("f64"), two, i32(1)),
      setField(arrayOf("f64"), field(fieldOf("f64")), i32(2)),
    );
    agree(
      swap,
      [0, 1, 2, 3].map((i) => ({ a_f64: [i, i / 3, -i, 0.1] })),
    );
  });
});

describe("random programs", () => {
  const states = fc.array(
    fc.record({
      s_f32: fc.tuple(fc.constantFrom(...hostile.f32)),
      s_f64: fc.tuple(fc.constantFrom(...hostile.f64)),
      s_i32: fc.tuple(fc.constantFrom(...hostile.i32)),
      a_f32: fc.array(fc.float(), { maxLength: 4 }),
      a_f64: fc.array(fc.double(), { maxLength: 4 }),
      a_i32: fc.array(fc.integer(), { maxLength: 4 }),
    }),
    { minLength: 4, maxLength: 4 },
  );
  it("agree in every execution", () => {
    fc.assert(fc.property(programs, states, agree), { numRuns: 500 });
  });

  it("are refused by the interpreter when they never end", () => {
    const endless = program({ op: "loop", label: 0, body: [] });
    expect(() => agree(endless, [{}])).toThrow("more than 100000 steps");
  });
});
