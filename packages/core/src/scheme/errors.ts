/// Conditions: what `error` and `throw` carry, and s7's wording for the common mistakes.
import { describeType } from "./describe.ts";
import type { Interpreter } from "./interpreter.ts";
import { intern } from "./symbols.ts";

/// A Scheme error on its way to a handler: its type (any value, mostly a symbol) and its arguments (a list).
export class Condition {
  readonly type: number;
  readonly info: number;
  /// `throw` without a handler is reported differently from `error`.
  readonly thrown: boolean;
  /// No handler of the program may have it: it ends the evaluation.
  final = false;
  constructor(type: number, info: number, thrown = false) {
    this.type = type;
    this.info = info;
    this.thrown = thrown;
  }
}

/// An error outside of any `catch`, as the host sees it.
export class SchemeError extends Error {
  /// s7's error type, such as `wrong-type-arg`.
  readonly type: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /// Names of the procedures that were running, innermost first.
  readonly trace: readonly string[];
  constructor(type: string, message: string, place: { file?: string; line?: number; column?: number }, trace: readonly string[]) {
    super(message);
    this.name = "SchemeError";
    this.type = type;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.trace = trace;
  }
}

export function condition(s: Interpreter, type: string, format: string, ...values: number[]): Condition {
  return new Condition(intern(type), s.heap.cons(s.string(format), s.heap.list(...values)));
}

/// `name argument n, value, is a ... but should be expected`; n 0 leaves the number out.
export function wrongType(s: Interpreter, name: string, n: number, value: number, expected: string): Condition {
  const who = intern(name);
  const is = s.string(describeType(s, value));
  const should = s.string(expected);
  if (n === 0) return condition(s, "wrong-type-arg", "~A argument, ~S, is ~A but should be ~A", who, value, is, should);
  return condition(s, "wrong-type-arg", "~A argument ~D, ~S, is ~A but should be ~A", who, s.heap.integer(n), value, is, should);
}

export function outOfRange(s: Interpreter, name: string, n: number, value: number, why: string): Condition {
  const who = intern(name);
  if (n === 0) return condition(s, "out-of-range", "~A argument, ~S, is out of range (~A)", who, value, s.string(why));
  return condition(s, "out-of-range", "~A argument ~D, ~S, is out of range (~A)", who, s.heap.integer(n), value, s.string(why));
}
