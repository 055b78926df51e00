/// Short names for building IR by hand.
import type { BinaryOp, CompareOp, Expr, Field, Local, Stmt, Type, UnaryOp } from "../../packages/core/src/kernel/ir.ts";

export const types = ["f32", "f64", "i32"] as const;

export const konst = (type: Type, value: number): Expr => ({ op: "const", type, value });
export const i32 = (value: number) => konst("i32", value);
export const f32 = (value: number) => konst("f32", value);
export const local = (l: Local): Expr => ({ op: "local", type: l.type, local: l });
export const field = (f: Field, index?: Expr): Expr => ({ op: "field", type: f.type, field: f, index });
export const unary = (fn: UnaryOp, a: Expr): Expr => ({ op: "unary", type: fn === "eqz" ? "i32" : a.type, fn, a });
export const binary = (fn: BinaryOp, a: Expr, b: Expr): Expr => ({ op: "binary", type: a.type, fn, a, b });
export const compare = (fn: CompareOp, a: Expr, b: Expr): Expr => ({ op: "compare", type: "i32", fn, a, b });
export const select = (cond: Expr, a: Expr, b: Expr): Expr => ({ op: "select", type: a.type, cond, a, b });
export const load = (type: Type, addr: Expr, offset = 0): Expr => ({ op: "load", type, addr, offset });
export const set = (l: Local, value: Expr): Stmt => ({ op: "set", local: l, value });
export const setField = (f: Field, value: Expr, index?: Expr): Stmt => ({ op: "setField", field: f, index, value });
export const store = (type: Type, addr: Expr, value: Expr, offset = 0): Stmt => ({ op: "store", type, addr, offset, value });
export const branch = (cond: Expr, then: Stmt[], otherwise: Stmt[] = []): Stmt => ({ op: "if", cond, then, else: otherwise });
