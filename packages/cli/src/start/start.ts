/// Where the program begins: what must start fast, rendering a score, runs from a bundle; everything else is loaded command by command.
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { loadBundle } from "./codecache.ts";
import type * as offline from "./offline.ts";

// V8 optimises functions fifteen times later than it would. The hot loops are WebAssembly, which this does not concern; what compiles
// definitions runs too briefly to pay for being optimised itself.
setFlagsFromString("--interrupt-budget=1000000");

const [command, ...args] = process.argv.slice(2);
const code = command === "scsynth" ? await fromBundle(args) : undefined;
if (code === undefined) await import("../main.ts");
else process.exitCode = code;

async function fromBundle(given: readonly string[]): Promise<number | undefined> {
  if (!given.includes("-N")) return undefined;
  const { exports, keep } = loadBundle(fileURLToPath(new URL("offline.cjs", import.meta.url)));
  const exitCode = await (exports as typeof offline).renderOffline(given);
  if (exitCode === 0) keep();
  return exitCode;
}
