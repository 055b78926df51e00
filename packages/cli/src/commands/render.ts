/// `heddle render FILE -o OUT`: renders a score, or a module whose default export plays on an offline server.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { formatTree } from "@heddle/core/client";
import { PictureRecorder, type RenderReport, type RenderSettings, scoreOf } from "@heddle/node";
import type { Command } from "commander";
import { loadUGens } from "../modules.ts";
import { list, number } from "../options.ts";
import { describeFailure, playFile, stuckMessage, unlessStuck } from "../play.ts";
import { type Console, jsonConsole, textConsole } from "../progress.ts";

interface Flags {
  output?: string;
  header?: string;
  format?: string;
  rate: number;
  block: number;
  outputs: number;
  input?: string;
  seed: number;
  allow: string[];
  ugens: string[];
  cache?: string;
  picture?: string;
  score?: string;
  tree?: boolean;
  json?: boolean;
  longest?: number;
}

export function register(program: Command): void {
  program
    .command("render <file>")
    .description("render a score (.osc) or a module (.ts, .js) to a sound file")
    .option("-o, --output <file>", "sound file to write; without one only the report is made")
    .option("--header <name>", "WAV, AIFF, FLAC, CAF, RF64 ...; by default what the file name says")
    .option("--format <name>", "int16, int24, int32, float, double ...; float by default, int24 for FLAC")
    .option("--rate <hz>", "sample rate", number, 48000)
    .option("--block <frames>", "block size", number, 64)
    .option("--outputs <channels>", "channels of the output", number, 2)
    .option("--input <file>", "sound file for the input buses")
    .option("--seed <number>", "seed of the random generators", number, 0)
    .option("--allow <folder>", "another folder that may be read and written (repeatable)", list, [])
    .option("--ugens <module>", "a module that exports unit generators of your own (repeatable)", list, [])
    .option("--cache <folder>", "keep compiled definitions there for the next time")
    .option("--picture <file>", "draw waveform and spectrogram (SVG)")
    .option("--score <file>", "also write what a module plays as a binary score")
    .option("--longest <seconds>", "refuse scores that last longer", number)
    .option("--tree", "print the node tree as it is at the end")
    .option("--json", "progress, messages and report as lines of JSON")
    .action(async (file: string, flags: Flags) => {
      const output = flags.json ? jsonConsole() : textConsole();
      const stuck = () => output.error(stuckMessage, "render/script");
      try {
        output.report(await unlessStuck(stuck, () => render(file, flags, output)));
      } catch (error) {
        const { message, code } = describeFailure(error);
        output.error(message, code);
        process.exitCode = 1;
      }
    });
}

async function render(file: string, flags: Flags, output: Console): Promise<RenderReport> {
  const picture = flags.picture === undefined ? undefined : new PictureRecorder(flags.outputs, flags.rate);
  const ugens = await loadUGens(flags.ugens);
  for (const path of [flags.output, flags.picture, flags.score]) if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
  const { header, format } = formatOf(flags);
  const settings: RenderSettings = {
    output: flags.output,
    header,
    format,
    sampleRate: flags.rate,
    blockSize: flags.block,
    outputs: flags.outputs,
    input: flags.input,
    seed: flags.seed,
    allow: flags.allow,
    ugens,
    cache: flags.cache,
    post: output.post,
    onProgress: output.progress,
    onTree: flags.tree ? (tree) => output.post(formatTree(tree)) : undefined,
    listener: picture && ((interleaved, frames) => picture.add(interleaved, frames)),
  };
  const report = await playFile(file, settings, {
    longest: flags.longest,
    afterwards: (server) => {
      if (flags.score !== undefined) writeFileSync(flags.score, scoreOf(server));
    },
  });
  if (picture && flags.picture) {
    writeFileSync(flags.picture, picture.svg(file));
    output.post(`${flags.picture}: waveform and spectrogram`);
  }
  return report;
}

const headersByExtension: Record<string, string> = {
  ".aif": "AIFF",
  ".aiff": "AIFF",
  ".flac": "FLAC",
  ".caf": "CAF",
  ".w64": "W64",
  ".au": "NEXT",
};

function formatOf({ output, header, format }: Flags): { header: string; format: string } {
  const chosen = header ?? headersByExtension[extname(output ?? "").toLowerCase()] ?? "WAV";
  return { header: chosen, format: format ?? (chosen.toUpperCase() === "FLAC" ? "int24" : "float") };
}
