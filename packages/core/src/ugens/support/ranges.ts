/// Keeping a number in a range: modulo, wrap, fold, as SuperCollider computes them (one shift is tried before the division).
import { helper } from "../../kernel/language.ts";

/// x modulo h, in [0, h) for h > 0; 0 for h = 0.
export const mod = helper((x: number, h: number) => {
  const shifted = x >= h ? x - h : x < 0 ? x + h : x;
  const inside = x >= h ? shifted < h : x < 0 ? shifted >= 0 : true;
  return inside ? shifted : h === 0 ? 0 : shifted - h * Math.floor(shifted / h);
});

/// x wrapped into [lo, hi).
export const wrap = helper((x: number, lo: number, hi: number) => {
  const range = hi - lo;
  const shifted = x >= hi ? x - range : x < lo ? x + range : x;
  const inside = x >= hi ? shifted < hi : x < lo ? shifted >= lo : true;
  return inside ? shifted : hi === lo ? lo : shifted - range * Math.floor((shifted - lo) / range);
});

/// x reflected at lo and hi into [lo, hi].
export const fold = helper((x: number, lo: number, hi: number) => {
  const once = x >= hi ? hi + hi - x : x < lo ? lo + lo - x : x;
  const inside = x >= hi ? once >= lo : x < lo ? once < hi : true;
  const range = hi - lo;
  const z = x - lo;
  const c = z - (range + range) * Math.floor(z / (range + range));
  const folded = (c >= range ? range + range - c : c) + lo;
  return inside ? once : hi === lo ? lo : folded;
});

/// Greatest common divisor of integers; negative when both are at most 0, the other one when one is 0.
export const gcd = helper((a: number, b: number) => {
  const negative = a <= 0 && b <= 0;
  let x = Math.abs(a);
  let y = Math.abs(b);
  // At most 46 turns for 32-bit numbers.
  for (let k = 0; k < 48; k++) {
    if (y === 0) break;
    const r = x % y;
    x = y;
    y = r;
  }
  return a === 0 ? b : b === 0 ? a : negative ? -x : x;
});

/// Least common multiple of integers; 0 when one is 0.
export const lcm = helper((a: number, b: number, c: { gcd(a: number, b: number): number }) => {
  const divisor = c.gcd(a, b);
  return a === 0 || b === 0 ? 0 : (Math.imul(a, b) / divisor) | 0;
});
