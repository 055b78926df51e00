/// The thread of an engine: opens the device, makes the engine, and renders until the server ends. It never returns to an event loop; definitions come
/// by a port that it looks into when it is told to. When the device goes, the engine plays on without sound until it is back.
import { GCProfiler } from "node:v8";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Engine, type EngineOptions } from "@heddle/core/engine";
import { type Delivery, Performer } from "@heddle/core/osc";
import { becomeRealTime, type Device, type DeviceChoice, DeviceError, lockMemory, openDevice } from "../devices/index.ts";
import { Channels, type Tap } from "./channels.ts";
import { type CycleParts, runCycles } from "./cycle.ts";
import { Panel } from "./panel.ts";

export interface EngineThreadData {
  readonly engine: EngineOptions;
  readonly device: DeviceChoice;
  readonly orders: SharedArrayBuffer;
  readonly reports: SharedArrayBuffer;
  readonly panel: SharedArrayBuffer;
  readonly deliveries: MessagePort;
  readonly epoch: number;
  /// Counts the thread's garbage collections, and tells of them at the end.
  readonly countCollections: boolean;
}

/// What the thread says: before its first cycle, and when its device goes or comes.
export type EngineNews =
  | { readonly ready: EngineReady }
  | { readonly failed: string }
  | { readonly collections: number }
  /// A line for the user.
  | { readonly notice: string };

export interface EngineReady {
  readonly memory: WebAssembly.Memory;
  readonly device: string;
  readonly sampleRate: number;
  readonly period: number;
}

/// Periods without sound, of about so many seconds, between attempts to open a device that has gone.
const attemptEvery = 2;

const data = workerData as EngineThreadData;
const tell = (news: EngineNews): void => parentPort!.postMessage(news);

const realTime = data.device.kind !== "race" && becomeRealTime();

function open(sampleRate: number | undefined): Device {
  const { blockSize = 64, outputs = 8, inputs = 8 } = data.engine;
  return openDevice(data.device, { sampleRate, blockSize, outputs, inputs, period: data.device.period ?? 0, realTime });
}

function start(device: Device): void {
  const engine = new Engine({ ...data.engine, sampleRate: device.sampleRate });
  // The code of the transforms is made on first use: not in the middle of the sound.
  engine.prepareTransforms();
  const panel = new Panel(data.panel);
  const channels = new Channels(engine, panel);
  const performer = new Performer({
    engine,
    orders: data.orders,
    reports: data.reports,
    takeDelivery: () => receiveMessageOnPort(data.deliveries)?.message as Delivery | undefined,
    onHost: (delivery) => channels.tap(delivery as Tap | undefined),
  });
  if (device.timed && !realTime) {
    tell({ notice: "real-time priority is not permitted: sound may break up under load (`heddle doctor` says what to do)" });
  }
  if (data.device.kind === "auto" && device.name === "clock") {
    tell({ notice: "no sound: there is nothing to play through (`heddle doctor` says what is missing)" });
  }
  lockMemory(engine.memory.wasm);
  const profiler = data.countCollections ? new GCProfiler() : undefined;
  profiler?.start();
  tell({ ready: { memory: engine.memory.wasm, device: device.name, sampleRate: device.sampleRate, period: device.period } });
  play({ engine, performer, panel, channels, epoch: data.epoch }, device);
  if (profiler) tell({ collections: profiler.stop().statistics.length });
  panel.ring();
}

function play(parts: CycleParts, first: Device): void {
  let device = first;
  while (!runCycles(parts, device)) {
    device.close();
    tell({ notice: `${first.name} has gone, or changed its period; playing on without sound until it is back` });
    device = reopen(parts, first.sampleRate);
    tell({ notice: `${device.name} is back` });
  }
  device.close();
}

/// Plays without sound until the device can be opened again, or the server ends.
function reopen(parts: CycleParts, sampleRate: number): Device {
  const { blockSize } = parts.engine.target;
  for (;;) {
    const pause = openDevice({ kind: "clock" }, { sampleRate, blockSize, outputs: 0, inputs: 0, period: 0, realTime });
    const periods = (attemptEvery * sampleRate) / pause.period;
    if (runCycles(parts, lasting(pause, periods))) return pause;
    try {
      return open(sampleRate);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
    }
  }
}

/// A device that goes after so many periods.
function lasting(device: Device, periods: number): Device {
  let left = periods;
  return {
    name: device.name,
    sampleRate: device.sampleRate,
    period: device.period,
    timed: device.timed,
    wait: (time) => left-- > 0 && device.wait(time),
    missed: () => device.missed(),
    read: (channel, frame, into) => device.read(channel, frame, into),
    write: (channel, frame, from) => device.write(channel, frame, from),
    finish: () => device.finish(),
    close: () => device.close(),
  };
}

try {
  start(open(data.engine.sampleRate));
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
}
data.deliveries.close();
