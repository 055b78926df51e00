/// Renders a score as scsynth's flags ask for.
import { readFileSync } from "node:fs";
import type { UGenRegistry } from "@heddle/core/ugens";
import { RenderError, renderScore } from "@heddle/node";
import { definitionFolders } from "./folders.ts";
import { interruptible } from "./interrupt.ts";
import type { ScsynthFlags } from "./scsynth-flags.ts";

/// The exit code: 1 when the score cannot be read or the sound cannot be written, which is said on standard error. `ugens` are the built-in
/// unit generators unless given.
export async function renderFlags(flags: ScsynthFlags, nrt: NonNullable<ScsynthFlags["nrt"]>, ugens?: UGenRegistry): Promise<number> {
  try {
    await interruptible((signal) => render(flags, nrt, ugens, signal));
    return 0;
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    console.error(`ERROR: ${error.message}`);
    return 1;
  }
}

async function render(
  { engine, verbosity, restricted, allow, longest, loadDefinitions, cache }: ScsynthFlags,
  { score, input, output, sampleRate, header, format }: NonNullable<ScsynthFlags["nrt"]>,
  ugens: UGenRegistry | undefined,
  signal: AbortSignal,
): Promise<void> {
  await renderScore({
    ...engine,
    score: score === "_" ? readFileSync(0) : score,
    input: input === "_" ? undefined : input,
    output: output === "_" ? undefined : output,
    sampleRate,
    header,
    format,
    ugens,
    cache,
    // scsynth says nothing of it, and `heddle render` does.
    watchOrder: "never",
    only: restricted === undefined ? undefined : [restricted, ...allow],
    allow,
    longest,
    definitions: loadDefinitions ? definitionFolders() : [],
    post: verbosity <= -2 ? () => {} : console.error,
    signal,
  });
}
