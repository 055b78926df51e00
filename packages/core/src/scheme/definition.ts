/// What a builtin is: one row of a library table, from which the reference pages are made too.
import type { Interpreter } from "./interpreter.ts";

/// A builtin's body. Arguments beyond those given are NONE; a builtin that takes more than three reads them all at `at`.
export type Body = (s: Interpreter, a: number, b: number, c: number, n: number, at: number) => number;

export interface Definition {
  name: string;
  /// Fewest and most arguments; most is -1 without a limit.
  arity: readonly [number, number];
  doc: string;
  /// `expression => value`; tried by the tests.
  example?: string;
  /// How it differs from s7.
  difference?: string;
  /// May arrange a call instead of returning a value; never inlined.
  control?: boolean;
  fn: Body;
}

/// Tables read better with short rows.
export function def(
  name: string,
  arity: readonly [number, number],
  doc: string,
  example: string,
  fn: Body,
  more?: Partial<Definition>,
): Definition {
  return { name, arity, doc, example: example === "" ? undefined : example, fn, ...more };
}
