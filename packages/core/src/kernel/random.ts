/// Draws from a synth's random generator, inlined: the combined Tausworthe generator "taus88" of L'Ecuyer (1996, Math. Comp. 65, 203-213).
/// The three words live in locals while a unit runs and are written back after it, so units draw in order, a whole block each.
import { binary, constant, convert, int } from "./build.ts";
import type { UnitContext } from "./context.ts";
import type { Expr } from "./ir.ts";
import type { Specialiser } from "./specialise.ts";
import { type Call, type Num, num, type Value } from "./values.ts";

const and = (a: Expr, mask: number) => binary("and", a, int(mask));
const shl = (a: Expr, n: number) => binary("shl", a, int(n));
const shr = (a: Expr, n: number) => binary("shru", a, int(n));
const xor = (a: Expr, b: Expr) => binary("xor", a, b);
const or = (a: Expr, mask: number) => binary("or", a, int(mask));
const f32 = (bits: Expr, minus: number) => binary("sub", convert("bits", "f32", bits), constant("f32", minus));

export function randomMembers(
  sp: Specialiser,
  unit: UnitContext,
  call: (name: string, fn: Call["call"]) => Call,
): Record<string, () => Value> {
  const level = () => (sp.builder.inTick ? 2 : 1);
  const kept = (e: Expr, name = "r"): Num => sp.builder.keep(num(e, level()), name);

  const raw = (): Expr => {
    const state = unit.random.words();
    const [s1, s2, s3] = state.words.map((w) => (w as Num).expr);
    const n1 = xor(shl(and(s1, -2), 12), shr(xor(shl(s1, 13), s1), 19));
    const n2 = xor(shl(and(s2, -8), 4), shr(xor(shl(s2, 2), s2), 25));
    const n3 = xor(shl(and(s3, -16), 17), shr(xor(shl(s3, 3), s3), 11));
    state.set(0, n1);
    state.set(1, n2);
    state.set(2, n3);
    const [r1, r2, r3] = state.words.map((w) => (w as Num).expr);
    return kept(xor(xor(r1, r2), r3)).expr;
  };
  const draws: Record<string, () => Value> = {
    raw32: () => kept(raw()),
    u01: () => kept(f32(or(shr(raw(), 9), 0x3f800000), 1)),
    u11: () => kept(f32(or(shr(raw(), 9), 0x40000000), 3)),
    u8: () => kept(f32(or(shr(raw(), 9), 0x3e800000), 0.375)),
    coin: () => kept(convert("bits", "f32", or(and(raw(), -2147483648), 0x3f800000))),
    d01: () => kept(binary("mul", convert("fromUint", "f64", raw()), constant("f64", 2 ** -32))),
  };
  return Object.fromEntries(Object.entries(draws).map(([name, draw]) => [name, () => call(name, draw)]));
}
