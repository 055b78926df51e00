/// Sound on its way between files and the engine's blocks.
import type { Engine } from "@heddle/core/engine";
import { LevelMeter } from "../picture/index.ts";
import { createSoundFile, openSoundFile, type SoundFileReader, type SoundFileWriter } from "../soundfile/index.ts";

/// Frames gathered before they go to the file, about.
const chunkFrames = 4096;

/// Plays a file into the engine's inputs, silence after its end.
export class FileSource {
  readonly channels: number;
  private readonly reader: SoundFileReader;
  private chunk = new Float32Array(0);
  /// Frames `[first, first + held)` of the file are in the chunk.
  private first = 0;
  private held = 0;

  constructor(path: string) {
    this.reader = openSoundFile(path);
    this.channels = this.reader.channels;
  }

  /// Fills the inputs for the block that starts at `frame`.
  fill(engine: Engine, frame: number): void {
    const { blockSize } = engine.target;
    if (frame < this.first || frame + blockSize > this.first + this.held) this.load(frame, blockSize);
    for (let channel = 0; channel < this.channels; channel++) {
      const input = engine.input(channel);
      for (let i = 0; i < blockSize; i++) {
        const at = frame - this.first + i;
        input[i] = at < this.held ? this.chunk[at * this.channels + channel] : 0;
      }
    }
  }

  close(): void {
    this.reader.close();
  }

  private load(frame: number, blockSize: number): void {
    const frames = Math.max(blockSize, chunkFrames - (chunkFrames % blockSize));
    if (this.chunk.length === 0) this.chunk = new Float32Array(frames * this.channels);
    this.first = frame;
    this.held = this.reader.read(this.chunk, frame, frames);
  }
}

/// Takes the engine's outputs block by block: measures them and writes them to a file, where there is one.
export class FileSink {
  readonly meter: LevelMeter;
  frames = 0;
  private readonly engine: Engine;
  private readonly writer: SoundFileWriter | undefined;
  private readonly listener: BlockListener | undefined;
  private readonly chunk: Float32Array;
  private held = 0;

  constructor(engine: Engine, file: OutputFile | undefined, listener?: BlockListener) {
    const { outputBusCount: channels, blockSize, sampleRate } = engine.target;
    this.engine = engine;
    this.meter = new LevelMeter(channels);
    this.listener = listener;
    this.writer =
      file && createSoundFile(file.path, { header: file.header, format: file.format, channels, sampleRate: Math.trunc(sampleRate) });
    this.chunk = new Float32Array(Math.max(1, Math.floor(chunkFrames / blockSize)) * blockSize * channels);
  }

  take(): void {
    const { outputBusCount: channels, blockSize } = this.engine.target;
    for (let channel = 0; channel < channels; channel++) {
      const output = this.engine.output(channel);
      for (let i = 0, at = this.held * channels + channel; i < blockSize; i++, at += channels) this.chunk[at] = output[i];
    }
    this.frames += blockSize;
    this.held += blockSize;
    if (this.held * channels >= this.chunk.length) this.flush();
  }

  /// Completes the file, which then gets its name.
  close(): void {
    this.flush();
    this.writer?.close();
  }

  /// Gives the file up: nothing of it stays.
  abort(): void {
    this.writer?.abort();
  }

  private flush(): void {
    if (this.held === 0) return;
    this.writer?.write(this.chunk, this.held);
    this.meter.add(this.chunk, this.held);
    this.listener?.(this.chunk, this.held);
    this.held = 0;
  }
}

export interface OutputFile {
  readonly path: string;
  readonly header: string;
  readonly format: string;
}

/// Sees the rendered frames on their way, interleaved.
export type BlockListener = (interleaved: Float32Array, frames: number) => void;
