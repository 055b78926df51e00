/// Definitions an engine can play: each module instantiated once, its code in the engine's function table, kept as long as a synth runs it.
import { type CompiledDefinition, type HostFunctions, SynthWord, type Target } from "../synthdef/abi.ts";
import type { Outcome } from "./failures.ts";
import type { FunctionTable } from "./functions.ts";

/// The code of one module in the function table; variants share it.
interface Code {
  readonly module: WebAssembly.Module;
  readonly init: number;
  readonly run: number;
  /// 0 for none. Undefined until somebody asks for it.
  run4: number | undefined;
  readonly end: number;
  users: number;
}

export interface Definition {
  readonly compiled: CompiledDefinition;
  readonly handle: number;
  readonly code: Code;
  /// First and number of the controls of a name.
  readonly names: ReadonlyMap<string, { readonly index: number; readonly count: number }>;
  /// Its synths hear nothing on a bus that is written after their turn.
  readonly mayHearNothing: boolean;
  /// Controls that say which buses its synths use.
  readonly busControls: ReadonlySet<number>;
  /// Word indices of the state's f64 values, and of the other words.
  readonly wide: Int32Array;
  readonly narrow: Int32Array;
  /// Running synths, and one while the name stands for it.
  references: number;
  /// Whether its end is told.
  told: boolean;
}

export class Definitions {
  /// Called once per code, when four neighbours could first run as a pack: to answer with `supplyLanes`, at once or later. Makes it on the spot unless set to
  /// something else, as it must be where blocks have a deadline.
  lanesWanted = (definition: Definition): void => {
    const module = definition.compiled.laneModule?.();
    if (module) this.supplyLanes(definition, module);
  };
  readonly #target: Target;
  readonly #functions: FunctionTable;
  /// What every module of this engine may import.
  readonly imports: WebAssembly.Imports;
  readonly #byName = new Map<string, Definition>();
  readonly #byHandle: (Definition | undefined)[] = [];
  readonly #freeHandles: number[] = [];
  readonly #code = new Map<WebAssembly.Module, Code>();

  constructor(target: Target, memory: WebAssembly.Memory, functions: FunctionTable, host: HostFunctions) {
    this.#target = target;
    this.#functions = functions;
    // Not copied: what few definitions import is made when one does.
    this.imports = { env: { memory, table: functions.table }, host: host as HostFunctions & WebAssembly.ModuleImports };
  }

  /// Is told of a definition whose name is forgotten, once its last synth has gone.
  removed: (name: string) => void = () => {};

  /// Names that can be played.
  get count(): number {
    return this.#byName.size;
  }

  /// Places of the function table, used or waiting to be.
  get tableLength(): number {
    return this.#functions.length;
  }

