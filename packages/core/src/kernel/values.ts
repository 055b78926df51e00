/// What an expression of a kernel can stand for while the kernel is being compiled: a number known now, a number known at run time, or something
/// that only exists at compile time (state, an input list, a helper).
import type { Expr, Local, Type } from "./ir.ts";
import type { AnyNode } from "./parse.ts";

/// How often a run-time value changes: 1 at most once per call (before the sample loop), 2 within the loop.
export type Level = 1 | 2;

export type Value = Lit | Num | Obj | List | Block | Call | Glide | StateRef | Nothing;

/// Known at compile time. Numbers adapt to the type they meet.
export interface Lit {
  readonly k: "lit";
  readonly value: number | boolean | string;
}
/// Known at run time. `range` is a guarantee on an i32 (both ends included); `unsigned` marks the result of `>>> 0`.
export interface Num {
  readonly k: "num";
  readonly expr: Expr;
  readonly level: Level;
  readonly bool?: boolean;
  readonly unsigned?: boolean;
  readonly range?: readonly [number, number];
}
/// Members by name, computed when asked for. `set` handles `obj.name = value`.
export interface Obj {
  readonly k: "obj";
  readonly what: string;
  get(name: string, node: AnyNode): Value | undefined;
  set?(name: string, value: Value, node: AnyNode): void;
  names(): string[];
  /// Elements, for objects that also have them (sample buffers).
  readonly block?: Block;
}
/// Items whose number is known at compile time; `dynamic` reads one by a run-time index. `source` is the input a value came from.
export interface List {
  readonly k: "list";
  readonly items: readonly Value[];
  dynamic?(index: Value, node: AnyNode): Value;
}
/// Numbers in memory, by index.
export interface Block {
  readonly k: "block";
  readonly what: string;
  readonly length: Value;
  get(index: Value, node: AnyNode): Value;
  set?(index: Value, value: Value, node: AnyNode): void;
}
/// Something that can be called. `args` are values already evaluated.
export interface Call {
  readonly k: "call";
  readonly name: string;
  call(args: Value[], node: AnyNode): Value;
}
/// A block value that moves along the block: base + j * step (f32).
export interface Glide {
  readonly k: "glide";
  readonly base: Expr;
  readonly step: Expr;
}
/// A dynamic memory state, before it is indexed (`c.alloc(s.line, n)`).
export interface StateRef {
  readonly k: "state";
  readonly name: string;
  readonly block: Block;
  alloc(length: Value, node: AnyNode): void;
}
export interface Nothing {
  readonly k: "nothing";
}

export const nothing: Nothing = { k: "nothing" };
export const lit = (value: number | boolean | string): Lit => ({ k: "lit", value });
export const num = (expr: Expr, level: Level, extra?: Partial<Pick<Num, "bool" | "unsigned" | "range">>): Num => ({
  k: "num",
  expr,
  level,
  ...extra,
});

/// What to call a value in an error message.
export function describe(value: Value): string {
  switch (value.k) {
    case "lit":
      return typeof value.value === "number" ? `the number ${value.value}` : JSON.stringify(value.value);
    case "num":
      return value.bool ? "a condition" : `a number (${value.expr.type})`;
    case "obj":
    case "block":
      return value.what;
    case "list":
      return `a list of ${value.items.length}`;
    case "call":
      return `the function ${value.name}`;
    case "glide":
      return "a gliding value";
    case "state":
      return `the memory ${value.name}`;
    case "nothing":
      return "nothing (undefined)";
  }
}

/// The type two operands meet in: f64 if either is, else f32 if either is, else i32. A literal adapts, unless it is a fraction and the other is i32.
export function join(a: Type, b: Type): Type {
  if (a === "f64" || b === "f64") return "f64";
  return a === "f32" || b === "f32" ? "f32" : "i32";
}

/// The type of a literal by itself.
export const litType = (value: number): Type =>
  Number.isInteger(value) && Math.abs(value) <= 2147483647 && !Object.is(value, -0) ? "i32" : "f32";

export interface Variable {
  readonly local: Local;
  /// The level a read of it has.
  readonly level: Level;
  range?: readonly [number, number];
}

/// The range that holds both, when both are known.
export function rangeUnion(a: Value, b: Value): readonly [number, number] | undefined {
  const ra = rangeFrom(a);
  const rb = rangeFrom(b);
  return ra && rb ? [Math.min(ra[0], rb[0]), Math.max(ra[1], rb[1])] : undefined;
}

/// What is known of an integer.
export function rangeFrom(v: Value): readonly [number, number] | undefined {
  if (v.k === "lit" && typeof v.value === "number" && Number.isInteger(v.value)) return [v.value, v.value];
  return v.k === "num" ? v.range : undefined;
}
