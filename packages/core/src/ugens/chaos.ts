/// Chaotic maps, iterated `freq` times a second: the N forms hold each value, L draw lines from value to value, C cubic curves. All inputs are read once
/// per block. The order of operations is part of a map's definition, since chaos makes another signal of one rounding.
import { type Context, f64, type Helper, helper, type InputSpec, perBlock, type StateSpec } from "../kernel/language.ts";
import { type Callable, ugen } from "./declare.ts";
import type { UGen } from "./registry.ts";
import { type CsineContext, csineParts } from "./support/csine.ts";

/// Inputs and state of any map, by name.
type Numbers = Record<string, number>;
type Start = Helper<(x: Numbers, s: Numbers) => void>;
interface StepContext extends CsineContext {
  turn(x: number): number;
}
type Step = Helper<(x: Numbers, s: Numbers, c: StepContext) => void>;

/// A map, whose value is `s.now`.
interface ChaoticMap<I extends Readonly<Record<string, number>> = Readonly<Record<string, number>>> {
  readonly doc: string;
  /// After freq: names and defaults.
  readonly inputs: I;
  readonly state: Readonly<Record<string, StateSpec>>;
  /// Sets the state from the inputs, and the value before (`s.past`).
  readonly first: Start;
  /// Where an initial value was moved, sets out from there.
  readonly moved: Start;
  readonly step: Step;
  /// Whether a cubic curve starts from its first value.
  readonly level?: boolean;
}

/// Keeps the names of a map's inputs for its callers.
const chaoticMap = <const I extends Readonly<Record<string, number>>>(map: ChaoticMap<I>): ChaoticMap<I> => map;
type ChaosUGen<I> = UGen & Callable<{ freq: InputSpec } & { [K in keyof I]: InputSpec }, "ar", 1>;

/// x brought into a turn: one shift, then a division.
const turn = helper((x: number) => {
  const shifted = x >= 2 * Math.PI ? x - 2 * Math.PI : x < 0 ? x + 2 * Math.PI : x;
  const inside = shifted >= 0 && shifted < 2 * Math.PI;
  return inside ? shifted : shifted - 2 * Math.PI * Math.trunc(shifted / (2 * Math.PI));
});

/// Samples from value to value.
const period = helper((freq: number, c: Context) => {
  const rate = c.f32(c.rate);
  return freq < rate ? rate / Math.max(freq, 0.001) : c.f32(1);
});

function parts(map: ChaoticMap) {
  const inputs: Record<string, InputSpec> = { freq: perBlock(22050) };
  for (const [name, value] of Object.entries(map.inputs)) inputs[name] = perBlock(value);
  const state: Record<string, StateSpec> = { counter: 0, now: f64(), past: f64(), ...map.state };
  return {
    spec: { rates: "ar", family: "chaos", start: "step", doc: map.doc, inputs } as const,
    state,
    uses: { first: map.first, moved: map.moved, step: map.step, period, turn, ...csineParts },
  };
}

/// Holds each value.
function held<I extends Readonly<Record<string, number>>>(name: string, map: ChaoticMap<I>): ChaosUGen<I> {
  const { spec, state, uses } = parts(map);
  return ugen(name, {
    ...spec,
    state,
    uses,
    init(x, s, c) {
      c.first(x, s);
    },
    block(x, s, c) {
      c.moved(x, s);
      return { period: c.period(x.freq, c) };
    },
    tick(x, s, { period }, c) {
      if (s.counter >= period) {
        s.counter -= period;
        c.step(x, s, c);
      }
      s.counter += 1;
      return s.now;
    },
  }) as unknown as ChaosUGen<I>;
}

/// Lines from value to value.
function lines<I extends Readonly<Record<string, number>>>(name: string, map: ChaoticMap<I>): ChaosUGen<I> {
  const { spec, state, uses } = parts(map);
  return ugen(name, {
    ...spec,
    state: { ...state, at: f64() } as Record<string, StateSpec>,
    uses,
    init(x, s, c) {
      c.first(x, s);
    },
    block(x, s, c) {
      c.moved(x, s);
      const period = c.period(x.freq, c);
      return { period, slope: 1 / period };
    },
    tick(x, s, { period, slope }, c) {
      if (s.counter >= period) {
        s.counter -= period;
        s.at = 0;
        s.past = s.now;
        c.step(x, s, c);
      }
      s.counter += 1;
      const y = s.past + (s.now - s.past) * s.at;
      s.at += slope;
      return y;
    },
  }) as unknown as ChaosUGen<I>;
}

