/// Sums, delay lines, and the way between scripts and the function table, as WebAssembly. All take (base, streams, from, to) as modules do, with
/// their operands in the table of streams.
import { maximumPages, type Target } from "../../synthdef/abi.ts";
import { Code, Module } from "../../wasm/encode.ts";
import { Op, ValueType } from "../../wasm/opcodes.ts";
import type { Memory } from "../memory.ts";

const { i32, f32 } = ValueType;

/// A function of the table, or one that goes there.
export type ModuleFunction = (base: number, streams: number, from: number, to: number) => void;

export interface Helpers {
  /// streams: [count, to, sources...]. The left fold in order.
  readonly sum: ModuleFunction;
  /// streams: [to, ring, mask, address of the tick, delay].
  readonly tap: ModuleFunction;
  /// streams: [from, ring, mask, address of the tick].
  readonly store: ModuleFunction;
  /// Entries for scripts: `base` is the number of the script.
  readonly run: ModuleFunction;
  readonly emit: ModuleFunction;
  readonly absorb: ModuleFunction;
  /// Calls function `fn` of the table.
  readonly invoke: (fn: number, base: number, streams: number, from: number, to: number) => void;
}

/// `script` is called for the entries of scripts: entry, number of the script, from, to.
export function patchHelpers(
  memory: Memory,
  target: Target,
  table: WebAssembly.Table,
  script: (entry: number, base: number, from: number, to: number) => void,
): Helpers {
  const module = new Module();
  module.importMemory("env", "memory", { min: 1, max: maximumPages, shared: target.sharedMemory });
  module.importTable("env", "table", 1);
  const callScript = module.importFunction("host", "script", [i32, i32, i32, i32], []);
  const entry = module.type([i32, i32, i32, i32], []);
  const define = (name: string, code: Code): void => {
    const index = module.declare(code.params, [], name);
    module.define(index, code);
    module.exportFunction(name, index);
  };
  define("sum", sumCode());
  define("tap", lineCode(true));
  define("store", lineCode(false));
  ["run", "emit", "absorb"].forEach((name, k) => {
    const code = new Code([i32, i32, i32, i32], []);
    code.i32(k);
    for (const local of [0, 2, 3]) code.get(local);
    code.call(callScript);
    define(name, code);
  });
  const invoke = new Code([i32, i32, i32, i32, i32], []);
  for (const local of [1, 2, 3, 4, 0]) invoke.get(local);
  invoke.callIndirect(entry);
  define("invoke", invoke);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
    env: { memory: memory.wasm, table },
    host: { script },
  });
  return exports as unknown as Helpers;
}

/// Address of frame `j` of the block whose address is word `k` at `table`.
function frameOf(code: Code, table: number, k: number, j: number): void {
  code.get(table);
  code.memory(Op["i32.load"], 2, k * 4);
  code.get(j);
  code.i32(2);
  code.op(Op["i32.shl"]);
  code.op(Op["i32.add"]);
}

/// `body` for every frame from parameter 2 to parameter 3.
function frames(code: Code, body: (j: number) => void): void {
  const [j, to] = [2, 3];
  code.open(Op.block);
  code.open(Op.loop);
  code.get(j);
  code.get(to);
  code.op(Op["i32.ge_s"]);
  code.branch(Op.br_if, 1);
  body(j);
  code.get(j);
  code.i32(1);
  code.op(Op["i32.add"]);
  code.set(j);
  code.branch(Op.br, 0);
  code.end();
  code.end();
}

function sumCode(): Code {
  const code = new Code([i32, i32, i32, i32], []);
  const table = 1;
  const source = code.local(i32, "source");
  const last = code.local(i32, "last");
  const sum = code.local(f32, "sum");
  code.get(table);
  code.get(table);
  code.memory(Op["i32.load"], 2, 0);
  code.i32(2);
  code.op(Op["i32.shl"]);
  code.op(Op["i32.add"]);
  code.i32(4);
  code.op(Op["i32.add"]);
  code.set(last);
  frames(code, (j) => {
    frameOf(code, table, 2, j);
    code.memory(Op["f32.load"], 2, 0);
    code.set(sum);
    code.get(table);
    code.i32(8);
    code.op(Op["i32.add"]);
    code.set(source);
    code.open(Op.block);
    code.open(Op.loop);
    code.get(source);
    code.get(last);
    code.op(Op["i32.eq"]);
    code.branch(Op.br_if, 1);
    code.get(source);
    code.i32(4);
    code.op(Op["i32.add"]);
    code.set(source);
    code.get(sum);
    frameOf(code, source, 0, j);
    code.memory(Op["f32.load"], 2, 0);
    code.op(Op["f32.add"]);
    code.set(sum);
    code.branch(Op.br, 0);
    code.end();
    code.end();
    frameOf(code, table, 1, j);
    code.get(sum);
    code.memory(Op["f32.store"], 2, 0);
  });
  return code;
}

/// A tap copies from a delay line, a store into it. Tick t lies at place t modulo the length, a power of two.
function lineCode(tap: boolean): Code {
  const code = new Code([i32, i32, i32, i32], []);
  const table = 1;
  const time = code.local(i32, "time");
  code.get(table);
  code.memory(Op["i32.load"], 2, 12);
  code.memory(Op["i32.load"], 2, 0);
  if (tap) {
    code.get(table);
    code.memory(Op["i32.load"], 2, 16);
    code.op(Op["i32.sub"]);
  }
  code.set(time);
  const inLine = (j: number): void => {
    code.get(table);
    code.memory(Op["i32.load"], 2, 4);
    code.get(time);
    code.get(j);
    code.op(Op["i32.add"]);
    code.get(table);
    code.memory(Op["i32.load"], 2, 8);
    code.op(Op["i32.and"]);
    code.i32(2);
    code.op(Op["i32.shl"]);
    code.op(Op["i32.add"]);
  };
  frames(code, (j) => {
    if (tap) {
      frameOf(code, table, 0, j);
      inLine(j);
    } else {
      inLine(j);
      frameOf(code, table, 0, j);
    }
    code.memory(Op["f32.load"], 2, 0);
    code.memory(Op["f32.store"], 2, 0);
  });
  return code;
}
