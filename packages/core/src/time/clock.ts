/// Frames, seconds and NTP time. The common measure is the tick, 2^-32 s: NTP's own fraction, counted from an epoch of a whole second, so that
/// a number holds it exactly for 24 days.

export const ticksPerSecond = 2 ** 32;

/// As sclang does, towards zero.
export function secondsToTicks(seconds: number): number {
  return Math.trunc(seconds * ticksPerSecond);
}

export function ticksToSeconds(ticks: number): number {
  return ticks / ticksPerSecond;
}

/// Ticks since `epoch` (whole NTP seconds) of a time tag of seconds and fraction, 32 bits each.
export function ntpToTicks(seconds: number, fraction: number, epoch = 0): number {
  return (seconds - epoch) * ticksPerSecond + fraction;
}

/// Blocks as SuperCollider times them: each lasts a whole number of ticks, rounded down.
export class BlockClock {
  readonly sampleRate: number;
  readonly blockSize: number;
  /// Ticks per block.
  readonly increment: number;
  readonly #framesPerTick: number;

  constructor(sampleRate: number, blockSize: number) {
    this.sampleRate = sampleRate;
    this.blockSize = blockSize;
    this.increment = Math.trunc((blockSize * ticksPerSecond) / sampleRate);
    this.#framesPerTick = sampleRate / ticksPerSecond;
  }

  /// Where a time lies in the block that starts at `blockStart`, in frames, as f32 and half a frame late: its floor is the nearest frame.
  offset(time: number, blockStart: number): number {
    return Math.fround(Math.fround(time - blockStart) * this.#framesPerTick + 0.5);
  }

  /// The frame of a value of `offset`, inside the block.
  frame(offset: number): number {
    return Math.max(0, Math.min(Math.floor(offset), this.blockSize - 1));
  }

  framesToTicks(frames: number): number {
    return Math.trunc((frames * ticksPerSecond) / this.sampleRate);
  }

  ticksToFrames(ticks: number): number {
    return ticks * this.#framesPerTick;
  }
}
