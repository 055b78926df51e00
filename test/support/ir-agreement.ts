/// Runs a program in every execution and compares what it did to state, wires, private memory and the host.
import { expect } from "vitest";
import { interpret } from "../../packages/core/src/kernel/interpret.ts";
import type { Field, Program, Type } from "../../packages/core/src/kernel/ir.ts";
import { emitModule } from "../../packages/core/src/wasm/module.ts";
import { areaOf, layout, pool, types } from "./ir-programs.ts";

/// Initial values of a synth's fields, by name.
export type State = Readonly<Record<string, readonly number[]>>;

const memoryBytes = layout.pages * 65536;
const fields: readonly Field[] = [...pool.scalars, ...pool.arrays];
const frames = 5;

const sizeOf = (type: Type) => (type === "f64" ? 8 : 4);
const getters = { f32: "getFloat32", f64: "getFloat64", i32: "getInt32" } as const;
const setters = { f32: "setFloat32", f64: "setFloat64", i32: "setInt32" } as const;

/// Where value `i` of `field` lies: for a lone synth, or for a lane of a pack.
function placeOf(field: Field, i: number, lane?: number): number {
  const size = sizeOf(field.type);
  if (lane === undefined) return layout.base + field.word * 4 + i * size;
  return layout.pack + (field.word * 4 + i * size) * 4 + lane * size;
}

function writeState(view: DataView, state: State, synth: number, lane?: number): void {
  for (const field of fields) {
    state[field.name]?.forEach((value, i) => {
      view[setters[field.type]](placeOf(field, i, lane), value, true);
    });
  }
  view.setInt32(placeOf(pool.heap, 0, lane), layout.heap + synth * 256, true);
}

function writeTables(view: DataView): void {
  for (let i = 0; i < 128; i++) view.setFloat32(layout.table + i * 4, Math.fround(Math.sin(i) * 10 ** (i % 7)), true);
}

/// What a synth left behind.
function readResult(view: DataView, synth: number, lane?: number) {
  const state = fields.map((field) =>
    Array.from({ length: field.count }, (_, i) => view[getters[field.type]](placeOf(field, i, lane), true)),
  );
  const places = (type: Type, at: (offset: number) => number) =>
    Array.from({ length: 8 }, (_, i) => view[getters[type]](at(areaOf(type) + i * 8), true));
  const heap = types.map((type) => places(type, (offset) => layout.heap + synth * 256 + offset));
  const wires = types.map((type) =>
    places(type, (offset) => (lane === undefined ? layout.wires + offset : (layout.wires + offset) * 4 + lane * sizeOf(type))),
  );
  return { state, heap, wires };
}

const hostAnswer: Record<Type, (x: number) => number> = {
  f32: (x) => Math.fround(x * 0.5 + 1),
  f64: (x) => x * 0.5 + 1,
  i32: (x) => (x ^ 0x55) | 0,
};
/// Host functions that note each call under its base address.
function makeHost(log: Map<number, number[]>) {
  const call = (type: Type) => (base: number, x: number) => {
    log.set(base, [...(log.get(base) ?? []), x]);
    return hostAnswer[type](x);
  };
  return { probe_f32: call("f32"), probe_f64: call("f64"), probe_i32: call("i32") };
}

export function compileProgram(program: Program) {
  const memory = { min: layout.pages, max: layout.pages };
  const bytes = emitModule({ memory, programs: [{ name: "run", program, lanes: true }], scratch: layout.scratch });
  expect(WebAssembly.validate(bytes)).toBe(true);
  return new WebAssembly.Module(bytes);
}

/// Fails unless every execution of `program` on these four synths agrees with the interpreter.
export function agree(program: Program, states: readonly State[]): void {
  const expected = states.map((state, synth) => {
    const memory = new ArrayBuffer(memoryBytes);
    const view = new DataView(memory);
    writeTables(view);
    writeState(view, state, synth);
    const log = new Map<number, number[]>();
    const host = makeHost(log);
    interpret(program, [frames], {
      memory,
      base: layout.base,
      maxSteps: 100000,
      host: (fn, [base, x]) => host[fn.name as keyof typeof host](base as number, x as number),
    });
    return { ...readResult(view, synth), calls: log.get(layout.base) ?? [] };
  });

  const module = compileProgram(program);
  const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages });
  const view = new DataView(memory.buffer);
  const log = new Map<number, number[]>();
  const instance = new WebAssembly.Instance(module, { env: { memory }, host: makeHost(log) });
  const run = instance.exports["run"] as (base: number, frames: number) => void;
  states.forEach((state, synth) => {
    new Uint8Array(memory.buffer).fill(0);
    log.clear();
    writeTables(view);
    writeState(view, state, synth);
    run(layout.base, frames);
    expect({ ...readResult(view, synth), calls: log.get(layout.base) ?? [] }, `scalar, synth ${synth}`).toEqual(expected[synth]);
  });

  if (states.length !== 4) return;
  new Uint8Array(memory.buffer).fill(0);
  log.clear();
  writeTables(view);
  states.forEach((state, lane) => {
    writeState(view, state, lane, lane);
  });
  const run4 = instance.exports["run4"] as typeof run;
  run4(layout.pack, frames);
  states.forEach((_, lane) => {
    const calls = log.get(layout.pack + lane * 4) ?? [];
    expect({ ...readResult(view, lane, lane), calls }, `lane ${lane}`).toEqual(expected[lane]);
  });
}
