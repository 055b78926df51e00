/// A slow, obvious evaluator of a part of Scheme: expressions are trees of host values, environments are maps, calls are calls. What the machine
/// computes by other means must be what this computes.
import { formatFloat } from "../../../packages/core/src/scheme/text/floats.ts";

/// A name; strings of Scheme are `Text`.
export type Symbol = string;
export class Text {
  constructor(readonly value: string) {}
}
export class Pair {
  constructor(
    public car: Value,
    public cdr: Value,
  ) {}
}
export class Ratio {
  constructor(
    readonly top: bigint,
    readonly bottom: bigint,
  ) {}
}
export const nil = null;
type Procedure = (...args: Value[]) => Value;
export type Value = Symbol | Text | Pair | Ratio | bigint | number | boolean | Procedure | Value[] | null | undefined;

/// An error of the program, by the type that `catch` sees.
export class Failure extends Error {
  constructor(
    readonly type: Symbol,
    readonly info: Value = nil,
  ) {
    super(type);
  }
}

/// The program needs more calls than it may make, or an operation this evaluator does not have: nothing is expected of it.
export class Undecided extends Error {}

class Escape {
  constructor(
    readonly target: object,
    readonly value: Value,
  ) {}
}

class Scope {
  readonly values = new Map<Symbol, Value>();
  constructor(readonly outer: Scope | undefined) {}

  holder(name: Symbol): Scope {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.outer) if (scope.values.has(name)) return scope;
    throw new Failure("unbound-variable");
  }
}

export const list = (...items: Value[]): Value => items.reduceRight<Value>((tail, item) => new Pair(item, tail), nil);

function toArray(value: Value): Value[] {
  const items: Value[] = [];
  let rest = value;
  for (; rest instanceof Pair; rest = rest.cdr) items.push(rest.car);
  if (rest !== nil) throw new Failure("wrong-type-arg");
  return items;
}

/// The elements of a list, for operations that have a meaning for other sequences too.
function elements(value: Value): Value[] {
  if (Array.isArray(value) || value instanceof Text) throw new Undecided();
  return toArray(value);
}

// Numbers

type Real = bigint | number | Ratio;
const isReal = (v: Value): v is Real => typeof v === "bigint" || typeof v === "number" || v instanceof Ratio;

function real(v: Value): Real {
  if (!isReal(v)) throw new Failure("wrong-type-arg");
  return v;
}

function integer(v: Value): bigint {
  if (typeof v !== "bigint") throw new Failure("wrong-type-arg");
  return v;
}

/// An operand of a division with rest, which also has a meaning for other reals that is not described here.
function divisible(v: Value): bigint {
  if (typeof real(v) !== "bigint") throw new Undecided();
  return integer(v);
}

const toDouble = (x: Real): number => (x instanceof Ratio ? Number(x.top) / Number(x.bottom) : Number(x));
const fits = (n: bigint): boolean => BigInt.asIntN(64, n) === n;
const bounded = (n: bigint): Real => (fits(n) ? n : Number(n));
const top = (x: bigint | Ratio): bigint => (typeof x === "bigint" ? x : x.top);
const bottom = (x: bigint | Ratio): bigint => (typeof x === "bigint" ? 1n : x.bottom);

function ratio(n: bigint, d: bigint): Real {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  if (a === d) return bounded(n / d);
  return fits(n / a) && fits(d / a) ? new Ratio(n / a, d / a) : Number(n / a) / Number(d / a);
}

/// One operation in the exact and in the inexact numbers.
function operate(a: Real, b: Real, exact: (a: bigint | Ratio, b: bigint | Ratio) => Real, inexact: (a: number, b: number) => number): Real {
  return typeof a === "number" || typeof b === "number" ? inexact(toDouble(a), toDouble(b)) : exact(a, b);
}

const crosswise = (sign: bigint) => (a: bigint | Ratio, b: bigint | Ratio) =>
  ratio(top(a) * bottom(b) + sign * top(b) * bottom(a), bottom(a) * bottom(b));
const add = (a: Real, b: Real) => operate(a, b, crosswise(1n), (x, y) => x + y);
const subtract = (a: Real, b: Real) => operate(a, b, crosswise(-1n), (x, y) => x - y);
const multiply = (a: Real, b: Real) =>
  operate(
    a,
    b,
    (x, y) => ratio(top(x) * top(y), bottom(x) * bottom(y)),
    (x, y) => x * y,
  );

