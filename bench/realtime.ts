/// `npm run bench -- realtime [--seconds N] [--save]`: Heddle and scsynth as servers side by side, on a JACK server of their own without a device: how fast
/// they answer, what they take in, what a thousand synths cost them.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type OscInput, type OscMessage, oscMessage } from "@heddle/core/osc";
import { synthDef } from "@heddle/core/synthdef";
import { Out, SinOsc } from "@heddle/core/ugens";
import { hasScsynth, type LiveServer, pause, type ServerKind, startServer, withJack } from "../test/support/live-servers.ts";
import type { Reply, UdpClient } from "../test/support/osc-client.ts";
import { median, quantile } from "./support/measure.ts";
import { machine, markdownTable, save, table } from "./support/report.ts";

const small = synthDef("small", { freq: 440, amp: 0 }, ({ freq, amp }) => Out.ar(0, SinOsc.ar(freq).mul(amp)));
/// About 1,000 units, 40 kB.
const large = synthDef("large", { freq: 440 }, ({ freq }) =>
  Out.ar(
    0,
    Array.from({ length: 333 }, (_, k) => SinOsc.ar(freq.mul(k + 1)))
      .reduce((sum, partial) => sum.add(partial))
      .mul(0.001),
  ),
);

interface Row {
  readonly what: string;
  /// What the issue asks of Heddle.
  readonly wanted: string;
  measure(server: LiveServer, client: UdpClient): Promise<string>;
}

const rounds = 400;

/// Median and 99th percentile of the time from a message to its reply, in milliseconds.
async function roundTrips(
  client: UdpClient,
  times: number,
  message: (k: number) => [string, ...OscInput[]],
  reply: (k: number) => Reply,
): Promise<string> {
  const taken: number[] = [];
  for (let k = 0; k < times; k++) {
    const start = performance.now();
    await client.request(message(k), reply(k));
    taken.push(performance.now() - start);
    // Not in step with the device's periods.
    await pause((k * 7) % 5);
  }
  return `${median(taken).toFixed(2)} / ${quantile(taken, 0.99).toFixed(2)}`;
}

/// Thousands of /n_set a second that the server has carried out, sent as `packet` makes them of a number of messages.
async function throughput(client: UdpClient, batch: number, send: (messages: OscMessage[]) => void): Promise<string> {
  const seconds = 2;
  const start = performance.now();
  let count = 0;
  // As many are under way as the reply to a /sync behind each batch allows.
  for (let sync = 1; performance.now() - start < 1000 * seconds; sync++) {
    send(Array.from({ length: batch }, (_, k) => oscMessage("/n_set", 1000, "freq", 200 + ((count + k) % 400))));
    await client.request(["/sync", sync], ["/synced", sync]);
    count += batch;
  }
  return `${(count / (performance.now() - start)).toFixed(1)} k/s`;
}

async function loadOf(client: UdpClient): Promise<string> {
  for (let first = 0; first < 1000; first += 100) {
    const packets = Array.from({ length: 100 }, (_, k) => oscMessage("/s_new", "small", 10_000 + first + k, 1, 0, "freq", 200 + first + k));
    client.sendPacket({ time: { seconds: 0, fraction: 1 }, packets });
    await client.request(["/sync", first], ["/synced", first]);
  }
  await pause(3000);
  const loads: number[] = [];
  for (let k = 0; k < 10; k++) {
    loads.push((await client.request(["/status"], "/status.reply"))[6] as number);
    await pause(100);
  }
  client.send("/g_freeAll", 0);
  return `${median(loads).toFixed(1)} %`;
}

const rows: readonly Row[] = [
  { what: "boot to the first /status.reply, ms", wanted: "<= 400", measure: async ({ boot }) => boot.toFixed(0) },
  {
    what: "/sync, ms",
    wanted: "not above",
    measure: (_, client) =>
      roundTrips(
        client,
        rounds,
        (k) => ["/sync", k],
        (k) => ["/synced", k],
      ),
  },
  {
    what: "/status, ms",
    wanted: "not above",
    measure: (_, client) =>
      roundTrips(
        client,
        rounds,
        () => ["/status"],
        () => ["/status.reply"],
      ),
  },
  {
    what: "/d_recv, 3 units, ms",
    wanted: "<= 3",
    measure: (_, client) =>
      roundTrips(
        client,
        100,
        () => ["/d_recv", small.bytes()],
        () => ["/done", "/d_recv"],
      ),
  },
  {
    what: `/d_recv, ${large.graph.units.length} units of ${Math.round(large.bytes().length / 1000)} kB, ms`,
    wanted: "<= 15",
    measure: (_, client) =>
      roundTrips(
        client,
        40,
        () => ["/d_recv", large.bytes()],
        () => ["/done", "/d_recv"],
      ),
  },
  {
    what: "/s_new to /n_go, ms",
    wanted: "not above",
    measure: (_, client) =>
      roundTrips(
        client,
        rounds,
        (k) => ["/s_new", "small", 2000 + k, 0, 0],
        (k) => ["/n_go", 2000 + k],
      ),
  },
  {
    what: "/n_set, closed loop",
    wanted: ">= 40 k/s",
    measure: async (_, client) => {
      client.send("/g_freeAll", 0);
      client.send("/s_new", "small", 1000, 0, 0);
      return throughput(client, 200, (messages) => messages.forEach((message) => void client.sendPacket(message)));
    },
  },
  {
    what: "/n_set, in bundles of 100",
    wanted: ">= 70 k/s",
    measure: (_, client) => throughput(client, 100, (packets) => client.sendPacket({ time: { seconds: 0, fraction: 1 }, packets })),
  },
  { what: "load of 1,000 sine synths", wanted: "not above", measure: (_, client) => loadOf(client) },
  { what: "memory after all that, MB", wanted: "", measure: async ({ pid }) => residentMegabytes(pid) },
];

function residentMegabytes(pid: number): string {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+)/m) ?? [];
  return (Number(kilobytes) / 1024).toFixed(0);
}

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { save: { type: "boolean", default: false } } });
  const kinds: ServerKind[] = hasScsynth() ? ["heddle", "scsynth"] : ["heddle"];
  const port = 57400 + (process.pid % 90);
  const results = rows.map(({ what, wanted }) => [what, wanted]);
  await withJack(async (jack) => {
    console.log(
      `${machine()}\n${jack ? "jackd, dummy driver, 64 frames at 48 kHz" : "no JACK: the system's clock"}; median / 99th percentile\n`,
    );
    for (const kind of kinds) {
      const server = await startServer(kind, { port, jack, flags: ["-i", "2", "-o", "2", "-n", "4096", "-m", "65536", "-D", "0"] });
      const client = await server.client();
      try {
        await client.request(["/notify", 1], "/done");
        for (const [k, row] of rows.entries()) results[k].push(await row.measure(server, client));
      } finally {
        client.close();
        await server.stop();
      }
    }
  });
  const titles = ["measure", "wanted of Heddle", ...kinds];
  console.log(table(titles, results));
  if (values.save)
    save("realtime", {
      data: { kinds, results },
      page: markdownTable(titles, results),
      line: `/sync ${results[1].slice(2).join(", scsynth ")} ms`,
    });
  return 0;
}
