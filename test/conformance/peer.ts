/// `npm run conformance -- peer [--only REGEX] [--seed N] [--uses N] [--all]`: random uses of every unit generator, at every rate and with every
/// rate of input, rendered by Heddle and by an installed scsynth; prints those that differ (`--all`: every use).
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type OscMessage, timeTag, writeScore } from "@heddle/core/osc";
import { type InputRef, type RateNumber, type SynthDefGraph, type UnitSpec, writeSynthDefs } from "@heddle/core/synthdef";
import { builtins, type UGen } from "@heddle/core/ugens";
import { openSoundFile, renderScore } from "@heddle/node";

type Random = (below: number) => number;

/// What an input is fed with: its text for the report, and the units that make it.
interface Source {
  text: string;
  ref: InputRef;
}

/// Not comparable like this: they talk to the outside, or hold what no random input makes sense for.
const skipped =
  /^(Control|TrigControl|AudioControl|LagControl|LocalBuf|MaxLocalBufs|SetBuf|ClearBuf|DiskIn|DiskOut|VDiskIn|Mouse.*|Key.*|Send.*|Poll|Dpoll|FFT|IFFT|PV_.*|Unpack.*|Pack.*|PartConv|Free.*|Pause.*|NodeID|.*Out|Rand(ID|Seed)|StereoConvolution2L|Convolution3|D[a-z]+[0-9]?|Done|LocalIn|MFCC|Onsets|Loudness|BeatTrack.*|Spec.*|SubsampleOffset|Num.*|BinaryOpUGen|UnaryOpUGen|EnvGen|IEnvGen)$/;

/// Ranges by the name of an input, where the default does not tell one.
const ranges: readonly [RegExp, number, number][] = [
  [/doneAction|post|^id$/i, 0, 0],
  [/buf/i, 0, 2.4],
  [/freq/i, 40, 3000],
  [/max(delay|imum)/i, 0.05, 0.2],
  [/delay|time|dur|lag|attack|release|decay/i, 0, 0.05],
  [/phase|pos|pan|width/i, -1, 1],
  [/^r?q$|reson/i, 0.1, 2],
  [/seed|chan|num|order|orient/i, 0, 3],
];

function rangeOf(name: string, standard: number | undefined): [number, number] {
  const known = ranges.find(([pattern]) => pattern.test(name));
  if (known) return [known[1], known[2]];
  return standard === undefined || standard === 0 ? [-1, 1] : [standard * 0.3, standard * 1.7];
}

const generator = (seed: number): Random => {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state >>> 0) / 2 ** 32) * below;
  };
};

const rateNumbers = { ir: 0, kr: 1, ar: 2, dr: 3 } as const;
const constant = (value: number): InputRef => ({ constant: Math.fround(value) });

/// A definition that plays one random use of `ugen` on channel `channel`, and the use as text.
function useOf(ugen: UGen, rate: "ar" | "kr" | "ir", channel: number, random: Random): { graph: SynthDefGraph; text: string } {
  const units: UnitSpec[] = [];
  const add = (name: string, at: RateNumber, inputs: InputRef[], outputs = 1, special = 0): InputRef => {
    units.push({ name, rate: at, inputs, outputRates: Array(outputs).fill(at), special });
    return { unit: units.length - 1, output: 0 };
  };
  add("RandSeed", 0, [constant(1), constant(1956)]);
  const signal = (lo: number, hi: number, name: string): Source => {
    const pick = random(1);
    const at = rate === "ar" && pick > 0.6 ? 2 : 1;
    if (rate === "ir" || pick < 0.3 || lo === hi) {
      const value = lo + random(hi - lo);
      return { text: value.toPrecision(4), ref: constant(value) };
    }
    const speed = (at === 2 ? 50 : 5) + random(at === 2 ? 400 : 60);
    const source = /trig|reset|gate/i.test(name) ? "Impulse" : ["LFSaw", "LFCub", "LFPulse"][Math.floor(random(3))];
    const inputs = source === "LFPulse" ? [speed, 0, 0.4] : [speed, random(0.9)];
    const wave = add(source, at, inputs.map(constant));
    const unipolar = source === "LFPulse" || source === "Impulse";
    const scale = unipolar ? hi - lo : (hi - lo) / 2;
    const ref = add("MulAdd", at, [wave, constant(scale), constant(unipolar ? lo : (hi + lo) / 2)]);
    return { text: `${source}.${at === 2 ? "ar" : "kr"}(${inputs.map((x) => x.toPrecision(4)).join(", ")}) ${lo}..${hi}`, ref };
  };
  const sources: (Source & { name: string })[] = [];
  for (const [name, spec] of Object.entries(ugen.face.inputs as Record<string, number | { kind: string; default?: number }>)) {
    const input = typeof spec === "number" ? { kind: "perSample", default: spec } : spec;
    const [lo, hi] = rangeOf(name, input.default);
    for (let k = input.kind === "many" ? 3 : 1; k > 0; k--) {
      let source = signal(lo, hi, name);
      // An audio-rate unit's signal is audio in most units: others refuse or do as they like.
      if (rate === "ar" && input.kind === "perSample" && input.default === undefined)
        source = {
          text: "LFSaw.ar(220, 0.3)",
          ref: add("LFSaw", 2, [constant(220), constant(0.3)]),
        };
      sources.push({ ...source, name });
    }
  }
  const outputs = typeof ugen.face.outputs === "number" ? ugen.face.outputs : typeof ugen.face.outputs === "string" ? 2 : 1;
  const at = rateNumbers[rate];
  const made = add(
    ugen.name,
    at,
    sources.map(({ ref }) => ref),
    outputs,
  ) as { unit: number; output: number };
  const heard: InputRef = { unit: made.unit, output: Math.floor(random(outputs)) };
  add("Out", 2, [constant(channel), rate === "ar" ? heard : rate === "kr" ? add("K2A", 2, [heard]) : add("DC", 2, [heard])], 0);
  return {
    graph: { name: `use${channel}`, constants: [], params: [], paramNames: [], units, variants: [] },
    text: `${ugen.name}.${rate}(${sources.map((s) => `${s.name}: ${s.text}`).join(", ")})`,
  };
}

