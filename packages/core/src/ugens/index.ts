/// Unit generators: all the built-in ones (families.ts), how one is declared, and what a call of one gives.
import * as families from "./families.ts";
import { type UGen, UGenRegistry } from "./registry.ts";

export { ugen, ugenByShape } from "./declare.ts";
export { type Curve, Done, Env } from "./env.ts";
export * from "./families.ts";
export { type UGen, UGenRegistry } from "./registry.ts";
export { type Sig, Signal } from "./signal.ts";

const isUGen = (value: unknown): value is UGen => typeof value === "object" && value !== null && "face" in value && "spec" in value;

/// The built-in unit generators.
export const builtins = new UGenRegistry(Object.values(families as Readonly<Record<string, unknown>>).filter(isUGen));
