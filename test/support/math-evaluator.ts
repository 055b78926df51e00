/// Runs functions of the math library as the engine does: every operation rounds to the type of its operands. The function's text is translated
/// to JavaScript with the roundings written out.
import {
  type Expression,
  type FunctionExpression,
  type PrivateIdentifier,
  parse,
  type SpreadElement,
  type Statement,
  type Super,
} from "acorn";
import type { Type } from "../../packages/core/src/kernel/ir.ts";
import type { MathFunction } from "../../packages/core/src/kernel/math/declare.ts";
import { intrinsics } from "../../packages/core/src/kernel/math/intrinsics.ts";

/// An expression in JavaScript; a literal has no type until it meets one.
interface Typed {
  readonly code: string;
  readonly type: Type | "literal" | "boolean";
}

const intrinsicTypes: Record<string, Type | "same"> = {
  bits: "i32",
  fromBits: "f32",
  high: "i32",
  low: "i32",
  words: "f64",
  toInt: "i32",
  nearest: "same",
  copysign: "same",
  f32: "f32",
  f64: "f64",
};

const cache = new WeakMap<MathFunction, (...args: number[]) => number>();

/// `f` as a function of numbers that are already of its parameter types.
export function evaluator(f: MathFunction): (...args: number[]) => number {
  let run = cache.get(f);
  if (!run) cache.set(f, (run = translate(f)));
  return run;
}

function translate(f: MathFunction): (...args: number[]) => number {
  const body = parse(`(${f.fn.toString()})`, { ecmaVersion: 2022 }).body[0];
  if (body.type !== "ExpressionStatement") throw new Error(`${f.name}: not a function`);
  const node = body.expression as FunctionExpression;
  const names = Object.keys(f.params);
  const scope = new Map<string, Typed["type"]>();
  const given = node.params.map((p) => (p.type === "Identifier" ? p.name : ""));
  for (const [i, name] of names.entries()) scope.set(given[i], f.params[name]);
  const called = new Map(Object.entries(f.uses).map(([name, g]) => [name, evaluator(g)]));

  const rounded = (code: string, type: Typed["type"]): Typed => ({
    code: type === "f32" ? `Math.fround(${code})` : type === "i32" ? `(${code} | 0)` : `(${code})`,
    type,
  });
  const join = (a: Typed, b: Typed): Typed["type"] => {
    for (const type of ["f64", "f32", "i32", "boolean"] as const) if (a.type === type || b.type === type) return type;
    return "literal";
  };
  /// A literal that meets f32 is an f32.
  const as = (a: Typed, type: Typed["type"]): string => (a.type === "literal" && type === "f32" ? `Math.fround(${a.code})` : a.code);
  const arithmetic = (a: Typed, b: Typed, operator: string): Typed => {
    const type = join(a, b);
    return rounded(`${as(a, type)} ${operator} ${as(b, type)}`, type);
  };

  function visit(e: Expression | PrivateIdentifier | SpreadElement | Super): Typed {
    switch (e.type) {
      case "Literal":
        return { code: String(e.value), type: "literal" };
      case "Identifier": {
        if (e.name === "Infinity" || e.name === "NaN") return { code: e.name, type: "literal" };
        const type = scope.get(e.name);
        if (!type) throw new Error(`${f.name}: ${e.name} is not declared`);
        return { code: e.name, type };
      }
      case "MemberExpression":
        if (e.object.type !== "Identifier" || e.object.name !== "Math" || e.property.type !== "Identifier") break;
        return { code: `Math.${e.property.name}`, type: "literal" };
      case "UnaryExpression": {
        const a = visit(e.argument);
        if (e.operator === "-") return rounded(`-${a.code}`, a.type);
        return { code: `(${e.operator}${a.code})`, type: e.operator === "~" ? "i32" : "boolean" };
      }
      case "BinaryExpression": {
        const a = visit(e.left);
        const b = visit(e.right);
        if ("+-*/".includes(e.operator)) return arithmetic(a, b, e.operator);
        if (/[<>=]=|^[<>]$/.test(e.operator)) {
          const type = join(a, b);
          return { code: `(${as(a, type)} ${e.operator} ${as(b, type)})`, type: "boolean" };
        }
        for (const side of [a, b])
          if (side.type !== "i32" && side.type !== "literal") throw new Error(`${f.name}: ${e.operator} of ${side.type}`);
        return { code: `((${a.code} ${e.operator} ${b.code}) | 0)`, type: "i32" };
      }
      case "LogicalExpression":
        return { code: `(${visit(e.left).code} ${e.operator} ${visit(e.right).code})`, type: "boolean" };
      case "ConditionalExpression": {
        const a = visit(e.consequent);
        const b = visit(e.alternate);
        const type = join(a, b);
        return { code: `(${visit(e.test).code} ? ${as(a, type)} : ${as(b, type)})`, type };
      }
      case "CallExpression":
        return call(e);
    }
    throw new Error(`${f.name}: ${e.type} is not of the kernel subset`);
  }

  function call(e: Expression & { type: "CallExpression" }): Typed {
    if (e.callee.type !== "MemberExpression" || e.callee.object.type !== "Identifier" || e.callee.property.type !== "Identifier")
      throw new Error(`${f.name}: only m.name() and Math.name() can be called`);
    const [owner, name] = [e.callee.object.name, e.callee.property.name];
    const args = e.arguments.map(visit);
    const type = args.reduce<Typed>((a, b) => ({ code: "", type: join(a, b) }), { code: "", type: "literal" }).type;
    const list = args.map((a) => as(a, type)).join();
    if (owner === "Math") return rounded(`Math.${name}(${list})`, type);
    const used = f.uses[name];
    if (used) {
      const types = Object.values(used.params);
      args.forEach((a, i) => {
        if (a.type !== "literal" && a.type !== types[i]) throw new Error(`${f.name}: ${name} takes ${types[i]}, given ${a.type}`);
      });
      return { code: `called.get("${name}")(${args.map((a, i) => as(a, types[i])).join()})`, type: used.result };
    }
    const result = intrinsicTypes[name];
    if (!result) throw new Error(`${f.name}: m.${name} is neither an intrinsic nor in uses`);
    return { code: `m.${name}(${list})`, type: result === "same" ? type : result };
  }

  const lines = node.body.body.map((statement: Statement): string => {
    if (statement.type === "ReturnStatement" && statement.argument) {
      const value = visit(statement.argument);
      if (value.type !== "literal" && value.type !== f.result) throw new Error(`${f.name}: returns ${value.type}, declared ${f.result}`);
      return `return ${as(value, f.result)};`;
    }
    if (statement.type !== "VariableDeclaration") throw new Error(`${f.name}: ${statement.type} is not of the kernel subset`);
    const [{ id, init }] = statement.declarations;
    if (id.type !== "Identifier" || !init) throw new Error(`${f.name}: a variable without a value`);
    const value = visit(init);
    scope.set(id.name, value.type);
    return `const ${id.name} = ${value.code};`;
  });
  return new Function("m", "called", `return (${given.slice(0, names.length).join()}) => {${lines.join("\n")}}`)(intrinsics, called);
}