function scoreOf(graphs: readonly SynthDefGraph[]): Uint8Array {
  const message = (address: string, types: string, ...args: OscMessage["args"]): OscMessage => ({ address, types, args });
  return writeScore([
    {
      time: timeTag(0),
      packets: [
        message("/b_alloc", "iii", 0, 512, 1),
        message("/b_gen", "isifff", 0, "sine1", 1, 1, 0.5, 0.3),
        message("/b_alloc", "iii", 1, 512, 1),
        message("/b_gen", "isifff", 1, "sine1", 7, 1, 0.2, 0.3),
        message("/b_alloc", "iii", 2, 300, 2),
        message("/b_gen", "isiff", 2, "sine1", 5, 1, 0.7),
        message("/d_recv", "b", writeSynthDefs(graphs)),
        ...graphs.map((graph, k) => message("/s_new", "siii", graph.name, 1000 + k, 1, 0)),
      ],
    },
    { time: timeTag(0.15), packets: [message("/c_set", "if", 0, 0)] },
  ]);
}

const rate = 48000;

async function compare(
  ugen: UGen,
  uses: readonly { graph: SynthDefGraph; text: string }[],
  scratch: string,
  all: boolean,
): Promise<number> {
  const [score, theirs, ours] = ["score.osc", "theirs.wav", "ours.wav"].map((name) => join(scratch, name));
  writeFileSync(score, scoreOf(uses.map(({ graph }) => graph)));
  const channels = uses.length;
  const flags = ["-o", channels, "-i", 0, "-z", 64, "-D", 0, "-R", 0, "-m", 65536].map(String);
  rmSync(theirs, { force: true });
  const run = spawnSync("scsynth", ["-N", score, "_", theirs, String(rate), "WAV", "float", ...flags], {
    encoding: "utf8",
    timeout: 60000,
  });
  if (run.error) throw run.error;
  if (run.status !== 0) {
    console.log(`?    ${ugen.name}: scsynth ended with ${run.status ?? run.signal}`);
    return 0;
  }
  const posted: string[] = [];
  await renderScore({
    score,
    output: ours,
    sampleRate: rate,
    header: "WAV",
    format: "float",
    outputs: channels,
    inputs: 0,
    blockSize: 64,
    memorySize: 65536,
    cwd: scratch,
    post: (text) => posted.push(text),
  });
  if (posted.length > 0) console.log(`     ${ugen.name}: ${posted[0].split("\n")[0]}`);
  const [a, b] = [ours, theirs].map((path) => {
    const file = openSoundFile(path);
    const samples = new Float32Array(file.frames * file.channels);
    file.read(samples, 0, file.frames);
    file.close();
    return samples;
  });
  let differing = 0;
  uses.forEach(({ text }, channel) => {
    let [peak, worst, first, count] = [0, 0, -1, 0];
    for (let k = channel; k < b.length; k += channels) if (Number.isFinite(b[k])) peak = Math.max(peak, Math.abs(b[k]));
    for (let k = channel; k < b.length; k += channels) {
      const error = Object.is(a[k], b[k]) || a[k] === b[k] ? 0 : Math.abs(a[k] - b[k]);
      if (error <= 2e-5 * peak) continue;
      count++;
      worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
      if (first < 0) first = (k - channel) / channels;
    }
    if (count > 0) differing++;
    if (count > 0 || all) {
      const at = first * channels + channel;
      const verdict =
        count === 0
          ? "same"
          : `${count} frames, first ${first}: ${a[at]} not ${b[at]}, worst ${worst.toPrecision(3)} of ${peak.toPrecision(3)}`;
      console.log(`${count > 0 ? "DIFF" : "same"} ${text}: ${verdict}`);
    }
  });
  return differing;
}

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: "" },
      seed: { type: "string", default: "1" },
      uses: { type: "string", default: "4" },
      all: { type: "boolean", default: false },
    },
  });
  if (spawnSync("scsynth", ["-v"]).error) {
    console.log("peer: scsynth is not installed; there is nothing to compare with");
    return 0;
  }
  const only = new RegExp(values.only);
  const scratch = mkdtempSync(join(tmpdir(), "heddle-peer-"));
  let [differing, total] = [0, 0];
  try {
    for (const ugen of builtins) {
      if (!only.test(ugen.name) || skipped.test(ugen.name)) continue;
      const random = generator(Number(values.seed));
      const rates = (ugen.face.rates ?? "ar kr").split(" ").filter((r): r is "ar" | "kr" | "ir" => r !== "dr");
      const uses = rates.flatMap((r, k) =>
        Array.from({ length: r === "ir" ? 1 : Number(values.uses) }, (_, i) => ({ r, i: i + k * Number(values.uses) })),
      );
      differing += await compare(
        ugen,
        uses.map(({ r }, channel) => useOf(ugen, r, channel, random)),
        scratch,
        values.all,
      );
      total += uses.length;
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  console.log(`${total - differing} uses alike, ${differing} differ`);
  return differing === 0 ? 0 : 1;
}
