/// Plays a file offline: a score, or a module whose default export plays on a server.
import { existsSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { OfflineServer, Server } from "@heddle/core/client";
import { RenderError, type RenderReport, type RenderSettings, renderScore, renderScript } from "@heddle/node";
import { interruptible } from "./interrupt.ts";
import { loadModule } from "./modules.ts";

export interface PlayOptions {
  /// Refuses scores that last longer, in seconds.
  readonly longest?: number;
  /// Of a module: called with the server when it has played.
  readonly afterwards?: (server: OfflineServer) => void;
}

/// Throws `RenderError`, or what the module throws.
export async function playFile(file: string, settings: RenderSettings, { longest, afterwards }: PlayOptions = {}): Promise<RenderReport> {
  return interruptible((signal) =>
    extname(file) === ".osc"
      ? renderScore({ ...settings, signal, score: file, longest })
      : playModule(file, { ...settings, signal }, afterwards),
  );
}

async function playModule(file: string, settings: RenderSettings, afterwards: PlayOptions["afterwards"]): Promise<RenderReport> {
  return renderScript({ ...settings, home: dirname(resolve(file)), script: await loadScript(file), afterwards });
}

/// The default export of a module: what plays on a server. Throws what is wrong with the module.
export async function loadScript(file: string): Promise<(server: Server) => Promise<void> | void> {
  if (!existsSync(file)) throw new RenderError("render/script", `${file}: no such file`);
  const { default: script } = await loadModule(file);
  if (typeof script === "function") return script as (server: Server) => Promise<void>;
  throw new RenderError("render/script", `${file}: its default export must be an async function that takes the server`);
}

/// What went wrong, with the place in the user's module where it threw, and its code.
export function describeFailure(error: unknown): { message: string; code: string } {
  if (error instanceof RenderError) return error;
  if (!(error instanceof Error)) return { message: String(error), code: "render/script" };
  const places = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.trimStart().startsWith("at ") && !/node_modules|node:|\/dist\//.test(line));
  return { message: [`${error.name}: ${error.message}`, ...places.slice(0, 3)].join("\n"), code: "render/script" };
}

/// Calls `stuck` when the program ends before `action` does: Node ends when it waits for nothing that can still happen.
export async function unlessStuck<T>(stuck: () => void, action: () => Promise<T>): Promise<T> {
  process.once("exit", stuck);
  try {
    return await action();
  } finally {
    process.removeListener("exit", stuck);
  }
}

export const stuckMessage = "the script waits for a promise that nothing will settle";
