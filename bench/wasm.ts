/// `npm run bench -- wasm`: how long it takes to emit and compile programs, and what lanes gain on two kernels.

import { emitModule } from "@heddle/core/wasm";
import type { Expr, Field, IRFunction, Local, Program, Stmt, Type } from "../packages/core/src/kernel/ir.ts";
import { binary, branch, compare, f32, i32, local, set } from "../test/support/ir.ts";

const add = (a: Expr, b: Expr) => binary("add", a, b);
const sub = (a: Expr, b: Expr) => binary("sub", a, b);
const mul = (a: Expr, b: Expr) => binary("mul", a, b);

const frames: Local = { name: "frames", type: "i32" };
const frame: Local = { name: "frame", type: "i32" };
const pages = 16;
const base = 4096;
const wires = 65536;

/// A program that loads its fields into locals, runs `body` for each frame, and stores them back.
function loop(name: string, fields: readonly (readonly [Field, Local])[], body: readonly Stmt[]): Program {
  return {
    name,
    params: [frames],
    body: [
      ...fields.map(([f, l]): Stmt => set(l, { op: "field", type: f.type, field: f })),
      {
        op: "loop",
        label: 0,
        body: [
          branch(compare("ge", local(frame), local(frames)), [{ op: "break", label: 0 }]),
          ...body,
          set(frame, add(local(frame), i32(1))),
        ],
      },
      ...fields.map(([f, l]): Stmt => ({ op: "setField", field: f, value: local(l) })),
    ],
  };
}

const state = (name: string, word: number, type: Type = "f32"): [Field, Local] => [
  { name, type, count: 1, word },
  { name, type },
];
const toWire = (value: Expr): Stmt => ({
  op: "store",
  type: "f32",
  addr: binary("shl", local(frame), i32(2)),
  offset: wires + 1024,
  value,
  wire: true,
});
const fromWire: Expr = { op: "load", type: "f32", addr: binary("shl", local(frame), i32(2)), offset: wires, wire: true };

/// State-variable filter (Simper, "Solving the continuous SVF equations", 2013) with coefficients in fields.
function filter(): Program {
  const fields = ["ic1", "ic2", "a1", "a2", "a3"].map((name, i) => state(name, i));
  const [s1, s2, c1, c2, c3] = fields.map(([, l]) => l) as [Local, Local, Local, Local, Local];
  const [v1, v2, v3] = ["v1", "v2", "v3"].map((name): Local => ({ name, type: "f32" })) as [Local, Local, Local];
  return loop("state-variable filter", fields, [
    set(v3, sub(fromWire, local(s2))),
    set(v1, add(mul(local(c1), local(s1)), mul(local(c2), local(v3)))),
    set(v2, add(local(s2), add(mul(local(c2), local(s1)), mul(local(c3), local(v3))))),
    set(s1, sub(mul(f32(2), local(v1)), local(s1))),
    set(s2, sub(mul(f32(2), local(v2)), local(s2))),
    toWire(local(v2)),
  ]);
}

/// sin(pi / 2 * x) for -1 <= x <= 1, an odd polynomial.
function sinePolynomial(x: Expr, square: Expr): Expr {
  const [last, ...others] = [0.00015148419, -0.0046737665, 0.07968968, -0.64596337, 1.5707963].map(f32) as [Expr, ...Expr[]];
  return mul(
    x,
    others.reduce((sum, c) => add(mul(sum, square), c), last),
  );
}

