/// Looking at what buses play: the last frames of them, again and again.
import { synthDef } from "../../synthdef/builder.ts";
import { RecordBuf } from "../../ugens/buffers.ts";
import { In } from "../../ugens/buses.ts";
import { Buffer } from "../buffer.ts";
import { rootGroup } from "../group.ts";
import type { Server } from "../server.ts";
import { Synth } from "../synth.ts";
import { ensure } from "./definitions.ts";

export interface ScopeOptions {
  /// First bus, 0 by default.
  readonly bus?: number;
  /// 2 by default.
  readonly channels?: number;
  /// Frames to look at, 4096 by default.
  readonly frames?: number;
}

export class Scope {
  readonly channels: number;
  readonly frames: number;
  private readonly buffer: Buffer;
  private readonly synth: Synth;

  private constructor(buffer: Buffer, synth: Synth, channels: number, frames: number) {
    this.buffer = buffer;
    this.synth = synth;
    this.channels = channels;
    this.frames = frames;
  }

  /// Begins to listen after everything else in the server.
  static async open(server: Server, { bus = 0, channels = 2, frames = 4096 }: ScopeOptions = {}): Promise<Scope> {
    const definition = probe(channels);
    const [buffer] = await Promise.all([Buffer.alloc(server, frames, channels), ensure(server, definition)]);
    const synth = Synth.tail(rootGroup(server), definition.name, { bus, buffer });
    return new Scope(buffer, synth, channels, frames);
  }

  /// The recorded frames of each channel. They run in a circle: somewhere the newest frame meets the oldest.
  async read(): Promise<Float32Array[]> {
    const samples = await this.buffer.getn(0, this.frames * this.channels);
    return Array.from({ length: this.channels }, (_, channel) =>
      Float32Array.from({ length: this.frames }, (_, frame) => samples[frame * this.channels + channel]),
    );
  }

  async close(): Promise<void> {
    this.synth.free();
    await this.buffer.free();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const probe = (channels: number) =>
  synthDef(`heddle_scope_${channels}`, { bus: 0, buffer: 0 }, ({ bus, buffer }) =>
    RecordBuf.ar({ bufnum: buffer, channels: In.ar(bus, channels) }),
  );
