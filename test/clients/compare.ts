/// `npm run clients -- compare [--record] [--own] [--console] [NAMES]`: scenarios played to Heddle and to an installed scsynth, live; what they answer differently
/// is printed. `--record` writes scsynth's answers into the scenarios, `--own` Heddle's where they differ; `npm test` plays them to Heddle alone.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { withScratch } from "../../bench/support/measure.ts";
import { hasScsynth, type LiveServer, pause, type ServerKind, startServer, withJack } from "../support/live-servers.ts";
import { differences, parseScenario, ScenarioPlayer, type Step, type Wire, writeScenario } from "../support/scenario.ts";

const folder = new URL("./scenarios/", import.meta.url);

/// Small tables, so that their ends can be reached.
export const scenarioFlags = "-b 8 -n 64 -c 256 -a 64 -i 2 -o 2 -l 4 -D 0".split(" ");

interface Played {
  readonly answers: string[][];
  readonly console: readonly string[];
}

export async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      record: { type: "boolean", default: false },
      own: { type: "boolean", default: false },
      console: { type: "boolean", default: false },
    },
  });
  const kinds: ServerKind[] = hasScsynth() ? ["scsynth", "heddle"] : ["heddle"];
  const names = readdirSync(folder).filter((name) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
  let differing = 0;
  await withJack(async (jack) => {
    for (const name of names) {
      const steps = parseScenario(readFileSync(new URL(name, folder), "utf8"));
      for (const kind of kinds) {
        const port = 57600 + (process.pid % 300);
        const server = await startServer(kind, { port, jack, flags: scenarioFlags });
        const played = await play(server, steps)
          .catch((error: Error) => console.log(`${name} ${kind}: ${error.message}`))
          .finally(() => server.stop());
        if (!played) {
          differing++;
          continue;
        }
        const { answers, console: lines } = played;
        if (kind === "heddle" && values.own)
          writeFileSync(new URL(name, folder), withOwn(readFileSync(new URL(name, folder), "utf8"), answers));
        if (kind === "scsynth" && values.record) writeFileSync(new URL(name, folder), writeScenario(steps, answers));
        const reference = kind === "heddle" || !values.record ? parseScenario(readFileSync(new URL(name, folder), "utf8")) : undefined;
        const found = reference ? differences(reference, answers, kind === "heddle") : [];
        differing += found.length;
        console.log(`${name} ${kind}: ${steps.length - found.length} of ${steps.length} as recorded`);
        for (const text of found) console.log(`  ${text}`);
        if (values.console) console.log(lines.map((line) => `    ${line}`).join("\n"));
      }
    }
  });
  return differing === 0 ? 0 : 1;
}

/// The scenario with Heddle's answers where they are not scsynth's.
function withOwn(text: string, answers: readonly (readonly string[])[]): string {
  const steps = parseScenario(text).map((step, k) => ({
    ...step,
    own: step.recorded.join("\n") === answers[k].join("\n") ? undefined : answers[k],
  }));
  return writeScenario(
    steps,
    steps.map(({ recorded }) => recorded),
  );
}

async function play(server: LiveServer, steps: readonly Step[]): Promise<Played> {
  const clients = [await server.client(), await server.client()];
  const wire: Wire = { send: (client, packet) => clients[client].sendBytes(packet), onPacket: () => {}, quiet: 30 };
  clients.forEach((client, k) => {
    client.onPacket = (packet) => wire.onPacket(k, packet);
  });
  const before = server.lines.length;
  try {
    const answers = await withScratch((scratch) => new ScenarioPlayer(wire, scratch).play(steps));
    await pause(50);
    return { answers, console: server.lines.slice(before) };
  } finally {
    for (const client of clients) client.close();
  }
}
