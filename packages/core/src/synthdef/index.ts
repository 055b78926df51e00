/// Definitions: written in TypeScript, in files, as graphs, and what the engine takes.

export type { CompiledDefinition, Target } from "./abi.ts";
export { audio, type ControlSpec, lag, SynthDef, scalar, synthDef, trig } from "./builder.ts";
export type { BusAccess, BusAccessKind, BusExpression, BusIndex } from "./busaccess.ts";
export { type CodeStore, DefinitionCompiler } from "./cache.ts";
export { compileDefinition, compilePlan, DefinitionError, type DefinitionPlan, definitionText, planDefinition } from "./compile.ts";
export { drawDefinition } from "./draw.ts";
export { type Cost, costOf, explainDefinition, unitTitle } from "./explain.ts";
export type { InputRef, RateNumber, SynthDefGraph, UnitSpec } from "./graph-types.ts";
export { readSynthDefs, type SynthDefFile } from "./read.ts";
export { unitShares } from "./unitcost.ts";
export { writeSynthDefs } from "./write.ts";
