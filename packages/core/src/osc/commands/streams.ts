/// Files that stay open behind sample buffers: what DiskIn reads and DiskOut writes, a part at a time.
import type { Memory } from "../../engine/memory.ts";
import { BufferWord } from "../../synthdef/abi.ts";
import type { SampleBuffers } from "./command.ts";
import type { SoundReader, SoundWriter } from "./files.ts";

/// What a unit asks of the disk. `read`: the next `frames` frames of the file into the buffer from frame `start` on; with `extra` 1 the file starts
/// over at its end. `write`: appends `frames` frames of the buffer from frame `start` on. The answer is the number of frames done.
export const diskRequest = { read: 0, write: 1 } as const;

type Stream = { readonly reader: SoundReader; position: number } | { readonly writer: SoundWriter };

export class Streams {
  private readonly memory: Pick<Memory, "i32" | "f32">;
  private readonly buffers: SampleBuffers;
  private readonly open = new Map<number, Stream>();
  private following = 1;

  /// Keeps files behind `buffers`, whose records and samples lie in `memory`.
  constructor(memory: Pick<Memory, "i32" | "f32">, buffers: SampleBuffers) {
    this.memory = memory;
    this.buffers = buffers;
  }

  /// Leaves `file` open behind a buffer; what was open there is closed.
  attach(buffer: number, file: { reader: SoundReader; position: number } | { writer: SoundWriter }): void {
    this.close(buffer);
    this.open.set(this.following, file);
    this.buffers.open(buffer, this.following++);
  }

  close(buffer: number): void {
    this.end(this.buffers.close(buffer));
  }

  /// Frames that the file behind a buffer has left to be read; -1 when none is open for reading.
  framesLeft(buffer: number): number {
    const handle = this.memory.i32[(this.buffers.recordOf(buffer) >> 2) + BufferWord.handle];
    const stream = this.open.get(handle);
    return stream && "reader" in stream ? Math.max(0, stream.reader.frames - stream.position) : -1;
  }

  /// Closes everything, so that files being written are complete.
  closeAll(): void {
    for (const handle of [...this.open.keys()]) this.end(handle);
  }

  private end(handle: number): void {
    const stream = this.open.get(handle);
    this.open.delete(handle);
    if (stream) ("reader" in stream ? stream.reader : stream.writer).close();
  }

  /// What a disk unit asks for (`DiskService`), of the buffer whose record lies at byte address `record`.
  serve(record: number, what: number, start: number, frames: number, extra: number): number {
    const { i32, f32 } = this.memory;
    const word = (index: number) => i32[(record >> 2) + index];
    const stream = this.open.get(word(BufferWord.handle));
    const channels = word(BufferWord.channels);
    if (!stream || start < 0 || frames < 0 || start + frames > word(BufferWord.frames)) return 0;
    const first = (word(BufferWord.data) >> 2) + start * channels;
    const samples = f32.subarray(first, first + frames * channels);
    if ("writer" in stream) {
      if (what !== diskRequest.write || stream.writer.channels !== channels) return 0;
      stream.writer.write(samples, frames);
      return frames;
    }
    if (what !== diskRequest.read || stream.reader.channels !== channels) return 0;
    return readOn(stream, samples, frames, extra === 1);
  }
}

/// Reads on from the stream's position; what lies past the end of the file is silence.
function readOn(stream: { readonly reader: SoundReader; position: number }, samples: Float32Array, frames: number, loop: boolean): number {
  const { reader } = stream;
  let done = 0;
  while (done < frames) {
    const count = reader.read(samples.subarray(done * reader.channels), stream.position, frames - done);
    done += count;
    stream.position += count;
    if (count > 0) continue;
    if (!loop || reader.frames === 0) break;
    stream.position = 0;
  }
  samples.fill(0, done * reader.channels);
  return done;
}
