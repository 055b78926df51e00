/// What rendering a score needs, in one file: the build bundles this module and all it imports.
import { renderFlags } from "../score.ts";
import { parseFlags } from "../scsynth-flags.ts";

/// Renders the score that scsynth's arguments name and gives the exit code. Undefined, with nothing done, when they ask for anything else.
export function renderOffline(args: readonly string[]): Promise<number> | undefined {
  const flags = parseFlags(args);
  if ("error" in flags || flags.show || !flags.nrt || flags.ugens.length > 0) return undefined;
  return renderFlags(flags, flags.nrt);
}
