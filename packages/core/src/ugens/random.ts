/// Random numbers: one for the life of a synth, one at every trigger, and choices.
import { atInit, helper, many, perBlock, perSample, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

interface Draws {
  u01(): number;
  d01(): number;
  tr(x: number): number;
}

const uniform = helper((lo: number, hi: number, c: Draws) => c.u01() * (hi - lo) + lo);
const exponential = helper((lo: number, hi: number, c: Draws) => (hi / lo) ** c.u01() * lo);
const integer = helper((lo: number, hi: number, c: Draws) => {
  const least = c.tr(lo);
  return c.tr(Math.floor((c.tr(hi) - least + 1) * c.d01())) + least;
});

/// Rand (lo 0, hi 1): uniform in [lo, hi).
export const Rand = ugen("Rand", {
  rates: "ir",
  family: "random",
  inputs: { lo: atInit(0), hi: atInit(1) },
  uses: { uniform },
  random: true,
  init({ lo, hi }, _s, c) {
    return c.uniform(lo, hi, c);
  },
});

/// IRand (lo 0, hi 127): a uniform integer from lo to hi.
export const IRand = ugen("IRand", {
  rates: "ir",
  family: "random",
  inputs: { lo: atInit(0), hi: atInit(127) },
  uses: { integer },
  random: true,
  init({ lo, hi }, _s, c) {
    return c.integer(lo, hi, c);
  },
});

/// LinRand (lo 0, hi 1, minmax 0): the smaller of two uniform draws, or the greater when minmax is positive.
export const LinRand = ugen("LinRand", {
  rates: "ir",
  family: "random",
  inputs: { lo: atInit(0), hi: atInit(1), minmax: atInit(0) },
  random: true,
  init({ lo, hi, minmax }, _s, c) {
    const a = c.u01();
    const b = c.u01();
    return (minmax <= 0 ? Math.min(a, b) : Math.max(a, b)) * (hi - lo) + lo;
  },
});

/// NRand (lo 0, hi 1, n 0): the mean of n uniform draws; at least one.
export const NRand = ugen("NRand", {
  rates: "ir",
  family: "random",
  inputs: { lo: atInit(0), hi: atInit(1), n: atInit(0) },
  random: true,
  init({ lo, hi, n }, _s, c) {
    const count = Math.max(1, c.tr(n));
    let sum = c.f32(0);
    for (let k = 0; k < count; k++) sum += c.u01();
    return (sum / count) * (hi - lo) + lo;
  },
});

/// ExpRand (lo 0.01, hi 1): lo (hi/lo)^u for uniform u: as often in every octave.
export const ExpRand = ugen("ExpRand", {
  rates: "ir",
  family: "random",
  inputs: { lo: atInit(0.01), hi: atInit(1) },
  uses: { exponential },
  random: true,
  init({ lo, hi }, _s, c) {
    return c.exponential(lo, hi, c);
  },
});

/// TRand (lo 0, hi 1, trig): uniform in [lo, hi), drawn at the start and at every rising edge of trig.
export const TRand = ugen("TRand", {
  rates: "ar kr",
  family: "random",
  inputs: { lo: perSample(0), hi: perSample(1), trig: signal },
  state: { value: 0, last: 0 },
  uses: { uniform },
  random: true,
  init({ lo, hi, trig }, s, c) {
    s.value = c.uniform(lo, hi, c);
    s.last = trig;
    return s.value;
  },
  tick({ lo, hi, trig }, s, _b, c) {
    if (trig > 0 && s.last <= 0) s.value = c.uniform(lo, hi, c);
    s.last = trig;
    return s.value;
  },
});

/// TExpRand (lo 0.01, hi 1, trig): lo (hi/lo)^u at every rising edge. At audio rate every positive sample of a block draws when the last block
/// ended at or below 0, as in SuperCollider.
export const TExpRand = ugen("TExpRand", {
  rates: "ar kr",
  family: "random",
  inputs: { lo: perSample(0.01), hi: perSample(1), trig: signal },
  state: { value: 0, last: 0, trig: 0 },
  uses: { exponential },
  random: true,
  init({ lo, hi, trig }, s, c) {
    s.value = c.exponential(lo, hi, c);
    s.last = trig;
    return s.value;
  },
  tick({ lo, hi, trig }, s, _b, c) {
    if (trig > 0 && s.last <= 0) s.value = c.exponential(lo, hi, c);
    s.trig = trig;
    return s.value;
  },
  end(_x, s) {
    s.last = s.trig;
  },
});

/// TIRand (lo 0, hi 127, trig): a uniform integer from lo to hi at every rising edge. At audio rate every positive sample of a block draws when the
/// last block ended at or below 0, as in SuperCollider.
export const TIRand = ugen("TIRand", {
  rates: "ar kr",
  family: "random",
  inputs: { lo: perSample(0), hi: perSample(127), trig: signal },
  state: { value: 0, last: 0, trig: 0 },
  uses: { integer },
  random: true,
  init({ lo, hi, trig }, s, c) {
    s.value = c.integer(lo, hi, c);
    s.last = trig;
    return s.value;
  },
  tick({ lo, hi, trig }, s, _b, c) {
    if (trig > 0 && s.last <= 0) s.value = c.integer(lo, hi, c);
    s.trig = trig;
    return s.value;
  },
  end(_x, s) {
    s.last = s.trig;
  },
});

/// CoinGate (prob, in): lets a rising edge through with this probability; else 0.
export const CoinGate = ugen("CoinGate", {
  rates: "ar kr",
  family: "random",
  inputs: { prob: perBlock(), in: signal },
  state: { last: 0 },
  random: true,
  init({ in: x }, s) {
    s.last = x;
    return 0;
  },
  tick({ prob, in: x }, s, _b, c) {
    let y = c.f32(0);
    if (x > 0 && s.last <= 0) y = c.u01() < prob ? x : 0;
    s.last = x;
    return y;
  },
});

/// TWindex (in, normalize 0, weights...): at every rising edge of in, an index chosen with these probabilities (divided by their sum when normalize is 1).
/// When the weights sum to less than what is drawn, the number of inputs.
export const TWindex = ugen("TWindex", {
  rates: "ar kr",
  family: "random",
  inputs: { in: signal, normalize: perBlock(0), weights: many() },
  state: { index: 0, last: 1 },
  random: true,
  start: "step",
  init({ in: _in }, s) {
    s.last = 0;
  },
  tick({ in: x, normalize, weights }, s, _b, c) {
    if (x > 0 && s.last <= 0) {
      let total = c.f32(0);
      for (const k of c.each(weights.length)) total += weights[k];
      const drawn = c.u01() * (normalize === 1 ? total : 1);
      let sum = c.f32(0);
      let index = weights.length + 2;
      for (const k of c.each(weights.length)) {
        sum += weights[k];
        if (index > weights.length && sum >= drawn) index = k;
      }
      s.index = index;
    }
    s.last = x;
    return s.index;
  },
});
