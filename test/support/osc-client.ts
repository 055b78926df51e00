/// Clients of an OSC server, for tests and tools: over UDP, or right at the server's core.
import { createSocket, type Socket } from "node:dgram";
import { decodePacket, encodePacket, isBundle, type OscInput, type OscPacket, oscMessage } from "@heddle/core/osc";
import type { ClientLink, PacketSink } from "@heddle/node";

export type Reply = readonly [address: string, ...args: unknown[]];

export abstract class OscClient {
  /// Every reply so far that nobody took.
  readonly replies: Reply[] = [];
  /// Is given every packet as it comes.
  onPacket: (packet: Uint8Array) => void = () => {};
  #wake = () => {};

  abstract sendBytes(bytes: Uint8Array): void;

  protected accept(bytes: Uint8Array): void {
    this.onPacket(bytes);
    const packet = decodePacket(bytes);
    if (isBundle(packet)) return;
    this.replies.push([String(packet.address), ...packet.args]);
    this.#wake();
  }

  sendPacket(packet: OscPacket): void {
    this.sendBytes(encodePacket(packet));
  }

  send(address: string | number, ...args: OscInput[]): void {
    this.sendPacket(oscMessage(address, ...args));
  }

  /// Takes the first reply that begins like this, one that is there or one that comes; undefined when none comes in time (milliseconds).
  async take(start: string | Reply, patience = 5000): Promise<Reply | undefined> {
    const pattern = typeof start === "string" ? [start] : start;
    const end = performance.now() + patience;
    for (;;) {
      const index = this.replies.findIndex((reply) => pattern.every((part, k) => reply[k] === part));
      if (index >= 0) return this.replies.splice(index, 1)[0];
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /// Sends a message and takes the reply. Throws when none comes.
  async request([address, ...args]: readonly [string, ...OscInput[]], reply: string | Reply, patience = 5000): Promise<Reply> {
    this.send(address, ...args);
    const answer = await this.take(reply, patience);
    if (!answer) throw new Error(`no ${String(reply)} within ${patience} ms of ${address}`);
    return answer;
  }
}

/// A client of the server at a port of this machine.
export class UdpClient extends OscClient {
  readonly #socket: Socket;
  readonly #port: number;

  static async open(port: number): Promise<UdpClient> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20 });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return new UdpClient(socket, port);
  }

  private constructor(socket: Socket, port: number) {
    super();
    this.#socket = socket;
    this.#port = port;
    socket.on("message", (bytes) => this.accept(bytes));
    // A server that is gone is noticed by the answers that do not come.
    socket.on("error", () => {});
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes, this.#port, "127.0.0.1");
  }
}

/// A client in the server's own process.
export class DirectClient extends OscClient {
  readonly #server: PacketSink;
  readonly #link: ClientLink = { name: "direct", send: (packet) => this.accept(packet) };

  constructor(server: PacketSink) {
    super();
    this.#server = server;
  }

  sendBytes(bytes: Uint8Array): void {
    this.#server.receive(bytes, this.#link);
  }
}