/// A sine of a 32-bit phase; with `called`, the polynomial is a function of its own.
function sine(called: boolean): Program {
  const [phase, step] = [state("phase", 0, "i32"), state("step", 1, "i32")];
  const [x, square, y, ySquare] = ["x", "square", "y", "ySquare"].map((name): Local => ({ name, type: "f32" })) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const sin: IRFunction = {
    name: "sin",
    params: [y],
    body: [set(ySquare, mul(local(y), local(y)))],
    result: sinePolynomial(local(y), local(ySquare)),
  };
  const value: Expr = called ? { op: "call", type: "f32", fn: sin, args: [local(x)] } : sinePolynomial(local(x), local(square));
  return loop(
    called ? "sine, called" : "sine polynomial",
    [phase, step],
    [
      set(x, mul({ op: "convert", type: "f32", fn: "fromInt", a: local(phase[1]) }, f32(2 ** -31))),
      set(square, mul(local(x), local(x))),
      toWire(value),
      set(phase[1], add(local(phase[1]), local(step[1]))),
    ],
  );
}

/// A chain of `count` additions and multiplications over eight locals. V8 keeps compiled modules by their bytes: a new `factor` makes a new module.
function chain(count: number, factor = 0.5): Program {
  const fields = Array.from({ length: 8 }, (_, i) => state(`x${i}`, i));
  const at = (i: number) => (fields[i % 8] as [Field, Local])[1];
  const body = Array.from({ length: count / 2 }, (_, i) => set(at(i), add(mul(local(at(i + 1)), f32(factor)), local(at(i + 3)))));
  return loop(`chain of ${count}`, fields, body);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] as number;
}

/// Median milliseconds of `rounds` calls.
function time(rounds: number, call: () => void): number {
  return median(
    Array.from({ length: rounds }, () => {
      const start = performance.now();
      call();
      return performance.now() - start;
    }),
  );
}

function emit(program: Program, lanes: boolean) {
  return emitModule({ memory: { min: pages, max: pages }, programs: [{ name: "run", program, lanes }], scratch: 1024 * 16 });
}

function compileTimes(): void {
  console.log("expressions   emit ms   +lanes   V8 compile ms   bytes");
  for (const count of [10, 100, 500, 1000, 2000]) {
    const program = chain(count);
    const modules = Array.from({ length: 20 }, (_, i) => emit(chain(count, Math.random() + i), true));
    const bytes = modules[0] as Uint8Array;
    const cells = [
      String(count).padStart(11),
      time(50, () => emit(program, false))
        .toFixed(3)
        .padStart(10),
      time(50, () => emit(program, true))
        .toFixed(3)
        .padStart(9),
      time(20, () => new WebAssembly.Module(modules.pop() as Uint8Array<ArrayBuffer>))
        .toFixed(3)
        .padStart(16),
      String(bytes.length).padStart(8),
    ];
    console.log(cells.join(""));
  }
}

function speed(program: Program): void {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emit(program, true)), { env: { memory } });
  const { run, run4 } = exports as Record<string, (base: number, frames: number) => void>;
  const values = new Float32Array(memory.buffer);
  const integers = new Int32Array(memory.buffer);
  for (let i = 0; i < 64; i++) values[base / 4 + i] = 0.1;
  if (program.name.startsWith("sine")) for (let i = 0; i < 64; i++) integers[base / 4 + i] = 10000000 + i * 77777;
  const block = 64;
  for (let i = 0; i < block * 4; i++) values[wires / 4 + i] = values[wires + i] = Math.random() - 0.5;
  const calls = 20000;
  const nanoseconds = (fn: ((base: number, frames: number) => void) | undefined, synths: number) => {
    const once = () => {
      for (let i = 0; i < calls; i++) fn?.(base, block);
    };
    once();
    return (time(7, once) * 1e6) / (calls * block * synths);
  };
  const scalar = nanoseconds(run, 1);
  const packed = nanoseconds(run4, 4);
  console.log(
    `${program.name.padEnd(24)}${scalar.toFixed(2).padStart(8)}${packed.toFixed(2).padStart(9)}${(scalar / packed).toFixed(2).padStart(8)}`,
  );
}

export function main(): number {
  compileTimes();
  console.log("\nns per synth and frame    scalar    lanes   ratio");
  for (const program of [filter(), sine(false), sine(true)]) speed(program);
  return 0;
}
