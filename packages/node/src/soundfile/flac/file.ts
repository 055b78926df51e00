/// FLAC files as readers and writers of frames.
import { createHash } from "node:crypto";
import { roundToEven } from "../companding.ts";
import { maxChunks } from "../containers/container.ts";
import { type InputFile, OutputFile } from "../file.ts";
import { sampleCodecs } from "../samples.ts";
import type { SampleFormat, SoundFileReader, SoundFileWriter, SoundSpec } from "../sound-file.ts";
import { BitReader, BitWriter } from "./bits.ts";
import { type Block, decodeFrame, FlacError, newBlock, type StreamInfo } from "./decode.ts";
import { blockFrames, encodeFrame } from "./encode.ts";

export const flacFormats: readonly SampleFormat[] = ["int8", "int16", "int24"];
export const isFlac = (head: string) => head.startsWith("fLaC");

/// Before the first frame: the mark, then blocks of metadata, the first of which describes the stream.
function readStreamInfo(file: InputFile): { info: StreamInfo; start: number } {
  let info: StreamInfo | undefined;
  for (let at = 4, last = false, count = 0; !last; count++) {
    if (count === maxChunks) file.fail(`it has more than ${maxChunks} blocks of metadata`);
    const head = file.view(at, 4, "its metadata").getUint32(0);
    last = head >>> 31 === 1;
    const size = head & 0xffffff;
    if (((head >>> 24) & 0x7f) === 0) info = parseStreamInfo(file.view(at + 4, 34, "its description"));
    at += 4 + size;
    if (!last) continue;
    if (!info) file.fail("it has no description of its stream");
    if (info.maxBlock < 16 || info.bits < 4) file.fail(`its description (${info.bits} bits, blocks of ${info.maxBlock}) makes no sense`);
    return { info, start: at };
  }
  return file.fail("it has no description of its stream");
}

function parseStreamInfo(view: DataView): StreamInfo {
  const word = view.getUint32(10);
  return {
    maxBlock: view.getUint16(2),
    sampleRate: word >>> 12,
    channels: ((word >>> 9) & 7) + 1,
    bits: ((word >>> 4) & 31) + 1,
    frames: (word & 15) * 2 ** 32 + view.getUint32(14),
  };
}

const pieceBytes = 1 << 16;

/// Reads from the start to the end fastest; going back costs a block, going far ahead the decoding of everything between.
export class FlacReader implements SoundFileReader {
  readonly header = "flac";
  readonly format: SampleFormat;
  readonly channels: number;
  readonly sampleRate: number;
  readonly frames: number;
  private readonly file: InputFile;
  private readonly info: StreamInfo;
  private readonly bits: BitReader;
  private readonly block: Block;
  /// First frame of the block held.
  private blockStart = 0;
  /// First frame and byte position of every block met so far, and of the one after.
  private readonly index: { frame: number; position: number }[];

  constructor(file: InputFile) {
    const { info, start } = readStreamInfo(file);
    this.file = file;
    this.info = info;
    this.channels = info.channels;
    this.sampleRate = info.sampleRate;
    this.format = info.bits <= 8 ? "int8" : info.bits <= 16 ? "int16" : info.bits <= 24 ? "int24" : "int32";
    this.bits = new BitReader((position) => file.read(position, pieceBytes));
    this.block = newBlock(info);
    this.index = [{ frame: 0, position: start }];
    // No block has fewer than 10 bytes, so a short file cannot promise a long sound.
    const most = Math.ceil(Math.max(0, file.size - start) / 10) * info.maxBlock;
    this.frames = info.frames === 0 ? this.countFrames() : Math.min(info.frames, most);
  }

  private countFrames(): number {
    while (this.index.at(-1)!.position < this.file.size) this.loadNext();
    return this.index.at(-1)!.frame;
  }

  read(out: Float32Array, frame: number, count: number): number {
    if (frame < 0) return 0;
    const { channels, block } = this;
    const wanted = Math.min(count, this.frames - frame, Math.floor(out.length / channels));
    const scale = 2 ** (1 - this.info.bits);
    let done = 0;
    while (done < wanted && this.load(frame + done)) {
      const from = frame + done - this.blockStart;
      const got = Math.min(wanted - done, block.frames - from);
      for (let channel = 0; channel < channels; channel++) {
        const row = block.rows[channel];
        for (let k = 0; k < got; k++) out[(done + k) * channels + channel] = row[from + k] * scale;
      }
      done += got;
    }
    return done;
  }

  /// Makes the block that holds `frame` the current one; false at the end of the file.
  private load(frame: number): boolean {
    if (frame >= this.blockStart && frame < this.blockStart + this.block.frames) return true;
    let known = this.index.length - 1;
    while (this.index[known].frame > frame) known--;
    this.decodeAt(known);
    while (this.blockStart + this.block.frames <= frame) if (!this.loadNext()) return false;
    return true;
  }

