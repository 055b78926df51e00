/// Sound devices, and drivers for machines without.
import type { Device, DeviceChoice } from "./device.ts";
import { ClockDevice, RaceDevice } from "./virtual.ts";

export type { Device, DeviceChoice } from "./device.ts";

/// What the engine wants of a device.
export interface DeviceWish {
  readonly sampleRate: number;
  readonly blockSize: number;
  readonly outputs: number;
  readonly inputs: number;
}

/// Opens a device on the thread that is to use it. Throws what is wrong.
export function openDevice(choice: DeviceChoice, { sampleRate, blockSize }: DeviceWish): Device {
  const period = Math.max(1, Math.round((choice.period ?? blockSize) / blockSize)) * blockSize;
  return choice.kind === "race" ? new RaceDevice(sampleRate, period) : new ClockDevice(sampleRate, period);
}
