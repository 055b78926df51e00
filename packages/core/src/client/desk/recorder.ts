/// Recording what buses play into a sound file while they play.
import { synthDef } from "../../synthdef/builder.ts";
import { In } from "../../ugens/buses.ts";
import { DiskOut } from "../../ugens/disk.ts";
import { Buffer } from "../buffer.ts";
import { rootGroup } from "../group.ts";
import type { Node } from "../node.ts";
import type { Server } from "../server.ts";
import { Synth } from "../synth.ts";
import { ensure } from "./definitions.ts";

export interface RecordOptions {
  /// First audio bus, 0 by default: the outputs.
  readonly bus?: number;
  /// 2 by default.
  readonly channels?: number;
  /// Recorded after this node instead of after everything.
  readonly after?: Node;
  /// "wav" and "float" by default; what the server writes.
  readonly header?: string;
  readonly format?: string;
}

/// Frames between the sound and the disk, 0.34 s at 48 kHz. They are written by halves: what is left at the end is lost.
const bufferFrames = 16384;

export class Recorder {
  readonly path: string;
  private readonly buffer: Buffer;
  private readonly options: RecordOptions;
  private synth: Synth | undefined;

  private constructor(path: string, buffer: Buffer, options: RecordOptions) {
    this.path = path;
    this.buffer = buffer;
    this.options = options;
  }

  /// Opens the file, so that `start` begins at once. The path is the server's.
  static async prepare(server: Server, path: string, options: RecordOptions = {}): Promise<Recorder> {
    const { channels = 2, header = "wav", format = "float" } = options;
    const [buffer] = await Promise.all([Buffer.alloc(server, bufferFrames, channels), ensure(server, tape(channels))]);
    await buffer.write(path, { header, format, frames: 0, start: 0, leaveOpen: true });
    return new Recorder(path, buffer, options);
  }

  get recording(): boolean {
    return this.synth !== undefined;
  }

  /// Begins, or goes on after `pause`.
  start(): this {
    if (this.synth) this.synth.run(true);
    else {
      const { bus = 0, channels = 2, after } = this.options;
      const values = { bus, file: this.buffer.index };
      this.synth = after
        ? Synth.after(after, tapeName(channels), values)
        : Synth.tail(rootGroup(this.buffer.server), tapeName(channels), values);
    }
    return this;
  }

  pause(): void {
    this.synth?.run(false);
  }

  /// Ends and completes the file.
  async stop(): Promise<void> {
    this.synth?.free();
    this.synth = undefined;
    await this.buffer.close();
    await this.buffer.free();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

const tapeName = (channels: number) => `heddle_record_${channels}`;
const tape = (channels: number) =>
  synthDef(tapeName(channels), { bus: 0, file: 0 }, ({ bus, file }) => DiskOut.ar(file, In.ar(bus, channels)));
