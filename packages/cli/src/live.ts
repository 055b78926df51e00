/// Plays a file live: a score, or a module whose default export plays on a server.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { LiveServer } from "@heddle/core/client";
import { performScore } from "@heddle/node";
import { loadScript } from "./play.ts";

/// Resolves when the file has ended and what it sent has sounded. Throws what is wrong with it.
export async function perform(file: string, server: LiveServer): Promise<void> {
  if (extname(file) === ".osc") await performScore(server, readFileSync(file));
  else await (await loadScript(file))(server);
  await server.wait(server.latency);
}
