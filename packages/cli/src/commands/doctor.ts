/// `heddle doctor`: which link between this program and the loudspeaker is missing, and what helps.
import { diagnose } from "@heddle/node";
import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("doctor")
    .description("say which link between here and the loudspeaker is missing, and what helps; exit code 1 if there can be no sound")
    .action(() => {
      const links = diagnose();
      for (const { name, ok, remark } of links) console.log(`${ok ? "ok      " : "missing "} ${name.padEnd(20)} ${remark}`);
      process.exitCode = links.find(({ name }) => name === "sound")?.ok ? 0 : 1;
    });
}
