/// A connection by TCP: packets of any size, each after its length in four bytes.
import { connect } from "node:net";
import type { Connection } from "@heddle/core/client";
import { FrameReader, frame } from "../network/framing.ts";
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
    send: (messages, time) => void socket.write(frame(packetOf(messages, time))),
    onMessage: () => {},
    onClose: () => {},
    close() {
      asked = true;
      socket.destroy();
    },
  };
  if (password !== undefined) socket.write(frame(new TextEncoder().encode(`${password}\0`)));
  const frames = new FrameReader(mostBytes);
  socket.on("data", (data) => {
    try {
      for (const packet of frames.push(data)) messagesOf(packet, (message) => connection.onMessage(message));
    } catch (error) {
      // Out of step: nothing that follows could be read.
      socket.destroy(error as Error);
    }
  });
  socket.on("error", (error) => {
    reason = error.message;
  });
  socket.on("close", () => connection.onClose(asked ? undefined : (reason ?? `${host}:${port} closed the connection`)));
  return connection;
}
