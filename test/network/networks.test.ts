/// The three networks around a core that only writes down what it gets.
import { connect } from "node:net";
import { decodePacket, encodePacket, isBundle, type OscMessage, type OscValue, oscMessage } from "@heddle/core/osc";
import {
  type ClientLink,
  FrameReader,
  frame,
  NetworkError,
  Opcode,
  openTcp,
  openUdp,
  openWebSocket,
  type PacketSink,
  webSocketFrame,
} from "@heddle/node";
import { afterEach, describe, expect, test } from "vitest";
import { UdpClient } from "../support/osc-client.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const nameOf = (packet: Uint8Array) => {
  const decoded = decodePacket(packet);
  return isBundle(decoded) ? "#bundle" : String(decoded.address);
};

/// Answers every packet with its address, and remembers who came and went.
function echo() {
  const clients = new Set<ClientLink>();
  const core: PacketSink = {
    receive: (packet, from) => {
      clients.add(from);
      from.send(encodePacket(oscMessage("/echo", nameOf(packet))));
    },
    forget: (client) => void clients.delete(client),
  };
  const lines: string[] = [];
  return { core, clients, lines, at: { core, address: "127.0.0.1", port: 0, post: (text: string) => void lines.push(text) } };
}

const ping = encodePacket(oscMessage("/ping"));
const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
};

/// A TCP connection: what it was sent, and whether it was closed.
function tcpClient(port: number) {
  const socket = connect(port, "127.0.0.1");
  const frames = new FrameReader(1 << 20);
  const client = { socket, got: [] as OscValue[][], closed: false };
  socket.on("data", (chunk) => {
    for (const packet of frames.push(chunk)) {
      const { address, args } = decodePacket(packet) as OscMessage;
      client.got.push([String(address), ...args]);
    }
  });
  socket.on("close", () => (client.closed = true));
  socket.on("error", () => {});
  closing.push(() => socket.destroy());
  return client;
}

describe("UDP", () => {
  test("a client is an address: the same one each time, and answered there", async () => {
    const { at, clients } = echo();
    const network = await openUdp(at);
    closing.push(network.close);
    const [a, b] = await Promise.all([UdpClient.open(network.port), UdpClient.open(network.port)]);
    closing.push(
      () => a.close(),
      () => b.close(),
    );
    expect(await a.request(["/one"], "/echo")).toEqual(["/echo", "/one"]);
    expect(await b.request(["/two"], "/echo")).toEqual(["/echo", "/two"]);
    expect(await a.request(["/three"], "/echo")).toEqual(["/echo", "/three"]);
    expect(clients.size).toBe(2);
  });

  test("a reply too long for a datagram becomes scsynth's buffer overflow", async () => {
    const { at } = echo();
    const long = {
      ...at.core,
      receive: (_: Uint8Array, from: ClientLink) => from.send(encodePacket(oscMessage("/x.reply", "y".repeat(70000)))),
    };
    const network = await openUdp({ ...at, core: long });
    closing.push(network.close);
    const client = await UdpClient.open(network.port);
    closing.push(() => client.close());
    expect(await client.request(["/x"], "/fail")).toEqual(["/fail", "/x", "buffer overflow"]);
  });

  test("a port in use is an error for people", async () => {
    const { at } = echo();
    const network = await openUdp(at);
    closing.push(network.close);
    await expect(openUdp({ ...at, port: network.port })).rejects.toThrow(NetworkError);
    await expect(openUdp({ ...at, port: network.port })).rejects.toThrow("failed to open UDP socket: address in use.");
  });
});

