/// `heddle scsynth -u PORT` as clients meet it: the line they wait for, replies, time tags, the end.
import { encodePacket, oscMessage, timeTag } from "@heddle/core/osc";
import { afterEach, expect, test, vi } from "vitest";
import { parseFlags, type ScsynthFlags } from "../../packages/cli/src/scsynth-flags.ts";
import { serve } from "../../packages/cli/src/serve.ts";
import { UdpClient } from "../support/osc-client.ts";
import { toneBytes } from "../support/tone.ts";

afterEach(() => void vi.restoreAllMocks());

let nextPort = 47000 + (process.pid % 5000) * 2;

/// Milliseconds for a server to start: machines are busy.
const patience = 15_000;

/// A server with these flags, what it printed, and its exit code once it ends.
async function running(flags: string) {
  const port = nextPort++;
  const printed: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  const ended = serve(parseFlags(`-u ${port} ${flags}`.trim().split(" ")) as ScsynthFlags);
  await vi.waitUntil(() => printed.some((line) => line.includes("ready") || line.includes("ERROR")), patience);
  return { port, printed, ended, client: await UdpClient.open(port) };
}

const now = () => 2208988800 + (performance.timeOrigin + performance.now()) / 1000;

test("a session: registration, a definition with its completion message, notifications, quit", async () => {
  const { printed, ended, client } = await running("-D 0 -l 3");
  // What comes before it is about the machine's devices.
  expect(printed.at(-1)).toBe("SuperCollider 3 server ready.\n");
  expect(await client.request(["/notify", 1], "/done")).toEqual(["/done", "/notify", 0, 3]);
  client.send("/d_recv", toneBytes, encodePacket(oscMessage(9, "tone", 1000, 0, 0)));
  expect(await client.take("/n_go")).toEqual(["/n_go", 1000, 0, -1, -1, 0]);
  expect(await client.take("/done")).toEqual(["/done", "/d_recv"]);
  expect((await client.request(["/status"], "/status.reply")).slice(0, 6)).toEqual([
    "/status.reply",
    1,
    expect.any(Number),
    1,
    1,
    expect.any(Number),
  ]);
  client.send("/n_free", 1000);
  expect(await client.take("/n_end")).toEqual(["/n_end", 1000, 0, -1, -1, 0]);
  expect(await client.request(["/quit"], "/done")).toEqual(["/done", "/quit"]);
  expect(await ended).toBe(0);
  client.close();
});

test("bundles wait for their time, /clearSched drops them, a late one is said to be late", async () => {
  const { printed, ended, client } = await running("-D 0");
  const bundle = (at: number, id: number) => client.sendPacket({ time: timeTag(at), packets: [oscMessage("/sync", id)] });
  const start = performance.now();
  bundle(now() + 0.06, 1);
  bundle(now() + 60, 2);
  client.send("/sync", 3);
  expect(await client.take("/synced")).toEqual(["/synced", 3]);
  expect(await client.take("/synced")).toEqual(["/synced", 1]);
  expect(performance.now() - start).toBeGreaterThan(50);
  client.send("/clearSched");
  bundle(now() - 0.5, 4);
  expect(await client.take("/synced")).toEqual(["/synced", 4]);
  expect(printed.at(-1)).toMatch(/^late 0\.[45]\d{8}\n$/);
  client.send("/quit");
  expect(await ended).toBe(0);
  expect(client.replies.filter(([address]) => address === "/synced")).toEqual([]);
  client.close();
});

test("a port in use ends it with scsynth's text and exit code", async () => {
  const first = await running("-D 0");
  nextPort = first.port;
  const second = await running("-D 0");
  expect(await second.ended).toBe(1);
  expect(second.printed.at(-1)).toMatch(/^\n\*\*\* ERROR: failed to open UDP socket: address in use\.\n/);
  first.client.send("/quit");
  await first.ended;
  first.client.close();
  second.client.close();
});
