/// The block loop: jobs wait in a queue by time, those due run before the block in which they fall, then the block is rendered. Offline and real
/// time differ only in who asks for the next block.
import { BlockClock } from "../time/clock.ts";
import { immediately, TimeQueue } from "../time/queue.ts";
import type { Engine } from "./engine.ts";

export interface LoopOptions<T> {
  readonly engine: Engine;
  /// Performs a job. The engine's sample offset stands at the job's place in the block to come; `time` is in ticks. A job must not throw.
  readonly execute: (job: T, time: number) => void;
  /// In real time what arrives without a time is at frame 0: the offset goes back there after the jobs of a block. A score leaves it.
  readonly resetOffset?: boolean;
}

export class BlockLoop<T> {
  readonly engine: Engine;
  readonly clock: BlockClock;
  /// Jobs by time in ticks, or `immediately`. One that is late runs in the next block, at frame 0.
  readonly queue = new TimeQueue<T>();
  /// Start of the next block in ticks. A driver with a clock of its own sets it.
  time = 0;
  readonly #execute: (job: T, time: number) => void;
  readonly #resetOffset: boolean;

  constructor({ engine, execute, resetOffset = false }: LoopOptions<T>) {
    this.engine = engine;
    this.clock = new BlockClock(engine.target.sampleRate, engine.target.blockSize);
    this.#execute = execute;
    this.#resetOffset = resetOffset;
  }

  /// Runs what is due by the end of the block, then renders it.
  renderBlock(): void {
    const end = this.time + this.clock.increment;
    while (this.queue.nextTime <= end) {
      const time = this.queue.nextTime;
      const job = this.queue.pop() as T;
      const offset = time === immediately ? 0 : this.clock.offset(time, this.time);
      this.engine.setOffset(this.clock.frame(offset), Math.fround(offset - Math.floor(offset)));
      this.#execute(job, time);
    }
    if (this.#resetOffset) this.engine.setOffset(0, 0);
    this.engine.process();
    this.time = end;
  }
}