describe("TCP", () => {
  test("a wrong password is refused, the right one welcome, and a client that leaves is forgotten", async () => {
    const { at, lines, clients } = echo();
    const network = await openTcp({ ...at, logins: 2, password: "secret" });
    closing.push(network.close);
    const wrong = tcpClient(network.port);
    wrong.socket.write(frame(Buffer.from("guess\0\0\0")));
    await until(() => wrong.closed);
    expect(wrong.got).toEqual([["/fail", "", "wrong password"]]);
    expect(lines.at(-1)).toMatch(/^tcp 127\.0\.0\.1:\d+ refused: wrong password$/);
    const right = tcpClient(network.port);
    right.socket.write(Buffer.concat([frame(Buffer.from("secret\0\0")), frame(ping)]));
    await until(() => right.got.length === 1);
    expect(right.got).toEqual([["/echo", "/ping"]]);
    right.socket.destroy();
    await until(() => clients.size === 0);
  });

  test("no more connections than logins, and none that is out of step", async () => {
    const { at } = echo();
    const network = await openTcp({ ...at, logins: 1 });
    closing.push(network.close);
    const first = tcpClient(network.port);
    first.socket.write(frame(ping));
    await until(() => first.got.length === 1);
    const second = tcpClient(network.port);
    await until(() => second.closed);
    expect(second.got[0][2]).toContain("too many users");
    first.socket.write("GET / HTTP/1.1\r\n\r\n");
    await until(() => first.closed);
    expect(first.got.at(-1)![2]).toContain("a packet of 1195725856 bytes");
  });
});

describe("WebSocket", () => {
  const handshake = (path: string, headers: string[] = []) =>
    [`GET ${path} HTTP/1.1`, "Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", ...headers, "", ""].join(
      "\r\n",
    );
  const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

  /// The raw bytes that come back.
  async function talk(port: number, text: string) {
    const socket = connect(port, "127.0.0.1");
    let got = Buffer.alloc(0);
    socket.on("data", (chunk) => (got = Buffer.concat([got, chunk])));
    socket.on("error", () => {});
    closing.push(() => socket.destroy());
    socket.write(text);
    await until(() => got.includes("\r\n\r\n"));
    return {
      socket,
      bytes: () => got.subarray(got.indexOf("\r\n\r\n") + 4),
      status: got.toString("latin1").split("\r\n")[0],
      head: got.toString("latin1"),
    };
  }

  test("the token, and an origin of this machine or an allowed one", async () => {
    const { at } = echo();
    const network = await openWebSocket({ ...at, logins: 8, token: "t", origins: ["https://example.org"] });
    closing.push(network.close);
    const status = async (path: string, ...headers: string[]) => (await talk(network.port, handshake(path, headers))).status.slice(9, 12);
    expect(await status("/?token=t", key)).toBe("101");
    expect(await status("/?token=t", key, "Origin: http://localhost:8080")).toBe("101");
    expect(await status("/?token=t", key, "Origin: https://example.org")).toBe("101");
    expect(await status("/?token=t", key, "Origin: https://evil.example")).toBe("403");
    expect(await status("/?token=x", key)).toBe("401");
    expect(await status("/", key)).toBe("401");
    expect(await status("/?token=t")).toBe("400");
  });

  test("binary messages are packets, pings are answered, text ends it", async () => {
    const { at, clients } = echo();
    const network = await openWebSocket({ ...at, logins: 1, token: "t", origins: [] });
    closing.push(network.close);
    const { socket, bytes, head } = await talk(network.port, handshake("/?token=t", [key]));
    expect(head).toContain("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    const mask = Uint8Array.of(9, 8, 7, 6);
    const answer = webSocketFrame(Opcode.binary, encodePacket(oscMessage("/echo", "/ping")));
    socket.write(webSocketFrame(Opcode.binary, ping, mask));
    await until(() => bytes().length >= answer.length);
    expect(new Uint8Array(bytes())).toEqual(answer);
    socket.write(webSocketFrame(Opcode.ping, Buffer.from("hi"), mask));
    await until(() => bytes().length >= answer.length + 4);
    expect(bytes().subarray(answer.length)).toEqual(Buffer.from(webSocketFrame(Opcode.pong, Buffer.from("hi"))));
    socket.write(webSocketFrame(Opcode.text, Buffer.from("/ping"), mask));
    await until(() => clients.size === 0);
  });
});
