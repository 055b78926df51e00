/// Addresses split into what must be computed and a constant that a load or store adds for nothing.

import type { Expr } from "../kernel/ir.ts";

/// The address is the sum of `terms` plus `constant`.
export interface Address {
  readonly terms: readonly Expr[];
  readonly constant: number;
}

/// Splits `addr + offset`. IR addresses wrap at 2^32 and WebAssembly's constant offsets do not, so constants inside `addr` move to the offset only if
/// the other terms are small enough for both to agree.
export function addressOf(addr: Expr, offset: number): Address {
  if (addr.op === "const") {
    const at = (addr.value + offset) >>> 0;
    return { terms: [], constant: at };
  }
  if (addr.op === "binary" && addr.fn === "add") {
    const terms: Expr[] = [];
    let constant = offset + flatten(addr, terms);
    constant = constant | 0;
    let most = 0;
    for (const term of terms) most += upperBound(term) ?? Number.POSITIVE_INFINITY;
    if (constant >= 0 && most + constant < 4294967296) return { terms, constant };
  }
  if (offset >= 0) return { terms: [addr], constant: offset };
  return { terms: [addr, { op: "const", type: "i32", value: offset }], constant: 0 };
}

/// Collects the terms of a sum and returns its constant part.
function flatten(e: Expr, terms: Expr[]): number {
  if (e.op === "const") return e.value;
  if (e.op === "binary" && e.fn === "add") return flatten(e.a, terms) + flatten(e.b, terms);
  terms.push(e);
  return 0;
}

/// The largest value `e` can have if it certainly is not negative.
function upperBound(e: Expr): number | undefined {
  if (e.op === "const") return e.value >= 0 ? e.value : undefined;
  if (e.op === "compare") return 1;
  if (e.op !== "binary") return undefined;
  switch (e.fn) {
    case "and": {
      const a = upperBound(e.a);
      const b = upperBound(e.b);
      return a === undefined ? b : b === undefined ? a : Math.min(a, b);
    }
    case "shru":
      return e.b.op === "const" && (e.b.value & 31) > 0 ? 4294967295 >>> (e.b.value & 31) : undefined;
    case "shl":
    case "mul": {
      if (e.b.op !== "const" || e.b.value < 0) return undefined;
      const a = upperBound(e.a);
      const most = a === undefined ? undefined : e.fn === "shl" ? a * 2 ** (e.b.value & 31) : a * e.b.value;
      return most !== undefined && most < 2147483648 ? most : undefined;
    }
    default:
      return undefined;
  }
}
