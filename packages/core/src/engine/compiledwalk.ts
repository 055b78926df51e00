/// The walk over the tree as WebAssembly: a call from one module into another through the shared table costs a tenth of a call from JavaScript.
import { ContextWord, maximumPages } from "../synthdef/abi.ts";
import { Code, Module } from "../wasm/encode.ts";
import { Op, ValueType } from "../wasm/opcodes.ts";
import { NodeState, NodeWord } from "./tree.ts";
import type { Walk, WalkParts } from "./walk.ts";

const { i32 } = ValueType;
const word = 4;

/// The same walk as `referenceWalk`, word for word.
export function compiledWalk({ memory, target, walking, table, remove }: WalkParts): Walk {
  const module = new Module();
  module.importMemory("env", "memory", { min: 1, max: maximumPages, shared: target.sharedMemory });
  module.importTable("env", "table", 1);
  const removeNode = module.importFunction("engine", "remove", [i32], []);
  const entry = module.type([i32], []);
  const walk = module.declare([i32, i32], []);
  module.exportFunction("walk", walk);
  module.define(walk, walkCode(target.context + ContextWord.current * word, walking, entry, removeNode));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
    env: { memory: memory.wasm, table },
    engine: { remove },
  });
  return instance.exports.walk as Walk;
}

function walkCode(current: number, walking: number, entry: number, removeNode: number): Code {
  const code = new Code([i32, i32], []);
  const [node, group] = [0, 1];
  const successor = code.local(i32, "successor");
  const state = code.local(i32, "state");

  const load = (from: number, field: number): void => {
    code.get(from);
    code.memory(Op["i32.load"], 2, field * word);
  };
  const store = (field: number, value: () => void): void => {
    code.get(node);
    value();
    code.memory(Op["i32.store"], 2, field * word);
  };
  /// Stores at a fixed address.
  const publish = (address: number, value: () => void): void => {
    code.i32(address);
    value();
    code.memory(Op["i32.store"], 2, 0);
  };
  const whenState = (value: number, body: () => void): void => {
    code.get(state);
    code.i32(value);
    code.op(Op["i32.eq"]);
    code.open(Op.if);
    body();
    code.end();
  };
  const call = (fn: number): void => {
    publish(current, () => load(node, NodeWord.base));
    load(node, NodeWord.base);
    load(node, fn);
    code.callIndirect(entry);
  };
  /// What a constructor does to its own synth is lost: the state is set after it.
  const construct = (after: number): void => {
    call(NodeWord.init);
    store(NodeWord.constructed, () => code.i32(1));
    store(NodeWord.state, () => code.i32(after));
  };

  code.open(Op.loop);
  // Up and on from the ends of groups.
  code.open(Op.block);
  code.open(Op.loop);
  code.get(node);
  code.branch(Op.br_if, 1);
  code.get(group);
  code.op(Op["i32.eqz"]);
  code.open(Op.if);
  code.op(Op.return);
  code.end();
  load(group, NodeWord.successor);
  code.set(node);
  load(group, NodeWord.parent);
  code.set(group);
  code.branch(Op.br, 0);
  code.end();
  code.end();

  load(node, NodeWord.next);
  code.set(successor);
  store(NodeWord.successor, () => code.get(successor));
  publish(walking, () => code.get(node));
  load(node, NodeWord.state);
  code.set(state);

  whenState(NodeState.running, () => {
    load(node, NodeWord.isGroup);
    code.open(Op.if);
    code.get(node);
    code.set(group);
    load(node, NodeWord.head);
    code.set(node);
    // To the outer loop, out of two ifs.
    code.branch(Op.br, 2);
    code.end();
    call(NodeWord.run);
  });
  whenState(NodeState.fresh, () => {
    construct(NodeState.running);
    call(NodeWord.run);
  });
  whenState(NodeState.freshPaused, () => construct(NodeState.paused));
  whenState(NodeState.ending, () => {
    code.get(node);
    code.call(removeNode);
  });
  code.get(successor);
  code.set(node);
  code.branch(Op.br, 0);
  code.end();
  return code;
}
