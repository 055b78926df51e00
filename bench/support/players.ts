/// The programs that render scores: Heddle, and scsynth where it is installed, measured in turns with the same arguments.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "@heddle/core";
import { openSoundFile } from "@heddle/node";
import { type Cost, measure, medianCost } from "./measure.ts";

export interface Player {
  readonly name: "heddle" | "scsynth";
  readonly version: string;
  readonly command: readonly string[];
}

const heddle: Player = {
  name: "heddle",
  version,
  command: [process.execPath, fileURLToPath(new URL("../../packages/cli/bin/heddle.mjs", import.meta.url)), "scsynth"],
};

/// Heddle first.
export function players(): Player[] {
  const { stdout, error } = spawnSync("scsynth", ["-v"], { encoding: "utf8" });
  const installed = error ? undefined : stdout.match(/scsynth (\S+)/)?.[1];
  return installed === undefined ? [heddle] : [heddle, { name: "scsynth", version: installed, command: ["scsynth"] }];
}

export interface Rendering {
  /// Each run in turn, and their median.
  readonly runs: readonly Cost[];
  readonly cost: Cost;
  /// Of all samples of the output.
  readonly rms: number;
}

/// Renders `score` `runs` times with every player, alternately, at 48 kHz into float samples.
export async function renderInTurns(
  all: readonly Player[],
  score: string,
  options: readonly string[],
  runs: number,
  scratch: string,
): Promise<Rendering[]> {
  const costs = all.map((): Cost[] => []);
  const output = (player: Player) => join(scratch, `${player.name}.wav`);
  for (let run = 0; run < runs; run++) {
    for (const [i, player] of all.entries()) {
      costs[i].push(await measure([...player.command, "-N", score, "_", output(player), "48000", "WAV", "float", ...options], scratch));
    }
  }
  return all.map((player, i) => ({ runs: costs[i], cost: medianCost(costs[i]), rms: rmsOf(output(player)) }));
}

function rmsOf(path: string): number {
  const file = openSoundFile(path);
  const chunk = new Float32Array(4096 * file.channels);
  let sum = 0;
  for (let frame = 0; frame < file.frames; frame += 4096) {
    const count = file.read(chunk, frame, 4096) * file.channels;
    for (let i = 0; i < count; i++) sum += chunk[i] ** 2;
  }
  file.close();
  return Math.sqrt(sum / Math.max(1, file.frames * file.channels));
}

/// Levels that differ by less than a hundredth, where both are numbers, count as the same sound.
export const sameLevel = (a: number, b: number): boolean => Math.abs(a - b) <= 0.01 * Math.max(a, b) + 1e-6;
