/// `npm run bench -- sc [NAMES] [--runs N] [--dir PATH] [--save]`: whole scores through Heddle and scsynth, alternately: processor time and memory.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { geometricMean, withScratch } from "./support/measure.ts";
import { type Player, players, type Rendering, renderInTurns, sameLevel } from "./support/players.ts";
import { type Cell, machine, markdownTable, save, table } from "./support/report.ts";

/// One record of the folder's manifest.json.
interface Workload {
  readonly name: string;
  /// Of sound.
  readonly seconds: number;
  /// Arguments for both programs.
  readonly options: readonly string[];
  /// Synths that sound at once, on average.
  readonly voices?: number;
}

interface Result {
  readonly workload: Workload;
  /// Of each player.
  readonly renderings: readonly Rendering[];
}

export async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "5" },
      dir: { type: "string", default: "../shared/bench/sc" },
      save: { type: "boolean", default: false },
    },
  });
  const folder = resolve(values.dir);
  const workloads = readWorkloads(folder).filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)));
  const all = players();
  console.log(`${machine()}\n${all.map(({ name, version }) => `${name} ${version}`).join(", ")}; medians of ${values.runs} runs\n`);
  const results: Result[] = [];
  for (const workload of workloads) {
    const score = join(folder, "scores", `${workload.name}.osc`);
    const renderings = await withScratch((scratch) => renderInTurns(all, score, workload.options, Number(values.runs), scratch));
    results.push({ workload, renderings });
    console.log(
      table(titles(all), [row(results.at(-1)!)])
        .split("\n")
        .slice(results.length > 1 ? 1 : 0)
        .join("\n"),
    );
    console.log(everyRun(all, renderings));
  }
  const sound = results.filter(({ renderings: [own, peer] }) => peer === undefined || sameLevel(own.rms, peer.rms));
  const ratios = sound.filter(({ renderings }) => renderings.length === 2).map(ratio);
  const verdict = `${sound.length} of ${results.length} sound alike${ratios.length > 0 ? `; geometric mean of the ratios ${geometricMean(ratios).toFixed(2)}` : ""}`;
  console.log(`\n${verdict}`);
  if (values.save) {
    const page = `${all.map(({ name, version }) => `${name} ${version}`).join(", ")}; medians of ${values.runs} runs.\n\n${markdownTable(titles(all), results.map(row))}\n\n${verdict}`;
    save("sc", { data: { players: all.map(({ name, version }) => ({ name, version })), results }, page, line: verdict });
  }
  return sound.length === results.length && results.length > 0 ? 0 : 1;
}

function readWorkloads(folder: string): Workload[] {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) throw new Error(`${folder} has no manifest.json: say where the scores are with --dir`);
  return JSON.parse(readFileSync(manifest, "utf8")) as Workload[];
}

/// How many times less processor time Heddle takes.
const ratio = ({ renderings: [own, peer] }: Result): number => (peer === undefined ? Number.NaN : peer.cost.cpu / own.cost.cpu);

const everyRun = (all: readonly Player[], renderings: readonly Rendering[]): string =>
  renderings.map(({ runs }, i) => `  ${all[i].name} ${runs.map(({ cpu }) => cpu.toFixed(2)).join(" ")}`).join("\n");

const titles = (all: readonly Player[]): string[] => [
  "workload".padEnd(26),
  ...all.flatMap(({ name }) => [`${name} CPU s`, `${name} MB`]),
  "ratio",
  "x real time",
  "ns/voice/sample",
  "level",
];

function row(result: Result): Cell[] {
  const { workload, renderings } = result;
  const [own, peer] = renderings;
  const { cpu } = own.cost;
  return [
    workload.name,
    ...renderings.flatMap(({ cost }) => [cost.cpu, cost.memory]),
    ratio(result),
    workload.seconds / cpu,
    workload.voices === undefined ? Number.NaN : (cpu * 1e9) / (workload.seconds * 48000 * workload.voices),
    peer === undefined || sameLevel(own.rms, peer.rms) ? "same" : `${own.rms.toPrecision(4)}, not ${peer.rms.toPrecision(4)}`,
  ];
}
