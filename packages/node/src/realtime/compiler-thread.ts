/// The thread that compiles definitions. Each is run once on an engine of its own: a module's code is made when it is first entered, which is not to
/// happen in the middle of the sound.
import { parentPort, workerData } from "node:worker_threads";
import { Engine, type EngineOptions, rootId } from "@heddle/core/engine";
import type { DeliveredDefinition } from "@heddle/core/osc";
import type { CompiledDefinition } from "@heddle/core/synthdef";
import { builtins, type UGenRegistry } from "@heddle/core/ugens";
import { fileCompiler } from "../offline/compile.ts";
import type { UGenModules } from "./core.ts";

/// A SynthDef file to be compiled, or a definition whose code for packs of four is wanted.
export type CompileRequest = { readonly id: number } & ({ readonly file: Uint8Array } | { readonly lanesOf: number });

export type CompileAnswer = { readonly id: number } & (
  | { readonly definitions: readonly DeliveredDefinition[] }
  | { readonly lanes: WebAssembly.Module | undefined }
  | { readonly error: string }
);

export interface CompilerThreadData {
  readonly engine: EngineOptions;
  /// A folder where compiled definitions are kept.
  readonly cache?: string;
  readonly ugens?: UGenModules;
}

/// Definitions whose code for packs can still be asked for.
const mostRemembered = 4096;
/// Synths of one definition that are needed to enter its code for four at a time, and blocks until they run so.
const packed = 4;
const blocks = 3;

const data = workerData as CompilerThreadData;
const engine = new Engine(data.engine);
const compile = fileCompiler(engine.target, await registry(data.ugens), data.cache);
const remembered = new Map<number, CompiledDefinition>();
let following = 1;

async function registry(modules: UGenModules | undefined): Promise<UGenRegistry> {
  if (!modules || modules.paths.length === 0) return builtins;
  const { loadUGens } = (await import(modules.loader)) as { loadUGens(paths: readonly string[]): Promise<UGenRegistry> };
  return loadUGens(modules.paths);
}

function deliver(definition: CompiledDefinition): DeliveredDefinition {
  warm(definition, 1);
  const key = following++;
  remembered.set(key, definition);
  if (remembered.size > mostRemembered) remembered.delete(key - mostRemembered);
  // A function does not travel.
  const { laneModule: _, ...rest } = definition;
  return { ...rest, key };
}

function lanesOf(key: number): WebAssembly.Module | undefined {
  const definition = remembered.get(key);
  const module = definition?.laneModule?.();
  if (definition && module) warm({ ...definition, laneModule: () => module }, packed);
  return module;
}

function warm(definition: CompiledDefinition, synths: number): void {
  if (engine.definitions.load(definition) !== null) return;
  for (let i = 0; i < synths; i++) engine.nodes.newSynth(definition.name, -1, 0, rootId);
  for (let i = 0; i < blocks; i++) engine.process();
  engine.nodes.freeAll(rootId);
  engine.takeFaults();
  engine.definitions.unload(definition.name);
}

function answer(request: CompileRequest): CompileAnswer {
  const { id } = request;
  try {
    if ("lanesOf" in request) return { id, lanes: lanesOf(request.lanesOf) };
    return { id, definitions: compile(request.file).map(deliver) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

parentPort!.on("message", (request: CompileRequest) => parentPort!.postMessage(answer(request)));
