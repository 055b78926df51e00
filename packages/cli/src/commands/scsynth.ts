/// `heddle scsynth -N SCORE IN OUT RATE HEADER FORMAT [flags]`: the arguments, defaults and exit codes of scsynth.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { version } from "@heddle/core";
import { RenderError, renderScore } from "@heddle/node";
import type { Command } from "commander";
import { interruptible } from "../interrupt.ts";
import { loadUGens } from "../modules.ts";
import { parseFlags, type ScsynthFlags, usage } from "../scsynth-flags.ts";

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
  try {
    await interruptible((signal) => render(flags, flags.nrt!, signal));
    return 0;
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    console.error(`ERROR: ${error.message}`);
    return 1;
  }
}

async function render(flags: ScsynthFlags, nrt: NonNullable<ScsynthFlags["nrt"]>, signal: AbortSignal): Promise<void> {
  const { engine, verbosity, restricted, allow, longest } = flags;
  await renderScore({
    ...engine,
    score: nrt.score === "_" ? readFileSync(0) : nrt.score,
    input: nrt.input === "_" ? undefined : nrt.input,
    output: nrt.output === "_" ? undefined : nrt.output,
    sampleRate: nrt.sampleRate,
    header: nrt.header,
    format: nrt.format,
    ugens: await loadUGens(flags.ugens),
    only: restricted === undefined ? undefined : [restricted, ...allow],
    allow,
    longest,
    definitions: flags.loadDefinitions ? definitionFolders() : [],
    post: verbosity <= -2 ? () => {} : console.error,
    signal,
  });
}

/// Where scsynth looks for definitions when it starts.
function definitionFolders(): string[] {
  const given = process.env.SC_SYNTHDEF_PATH?.split(delimiter).filter((path) => path !== "");
  return (given ?? [join(homedir(), ".local/share/SuperCollider/synthdefs")]).filter((path) => existsSync(path));
}
