/// The thread of an engine: makes it, opens the device, and renders until the server ends. It never returns to an event loop; definitions come by a port
/// that it looks into when it is told to.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { Engine, type EngineOptions } from "@heddle/core/engine";
import { type DeliveredDefinition, type DeliveredLanes, Performer } from "@heddle/core/osc";
import { type DeviceChoice, openDevice } from "../devices/index.ts";
import { Cycle } from "./cycle.ts";
import { Panel } from "./panel.ts";

export interface EngineThreadData {
  readonly engine: EngineOptions;
  readonly device: DeviceChoice;
  readonly orders: SharedArrayBuffer;
  readonly reports: SharedArrayBuffer;
  readonly panel: SharedArrayBuffer;
  readonly definitions: MessagePort;
  readonly epoch: number;
}

/// What the thread says before its first cycle.
export interface EngineReady {
  readonly memory: WebAssembly.Memory;
  readonly device: string;
  readonly sampleRate: number;
  readonly period: number;
}

const data = workerData as EngineThreadData;
const engine = new Engine(data.engine);
const { sampleRate, blockSize, outputBusCount: outputs, inputBusCount: inputs } = engine.target;
const device = openDevice(data.device, { sampleRate, blockSize, outputs, inputs });
const performer = new Performer({
  engine,
  orders: data.orders,
  reports: data.reports,
  takeDelivery: () => receiveMessageOnPort(data.definitions)?.message as DeliveredDefinition | DeliveredLanes | undefined,
});
const ready: EngineReady = { memory: engine.memory.wasm, device: device.name, sampleRate: device.sampleRate, period: device.period };
parentPort!.postMessage(ready);
const panel = new Panel(data.panel);
new Cycle({ engine, performer, device, panel, epoch: data.epoch }).run();
device.close();
panel.ring();
data.definitions.close();
