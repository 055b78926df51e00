/// One module of a patch while it exists: its state in the engine's memory, or the object of its script.
import { InstanceWord, valueOffset } from "../../patch/abi.ts";
import type { CompiledModule } from "../../patch/code.ts";
import type { ModuleType } from "../../patch/module.ts";
import type { ScriptCall, ScriptModule } from "../../patch/script.ts";
import { SynthWord } from "../../synthdef/abi.ts";
import { seedWords } from "../generators.ts";
import type { Memory } from "../memory.ts";

/// The code of a module type in the function table. Place 0 for what it does not have.
export interface PlacedCode {
  readonly compiled: CompiledModule;
  readonly init: number;
  readonly end: number;
  /// By `Entry`.
  readonly entries: readonly [number, number, number];
  users: number;
}

export interface Instance {
  readonly owner: { readonly nodeId: number };
  readonly id: string;
  readonly type: ModuleType;
  /// Undefined for scripts.
  readonly code: PlacedCode | undefined;
  /// By `Entry`: places in the function table.
  readonly entries: readonly [number, number, number];
  /// Address of its memory, and the first argument of its functions: the same, or the number of a script.
  readonly memory: number;
  readonly base: number;
  /// Words of state before the engine's own words.
  readonly words: number;
  readonly seed: number;
  readonly script: ScriptModule | undefined;
  /// The blocks of its streams in the plan that runs.
  call: ScriptCall | undefined;
  /// First of the memory blocks its units asked for.
  blocks: number;
  /// Suspended by a job of its own.
  suspended: boolean;
  removed: boolean;
  /// A script that threw stays silent.
  faulty: boolean;
}

export const gateAddress = ({ memory, words }: Instance): number => memory + (words + InstanceWord.gate) * 4;
export const valueAddress = (instance: Instance, blockSize: number, k: number): number =>
  instance.memory + valueOffset(instance.words, blockSize, k);

/// Writes `value` into the block of an unconnected input, from frame `from` to `to`.
export function fillValue(
  { f32 }: Memory,
  instance: Instance,
  blockSize: number,
  input: number,
  value: number,
  from: number,
  to: number,
): void {
  const at = valueAddress(instance, blockSize, input) >> 2;
  f32.fill(value, at + from, at + to);
}

/// The state before the first call, as memory holds it before `init` runs.
export function clearState(memory: Memory, instance: Instance, patchId: number): void {
  const { i32, f32 } = memory;
  const { code, words } = instance;
  if (!code) return;
  const at = instance.memory >> 2;
  i32.fill(0, at, at + words);
  i32[at + SynthWord.nodeId] = patchId;
  const generator = instance.memory + (words + InstanceWord.generator) * 4;
  i32[at + SynthWord.generator] = generator;
  seedWords(memory, generator, instance.seed);
  f32.set(code.compiled.controls, at + SynthWord.controls);
}
