/// Drivers without a device: one that keeps time by the system's clock, one that does not wait at all.
import { monotonic } from "../realtime/monotonic.ts";
import type { Device } from "./device.ts";

/// A steady timer. Periods that were missed are caught up, unless there are too many of them.
export class ClockDevice implements Device {
  readonly name = "clock";
  readonly timed = true;
  readonly sampleRate: number;
  readonly period: number;
  private readonly length: number;
  private readonly idle = new Int32Array(new SharedArrayBuffer(4));
  private next = monotonic();

  constructor(sampleRate: number, period: number) {
    this.sampleRate = sampleRate;
    this.period = period;
    this.length = (1000 * period) / sampleRate;
  }

  wait(): number {
    const now = monotonic();
    if (now - this.next > 500) this.next = now;
    if (this.next > now) Atomics.wait(this.idle, 0, 0, this.next - now);
    const began = this.next;
    this.next += this.length;
    return began;
  }

  read(_channel: number, _frame: number, into: Float32Array): void {
    into.fill(0);
  }

  write(): void {}
  finish(): void {}
  close(): void {}
}

/// Sound's own time, as fast as it can be made: each period begins where the last one ended.
export class RaceDevice extends ClockDevice {
  override readonly timed = false as never;
  private frames = 0;
  private readonly started = monotonic();

  override wait(): number {
    const began = this.started + (1000 * this.frames) / this.sampleRate;
    this.frames += this.period;
    return began;
  }
}
