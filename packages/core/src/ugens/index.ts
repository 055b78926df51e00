/// Unit generators: all the built-in ones (families.ts), how one is declared, and what a call of one gives.
/// Every unit generator, one file per family.
import * as buses from "./buses.ts";
import * as controls from "./controls.ts";
import * as converters from "./converters.ts";
import * as envelopes from "./envelopes.ts";
import * as families from "./families.ts";
import * as firstorder from "./firstorder.ts";
import * as impulse from "./impulse.ts";
import * as lags from "./lags.ts";
import * as lf from "./lf.ts";
import * as lfnoise from "./lfnoise.ts";
import * as linen from "./linen.ts";
import * as lines from "./lines.ts";
import * as nodecontrol from "./nodecontrol.ts";
import * as noise from "./noise.ts";
import * as operators from "./operators.ts";
import * as oscillators from "./oscillators.ts";
import * as random from "./random.ts";
import * as secondorder from "./secondorder.ts";
import * as slew from "./slew.ts";
import * as zeros from "./zeros.ts";
import { type UGen, UGenRegistry } from "./registry.ts";

export { ugen, ugenByShape } from "./declare.ts";
export { type Curve, Done, Env } from "./env.ts";
export * from "./families.ts";
export { type UGen, UGenRegistry } from "./registry.ts";
export { type Sig, Signal } from "./signal.ts";

const families: Record<string, unknown>[] = [buses, controls, converters, envelopes, firstorder, impulse, lags, lf, lfnoise, linen, lines, nodecontrol, noise, operators, oscillators, random, secondorder, slew, zeros];
const isUGen = (value: unknown): value is UGen => typeof value === "object" && value !== null && "face" in value && "spec" in value;

/// The built-in unit generators.
export const builtins = new UGenRegistry(Object.values(families as Readonly<Record<string, unknown>>).filter(isUGen));
