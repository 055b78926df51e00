/// What demand-rate units share.
///
/// How often a unit repeats is demanded once after a reset and rounded; infinity is allowed. Lists play items that are themselves
/// demand units to their end before they go on.
import { helper, type SystemContext } from "../../kernel/language.ts";

export type DemandContext = SystemContext;

/// A demanded count: rounded, 0 for NaN.
export const rounded = helper((x: number, c: DemandContext) => (c.isNaN(x) ? 0 : Math.floor(c.f64(x) + 0.5)));

/// Starts every demand-rate input over.
export const restartAll = helper((list: readonly number[], c: DemandContext) => {
  for (const k of c.each(list.length)) c.restart(list[k]);
});

/// The value of item `index` of a list, and 1 if the item is a demand unit; it is started over first when `fresh`.
export const pullItem = helper((list: readonly number[], index: number, fresh: number, c: DemandContext) => {
  let x = 0;
  let nested = 0;
  for (const k of c.each(list.length)) {
    if (index === k) {
      if (c.isDemand(list[k])) {
        if (fresh !== 0) c.restart(list[k]);
        x = c.demand(list[k]);
        nested = 1;
      } else x = list[k];
    }
  }
  return [x, nested];
});

/// A random integer from 0 to n - 1.
export const irand = helper((n: number, c: DemandContext) => c.tr(Math.floor(c.f64(n) * c.d01())));

export const common = { rates: "dr", family: "demand" } as const;
