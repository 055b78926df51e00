/// The engine's outputs and inputs on their way to and from the device: metered, scaled, silenced where they are not finite, and copied for whoever
/// records. Allocates nothing.
import { type Engine, RingWriter } from "@heddle/core/engine";
import type { Device } from "../devices/index.ts";
import { meteredChannels, type Panel, PanelDouble, PanelWord } from "./panel.ts";

/// Seconds in which a peak falls by half, and over which the mean square is taken.
const peakMemory = 0.33;
const meanMemory = 0.3;

/// What is recorded: consecutive audio buses, block by block and interleaved, into a ring.
export interface Tap {
  readonly ring: SharedArrayBuffer;
  readonly bus: number;
  readonly channels: number;
}

export class Channels {
  private readonly engine: Engine;
  private readonly panel: Panel;
  private readonly block: Float32Array;
  private readonly decay: number;
  private readonly averaging: number;
  private gain = 1;
  private recorder: Recorder | undefined;

  constructor(engine: Engine, panel: Panel) {
    const { blockSize, sampleRate } = engine.target;
    this.engine = engine;
    this.panel = panel;
    this.block = new Float32Array(blockSize);
    this.decay = 0.5 ** (blockSize / sampleRate / peakMemory);
    this.averaging = Math.min(1, blockSize / sampleRate / meanMemory);
  }

  /// Records from now on, or with nothing no more.
  tap(tap: Tap | undefined): void {
    this.recorder = tap && new Recorder(this.engine, tap);
  }

  read(device: Device, frame: number): void {
    const { outputBusCount, inputBusCount } = this.engine.target;
    for (let channel = 0; channel < inputBusCount; channel++) {
      const input = this.engine.input(channel);
      device.read(channel, frame, input);
      this.measure(outputBusCount + channel, input);
    }
  }

  /// False when an output was not finite; it is silent then.
  write(device: Device, frame: number): boolean {
    const { panel, engine } = this;
    const { outputBusCount } = engine.target;
    const target = panel.words[PanelWord.mute] ? 0 : panel.doubles[PanelDouble.volume];
    let finite = true;
    for (let channel = 0; channel < outputBusCount; channel++) {
      const output = engine.output(channel);
      if (!this.measure(channel, output)) {
        output.fill(0);
        finite = false;
      }
      device.write(channel, frame, target === 1 && this.gain === 1 ? output : this.scaled(output, target));
    }
    this.gain = target;
    this.recorder?.take();
    return finite;
  }

  /// The output with a gain that goes from the last one to `target` in this block. The bus itself stays: feedback reads it.
  private scaled(output: Float32Array, target: number): Float32Array {
    const { block } = this;
    const step = (target - this.gain) / block.length;
    for (let i = 0; i < block.length; i++) block[i] = output[i] * (this.gain + (i + 1) * step);
    return block;
  }

  /// Meters a channel. False when it is not finite.
  private measure(channel: number, samples: Float32Array): boolean {
    let peak = 0;
    let squares = 0;
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i];
      peak = Math.max(peak, Math.abs(x));
      squares += x * x;
    }
    // A peak that is not a number stays one.
    if (!(peak < Number.POSITIVE_INFINITY)) return false;
    if (channel < meteredChannels) {
      const { levels } = this.panel;
      levels[2 * channel] = Math.max(peak, levels[2 * channel] * this.decay);
      levels[2 * channel + 1] += this.averaging * (squares / samples.length - levels[2 * channel + 1]);
    }
    return true;
  }
}

/// Copies blocks of buses into a ring, from which another thread writes them to a file.
class Recorder {
  private readonly engine: Engine;
  private readonly ring: RingWriter;
  private readonly bus: number;
  private readonly channels: number;
  private readonly frames: Float32Array;
  private readonly words: Int32Array;

  constructor(engine: Engine, { ring, bus, channels }: Tap) {
    this.engine = engine;
    this.ring = new RingWriter(ring);
    this.bus = bus;
    this.channels = channels;
    this.frames = new Float32Array(engine.target.blockSize * channels);
    this.words = new Int32Array(this.frames.buffer);
  }

  take(): void {
    const { f32, i32 } = this.engine.memory;
    const { audioBuses, audioStamps, blockSize } = this.engine.target;
    const block = this.engine.block - 1;
    for (let channel = 0; channel < this.channels; channel++) {
      const bus = this.bus + channel;
      const start = (audioBuses >> 2) + bus * blockSize;
      const written = i32[(audioStamps >> 2) + bus] === block;
      for (let i = 0, at = channel; i < blockSize; i++, at += this.channels) this.frames[at] = written ? f32[start + i] : 0;
    }
    this.ring.push(this.words, this.words.length);
    this.ring.publish();
  }
}
