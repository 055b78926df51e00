/// A connection by TCP: packets of any size, each after its length in four bytes.
import { connect, type Socket } from "node:net";
import type { Connection } from "@heddle/core/client";
import { messagesOf, packetOf } from "./packets.ts";

/// Larger answers than any server sends.
const mostBytes = 1 << 26;

/// Connects to `host:port`; with a password, sends it first, as scsynth's `-p` asks. Rejects when nobody listens there.
export async function connectTcp(host: string, port: number, password?: string): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve();
    });
  });
  let reason: string | undefined;
  let asked = false;
  const connection: Connection = {
    send: (messages, time) => void socket.write(framed(packetOf(messages, time))),
    onMessage: () => {},
    onClose: () => {},
    close() {
      asked = true;
      socket.destroy();
    },
  };
  if (password !== undefined) socket.write(framed(new TextEncoder().encode(`${password}\0`)));
  readFrames(socket, (packet) => messagesOf(packet, (message) => connection.onMessage(message)));
  socket.on("error", (error) => {
    reason = error.message;
  });
  socket.on("close", () => connection.onClose(asked ? undefined : (reason ?? `${host}:${port} closed the connection`)));
  return connection;
}

function framed(packet: Uint8Array): Buffer {
  const frame = Buffer.alloc(4 + packet.length);
  frame.writeUInt32BE(packet.length);
  frame.set(packet, 4);
  return frame;
}

function readFrames(socket: Socket, receive: (packet: Uint8Array) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    while (rest.length >= 4) {
      const size = rest.readUInt32BE();
      if (size > mostBytes) {
        socket.destroy(new Error(`a packet of ${size} bytes was announced: no server answers so much`));
        return;
      }
      if (rest.length < 4 + size) return;
      receive(rest.subarray(4, 4 + size));
      rest = rest.subarray(4 + size);
    }
  });
}
