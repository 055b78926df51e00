/// Noise and the generators it draws from. Every draw is described in kernel/random.ts; units draw a whole block each, in the definition's order.
import { atInit, f64, helper, i32, i32s, perBlock, type SystemContext, signal } from "../kernel/language.ts";
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

/// ClipNoise: -1 or 1, every sample.
export const ClipNoise = ugen("ClipNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: {},
  random: true,
  start: "step",
  tick(_x, _s, _b, c) {
    return c.coin();
  },
});

/// GrayNoise: an integer in which one random bit flips every sample, as a fraction.
export const GrayNoise = ugen("GrayNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: {},
  state: { counter: i32() },
  random: true,
  start: "step",
  tick(_x, s, _b, c) {
    s.counter = s.counter ^ (1 << (c.raw32() & 31));
    return c.f32(s.counter) * 4.65661287308e-10;
  },
});

/// BrownNoise: a walk by steps of [-1/8, 1/8) between walls at -1 and 1; falls by 6 dB per octave.
export const BrownNoise = ugen("BrownNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: {},
  state: { level: 0 },
  random: true,
  init(_x, s, c) {
    s.level = c.u11();
    return s.level;
  },
  tick(_x, s, _b, c) {
    const z = s.level + c.u8();
    s.level = z > 1 ? 2 - z : z < -1 ? -2 - z : z;
    return s.level;
  },
});

/// PinkNoise: the sum of 16 dice, of which die k is thrown every 2^(k+1) samples, and one more (Voss and McCartney); falls by 3 dB per octave.
export const PinkNoise = ugen("PinkNoise", {
  rates: "ar kr",
  family: "noise",
  inputs: {},
  state: { dice: i32s(16), total: i32() },
  random: true,
  start: "step",
  init(_x, s, c) {
    for (const k of c.each(16)) {
      const die = c.raw32() >>> 13;
      s.dice[k] = die;
      s.total += die;
    }
  },
  tick(_x, s, _b, c) {
    const r = c.raw32();
    const k = c.ctz(r) & 15;
    const die = r >>> 13;
    s.total = (s.total + die - s.dice[k]) | 0;
    s.dice[k] = die;
    const extra = c.raw32() >>> 13;
    return c.fromBits((s.total + extra) | 0x40000000) - 3;
  },
});

/// Dust (density 0 per second): impulses of random height 0 to 1 at random times.
export const Dust = ugen("Dust", {
  rates: "ar kr",
  family: "noise",
  inputs: { density: perBlock(0) },
  random: true,
  start: "step",
  block({ density }, _s, c) {
    const chance = density * c.f32(c.period);
    return { chance, scale: chance > 0 ? 1 / chance : 0 };
  },
  tick(_x, _s, { chance, scale }, c) {
    const z = c.u01();
    return z < chance ? z * scale : 0;
  },
});

/// Dust2 (density 0 per second): impulses of random height -1 to 1 at random times.
export const Dust2 = ugen("Dust2", {
  rates: "ar kr",
  family: "noise",
  inputs: { density: perBlock(0) },
  random: true,
  start: "step",
  block({ density }, _s, c) {
    const chance = density * c.f32(c.period);
    return { chance, scale: chance > 0 ? 2 / chance : 0 };
  },
  tick(_x, _s, { chance, scale }, c) {
    const z = c.u01();
    return z < chance ? z * scale - 1 : 0;
  },
});

/// Crackle (chaosParam 1.5): |p y1 - y2 - 0.05|, a noisy map that starts from a random y1.
export const Crackle = ugen("Crackle", {
  rates: "ar kr",
  family: "noise",
  inputs: { chaosParam: perBlock(1.5) },
  state: { y1: 0, y2: 0 },
  random: true,
  start: "step",
  init(_x, s, c) {
    s.y1 = c.d01();
  },
  tick({ chaosParam }, s) {
    const y = Math.abs(s.y1 * chaosParam - s.y2 - 0.05);
    s.y2 = s.y1;
    s.y1 = y;
    return y;
  },
});

/// Logistic (chaosParam 3, freq 1000 Hz, init 0.5): y = p y (1 - y), `freq` times a second, held between.
export const Logistic = ugen("Logistic", {
  rates: "ar kr",
  family: "noise",
  inputs: { chaosParam: perBlock(3), freq: perBlock(1000), init: atInit(0.5) },
  state: { y: f64(), counter: i32() },
  init({ chaosParam, init }, s, c) {
    s.y = chaosParam * c.f64(init) * (1 - c.f64(init));
    return s.y;
  },
  tick({ chaosParam, freq }, s, _b, c) {
    if (s.counter <= 0) {
      s.counter = Math.max(1, c.tr(c.f32(c.rate) / Math.max(freq, 0.001)));
      s.y = chaosParam * s.y * (1 - s.y);
    }
    s.counter -= 1;
    return s.y;
  },
});

/// Hasher (in): a number in [-1, 1) that depends on the bits of the input only.
export const Hasher = ugen("Hasher", {
  rates: "ar kr",
  family: "noise",
  inputs: { in: signal },
  uses: { hash },
  start: "step",
  tick({ in: x }, _s, _b, c) {
    return c.fromBits(0x40000000 | (c.hash(c.bits(x)) >>> 9)) - 3;
  },
});

/// MantissaMask (in, bits 3): keeps that many bits of the mantissa.
export const MantissaMask = ugen("MantissaMask", {
  rates: "ar kr",
  family: "noise",
  inputs: { in: signal, bits: perBlock(3) },
  start: "step",
  tick({ in: x, bits }, _s, _b, c) {
    return c.fromBits(c.bits(x) & (-1 << (23 - c.tr(bits))));
  },
});
