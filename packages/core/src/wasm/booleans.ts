/// Which integers can only be 0 or 1.

import type { Expr, Local } from "../kernel/ir.ts";

/// True when `e` is 0 or 1, given which locals are.
export function isBoolean(e: Expr, known: (local: Local) => boolean = () => false): boolean {
  switch (e.op) {
    case "compare":
      return true;
    case "const":
      return e.type === "i32" && (e.value === 0 || e.value === 1);
    case "local":
      return known(e.local);
    case "unary":
      return e.fn === "eqz" || e.fn === "any";
    case "binary":
      return (e.fn === "and" || e.fn === "or" || e.fn === "xor") && isBoolean(e.a, known) && isBoolean(e.b, known);
    default:
      return false;
  }
}
