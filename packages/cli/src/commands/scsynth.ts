/// `heddle scsynth -u PORT [flags]` plays, `heddle scsynth -N SCORE IN OUT RATE HEADER FORMAT [flags]` renders: the arguments, defaults and exit codes
/// of scsynth.
import { version } from "@heddle/core";
import type { Command } from "commander";
import { renderFlags } from "../score.ts";
import { parseFlags } from "../scsynth-flags.ts";
import { usage } from "../scsynth-usage.ts";
import { serve } from "../serve.ts";

export function register(program: Command): void {
  // scsynth's flags are read as scsynth reads them; several mean something else to the command line library.
  program.enablePositionalOptions();
  program
    .command("scsynth")
    .description("a server with scsynth's arguments: -u PORT plays, -N SCORE IN OUT RATE HEADER FORMAT renders")
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
  // The exit codes are scsynth's.
  if (flags.show) return flags.show === "usage" ? 1 : 0;
  if (!flags.nrt) return serve(flags);
  const { loadUGens } = await import("../modules.ts");
  return renderFlags(flags, flags.nrt, await loadUGens(flags.ugens));
}
