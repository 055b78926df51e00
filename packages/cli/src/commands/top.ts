/// `heddle top`: a live view of a server: load, memory, levels, what was late, and the tree.
import { connectUdp } from "@heddle/node";
import type { Command } from "commander";
import { type Ask, describeServer } from "../top.ts";

/// Goes home and clears what is below.
const clear = "\u001b[H\u001b[J";
/// Milliseconds until a server that does not answer is given up.
const patience = 3000;

export function register(program: Command): void {
  program
    .command("top")
    .description("watch a server that plays: load, memory, levels, late bundles, tree")
    .option("-p, --port <port>", "UDP port", "57110")
    .option("--host <host>", "host", "127.0.0.1")
    .option("-i, --interval <seconds>", "between looks", "0.5")
    .option("--once", "print it once and end")
    .action(async ({ port, host, interval, once }: { port: string; host: string; interval: string; once?: boolean }) => {
      try {
        await watch(host, Number(port), once ? undefined : 1000 * Number(interval));
      } catch (error) {
        console.error(error instanceof Error ? error.message : String(error));
        process.exitCode = 1;
      }
    });
}

/// Until it is interrupted; once where there is no interval.
async function watch(host: string, port: number, interval: number | undefined): Promise<void> {
  const connection = await connectUdp(host, port);
  const waiting = new Map<string, (message: Parameters<typeof connection.onMessage>[0]) => void>();
  connection.onMessage = (message) => waiting.get(message[0])?.(message);
  const ask: Ask = (message, reply) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${host}:${port} does not answer ${message[0]}: is it a Heddle server?`)), patience);
      waiting.set(reply, (answer) => {
        clearTimeout(timer);
        waiting.delete(reply);
        resolve(answer);
      });
      connection.send([message]);
    });
  let watching = interval !== undefined;
  process.once("SIGINT", () => {
    watching = false;
  });
  try {
    do {
      const view = await describeServer(ask, process.stdout.columns ?? 120, process.stdout.rows ?? 60);
      process.stdout.write(`${interval === undefined ? "" : clear}${view}\n`);
      if (watching) await new Promise((resolve) => setTimeout(resolve, interval));
    } while (watching);
  } finally {
    connection.close();
  }
}
