/// What a run of a program costs: processor time of the whole process and its peak memory.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Cost {
  /// User and system time in seconds.
  readonly cpu: number;
  /// Wall time in seconds.
  readonly wall: number;
  /// Peak resident memory in MB; NaN where the system does not tell.
  readonly memory: number;
}

/// How often the kernel's high-water mark is read, in milliseconds. It only rises, so the last reading is the peak but for this long.
const memoryEvery = 10;

/// Runs `command` to its end. Throws with its last line when it fails. Needs a POSIX shell, whose `times` counts the processor time of its children.
export async function measure(command: readonly string[], cwd?: string): Promise<Cost> {
  const started = performance.now();
  const shell = spawn("sh", ["-c", '"$@"; code=$?; echo; times; exit $code', "sh", ...command], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let memory = Number.NaN;
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (chunk) => (text += chunk));
  const watch = setInterval(() => (memory = peakOfChild(shell.pid!) ?? memory), memoryEvery);
  const code = await new Promise<number>((resolve, reject) => {
    shell.on("error", reject);
    shell.on("close", (status) => resolve(status ?? 1));
  }).finally(() => clearInterval(watch));
  const wall = (performance.now() - started) / 1000;
  const lines = text.trimEnd().split("\n");
  const children = lines.pop()?.match(/(\d+)m([\d.]+)s\s+(\d+)m([\d.]+)s/);
  if (code !== 0 || !children)
    throw new Error(`${command.join(" ")}: exit code ${code}: ${lines.slice(0, -1).join(" ").trim().slice(-300)}`);
  const [userMinutes, user, systemMinutes, system] = children.slice(1).map(Number);
  return { cpu: 60 * (userMinutes + systemMinutes) + user + system, wall, memory };
}

/// Of the shell's only child, from Linux's /proc.
function peakOfChild(shell: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").split(" ");
    const [, kilobytes] = readFileSync(`/proc/${child}/status`, "utf8").match(/^VmHWM:\s+(\d+)/m) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

/// Medians of each part.
export function medianCost(costs: readonly Cost[]): Cost {
  const of = (part: keyof Cost) => median(costs.map((cost) => cost[part]));
  return { cpu: of("cpu"), wall: of("wall"), memory: of("memory") };
}

/// The middle value; of an even number of values the higher of the two in the middle.
export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/// Gives `use` a folder that is removed afterwards.
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "heddle-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
