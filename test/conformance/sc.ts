/// `npm run conformance -- sc [--dir PATH] [--category NAME] [--only REGEX] [--failures] [--with PROGRAM]`: renders every score of a folder
/// of scsynth's renderings and compares the audio.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openSoundFile, renderScore } from "@heddle/node";
import { type Audio, type Comparison, compareAudio, type Verdict } from "../support/compare-audio.ts";

/// One record of the folder's manifest.json.
interface Entry {
  name: string;
  category: string;
  score: string;
  wav: string;
  rate: number;
  blocksize: number;
  channels: number;
  compare: Comparison;
}

/// Writes `output`; gives what was posted to the console meanwhile.
type Render = (entry: Entry, folder: string, output: string) => Promise<string[]>;

/// In this process, with the options that made the folder.
const renderHere: Render = async ({ score, rate, blocksize, channels }, folder, output) => {
  const posted: string[] = [];
  await renderScore({
    score: join(folder, score),
    output,
    sampleRate: rate,
    header: "WAV",
    format: "float",
    outputs: channels,
    inputs: 0,
    blockSize: blocksize,
    memorySize: 65536,
    cwd: folder,
    post: (text) => posted.push(text),
  });
  return posted;
};

/// By another program that takes scsynth's arguments.
const renderWith =
  (program: string): Render =>
  async ({ score, rate, blocksize, channels }, folder, output) => {
    const [command, ...before] = program.split(" ");
    const flags = ["-o", channels, "-i", 0, "-z", blocksize, "-D", 0, "-R", 0, "-m", 65536].map(String);
    const run = spawnSync(command, [...before, "-N", score, "_", output, String(rate), "WAV", "float", ...flags], {
      cwd: folder,
      encoding: "utf8",
    });
    if (run.error) throw run.error;
    if (!existsSync(output))
      throw new Error(`no output (exit code ${run.status}): ${(run.stderr || run.stdout).trim().split("\n").at(-1)}`);
    return [];
  };

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      dir: { type: "string", default: "../shared/oracles/sc" },
      category: { type: "string" },
      only: { type: "string" },
      with: { type: "string" },
      failures: { type: "boolean", default: false },
    },
  });
  const folder = resolve(values.dir);
  const only = new RegExp(values.only ?? "");
  const entries = readEntries(folder).filter(({ name, category }) => only.test(name) && (values.category ?? category) === category);
  const render = values.with === undefined ? renderHere : renderWith(values.with);
  const scratch = mkdtempSync(join(tmpdir(), "heddle-conformance-"));
  const verdicts = new Map<Entry, Verdict>();
  try {
    for (const entry of entries) verdicts.set(entry, await judge(entry, folder, join(scratch, `${entry.name}.wav`), render));
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return report(verdicts, values.failures);
}

function readEntries(folder: string): Entry[] {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) throw new Error(`${folder} has no manifest.json: say where the scores are with --dir`);
  return JSON.parse(readFileSync(manifest, "utf8")) as Entry[];
}

async function judge(entry: Entry, folder: string, output: string, render: Render): Promise<Verdict> {
  try {
    const [complaint] = await render(entry, folder, output);
    const verdict = compareAudio(readAudio(output), readAudio(join(folder, entry.wav)), entry.compare);
    return verdict.pass || complaint === undefined ? verdict : { ...verdict, reason: `${complaint.split("\n")[0]}; ${verdict.reason}` };
  } catch (error) {
    return { pass: false, error: Infinity, frame: 0, channel: 0, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(output, { force: true });
  }
}

function readAudio(path: string): Audio {
  const file = openSoundFile(path);
  const samples = new Float32Array(file.frames * file.channels);
  file.read(samples, 0, file.frames);
  file.close();
  return { channels: file.channels, samples };
}

function report(verdicts: Map<Entry, Verdict>, failuresOnly: boolean): number {
  const tally = new Map<string, { passed: number; total: number }>();
  let passed = 0;
  for (const [{ name, category, compare }, verdict] of verdicts) {
    const counts = tally.get(category) ?? { passed: 0, total: 0 };
    tally.set(category, counts);
    counts.total++;
    if (verdict.pass) {
      counts.passed++;
      passed++;
    } else {
      console.log(`FAIL ${category} / ${name}: ${describe(verdict, compare)}`);
    }
  }
  if (!failuresOnly) {
    const width = Math.max(0, ...[...tally.keys()].map((category) => category.length));
    for (const [category, counts] of [...tally].sort()) {
      console.log(`${category.padEnd(width)} ${String(counts.passed).padStart(4)} / ${counts.total}`);
    }
  }
  console.log(`${passed} passed, ${verdicts.size - passed} failed`);
  return passed === verdicts.size && passed > 0 ? 0 : 1;
}

function describe({ error, frame, channel, reason }: Verdict, { mode, max_abs }: Comparison): string {
  const text = reason.split("\n")[0];
  if (error === Infinity || mode === "statistical") return text;
  return `${text}; largest error ${error.toPrecision(3)} at frame ${frame}, channel ${channel}${max_abs ? ` (${(error / max_abs).toPrecision(3)} x the tolerance)` : ""}`;
}
