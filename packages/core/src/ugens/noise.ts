/// Noise and the generators it draws from. Every draw is described in kernel/random.ts; units draw a whole block each, in the definition's order.
import { helper, i32, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// Thomas Wang's 32-bit integer hash.
export const hash = helper((key: number) => {
  let h = key | 0;
  h = (h + ~(h << 15)) | 0;
  h = h ^ (h >>> 10);
  h = (h + (h << 3)) | 0;
  h = h ^ (h >>> 6);
  h = (h + ~(h << 11)) | 0;
  h = h ^ (h >>> 16);
  return h;
});

/// Starts the synth's generator anew from an integer.
const seed = helper((value: number, c: SystemContext & { hash(key: number): number }) => {
  const h = c.hash(value);
  const generator = c.getHeader("generator");
  const s1 = 1243598713 ^ h;
  const s2 = 3093459404 ^ h;
  const s3 = 1821928721 ^ h;
  // Below these limits (as unsigned numbers) the generator would get stuck.
  c.storeI32(generator, s1 >= 0 && s1 < 2 ? 1243598713 : s1);
  c.storeI32(generator + 4, s2 >= 0 && s2 < 8 ? 3093459404 | 0 : s2);
  c.storeI32(generator + 8, s3 >= 0 && s3 < 16 ? 1821928721 : s3);
});

/// RandSeed (trig 0, seed 56789): a rising edge of trig starts the synth's generator anew. A trig that is high at the start seeds before later units draw.
export const RandSeed = ugen("RandSeed", {
  rates: "ar kr ir",
  family: "noise",
  inputs: { trig: 0, seed: 56789 },
  state: { last: 0 },
  uses: { hash, seed },
  random: true,
  effect: true,
  system: true,
  start: "step",
  init({ trig, seed: value }, _s, c) {
    if (c.isIr) {
      if (trig > 0) c.seed(c.tr(value), c);
      return 0;
    }
  },
  tick({ trig, seed: value }, s, _b, c) {
    if (trig > 0 && s.last <= 0) c.seed(c.tr(value), c);
    s.last = trig;
    return 0;
  },
});

/// RandID (id 0): the synth draws from generator `id` from now on.
export const RandID = ugen("RandID", {
  rates: "kr ir",
  family: "noise",
  inputs: { id: perBlock(0) },
  state: { last: i32(-1) },
  random: true,
  effect: true,
  system: true,
  start: "step",
  init({ id }, _s, c) {
    if (c.isIr) {
      const i = c.tr(id);
      if (i >= 0 && i < c.target.generatorCount) c.setHeader("generator", c.target.generators + i * 16);
      return 0;
    }
  },
  tick({ id }, s, _b, c) {
    const i = c.tr(id);
    if (i !== s.last) {
      s.last = i;
      if (i >= 0 && i < c.target.generatorCount) c.setHeader("generator", c.target.generators + i * 16);
    }
    return 0;
  },
});

/// WhiteNoise: uniform in [-1, 1), every sample.
export const WhiteNoise = ugen("WhiteNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: {},
  random: true,
  start: "step",
  tick(_x, _s, _b, c) {
    return c.u11();
  },
});
