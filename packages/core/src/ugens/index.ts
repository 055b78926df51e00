/// Every unit generator, one file per family.
import * as buses from "./buses.ts";
import * as controls from "./controls.ts";
import * as converters from "./converters.ts";
import * as envelopes from "./envelopes.ts";
import * as firstorder from "./firstorder.ts";
import * as impulse from "./impulse.ts";
import * as lags from "./lags.ts";
import * as demand from "./demand.ts";
import * as lf from "./lf.ts";
import * as lfnoise from "./lfnoise.ts";
import * as linen from "./linen.ts";
import * as lines from "./lines.ts";
import * as nodecontrol from "./nodecontrol.ts";
import * as noise from "./noise.ts";
import * as operators from "./operators.ts";
import * as oscillators from "./oscillators.ts";
import * as random from "./random.ts";
import { type UGen, UGenRegistry } from "./registry.ts";
import * as slew from "./slew.ts";
import * as zeros from "./zeros.ts";

export * from "./buses.ts";
export { ugen, ugenByShape } from "./declare.ts";
export { type Curve, Done, Env } from "./env.ts";
export * from "./demand.ts";
export * from "./lf.ts";
export * from "./noise.ts";
export * from "./operators.ts";
export * from "./oscillators.ts";
export { type UGen, UGenRegistry } from "./registry.ts";
export { type Sig, Signal } from "./signal.ts";

const families: Record<string, unknown>[] = [
  linen,
  nodecontrol,
  buses,
  controls,
  converters,
  envelopes,
  firstorder,
  impulse,
  lags,
  lf,
  lfnoise,
  lines,
  noise,
  operators,
  oscillators,
  random,
  slew,
  zeros,
];
const families: Record<string, unknown>[] = [buses, controls, demand, converters, envelopes, impulse, lags, lf, lines, noise, operators, oscillators];
const isUGen = (value: unknown): value is UGen => typeof value === "object" && value !== null && "face" in value && "spec" in value;

/// The built-in unit generators.
export const builtins = new UGenRegistry(families.flatMap((family) => Object.values(family).filter(isUGen)));
