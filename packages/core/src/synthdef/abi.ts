/// What a compiled definition and the engine know of each other: where things lie in memory, what a module imports and exports.
import type { BusAccess } from "./busaccess.ts";

/// Largest size of an engine's memory in pages of 64 KiB: 2 GB, so that addresses are positive as i32.
export const maximumPages = 32768;

/// Byte addresses and sizes that the compiler bakes into a module. Two engines with equal targets can share modules.
/// Memory below byte 1024 is never written and reads as zero (an absent sample buffer has data address 0).
export interface Target {
  /// Set when `env.memory` is shared: modules then import it as shared, of at most `maximumPages`.
  readonly sharedMemory?: true;
  /// 64 KiB that code may use as it likes while it runs.
  readonly scratch: number;
  /// Where writes go that nobody is to read: N f32 for channels of buses that do not exist, then 64 bytes for units that got no memory.
  readonly nowhere: number;
  readonly sampleRate: number;
  /// Frames per block, N. Audio buses and wires are N f32 values.
  readonly blockSize: number;
  /// `ContextWords` (i32 each) of the running engine.
  readonly context: number;
  /// audioBuses * N f32; then one i32 stamp per bus at `audioStamps`.
  readonly audioBuses: number;
  readonly audioBusCount: number;
  readonly audioStamps: number;
  readonly controlBuses: number;
  readonly controlBusCount: number;
  readonly controlStamps: number;
  readonly outputBusCount: number;
  readonly inputBusCount: number;
  /// `BufferWords` records of `bufferRecordBytes` each.
  readonly bufferRecords: number;
  readonly bufferCount: number;
  /// 16 bytes each: the three words of a generator (noise) and one unused.
  readonly generators: number;
  readonly generatorCount: number;
  /// Wire buffers, reused by every synth: `wireCount` * N * 16 bytes (a pack needs four times a lone synth's).
  readonly wires: number;
  readonly wireCount: number;
  /// Constant tables by name (byte address, length in values), e.g. `sine` (8193 f32).
  readonly tables: Readonly<Record<string, { readonly address: number; readonly length: number }>>;
}

/// Word indices at `Target.context`.
export const ContextWord = {
  /// Block counter: the stamp of a bus written in this block equals it. Starts at 0; all stamps start at -1.
  block: 0,
  /// Frame in the block of the event being executed (for OffsetOut), and its fraction as f32.
  sampleOffset: 1,
  subsampleOffset: 2,
  runningSynths: 3,
  /// Base address of the synth whose code runs (for host functions).
  current: 4,
  /// Mouse x, y (f32 0..1), button, and a bit set of pressed keys (8 words), fed by the host.
  mouseX: 5,
  mouseY: 6,
  mouseButton: 7,
  keys: 8,
  words: 16,
} as const;

/// Word indices in a sample buffer's record.
export const BufferWord = {
  /// Byte address of the interleaved f32 samples; 0 when there are none.
  data: 0,
  frames: 1,
  channels: 2,
  samples: 3,
  /// Largest power of two <= samples, minus 1.
  mask: 4,
  /// f32 sample rate.
  sampleRate: 5,
  /// Coordinates of a spectral frame: 0 samples or complex, 1 complex, 2 polar.
  coord: 6,
  /// Engine-side handle (open file), 0 for none.
  handle: 7,
} as const;
export const bufferRecordBytes = 32;

/// Word indices of the fields every synth starts with (as fields: times the stride).
export const SynthWord = {
  nodeId: 0,
  /// Address of the random generator in use (`Target.generators` + 16 i).
  generator: 1,
  sampleOffset: 2,
  /// f32.
  subsampleOffset: 3,
  /// First record of this synth's local sample buffers (byte address), and their count.
  localBuffers: 4,
  localBufferCount: 5,
  /// Byte addresses of the synth's private LocalIn/LocalOut buses, 0 until a unit asks.
  localAudio: 6,
  localControl: 7,
  /// Control values follow here: `controlCount` f32, then `controlCount` i32 mappings: 0 for none, else the byte address of what the control
  /// reads instead of its own value (a control bus cell, or sample 0 of an audio bus block); for audio buses also the bus index + 1 in a third array.
  controls: 8,
} as const;

