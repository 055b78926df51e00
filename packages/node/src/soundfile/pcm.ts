/// Reads and writes uncompressed samples, a few thousand at a time, behind any container's header.
import { type Container, checkedLayout, type PcmLayout } from "./containers/container.ts";
import { type InputFile, OutputFile } from "./file.ts";
import { decodeSamples, encodeSamples, sampleCodecs } from "./samples.ts";
import type { SoundFileReader, SoundFileWriter, SoundSpec } from "./sound-file.ts";

const scratchBytes = 1 << 16;

export class PcmReader implements SoundFileReader {
  readonly header;
  readonly format;
  readonly channels: number;
  readonly sampleRate: number;
  readonly frames: number;
  private readonly file: InputFile;
  private readonly layout: PcmLayout;
  private readonly frameBytes: number;
  private readonly scratch: Uint8Array;

  constructor(file: InputFile, layout: PcmLayout) {
    ({ header: this.header, format: this.format, channels: this.channels, sampleRate: this.sampleRate, frames: this.frames } = layout);
    this.file = file;
    this.layout = layout;
    this.frameBytes = sampleCodecs[layout.format].bytes * layout.channels;
    this.scratch = new Uint8Array(Math.max(this.frameBytes, scratchBytes - (scratchBytes % this.frameBytes)));
  }

  read(out: Float32Array, frame: number, count: number): number {
    const { channels, format, frameBytes } = this;
    const wanted = Math.min(count, this.frames - frame, Math.floor(out.length / channels));
    if (frame < 0) return 0;
    let done = 0;
    while (done < wanted) {
      const size = Math.min((wanted - done) * frameBytes, this.scratch.length);
      const bytes = this.file.read(this.layout.start + (frame + done) * frameBytes, size, this.scratch);
      const got = Math.floor(bytes.length / frameBytes);
      if (got === 0) break;
      decodeSamples(bytes, format, this.layout.littleEndian, out, done * channels, got * channels);
      done += got;
    }
    return done;
  }

  close(): void {
    this.file.close();
  }
}

/// Raw samples described by `spec`.
export function rawLayout(file: InputFile, spec: SoundSpec): PcmLayout {
  const frameBytes = sampleCodecs[spec.format].bytes * spec.channels;
  return checkedLayout(file, { ...spec, header: "raw", littleEndian: true, start: 0 }, file.size, frameBytes);
}

export class PcmWriter implements SoundFileWriter {
  readonly header;
  readonly format;
  readonly channels: number;
  readonly sampleRate: number;
  frames = 0;
  private readonly spec: SoundSpec;
  private readonly container: Container;
  private readonly file: OutputFile;
  private readonly frameBytes: number;
  private readonly scratch: Uint8Array;

  constructor(path: string, container: Container, spec: SoundSpec) {
    ({ header: this.header, format: this.format, channels: this.channels, sampleRate: this.sampleRate } = spec);
    this.spec = spec;
    this.container = container;
    this.frameBytes = sampleCodecs[spec.format].bytes * spec.channels;
    this.scratch = new Uint8Array(Math.max(this.frameBytes, scratchBytes - (scratchBytes % this.frameBytes)));
    this.file = new OutputFile(path);
    this.file.write(container.header(spec, 0, 0));
  }

  write(interleaved: Float32Array, frames: number): void {
    const { channels, frameBytes } = this;
    for (let done = 0; done < frames; ) {
      const count = Math.min(frames - done, this.scratch.length / frameBytes);
      const bytes = this.scratch.subarray(0, count * frameBytes);
      encodeSamples(interleaved, done * channels, count * channels, this.format, this.container.littleEndian, bytes);
      this.file.write(bytes);
      done += count;
    }
    this.frames += frames;
  }

  close(): void {
    const size = this.frames * this.frameBytes;
    this.file.write(new Uint8Array(-size & (this.container.align - 1)));
    this.file.writeStart(this.container.header(this.spec, this.frames, size));
    this.file.close();
  }

  abort(): void {
    this.file.abort();
  }
}
