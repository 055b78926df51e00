/// Sample buffers: records of fixed size that unit generators read, and interleaved f32 samples in a region that grows with the memory.
///
/// As in scsynth, the number of a buffer that does not exist means buffer 0.
import { BufferWord, bufferRecordBytes, type Target } from "../synthdef/abi.ts";
import { failed, generatorNotFound, indexOutOfRange, type Outcome, silently } from "./failures.ts";
import { builtInGenerators } from "./generate.ts";
import type { Memory } from "./memory.ts";
import { Pool } from "./pool.ts";

export interface BufferInfo {
  readonly index: number;
  readonly frames: number;
  readonly channels: number;
  /// Frames per second, f32.
  readonly sampleRate: number;
}

/// Fills a sample buffer from the arguments of a /b_gen message. Throws nothing; a buffer it does not suit is left alone.
export type BufferGenerator = (buffers: Buffers, index: number, args: readonly (number | string)[]) => void;

/// Where samples lie, and records.
export interface SampleRegion {
  readonly address: number;
  /// Its size where it does not grow; otherwise it goes to the end of the memory and grows with it.
  readonly bytes?: number;
  /// Address of the records: the target's by default.
  readonly records?: number;
  /// Takes samples that no record names any more, and gives them to `release` once nobody plays them. By default that is at once.
  readonly discard?: (data: number) => void;
}

/// Grow by at least this much: fewer growths, and small buffers share it.
const growthBytes = 1 << 20;
const poolOverhead = 64;
/// Addresses are positive i32.
const maximumBytes = 2 ** 31 - 2 ** 20;

export class Buffers {
  /// Generators by name for `generate`; unit generators that need prepared buffers add theirs (PreparePartConv).
  readonly generators = new Map<string, BufferGenerator>(Object.entries(builtInGenerators));
  /// Told when the record of a buffer has changed.
  onChange: (index: number) => void = () => {};
  readonly #memory: Memory;
  readonly #target: Target;
  readonly #pool: Pool;
  readonly #records: number;
  readonly #fixed: boolean;
  readonly #discard: (data: number) => void;

  constructor(memory: Memory, target: Target, region: SampleRegion) {
    this.#memory = memory;
    this.#target = target;
    this.#records = region.records ?? target.bufferRecords;
    this.#fixed = region.bytes !== undefined;
    this.#pool = new Pool(memory, region.address, region.bytes ?? memory.bytes - region.address);
    this.#discard = region.discard ?? ((data) => this.release(data));
  }

  get count(): number {
    return this.#target.bufferCount;
  }

  info(index: number): BufferInfo {
    const at = this.#record(index);
    const { i32, f32 } = this.#memory;
    return {
      index,
      frames: i32[at + BufferWord.frames],
      channels: i32[at + BufferWord.channels],
      sampleRate: f32[at + BufferWord.sampleRate],
    };
  }

  /// The interleaved samples, none for an empty buffer. A view: taken anew when the engine's memory has grown.
  samples(index: number): Float32Array {
    const at = this.#record(index);
    const { i32, f32 } = this.#memory;
    const start = i32[at + BufferWord.data] >> 2;
    return f32.subarray(start, start + i32[at + BufferWord.samples]);
  }

  /// Zeroed memory beside the buffers that is kept for the engine's life: its address, 0 when there is none.
  reserve(bytes: number): number {
    return this.#allocate(bytes);
  }

  /// A zeroed buffer in place of what was there. Fails silently when the size is not positive or there is no memory for it.
  allocate(index: number, frames: number, channels = 1, sampleRate = this.#target.sampleRate): Outcome {
    const samples = frames * channels;
    if (!(frames >= 1 && channels >= 1 && samples * 4 <= maximumBytes)) return silently;
    const data = this.#allocate(samples * 4);
    if (data === 0) return silently;
    this.#publish(index, data, frames, channels, sampleRate);
    return null;
  }

  /// A buffer of the given interleaved samples, such as a file's.
  load(index: number, data: Float32Array, channels: number, sampleRate: number): Outcome {
    const outcome = this.allocate(index, Math.floor(data.length / channels), channels, sampleRate);
    if (outcome === null) this.samples(index).set(data.subarray(0, this.samples(index).length));
    return outcome;
  }

  /// Copies interleaved samples of as many channels into the buffer from frame `start`, as far as it reaches.
  overwrite(index: number, start: number, data: Float32Array, channels: number, sampleRate: number): Outcome {
    const info = this.info(index);
    if (channels !== info.channels) return failed;
    const samples = this.samples(index);
    const at = Math.max(0, start) * channels;
    samples.set(data.subarray(0, Math.max(0, samples.length - at)), Math.min(at, samples.length));
    this.#rate(this.#record(index), sampleRate);
    this.onChange(index);
    return null;
  }

