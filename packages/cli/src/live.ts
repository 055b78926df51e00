/// Plays a file live: a score, or a module whose default export plays on a server.
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { LiveServer } from "@heddle/core/client";
import { performScore, type UGenModules } from "@heddle/node";
import { loadUGens } from "./modules.ts";
import { loadScript } from "./play.ts";

/// The user's unit generators for a server that plays; throws now what its compiler would throw later. The loader lies beside the program's own files.
export async function liveUGens(paths: readonly string[]): Promise<UGenModules | undefined> {
  if (paths.length === 0) return undefined;
  await loadUGens(paths);
  return { loader: new URL("modules.js", import.meta.url).href, paths };
}

/// Resolves when the file has ended and what it sent has sounded. Throws what is wrong with it.
export async function perform(file: string, server: LiveServer): Promise<void> {
  if (extname(file) === ".osc") await performScore(server, readFileSync(file));
  else await (await loadScript(file))(server);
  await server.wait(server.latency);
}
