/// OSC over UDP: a packet is a datagram, a client is an address with a port.
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { decodePacket, encodePacket, isBundle, oscMessage } from "@heddle/core/osc";
import type { ClientLink } from "../realtime/core.ts";
import { Admission } from "./limits.ts";
import { type Network, NetworkError, type NetworkOptions, portNumber } from "./network.ts";

/// What a datagram carries at most.
const largestDatagram = 65507;
/// Addresses remembered. A client that has been silent longest is forgotten for a new one.
const mostClients = 1024;
/// What waits in the system while the process is busy, in bytes, as far as the system permits: bundles come in bursts.
const receiveBuffer = 8 << 20;

export async function openUdp({ core, address, port, post }: NetworkOptions): Promise<Network> {
  const socket = createSocket({ type: isIPv6(address) ? "udp6" : "udp4", recvBufferSize: receiveBuffer });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => reject(new NetworkError("UDP", error)));
    socket.bind({ port: portNumber(port), address, exclusive: true }, resolve);
  });
  socket.removeAllListeners("error");
  // An earlier reply that could not be delivered is reported here; the client is gone, the socket is sound.
  socket.on("error", (error) => post(`UDP: ${error.message}`));
  const clients = new Map<string, Admission>();
  const clientOf = (from: RemoteInfo): Admission => {
    const key = `${from.address}:${from.port}`;
    const known = clients.get(key);
    if (known) return known;
    if (clients.size >= mostClients) {
      const [silent, admission] = [...clients].reduce((a, b) => (b[1].seen < a[1].seen ? b : a));
      clients.delete(silent);
      core.forget(admission.link);
    }
    const admission = new Admission(core, new UdpLink(socket, from, `udp ${key}`), post);
    clients.set(key, admission);
    return admission;
  };
  socket.on("message", (packet, from) => clientOf(from).admit(packet));
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

class UdpLink implements ClientLink {
  readonly name: string;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #address: string;

  constructor(socket: Socket, { port, address }: RemoteInfo, name: string) {
    this.name = name;
    this.#socket = socket;
    this.#port = port;
    this.#address = address;
  }

  send(packet: Uint8Array): void {
    try {
      this.#socket.send(packet.length > largestDatagram ? overflow(packet) : packet, this.#port, this.#address);
    } catch {
      // The socket is closed: the server is ending.
    }
  }
}

/// What scsynth answers instead of a reply that is too long.
function overflow(reply: Uint8Array): Uint8Array {
  const packet = decodePacket(reply);
  const name = isBundle(packet) ? "#bundle" : String(packet.address).replace(/\.reply$/, "");
  return encodePacket(oscMessage("/fail", name, "buffer overflow"));
}
