/// Second-order sections whose coefficients move once every three samples.
///
/// A block is cut into triples. When a parameter has changed, each coefficient goes from its last value to the new one in equal steps, one after each
/// triple; the samples left over have the end value. Parameters are read once per block. A block of fewer than three samples (control rate) has no
/// steps: the old coefficients serve the block of a change, unless the filter has a way to do single samples.
import {
  type AnySpec,
  f32s,
  f64,
  type Helper,
  helper,
  type InputSpec,
  kernel,
  type Shape,
  type SystemContext,
  signal,
} from "../../kernel/language.ts";
import { type Callable, ugenByShape } from "../declare.ts";
import type { UGen } from "../registry.ts";
import { decayCoefficient } from "./decay.ts";

/// Memories and coefficients, f64. y[n-1], y[n-2], y[n-3]; x[n-1], x[n-2].
export interface Section {
  y1: number;
  y2: number;
  y3: number;
  x1: number;
  x2: number;
  a0: number;
  a1: number;
  a2: number;
  b1: number;
  b2: number;
}
type DesignContext = SystemContext & { decayCoefficient(time: number, rate: number, c: SystemContext): number };
type DesignFunction = (p: readonly number[], s: Section, c: DesignContext) => void;
type StepFunction = (x: number, a0: number, a1: number, a2: number, b1: number, b2: number, s: Section, c: SystemContext) => number;

/// Sets a section's coefficients from the parameters (the inputs after `in`, in order).
export const design = (fn: DesignFunction): Helper<DesignFunction> => helper(fn);
/// One sample through a section, with the coefficients of the moment.
export const step = (fn: StepFunction): Helper<StepFunction> => helper(fn);

/// y[n] = x[n] + b1 y[n-1] + b2 y[n-2], then a0 y[n] + a1 y[n-1] + a2 y[n-2].
export const biquad = step((x, a0, a1, a2, b1, b2, s) => {
  const y = x + (b1 * s.y1 + b2 * s.y2);
  const out = a0 * y + (a1 * s.y1 + a2 * s.y2);
  s.y2 = s.y1;
  s.y1 = y;
  return out;
});

export type Parameters = Readonly<Record<string, InputSpec>>;

export interface SecondOrder<P extends Parameters> {
  readonly doc: string;
  /// The inputs after `in`, read per block; at most five.
  readonly parameters: P;
  readonly design: Helper<DesignFunction>;
  readonly step: Helper<StepFunction>;
  /// The value at construction of a filter that takes the first sample in without coefficients; without it the construction makes a true step.
  readonly first?: Helper<(x: number) => number>;
  /// Single samples use new coefficients at once.
  readonly single?: boolean;
}

export const yes = helper(() => 1);
export const no = helper(() => 0);
const nothing = helper((_x: number) => 0);
/// What a coefficient gains with each triple. x + -0 is x for every x, so that a filter that rests may go along with others that move.
const pacing = helper((moving: number, from: number, to: number, pace: number) => (moving === 1 ? (to - from) * pace : -0));

/// `p` are the parameters the coefficients were made from.
export const sectionState = {
  y1: f64(),
  y2: f64(),
  y3: f64(),
  x1: f64(),
  x2: f64(),
  a0: f64(),
  a1: f64(),
  a2: f64(),
  b1: f64(),
  b2: f64(),
  p: f32s(5),
};

type Inputs<P> = { in: typeof signal } & P;

/// The kernel of a section, with the ramps or, when every parameter is scalar, without.
const section = (filter: SecondOrder<Parameters>, fixed: boolean) =>
  kernel({
    inputs: { in: signal, ...filter.parameters } as { in: typeof signal },
    state: sectionState,
    uses: {
      design: filter.design,
      step: filter.step,
      decayCoefficient,
      pacing,
      first: filter.first ?? nothing,
      untouched: filter.first ? yes : no,
      single: filter.single ? yes : no,
      fixed: fixed ? yes : no,
    },
    start: "step",
    init(x, s, c) {
      const p = c.values(x, 1);
      for (const i of c.each(p.length)) s.p[i] = p[i];
      c.design(s.p, s, c);
      if (c.untouched() === 1) {
        s.y1 = x.in;
        s.x1 = x.in;
        return c.first(x.in);
      }
    },
    block(x, s, c) {
      const a0 = s.a0;
      const a1 = s.a1;
      const a2 = s.a2;
      const b1 = s.b1;
      const b2 = s.b2;
      if (c.fixed() === 1) return { moving: 0, from: { a0, a1, a2, b1, b2 }, by: { a0, a1, a2, b1, b2 } };
      const p = c.values(x, 1);
      let moving = 0;
      for (const i of c.each(p.length)) {
        if (p[i] !== s.p[i]) moving = 1;
        s.p[i] = p[i];
      }
      if (moving === 1) c.design(s.p, s, c);
      const atOnce = c.size === 1 && c.single() === 1;
      const pace = c.size >= 3 ? 3 / (c.size - (c.size % 3)) : 0;
      return {
        moving: atOnce ? 0 : moving,
        from: { a0, a1, a2, b1, b2 },
        by: {
          a0: c.pacing(moving, a0, s.a0, pace),
          a1: c.pacing(moving, a1, s.a1, pace),
          a2: c.pacing(moving, a2, s.a2, pace),
          b1: c.pacing(moving, b1, s.b1, pace),
          b2: c.pacing(moving, b2, s.b2, pace),
        },
      };
    },
    tick(x, s, { moving, from, by }, c) {
      if (!c.any(moving === 1)) return c.step(x.in, s.a0, s.a1, s.a2, s.b1, s.b2, s, c);
      // j / 3 for j below 2^15.
      const triple = c.f64((c.j * 21846) >> 16);
      return c.step(
        x.in,
        from.a0 + triple * by.a0,
        from.a1 + triple * by.a1,
        from.a2 + triple * by.a2,
        from.b1 + triple * by.b1,
        from.b2 + triple * by.b2,
        s,
        c,
      );
    },
    end(_x, s, _b, c) {
      s.y1 = c.zap(s.y1);
      s.y2 = c.zap(s.y2);
    },
  });

/// A second-order filter by its design equations and its difference equation; `audio` is its kernel for parameters that are all audio-rate.
export function secondOrder<const P extends Parameters, const R extends string = "ar kr">(
  name: string,
  filter: SecondOrder<P>,
  options: { rates?: R; audio?: AnySpec } = {},
): UGen & Callable<Inputs<P>, R, 1> {
  const { rates = "ar kr" as R, audio } = options;
  const moving = section(filter, false) as unknown as AnySpec;
  const fixed = section(filter, true) as unknown as AnySpec;
  const face = { ...moving, rates, outputs: 1, family: "filters", doc: filter.doc } as const;
  const choose = ({ rate, inputs }: Shape) => {
    const parameters = inputs.slice(1);
    if (parameters.every((r) => r === "ir")) return fixed;
    return audio && rate === "ar" && parameters.every((r) => r === "ar") ? audio : moving;
  };
  return ugenByShape<Inputs<P>, R, 1>(name, face, choose);
}
