/// The math library as IR: each function is compiled from its kernel-language source when first called.
import { binary, coerce, convert, read, unary } from "./build.ts";
import { Builder } from "./builder.ts";
import type { Expr, IRFunction, Local, Type } from "./ir.ts";
import { cosPhase, intrinsics, type MathFunction, math32, math64, sinPhase } from "./math/index.ts";
import type { AnyNode } from "./parse.ts";
import { Specialiser } from "./specialise.ts";
import { type Call, lit, num, type Obj, type Value } from "./values.ts";

export interface LibraryCall {
  readonly arity: number;
  /// Types of the parameters, and of the result.
  readonly types: readonly Type[];
  readonly result: Type;
  /// The value for arguments known at compile time, by the same formula in plain f64 arithmetic.
  fold(args: readonly number[]): number;
  /// A call with arguments of the types of the parameters.
  build(args: readonly Expr[]): Expr;
}

type Functions = Readonly<Record<string, MathFunction | undefined>>;
const wide: Functions = math64;
const single: Functions = math32;
/// Functions of a phase, which have one form.
const phases: Functions = { sinPhase, cosPhase };

const compiled = new Map<MathFunction, IRFunction>();

/// The function called `name` in the version for `type`; undefined when there is none.
export function libraryCall(name: string, type: Type): LibraryCall | undefined {
  const fn = phases[name] ?? (type === "f64" ? wide : single)[name];
  if (!fn) return undefined;
  const types = Object.values(fn.params);
  return {
    arity: types.length,
    types,
    result: fn.result,
    fold: (args) => directly(fn, args),
    build: (args) => ({ op: "call", type: fn.result, fn: compile(fn), args }),
  };
}

/// Calls a function of the library as plain JavaScript.
function directly(fn: MathFunction, args: readonly number[]): number {
  const m = {
    ...intrinsics,
    ...Object.fromEntries(Object.entries(fn.uses).map(([name, used]) => [name, (...xs: number[]) => directly(used, xs)])),
  };
  return (fn.fn as (...xs: unknown[]) => number)(...args, m);
}

function compile(fn: MathFunction): IRFunction {
  const known = compiled.get(fn);
  if (known) return known;
  const params: Local[] = Object.entries(fn.params).map(([name, type]) => ({ name, type }));
  const types = new Map<string, Type>();
  for (let attempt = 0; attempt < 8; attempt++) {
    const builder = new Builder();
    const widened = { value: false };
    const sp = new Specialiser(builder, types, widened);
    const args: Value[] = params.map((p) => num(read(p), 1));
    const value = sp.inline(fn.name, fn.fn, [...args, intrinsicObject(sp, fn)], "");
    if (widened.value) continue;
    const made: IRFunction = {
      name: `${fn.name}.${fn.result}`,
      params,
      body: builder.out,
      result: sp.as(value, fn.result, { type: "EmptyStatement", start: 0, end: 0 } as AnyNode),
    };
    compiled.set(fn, made);
    return made;
  }
  throw new Error(`the types of ${fn.name} do not settle`);
}

/// `m` inside a library function.
function intrinsicObject(sp: Specialiser, fn: MathFunction): Obj {
  const one =
    (type: Type | undefined, make: (e: Expr) => Expr): Call["call"] =>
    ([x], node) => {
      const e = type && x.k !== "num" ? sp.as(x, type, node) : sp.number(x, node).expr;
      return sp.builder.keep(num(make(type ? coerce(e, type) : e), 1));
    };
  const calls: Record<string, Call["call"]> = {
    bits: one("f32", (e) => convert("bits", "i32", e)),
    fromBits: one("i32", (e) => convert("bits", "f32", e)),
    high: one("f64", (e) => unary("high", e)),
    low: one("f64", (e) => unary("low", e)),
    words: ([high, low], node) => sp.builder.keep(num(binary("words", sp.as(high, "i32", node), sp.as(low, "i32", node)), 1)),
    toInt: ([x], node) => (x.k === "lit" ? lit(Math.trunc(Number(x.value))) : sp.toInt(x, node)),
    nearest: one(undefined, (e) => unary("nearest", e)),
    copysign: ([x, y], node) => {
      const type = sp.common(x, y, node);
      return sp.builder.keep(num(binary("copysign", sp.as(x, type, node), sp.as(y, type, node)), 1));
    },
    f32: ([x], node) => sp.builder.keep(num(sp.as(x, "f32", node), 1)),
    f64: ([x], node) => sp.builder.keep(num(sp.as(x, "f64", node), 1)),
  };
  for (const [name, used] of Object.entries(fn.uses)) {
    const types = Object.values(used.params);
    calls[name] = (args, node) =>
      sp.builder.keep(
        num({ op: "call", type: used.result, fn: compile(used), args: types.map((type, i) => sp.as(args[i], type, node)) }, 1),
        name,
      );
  }
  return {
    k: "obj",
    what: "m",
    names: () => Object.keys(calls),
    get: (name) => (Object.hasOwn(calls, name) ? { k: "call", name: `m.${name}`, call: calls[name] } : undefined),
  };
}
