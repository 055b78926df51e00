/// `npm run bench -- ugens [NAMES] [--runs N] [--save]`: each audio-rate unit generator alone, 64 instances for 10 s, beside scsynth with the same
/// definition and score. Those that need a sample buffer, a spectrum or demand units are left out.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { oscMessage, timeTag, writeScore } from "@heddle/core/osc";
import { synthDef } from "@heddle/core/synthdef";
import { builtins, Impulse, LFSaw, Out, type Signal, type UGen } from "@heddle/core/ugens";
import { geometricMean, withScratch } from "./support/measure.ts";
import { players, renderInTurns, sameLevel } from "./support/players.ts";
import { type Cell, machine, markdownTable, save, table } from "./support/report.ts";

const instances = 64;
const seconds = 10;
const options = ["-o", "2", "-i", "0", "-m", "65536"];

type Input = number | Signal | readonly (number | Signal)[];
type Callable = UGen & { ar(inputs: Record<string, Input>): Signal };

/// What an input gets by its name; others keep their defaults.
const inputs: Readonly<Record<string, () => Input>> = {
  in: () => LFSaw.ar(101),
  a: () => LFSaw.ar(101),
  b: () => 0.7,
  trig: () => Impulse.ar(50),
  trigger: () => Impulse.ar(50),
  reset: () => 0,
  gate: () => 1,
  freq: () => 440,
  coef: () => 0.5,
  channelsArray: () => [LFSaw.ar(101), LFSaw.ar(103)],
  pos: () => 0.3,
  level: () => 0.5,
  amp: () => 0.5,
};

/// Families that need more than signals and numbers, or that act on more than their output.
const otherFamilies = /buffer|bus|demand|disk|fft|pv|spectral|control|grain|info|convolution|reply|node/i;

const isAlone = (ugen: UGen): ugen is Callable =>
  "ar" in ugen && !otherFamilies.test(ugen.face.family ?? "") && !ugen.face.effect && !ugen.face.reads && !ugen.face.writes;

/// A score of one unit generator 64 times, or why there is none.
function scoreOf(ugen: Callable): Uint8Array | string {
  try {
    const definition = synthDef("alone", {}, () => {
      const named = Object.fromEntries(
        Object.keys(ugen.face.inputs as object).flatMap((name) => (inputs[name] ? [[name, inputs[name]()]] : [])),
      );
      Out.ar(
        0,
        ugen
          .ar(named)
          .sum()
          .mul(1 / instances),
      );
    });
    const start = [
      oscMessage("/d_recv", definition.bytes()),
      ...Array.from({ length: instances }, (_, i) => oscMessage("/s_new", "alone", 1000 + i, 0, 0)),
    ];
    return writeScore([
      { time: timeTag(0), packets: start },
      { time: timeTag(seconds), packets: [oscMessage("/g_freeAll", 0)] },
    ]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { runs: { type: "string", default: "3" }, save: { type: "boolean", default: false } },
  });
  const all = players();
  const versions = all.map(({ name, version }) => `${name} ${version}`).join(", ");
  const wanted = [...builtins].filter(isAlone).filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const rows: { name: string; cells: Cell[]; ratio: number }[] = [];
  const left: string[] = [];
  await withScratch(async (scratch) => {
    const score = join(scratch, "alone.osc");
    for (const ugen of wanted) {
      const bytes = scoreOf(ugen);
      if (typeof bytes === "string") {
        left.push(`${ugen.name}: ${bytes}`);
        continue;
      }
      writeFileSync(score, bytes);
      const [own, peer] = await renderInTurns(all, score, options, Number(values.runs), scratch);
      const ratio = peer === undefined ? Number.NaN : peer.cost.cpu / own.cost.cpu;
      const nanoseconds = (own.cost.cpu * 1e9) / (instances * seconds * 48000);
      const level =
        peer === undefined || sameLevel(own.rms, peer.rms) ? "same" : `${own.rms.toPrecision(3)}, not ${peer.rms.toPrecision(3)}`;
      rows.push({ name: ugen.name, ratio, cells: [ugen.name, own.cost.cpu, peer?.cost.cpu ?? Number.NaN, ratio, nanoseconds, level] });
    }
  });
  if (rows.length === 0) throw new Error(`nothing to measure${left.length > 0 ? `: ${left.join("; ")}` : ""}`);
  rows.sort((x, y) => x.ratio - y.ratio);
  const titles = ["unit generator", "heddle CPU s", "scsynth CPU s", "ratio", "ns/unit/sample", "level"];
  const cells = rows.map((row) => row.cells);
  const summary = `${rows.length} unit generators${all.length > 1 ? `; geometric mean of the ratios ${geometricMean(rows.map(({ ratio }) => ratio)).toFixed(2)}, the slowest ${rows[0].name} ${rows[0].ratio.toFixed(2)}` : ""}`;
  console.log(
    `${machine()}\n${versions}; ${instances} instances, ${seconds} s, start-up included, medians of ${values.runs}\n\n${table(titles, cells)}\n\n${summary}`,
  );
  if (left.length > 0) console.log(`left out:\n  ${left.join("\n  ")}`);
  if (values.save)
    save("ugens", { data: { versions, rows }, page: `${versions}\n\n${markdownTable(titles, cells)}\n\n${summary}`, line: summary });
  return 0;
}
