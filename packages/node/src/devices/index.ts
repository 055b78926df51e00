/// Sound devices, and drivers for machines without.
import { openAlsa } from "./alsa.ts";
import { type Device, type DeviceChoice, DeviceError, type DeviceWish } from "./device.ts";
import { JackDevice } from "./jack.ts";
import { openPortAudio } from "./portaudio.ts";
import { openPulse } from "./pulse.ts";
import { ClockDevice, RaceDevice } from "./virtual.ts";

export { type Device, type DeviceChoice, DeviceError, type DeviceWish } from "./device.ts";
export { becomeRealTime, lockMemory } from "./schedule.ts";
export { diagnose, type Finding, type Link, listDevices } from "./survey.ts";

type Opener = (name: string, wish: DeviceWish) => Device;

/// In the order in which "auto" tries them; what makes no sound comes last, and is always there.
const openers: Readonly<Record<Exclude<DeviceChoice["kind"], "auto">, Opener>> = {
  jack: (name, wish) => new JackDevice(name, wish),
  pulse: openPulse,
  alsa: openAlsa,
  portaudio: openPortAudio,
  clock: (_, wish) => new ClockDevice(wish),
  race: (_, wish) => new RaceDevice(wish),
};

/// Opens a device on the thread that is to use it. Throws a `DeviceError` that says what is missing.
export function openDevice({ kind, name = "" }: DeviceChoice, wish: DeviceWish): Device {
  if (kind !== "auto") return openers[kind](name, wish);
  const reasons: string[] = [];
  for (const open of Object.values(openers)) {
    try {
      return open(name, wish);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      reasons.push(error.message);
    }
  }
  throw new DeviceError(reasons.join("; "));
}