/// Cubic curves through the values, a value late.
function curves<I extends Readonly<Record<string, number>>>(name: string, map: ChaoticMap<I>): ChaosUGen<I> {
  const { spec, state, uses } = parts(map);
  const more = { at: f64(), past2: f64(), past3: f64(), c0: f64(), c1: f64(), c2: f64(), c3: f64() };
  return ugen(name, {
    ...spec,
    state: { ...state, ...more } as Record<string, StateSpec>,
    uses: { ...uses, flat: map.level ? flat : zero },
    init(x, s, c) {
      c.first(x, s);
      s.past2 = s.past;
      s.past3 = s.past;
      c.flat(s);
    },
    block(x, s, c) {
      c.moved(x, s);
      const period = c.period(x.freq, c);
      return { period, slope: 1 / period };
    },
    tick(x, s, { period, slope }, c) {
      if (s.counter >= period) {
        s.counter -= period;
        s.at = 0;
        s.past3 = s.past2;
        s.past2 = s.past;
        s.past = s.now;
        c.step(x, s, c);
        s.c0 = s.past2;
        s.c1 = 0.5 * (s.past - s.past3);
        s.c2 = s.past3 - 2.5 * s.past2 + 2 * s.past - 0.5 * s.now;
        s.c3 = 0.5 * (s.now - s.past3) + 1.5 * (s.past2 - s.past);
      }
      s.counter += 1;
      const f = c.f32(s.at);
      const y = ((s.c3 * f + s.c2) * f + s.c1) * f + s.c0;
      s.at += slope;
      return y;
    },
  }) as unknown as ChaosUGen<I>;
}
/// Before the first step: all four coefficients are the initial value, or 0.
const flat = helper((s: Numbers) => {
  s.c0 = s.past;
  s.c1 = s.past;
  s.c2 = s.past;
  s.c3 = s.past;
});
const zero = helper((_s: Numbers) => {});

const fromX = {
  first: helper((x: Numbers, s: Numbers) => {
    s.xi = x.xi;
    s.now = x.xi;
    s.past = x.xi;
  }),
  moved: helper((x: Numbers, s: Numbers) => {
    if (x.xi !== s.xi) {
      s.xi = x.xi;
      s.past = s.now;
      s.now = x.xi;
    }
  }),
};
const fromXY = {
  first: helper((x: Numbers, s: Numbers) => {
    s.xi = x.xi;
    s.yi = x.yi;
    s.now = x.xi;
    s.past = x.xi;
    s.y = x.yi;
  }),
  moved: helper((x: Numbers, s: Numbers) => {
    if (x.xi !== s.xi || x.yi !== s.yi) {
      s.xi = x.xi;
      s.yi = x.yi;
      s.past = s.now;
      s.now = x.xi;
      s.y = x.yi;
    }
  }),
};

const quad = chaoticMap({
  doc: "x' = a x^2 + b x + c.",
  inputs: { a: 1, b: -1, c: -0.75, xi: 0 },
  state: { xi: 0 },
  ...fromX,
  level: true,
  step: helper((x, s) => {
    s.now = x.a * s.now * s.now + x.b * s.now + x.c;
  }),
});
export const QuadN = held("QuadN", quad);
export const QuadL = lines("QuadL", quad);
export const QuadC = curves("QuadC", quad);

const cusp = chaoticMap({
  doc: "x' = a - b sqrt|x|.",
  inputs: { a: 1, b: 1.9, xi: 0 },
  state: { xi: 0 },
  ...fromX,
  step: helper((x, s) => {
    s.now = x.a - x.b * Math.sqrt(Math.abs(s.now));
  }),
});
export const CuspN = held("CuspN", cusp);
export const CuspL = lines("CuspL", cusp);