  /// Makes the definition playable under its name. Synths of an earlier one of that name play on as they are.
  load(compiled: CompiledDefinition): Outcome {
    const difference = targetDifference(compiled.target, this.#target);
    if (difference) return `definition "${compiled.name}" was compiled for another engine: ${difference}`;
    if (compiled.wireCount > this.#target.wireCount) return "exceeded number of interconnect buffers.";
    if (compiled.words < SynthWord.controls + 3 * compiled.controlCount) {
      return `definition "${compiled.name}" has ${compiled.words} words of state, too few for its ${compiled.controlCount} controls`;
    }
    let code: Code;
    try {
      code = this.#acquire(compiled);
    } catch (error) {
      return `definition "${compiled.name}" does not link: ${error instanceof Error ? error.message : String(error)}`;
    }
    const handle = this.#freeHandles.pop() ?? this.#byHandle.length;
    const names = new Map(compiled.controlNames.map(({ name, index, count }) => [name, { index, count }]));
    const definition: Definition = {
      compiled,
      handle,
      code,
      names,
      mayHearNothing: readsFresh(compiled),
      busControls: busControlsOf(compiled),
      ...wordsByWidth(compiled),
      references: 1,
      told: true,
    };
    this.#byHandle[handle] = definition;
    this.unload(compiled.name);
    this.#byName.set(compiled.name, definition);
    return null;
  }

  /// Forgets the name, and those of its variants; false when there was none.
  unload(name: string): boolean {
    const definition = this.#byName.get(name);
    if (!definition) return false;
    const { unitCount } = definition.compiled;
    for (const [other, variant] of this.#byName) {
      if (other.startsWith(`${name}.`) && variant.compiled.unitCount === unitCount) this.#forget(other, variant, false);
    }
    this.#forget(name, definition, true);
    return true;
  }

  /// Forgets every name, and tells nobody.
  unloadAll(): void {
    for (const [name, definition] of this.#byName) this.#forget(name, definition, false);
  }

  #forget(name: string, definition: Definition, told: boolean): void {
    this.#byName.delete(name);
    definition.told = told;
    this.release(definition);
  }

  find(name: string): Definition | undefined {
    return this.#byName.get(name);
  }

  /// The definition of a running synth, by the handle in its record.
  at(handle: number): Definition {
    return this.#byHandle[handle]!;
  }

  /// Place of the definition's code for packs of four; 0 while there is none.
  lanes(definition: Definition): number {
    const { code } = definition;
    if (code.run4 === undefined) {
      code.run4 = 0;
      if (definition.compiled.independent) this.lanesWanted(definition);
    }
    return code.run4;
  }

  /// Packs of the definition may form from now on. `module` exports `run4`; what comes after the last synth went is dropped.
  supplyLanes({ code }: Definition, module: WebAssembly.Module): void {
    if (code.users > 0 && !code.run4) code.run4 = this.#functions.place(new WebAssembly.Instance(module, this.imports).exports.run4);
  }

  release(definition: Definition): void {
    if (--definition.references > 0) return;
    if (definition.told) this.removed(definition.compiled.name);
    this.#byHandle[definition.handle] = undefined;
    this.#freeHandles.push(definition.handle);
    const { code } = definition;
    if (--code.users > 0) return;
    this.#code.delete(code.module);
    for (const place of [code.init, code.run, code.run4, code.end]) this.#functions.release(place ?? 0);
  }

  #acquire({ module, hasEnd }: CompiledDefinition): Code {
    let code = this.#code.get(module);
    if (!code) {
      const { exports } = new WebAssembly.Instance(module, this.imports);
      code = {
        module,
        init: this.#functions.place(exports.init),
        run: this.#functions.place(exports.run),
        run4: undefined,
        end: hasEnd ? this.#functions.place(exports.end) : 0,
        users: 0,
      };
      this.#code.set(module, code);
    }
    code.users++;
    return code;
  }
}

const readsFresh = ({ busAccesses }: CompiledDefinition): boolean =>
  busAccesses.some(({ kind, rate }) => kind === "inTrig" || (rate === "ar" && (kind === "in" || kind === "xOut")));

const busControlsOf = ({ busAccesses }: CompiledDefinition): ReadonlySet<number> =>
  new Set(busAccesses.flatMap(({ bus }) => bus.expression?.terms.map(({ control }) => control) ?? []));

function wordsByWidth({ words, wideWords }: CompiledDefinition): { wide: Int32Array; narrow: Int32Array } {
  const taken = new Uint8Array(words);
  for (const word of wideWords) taken.fill(1, word, word + 2);
  const narrow = new Int32Array(words - 2 * wideWords.length);
  for (let word = 0, i = 0; word < words; word++) if (!taken[word]) narrow[i++] = word;
  return { wide: Int32Array.from(wideWords), narrow };
}

/// In words, the first thing that differs, or undefined.
function targetDifference(given: Target, own: Target): string | undefined {
  if (given === own) return undefined;
  for (const key of Object.keys(own) as (keyof Target)[]) {
    if (key === "tables") continue;
    if (given[key] !== own[key]) return `${key} is ${String(given[key])}, here ${String(own[key])}`;
  }
  for (const [name, { address, length }] of Object.entries(given.tables)) {
    const table = own.tables[name];
    if (table?.address !== address || table.length !== length) return `table "${name}" lies elsewhere`;
  }
  return undefined;
}
