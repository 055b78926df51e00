/// Loads the user's TypeScript and JavaScript modules from any folder; `heddle` and `@heddle/*` in them mean this installation.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as core from "@heddle/core";
import * as client from "@heddle/core/client";
import * as engine from "@heddle/core/engine";
import * as osc from "@heddle/core/osc";
import * as synthdef from "@heddle/core/synthdef";
import * as time from "@heddle/core/time";
import * as ugens from "@heddle/core/ugens";
import * as node from "@heddle/node";
import { createJiti } from "jiti";
import * as heddle from "./index.ts";

const own: Record<string, unknown> = {
  heddle,
  "@heddle/core": core,
  "@heddle/core/client": client,
  "@heddle/core/engine": engine,
  "@heddle/core/osc": osc,
  "@heddle/core/synthdef": synthdef,
  "@heddle/core/time": time,
  "@heddle/core/ugens": ugens,
  "@heddle/node": node,
};

/// The module's exports. Throws what is wrong with it, with the place.
export async function loadModule(path: string): Promise<Record<string, unknown>> {
  const file = resolve(path);
  // A script's own kernels are read from their source: it must not be instrumented or kept from an earlier version.
  const jiti = createJiti(pathToFileURL(file).href, { virtualModules: own, fsCache: false, interopDefault: false });
  return jiti.import<Record<string, unknown>>(file);
}

/// The built-in unit generators and those that the modules export.
export async function loadUGens(paths: readonly string[]): Promise<ugens.UGenRegistry> {
  const registry = new ugens.UGenRegistry(ugens.builtins);
  for (const path of paths) {
    const found = Object.values(await loadModule(path)).filter(isUGen);
    if (found.length === 0) throw new Error(`${path}: it exports no unit generator; each must be exported as made by ugen()`);
    for (const ugen of found) registry.add(ugen);
  }
  return registry;
}

const isUGen = (value: unknown): value is ugens.UGen => typeof value === "object" && value !== null && "face" in value && "spec" in value;
