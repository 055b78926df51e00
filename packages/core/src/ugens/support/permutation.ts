/// Random orders of bins, made anew when a trigger asks.
import { helper, i32, type SystemContext } from "../../kernel/language.ts";

/// State of a unit with a trigger: whether it fired since the last frame, and its last value.
export const trigger = { before: 0, fired: i32(), chosen: i32() };

interface Trigger {
  before: number;
  fired: number;
  chosen: number;
}

/// Notes an edge of the trigger; once per block.
export const listen = helper((s: Trigger, trig: number) => {
  if (trig > 0 && s.before <= 0) s.fired = 1;
  s.before = trig;
});

/// Whether this frame, of `size` values, needs a new choice: the first one, or one after an edge.
export const chooses = helper((s: Trigger, size: number) => {
  const first = s.chosen !== size;
  const needs = first || s.fired !== 0;
  s.chosen = size;
  // The edge is answered by the first frame that is not the first of all, as in scsynth.
  if (!first) s.fired = 0;
  return needs;
});

/// Writes a random order of 0 to count - 1 as i32 to `order`. Not every order is equally likely: place i is exchanged with one of the first count - i.
export const permute = helper((order: number, count: number, c: SystemContext) => {
  for (let i = 0; i < count; i++) c.storeI32(order + i * 4, i);
  for (let i = 0; i < count; i++) {
    const other = order + c.tr(c.u01() * (count - i)) * 4;
    const own = order + i * 4;
    const value = c.loadI32(own);
    c.storeI32(own, c.loadI32(other));
    c.storeI32(other, value);
  }
});