function compare(a: Real, b: Real): number {
  if (typeof a === "number" || typeof b === "number") return Math.sign(toDouble(a) - toDouble(b));
  const difference = top(a) * bottom(b) - top(b) * bottom(a);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const inOrder =
  (holds: (sign: number) => boolean) =>
  (...args: Value[]): Value => {
    const numbers = args.map(real);
    return numbers.every((x, i) => i === 0 || holds(compare(numbers[i - 1], x)));
  };

function modulo(a: bigint, b: bigint): bigint {
  if (b === 0n) return a;
  const r = a % b;
  return r !== 0n && r < 0n !== b < 0n ? r + b : r;
}

// Procedures

const fold =
  (start: bigint, step: (a: Real, b: Real) => Real) =>
  (...args: Value[]): Value =>
    args.length === 0 ? start : args.map(real).reduce(step);

function pair(v: Value): Pair {
  if (!(v instanceof Pair)) throw new Failure("wrong-type-arg");
  return v;
}

function vectorAt(v: Value, i: Value): [Value[], number] {
  if (!Array.isArray(v)) throw new Failure("wrong-type-arg");
  const at = Number(integer(i));
  if (at < 0 || at >= v.length) throw new Failure("out-of-range");
  return [v, at];
}

/// What `result` makes of the first pair of a list for which `holds`, or false.
function firstPair(l: Value, holds: (p: Pair) => boolean, result: (p: Pair) => Value): Value {
  if (!(l instanceof Pair) && l !== nil) throw new Failure("wrong-type-arg");
  for (let rest = l; rest instanceof Pair; rest = rest.cdr as Pair) if (holds(rest)) return result(rest);
  return false;
}

function same(a: Value, b: Value): boolean {
  if (a instanceof Pair && b instanceof Pair) return same(a.car, b.car) && same(a.cdr, b.cdr);
  if (a instanceof Text && b instanceof Text) return a.value === b.value;
  if (a instanceof Ratio && b instanceof Ratio) return a.top === b.top && a.bottom === b.bottom;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((x, i) => same(x, b[i]));
  return a === b;
}

const builtins: Record<string, { arity: [number, number]; run: Procedure }> = {};
function builtin(name: string, least: number, most: number, run: Procedure): void {
  builtins[name] = { arity: [least, most], run };
}

builtin("+", 0, -1, fold(0n, add));
builtin("*", 0, -1, fold(1n, multiply));
builtin("-", 1, -1, (...args) => (args.length === 1 ? subtract(0n, real(args[0])) : args.map(real).reduce(subtract)));
builtin(
  "<",
  1,
  -1,
  inOrder((s) => s < 0),
);
builtin(
  ">",
  1,
  -1,
  inOrder((s) => s > 0),
);
builtin(
  "<=",
  1,
  -1,
  inOrder((s) => s <= 0),
);
builtin(
  ">=",
  1,
  -1,
  inOrder((s) => s >= 0),
);
builtin(
  "=",
  1,
  -1,
  inOrder((s) => s === 0),
);
builtin("modulo", 2, 2, (a, b) => modulo(divisible(a), divisible(b)));
builtin("quotient", 2, 2, (a, b) => {
  const dividend = divisible(a);
  if (divisible(b) === 0n) throw new Failure("division-by-zero");
  return bounded(dividend / divisible(b));
});
builtin("abs", 1, 1, (a) => (compare(real(a), 0n) < 0 ? subtract(0n, real(a)) : a));
builtin("cons", 2, 2, (a, b) => new Pair(a, b));
builtin("car", 1, 1, (p) => pair(p).car);
builtin("cdr", 1, 1, (p) => pair(p).cdr);
builtin("cadr", 1, 1, (p) => pair(pair(p).cdr).car);
builtin("set-car!", 2, 2, (p, v) => {
  pair(p).car = v;
  return v;
});
builtin("list", 0, -1, (...args) => list(...args));
builtin("vector", 0, -1, (...args) => args);
builtin("vector-ref", 2, 2, (v, i) => {
  const [items, at] = vectorAt(v, i);
  return items[at];
});
builtin("vector-set!", 3, 3, (v, i, x) => {
  const [items, at] = vectorAt(v, i);
  items[at] = x;
  return x;
});
builtin("null?", 1, 1, (v) => v === nil);
builtin("pair?", 1, 1, (v) => v instanceof Pair);
builtin("not", 1, 1, (v) => v === false);
builtin("eq?", 2, 2, (a, b) => a === b);
builtin("equal?", 2, 2, same);
builtin("reverse", 1, 1, (l) => list(...elements(l).reverse()));
builtin("append", 2, 2, (a, b) => elements(a).reduceRight<Value>((tail, item) => new Pair(item, tail), b));
builtin("assq", 2, 2, (key, l) =>
  firstPair(
    l,
    ({ car }) => car instanceof Pair && car.car === key,
    ({ car }) => car,
  ),
);
builtin("memq", 2, 2, (key, l) =>
  firstPair(
    l,
    ({ car }) => car === key,
    (rest) => rest,
  ),
);
builtin("string-append", 0, -1, (...args) => {
  if (!args.every((a) => a instanceof Text)) throw new Failure("wrong-type-arg");
  return new Text(args.map((a) => a.value).join(""));
});

/// Special forms by name.
type Form = (evaluator: Evaluator, operands: Value[], scope: Scope) => Value;

const forms: Record<string, Form> = {
  quote: (_e, [datum]) => datum,
  if: (e, [test, then, otherwise], scope) => e.run(e.run(test, scope) !== false ? then : otherwise, scope),
  begin: (e, body, scope) => e.body(body, scope),
  lambda: (e, [parameters, ...body], scope) => e.closure(parameters, body, scope),
  "set!": (e, [name, value], scope) => {
    const v = e.run(value, scope);
    scope.holder(name as Symbol).values.set(name as Symbol, v);
    return v;
  },
  define: (e, [head, ...body], scope) => {
    if (!(head instanceof Pair)) throw new Error("only procedures are defined");
    scope.values.set(head.car as Symbol, e.closure(head.cdr, body, scope));
    return head.car;
  },
  and: (e, parts, scope) => {
    let value: Value = true;
    for (const part of parts) if ((value = e.run(part, scope)) === false) break;
    return value;
  },
  or: (e, parts, scope) => {
    let value: Value = false;
    for (const part of parts) if ((value = e.run(part, scope)) !== false) break;
    return value;
  },
  let: (e, [first, ...rest], scope) => {
    const named = typeof first === "string";
    const bindings = toArray(named ? rest[0] : first).map(toArray);
    const values = bindings.map(([, value]) => e.run(value, scope));
    const inner = new Scope(scope);
    const procedure = e.closure(list(...bindings.map(([name]) => name)), named ? rest.slice(1) : rest, inner);
    if (named) inner.values.set(first, procedure);
    return e.apply(procedure, values);
  },
  "let*": (e, [bindings, ...body], scope) => {
    let inner = scope;
    for (const [name, value] of toArray(bindings).map(toArray)) {
      const next = new Scope(inner);
      next.values.set(name as Symbol, e.run(value, inner));
      inner = next;
    }
    return e.body(body, inner);
  },
  case: (e, [key, ...clauses], scope) => {
    const value = e.run(key, scope);
    for (const [data, ...body] of clauses.map(toArray)) {
      if (data === "else" || toArray(data).some((d) => d === value)) return e.body(body, scope);
    }
    return undefined;
  },
};

builtin("catch", 3, 3, () => nil);
builtin("call-with-exit", 1, 1, () => nil);
builtin("map", 2, 2, () => nil);
builtin("apply", 2, 2, () => nil);

export class Evaluator {
  private readonly root = new Scope(undefined);
  private fuel: number;

  constructor(fuel: number) {
    this.fuel = fuel;
    for (const [name, { arity, run }] of Object.entries(builtins)) {
      this.root.values.set(name, (...args) => {
        if (args.length < arity[0] || (arity[1] >= 0 && args.length > arity[1])) throw new Failure("wrong-number-of-args");
        return run(...args);
      });
    }
    // Those that call what they are given.
    this.root.values.set("map", (f, l) => list(...elements(l).map((item) => this.apply(f, [item]))));
    this.root.values.set("apply", (f, l) => this.apply(f, toArray(l)));
    this.root.values.set("catch", (tag, body, handler) => this.catch(tag, body, handler));
    this.root.values.set("call-with-exit", (receiver) => this.withExit(receiver));
  }

  /// The value of the last of several top-level forms.
  program(programForms: readonly Value[]): Value {
    return this.body(programForms, this.root);
  }

  run(expression: Value, scope: Scope): Value {
    if (typeof expression === "string") return scope.holder(expression).values.get(expression);
    if (!(expression instanceof Pair)) return expression;
    const [operator, ...operands] = toArray(expression);
    if (typeof operator === "string" && operator in forms) return forms[operator](this, operands, scope);
    const args = operands.map((operand) => this.run(operand, scope));
    return this.apply(this.run(operator, scope), args);
  }

  body(expressions: readonly Value[], scope: Scope): Value {
    let value: Value = nil;
    for (const expression of expressions) value = this.run(expression, scope);
    return value;
  }

  closure(parameters: Value, body: readonly Value[], scope: Scope): Procedure {
    const names: Symbol[] = [];
    let rest = parameters;
    for (; rest instanceof Pair; rest = rest.cdr) names.push(rest.car as Symbol);
    return (...args) => {
      if (args.length < names.length || (rest === nil && args.length > names.length)) throw new Failure("wrong-number-of-args");
      const inner = new Scope(scope);
      names.forEach((name, i) => {
        inner.values.set(name, args[i]);
      });
      if (typeof rest === "string") inner.values.set(rest, list(...args.slice(names.length)));
      return this.body(body, inner);
    };
  }

  apply(procedure: Value, args: Value[]): Value {
    if (this.fuel-- <= 0) throw new Undecided();
    if (typeof procedure === "function") return procedure(...args);
    // Sequences are applied to an index.
    if (procedure instanceof Pair || Array.isArray(procedure)) {
      if (args.length === 0) throw new Failure("wrong-number-of-args");
      return this.element(procedure, args);
    }
    throw new Failure("syntax-error");
  }

  private element(sequence: Pair | Value[], [index, ...more]: Value[]): Value {
    const at = Number(integer(index));
    let value: Value;
    if (Array.isArray(sequence)) {
      const [items] = vectorAt(sequence, index);
      value = items[at];
    } else {
      if (at < 0) throw new Failure("out-of-range");
      let rest: Value = sequence;
      for (let i = 0; i < at && rest instanceof Pair; i++) rest = rest.cdr;
      if (rest === nil) throw new Failure("out-of-range");
      if (!(rest instanceof Pair)) throw new Failure("wrong-type-arg");
      value = rest.car;
    }
    return more.length === 0 ? value : this.apply(value, more);
  }

  private catch(tag: Value, body: Value, handler: Value): Value {
    try {
      return this.apply(body, []);
    } catch (error) {
      if (!(error instanceof Failure) || (tag !== true && tag !== error.type)) throw error;
      return this.apply(handler, [error.type, error.info]);
    }
  }

  private withExit(receiver: Value): Value {
    const target = {};
    try {
      return this.apply(receiver, [
        (value: Value) => {
          throw new Escape(target, value);
        },
      ]);
    } catch (error) {
      if (error instanceof Escape && error.target === target) return error.value;
      throw error;
    }
  }
}

/// A value or an expression as source text.
export function write(value: Value): string {
  if (value === nil) return "()";
  if (value === undefined) return "#<unspecified>";
  if (typeof value === "boolean") return value ? "#t" : "#f";
  if (typeof value === "number") return formatFloat(value);
  if (value instanceof Ratio) return `${value.top}/${value.bottom}`;
  if (value instanceof Text) return JSON.stringify(value.value);
  if (typeof value === "function") return "#<procedure>";
  if (Array.isArray(value)) return `#(${value.map(write).join(" ")})`;
  if (!(value instanceof Pair)) return String(value);
  const parts: string[] = [];
  let rest: Value = value;
  for (; rest instanceof Pair; rest = rest.cdr) parts.push(write(rest.car));
  return `(${parts.join(" ")}${rest === nil ? "" : ` . ${write(rest)}`})`;
}
