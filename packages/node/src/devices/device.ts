/// What drives an engine: something that takes and gives a period of sound at a time. Used by the engine's thread alone.

export interface Device {
  readonly name: string;
  /// Frames per second and per period. A period is whole blocks of the engine.
  readonly sampleRate: number;
  readonly period: number;
  /// Whether each period has its time on the clock. A device without runs as fast as it can.
  readonly timed: boolean;
  /// Blocks until the next period may be rendered, and writes into `time[0]` when it began, in milliseconds of the monotonic clock, as far as the device
  /// knows: not as a result, which would be garbage. False when the device has gone.
  wait(time: Float64Array): boolean;
  /// Periods that have been missed since the last call.
  missed(): number;
  /// Copies frames `[frame, frame + into.length)` of the period's input; silence where there is none.
  read(channel: number, frame: number, into: Float32Array): void;
  /// Copies into the period's output from `frame` on.
  write(channel: number, frame: number, from: Float32Array): void;
  /// The period is complete.
  finish(): void;
  close(): void;
}

/// What the engine wants of a device.
export interface DeviceWish {
  /// Undefined to take the device's own.
  readonly sampleRate: number | undefined;
  readonly blockSize: number;
  readonly outputs: number;
  readonly inputs: number;
  /// Frames per period; a device whose server decides that ignores it. 0 for the least that the device does well.
  readonly period: number;
  /// Whether the thread has real-time priority; without, a device that is asked for no period takes a longer one.
  readonly realTime: boolean;
}

/// How to open a device: plain data, as it travels to the engine's thread.
export interface DeviceChoice {
  /// "clock": no sound, in real time. "race": no sound, as fast as it goes. "auto": the first of the others that is there.
  readonly kind: "auto" | "jack" | "pulse" | "alsa" | "portaudio" | "clock" | "race";
  /// Which one, in the words of the system: a JACK server and client ("server:client"), an ALSA or PulseAudio name, a PortAudio number.
  readonly name?: string;
  readonly period?: number;
}

/// Why there is no sound, and what helps: a line for the user.
export class DeviceError extends Error {
  readonly code = "device/unavailable";
}
