/// Starts a server: an engine on a thread of its own, a compiler on another, and the server's side on this one.
import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { MessageChannel, type Worker } from "node:worker_threads";
import { type EngineOptions, layOut, ringBytes } from "@heddle/core/engine";
import { type BesideSession, Clients, encodePacket, type HostControls, LiveServer, oscMessage, PreparedBuffers } from "@heddle/core/osc";
import { ntpToTicks } from "@heddle/core/time";
import { DeviceError } from "../devices/index.ts";
import { FolderFiles } from "../offline/files.ts";
import { Compiler } from "./compiler.ts";
import type { ClientLink, ServerCore, ServerEnd, ServerOptions } from "./core.ts";
import type { EngineNews, EngineReady, EngineThreadData } from "./engine-thread.ts";
import { Host } from "./host.ts";
import { ntpOfZero } from "./monotonic.ts";
import { Panel, PanelDouble, PanelWord } from "./panel.ts";
import { leaveBehind, startThread } from "./threads.ts";

const orderWords = 1 << 19;
const reportWords = 1 << 18;
/// What the engine keeps for transforms and their windows beside the buffers' samples.
const sampleReserve = 8 << 20;
/// Megabytes of V8's nursery of the engine's thread, from its start: the some 180 bytes that a period costs make it stop every quarter of an hour at most.
const nursery = 128;
/// V8's own choice.
const usualNursery = 1;
/// Milliseconds without a cycle after which the engine's thread is given up.
const patience = 3000;
/// Milliseconds until orders that found no room are tried again.
const retry = 1;

/// Throws a `DeviceError` when the device cannot be opened, a `RangeError` for an engine's option that does not fit.
export async function startServer(options: ServerOptions): Promise<ServerCore> {
  const epoch = Math.floor(ntpOfZero()) - 1;
  const orders = new SharedArrayBuffer(ringBytes(orderWords));
  const reports = new SharedArrayBuffer(ringBytes(reportWords));
  const panel = new Panel();
  panel.doubles[PanelDouble.ntpOfZero] = ntpOfZero();
  panel.doubles[PanelDouble.volume] = 1;
  const channel = new MessageChannel();
  const workerData: EngineThreadData = {
    engine: { ...options.engine, shared: true, sampleReserve },
    device: options.device ?? { kind: "auto" },
    orders,
    reports,
    panel: panel.memory,
    deliveries: channel.port1,
    epoch,
    countCollections: options.onCollections !== undefined,
  };
  layOut(workerData.engine);
  // Flags are read when a thread's isolate is made.
  setFlagsFromString(`--min-semi-space-size=${nursery}`);
  const worker = startThread("engine-thread", {
    workerData,
    transferList: [channel.port1],
    resourceLimits: { maxYoungGenerationSizeMb: 3 * nursery },
  });
  const ready = await readiness(worker, options);
  setFlagsFromString(`--min-semi-space-size=${usualNursery}`);
  const engine: EngineOptions = { ...workerData.engine, sampleRate: ready.sampleRate };
  const compiler = new Compiler({ engine, cache: options.cache, ugens: options.ugens });
  const buffers = new PreparedBuffers(ready.memory, engine);
  const { target } = layOut(engine);
  const files = new FolderFiles(options.cwd, options.allow);
  const quit = { requested: () => {} };
  const host = new Host({
    panel,
    target,
    memory: ready.memory,
    files,
    tap: (tap) => live.tellHost(tap),
    reached: () => live.reached(),
    lateness: () => live.lateness(),
  });
  const session: BesideSession = {
    clients: new Clients(options.logins),
    dumpMode: 0,
    quit: () => quit.requested(),
    load: () => ({
      average: panel.doubles[PanelDouble.load],
      peak: panel.doubles[PanelDouble.peak],
      sampleRate: panel.doubles[PanelDouble.sampleRate],
    }),
    plugins: new Map(),
    host,
  };
  const { words } = panel;
  const live = new LiveServer({
    orders,
    reports,
    engine: {
      target,
      nodes: {
        get unitCount() {
          return words[PanelWord.units];
        },
        get synthCount() {
          return words[PanelWord.synths];
        },
        get groupCount() {
          return words[PanelWord.groups];
        },
      },
      definitions: {
        get count() {
          return words[PanelWord.definitions];
        },
      },
    },
    buffers,
    files,
    session,
    compile: (file) => compiler.compile(file),
    compileLanes: (key) => compiler.lanes(key),
    deliver: (delivery) => channel.port2.postMessage(delivery),
    ticks: ({ seconds, fraction }) => ntpToTicks(seconds, fraction, epoch),
    post: options.post,
    onFault: () => {
      host.faults++;
    },
    strict: options.strict,
  });
  const device = { name: ready.device, sampleRate: ready.sampleRate, period: ready.period };
  const running = new RunningServer({ live, worker, compiler, panel, buffers, host, post: options.post }, device);
  quit.requested = () => void running.stop();
  for (const folder of options.definitions ?? []) await loadFolder(running, folder);
  return running;
}

