/// The largest error of each function of the math library over its samples.
import type { MathFunction, MathName } from "../../packages/core/src/kernel/math/index.ts";
import { big } from "./big-float.ts";
import { evaluator } from "./math-evaluator.ts";
import { reference, ulps } from "./math-reference.ts";
import { arguments_, samplesFor } from "./math-samples.ts";

export interface Worst {
  readonly ulp: number;
  readonly x: number;
  readonly y: number;
}

/// The largest error in units of the last place, against 170 bits.
export function largestError(name: MathName, f: MathFunction, type: "f32" | "f64", count: number): Worst {
  const run = evaluator(f);
  const exact = reference[name];
  const narrow = type === "f32" ? Math.fround : (x: number) => x;
  const [least, most] = type === "f32" ? [1e-46, 3.4e38] : [0, 1.7e308];
  let worst: Worst = { ulp: 0, x: 0, y: 0 };
  for (const args of arguments_(samplesFor(name, type), count)) {
    const [x, y] = args.map(narrow);
    const rough = (Math as unknown as Record<string, (x: number, y: number) => number>)[name === "exp2" ? "abs" : name](x, y);
    if (name === "pow" && !(rough > least && rough < most)) continue;
    if (!Number.isFinite(rough)) continue;
    const ulp = ulps(run(x, y), exact(big(x), big(y)), type);
    if (!(ulp <= worst.ulp)) worst = { ulp, x, y };
  }
  return worst;
}
