/// Servers on the network: connections by UDP and TCP, and what a client says when nobody answers.
import { LocalServer, RemoteServer, Server } from "@heddle/node";
import { expect, test } from "vitest";
import { smallTcpServer, smallUdpServer } from "../support/small-server.ts";

test("a remote server is played by UDP", async () => {
  const small = await smallUdpServer();
  const server = await Server.remote("127.0.0.1", small.port).boot();
  expect([server.connected, (await server.status()).groups, server.defaultGroupId]).toEqual([true, 2, 1]);
  await server.sync();
  server.disconnect();
  expect(server.connected).toBe(false);
  small.close();
});

test("a remote server is played by TCP, in packets that come in pieces, with its password", async () => {
  const small = await smallTcpServer("secret");
  const options = { transport: "tcp", password: "secret" } as const;
  const server = await new RemoteServer("127.0.0.1", small.port, options).boot();
  const ended = server.ended();
  expect((await server.status()).nominalRate).toBe(48000);
  await server.quit();
  expect(await ended).toBe(undefined);
  await expect(new RemoteServer("127.0.0.1", small.port, { ...options, password: "guess" }).boot()).rejects.toThrow(
    "closed the connection",
  );
  small.close();
});

test("a server that does not answer, and one that nobody is", async () => {
  const small = await smallUdpServer();
  small.close();
  await expect(Server.remote("127.0.0.1", small.port, { patience: 0.1 }).boot()).rejects.toThrow("/notify: no answer in 0.1 s");
  await expect(Server.remote("127.0.0.1", small.port, { transport: "tcp" }).boot()).rejects.toThrow("ECONNREFUSED");
});

test("a local server whose program cannot be started, or ends at once, says so", async () => {
  const { port, close } = await smallUdpServer();
  close();
  await expect(new LocalServer({ port, program: ["no-such-program"] }).boot()).rejects.toThrow("no-such-program could not be started");
  const complaint = [process.execPath, "-e", "console.error('bad flag'); process.exit(3)", "--"];
  await expect(new LocalServer({ port, program: complaint }).boot()).rejects.toThrow(/ended with code 3.*\n {2}bad flag/);
});

test("the default server must be set", () => {
  expect(() => Server.default).toThrow("there is no default server");
  const server = Server.remote("127.0.0.1", 1);
  Server.default = server;
  expect([Server.default, server instanceof Server]).toEqual([server, true]);
});
