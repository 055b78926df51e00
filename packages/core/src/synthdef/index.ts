/// Definitions: files, graphs, and what the engine takes.
export type { CompiledDefinition, Target } from "./abi.ts";
export { compileDefinition, DefinitionError } from "./compile.ts";
export type { InputRef, RateNumber, SynthDefGraph, UnitSpec } from "./graph-types.ts";
export { readSynthDefs, type SynthDefFile } from "./read.ts";
export { writeSynthDefs } from "./write.ts";
