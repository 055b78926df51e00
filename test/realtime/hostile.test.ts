/// Inputs that make scsynth crash or hang, and damaged ones: a server that plays must answer, play on, and keep its memory. Runs the threads as they were
/// built last.
import { readFileSync } from "node:fs";
import { startServer } from "@heddle/node";
import { expect, test } from "vitest";
import { attackedEngine, hostilePacket, packetsOf, Watch } from "../support/attack.ts";
import { randomStream } from "../support/mutate.ts";
import { DirectClient } from "../support/osc-client.ts";

const cases = packetsOf(readFileSync(new URL("./hostile/messages.osc.txt", import.meta.url), "utf8"));

async function attacked<T>(attack: (client: DirectClient, watch: Watch) => Promise<T>): Promise<T> {
  const server = await startServer({ engine: attackedEngine, device: { kind: "clock" }, cwd: "/", allow: [], post: () => {} });
  try {
    const client = new DirectClient(server);
    const watch = new Watch(client);
    await watch.begin();
    return await attack(client, watch);
  } finally {
    await server.stop();
  }
}

test(`none of ${cases.length} hostile messages does any harm`, async () => {
  expect(cases.length).toBeGreaterThan(140);
  await attacked(async (client, watch) => {
    client.send("/s_new", "sine", 2000, 0, 0);
    for (const { line, packet } of cases) {
      client.sendBytes(packet);
      await watch.look(line);
    }
  });
});

test("damaged packets and definitions do no harm", async () => {
  await attacked(async (client, watch) => {
    const random = randomStream(1956);
    const seeds = cases.map(({ packet }) => packet).filter((packet) => packet.length > 8);
    for (let k = 0; k < 200; k++) {
      client.sendBytes(hostilePacket(random, seeds));
      if (k % 20 === 19) await watch.look(`packet ${k} of seed 1956`);
    }
    expect(watch.restarts).toBeLessThan(20);
  });
});
