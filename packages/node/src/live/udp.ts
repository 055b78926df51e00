/// A connection by datagrams, as scsynth and its clients use by default.
import { createSocket } from "node:dgram";
import type { Connection } from "@heddle/core/client";
import { messagesOf, packetOf } from "./packets.ts";

/// Opens a socket towards `host:port`. Nothing is sent yet, so nobody need listen there; rejects when the host has no address.
export async function connectUdp(host: string, port: number): Promise<Connection> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.connect(port, host, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  let open = true;
  const connection: Connection = {
    send: (messages, time) => {
      if (open) socket.send(packetOf(messages, time));
    },
    onMessage: () => {},
    onClose: () => {},
    close() {
      if (!open) return;
      open = false;
      socket.close();
    },
  };
  socket.on("message", (bytes) => messagesOf(bytes, (message) => connection.onMessage(message)));
  // Nobody listens there (yet): what was sent is lost, as datagrams may be.
  socket.on("error", () => {});
  return connection;
}
