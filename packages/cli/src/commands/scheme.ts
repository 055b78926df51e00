/// `heddle scheme`: runs Scheme files and expressions, or reads and evaluates interactively.
import type { Command } from "commander";
import type { Options } from "../scheme/run.ts";

export function register(program: Command): void {
  program
    .command("scheme")
    .description("run Scheme files and expressions, or evaluate interactively")
    .argument("[files...]", "programs to run in order")
    .option(
      "-e, --eval <expression>",
      "evaluate an expression and print its value; may be repeated",
      (text: string, all: string[]) => [...all, text],
      [],
    )
    .option("-i, --interactive", "read expressions after running files")
    .option("--bare", "leave out the Scheme For Max library")
    .option("--heap-max <megabytes>", "limit of the heap", "128")
    .option("--fuel <calls>", "calls and loop rounds an evaluation may use")
    .option("--gc-stats", "print the collector's figures at the end")
    .action(async (files: string[], options: Options) => {
      const { run } = await import("../scheme/run.ts");
      process.exitCode = await run(files, options);
    });
}
