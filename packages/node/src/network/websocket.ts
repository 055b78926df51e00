/// OSC over WebSocket, for browsers: each binary message is a packet. A page of another site must not reach a server on this machine through its
/// reader's browser, so a token is asked for, and the origin must be one that the user allows.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { ClientLink } from "../realtime/core.ts";
import { Admission, largestPacket, mostUnread } from "./limits.ts";
import { type Network, NetworkError, type NetworkOptions, portNumber } from "./network.ts";
import { sameSecret } from "./secret.ts";
import { Opcode, WebSocketError, WebSocketReader, webSocketFrame } from "./websocket-frames.ts";

export interface WebSocketOptions extends NetworkOptions {
  /// Connections at one time.
  readonly logins: number;
  /// Must stand in the address: `ws://127.0.0.1:57121/?token=...`.
  readonly token: string;
  /// Origins whose pages may connect, such as `https://example.org`, besides those of this machine. `*` allows all.
  readonly origins: readonly string[];
}

export async function openWebSocket(options: WebSocketOptions): Promise<Network> {
  const { address, port, post } = options;
  const connections = new Set<Socket>();
  const server = createServer((_, response) => response.writeHead(426, { Upgrade: "websocket" }).end("OSC over WebSocket only\n"));
  server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const name = `websocket ${socket.remoteAddress}:${socket.remotePort}`;
    socket.on("error", (error) => post(`${name}: ${error.message}`));
    const refusal = refusalOf(request, connections.size, options);
    if (refusal) {
      post(`${name} refused: ${refusal.reason}`);
      socket.end(`HTTP/1.1 ${refusal.status}\r\nConnection: close\r\n\r\n`);
      return;
    }
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
    socket.setNoDelay(true);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptance(request)}\r\n\r\n`,
    );
    serve(socket, head, name, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new NetworkError("WebSocket", error)));
    server.listen({ port: portNumber(port), host: address }, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of connections) hangUp(socket, 1001, "the server ends");
      }),
  };
}

interface Refusal {
  readonly status: "400 Bad Request" | "401 Unauthorized" | "403 Forbidden" | "503 Service Unavailable";
  readonly reason: string;
}

function refusalOf(
  { headers, url }: IncomingMessage,
  connected: number,
  { token, origins, logins }: WebSocketOptions,
): Refusal | undefined {
  if (headers["sec-websocket-version"] !== "13" || !headers["sec-websocket-key"]) {
    return { status: "400 Bad Request", reason: "not a WebSocket handshake of version 13" };
  }
  const { origin } = headers;
  if (origin !== undefined && !originAllowed(origin, origins)) {
    return { status: "403 Forbidden", reason: `its page comes from ${origin.slice(0, 100)} (--origin allows one)` };
  }
  const given = new URLSearchParams(url?.split("?")[1]).get("token") ?? "";
  if (!sameSecret(given, token)) return { status: "401 Unauthorized", reason: "wrong or missing token" };
  return connected >= logins
    ? { status: "503 Service Unavailable", reason: `too many users: at most ${logins} connections (-l)` }
    : undefined;
}

function originAllowed(origin: string, allowed: readonly string[]): boolean {
  if (allowed.includes("*") || allowed.includes(origin)) return true;
  return URL.canParse(origin) && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(origin).hostname);
}

/// RFC 6455, section 4.2.2.
function acceptance({ headers }: IncomingMessage): string {
  return createHash("sha1").update(`${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

function hangUp(socket: Socket, status: number, reason: string): void {
  const payload = Buffer.concat([Uint8Array.of(status >> 8, status & 0xff), Buffer.from(reason)]);
  socket.end(webSocketFrame(Opcode.close, payload.subarray(0, 125)), () => socket.destroy());
}

function serve(socket: Socket, head: Uint8Array, name: string, { core, post }: WebSocketOptions): void {
  const link: ClientLink = {
    name,
    send: (packet) => {
      if (!socket.writable) return;
      socket.write(webSocketFrame(Opcode.binary, packet));
      if (socket.writableLength > mostUnread) socket.destroy(new Error("it does not read its replies"));
    },
  };
  const admission = new Admission(core, link, post);
  const reader = new WebSocketReader(largestPacket);
  const take = (chunk: Uint8Array) => {
    try {
      for (const { opcode, payload } of reader.push(chunk)) {
        if (!socket.writable) return;
        if (opcode === Opcode.binary) admission.admit(payload);
        else if (opcode === Opcode.ping) socket.write(webSocketFrame(Opcode.pong, payload));
        else if (opcode === Opcode.close) return hangUp(socket, 1000, "");
        else if (opcode === Opcode.text) throw new WebSocketError(1003, "OSC packets are binary");
      }
    } catch (error) {
      const status = error instanceof WebSocketError ? error.status : 1011;
      const reason = error instanceof Error ? error.message : String(error);
      post(`${name} refused: ${reason}`);
      hangUp(socket, status, reason);
    }
  };
  socket.on("data", take);
  socket.once("close", () => core.forget(link));
  if (head.length > 0) take(head);
}
