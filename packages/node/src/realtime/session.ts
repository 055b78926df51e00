/// A server that plays: an engine, the command set over it, the queue of what is to come, and the clients that are told. Whoever drives it calls
/// `renderBlock` when the next block is wanted and `receive` between blocks.
import { BlockLoop, Engine } from "@heddle/core/engine";
import {
  Clients,
  CommandServer,
  decodePacket,
  encodePacket,
  isBundle,
  notifications,
  OscError,
  type OscInput,
  type OscPacket,
  oscMessage,
  type Sender,
  Streams,
} from "@heddle/core/osc";
import { ntpToTicks, ticksPerSecond, ticksToSeconds } from "@heddle/core/time";
import type { UGenRegistry } from "@heddle/core/ugens";
import { fileCompiler } from "../offline/compile.ts";
import { FolderFiles } from "../offline/files.ts";
import type { ClientLink, ServerOptions } from "./core.ts";
import { LoadMeter } from "./load.ts";

export interface LiveOptions extends ServerOptions {
  /// Unit generators that definitions may use: the built-in ones by default.
  readonly ugens?: UGenRegistry;
}

/// Bundles that may wait for their time, of all clients together.
const mostWaiting = 1 << 16;

const nobody: Sender = { reply: () => {} };

interface Job {
  readonly packet: OscPacket;
  readonly sender: Sender;
}

export class LiveSession {
  readonly engine: Engine;
  readonly load: LoadMeter;
  /// Called once by `/quit`.
  onQuit: () => void = () => {};
  readonly #post: (text: string) => void;
  readonly #loop: BlockLoop<Job>;
  readonly #commands: CommandServer;
  readonly #clients: Clients;
  readonly #streams: Streams;
  readonly #senders = new WeakMap<ClientLink, Sender>();
  readonly #events: ReturnType<typeof notifications>;
  /// Whole NTP seconds that ticks count from.
  readonly #epoch: number;

  /// `now` is the NTP time of the first block in seconds.
  constructor(options: LiveOptions, now: number) {
    const { post, ugens, cwd, allow, logins, definitions } = options;
    this.#post = post;
    this.engine = new Engine(options.engine);
    this.load = new LoadMeter(this.engine.target.sampleRate, this.engine.target.blockSize);
    this.#epoch = Math.floor(now);
    this.#loop = new BlockLoop({ engine: this.engine, execute: (job, time) => this.#execute(job, time), resetOffset: true });
    this.#clients = new Clients(logins);
    this.#streams = new Streams(this.engine.memory, this.engine.buffers);
    this.engine.disk = (record, what, start, frames, extra) => this.#streams.serve(record, what, start, frames, extra);
    this.#commands = new CommandServer({
      engine: this.engine,
      files: new FolderFiles(cwd, allow),
      streams: this.#streams,
      compile: fileCompiler(this.engine.target, ugens),
      post,
      session: {
        clients: this.#clients,
        dumpMode: 0,
        errors: { everywhere: true, bundle: undefined },
        clearSchedule: () => this.#loop.queue.clear(),
        quit: () => this.onQuit(),
        load: () => this.load.read(),
        plugins: new Map(),
      },
      nestedBundles: true,
      schedule: (bundle, sender) => this.#take(bundle, sender),
    });
    this.#events = notifications((address, ...args) => this.#clients.notify(address, ...args), post);
    for (const folder of definitions ?? []) this.#perform(oscMessage("/d_loadDir", folder), nobody);
  }

  /// Start of the next block, NTP seconds.
  get time(): number {
    return this.#epoch + ticksToSeconds(this.#loop.time);
  }

  set time(seconds: number) {
    this.#loop.time = Math.round((seconds - this.#epoch) * ticksPerSecond);
  }

  /// Carries out a packet, now or when its time has come. Never throws.
  receive(bytes: Uint8Array, from: ClientLink): void {
    const sender = this.#senderOf(from);
    try {
      // Blobs are views, and a packet may wait: it must own its bytes.
      this.#take(decodePacket(bytes.slice()), sender);
    } catch (error) {
      const reason = error instanceof OscError ? `malformed packet: ${error.message}` : String(error);
      this.#post(`${from.name}: ${reason}`);
      sender.reply("/fail", "", reason);
    }
    this.#tell();
  }

  forget(client: ClientLink): void {
    const sender = this.#senders.get(client);
    if (sender) this.#clients.unregister(sender);
  }

  renderBlock(): void {
    this.load.begin();
    this.#loop.renderBlock();
    this.load.end();
    this.#tell();
    for (const { nodeId, definition, message } of this.engine.takeFaults()) {
      this.#post(`synth ${nodeId} (${definition}) failed and was freed: ${message}`);
    }
  }

  /// Completes the files that are being written.
  close(): void {
    this.#streams.closeAll();
  }

  #take(packet: OscPacket, sender: Sender): void {
    if (!isBundle(packet) || packet.time.seconds === 0) {
      this.#perform(packet, sender);
      return;
    }
    if (this.#loop.queue.size >= mostWaiting) {
      sender.reply("/fail", "#bundle", `scheduler queue is full: ${mostWaiting} bundles wait for their time`);
      return;
    }
    this.#loop.queue.push(ntpToTicks(packet.time.seconds, packet.time.fraction, this.#epoch), { packet, sender });
  }

  #execute({ packet, sender }: Job, time: number): void {
    const late = this.#loop.time - time;
    if (late > 0) this.#post(`late ${ticksToSeconds(late).toFixed(9)}`);
    this.#perform(packet, sender);
  }

  #perform(packet: OscPacket, sender: Sender): void {
    const pending = this.#commands.perform(packet, sender);
    if (pending) pending.then(() => this.#tell());
  }

  #tell(): void {
    const lost = this.engine.events.drain(this.#events);
    if (lost > 0) this.#post(`${lost} notifications were lost: too many in one block`);
  }

  #senderOf(link: ClientLink): Sender {
    let sender = this.#senders.get(link);
    if (!sender) {
      sender = { reply: (address: string, ...args: OscInput[]) => link.send(encodePacket(oscMessage(address, ...args))) };
      this.#senders.set(link, sender);
    }
    return sender;
  }
}
