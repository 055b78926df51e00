/// `npm run bench -- ugens [NAMES] [--family NAME] [--runs N] [--save]`: each audio-rate unit generator alone, 64 instances of the line that its reference
/// shows for 10 s, beside scsynth with the same definition and score. Of both programs the time that the same score takes without
/// synths is taken away: starting, compiling and writing silence, which the benches `sc` and `compile` measure.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { scoreOf } from "../docs/generate/ugen-lines.ts";
import { builtins, type UGen } from "../packages/core/src/ugens/index.ts";
import { geometricMean, withScratch } from "./support/measure.ts";
import { type Player, players, type Rendering, renderInTurns, sameLevel } from "./support/players.ts";
import { type Cell, machine, markdownTable, save, table } from "./support/report.ts";

const instances = 64;
const seconds = 10;
const options = ["-o", "2", "-i", "0", "-m", "65536"];
/// Seconds of processor time that a shell's clock does not tell apart.
const resolution = 0.015;

/// Families that talk to somebody, or that need files, hands or buses of others.
const otherFamilies = /replies|buses|controls|interaction|info|node control/;
const others = new Set(["DiskIn", "DiskOut", "VDiskIn", "ScopeOut", "ScopeOut2", "Dpoll"]);

const isMeasured = ({ name, face }: UGen): boolean =>
  (/\bar\b|\bdr\b/.test(face.rates ?? "ar kr") || face.family === "spectral") &&
  !otherFamilies.test(face.family ?? "") &&
  !others.has(name);

interface Row {
  readonly name: string;
  readonly heddle: number;
  readonly scsynth: number;
  readonly ratio: number;
  readonly level: string;
}

/// Processor time of each program without what the score takes without synths.
function rowOf({ name }: UGen, [own, peer]: readonly Rendering[], [ownIdle, peerIdle]: readonly Rendering[]): Row {
  const net = (full: Rendering, idle: Rendering) => Math.max(full.cost.cpu - idle.cost.cpu, 0);
  const heddle = net(own, ownIdle);
  if (peer === undefined) return { name, heddle, scsynth: Number.NaN, ratio: Number.NaN, level: "" };
  const scsynth = net(peer, peerIdle);
  const level = sameLevel(own.rms, peer.rms) ? "same" : `${own.rms.toPrecision(3)}, not ${peer.rms.toPrecision(3)}`;
  return { name, heddle, scsynth, ratio: Math.max(scsynth, resolution) / Math.max(heddle, resolution), level };
}

export async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: "string", default: "3" }, family: { type: "string" }, save: { type: "boolean", default: false } },
  });
  const all = players();
  const runs = Number(values.runs);
  const wanted = [...(builtins as Iterable<UGen>)]
    .filter(isMeasured)
    .filter(({ name, face }) => (positionals.length === 0 || positionals.includes(name)) && (values.family ?? face.family) === face.family);
  if (wanted.length === 0) throw new Error(`nothing to measure: no audio-rate unit generator is called ${positionals.join(" or ")}`);
  const { rows, left } = await measureAll(wanted, all, runs);
  rows.sort((x, y) => x.ratio - y.ratio);
  const titles = ["unit generator", "heddle CPU s", "scsynth CPU s", "ratio", "ns/unit/sample", "level"];
  const cells = rows.map(({ name, heddle, scsynth, ratio, level }): Cell[] => [
    name,
    heddle,
    scsynth,
    ratio,
    (heddle * 1e9) / (instances * seconds * 48000),
    level,
  ]);
  const conditions = `${all.map(({ name, version }) => `${name} ${version}`).join(", ")}; ${instances} instances, ${seconds} s; medians of ${runs}, net of the same score without synths`;
  const summary = `${rows.length} unit generators${all.length > 1 ? `; geometric mean of the ratios ${geometricMean(rows.map(({ ratio }) => ratio)).toFixed(2)}, ${rows.filter(({ ratio }) => ratio < 1).length} below 1, the slowest ${rows[0].name} ${rows[0].ratio.toFixed(2)}` : ""}`;
  console.log(`${machine()}\n${conditions}\n\n${table(titles, cells)}\n\n${summary}`);
  if (left.length > 0) console.log(`left out:\n  ${left.join("\n  ")}`);
  if (values.save)
    save("ugens", { data: { conditions, rows }, page: `${conditions}\n\n${markdownTable(titles, cells)}\n\n${summary}`, line: summary });
  return 0;
}

/// A row for each that plays; the others with what stood in the way.
async function measureAll(wanted: readonly UGen[], all: readonly Player[], runs: number): Promise<{ rows: Row[]; left: string[] }> {
  const rows: Row[] = [];
  const left: string[] = [];
  await withScratch(async (scratch) => {
    const score = join(scratch, "alone.osc");
    const play = (bytes: Uint8Array) => {
      writeFileSync(score, bytes);
      return renderInTurns(all, score, options, runs, scratch);
    };
    for (const [i, ugen] of wanted.entries()) {
      if (process.stderr.isTTY) process.stderr.write(`\r${i + 1}/${wanted.length} ${ugen.name}\x1b[K`);
      try {
        const idle = await play(scoreOf(ugen, seconds, 0));
        rows.push(rowOf(ugen, await play(scoreOf(ugen, seconds, instances)), idle));
      } catch (error) {
        left.push(`${ugen.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  });
  return { rows, left };
}
