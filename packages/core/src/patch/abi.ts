/// What a compiled plan and the engine know of each other: records, addresses to fill in, and the words of a patch.
import { SynthWord } from "../synthdef/abi.ts";

/// A plan is a list of records, run from the first to `stop`. Word indices in a record.
export const RecordWord = {
  /// One of `Op`.
  op: 0,
  /// Function table index and first two arguments: the state of an instance, and the table of its streams.
  fn: 1,
  base: 2,
  streams: 3,
  /// Address of a word of `Gate`.
  gate: 4,
  /// Node that runs, by its number in the plan.
  node: 5,
  /// Where the addresses of outputs begin in the table of streams, and how many there are: what is silenced when the node does not run.
  outputs: 6,
  outputCount: 7,
  /// Of `loop`: frames per round. The two words after it keep where the block around it stands while it runs.
  step: 1,
  outerFrom: 2,
  outerTo: 3,
  /// Of `next`: address of its `loop`.
  loop: 1,
  words: 8,
} as const;
export const recordBytes = RecordWord.words * 4;

/// `call` runs a node; `help` a sum or a tap, which belong to the node that reads them; `loop` to `next` is repeated; `stop` ends the plan.
export const Op = { call: 0, help: 1, loop: 2, next: 3, stop: 4 } as const;

/// Whether a node runs in this block: `open` all of it, `shut` nothing of it, `split` only parts, or with jobs in between.
export const Gate = { open: 0, shut: 1, split: 2 } as const;

/// An instance of a module: its state, then these words, then blocks: what its inputs hear while they are
/// unconnected, and where its outputs go while nobody reads them.
export const InstanceWord = { gate: 0, generator: 4, values: 8 } as const;

/// Blocks of an instance: one for each input, and one for each output but the first.
export const blockCount = (inputs: number, outputs: number): number => inputs + Math.max(0, outputs - 1);

/// Bytes of an instance with `k` blocks, and the place of block `k`, from its first byte.
export const valueOffset = (words: number, blockSize: number, k: number): number =>
  (words + InstanceWord.values) * 4 + k * Math.ceil(blockSize / 4) * 16;

/// Word indices in the state of a patch in the tree.
export const PatchWord = {
  /// Address of the first record of its plan; 0 for none.
  plan: SynthWord.controls,
  /// Address of the number of ticks it has run, modulo 2^32: where its delay lines stand.
  clock: SynthWord.controls + 1,
  words: SynthWord.controls + 4,
} as const;

/// What an address in a plan refers to: `own` bytes from the start of the plan; the state, gate or unconnected input of node `a`; function `b`
/// of node `a`; a helper; the ring of stream `a`; the tick word of the patch; where unread outputs go.
export const Link = { own: 0, state: 1, gate: 2, value: 3, fn: 4, helper: 5, ring: 6, tick: 7, nowhere: 8 } as const;

/// Functions of a module by number.
export const Entry = { run: 0, emit: 1, absorb: 2 } as const;
/// Helpers by number: they take the same arguments as modules, with their operands in the table of streams.
export const Helper = { sum: 0, tap: 1, store: 2 } as const;
