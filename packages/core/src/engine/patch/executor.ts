/// The code of a patch in the tree: runs the records of its plan, loops included, through the function table.
///
/// The plan is data, so that an edit costs no compilation and a swap is one word. A null module takes a table call and eight loads.
import { Gate, PatchWord, Op as PlanOp, RecordWord, recordBytes } from "../../patch/abi.ts";
import { maximumPages, type Target } from "../../synthdef/abi.ts";
import { Code, Module } from "../../wasm/encode.ts";
import { Op, ValueType } from "../../wasm/opcodes.ts";

const { i32 } = ValueType;
const word = 4;

/// A module as the engine takes them for definitions: `init`, `run` and `end` of a patch.
export function patchModule(target: Target): WebAssembly.Module {
  const module = new Module();
  module.importMemory("env", "memory", { min: 1, max: maximumPages, shared: target.sharedMemory });
  module.importTable("env", "table", 1);
  const split = module.importFunction("host", "patchPart", [i32, i32, i32, i32], []);
  const left = module.importFunction("host", "patchLeft", [i32], []);
  const entry = module.type([i32, i32, i32, i32], []);
  const define = (name: string, code: Code): void => {
    const index = module.declare([i32], [], name);
    module.define(index, code);
    module.exportFunction(name, index);
  };
  define("init", new Code([i32], []));
  define("run", runCode(target.blockSize, entry, split));
  const end = new Code([i32], []);
  end.get(0);
  end.call(left);
  define("end", end);
  return new WebAssembly.Module(module.encode());
}

function runCode(blockSize: number, entry: number, split: number): Code {
  const code = new Code([i32], []);
  const base = 0;
  const at = code.local(i32, "record");
  const from = code.local(i32, "from");
  const to = code.local(i32, "to");
  const op = code.local(i32, "op");
  const gate = code.local(i32, "gate");
  const loop = code.local(i32, "loop");
  const left = code.local(i32, "left");
  const place = code.local(i32, "place");

  const load = (address: number, field: number): void => {
    code.get(address);
    code.memory(Op["i32.load"], 2, field * word);
  };
  const store = (address: number, field: number, value: () => void): void => {
    code.get(address);
    value();
    code.memory(Op["i32.store"], 2, field * word);
  };
  const add = (local: number, amount: number): void => {
    code.get(local);
    code.i32(amount);
    code.op(Op["i32.add"]);
  };
  const when = (local: number, value: number, body: () => void, otherwise?: () => void): void => {
    code.get(local);
    code.i32(value);
    code.op(Op["i32.eq"]);
    code.open(Op.if);
    body();
    if (otherwise) {
      code.op(Op.else);
      otherwise();
    }
    code.end();
  };
  const run = (): void => {
    load(at, RecordWord.base);
    load(at, RecordWord.streams);
    code.get(from);
    code.get(to);
    load(at, RecordWord.fn);
    code.callIndirect(entry);
  };
  const loadGate = (): void => {
    load(at, RecordWord.gate);
    code.memory(Op["i32.load"], 2, 0);
    code.set(gate);
  };
  const frameBytes = (): void => {
    code.i32(2);
    code.op(Op["i32.shl"]);
  };
  /// Zeros in every output, from `from` to `to`.
  const silence = (): void => {
    load(at, RecordWord.outputs);
    code.set(place);
    load(at, RecordWord.outputCount);
    code.set(left);
    code.open(Op.block);
    code.open(Op.loop);
    code.get(left);
    code.op(Op["i32.eqz"]);
    code.branch(Op.br_if, 1);
    load(place, 0);
    code.get(from);
    frameBytes();
    code.op(Op["i32.add"]);
    code.i32(0);
    code.get(to);
    code.get(from);
    code.op(Op["i32.sub"]);
    frameBytes();
    code.op(Op["memory.fill"]);
    code.byte(0);
    add(place, word);
    code.set(place);
    add(left, -1);
    code.set(left);
    code.branch(Op.br, 0);
    code.end();
    code.end();
  };
  /// From `from` on, one step of the loop record in `loop`, or what is left of the range around it.
  const round = (): void => {
    code.get(from);
    load(loop, RecordWord.step);
    code.op(Op["i32.add"]);
    code.set(to);
    code.get(to);
    load(loop, RecordWord.outerTo);
    code.op(Op["i32.gt_s"]);
    code.open(Op.if);
    load(loop, RecordWord.outerTo);
    code.set(to);
    code.end();
  };

  load(base, PatchWord.plan);
  code.set(at);
  code.i32(blockSize);
  code.set(to);
  code.get(at);
  code.op(Op["i32.eqz"]);
  code.open(Op.if);
  code.op(Op.return);
  code.end();

  code.open(Op.loop);
  load(at, RecordWord.op);
  code.set(op);
  when(op, PlanOp.call, () => {
    loadGate();
    when(gate, Gate.open, run, () => {
      when(gate, Gate.shut, silence, () => {
        code.get(base);
        code.get(at);
        code.get(from);
        code.get(to);
        code.call(split);
      });
    });
    add(at, recordBytes);
    code.set(at);
    code.branch(Op.br, 1);
  });
  when(op, PlanOp.help, () => {
    loadGate();
    code.get(gate);
    code.i32(Gate.shut);
    code.op(Op["i32.ne"]);
    code.open(Op.if);
    run();
    code.end();
    add(at, recordBytes);
    code.set(at);
    code.branch(Op.br, 1);
  });
  when(op, PlanOp.loop, () => {
    store(at, RecordWord.outerFrom, () => code.get(from));
    store(at, RecordWord.outerTo, () => code.get(to));
    code.get(at);
    code.set(loop);
    round();
    add(at, recordBytes);
    code.set(at);
    code.branch(Op.br, 1);
  });
  when(op, PlanOp.next, () => {
    load(at, RecordWord.loop);
    code.set(loop);
    code.get(to);
    load(loop, RecordWord.outerTo);
    code.op(Op["i32.lt_s"]);
    code.open(Op.if);
    code.get(to);
    code.set(from);
    round();
    add(loop, recordBytes);
    code.set(at);
    code.op(Op.else);
    load(loop, RecordWord.outerFrom);
    code.set(from);
    load(loop, RecordWord.outerTo);
    code.set(to);
    add(at, recordBytes);
    code.set(at);
    code.end();
    code.branch(Op.br, 1);
  });
  code.end();
  load(base, PatchWord.clock);
  code.set(place);
  store(place, 0, () => {
    load(place, 0);
    code.i32(blockSize);
    code.op(Op["i32.add"]);
  });
  return code;
}
