/// Drivers without a device: one that keeps time by the system's clock, one that does not wait at all.
import { monotonic } from "../realtime/monotonic.ts";
import type { Device, DeviceWish } from "./device.ts";

/// After a longer halt of the process, in milliseconds, the periods that should have sounded are left out.
const longestHalt = 500;

/// No sound, whole blocks at a time.
abstract class SilentDevice implements Device {
  abstract readonly name: string;
  abstract readonly timed: boolean;
  readonly sampleRate: number;
  readonly period: number;

  constructor({ sampleRate = 48000, blockSize, period }: DeviceWish) {
    this.sampleRate = sampleRate;
    this.period = Math.max(1, Math.round(period / blockSize)) * blockSize;
  }

  abstract wait(time: Float64Array): boolean;

  missed(): number {
    return 0;
  }

  read(_channel: number, _frame: number, into: Float32Array): void {
    into.fill(0);
  }

  write(): void {}
  finish(): void {}
  close(): void {}
}

/// A steady timer. Periods that were missed are caught up, unless there are too many of them.
export class ClockDevice extends SilentDevice {
  readonly name = "clock";
  readonly timed = true;
  private readonly length: number;
  private readonly idle = new Int32Array(new SharedArrayBuffer(4));
  private next = monotonic();
  private skipped = 0;

  constructor(wish: DeviceWish) {
    super(wish);
    this.length = (1000 * this.period) / this.sampleRate;
  }

  wait(time: Float64Array): boolean {
    const now = monotonic();
    if (now - this.next > longestHalt) {
      this.skipped += Math.floor((now - this.next) / this.length);
      this.next = now;
    }
    if (this.next > now) Atomics.wait(this.idle, 0, 0, this.next - now);
    time[0] = this.next;
    this.next += this.length;
    return true;
  }

  override missed(): number {
    const { skipped } = this;
    this.skipped = 0;
    return skipped;
  }
}

/// Sound's own time, as fast as it can be made: each period begins where the last one ended.
export class RaceDevice extends SilentDevice {
  readonly name = "race";
  readonly timed = false;
  private readonly started = monotonic();
  private frames = 0;

  wait(time: Float64Array): boolean {
    time[0] = this.started + (1000 * this.frames) / this.sampleRate;
    this.frames += this.period;
    return true;
  }
}
