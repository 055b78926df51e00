/// The patches of an engine: makes them, keeps their modules' code in the function table, runs them with the tree, and takes back what they drop.
///
/// `begin`, `part`, `settle` and `script` run where the sound is made and allocate nothing. The others run between blocks.

import type { GraphOptions } from "../../graph/graph.ts";
import { blockCount, Entry, PatchWord, valueOffset } from "../../patch/abi.ts";
import { type CompiledModule, compileModule } from "../../patch/code.ts";
import type { ModuleType } from "../../patch/module.ts";
import type { Program } from "../../patch/program.ts";
import { SynthWord, type Target } from "../../synthdef/abi.ts";
import type { Definitions } from "../definitions.ts";
import type { Outcome } from "../failures.ts";
import type { FunctionTable } from "../functions.ts";
import { hashInteger } from "../generators.ts";
import type { Memory } from "../memory.ts";
import type { Nodes } from "../nodes.ts";
import type { Pool } from "../pool.ts";
import { NodeWord, type Tree } from "../tree.ts";
import { patchModule } from "./executor.ts";
import { type Helpers, type ModuleFunction, patchHelpers } from "./helpers.ts";
import { clearState, fillValue, type Instance, type PlacedCode } from "./instance.ts";
import { allocate, type InstalledPlan, installPlan, type Places, removePlan } from "./plan.ts";
import { RunningPatch } from "./running.ts";

export interface PatchesParts {
  readonly memory: Memory;
  readonly target: Target;
  readonly tree: Tree;
  readonly pool: Pool;
  readonly definitions: Definitions;
  readonly nodes: Nodes;
  readonly functions: FunctionTable;
  /// Told of a script that threw; its module is silent from then on.
  readonly onFault: (nodeId: number, module: string, error: unknown) => void;
}

/// What all patches share: the executor, and places in the function table of helpers and of the entries of scripts.
interface Machine {
  readonly module: WebAssembly.Module;
  readonly helpers: Helpers;
  readonly places: readonly number[];
  readonly scripts: readonly [number, number, number];
}

export class Patches {
  readonly #parts: PatchesParts;
  readonly #patches: RunningPatch[] = [];
  readonly #byKey = new Map<number, RunningPatch>();
  readonly #byBase = new Map<number, RunningPatch>();
  readonly #code = new WeakMap<ModuleType, { readonly compiled: CompiledModule | undefined }>();
  readonly #placed = new Map<CompiledModule, PlacedCode>();
  readonly #instances = new Set<Instance>();
  readonly #scripts: (Instance | undefined)[] = [];
  readonly #freeScripts: number[] = [];
  /// Made when the first patch is.
  #machine: Machine | undefined;
  /// The instance whose code is being constructed: what it asks for is its own.
  constructing: Instance | undefined;
  #keys = 0;
  #block = 0;

  constructor(parts: PatchesParts) {
    this.#parts = parts;
  }

  /// Makes a patch that is in no tree yet.
  /// Throws `PatchMemoryError`.
  create(): { readonly key: number; readonly running: RunningPatch } {
    const { memory, pool, target } = this.#parts;
    const { helpers } = this.#getMachine();
    const running = new RunningPatch({
      memory,
      blockSize: target.blockSize,
      helpers,
      reset: (instance) => this.#reset(instance),
      clock: allocate(pool, 16),
    });
    const key = ++this.#keys;
    this.#byKey.set(key, running);
    return { key, running };
  }

  /// Puts a patch into the tree as node `id`, which `/g_queryTree` calls by `name`.
  place(key: number, name: string, id: number, action: number, targetId: number): Outcome {
    const running = this.#byKey.get(key);
    if (!running || running.base !== 0) return `there is no patch ${key} that waits for its place`;
    const { memory, definitions, nodes, tree, target } = this.#parts;
    const { module } = this.#getMachine();
    // The name is only needed to make the node.
    const known = definitions.find(name);
    if (known && known.compiled.module !== module) return `a patch cannot be called "${name}": there is a definition of that name`;
    const refusal = definitions.load({
      name,
      target,
      words: PatchWord.words,
      controlCount: 0,
      defaults: new Float32Array(0),
      controlNames: [],
      unitCount: 0,
      wireCount: 0,
      module,
      independent: false,
      wideWords: [],
      hasEnd: true,
      usesOffset: false,
      // Its modules are wired while it plays: only they know which buses they use.
      busAccesses: [{ kind: "out", rate: "ar", channels: 1, bus: {} }],
    });
    if (refusal) return refusal;
    const outcome = nodes.newSynth(name, id, action, targetId);
    definitions.unload(name);
    if (outcome !== null) return outcome;
    const node = nodes.find(nodes.newestId);
    const base = tree.get(node, NodeWord.base);
    this.#byBase.set(base, running);
    this.#patches.push(running);
    running.attach(node, base, nodes.newestId);
    for (const instance of this.#instances) {
      if (instance.owner === running && instance.code) memory.i32[(instance.memory >> 2) + SynthWord.nodeId] = running.nodeId;
    }
    return null;
  }