/// Loads a folder of definitions, as a client would.
function loadFolder(server: ServerCore, folder: string): Promise<void> {
  return new Promise((resolve) => {
    const loader: ClientLink = { name: "start", send: () => (server.forget(loader), resolve()) };
    server.receive(encodePacket(oscMessage("/d_loadDir", folder)), loader);
  });
}

/// Waits until the engine is about to play; its notices go to `post` from then on too.
function readiness(worker: Worker, { post, onCollections }: ServerOptions): Promise<EngineReady> {
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (news: EngineNews) => {
      if ("ready" in news) resolve(news.ready);
      else if ("failed" in news) reject(new DeviceError(news.failed));
      else if ("collections" in news) onCollections?.(news.collections);
      else post(news.notice);
    });
  });
}

/// Calls `onHang` once when there has been no cycle for `patience`.
function watchCycles(panel: Panel, onHang: () => void): NodeJS.Timeout {
  let seen = -1;
  const timer = setInterval(() => {
    const cycles = panel.words[PanelWord.cycles];
    if (cycles === seen) {
      clearInterval(timer);
      onHang();
    }
    seen = cycles;
  }, patience);
  return timer.unref();
}

interface Parts {
  readonly live: LiveServer;
  readonly worker: Worker;
  readonly compiler: Compiler;
  readonly panel: Panel;
  readonly buffers: PreparedBuffers;
  readonly host: Host;
  post(text: string): void;
}

class RunningServer implements ServerCore {
  readonly device: ServerCore["device"];
  readonly ended: Promise<ServerEnd>;
  private readonly parts: Parts;
  private stopping: Promise<void> | undefined;
  private finish: (end: ServerEnd) => void = () => {};
  private retrying = false;
  private readonly watch: NodeJS.Timeout;

  constructor(parts: Parts, device: ServerCore["device"]) {
    this.parts = parts;
    this.device = device;
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
    void this.attend();
    this.watch = watchCycles(parts.panel, () => {
      parts.post(
        `the engine's thread has not come back for ${patience / 1000} s: its device's server has ended, or a synth takes for ever. The server ends.`,
      );
      void this.stop();
    });
  }

  receive(packet: Uint8Array, from: ClientLink): void {
    if (this.stopping) return;
    this.parts.live.receive(packet, from);
    if (!this.retrying) this.look();
  }

  get host(): HostControls {
    return this.parts.host;
  }

  forget(client: ClientLink): void {
    this.parts.live.forget(client);
  }

  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  /// Reads reports whenever there are some.
  private async attend(): Promise<void> {
    const { panel } = this.parts;
    while (!this.stopping) {
      const seen = Atomics.load(panel.words, PanelWord.wake);
      this.look();
      await panel.rung(seen);
    }
  }

  private look(): void {
    this.retrying = this.parts.live.attend();
    if (this.retrying) setTimeout(() => this.look(), retry);
  }

  private async end(): Promise<void> {
    const { live, worker, compiler, buffers, panel, host } = this.parts;
    clearInterval(this.watch);
    const exited = once(worker, "exit");
    live.stop();
    const given = new Promise<ServerEnd>((resolve) => setTimeout(resolve, patience, "hung").unref());
    const end = await Promise.race([exited.then((): ServerEnd => "stopped"), given]);
    if (end === "hung") leaveBehind(worker);
    live.attend();
    buffers.streams.closeAll();
    host.close();
    await compiler.close();
    panel.ring();
    this.finish(end);
  }
}
