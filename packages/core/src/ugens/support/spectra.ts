/// Products of whole spectra in memory, packed as frames are: the DC value, the value at half the rate, then real and imaginary parts.
import { helper, type SystemContext } from "../../kernel/language.ts";

/// Adds to the spectrum at `to` the product of those at `a` and `b`; all have `size` values.
export const addProduct = helper((to: number, a: number, b: number, size: number, c: SystemContext) => {
  for (const k of c.each(2)) c.storeF32(to + k * 4, c.loadF32(to + k * 4) + c.loadF32(a + k * 4) * c.loadF32(b + k * 4));
  const bins = size >> 1;
  for (let i = 1; i < bins; i++) {
    const at = i * 8;
    const re = c.loadF32(a + at);
    const im = c.loadF32(a + at + 4);
    const re2 = c.loadF32(b + at);
    const im2 = c.loadF32(b + at + 4);
    c.storeF32(to + at, c.loadF32(to + at) + (re * re2 - im * im2));
    c.storeF32(to + at + 4, c.loadF32(to + at + 4) + (re * im2 + im * re2));
  }
});

/// Sets `count` f32 values to 0.
export const clear = helper((at: number, count: number, c: SystemContext) => {
  for (let k = 0; k < count; k++) c.storeF32(at + k * 4, 0);
});

/// Copies `count` f32 values.
export const copy = helper((to: number, from: number, count: number, c: SystemContext) => {
  for (let k = 0; k < count; k++) c.storeF32(to + k * 4, c.loadF32(from + k * 4));
});
