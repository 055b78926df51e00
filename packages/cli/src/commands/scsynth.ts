/// `heddle scsynth -N SCORE IN OUT RATE HEADER FORMAT [flags]`: the arguments, defaults and exit codes of scsynth.
import { version } from "@heddle/core";
import type { Command } from "commander";
import { renderFlags } from "../score.ts";
import { parseFlags, usage } from "../scsynth-flags.ts";

export function register(program: Command): void {
  // scsynth's flags are read as scsynth reads them; several mean something else to the command line library.
  program.enablePositionalOptions();
  program
    .command("scsynth")
    .description("render a score with scsynth's arguments: -N SCORE IN OUT RATE HEADER FORMAT")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .argument("[arguments...]")
    .action(async (args: string[]) => {
      process.exitCode = await run(args);
    });
}

async function run(args: readonly string[]): Promise<number> {
  const flags = parseFlags(args);
  if ("error" in flags) {
    console.error(`ERROR: ${flags.error}`);
    console.log(usage);
    return 1;
  }
  if (flags.show === "version") console.log(`scsynth 3.13.0 (Built from 'heddle' [${version}])`);
  if (flags.show === "usage") console.log(usage);
  if (flags.show) return 0;
  if (!flags.nrt) {
    console.error("ERROR: this version renders scores (-N) only; it has no real-time server for -u and -t yet.");
    return 1;
  }
  const { loadUGens } = await import("../modules.ts");
  return renderFlags(flags, flags.nrt, await loadUGens(flags.ugens));
}