  /// The compiled code of a module type, compiled at first use; undefined for scripts and virtual modules. Throws `DefinitionError`.
  code(type: ModuleType): CompiledModule | undefined {
    let known = this.#code.get(type);
    if (!known) this.#code.set(type, (known = { compiled: compileModule(type, this.#parts.target) }));
    return known.compiled;
  }

  /// Makes an instance, in the state before its first call. Throws `PatchMemoryError`.
  instantiate(running: RunningPatch, id: string, type: ModuleType): Instance | undefined {
    if (type.code.kind === "virtual") return undefined;
    const { memory, pool, target } = this.#parts;
    const compiled = this.code(type);
    const words = compiled?.words ?? 0;
    const blocks = blockCount(type.inputs.length, type.outputs.length);
    const at = allocate(pool, valueOffset(words, target.blockSize, blocks));
    const code = compiled && this.#place(compiled);
    const script = type.code.kind === "script" ? type.code.make() : undefined;
    const number = script ? (this.#freeScripts.pop() ?? this.#scripts.length) : 0;
    const instance: Instance = {
      owner: running,
      id,
      type,
      code,
      entries: code?.entries ?? this.#getMachine().scripts,
      memory: at,
      base: script ? number : at,
      words,
      seed: seedOf(id),
      script,
      call: undefined,
      blocks: 0,
      suspended: false,
      removed: false,
      faulty: false,
    };
    if (script) this.#scripts[number] = instance;
    type.inputs.forEach(({ value }, k) => {
      if (value !== 0) fillValue(memory, instance, target.blockSize, k, value, 0, target.blockSize);
    });
    this.#construct(instance);
    this.#instances.add(instance);
    return instance;
  }

  /// Ends an instance and gives its memory back. After the plan that could reach it has been replaced.
  dispose(instance: Instance): void {
    const { pool } = this.#parts;
    this.#end(instance);
    this.#instances.delete(instance);
    pool.release(instance.memory);
    if (instance.script) {
      this.#scripts[instance.base] = undefined;
      this.#freeScripts.push(instance.base);
    }
    if (instance.code) this.#unplace(instance.code);
  }

  install(
    running: RunningPatch,
    program: Program,
    instances: readonly (Instance | undefined)[],
    previous: InstalledPlan | null,
    mode: GraphOptions["virtualActivation"],
  ): InstalledPlan {
    return installPlan(this.#places(running), program, instances, previous, mode);
  }

  uninstall(running: RunningPatch, plan: InstalledPlan): void {
    removePlan(this.#places(running), plan);
  }

  /// Before block `block`: changes, jobs and activation of every patch in the tree.
  begin(block: number): void {
    this.#block = block;
    const start = block * this.#parts.target.blockSize;
    for (let k = this.#patches.length - 1; k >= 0; k--) {
      if (this.stands(this.#patches[k])) this.#patches[k].begin(start);
    }
  }

  /// Whether a change waits that can act at the boundary before block `block`.
  waiting(block: number): boolean {
    const start = block * this.#parts.target.blockSize;
    return this.#patches.some(({ waiting }) => waiting !== null && waiting.tick <= start);
  }

  /// The first half of `begin`: changes act, but no block is about to run.
  accept(block: number): void {
    const start = block * this.#parts.target.blockSize;
    for (let k = this.#patches.length - 1; k >= 0; k--) {
      if (this.stands(this.#patches[k])) this.#patches[k].accept(start);
    }
  }

  settle(): void {
    for (let k = 0; k < this.#patches.length; k++) this.#patches[k].settle();
  }

  /// Memory for a unit of the module that is being constructed, as `HostFunctions.alloc`.
  allocate(instance: Instance, bytes: number): number {
    const { pool } = this.#parts;
    const block = bytes > 0 ? pool.allocate(bytes) : 0;
    if (block === 0) return 0;
    pool.setLink(block, instance.blocks);
    instance.blocks = block;
    return block;
  }

  part(base: number, record: number, from: number, to: number): void {
    this.#byBase.get(base)?.part(record, from, to);
  }

  /// Forgets a patch whose owner has disposed of all its instances and plans.
  forget(key: number): void {
    const running = this.#byKey.get(key);
    if (!running) return;
    this.#byKey.delete(key);
    this.#parts.pool.release(running.clock);
  }

  /// Whether the patch's node is in the tree. One that failed, or was freed before its first turn, leaves without a word.
  stands(running: RunningPatch): boolean {
    const { base, node } = running;
    if (base === 0) return false;
    const { tree } = this.#parts;
    if (tree.ids.get(tree.get(node, NodeWord.id)) === node && tree.get(node, NodeWord.base) === base) return true;
    this.left(base);
    return false;
  }

  /// The patch's node is gone.
  left(base: number): void {
    const running = this.#byBase.get(base);
    if (!running) return;
    this.#byBase.delete(base);
    this.#patches.splice(this.#patches.indexOf(running), 1);
    running.base = 0;
    running.freed = true;
  }

  /// An entry of a script.
  #script(entry: number, number: number, from: number, to: number): void {
    const instance = this.#scripts[number];
    const call = instance?.call;
    if (!instance || !call) return;
    call.from = from;
    call.to = to;
    call.frame = this.#block * this.#parts.target.blockSize;
    const { script } = instance;
    try {
      if (instance.faulty) silence(call.outputs, from, to);
      else if (entry === Entry.run) script?.process?.(call);
      else if (entry === Entry.emit) script?.emit?.(call);
      else script?.absorb?.(call);
    } catch (error) {
      instance.faulty = true;
      silence(call.outputs, from, to);
      this.#parts.onFault(instance.owner.nodeId, instance.id, error);
    }
  }

  #construct(instance: Instance): void {
    clearState(this.#parts.memory, instance, instance.owner.nodeId);
    if (!instance.code) return;
    this.constructing = instance;
    this.#call(instance.code.init, instance.base);
    this.constructing = undefined;
  }

  #end(instance: Instance): void {
    const { pool } = this.#parts;
    if (instance.code && instance.code.end !== 0) this.#call(instance.code.end, instance.base);
    for (let block = instance.blocks; block !== 0; ) {
      const next = pool.link(block);
      pool.release(block);
      block = next;
    }
    instance.blocks = 0;
  }

  #reset(instance: Instance): void {
    instance.script?.reset?.();
    this.#end(instance);
    this.#construct(instance);
  }

  #call(fn: number, base: number): void {
    this.#parts.functions.table.get(fn)(base);
  }

  /// Functions of a compiled module, in the table once for all its instances.
  #place(compiled: CompiledModule): PlacedCode {
    let code = this.#placed.get(compiled);
    if (!code) {
      const { functions, definitions } = this.#parts;
      const { exports } = new WebAssembly.Instance(compiled.wasm, definitions.imports);
      const place = (name: string): number => (name in exports ? functions.place(exports[name]) : 0);
      code = { compiled, init: place("init"), end: place("end"), entries: [place("run"), place("emit"), place("absorb")], users: 0 };
      this.#placed.set(compiled, code);
    }
    code.users++;
    return code;
  }

  #unplace(code: PlacedCode): void {
    if (--code.users > 0) return;
    this.#placed.delete(code.compiled);
    for (const place of [code.init, code.end, ...code.entries]) this.#parts.functions.release(place);
  }

  #getMachine(): Machine {
    if (!this.#machine) {
      const { memory, target, functions } = this.#parts;
      const helpers = patchHelpers(memory, target, functions.table, (entry, base, from, to) => this.#script(entry, base, from, to));
      const { sum, tap, store, run, emit, absorb } = helpers;
      const place = (fn: ModuleFunction): number => functions.place(fn);
      this.#machine = {
        module: patchModule(target),
        helpers,
        places: [place(sum), place(tap), place(store)],
        scripts: [place(run), place(emit), place(absorb)],
      };
    }
    return this.#machine;
  }

  #places(running: RunningPatch): Places {
    const { memory, pool, target } = this.#parts;
    return {
      memory,
      pool,
      blockSize: target.blockSize,
      helpers: this.#getMachine().places,
      nowhere: target.nowhere,
      tick: running.clock,
    };
  }
}

function silence(blocks: readonly Float32Array[], from: number, to: number): void {
  for (let k = 0; k < blocks.length; k++) blocks[k].fill(0, from, to);
}

/// Modules of different names draw different random numbers, the same in every run.
const seedOf = (id: string): number => {
  let hash = 0;
  for (let k = 0; k < id.length; k++) hash = hashInteger((hash << 5) ^ id.charCodeAt(k));
  return hash;
};
