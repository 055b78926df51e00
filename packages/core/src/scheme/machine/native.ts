/// The loop as WebAssembly, where the platform has it.
import type { Heap } from "../heap/heap.ts";
import { instantiate } from "../heap/native.ts";
import { module } from "./loop.wasm.ts";
import type { LoopHost } from "./services.ts";

/// The compiled loop over a heap's memory, undefined where there is no WebAssembly.
export function instantiateLoop(heap: Heap, host: LoopHost): (() => number) | undefined {
  const { wasm } = heap.memory;
  return wasm && (instantiate(module, wasm, servicesOf(heap, host)).run as () => number);
}

/// The host's services as plain functions: a bound method would cost an adapter at every call. The marker's are WebAssembly themselves.
function servicesOf(heap: Heap, host: LoopHost): Record<keyof LoopHost, WebAssembly.ImportValue> {
  return {
    refill: heap.marker.refill,
    gray: heap.marker.gray,
    object: (cells: number) => host.object(cells),
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