const gbman = chaoticMap({
  doc: "The gingerbread man: x' = 1 - y + |x|, y' = x. Initial values count at the start only.",
  inputs: { xi: 1.2, yi: 2.1 },
  state: { y: f64() },
  first: helper((x, s) => {
    s.now = x.xi;
    s.y = x.yi;
    s.past = x.yi;
  }),
  moved: helper(() => {}),
  step: helper((_x, s) => {
    const last = s.now;
    s.now = last < 0 ? 1 - s.y - last : 1 - s.y + last;
    s.y = last;
  }),
});
export const GbmanN = held("GbmanN", gbman);
export const GbmanL = lines("GbmanL", gbman);

const latoocarfian = chaoticMap({
  doc: "x' = sin(b y) + c sin(b x), y' = sin(a x) + d sin(a y).",
  inputs: { a: 1, b: 3, c: 0.5, d: 0.5, xi: 0.5, yi: 0.5 },
  state: { xi: 0, yi: 0, y: f64() },
  ...fromXY,
  level: true,
  step: helper((x, s, c) => {
    const last = s.now;
    const y = s.y;
    s.now = c.csine(x.b * y, c) + x.c * c.csine(x.b * last, c);
    s.y = c.csine(x.a * last, c) + x.d * c.csine(x.a * y, c);
  }),
});
export const LatoocarfianN = held("LatoocarfianN", latoocarfian);
export const LatoocarfianL = lines("LatoocarfianL", latoocarfian);
export const LatoocarfianC = curves("LatoocarfianC", latoocarfian);

const linCong = chaoticMap({
  doc: "Linear congruence: x' = (a x + c) mod m, scaled to -1 to 1.",
  inputs: { a: 1.1, c: 0.13, m: 1, xi: 0 },
  state: { xi: 0, x: f64() },
  level: true,
  first: helper((x, s) => {
    const m = Math.max(x.m, 0.001);
    s.xi = x.xi;
    s.x = x.xi;
    s.now = s.x * (2 / m) - 1;
    // As it is: SuperCollider scales only what it computes.
    s.past = x.xi;
  }),
  moved: helper((x, s) => {
    if (x.xi !== s.xi) {
      s.xi = x.xi;
      s.x = x.xi;
      s.past = s.now;
      s.now = s.x * (2 / Math.max(x.m, 0.001)) - 1;
    }
  }),
  step: helper((x, s, c) => {
    const m = c.f64(Math.max(x.m, 0.001));
    const next = x.a * s.x + x.c;
    const shifted = next >= m ? next - m : next < 0 ? next + m : next;
    s.x = shifted >= 0 && shifted < m ? shifted : shifted - m * Math.floor(shifted / m);
    s.now = s.x * (2 / m) - 1;
  }),
});
export const LinCongN = held("LinCongN", linCong);
export const LinCongL = lines("LinCongL", linCong);
export const LinCongC = curves("LinCongC", linCong);

const standard = chaoticMap({
  doc: "The standard map: y' = y + k sin x, x' = x + y', both modulo 2 pi; the output is (x - pi) / pi.",
  inputs: { k: 1, xi: 0.5, yi: 0 },
  state: { xi: 0, yi: 0, x: f64(), y: f64() },
  first: helper((x, s) => {
    s.xi = x.xi;
    s.yi = x.yi;
    s.x = x.xi;
    s.y = x.yi;
    s.now = (s.x - Math.PI) * (1 / Math.PI);
    s.past = s.now;
  }),
  moved: helper((x, s) => {
    if (x.xi !== s.xi || x.yi !== s.yi) {
      s.xi = x.xi;
      s.yi = x.yi;
      s.x = x.xi;
      s.y = x.yi;
      s.past = s.now;
      s.now = (s.x - Math.PI) * (1 / Math.PI);
    }
  }),
  step: helper((x, s, c) => {
    s.y = c.turn(s.y + x.k * c.csine(s.x, c));
    s.x = c.turn(s.x + s.y);
    s.now = (s.x - Math.PI) * (1 / Math.PI);
  }),
});
export const StandardN = held("StandardN", {
  ...standard,
  // Here a moved initial value is heard after the next step only.
  moved: helper((x, s) => {
    if (x.xi !== s.xi || x.yi !== s.yi) {
      s.xi = x.xi;
      s.yi = x.yi;
      s.x = x.xi;
      s.y = x.yi;
    }
  }),
});
export const StandardL = lines("StandardL", standard);

