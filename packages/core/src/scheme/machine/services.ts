/// What the loop asks of its host.

export interface LoopHost {
  refill(): void;
  object(cells: number): number;
  gray(old: number): void;
  /// Fuel is used up or the stack nearly full.
  poll(): void;
  /// Spreads Values among the last n arguments; returns their new number.
  spread(n: number): number;
  /// Fits n arguments to a closure's parameters; returns their new number.
  enter(closure: number, n: number): number;
  /// Applies what is not a closure to the n arguments on the stack: a value, or APPLY when a call was arranged.
  apply(callee: number, n: number): number;
  prim(definition: number, n: number, a: number, b: number, c: number): number;
  /// A binary operation that the loop has no short way for, by number: see `Slow`.
  binary(operation: number, a: number, b: number): number;
  unary(operation: number, a: number): number;
  global(cell: number): number;
  setGlobal(cell: number, value: number): number;
  defineGlobal(cell: number, value: number, constant: number): void;
  lookup(symbol: number): number;
  setDynamic(symbol: number, value: number): number;
  defineDynamic(symbol: number, value: number): void;
  makeMacro(closure: number, bacro: number): number;
  makeLet(at: number, fp: number): number;
  enterLet(value: number): number;
  /// Ends the extent of a catch, an escape or an output redirection.
  leave(kind: number, at: number, value: number): number;
  unwound(at: number, value: number): number;
}

/// Operations of `LoopHost.binary` and `unary`.
export const Slow = {
  Add: 0,
  Subtract: 1,
  Multiply: 2,
  Modulo: 3,
  Less: 4,
  Greater: 5,
  LessEqual: 6,
  GreaterEqual: 7,
  Equal: 8,
  VectorRef: 9,
  Cons: 10,
  Car: 0,
  Cdr: 1,
  Cadr: 2,
  Cddr: 3,
} as const;
