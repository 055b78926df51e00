/// OSC over TCP: a packet comes after its length. With a password, that is the first packet.
import { createServer, type Socket } from "node:net";
import { encodePacket, oscMessage } from "@heddle/core/osc";
import type { ClientLink } from "../realtime/core.ts";
import { FrameReader, frame } from "./framing.ts";
import { Admission, largestPacket, mostUnread } from "./limits.ts";
import { type Network, NetworkError, type NetworkOptions, portNumber } from "./network.ts";
import { sameSecret } from "./secret.ts";

export interface TcpOptions extends NetworkOptions {
  /// Connections at one time.
  readonly logins: number;
  readonly password?: string;
}

/// Milliseconds in which the password must come.
const passwordPatience = 5000;

export async function openTcp(options: TcpOptions): Promise<Network> {
  const { address, port, logins, post } = options;
  const connections = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const name = `tcp ${socket.remoteAddress}:${socket.remotePort}`;
    if (connections.size >= logins) return refuse(socket, name, `too many users: at most ${logins} connections (-l)`, post);
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    serve(socket, name, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new NetworkError("TCP", error)));
    server.listen({ port: portNumber(port), host: address }, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // What was written goes out before the connection ends.
        for (const socket of connections) socket.end(() => socket.destroy());
      }),
  };
}

function serve(socket: Socket, name: string, { core, password, post }: TcpOptions): void {
  const link: ClientLink = {
    name,
    send: (packet) => {
      if (socket.destroyed || !socket.writable) return;
      socket.write(frame(packet));
      if (socket.writableLength > mostUnread) socket.destroy(new Error("it does not read its replies"));
    },
  };
  const admission = new Admission(core, link, post);
  const frames = new FrameReader(largestPacket);
  let welcome = password === undefined;
  const patience = welcome ? undefined : setTimeout(() => refuse(socket, name, "no password came", post), passwordPatience);
  socket.on("data", (chunk) => {
    try {
      for (const packet of frames.push(chunk)) {
        if (socket.destroyed || socket.writableEnded) return;
        if (welcome) admission.admit(packet);
        else if (sameSecret(textOf(packet), password!)) {
          welcome = true;
          clearTimeout(patience);
        } else return refuse(socket, name, "wrong password", post);
      }
    } catch (error) {
      refuse(socket, name, error instanceof Error ? error.message : String(error), post);
    }
  });
  socket.on("error", (error) => post(`${name}: ${error.message}`));
  socket.once("close", () => {
    clearTimeout(patience);
    core.forget(link);
  });
}

/// A password is a C string: it ends at the first zero.
function textOf(packet: Uint8Array): string {
  const end = packet.indexOf(0);
  return Buffer.from(end < 0 ? packet : packet.subarray(0, end)).toString("utf8");
}

function refuse(socket: Socket, name: string, reason: string, post: (text: string) => void): void {
  post(`${name} refused: ${reason}`);
  socket.end(frame(encodePacket(oscMessage("/fail", "", reason))), () => socket.destroy());
}
