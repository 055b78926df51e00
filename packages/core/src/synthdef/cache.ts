/// Compiles each definition once. What is remembered is the code, by the units it was made of: names and initial values of controls are not in it, so
/// definitions that differ in those alone share a module. A store beside it may keep the code between processes.
import { build } from "../build.ts";
import { builtins } from "../ugens/index.ts";
import type { UGenRegistry } from "../ugens/registry.ts";
import type { CompiledDefinition, Target } from "./abi.ts";
import { type CodeFacts, definitionOf, emitDefinition, emitDefinitionLanes, factsOf, moduleOf, planDefinition } from "./compile.ts";
import type { SynthDefGraph } from "./graph-types.ts";

/// Keeps bytes under keys of any length. What comes back is either what was given or undefined.
export interface CodeStore {
  load(key: string): Uint8Array<ArrayBuffer> | undefined;
  save(key: string, bytes: Uint8Array<ArrayBuffer>): void;
}

interface Code {
  readonly facts: CodeFacts;
  readonly module: WebAssembly.Module;
  /// The module for packs, once it was asked for; null when there is none.
  lanes?: WebAssembly.Module | null;
}

/// Definitions' code that is remembered; the oldest goes first.
const most = 1024;

export class DefinitionCompiler {
  readonly #target: Target;
  readonly #ugens: UGenRegistry;
  readonly #store: CodeStore | undefined;
  readonly #codes = new Map<string, Code>();
  /// What all keys start with.
  readonly #world: string;

  /// Only definitions of built-in unit generators go to the store.
  constructor(target: Target, ugens: UGenRegistry = builtins, store?: CodeStore) {
    this.#target = target;
    this.#ugens = ugens;
    this.#store = store;
    this.#world = `${build}\n${JSON.stringify(target)}\n`;
  }

  /// Throws `DefinitionError` as `planDefinition` does.
  compile(graph: SynthDefGraph): CompiledDefinition {
    const key = this.#world + codeKey(graph);
    const store = graph.units.every(({ name }) => this.#ugens.get(name) === builtins.get(name)) ? this.#store : undefined;
    const code = this.#codes.get(key) ?? stored(key, store) ?? this.#make(graph, key, store);
    this.#remember(key, code);
    return definitionOf(graph, this.#target, code.facts, code.module, () => {
      if (code.lanes === undefined) code.lanes = this.#lanes(graph, key, store) ?? null;
      return code.lanes ?? undefined;
    });
  }

  #make(graph: SynthDefGraph, key: string, store: CodeStore | undefined): Code {
    const plan = planDefinition(graph, this.#target, this.#ugens);
    const bytes = emitDefinition(plan, this.#target);
    const facts = factsOf(plan);
    const text = JSON.stringify(facts, plain);
    if (!text.includes(notPlain)) store?.save(key, withFacts(text, bytes));
    return { facts, module: new WebAssembly.Module(bytes) };
  }

  /// Planned again rather than kept: few definitions ever play four synths at a time.
  #lanes(graph: SynthDefGraph, key: string, store: CodeStore | undefined): WebAssembly.Module | undefined {
    const laneKey = `${key}lanes`;
    const known = store?.load(laneKey);
    if (known) return known.length > 0 ? new WebAssembly.Module(known) : undefined;
    const bytes = emitDefinitionLanes(planDefinition(graph, this.#target, this.#ugens).run, this.#target);
    store?.save(laneKey, bytes ?? new Uint8Array());
    return moduleOf(bytes);
  }

  #remember(key: string, code: Code): void {
    this.#codes.delete(key);
    this.#codes.set(key, code);
    if (this.#codes.size > most) this.#codes.delete(this.#codes.keys().next().value!);
  }
}

/// Everything of a graph that its code depends on, as text.
function codeKey({ params, units }: SynthDefGraph): string {
  let key = `${params.length}\n`;
  for (const { name, rate, special, inputs, outputRates } of units) {
    key += `${name} ${rate} ${special} ${outputRates.join("")}`;
    for (const ref of inputs)
      key += "unit" in ref ? ` ${ref.unit}.${ref.output}` : ` =${Object.is(ref.constant, -0) ? "-0" : ref.constant}`;
    key += "\n";
  }
  return key;
}

// A stored entry: the length of the facts as u32, the facts as JSON, the module.

function withFacts(facts: string, module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(facts);
  const entry = new Uint8Array(4 + text.length + module.length);
  new DataView(entry.buffer).setUint32(0, text.length);
  entry.set(text, 4);
  entry.set(module, 4 + text.length);
  return entry;
}

/// JSON has no infinities: a definition that has them in its facts is not stored.
const notPlain = "not a number of JSON";
const plain = (_: string, value: unknown): unknown => (typeof value === "number" && !Number.isFinite(value) ? notPlain : value);

function stored(key: string, store: CodeStore | undefined): Code | undefined {
  const entry = store?.load(key);
  if (!entry) return undefined;
  const end = 4 + new DataView(entry.buffer, entry.byteOffset).getUint32(0);
  const facts = JSON.parse(new TextDecoder().decode(entry.subarray(4, end))) as CodeFacts;
  return { facts, module: new WebAssembly.Module(entry.subarray(end)) };
}
