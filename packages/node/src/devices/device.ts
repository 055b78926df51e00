/// What drives an engine: something that takes and gives a period of sound at a time. Used by the engine's thread alone.

export interface Device {
  readonly name: string;
  /// Frames per second and per period. A period is whole blocks of the engine.
  readonly sampleRate: number;
  readonly period: number;
  /// Whether each period has its time on the clock. A device without runs as fast as it can.
  readonly timed: boolean;
  /// Blocks until the next period may be rendered. When it began in milliseconds of the monotonic clock, as far as the device knows; NaN when the
  /// device has gone.
  wait(): number;
  /// Copies frames `[frame, frame + into.length)` of the period's input; silence where there is none.
  read(channel: number, frame: number, into: Float32Array): void;
  /// Copies into the period's output from `frame` on.
  write(channel: number, frame: number, from: Float32Array): void;
  /// The period is complete.
  finish(): void;
  close(): void;
}

/// How to open a device: plain data, as it travels to the engine's thread.
export type DeviceChoice =
  /// No sound, in real time.
  | { readonly kind: "clock"; readonly period?: number }
  /// No sound, as fast as it goes, for so many frames of the monotonic time of the sound: for tests.
  | { readonly kind: "race"; readonly period?: number };
