/// `npm run fuzz -- server [SECONDS]`: damaged packets and definitions to a server that plays, over UDP. It must keep answering `/status`, keep playing a
/// reference tone without a gap, and keep its memory.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readScore } from "@heddle/core/osc";
import { attackedFlags, hostilePacket, packetsOf, Watch } from "../support/attack.ts";
import { startServer } from "../support/live-servers.ts";
import { randomStream } from "../support/mutate.ts";

const home = new URL("../", import.meta.url);
/// Packets between looks at the server.
const volley = 100;
/// Megabytes that the server may grow by: V8 takes what it likes before it collects.
const mostGrowth = 400;

/// Hostile messages, and bundles as musicians send them.
function seedPackets(): Uint8Array[] {
  const hostile = packetsOf(readFileSync(new URL("realtime/hostile/messages.osc.txt", home), "utf8")).map(({ packet }) => packet);
  const scores = readdirSync(new URL("fixtures/sc/scores/", home)).filter((_, k) => k % 8 === 0);
  const bundles = scores.flatMap((name) => {
    const bytes = readFileSync(new URL(`fixtures/sc/scores/${name}`, home));
    return [...readScore(bytes)].map(({ position, size }) => bytes.subarray(position + 4, position + 4 + size));
  });
  return [...hostile, ...bundles].filter((packet) => packet.length > 8);
}

export async function main(args: string[]): Promise<number> {
  const seconds = Number(args[0] ?? 600);
  const seed = Number(args[1] ?? Date.now() | 0);
  const random = randomStream(seed);
  const seeds = seedPackets();
  const cwd = mkdtempSync(join(tmpdir(), "heddle-fuzz-"));
  const server = await startServer("heddle", { cwd, port: 57500 + (process.pid % 90), flags: attackedFlags });
  const client = await server.client();
  const watch = new Watch(client);
  const end = performance.now() + 1000 * seconds;
  let count = 0;
  let settled = 0;
  try {
    await watch.begin();
    for (; performance.now() < end; count += volley) {
      for (let k = 0; k < volley; k++) client.sendBytes(hostilePacket(random, seeds));
      await watch.look(`packet ${count + volley} of seed ${seed}`);
      if (count === 100 * volley) settled = residentMegabytes(server.pid);
    }
    const resident = residentMegabytes(server.pid);
    console.log(
      `${count} hostile packets in ${seconds} s (seed ${seed}): answered within ${watch.slowest.toFixed(0)} ms, no gap in the tone ` +
        `(ended by a command and started again ${watch.restarts} times), ${resident} MB resident, ${settled} after the first ${100 * volley} packets`,
    );
    return settled > 0 && resident - settled > mostGrowth ? 1 : 0;
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : error}; ${server.alive() ? "the server lives" : "the server is gone"}, seed ${seed}`,
    );
    console.error(server.lines.slice(-5).join("\n"));
    return 1;
  } finally {
    client.close();
    await server.stop();
    rmSync(cwd, { recursive: true });
  }
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+)/m) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
