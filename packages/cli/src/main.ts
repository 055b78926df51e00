/// The `heddle` command: one file per command under `commands/`, loaded only when it is called.
import { version } from "@heddle/core";
import { Command } from "commander";

const program = new Command("heddle").description("Real-time audio engine: definitions, scores, graphs.").version(version);
program.parseAsync(process.argv);
