/// The thread that compiles definitions. Each is run once on an engine of its own: a module's code is made when it is first entered, which is not to
/// happen in the middle of the sound.
import { parentPort, workerData } from "node:worker_threads";
import { Engine, type EngineOptions, rootId } from "@heddle/core/engine";
import type { CompiledDefinition } from "@heddle/core/synthdef";
import { fileCompiler } from "../offline/compile.ts";

export interface CompileRequest {
  readonly id: number;
  readonly file: Uint8Array;
}

export type CompileAnswer = { readonly id: number } & (
  | { readonly definitions: readonly CompiledDefinition[] }
  | { readonly error: string }
);

const options = workerData as EngineOptions;
const engine = new Engine(options);
const compile = fileCompiler(engine.target);
/// Synths of one definition that are needed to enter its code for four at a time, and blocks until they run so.
const synths = 4;
const blocks = 3;

function warm(definition: CompiledDefinition): void {
  if (engine.definitions.load(definition) !== null) return;
  for (let i = 0; i < synths; i++) engine.nodes.newSynth(definition.name, -1, 0, rootId);
  for (let i = 0; i < blocks; i++) engine.process();
  engine.nodes.freeAll(rootId);
  engine.takeFaults();
  engine.definitions.unload(definition.name);
}

parentPort!.on("message", ({ id, file }: CompileRequest) => {
  let answer: CompileAnswer;
  try {
    const definitions = compile(file);
    for (const definition of definitions) warm(definition);
    answer = { id, definitions };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort!.postMessage(answer);
});
