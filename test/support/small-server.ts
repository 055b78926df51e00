/// The least that a client takes for a server: answers /status, /notify, /sync and /quit.
import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { decodePacket, encodePacket, isBundle, type OscInput, type OscPacket, oscMessage } from "@heddle/core/osc";

type Reply = (packet: Uint8Array) => void;

function answer(packet: OscPacket, reply: Reply, quit: () => void): void {
  if (isBundle(packet)) {
    for (const inner of packet.packets) answer(inner, reply, quit);
    return;
  }
  const send = (address: string, ...args: OscInput[]) => reply(encodePacket(oscMessage(address, ...args)));
  const { address, args } = packet;
  if (address === "/status") send("/status.reply", 1, 0, 0, 2, 0, 0.5, 0.5, 48000, 48000);
  else if (address === "/notify") send("/done", "/notify", 0, 1);
  else if (address === "/sync") send("/synced", Number(args[0]));
  else if (address === "/quit") {
    send("/done", "/quit");
    quit();
  }
}

export interface SmallServer {
  readonly port: number;
  close(): void;
}

export async function smallUdpServer(port = 0, ended: () => void = () => {}): Promise<SmallServer> {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => answer(decodePacket(bytes), (packet) => socket.send(packet, from.port, from.address), ended));
  await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
  return { port: socket.address().port, close: () => socket.close() };
}

/// Answers in pieces of three bytes, and wants `password` as its first packet where one is given.
export async function smallTcpServer(password?: string): Promise<SmallServer> {
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0) as Buffer;
    let admitted = password === undefined;
    const reply = (packet: Uint8Array): void => {
      const frame = Buffer.concat([Buffer.from([0, 0, packet.length >> 8, packet.length & 255]), packet]);
      for (let at = 0; at < frame.length; at += 3) socket.write(frame.subarray(at, at + 3));
    };
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
        const packet = rest.subarray(4, 4 + rest.readUInt32BE());
        rest = rest.subarray(4 + packet.length);
        if (admitted) answer(decodePacket(packet), reply, () => socket.end());
        else if (packet.toString().startsWith(`${password}\0`)) admitted = true;
        else socket.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
