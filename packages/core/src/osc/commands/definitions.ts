/// Commands on definitions: /d_...

import type { CompiledDefinition } from "../../synthdef/abi.ts";
import { textOf } from "./answers.ts";
import { type BesideContext, type CommandTable, type EngineContext, each } from "./command.ts";
import { FileError } from "./files.ts";

/// Makes a definition playable.
export function installDefinition(definition: CompiledDefinition, { engine, post }: Pick<EngineContext, "engine" | "post">): void {
  const outcome = engine.definitions.load(definition);
  if (outcome) post(outcome);
}

/// Loads what a SynthDef file holds. As in scsynth a file that cannot be used is reported on the console and the command succeeds.
async function load(file: Uint8Array, { compile, install, post }: BesideContext): Promise<null> {
  try {
    for (const definition of await compile(file)) install(definition);
  } catch (error) {
    post(`exception in GraphDef_Recv: ${textOf(error)}`);
  }
  return null;
}

async function loadFiles(path: string, what: "pattern" | "folder", context: BesideContext): Promise<string | null> {
  try {
    const paths = context.files.list(path, what);
    if (paths.length === 0 && what === "pattern") return path;
    for (const found of paths) await load(context.files.readBytes(found), context);
    return null;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    context.post(error.code === "file/refused" ? `${path}: ${error.message}` : `*** ERROR: open directory failed '${path}'`);
    return path;
  }
}

export const definitionCommands: CommandTable = {
  d_recv: {
    number: 5,
    beside: true,
    done: "plain",
    run: (args, context) => {
      const file = args.type === "b" || args.type === "?" ? args.blob() : undefined;
      return file && file.length > 0 ? load(file, context) : "failed";
    },
  },
  d_load: { number: 6, beside: true, done: "plain", run: (args, context) => loadFiles(args.string(), "pattern", context) },
  d_loadDir: { number: 7, beside: true, done: "plain", run: (args, context) => loadFiles(args.string(), "folder", context) },
  d_freeAll: {
    number: 8,
    run: (_, { engine }) => {
      engine.definitions.unloadAll();
      return null;
    },
  },
  d_free: {
    number: 53,
    run: each(1, (args, { engine }) => {
      engine.definitions.unload(args.string());
      return null;
    }),
  },
};
