/// `heddle devices`: what this machine can play through.
import { listDevices } from "@heddle/node";
import type { Command } from "commander";

export function register(program: Command): void {
  program
    .command("devices")
    .description("list what there is to play through, in the order in which it is tried")
    .option("--json", "as JSON")
    .action(({ json }: { json?: boolean }) => {
      const found = listDevices();
      if (json) console.log(JSON.stringify(found, undefined, 2));
      else
        for (const { kind, name, usable, remark } of found)
          console.log(`${usable ? "*" : " "} ${kind.padEnd(10)} ${name.padEnd(20)} ${remark}`);
    });
}
