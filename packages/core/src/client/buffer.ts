/// Buffers: numbered sound data in the server.
import type { Argument } from "./message.ts";
import type { Server } from "./server.ts";

/// How partials and shapers are written: scaled to a peak of 1, as a wavetable for `Osc`, after clearing. All true by default.
export interface FillOptions {
  normalize?: boolean;
  wavetable?: boolean;
  clear?: boolean;
}

export interface BufferInfo {
  readonly frames: number;
  readonly channels: number;
  readonly sampleRate: number;
}

/// Values in one message; scsynth's packets end at 64 kB.
const chunk = 1024;

export class Buffer {
  readonly server: Server;
  readonly index: number;

  private constructor(server: Server) {
    this.server = server;
    this.index = server.buffers.take();
  }

  /// Silence.
  static async alloc(server: Server, frames: number, channels = 1): Promise<Buffer> {
    return Buffer.make(server, (buffer) => buffer.done("/b_alloc", frames, channels));
  }

  /// A sound file, or `frames` of it from `start` on; of its channels only `channels` where given.
  static async read(
    server: Server,
    path: string,
    options: { start?: number; frames?: number; channels?: readonly number[] } = {},
  ): Promise<Buffer> {
    const { start = 0, frames = 0, channels } = options;
    return Buffer.make(server, (buffer) =>
      channels ? buffer.done("/b_allocReadChannel", path, start, frames, ...channels) : buffer.done("/b_allocRead", path, start, frames),
    );
  }

  /// Interleaved samples.
  static async from(server: Server, samples: ArrayLike<number>, channels = 1): Promise<Buffer> {
    const buffer = await Buffer.alloc(server, Math.ceil(samples.length / channels), channels);
    buffer.setn(0, samples);
    return buffer;
  }

  private static async make(server: Server, fill: (buffer: Buffer) => Promise<void>): Promise<Buffer> {
    const buffer = new Buffer(server);
    try {
      await fill(buffer);
      return buffer;
    } catch (error) {
      server.buffers.give(buffer.index);
      throw error;
    }
  }

  /// Reads frames of a file into this buffer, from `bufferStart` on. The channels must agree.
  readInto(path: string, options: { start?: number; frames?: number; bufferStart?: number; leaveOpen?: boolean } = {}): Promise<void> {
    const { start = 0, frames = -1, bufferStart = 0, leaveOpen = false } = options;
    return this.done("/b_read", path, start, frames, bufferStart, leaveOpen ? 1 : 0);
  }

  /// Writes a sound file; with `leaveOpen`, for `DiskOut`.
  write(
    path: string,
    options: { header?: string; format?: string; frames?: number; start?: number; leaveOpen?: boolean } = {},
  ): Promise<void> {
    const { header = "wav", format = "int24", frames = -1, start = 0, leaveOpen = false } = options;
    return this.done("/b_write", path, header, format, frames, start, leaveOpen ? 1 : 0);
  }

  /// Closes the file that `leaveOpen` left open.
  close(): Promise<void> {
    return this.done("/b_close");
  }

  zero(): Promise<void> {
    return this.done("/b_zero");
  }

  /// Sets samples by their interleaved index: `buffer.set(0, 1, 17, -1)` sets samples 0 and 17.
  set(...indicesAndValues: number[]): void {
    this.server.send("/b_set", this.index, ...indicesAndValues);
  }

  /// Sets consecutive samples from `start` on.
  setn(start: number, samples: ArrayLike<number>): void {
    for (let at = 0; at < samples.length; at += chunk) {
      const values = Array.from({ length: Math.min(chunk, samples.length - at) }, (_, k) => samples[at + k]);
      this.server.send("/b_setn", this.index, start + at, values.length, ...values);
    }
  }

  fill(start: number, count: number, value: number): void {
    this.server.send("/b_fill", this.index, start, count, value);
  }

  async get(index: number): Promise<number> {
    return Number((await this.server.request(["/b_get", this.index, index], ["/b_set", this.index, index]))[3]);
  }

  /// `count` samples from `start` on.
  async getn(start: number, count: number): Promise<Float32Array> {
    const samples = new Float32Array(count);
    for (let at = 0; at < count; at += chunk) {
      const size = Math.min(chunk, count - at);
      const reply = await this.server.request(["/b_getn", this.index, start + at, size], ["/b_setn", this.index, start + at]);
      samples.set(reply.slice(4).map(Number), at);
    }
    return samples;
  }

  /// Harmonics by amplitude.
  sine1(amplitudes: readonly number[], options?: FillOptions): Promise<void> {
    return this.generate("sine1", options, amplitudes);
  }

  /// Partials by number (any, not only whole ones) and amplitude.
  sine2(partials: readonly (readonly [number: number, amplitude: number])[], options?: FillOptions): Promise<void> {
    return this.generate("sine2", options, partials.flat());
  }

  /// Partials by number, amplitude and phase in radians.
  sine3(partials: readonly (readonly [number: number, amplitude: number, phase: number])[], options?: FillOptions): Promise<void> {
    return this.generate("sine3", options, partials.flat());
  }

  /// Chebyshev polynomials by amplitude: a transfer function for `Shaper`.
  cheby(amplitudes: readonly number[], options?: FillOptions): Promise<void> {
    return this.generate("cheby", options, amplitudes);
  }

  /// Scales the samples to a peak of `peak`; as wavetable where they are one.
  normalize(peak = 1, wavetable = false): Promise<void> {
    return this.done("/b_gen", wavetable ? "wnormalize" : "normalize", { type: "f", value: peak });
  }

  /// Copies `frames` (all that fit by default) from another buffer with as many channels.
  copyFrom(source: Buffer, options: { start?: number; sourceStart?: number; frames?: number } = {}): Promise<void> {
    const { start = 0, sourceStart = 0, frames = -1 } = options;
    return this.done("/b_gen", "copy", start, source.index, sourceStart, frames);
  }

  /// Size and rate; all 0 for a buffer that holds nothing.
  async query(): Promise<BufferInfo> {
    const [, , frames, channels, sampleRate] = await this.server.request(["/b_query", this.index], ["/b_info", this.index]);
    return { frames: Number(frames), channels: Number(channels), sampleRate: Number(sampleRate) };
  }

  async free(): Promise<void> {
    await this.done("/b_free");
    this.server.buffers.give(this.index);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.free();
  }

  private generate(
    name: string,
    { normalize = true, wavetable = true, clear = true }: FillOptions = {},
    values: readonly number[],
  ): Promise<void> {
    const flags = (normalize ? 1 : 0) | (wavetable ? 2 : 0) | (clear ? 4 : 0);
    return this.done("/b_gen", name, flags, ...values);
  }

  private async done(command: string, ...args: Argument[]): Promise<void> {
    await this.server.request([command, this.index, ...args], ["/done", command, this.index]);
  }
}
