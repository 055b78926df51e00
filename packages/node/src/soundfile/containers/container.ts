/// What every uncompressed format has in common: a header that says where the samples lie and what they are.
import type { InputFile } from "../file.ts";
import { type HeaderName, maxChannels, type SampleFormat, type SoundSpec } from "../sound-file.ts";

/// Samples that lie one after another in a file.
export interface PcmLayout extends SoundSpec {
  littleEndian: boolean;
  /// Byte position of the first frame.
  start: number;
  frames: number;
}

export interface Container {
  readonly names: readonly HeaderName[];
  /// Sample formats it can be written with.
  readonly formats: readonly SampleFormat[];
  /// Byte order of the samples it writes.
  readonly littleEndian: boolean;
  /// Whether a file with these first bytes is one.
  recognises(head: string): boolean;
  /// Throws `SoundFileError` for a damaged or unsupported file.
  read(file: InputFile): PcmLayout;
  /// The header of a file with `frames` frames in `dataBytes` bytes. Its size does not depend on either number.
  header(spec: SoundSpec, frames: number, dataBytes: number): Uint8Array;
  /// Bytes of samples are padded to a multiple of this at the end of the file.
  readonly align: number;
}

/// `layout` with its frames counted from the bytes that are really there, once its numbers make sense.
export function checkedLayout(file: InputFile, layout: Omit<PcmLayout, "frames">, dataBytes: number, frameBytes: number): PcmLayout {
  const { channels, sampleRate, start } = layout;
  if (channels < 1 || channels > maxChannels) file.fail(`it has ${channels} channels, but 1 to ${maxChannels} are possible`);
  if (!(sampleRate > 0 && sampleRate <= 0xffffffff)) file.fail(`it has a sample rate of ${sampleRate} Hz`);
  const bytes = Math.max(0, Math.min(dataBytes, file.size - start));
  return { ...layout, frames: Math.floor(bytes / frameBytes) };
}

export interface Chunk {
  /// Four letters.
  id: string;
  /// Byte position and size of the content.
  start: number;
  size: number;
}

/// How the heads of a format's chunks look.
export interface ChunkHeads {
  bytes: number;
  /// Size of a chunk's content.
  size(head: DataView): number;
  /// Contents are padded to a multiple of this.
  align: number;
}

/// More than any recorder writes; a file of nothing but empty chunks must come to an end.
export const maxChunks = 10_000;

/// The chunks of `file` from byte `at` on.
export function* readChunks(file: InputFile, at: number, heads: ChunkHeads): Generator<Chunk> {
  for (let count = 0; at + heads.bytes <= file.size; count++) {
    if (count === maxChunks) file.fail(`it has more than ${maxChunks} chunks`);
    const head = file.view(at, heads.bytes, "a chunk");
    const id = textAt(head, 0, 4);
    const size = heads.size(head);
    yield { id, start: at + heads.bytes, size };
    if (size < 0) file.fail(`the chunk "${id}" at byte ${at} has a size of ${size}`);
    at += heads.bytes + Math.ceil(size / heads.align) * heads.align;
  }
}

export function textAt(view: DataView, at: number, size: number): string {
  let text = "";
  for (let k = 0; k < size; k++) text += String.fromCharCode(view.getUint8(at + k));
  return text;
}

/// Whole-number formats by their size in bytes.
export const integerFormats: Readonly<Record<number, SampleFormat>> = { 1: "int8", 2: "int16", 3: "int24", 4: "int32" };
export const floatFormats: Readonly<Record<number, SampleFormat>> = { 4: "float", 8: "double" };

/// A header as a list of fields. `big` decides the byte order of numbers.
export class HeaderBytes {
  private readonly bytes: number[] = [];
  private readonly big: boolean;

  constructor(big: boolean) {
    this.big = big;
  }

  text(text: string): this {
    for (const letter of text) this.bytes.push(letter.charCodeAt(0));
    return this;
  }

  u16(...values: number[]): this {
    return this.each(2, values, (view, value) => view.setUint16(0, value, !this.big));
  }

  u32(...values: number[]): this {
    return this.each(4, values, (view, value) => view.setUint32(0, Math.min(value, 0xffffffff), !this.big));
  }

  u64(...values: number[]): this {
    return this.each(8, values, (view, value) => view.setBigUint64(0, BigInt(value), !this.big));
  }

  f32(value: number): this {
    return this.each(4, [value], (view) => view.setFloat32(0, value, !this.big));
  }

  f64(value: number): this {
    return this.each(8, [value], (view) => view.setFloat64(0, value, !this.big));
  }

  raw(...bytes: number[]): this {
    this.bytes.push(...bytes);
    return this;
  }

  /// Zeros up to `size`.
  pad(size: number): this {
    while (this.bytes.length < size) this.bytes.push(0);
    return this;
  }

  get size(): number {
    return this.bytes.length;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }

  private each(size: number, values: number[], set: (view: DataView, value: number) => void): this {
    for (const value of values) {
      const view = new DataView(new ArrayBuffer(size));
      set(view, value);
      this.bytes.push(...new Uint8Array(view.buffer));
    }
    return this;
  }
}
