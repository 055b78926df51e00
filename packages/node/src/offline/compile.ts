/// SynthDef files to definitions that an engine can play.
import { type CompiledDefinition, DefinitionCompiler, readSynthDefs, type SynthDefGraph, type Target } from "@heddle/core/synthdef";
import type { UGenRegistry } from "@heddle/core/ugens";
import { FolderCodeStore } from "../codestore.ts";

/// What `/d_recv` and its kind call. Nothing is compiled twice: neither in this process nor, with a folder to `cache` code in, in another. A variant is a
/// definition of its own with other initial values. `onGraph` sees every definition.
export function fileCompiler(
  target: Target,
  ugens?: UGenRegistry,
  cache?: string,
  onGraph?: (graph: SynthDefGraph) => void,
): (file: Uint8Array) => readonly CompiledDefinition[] {
  const compiler = new DefinitionCompiler(target, ugens, cache === undefined ? undefined : new FolderCodeStore(cache));
  return (file) =>
    readSynthDefs(file).definitions.flatMap((graph) => {
      const compiled = compiler.compile(graph);
      onGraph?.(graph);
      return [compiled, ...graph.variants.map(({ name, values }) => ({ ...compiled, name, defaults: Float32Array.from(values) }))];
    });
}
