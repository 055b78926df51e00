/// Runs a program in every execution and compares what it did to state, wires, private memory and the host.
import { expect } from "vitest";
import { interpret } from "../../packages/core/src/kernel/interpret.ts";
import type { Field, Program, Type } from "../../packages/core/src/kernel/ir.ts";
import { emitModule } from "../../packages/core/src/wasm/module.ts";
import { types } from "./ir.ts";
import { areaOf, layout, pool, wireOf } from "./ir-programs.ts";

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
  const places = (type: Type, at: (offset: number) => number) => Array.from({ length: 8 }, (_, i) => view[getters[type]](at(i * 8), true));
  const heap = types.map((type) => places(type, (offset) => layout.heap + synth * 256 + areaOf(type) + offset));
  const wires = types.map((type) =>
    places(type, (offset) => wireOf(type) + (lane === undefined ? offset : offset * 4 + lane * sizeOf(type))),
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

const busBytes = 256;

/// Fails unless a pack of these four synths leaves the same state and the same shared memory (at `layout.bus`) as the synths one after the other, and
/// makes the same host calls. Returns the f32 values of that memory and the calls, as [synth, argument], in the order the pack made them.
export function packLikeFour(program: Program, states: readonly State[]) {
  const module = compileProgram(program);
  const runAll = (pack: boolean) => {
    const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages });
    const view = new DataView(memory.buffer);
    const calls: [number, number][] = [];
    let synth = 0;
    const call = (type: Type) => (base: number, x: number) => {
      calls.push([pack ? (base - layout.pack) / 4 : synth, x]);
      return hostAnswer[type](x);
    };
    const host = { probe_f32: call("f32"), probe_f64: call("f64"), probe_i32: call("i32") };
    const { run, run4 } = new WebAssembly.Instance(module, { env: { memory }, host }).exports as Record<
      string,
      (base: number, n: number) => void
    >;
    writeTables(view);
    if (pack) {
      states.forEach((state, lane) => {
        writeState(view, state, lane, lane);
      });
      run4?.(layout.pack, frames);
    }
    const results = states.map((state, i) => {
      synth = i;
      if (!pack) {
        new Uint8Array(memory.buffer, layout.base, pool.words * 4).fill(0);
        writeState(view, state, i);
        run?.(layout.base, frames);
      }
      const { state: fieldsAfter, heap } = readResult(view, i, pack ? i : undefined);
      return { fieldsAfter, heap };
    });
    return { results, bus: Array.from(new Float32Array(memory.buffer, layout.bus, busBytes / 4)), calls };
  };
  const alone = runAll(false);
  const pack = runAll(true);
  expect(pack.results).toEqual(alone.results);
  expect(pack.bus).toEqual(alone.bus);
  expect([...pack.calls].sort(([a], [b]) => a - b)).toEqual(alone.calls);
  return { bus: pack.bus, calls: pack.calls };
}
