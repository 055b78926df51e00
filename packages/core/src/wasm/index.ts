/// WebAssembly from kernel IR.
export { Bytes, Code, type MemoryLimits, Module } from "./encode.ts";
export { emitFft, fftTables, fftWorkBytes } from "./fft.ts";
export { laneRefusal } from "./lanes/refusal.ts";
export { scratchBytes } from "./lanes/region.ts";
export { emitModule, emitText, type ModuleOptions } from "./module.ts";
export { Op, ValueType } from "./opcodes.ts";
