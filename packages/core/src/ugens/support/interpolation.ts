/// Between neighbouring values: x from 0 to 1.
import { helper } from "../../kernel/language.ts";

/// From a to b along a line.
export const lerp = helper((x: number, a: number, b: number) => a + x * (b - a));

/// From y1 to y2 along the cubic whose slopes at both are those of their neighbours (Catmull and Rom).
export const cubic = helper((x: number, y0: number, y1: number, y2: number, y3: number) => {
  const c1 = 0.5 * (y2 - y0);
  const c2 = y0 - 2.5 * y1 + 2 * y2 - 0.5 * y3;
  const c3 = 0.5 * (y3 - y0) + 1.5 * (y1 - y2);
  return ((c3 * x + c2) * x + c1) * x + y1;
});
