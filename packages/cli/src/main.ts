/// The `heddle` command: one file per command under `commands/`, loaded only when it is called.
import { version } from "@heddle/core";
import { Command } from "commander";

/// Name, one-line description and module of every command; the module's `register` adds arguments and options.
const commands: Record<string, () => Promise<{ register(program: Command): void }>> = {
  devices: () => import("./commands/devices.ts"),
  doctor: () => import("./commands/doctor.ts"),
  explain: () => import("./commands/explain.ts"),
  graph: () => import("./commands/graph.ts"),
  lint: () => import("./commands/lint.ts"),
  play: () => import("./commands/play.ts"),
  profile: () => import("./commands/profile.ts"),
  render: () => import("./commands/render.ts"),
  scheme: () => import("./commands/scheme.ts"),
  scsynth: () => import("./commands/scsynth.ts"),
  top: () => import("./commands/top.ts"),
};

const program = new Command("heddle").description("Real-time audio engine: definitions, scores, graphs.").version(version);
const wanted = process.argv[2];
const load = wanted === undefined ? undefined : commands[wanted];
for (const command of load ? [load] : Object.values(commands)) (await command()).register(program);
await program.parseAsync(process.argv);