  /// Empties the record; only the sample rate stays.
  free(index: number): Outcome {
    const at = this.#record(index);
    const { i32 } = this.#memory;
    const data = i32[at + BufferWord.data];
    for (const word of [BufferWord.data, BufferWord.frames, BufferWord.channels, BufferWord.samples, BufferWord.mask, BufferWord.coord]) {
      i32[at + word] = 0;
    }
    if (data !== 0) this.#discard(data);
    this.onChange(index);
    return null;
  }

  /// Gives back samples that were discarded.
  release(data: number): void {
    this.#pool.release(data);
  }

  /// Takes over the record of a buffer whose samples another thread provides: `bufferRecordBytes / 4` words from `words[at]` on.
  adopt(index: number, words: Int32Array, at: number): void {
    this.#memory.refresh();
    const record = this.#record(index);
    for (let i = 0; i < bufferRecordBytes / 4; i++) this.#memory.i32[record + i] = words[at + i];
  }

  /// Byte address of a buffer's record.
  recordOf(index: number): number {
    return this.#record(index) * 4;
  }

  zero(index: number): Outcome {
    this.samples(index).fill(0);
    return null;
  }

  /// Sets one sample by its interleaved index.
  set(index: number, sample: number, value: number): Outcome {
    const samples = this.samples(index);
    if (!(sample >= 0 && sample < samples.length)) return indexOutOfRange;
    samples[sample] = value;
    return null;
  }

  /// Sets `count` samples from `start`, or as many as there are values. What lies outside is cut off, and the first value goes to the first sample
  /// inside: `span` tells how many are needed.
  setAll(index: number, start: number, values: ArrayLike<number>, count = values.length): Outcome {
    const samples = this.samples(index);
    const first = Math.max(0, start);
    const end = Math.min(samples.length, start + count, first + values.length);
    for (let i = first; i < end; i++) samples[i] = values[i - first];
    return null;
  }

  /// How many of `count` samples from `start` there are.
  span(index: number, start: number, count: number): number {
    const { length } = this.samples(index);
    return Math.max(0, Math.min(length, start + count) - Math.max(0, start));
  }

  /// Sets `count` samples from `start` to one value, as far as they exist.
  fill(index: number, start: number, count: number, value: number): Outcome {
    const samples = this.samples(index);
    const end = Math.min(samples.length, start + count);
    if (end > 0) samples.fill(value, Math.max(0, start), end);
    return null;
  }

  /// One sample; undefined when out of range.
  get(index: number, sample: number): number | undefined {
    return sample >= 0 ? this.samples(index)[sample] : undefined;
  }

  /// A view of `count` samples; undefined when they are not all there.
  getAll(index: number, start: number, count: number): Float32Array | undefined {
    const samples = this.samples(index);
    return start >= 0 && count >= 0 && start + count <= samples.length ? samples.subarray(start, start + count) : undefined;
  }

  /// Fills the buffer with generator `name`.
  generate(index: number, name: string, args: readonly (number | string)[]): Outcome {
    const generator = this.generators.get(name);
    if (!generator) return generatorNotFound;
    generator(this, index, args);
    return null;
  }

  /// Binds an open file to the buffer: disk units stream through it, table units must not use it as a table.
  open(index: number, handle: number): void {
    const at = this.#record(index);
    this.#memory.i32[at + BufferWord.handle] = handle;
    this.#memory.i32[at + BufferWord.mask] = -1;
    this.onChange(index);
  }

  /// Releases the file; its handle, or 0 when none was open.
  close(index: number): number {
    const at = this.#record(index) + BufferWord.handle;
    const handle = this.#memory.i32[at];
    this.#memory.i32[at] = 0;
    this.onChange(index);
    return handle;
  }

  #allocate(bytes: number): number {
    const data = this.#pool.allocate(bytes);
    if (data !== 0 || this.#fixed) return data;
    const before = this.#memory.bytes;
    // A request is rounded up to its size class, at most one sixteenth more.
    if (!this.#memory.grow(Math.max(growthBytes, Math.ceil(bytes * (17 / 16)) + poolOverhead))) return 0;
    this.#pool.extend(this.#memory.bytes - before);
    return this.#pool.allocate(bytes);
  }

  #publish(index: number, data: number, frames: number, channels: number, sampleRate: number): void {
    this.free(index);
    const at = this.#record(index);
    const { i32 } = this.#memory;
    const samples = frames * channels;
    i32[at + BufferWord.data] = data;
    i32[at + BufferWord.frames] = frames;
    i32[at + BufferWord.channels] = channels;
    i32[at + BufferWord.samples] = samples;
    i32[at + BufferWord.mask] = 2 ** (31 - Math.clz32(samples)) - 1;
    i32[at + BufferWord.handle] = 0;
    this.#rate(at, sampleRate);
    this.onChange(index);
  }

  #rate(at: number, sampleRate: number): void {
    this.#memory.f32[at + BufferWord.sampleRate] = sampleRate;
  }

  /// Word index of the record.
  #record(index: number): number {
    const known = index >= 0 && index < this.#target.bufferCount ? Math.trunc(index) : 0;
    return (this.#records + known * bufferRecordBytes) >> 2;
  }
}
