/// Devices that take and give interleaved frames, and block until there is room for them: what ALSA, PulseAudio and PortAudio have in common.
import { monotonic } from "../realtime/monotonic.ts";
import type { Device, DeviceWish } from "./device.ts";

/// Frames per period where nobody says: small enough to play on, large enough for a desktop.
const usualPeriod = 256;
const patientPeriod = 1024;
const usualRate = 48000;

/// The frames of a period in and out, interleaved.
export interface Transfer {
  /// Blocks until `frames` have come; false when the device has gone. A break in the sound counts as missed.
  pull?(frames: Float32Array): boolean;
  push?(frames: Float32Array): boolean;
  /// Breaks since the last call.
  missed(): number;
  close(): void;
}

/// Opens the streams of a device at a rate and period.
export type OpenTransfer = (sampleRate: number, period: number) => Transfer;

export class BlockingDevice implements Device {
  readonly name: string;
  readonly sampleRate: number;
  readonly period: number;
  readonly timed = true;
  private readonly transfer: Transfer;
  private readonly outputs: number;
  private readonly inputs: number;
  private readonly out: Float32Array;
  private readonly in: Float32Array;
  private gone = false;

  constructor(name: string, { sampleRate = usualRate, blockSize, outputs, inputs, period, realTime }: DeviceWish, open: OpenTransfer) {
    this.name = name;
    this.sampleRate = sampleRate;
    this.period = Math.max(1, Math.round((period || (realTime ? usualPeriod : patientPeriod)) / blockSize)) * blockSize;
    this.outputs = outputs;
    this.inputs = inputs;
    this.out = new Float32Array(this.period * outputs);
    this.in = new Float32Array(this.period * inputs);
    this.transfer = open(sampleRate, this.period);
  }

  wait(time: Float64Array): boolean {
    if (this.transfer.pull && !this.transfer.pull(this.in)) this.gone = true;
    time[0] = monotonic();
    return !this.gone;
  }

  missed(): number {
    return this.transfer.missed();
  }

  read(channel: number, frame: number, into: Float32Array): void {
    for (let i = 0, at = frame * this.inputs + channel; i < into.length; i++, at += this.inputs) into[i] = this.in[at];
  }

  write(channel: number, frame: number, from: Float32Array): void {
    for (let i = 0, at = frame * this.outputs + channel; i < from.length; i++, at += this.outputs) this.out[at] = from[i];
  }

  finish(): void {
    if (this.transfer.push && !this.transfer.push(this.out)) this.gone = true;
  }

  close(): void {
    this.transfer.close();
  }
}
