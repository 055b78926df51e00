/// A picture of what a unit generator's line sounds like, rendered by Heddle: the outline of its first output.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { openSoundFile, renderScore } from "@heddle/node";
import type { UGen } from "../../packages/core/src/ugens/index.ts";
import { scoreOf, secondsOf } from "./ugen-lines.ts";

export interface Picture {
  readonly svg: string;
  /// What it shows, in words.
  readonly caption: string;
}

const [width, height] = [240, 48];

/// Throws when the line does not play.
export async function pictureOf(ugen: UGen, scratch: string): Promise<Picture> {
  const seconds = secondsOf(ugen);
  const score = scoreOf(ugen, seconds);
  const output = join(scratch, `${ugen.name}.wav`);
  const posted: string[] = [];
  await renderScore({ score, output, sampleRate: 48000, outputs: 2, inputs: 0, blockSize: 64, cwd: scratch, post: (text) => posted.push(text) });
  const complaint = posted.find((text) => /exception|fail|error|not installed/i.test(text));
  if (complaint !== undefined) throw new Error(`${ugen.name}: ${complaint}`);
  const file = openSoundFile(output);
  const frames = new Float32Array(file.frames * file.channels);
  file.read(frames, 0, file.frames);
  file.close();
  rmSync(output);
  const shown = Math.min(frames.length / 2, Math.round(seconds * 48000));
  return draw(
    Float32Array.from({ length: shown }, (_, i) => frames[i * 2]),
    seconds,
  );
}

/// Smallest and largest sample of every column, as one closed outline.
function draw(samples: Float32Array, seconds: number): Picture {
  const finite = (x: number) => (Number.isFinite(x) ? x : 0);
  const lowest = samples.reduce((least, x) => Math.min(least, finite(x)), 0);
  const highest = samples.reduce((most, x) => Math.max(most, finite(x)), 0);
  const span = highest - lowest || 2;
  const top = highest === lowest ? 1 : highest;
  const y = (x: number) => Math.round(((top - x) / span) * (height - 2)) + 1;
  const upper: number[] = [];
  const lower: number[] = [];
  for (let column = 0; column < width; column++) {
    const from = Math.floor((column * samples.length) / width);
    // A sample of the next column joins the two.
    const piece = samples.subarray(from, Math.max(from + 1, Math.ceil(((column + 1) * samples.length) / width) + 1)).map(finite);
    upper.push(y(Math.max(...piece)));
    lower.push(y(Math.min(...piece)));
  }
  const steps = (edge: readonly number[], by: 1 | -1) => edge.slice(1).map((at, i) => `l${by} ${at - edge[i]}`);
  const outline = `M0 ${upper[0]}${steps(upper, 1).join("")}V${lower[width - 1]}${steps(lower.toReversed(), -1).join("")}z`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * 2}" height="${height * 2}">` +
    `<path d="M0 ${y(0)}h${width}" stroke="#bbb"/><path d="${outline}" fill="#27a" stroke="#27a" stroke-width=".7"/></svg>\n`;
  return { svg, caption: `${number(seconds * 1000)} ms, ${number(lowest)} to ${number(highest)}` };
}

/// Three digits.
const number = (x: number) => String(Number(x.toPrecision(3)));
