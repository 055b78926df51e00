/// What a machine has to play with: for `heddle devices` and `heddle doctor`.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { findAlsa } from "./alsa.ts";
import { type DeviceChoice, DeviceError } from "./device.ts";
import { JackDevice } from "./jack.ts";
import { nativeVersion } from "./native.ts";
import { findPortAudio } from "./portaudio.ts";
import { findPulse } from "./pulse.ts";
import { becomeRealTime } from "./schedule.ts";

/// A way to play, and what stands in its way.
export interface Finding {
  readonly kind: DeviceChoice["kind"];
  readonly name: string;
  readonly usable: boolean;
  /// In plain words: what it is, or what is missing and how to get it.
  readonly remark: string;
}

/// One link of the chain from program to loudspeaker.
export interface Link {
  readonly name: string;
  readonly ok: boolean;
  readonly remark: string;
}

/// In the order in which they are tried.
export function listDevices(): Finding[] {
  if (nativeVersion() === undefined) return [clock];
  return [jack(), library("pulse", "PulseAudio", findPulse() !== undefined, "apt install libpulse0"), ...alsa(), portAudio(), clock];
}

const clock: Finding = { kind: "clock", name: "clock", usable: true, remark: "no sound: the system's clock asks for the blocks" };

function jack(): Finding {
  try {
    const device = new JackDevice("", { sampleRate: undefined, blockSize: 1, outputs: 0, inputs: 0, period: 0, realTime: false });
    const remark = `running at ${device.sampleRate} frames per second, ${device.period} frames to a period`;
    device.close();
    return { kind: "jack", name: device.name, usable: true, remark };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { kind: "jack", name: "JACK", usable: false, remark: error.message };
  }
}

function library(kind: DeviceChoice["kind"], name: string, found: boolean, install: string): Finding {
  return { kind, name, usable: found, remark: found ? "its library is there" : `its library is missing (Debian: ${install})` };
}

/// The cards that the kernel lists, a line of two for each: " 0 [PCH  ]: HDA-Intel - HDA Intel PCH".
function alsa(): Finding[] {
  if (process.platform !== "linux") return [];
  if (!findAlsa()) return [library("alsa", "ALSA", false, "apt install libasound2")];
  const cards = existsSync("/proc/asound/cards") ? readFileSync("/proc/asound/cards", "utf8").matchAll(/^ *(\d+) \[.*?\]: (.+)$/gm) : [];
  const found = [...cards].map(([, number, name]): Finding => ({ kind: "alsa", name: `plughw:${number}`, usable: true, remark: name }));
  return found.length > 0
    ? found
    : [{ kind: "alsa", name: "ALSA", usable: false, remark: "its library is there, but the kernel has no sound card" }];
}

const portAudio = (): Finding =>
  library("portaudio", "PortAudio", findPortAudio() !== undefined, "apt install libportaudio2; macOS: brew install portaudio");

/// From the first link to the last.
export function diagnose(): Link[] {
  const native = nativeVersion();
  const devices = listDevices().filter(({ kind }) => kind !== "clock");
  const playing = devices.filter(({ usable }) => usable);
  return [
    { name: "Node", ok: true, remark: `${process.version}; needs 20 or newer` },
    native === undefined
      ? { name: "koffi", ok: false, remark: "it calls the sound libraries, and is not installed here: npm install koffi" }
      : { name: "koffi", ok: true, remark: native },
    ...devices.map(({ name, usable, remark }) => ({ name, ok: usable, remark })),
    playing.length > 0
      ? { name: "sound", ok: true, remark: `will play through ${playing[0].name}` }
      : {
          name: "sound",
          ok: false,
          remark: "no way to play: start JACK or PipeWire, or plug in a sound card; until then the engine runs in silence",
        },
    realTimePriority(),
    lockableMemory(),
    frequencyScaling(),
  ];
}

function realTimePriority(): Link {
  const ok = becomeRealTime();
  const help = 'add "@audio - rtprio 95" to /etc/security/limits.d/audio.conf, and yourself to the group audio';
  return { name: "real-time priority", ok, remark: ok ? "permitted" : `not permitted, so sound may break up under load: ${help}` };
}

/// The soft limit of this process, from Linux's /proc.
function lockableMemory(): Link {
  const limits = existsSync("/proc/self/limits") ? readFileSync("/proc/self/limits", "utf8") : "";
  const [, soft] = limits.match(/^Max locked memory\s+(\S+)/m) ?? [];
  if (soft === undefined) return { name: "locked memory", ok: true, remark: "not limited here, as far as is known" };
  const megabytes = soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft) / 2 ** 20;
  const ok = megabytes >= 64;
  return {
    name: "locked memory",
    ok,
    remark: ok
      ? "enough may be locked"
      : `${megabytes} MB may be locked, less than an engine: add "@audio - memlock unlimited" to the same file`,
  };
}

function frequencyScaling(): Link {
  const folder = "/sys/devices/system/cpu";
  const governors = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => `${folder}/${name}/cpufreq/scaling_governor`)
    .filter(existsSync)
    .map((path) => readFileSync(path, "utf8").trim());
  const slow = governors.find((governor) => governor === "powersave" || governor === "conservative");
  return slow === undefined
    ? { name: "processor", ok: true, remark: governors[0] ? `governor "${governors[0]}"` : "its governor is not to be seen here" }
    : {
        name: "processor",
        ok: false,
        remark: `governor "${slow}" saves power at the cost of dropouts: cpupower frequency-set -g performance`,
      };
}
