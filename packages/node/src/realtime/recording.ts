/// Records buses while the engine plays: its thread copies blocks into a ring, and from there they are written to a file here.
import { RingReader, ringBytes } from "@heddle/core/engine";
import type { RecordingOptions, ServerFiles, SoundWriter } from "@heddle/core/osc";
import type { Tap } from "./channels.ts";

/// Words of the ring, some seconds of stereo, and milliseconds between looks into it.
const words = 1 << 19;
const lookEvery = 50;

export class Recording {
  /// What the engine's thread is given.
  readonly tap: Tap;
  private readonly ring: RingReader;
  private readonly writer: SoundWriter;
  private readonly channels: number;
  private timer: NodeJS.Timeout | undefined;

  /// Opens the file. Throws `FileError`.
  constructor(files: ServerFiles, { path, header, format, bus, channels }: RecordingOptions, sampleRate: number) {
    this.writer = files.createSound(path, { header, format, channels, sampleRate });
    const ring = new SharedArrayBuffer(ringBytes(words));
    this.tap = { ring, bus, channels };
    this.ring = new RingReader(ring);
    this.channels = channels;
  }

  start(): void {
    this.timer = setInterval(() => this.write(), lookEvery);
  }

  /// Completes the file; the engine no longer writes.
  close(): void {
    clearInterval(this.timer);
    this.write();
    this.writer.close();
  }

  private write(): void {
    const { ring } = this;
    for (let at = ring.next(); at >= 0; at = ring.next()) {
      this.writer.write(ring.floats.slice(at, at + ring.length), ring.length / this.channels);
      ring.drop();
    }
  }
}
