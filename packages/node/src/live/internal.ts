/// A server in this process: its engine has a thread of its own, and messages reach it without a network.
import { type Connection, type LiveOptions, LiveServer, type ServerSizes } from "@heddle/core/client";
import type { DeviceChoice } from "../devices/index.ts";
import { type ClientLink, type ServerCore, type ServerOptions, startServer } from "../realtime/index.ts";
import { messagesOf, packetOf } from "./packets.ts";
import { sizesOf } from "./sizes.ts";

export interface InternalOptions extends LiveOptions, Partial<ServerSizes> {
  /// What plays: see `heddle devices`.
  readonly device?: DeviceChoice;
  /// Folders that commands may read and write: the working folder by default.
  readonly allow?: readonly string[];
  /// Takes a line for the console: failures, what Poll prints. Standard error by default.
  readonly post?: (text: string) => void;
  /// More sizes of the engine, and unit generators: what `ServerOptions` takes.
  readonly server?: Partial<ServerOptions>;
}

export class InternalServer extends LiveServer {
  private readonly options: InternalOptions;
  private core: ServerCore | undefined;

  constructor(options: InternalOptions = {}) {
    super(sizesOf(options), options);
    this.options = options;
  }

  get running(): boolean {
    return this.core !== undefined;
  }

  /// What plays, once booted: its name, frames per second and per period.
  get device(): ServerCore["device"] | undefined {
    return this.core?.device;
  }

  /// Starts the engine and resolves when it can be played.
  async boot(): Promise<this> {
    if (this.core) return this;
    const { device, allow, post = console.error, server } = this.options;
    const cwd = process.cwd();
    const { sampleRate: _, ...sizes } = this.sizes;
    const { sampleRate } = this.options;
    const engine = { ...sizes, ...(sampleRate !== undefined && { sampleRate }), ...server?.engine };
    const core = await startServer({ device, cwd, allow: allow ?? [cwd], post, ...server, engine });
    this.core = core;
    this.sizes = { ...sizes, sampleRate: core.device.sampleRate };
    void core.ended.then(() => {
      this.core = undefined;
    });
    await this.connect(connectCore(core));
    return this;
  }

  override async quit(): Promise<void> {
    const { core } = this;
    if (!core) return;
    await core.stop();
    await core.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.quit();
  }
}

function connectCore(core: ServerCore): Connection {
  const link: ClientLink = {
    name: "internal",
    send: (packet) => messagesOf(packet, (message) => connection.onMessage(message)),
  };
  const connection: Connection = {
    send: (messages, time) => core.receive(packetOf(messages, time), link),
    onMessage: () => {},
    onClose: () => {},
    close: () => core.forget(link),
  };
  void core.ended.then((end) => connection.onClose(end === "hung" ? "the engine's thread hangs" : undefined));
  return connection;
}
