/// Heddle and scsynth as running servers, for tools that compare them: each in a process of its own, on a JACK server of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UdpClient } from "./osc-client.ts";

export const heddleCommand: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL("../../packages/cli/bin/heddle.mjs", import.meta.url)),
  "scsynth",
];

export type ServerKind = "heddle" | "scsynth";

/// True when scsynth is installed.
export const hasScsynth = (): boolean => !spawnSync("scsynth", ["-v"]).error;
const hasJack = (): boolean => !spawnSync("jackd", ["--version"]).error;

/// Gives `use` the name of a private JACK server without a device, 48 kHz and `frames` a cycle; undefined where JACK is not installed.
export async function withJack<T>(use: (name: string | undefined) => Promise<T>, frames = 64): Promise<T> {
  if (!hasJack()) return use(undefined);
  const name = `heddle-test-${process.pid}`;
  const jack = spawn("jackd", ["-n", name, "-d", "dummy", "-r", "48000", "-p", String(frames)], { stdio: "ignore" });
  try {
    await pause(800);
    return await use(name);
  } finally {
    await ended(jack, () => jack.kill());
  }
}

export interface LiveServer {
  readonly kind: ServerKind;
  readonly port: number;
  readonly pid: number;
  /// Milliseconds from the start of the process to its first answer.
  readonly boot: number;
  /// Lines on its console so far.
  readonly lines: string[];
  client(): Promise<UdpClient>;
  /// False once the process has ended.
  alive(): boolean;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly port: number;
  readonly jack?: string;
  readonly flags?: readonly string[];
  /// The folder that it works in.
  readonly cwd?: string;
}

/// Milliseconds in which a server must answer for the first time.
const bootPatience = 15_000;
const pollEvery = 4;

/// Starts a server and waits for its first answer.
export async function startServer(kind: ServerKind, { port, jack, flags = [], cwd }: StartOptions): Promise<LiveServer> {
  const [program, ...args] = kind === "heddle" ? heddleCommand : ["scsynth"];
  const started = performance.now();
  const child = spawn(program, [...args, "-u", String(port), ...flags], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(jack ? { JACK_DEFAULT_SERVER: jack, JACK_NO_START_SERVER: "1" } : {}) },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => lines.push(...String(chunk).trimEnd().split("\n")));
  const alive = () => child.exitCode === null && child.signalCode === null;
  const stop = () => ended(child, () => child.kill("SIGTERM"));
  const probe = await UdpClient.open(port);
  try {
    while (!(await answers(probe))) {
      if (!alive() || performance.now() - started > bootPatience) {
        await stop();
        throw new Error(`${kind} did not start: ${lines.join(" ").slice(-500)}`);
      }
    }
  } finally {
    probe.close();
  }
  return { kind, port, pid: child.pid!, boot: performance.now() - started, lines, client: () => UdpClient.open(port), alive, stop };
}

async function answers(probe: UdpClient): Promise<boolean> {
  probe.send("/status");
  return (await probe.take("/status.reply", pollEvery)) !== undefined;
}

/// Resolves when the process is gone, by force if it must be.
async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  end();
  const force = setTimeout(() => child.kill("SIGKILL"), 3000);
  await gone;
  clearTimeout(force);
}

export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
