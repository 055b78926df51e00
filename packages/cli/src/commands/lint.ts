/// `heddle lint FILE`: plays a score or a module without sound and tells which synths hear silence because they read a bus too early.
import type { OrderWarning } from "@heddle/node";
import type { Command } from "commander";
import { loadUGens } from "../modules.ts";
import { list, number } from "../options.ts";
import { describeFailure, playFile, stuckMessage, unlessStuck } from "../play.ts";

interface Flags {
  rate: number;
  block: number;
  outputs: number;
  input?: string;
  allow: string[];
  ugens: string[];
  longest?: number;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command("lint <file>")
    .description(
      "check the order of execution in a score (.osc) or a module (.ts, .js); exit code 1 when a synth reads too early, 2 without a file",
    )
    .option("--rate <hz>", "sample rate", number, 48000)
    .option("--block <frames>", "block size", number, 64)
    .option("--outputs <channels>", "channels of the output", number, 2)
    .option("--input <file>", "sound file for the input buses")
    .option("--allow <folder>", "another folder that may be read and written (repeatable)", list, [])
    .option("--ugens <module>", "a module that exports unit generators of your own (repeatable)", list, [])
    .option("--longest <seconds>", "refuse scores that last longer", number)
    .option("--json", "the report as JSON")
    .action(async (file: string, flags: Flags) => {
      try {
        const warnings = await unlessStuck(
          () => console.error(`error: ${stuckMessage}`),
          () => lint(file, flags),
        );
        if (flags.json) console.log(JSON.stringify({ file, warnings }, null, 1));
        else for (const warning of warnings) console.log(describe(warning));
        process.exitCode = warnings.length > 0 ? 1 : 0;
      } catch (error) {
        console.error(`error: ${describeFailure(error).message}`);
        process.exitCode = 2;
      }
    });
}

async function lint(file: string, { rate, block, outputs, input, allow, ugens, longest }: Flags): Promise<readonly OrderWarning[]> {
  const settings = {
    sampleRate: rate,
    blockSize: block,
    outputs,
    input,
    allow,
    ugens: await loadUGens(ugens),
    post: () => {},
    watchOrder: "always" as const,
  };
  return (await playFile(file, settings, { longest })).earlyReads;
}

function describe({ message, pairs }: OrderWarning): string {
  if (pairs === 1) return message;
  return `${message} (and ${pairs - 1} more ${pairs === 2 ? "pair" : "pairs"} like it)`;
}