const fbSine = chaoticMap({
  doc: "A sine fed back: x' = sin(im y + fb x), y' = a y + c modulo 2 pi.",
  inputs: { im: 1, fb: 0.1, a: 1.1, c: 0.5, xi: 0.1, yi: 0.1 },
  state: { xi: 0, yi: 0, y: f64() },
  ...fromXY,
  step: helper((x, s, c) => {
    s.now = c.csine(x.im * s.y + x.fb * s.now, c);
    s.y = c.turn(x.a * s.y + x.c);
  }),
});
export const FBSineN = held("FBSineN", fbSine);
export const FBSineL = lines("FBSineL", fbSine);
export const FBSineC = curves("FBSineC", {
  ...fbSine,
  // Here a moved initial value sets x alone.
  moved: helper((x, s) => {
    if (x.xi !== s.xi || x.yi !== s.yi) {
      s.xi = x.xi;
      s.yi = x.yi;
      s.past = s.now;
      s.now = x.xi;
    }
  }),
});

const lorenz = chaoticMap({
  doc: "Lorenz's attractor, x' = s (y - x), y' = x (r - z) - y, z' = x y - b z, by fourth-order Runge-Kutta steps of h; the output is 0.04 x.",
  inputs: { s: 10, r: 28, b: 2.667, h: 0.05, xi: 0.1, yi: 0, zi: 0 },
  state: { xi: 0, yi: 0, zi: 0, x: f64(), y: f64(), z: f64() },
  first: helper((x, s) => {
    s.xi = x.xi;
    s.yi = x.yi;
    s.zi = x.zi;
    s.x = x.xi;
    s.y = x.yi;
    s.z = x.zi;
    s.now = s.x * 0.04;
    s.past = s.now;
  }),
  moved: helper((x, s) => {
    if (x.xi !== s.xi || x.yi !== s.yi || x.zi !== s.zi) {
      s.xi = x.xi;
      s.yi = x.yi;
      s.zi = x.zi;
      s.x = x.xi;
      s.y = x.yi;
      s.z = x.zi;
      s.past = s.now;
      s.now = s.x * 0.04;
    }
  }),
  step: helper((x, s, c) => {
    const h = c.f64(x.h);
    const k1x = h * x.s * (s.y - s.x);
    const k1y = h * (s.x * (x.r - s.z) - s.y);
    const k1z = h * (s.x * s.y - x.b * s.z);
    const x2 = s.x + 0.5 * k1x;
    const y2 = s.y + 0.5 * k1y;
    const z2 = s.z + 0.5 * k1z;
    const k2x = h * x.s * (y2 - x2);
    const k2y = h * (x2 * (x.r - z2) - y2);
    const k2z = h * (x2 * y2 - x.b * z2);
    const x3 = s.x + 0.5 * k2x;
    const y3 = s.y + 0.5 * k2y;
    const z3 = s.z + 0.5 * k2z;
    const k3x = h * x.s * (y3 - x3);
    const k3y = h * (x3 * (x.r - z3) - y3);
    const k3z = h * (x3 * y3 - x.b * z3);
    const x4 = s.x + k3x;
    const y4 = s.y + k3y;
    const z4 = s.z + k3z;
    const k4x = h * x.s * (y4 - x4);
    const k4y = h * (x4 * (x.r - z4) - y4);
    const k4z = h * (x4 * y4 - x.b * z4);
    s.x += (k1x + 2 * (k2x + k3x) + k4x) * 0.1666666666666667;
    s.y += (k1y + 2 * (k2y + k3y) + k4y) * 0.1666666666666667;
    s.z += (k1z + 2 * (k2z + k3z) + k4z) * 0.1666666666666667;
    s.now = s.x * 0.04;
  }),
});
export const LorenzL = lines("LorenzL", lorenz);