/// Functions a module may import from "host"; `base` is always the first argument and is passed by the emitters. All are called on the engine's thread, none allocates JavaScript objects on a steady path.
export interface HostFunctions {
  /// Applies SuperCollider done action `action` for the synth at `base`.
  doneAction(base: number, action: number): void;
  /// Zeroed memory that belongs to the synth at `base` and is freed with it. 16-byte aligned; 0 when out of memory (kernels then stay silent).
  alloc(base: number, bytes: number): number;
  /// Sets another node's run flag (Pause, PauseSelf, resume) or frees it (Free, FreeSelf): `what` 0 pause, 1 run, 2 free at its next turn.
  nodeControl(base: number, nodeId: number, what: number): void;
  /// Sends a trigger or reply: `kind` 0 /tr, 1 SendReply, 2 Poll; `words` is the address of a unit-specific record of `count` f32 values.
  reply(base: number, kind: number, words: number, count: number): void;
  /// Asks for the next part of a file that a sample buffer streams (DiskIn, VDiskIn) or writes (DiskOut).
  disk(base: number, bufferRecord: number, what: number, start: number, frames: number, extra: number): number;
  /// Address of the work area for transforms of `size` values; 0 when `size` is no power of two from 8 to 262144, or memory is out. Made on first
  /// use, for construction only.
  prepareFft(base: number, size: number): number;
  /// Address of `size` f32 values of analysis window `kind` (-1 rectangular, 0 sine, 1 Hann); 0 when memory is out. Made on first use, for
  /// construction only.
  prepareWindow(base: number, kind: number, size: number): number;
  /// The transforms of wasm/fft.ts, in place on `size` f32 values at `data`, with what `prepareFft` gave for the size. Both return 0.
  readonly fft: (base: number, data: number, size: number, work: number) => number;
  readonly ifft: (base: number, data: number, size: number, work: number) => number;
  /// Runs frames `from` to `to` of the node of a patch's record that is not simply on; the patch at `base` has left the tree.
  patchPart(base: number, record: number, from: number, to: number): void;
  patchLeft(base: number): void;
}

/// A definition ready to run in an engine with an equal `Target`.
export interface CompiledDefinition {
  readonly name: string;
  readonly target: Target;
  /// 32-bit words of state of one synth, header included; a multiple of 4.
  readonly words: number;
  readonly controlCount: number;
  /// Initial control values.
  readonly defaults: Float32Array;
  readonly controlNames: readonly { readonly name: string; readonly index: number; readonly count: number }[];
  readonly unitCount: number;
  /// Wires needed at once; refused by the engine when above `Target.wireCount`.
  readonly wireCount: number;
  /// Imports: `host` (the functions of `HostFunctions` it uses) and `env.memory`. Exports: `init(base)`, `run(base)`, and where a unit needs it
  /// `end(base)` (called once when the synth is freed).
  readonly module: WebAssembly.Module;
  /// Nothing that a synth does in `run` reaches another, so four may run at a time, in lanes.
  readonly independent: boolean;
  /// Makes the code for packs of four: a module with the same imports that exports `run4(base)`, or undefined when lanes would not pay. It takes about as
  /// long as everything before; what renders in real time has it called elsewhere (`Definitions.lanesWanted`). Absent from what came by message.
  readonly laneModule?: () => WebAssembly.Module | undefined;
  /// Word indices of f64 values in the state: in a pack their four lanes follow each other.
  readonly wideWords: readonly number[];
  readonly hasEnd: boolean;
  /// False for definitions that use sub-block offsets nowhere.
  readonly usesOffset: boolean;
  /// What its synths read and write, in the order in which they do.
  readonly busAccesses: readonly BusAccess[];
}
