/// The loop as WebAssembly, where the platform has it.
import type { Memory } from "../heap/memory.ts";
import type { LoopHost } from "./loop.ts";

export function instantiateLoop(_memory: Memory, _host: LoopHost): (() => number) | undefined {
  return undefined;
}
