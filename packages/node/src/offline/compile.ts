/// SynthDef files to definitions that an engine can play.
import { type CompiledDefinition, compileDefinition, readSynthDefs, type Target } from "@heddle/core/synthdef";
import { builtins, type UGenRegistry } from "@heddle/core/ugens";

/// What `/d_recv` and its kind call. A variant is a definition of its own with other initial values.
export function fileCompiler(target: Target, ugens: UGenRegistry = builtins): (file: Uint8Array) => readonly CompiledDefinition[] {
  return (file) =>
    readSynthDefs(file).definitions.flatMap((graph) => {
      const compiled = compileDefinition(graph, target, ugens);
      return [compiled, ...graph.variants.map(({ name, values }) => ({ ...compiled, name, defaults: Float32Array.from(values) }))];
    });
}
