/// A server with its threads, driven by the system's clock: the way from packets to replies. Runs the threads as they were built last.

import { decodePacket, encodePacket, type OscInput, type OscMessage, type OscPacket, oscMessage, timeTag } from "@heddle/core/osc";
import { synthDef, writeSynthDefs } from "@heddle/core/synthdef";
import { Out, SinOsc } from "@heddle/core/ugens";
import { startServer } from "@heddle/node";
import { afterAll, expect, test } from "vitest";

/// A client that keeps what it is told, and waits for it.
class TestClient {
  readonly name = "test";
  readonly received: OscMessage[] = [];
  private waiting: (() => void)[] = [];

  send(packet: Uint8Array): void {
    const message = decodePacket(packet);
    if (!("packets" in message)) this.received.push(message);
    for (const wake of this.waiting.splice(0)) wake();
  }

  /// The first message to come that begins like this.
  async next(address: string, ...args: OscInput[]): Promise<OscMessage> {
    const isIt = (message: OscMessage) => message.address === address && args.every((arg, k) => message.args[k] === arg);
    for (;;) {
      const at = this.received.findIndex(isIt);
      if (at >= 0) return this.received.splice(at, 1)[0];
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}

const posted: string[] = [];
const server = await startServer({
  cwd: "/",
  allow: [],
  post: (text) => posted.push(text),
  engine: { outputs: 2, inputs: 2 },
  device: { kind: "clock" },
});
const client = new TestClient();
const perform = (packet: OscPacket) => server.receive(encodePacket(packet), client);
const send = (address: string, ...args: OscInput[]) => perform(oscMessage(address, ...args));
const definition = (name: string) => writeSynthDefs([synthDef(name, { freq: 440 }, ({ freq }) => Out.ar(0, SinOsc.ar(freq))).graph]);

afterAll(() => server.stop());

test("a synth of a definition that has just been sent waits for it", async () => {
  send("/notify", 1);
  await client.next("/done", "/notify");
  send("/d_recv", definition("sine"));
  send("/s_new", "sine", 1000, 0, 0, "freq", 220);
  expect((await client.next("/n_go", 1000)).args).toEqual([1000, 0, -1, -1, 0]);
  send("/s_get", 1000, "freq");
  expect((await client.next("/n_set")).args).toEqual([1000, "freq", 220]);
});

test("sync answers when what came before is done", async () => {
  send("/b_alloc", 5, 1 << 20, 2);
  send("/sync", 7);
  await client.next("/synced", 7);
  expect(client.received.map(({ address, args }) => [address, ...args])).toContainEqual(["/done", "/b_alloc", 5]);
});

test("late bundles are carried out at once and counted", async () => {
  perform({ time: timeTag(Date.now() / 1000 + 2_208_988_800 - 1), packets: [oscMessage("/n_set", 1000, "freq", 330)] });
  // It waits for the next block; what comes without a time does not.
  send("/b_alloc", 6, 1, 1);
  await client.next("/done", "/b_alloc", 6);
  send("/s_get", 1000, "freq");
  await client.next("/n_set", 1000, "freq", 330);
  expect(posted.some((line) => line.startsWith("late 1.") || line.startsWith("late 0.9"))).toBe(true);
});

test("bundles wait for their time", async () => {
  const ntp = Date.now() / 1000 + 2_208_988_800;
  perform({ time: timeTag(ntp + 0.1), packets: [oscMessage("/n_free", 1000)] });
  send("/sync", 8);
  await client.next("/synced", 8);
  expect(client.received.some(({ address }) => address === "/n_end")).toBe(false);
  await client.next("/n_end", 1000);
});

test("/quit ends it", async () => {
  send("/quit");
  await client.next("/done", "/quit");
  await server.ended;
});
