/// Scheme workloads against s7's and guile's times, and the collector's pauses; `--pauses` or `--speed` for one of the two, `--write` to keep the tables.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { pauses } from "./pauses.ts";
import { REPEATS, speed } from "./speed.ts";

export async function main(args: string[]): Promise<number> {
  const lines: string[] = [
    "# Scheme",
    "",
    `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}; minimum of ${REPEATS} runs, processor time.`,
    "",
  ];
  if (!args.includes("--pauses")) lines.push(...speed());
  if (!args.includes("--speed")) lines.push(...(await pauses()));
  console.log(lines.join("\n"));
  if (args.includes("--write")) writeFileSync(fileURLToPath(new URL("../results/scheme.md", import.meta.url)), lines.join("\n"));
  return 0;
}
