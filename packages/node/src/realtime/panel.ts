/// What the engine's thread shows of itself: words and doubles that it writes after every cycle and everybody may read. Allocates nothing.

/// Indices of 32-bit words.
export const PanelWord = {
  /// Counts up when there are reports to read; waited for.
  wake: 0,
  units: 1,
  synths: 2,
  groups: 3,
  definitions: 4,
  /// Bytes of the memory of synths, and of those in use.
  poolSize: 5,
  poolUsed: 6,
  /// Cycles that began too late to be played in time, and the node that cost most in the last of them (0: not known).
  xruns: 7,
  costliest: 8,
  /// Reports that found no room.
  lost: 9,
  /// Cycles so far, modulo 2^32.
  cycles: 10,
  /// Set to end the thread.
  stop: 11,
  /// Cycles by what was left of their period when they were done: less than 0 %, 0 to 10 %, ... 90 to 100 %.
  margins: 16,
  words: 32,
} as const;

export const marginClasses = 11;

/// Indices of doubles.
export const PanelDouble = {
  /// Load of the engine's thread in percent of the time it has: average, peak of the last seconds.
  load: 0,
  peak: 1,
  /// Measured frames per second.
  sampleRate: 2,
  /// Frames so far.
  frames: 3,
  /// When the last cycle began, in milliseconds of the monotonic clock, and how well that is known.
  time: 4,
  error: 5,
  /// NTP seconds at which the monotonic clock was 0; written by the server.
  ntpOfZero: 6,
  doubles: 8,
} as const;

const wordBytes = PanelWord.words * 4;

export class Panel {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;

  constructor(memory = new SharedArrayBuffer(wordBytes + PanelDouble.doubles * 8)) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, PanelWord.words);
    this.doubles = new Float64Array(memory, wordBytes);
  }

  /// Shows that there are reports to read.
  ring(): void {
    Atomics.add(this.words, PanelWord.wake, 1);
    Atomics.notify(this.words, PanelWord.wake);
  }

  /// Resolves when `ring` has been called since `seen` was read.
  async rung(seen: number): Promise<void> {
    const { async, value } = Atomics.waitAsync(this.words, PanelWord.wake, seen);
    if (async) await value;
  }
}
