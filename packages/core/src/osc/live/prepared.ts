/// Sample buffers on the server's side of a shared memory: their samples are allocated and filled here while the engine plays, and their records are
/// handed over when they are ready.
import { Buffers } from "../../engine/buffers.ts";
import { type EngineOptions, layOut } from "../../engine/layout.ts";
import { Memory } from "../../engine/memory.ts";
import { Transforms } from "../../engine/transforms.ts";
import { bufferRecordBytes } from "../../synthdef/abi.ts";
import { Streams } from "../commands/streams.ts";

export class PreparedBuffers {
  readonly buffers: Buffers;
  readonly streams: Streams;
  private readonly memory: Memory;
  private readonly changed = new Set<number>();
  private discarded: number[] = [];

  /// `wasm` is the memory of an engine of the same options, `sampleReserve` among them.
  constructor(wasm: WebAssembly.Memory, options: EngineOptions) {
    const { target, preparedRecords, preparedSamples } = layOut(options);
    this.memory = new Memory(wasm);
    this.buffers = new Buffers(this.memory, target, {
      address: preparedSamples,
      records: preparedRecords,
      discard: (data) => this.discarded.push(data),
    });
    this.buffers.onChange = (index) => this.changed.add((this.buffers.recordOf(index) - preparedRecords) / bufferRecordBytes);
    this.streams = new Streams(this.memory, this.buffers);
    new Transforms(this.memory, this.buffers, target);
  }

  /// The records that have changed since the last call: each begins at `words[at]`.
  takeChanged(): { readonly index: number; readonly words: Int32Array; readonly at: number; readonly framesLeft: number }[] {
    const changed = [...this.changed];
    this.changed.clear();
    return changed.map((index) => {
      const at = this.buffers.recordOf(index) >> 2;
      return { index, words: this.memory.i32, at, framesLeft: this.streams.framesLeft(index) };
    });
  }

  /// Addresses of samples that no record names any more.
  takeDiscarded(): readonly number[] {
    return this.discarded.splice(0);
  }

  release(discarded: readonly number[]): void {
    for (const data of discarded) this.buffers.release(data);
  }

  /// Serves a disk unit.
  serve(buffer: number, what: number, start: number, frames: number, extra: number): void {
    this.streams.serve(this.buffers.recordOf(buffer), what, start, frames, extra);
  }
}
