/// Values that are not numbers, infinite or too small to be normal: found and replaced.
import { helper, perBlock, perSample, type SystemContext, signal } from "../kernel/language.ts";
import { ugen } from "./declare.ts";

/// What kind of value: 0 normal or zero, 1 not a number, 2 infinite, 3 subnormal.
const classOf = helper((x: number, c: SystemContext) => {
  const bits = c.bits(x) & 2147483647;
  if (bits > 2139095040) return 1;
  if (bits === 2139095040) return 2;
  return bits !== 0 && bits < 8388608 ? 3 : 0;
});

/// CheckBadValues (in, id 0, post 2): 0 for normal numbers and zero, 1 for NaN, 2 for infinities, 3 for subnormal numbers.
export const CheckBadValues = ugen("CheckBadValues", {
  rates: "ar kr",
  inputs: { in: signal, id: perBlock(0), post: perBlock(2) },
  uses: { classOf },
  effect: true,
  family: "triggers",
  tick({ in: x }, _s, _b, c) {
    return c.classOf(x, c);
  },
});

/// Sanitize (in, replace 0): `replace` in place of NaN, infinities and subnormal numbers.
export const Sanitize = ugen("Sanitize", {
  rates: "ar kr",
  inputs: { in: signal, replace: perSample(0) },
  uses: { classOf },
  family: "triggers",
  tick({ in: x, replace }, _s, _b, c) {
    return c.classOf(x, c) === 0 ? x : replace;
  },
});
