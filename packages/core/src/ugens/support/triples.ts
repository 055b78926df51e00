/// Second-order sections whose coefficients move once every three samples.
///
/// A block is cut into triples. When a parameter has changed, each coefficient goes from its last value to the new one in equal steps, one after each
/// triple; the samples left over have the end value. Parameters are read once per block. A block of fewer than three samples (control rate) has no
/// steps: the old coefficients serve the block of a change, unless the filter has a way to do single samples.

import type { SystemContext } from "../../kernel/language.ts";
import { type AnySpec, f32s, f64, type Helper, helper, type InputSpec, kernel, type Shape, signal } from "../../kernel/language.ts";
import { ugenByShape } from "../declare.ts";
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
export type DesignContext = SystemContext & { decayCoefficient(time: number, rate: number, c: SystemContext): number };
/// Sets a section's coefficients from the parameters (the inputs after `in`).
export type Design = Helper<(p: readonly number[], s: Section, c: DesignContext) => void>;
/// One sample through a section, with the coefficients of the moment.
export type Step = Helper<(x: number, a0: number, a1: number, a2: number, b1: number, b2: number, s: Section, c: SystemContext) => number>;

export interface SecondOrder {
  readonly doc: string;
  readonly rates?: string;
  /// The inputs after `in`, read per block.
  readonly parameters: Readonly<Record<string, InputSpec>>;
  readonly design: Design;
  readonly step: Step;
  /// The value at construction of a filter that takes the first sample in without coefficients; without it the construction makes a true step.
  readonly first?: Helper<(x: number) => number>;
  /// Single samples use new coefficients at once.
  readonly single?: boolean;
}

const yes = helper(() => 1);
const no = helper(() => 0);
const nothing = helper((_x: number) => 0);

/// @internal
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

const specs = ({ doc, rates, parameters, design, step, first, single }: SecondOrder) => {
  const common = {
    rates: rates ?? "ar kr",
    family: "filters",
    doc,
    inputs: { in: signal, ...parameters },
    state: sectionState,
    uses: { design, step, decayCoefficient, first: first ?? nothing, untouched: first ? yes : no, single: single ? yes : no },
    start: "step",
  } as const;
  const fixed = kernel({
    ...common,
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
    tick(x, s, _b, c) {
      return c.step(x.in, s.a0, s.a1, s.a2, s.b1, s.b2, s, c);
    },
    end(_x, s, _b, c) {
      s.y1 = c.zap(s.y1);
      s.y2 = c.zap(s.y2);
    },
  });
  const moving = kernel({
    ...common,
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
      const p = c.values(x, 1);
      let moving = 0;
      for (const i of c.each(p.length)) {
        if (p[i] !== s.p[i]) moving = 1;
        s.p[i] = p[i];
      }
      const a0 = s.a0;
      const a1 = s.a1;
      const a2 = s.a2;
      const b1 = s.b1;
      const b2 = s.b2;
      if (moving === 1) c.design(s.p, s, c);
      const atOnce = c.size === 1 && c.single() === 1;
      const pace = c.size >= 3 ? 3 / (c.size - (c.size % 3)) : 0;
      return {
        moving: atOnce ? 0 : moving,
        from: { a0, a1, a2, b1, b2 },
        by: { a0: (s.a0 - a0) * pace, a1: (s.a1 - a1) * pace, a2: (s.a2 - a2) * pace, b1: (s.b1 - b1) * pace, b2: (s.b2 - b2) * pace },
      };
    },
    tick(x, s, { moving, from, by }, c) {
      let a0 = s.a0;
      let a1 = s.a1;
      let a2 = s.a2;
      let b1 = s.b1;
      let b2 = s.b2;
      if (moving === 1) {
        // j / 3 for j below 2^15.
        const triple = c.f64((c.j * 21846) >> 16);
        a0 = from.a0 + triple * by.a0;
        a1 = from.a1 + triple * by.a1;
        a2 = from.a2 + triple * by.a2;
        b1 = from.b1 + triple * by.b1;
        b2 = from.b2 + triple * by.b2;
      }
      return c.step(x.in, a0, a1, a2, b1, b2, s, c);
    },
    end(_x, s, _b, c) {
      s.y1 = c.zap(s.y1);
      s.y2 = c.zap(s.y2);
    },
  });
  return { fixed, moving };
};

/// A second-order filter by its design equations and its difference equation; `audio` is its kernel for parameters that are all audio-rate.
export function secondOrder(name: string, filter: SecondOrder, audio?: AnySpec): UGen {
  const { fixed, moving } = specs(filter);
  return ugenByShape(name, moving, ({ rate, inputs }: Shape) => {
    const parameters = inputs.slice(1);
    if (parameters.every((r) => r === "ir")) return fixed;
    return audio && rate === "ar" && parameters.every((r) => r === "ar") ? audio : moving;
  });
}
