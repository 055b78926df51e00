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
  /// Set to silence the outputs.
  mute: 11,
  /// Blocks whose outputs were not finite.
  spoiled: 12,
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
  /// What the outputs are multiplied with; written by the server.
  volume: 7,
  doubles: 8,
} as const;

/// Of the meters: outputs, then inputs, as many as fit. For each its peak, which falls by half in a third of a second, and its mean square.
export const meteredChannels = 128;

const wordBytes = PanelWord.words * 4;
const doubleBytes = PanelDouble.doubles * 8;

export class Panel {
  readonly memory: SharedArrayBuffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly levels: Float32Array;

  constructor(memory = new SharedArrayBuffer(wordBytes + doubleBytes + meteredChannels * 8)) {
    this.memory = memory;
    this.words = new Int32Array(memory, 0, PanelWord.words);
    this.doubles = new Float64Array(memory, wordBytes, PanelDouble.doubles);
    this.levels = new Float32Array(memory, wordBytes + doubleBytes);
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
