/// Graphs in files: cases as JSON, and modules that export a graph or a patch.
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { GraphCase } from "@heddle/core/graph";
import { loadModule } from "./modules.ts";

/// Larger files are not read.
const maxBytes = 256 * 2 ** 20;

/// The value of a JSON file. Throws what is wrong with it.
export function readJson(file: string): unknown {
  if (!existsSync(file)) throw new Error(`${file}: no such file`);
  const bytes = statSync(file).size;
  if (bytes > maxBytes) throw new Error(`${file} has ${bytes} bytes, at most ${maxBytes} are read`);
  const text = readFileSync(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

export const formatOf = (value: unknown): unknown => fieldsOf(value).format;

/// The graph of a graph-case/1, of an edit-case/1 after its edits, or of a module. Throws `CaseError`, `InvalidGraphError`, or what a module throws.
export async function readGraphFile(file: string): Promise<GraphCase> {
  if (/^\.[cm]?[jt]s$/.test(extname(file))) return moduleCase(file);
  const { applyEdits, InvalidGraphError, readEditCase, readGraphCase } = await import("@heddle/core/graph");
  const value = readJson(file);
  if (formatOf(value) !== "edit-case/1") return readGraphCase(value);
  const { id, options, graph, edits } = readEditCase(value);
  const after = applyEdits(graph, edits);
  if (after.errors.length > 0) throw new InvalidGraphError(after.errors);
  return { id, options, graph: after.graph, generated: false, horizon: 0 };
}

/// A module's default export, or what it exports as `patch` or `graph`: nodes and connections, or something that has such a `graph`, as a patch does.
/// `blockSize` and `options` beside it count as in a case.
async function moduleCase(file: string): Promise<GraphCase> {
  if (!existsSync(file)) throw new Error(`${file}: no such file`);
  const { readGraphCase } = await import("@heddle/core/graph");
  const exported = await loadModule(file);
  const given = [exported.default, exported.patch, exported.graph].find((value) => value !== undefined);
  const value = fieldsOf(typeof given === "function" ? await given() : given);
  let graph: Fields = value;
  for (let depth = 0; depth < 2 && graph.nodes === undefined && graph.graph !== undefined; depth++) graph = fieldsOf(graph.graph);
  if (graph.nodes === undefined) {
    throw new Error(`${file}: expected a graph (nodes and connections) or a patch as its default export, or as "patch" or "graph"`);
  }
  const { blockSize = 64, options } = value;
  return readGraphCase({ format: "graph-case/1", id: basename(file), blockSize, options, graph });
}