  private loadNext(): boolean {
    return this.decodeAt(this.index.length - 1);
  }

  private decodeAt(entry: number): boolean {
    const { frame, position } = this.index[entry];
    this.block.frames = 0;
    this.blockStart = frame;
    if (position >= this.file.size) return false;
    this.bits.seek(position);
    try {
      decodeFrame(this.bits, this.info, this.block);
    } catch (error) {
      if (error instanceof FlacError || error instanceof RangeError) this.file.fail(`byte ${position}: ${error.message}`);
      throw error;
    }
    if (entry === this.index.length - 1) this.index.push({ frame: frame + this.block.frames, position: this.bits.position });
    return true;
  }

  close(): void {
    this.file.close();
  }
}

/// Rounded to the nearest whole number and clipped. (Uncompressed formats are rounded downwards; libsndfile does both.)
function quantised(sample: number, bits: number): number {
  const scale = 2 ** (bits - 1);
  return roundToEven(Math.max(-scale, Math.min(scale - 1, sample * scale))) | 0;
}

export class FlacWriter implements SoundFileWriter {
  readonly header = "flac";
  readonly format: SampleFormat;
  readonly channels: number;
  readonly sampleRate: number;
  frames = 0;
  private readonly file: OutputFile;
  private readonly bits: number;
  private readonly rows: Int32Array[];
  private readonly out = new BitWriter();
  /// Of all samples as little-endian whole numbers (a block of them in `digested`): what the description of the stream ends with.
  private readonly digested: Uint8Array;
  private readonly digest = createHash("md5");
  private pending = 0;
  private blocks = 0;
  private smallest = 0xffffff;
  private largest = 0;

  constructor(path: string, { format, channels, sampleRate }: SoundSpec) {
    if (channels > 8) throw new RangeError(`a FLAC file of ${channels} channels: 1 to 8 are possible`);
    this.format = format;
    this.channels = channels;
    this.sampleRate = sampleRate;
    this.bits = sampleCodecs[format].bytes * 8;
    this.rows = Array.from({ length: channels }, () => new Int32Array(blockFrames));
    this.digested = new Uint8Array(blockFrames * channels * sampleCodecs[format].bytes);
    this.file = new OutputFile(path);
    this.file.write(this.head(""));
  }

  write(interleaved: Float32Array, frames: number): void {
    for (let done = 0; done < frames; ) {
      const count = Math.min(frames - done, blockFrames - this.pending);
      this.take(interleaved, done, count);
      done += count;
      if (this.pending === blockFrames) this.flush();
    }
    this.frames += frames;
  }

  private take(interleaved: Float32Array, from: number, count: number): void {
    const { bits, rows } = this;
    const bytes = bits / 8;
    for (let k = 0, at = from * rows.length, to = 0; k < count; k++) {
      for (const row of rows) {
        const value = quantised(interleaved[at++], bits);
        row[this.pending + k] = value;
        for (let byte = 0; byte < bytes; byte++) this.digested[to++] = value >> (8 * byte);
      }
    }
    this.digest.update(this.digested.subarray(0, count * rows.length * bytes));
    this.pending += count;
  }

  private flush(): void {
    encodeFrame(this.out, this.rows, this.pending, this.bits, this.blocks++);
    const bytes = this.out.take();
    this.smallest = Math.min(this.smallest, bytes.length);
    this.largest = Math.max(this.largest, bytes.length);
    this.file.write(bytes);
    this.pending = 0;
  }

  /// The mark and the description of the stream, which is all the metadata there is.
  private head(md5: string): Uint8Array {
    const out = new BitWriter();
    for (const letter of "fLaC") out.put(letter.charCodeAt(0), 8);
    out.put(0x80, 8);
    out.put(34, 24);
    out.put(blockFrames, 16);
    out.put(blockFrames, 16);
    out.put(this.largest === 0 ? 0 : this.smallest, 24);
    out.put(this.largest, 24);
    out.put(Math.round(this.sampleRate), 20);
    out.put(this.channels - 1, 3);
    out.put(this.bits - 1, 5);
    out.put(Math.floor(this.frames / 2 ** 32), 4);
    out.put(this.frames >>> 0, 32);
    for (let k = 0; k < 16; k++) out.put(Number.parseInt(md5.slice(2 * k, 2 * k + 2), 16) || 0, 8);
    return out.take();
  }

  close(): void {
    if (this.pending > 0) this.flush();
    this.file.writeStart(this.head(this.digest.digest("hex")));
    this.file.close();
  }

  abort(): void {
    this.file.abort();
  }
}
