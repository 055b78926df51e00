/// `npm run clients -- sclang [--scsynth]`: sclang boots Heddle as its server and plays the session of `sclang/session.scd`; everything the session
/// checks must hold. `--scsynth` plays it to scsynth instead.
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { withScratch } from "../../bench/support/measure.ts";
import { heddleCommand, withJack } from "../support/live-servers.ts";

/// Seconds that the session may take.
const patience = 90;

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { scsynth: { type: "boolean", default: false }, print: { type: "boolean", default: false } },
  });
  if (spawnSync("sclang", ["-v"]).error) {
    console.log("sclang: not installed (Debian: supercollider-language), nothing was played");
    return 0;
  }
  const server = values.scsynth ? "scsynth" : [process.execPath, ...heddleCommand.slice(1)].join(" ");
  const text = await withJack((jack) => withScratch((folder) => play(folder, server, jack)));
  if (values.print) console.log(text);
  const checks = [...text.matchAll(/^CHECK (ok|FAILED) (.*)$/gm)];
  for (const [, verdict, what] of checks) console.log(`${verdict.padEnd(7)}${what}`);
  const failed = checks.filter(([, verdict]) => verdict === "FAILED").length;
  const late = text.match(/^late .*$/gm)?.length ?? 0;
  const complete = /^CHECK done$/m.test(text);
  console.log(
    `sclang: ${checks.length - failed} of ${checks.length} hold, ${late} late messages${complete ? "" : "; the session did not end"}`,
  );
  if (!complete) console.log(text.split("\n").slice(-30).join("\n"));
  return complete && failed === 0 ? 0 : 1;
}

/// All that sclang posts.
function play(folder: string, server: string, jack: string | undefined): Promise<string> {
  const script = fileURLToPath(new URL("./sclang/session.scd", import.meta.url));
  const environment = {
    ...process.env,
    // sclang is a Qt program; it needs no screen, and no sandbox where it runs as root.
    QT_QPA_PLATFORM: "offscreen",
    QTWEBENGINE_DISABLE_SANDBOX: "1",
    ...(jack ? { JACK_DEFAULT_SERVER: jack, JACK_NO_START_SERVER: "1" } : {}),
    HEDDLE_CLIENT_FOLDER: folder,
    HEDDLE_CLIENT_SERVER: server,
    HEDDLE_CLIENT_PORT: String(57300 + (process.pid % 500)),
  };
  return new Promise((resolve, reject) => {
    const sclang = spawn("sclang", [script], { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
    let text = "";
    for (const stream of [sclang.stdout, sclang.stderr]) stream.on("data", (chunk) => (text += chunk));
    // The server that sclang started belongs to its group and ends with it.
    const timer = setTimeout(() => process.kill(-sclang.pid!, "SIGKILL"), patience * 1000);
    sclang.on("error", reject);
    sclang.on("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}
