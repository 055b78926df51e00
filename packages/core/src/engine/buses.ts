/// Audio and control buses with their stamps: the number of the block in which each was last written.
import { ContextWord, type Target } from "../synthdef/abi.ts";
import { indexOutOfRange, type Outcome } from "./failures.ts";
import type { Memory } from "./memory.ts";

export class Buses {
  readonly #memory: Memory;
  readonly #target: Target;

  constructor(memory: Memory, target: Target) {
    this.#memory = memory;
    this.#target = target;
    const { audioStamps, audioBusCount, controlStamps, controlBusCount } = target;
    memory.i32.fill(-1, audioStamps >> 2, (audioStamps >> 2) + audioBusCount);
    memory.i32.fill(-1, controlStamps >> 2, (controlStamps >> 2) + controlBusCount);
  }

  /// Sets a control bus as if a synth had in this block: an Out.kr that follows adds.
  set(bus: number, value: number): Outcome {
    if (!this.#isRange(bus, 1)) return indexOutOfRange;
    this.#write(bus, value);
    return null;
  }

  /// Sets `count` consecutive control buses, or as many as there are values; none when not all `count` exist.
  setAll(bus: number, values: ArrayLike<number>, count = values.length): Outcome {
    if (!this.#isRange(bus, count)) return indexOutOfRange;
    const end = Math.min(count, values.length);
    for (let i = 0; i < end; i++) this.#write(bus + i, values[i]);
    return null;
  }

  /// Sets consecutive control buses to one value, as far as they exist: never an error.
  fill(bus: number, count: number, value: number): Outcome {
    const end = Math.min(bus + count, this.#target.controlBusCount);
    for (let i = Math.max(0, bus); i < end; i++) this.#write(i, value);
    return null;
  }

  /// Value of a control bus; undefined when there is no such bus.
  get(bus: number): number | undefined {
    return this.#isRange(bus, 1) ? this.#memory.f32[(this.#target.controlBuses >> 2) + bus] : undefined;
  }

  /// True when all `count` control buses from `bus` exist.
  exist(bus: number, count: number): boolean {
    return this.#isRange(bus, count);
  }

  /// The block of an audio bus. A view: taken anew when the engine's memory has grown.
  audio(bus: number): Float32Array {
    const { audioBuses, audioBusCount, blockSize } = this.#target;
    if (!(bus >= 0 && bus < audioBusCount)) throw new RangeError(`audio bus ${bus} does not exist: there are ${audioBusCount}`);
    const start = (audioBuses >> 2) + bus * blockSize;
    return this.#memory.f32.subarray(start, start + blockSize);
  }

  /// The block counter's value when the audio bus was last written, -1 for never.
  audioStamp(bus: number): number {
    return this.#memory.i32[(this.#target.audioStamps >> 2) + bus];
  }

  /// Marks the hardware inputs as written in this block.
  stampInputs(): void {
    const { i32 } = this.#memory;
    const first = (this.#target.audioStamps >> 2) + this.#target.outputBusCount;
    i32.fill(this.#block(), first, first + this.#target.inputBusCount);
  }

  /// Silences the hardware outputs that nothing was written to in this block.
  silenceUnwrittenOutputs(): void {
    const { i32, f32 } = this.#memory;
    const { audioBuses, audioStamps, outputBusCount, blockSize } = this.#target;
    const block = this.#block();
    for (let bus = 0; bus < outputBusCount; bus++) {
      if (i32[(audioStamps >> 2) + bus] === block) continue;
      const start = (audioBuses >> 2) + bus * blockSize;
      f32.fill(0, start, start + blockSize);
    }
  }

  #write(bus: number, value: number): void {
    this.#memory.f32[(this.#target.controlBuses >> 2) + bus] = value;
    this.#memory.i32[(this.#target.controlStamps >> 2) + bus] = this.#block();
  }

  #block(): number {
    return this.#memory.i32[(this.#target.context >> 2) + ContextWord.block];
  }

  #isRange(bus: number, count: number): boolean {
    return bus >= 0 && bus + Math.max(count, 1) <= this.#target.controlBusCount;
  }
}
