/// The loop as WebAssembly, where the platform has it.
import type { Memory } from "../heap/memory.ts";
import type { LoopHost } from "./loop.ts";
import { loopModule } from "./loop.wasm.ts";

/// Limits of the imported memory in the module's bytes: shared, one page at least.
const SHARED_IMPORT = [0x02, 0x03, 0x01, 0x80, 0x80, 0x04];

let bytes: Uint8Array<ArrayBuffer> | undefined;
const modules = new Map<boolean, WebAssembly.Module>();

function moduleFor(shared: boolean): WebAssembly.Module {
  let module = modules.get(shared);
  if (module === undefined) {
    bytes ??= Uint8Array.from(atob(loopModule), (c) => c.charCodeAt(0));
    const own = bytes.slice();
    const at = indexOf(own, SHARED_IMPORT);
    if (!shared) own[at + 1] = 0x01;
    module = new WebAssembly.Module(own);
    modules.set(shared, module);
  }
  return module;
}

function indexOf(bytes: Uint8Array, part: number[]): number {
  for (let i = 0; i + part.length <= bytes.length; i++) if (part.every((b, k) => bytes[i + k] === b)) return i;
  throw new Error("the machine's module does not import its memory as expected");
}

/// The compiled loop over a memory, undefined where there is no WebAssembly.
export function instantiateLoop(memory: Memory, host: LoopHost): (() => number) | undefined {
  if (memory.wasm === undefined) return undefined;
  const shared = typeof SharedArrayBuffer !== "undefined" && memory.wasm.buffer instanceof SharedArrayBuffer;
  const module = moduleFor(shared);
  const instance = new WebAssembly.Instance(module, { host: { memory: memory.wasm, ...servicesOf(host) } });
  return instance.exports.run as () => number;
}

/// The host's services as plain functions: a bound method would cost an adapter at every call.
function servicesOf(host: LoopHost): Record<keyof LoopHost, WebAssembly.ImportValue> {
  return {
    refill: () => host.refill(),
    object: (cells: number) => host.object(cells),
    gray: (old: number) => host.gray(old),
    poll: () => host.poll(),
    spread: (n: number) => host.spread(n),
    enter: (closure: number, n: number) => host.enter(closure, n),
    apply: (callee: number, n: number) => host.apply(callee, n),
    prim: (definition: number, n: number, a: number, b: number, c: number) => host.prim(definition, n, a, b, c),
    binary: (operation: number, a: number, b: number) => host.binary(operation, a, b),
    unary: (operation: number, a: number) => host.unary(operation, a),
    global: (cell: number) => host.global(cell),
    setGlobal: (cell: number, value: number) => host.setGlobal(cell, value),
    defineGlobal: (cell: number, value: number, constant: number) => host.defineGlobal(cell, value, constant),
    lookup: (symbol: number) => host.lookup(symbol),
    setDynamic: (symbol: number, value: number) => host.setDynamic(symbol, value),
    defineDynamic: (symbol: number, value: number) => host.defineDynamic(symbol, value),
    makeMacro: (closure: number, bacro: number) => host.makeMacro(closure, bacro),
    makeLet: (at: number, fp: number) => host.makeLet(at, fp),
    enterLet: (value: number) => host.enterLet(value),
    leave: (kind: number, at: number, value: number) => host.leave(kind, at, value),
    unwound: (at: number, value: number) => host.unwound(at, value),
  };
}
