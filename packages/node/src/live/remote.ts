/// A server that runs somewhere already.
import { type LiveOptions, LiveServer, type ServerSizes } from "@heddle/core/client";
import { sizesOf } from "./sizes.ts";
import { connectTcp } from "./tcp.ts";
import { connectUdp } from "./udp.ts";

export interface RemoteOptions extends LiveOptions, Partial<ServerSizes> {
  /// "udp" by default.
  readonly transport?: "udp" | "tcp";
  /// For TCP servers that were started with `-p`.
  readonly password?: string;
}

export class RemoteServer extends LiveServer {
  readonly host: string;
  readonly port: number;
  private readonly options: RemoteOptions;

  /// The sizes must be those the server was started with: clients hand out bus and buffer numbers by them.
  constructor(host: string, port: number, options: RemoteOptions = {}) {
    super(sizesOf(options), options);
    this.host = host;
    this.port = port;
    this.options = options;
  }

  /// Connects. Rejects when there is no answer.
  async boot(): Promise<this> {
    if (this.connected) return this;
    const { transport = "udp", password } = this.options;
    await this.connect(transport === "tcp" ? await connectTcp(this.host, this.port, password) : await connectUdp(this.host, this.port));
    return this;
  }

  [Symbol.dispose](): void {
    this.disconnect();
  }
}
