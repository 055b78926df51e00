/// Small constructors of IR expressions that fold constants and drop identities, so that what reaches the emitters is already simple.
/// Folding follows the IR's arithmetic exactly: f32 results are rounded, i32 wraps.
import { evalBinary, evalCompare, evalConvert, evalUnary } from "./arithmetic.ts";
import type { BinaryOp, CompareOp, ConvertOp, Expr, Local, Type, UnaryOp } from "./ir.ts";

export const constant = (type: Type, value: number): Expr => ({
  op: "const",
  type,
  value: type === "f32" ? Math.fround(value) : type === "i32" ? value | 0 : value,
});
export const int = (value: number): Expr => constant("i32", value);
export const read = (local: Local): Expr => ({ op: "local", type: local.type, local });

const isConst = (e: Expr): e is Expr & { op: "const" } => e.op === "const";

export function unary(fn: UnaryOp, a: Expr): Expr {
  const type = fn === "eqz" || fn === "high" || fn === "low" ? "i32" : a.type;
  if (isConst(a)) return constant(type, evalUnary(fn, type, a.value));
  if (fn === "neg" && a.op === "unary" && a.fn === "neg") return a.a;
  if (fn === "eqz" && a.op === "compare" && (a.a.type === "i32" || a.fn === "eq" || a.fn === "ne")) return { ...a, fn: negated[a.fn] };
  return { op: "unary", type, fn, a };
}

const negated: Record<CompareOp, CompareOp> = { eq: "ne", ne: "eq", lt: "ge", le: "gt", gt: "le", ge: "lt", ltu: "geu", geu: "ltu" };

export function binary(fn: BinaryOp, a: Expr, b: Expr): Expr {
  const type = fn === "words" ? "f64" : a.type;
  if (isConst(a) && isConst(b)) return constant(type, evalBinary(fn, type, a.value, b.value));
  if (isConst(b)) {
    // x * 1 and x / 1 are exact for every x; x - 0 keeps -0. (x + 0 would turn -0 into 0, so floats keep it.)
    if ((fn === "mul" || fn === "div") && b.value === 1) return a;
    if (fn === "sub" && Object.is(b.value, 0)) return a;
    if (type === "i32" && b.value === 0 && (fn === "add" || fn === "or" || fn === "xor" || fn === "shl" || fn === "shr" || fn === "shru"))
      return a;
    if (type === "i32" && fn === "and" && b.value === -1) return a;
    // (x + c1) + c2 on integers, for addresses.
    if (type === "i32" && fn === "add" && a.op === "binary" && a.fn === "add" && isConst(a.b))
      return binary("add", a.a, constant("i32", a.b.value + b.value));
    // Division by a power of two is multiplication by its reciprocal, exactly.
    if (fn === "div" && type !== "i32" && isPowerOfTwo(b.value)) return binary("mul", a, constant(type, 1 / b.value));
  }
  if (isConst(a)) {
    if (fn === "mul" && a.value === 1) return b;
    if (type === "i32" && a.value === 0 && (fn === "add" || fn === "or" || fn === "xor")) return b;
    if (type === "i32" && (fn === "add" || fn === "and" || fn === "mul")) return binary(fn, b, a);
  }
  return { op: "binary", type, fn, a, b };
}

function isPowerOfTwo(x: number): boolean {
  const l = Math.log2(Math.abs(x));
  return Number.isInteger(l) && Math.abs(l) <= 100 && 2 ** l === Math.abs(x);
}

export function compare(fn: CompareOp, a: Expr, b: Expr): Expr {
  if (isConst(a) && isConst(b)) return int(evalCompare(fn, a.value, b.value));
  return { op: "compare", type: "i32", fn, a, b };
}

export function select(cond: Expr, a: Expr, b: Expr): Expr {
  if (isConst(cond)) return cond.value !== 0 ? a : b;
  if (isConst(a) && isConst(b) && Object.is(a.value, b.value)) return a;
  return { op: "select", type: a.type, cond, a, b };
}

export function convert(fn: ConvertOp, type: Type, a: Expr): Expr {
  if (isConst(a)) return constant(type, evalConvert(fn, type, a.value));
  if (fn === "demote" && a.op === "convert" && a.fn === "promote") return a.a;
  return { op: "convert", type, fn, a };
}

/// `a` as `type`, by value: integers to floats exactly or rounded, floats to each other, floats to integers towards zero.
export function coerce(a: Expr, type: Type): Expr {
  if (a.type === type) return a;
  if (type === "i32") return convert("toInt", "i32", a);
  if (a.type === "i32") return convert("fromInt", type, a);
  return type === "f64" ? convert("promote", "f64", a) : convert("demote", "f32", a);
}
