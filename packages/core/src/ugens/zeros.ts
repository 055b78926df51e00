/// Filters without feedback: fixed first and second-order zeros, differences, and delays of one and two samples.
import { type Context, f64, type Helper, helper, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

type Response = Helper<(x0: number, x1: number, x2: number, c: Context) => number>;

/// A weighting of the last three samples. Before the start there is the first sample.
const zeros = (name: string, doc: string, response: Response) =>
  ugen(name, {
    rates: "ar kr",
    family: "filters",
    doc,
    inputs: { in: signal },
    state: { x1: f64(), x2: f64() },
    uses: { response },
    start: "step",
    init({ in: x }, s) {
      s.x1 = x;
      s.x2 = x;
    },
    tick({ in: x }, s, _b, c) {
      const x0 = c.f64(x);
      const y = c.response(x0, s.x1, s.x2, c);
      s.x2 = s.x1;
      s.x1 = x0;
      return y;
    },
  });

export const LPZ1 = zeros(
  "LPZ1",
  "(x[n] + x[n-1]) / 2.",
  helper((x0, x1) => 0.5 * (x0 + x1)),
);
export const HPZ1 = zeros(
  "HPZ1",
  "(x[n] - x[n-1]) / 2.",
  helper((x0, x1) => 0.5 * (x0 - x1)),
);
export const LPZ2 = zeros(
  "LPZ2",
  "(x[n] + 2 x[n-1] + x[n-2]) / 4.",
  helper((x0, x1, x2) => 0.25 * (x0 + 2 * x1 + x2)),
);
export const HPZ2 = zeros(
  "HPZ2",
  "(x[n] - 2 x[n-1] + x[n-2]) / 4.",
  helper((x0, x1, x2) => 0.25 * (x0 - 2 * x1 + x2)),
);
export const BPZ2 = zeros(
  "BPZ2",
  "(x[n] - x[n-2]) / 2.",
  helper((x0, _x1, x2) => 0.5 * (x0 - x2)),
);
export const BRZ2 = zeros(
  "BRZ2",
  "(x[n] + x[n-2]) / 2.",
  helper((x0, _x1, x2) => 0.5 * (x0 + x2)),
);
export const Slope = zeros(
  "Slope",
  "The slope per second: rate (x[n] - x[n-1]).",
  helper((x0, x1, _x2, c) => c.rate * (x0 - x1)),
);

/// Delay1 (in): x[n-1]; the first sample is heard twice.
export const Delay1 = ugen("Delay1", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal },
  state: { x1: 0 },
  init({ in: x }, s) {
    s.x1 = x;
    return x;
  },
  tick({ in: x }, s) {
    const y = s.x1;
    s.x1 = x;
    return y;
  },
});

/// Delay2 (in): x[n-2]; before it one 0 and once more the first sample.
export const Delay2 = ugen("Delay2", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal },
  state: { x1: 0, x2: 0 },
  init({ in: x }, s) {
    s.x1 = x;
    return 0;
  },
  tick({ in: x }, s) {
    const y = s.x2;
    s.x2 = s.x1;
    s.x1 = x;
    return y;
  },
});

/// Flip (in): every other sample negated. The first of a block is, and where a block is of odd length every other block's first.
export const Flip = ugen("Flip", {
  rates: "ar kr",
  family: "filters",
  inputs: { in: signal },
  system: true,
  block(_x, _s, c) {
    return { parity: c.size % 2 === 1 ? c.loadI32(c.target.context) : 0 };
  },
  tick({ in: x }, _s, { parity }, c) {
    return ((c.j + parity) & 1) === 0 ? -x : x;
  },
});
