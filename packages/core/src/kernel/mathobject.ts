/// `Math` inside a kernel: constants, the operations the IR has, and the functions of the math library by the type of their argument.
import { binary, coerce, compare, constant, select, unary } from "./build.ts";
import type { Expr, Type, UnaryOp } from "./ir.ts";
import { libraryCall } from "./library.ts";
import type { Numbers } from "./numbers.ts";
import type { AnyNode } from "./parse.ts";
import { type Call, lit, type Value } from "./values.ts";

const constants = ["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT2", "SQRT1_2"] as const;
const primitive: Record<string, UnaryOp> = { abs: "abs", ceil: "ceil", floor: "floor", trunc: "trunc", sqrt: "sqrt" };

export function mathMember(sp: Numbers): Value {
  return {
    k: "obj",
    what: "Math",
    names: () => [...Object.getOwnPropertyNames(Math).filter((name) => name !== "random")],
    get: (name, node) => {
      if (name === "random") {
        const draws = "c.u01() in [0, 1), c.u11() in [-1, 1), c.raw32()";
        return sp.fail(node, "kernel-name", `Math.random cannot be repeated; a kernel draws from its synth's generator: ${draws}`);
      }
      if ((constants as readonly string[]).includes(name)) return lit(Math[name as "PI"]);
      if (!Object.hasOwn(Math, name)) return undefined;
      return mathCall(sp, name);
    },
  };
}

const levelOf = (args: readonly Value[]): 1 | 2 => (args.some((a) => (a.k === "num" && a.level === 2) || a.k === "glide") ? 2 : 1);

function mathCall(sp: Numbers, name: string): Call {
  return {
    k: "call",
    name: `Math.${name}`,
    call: (args, node) => {
      if (args.length === 0) sp.fail(node, "kernel-call", `Math.${name} needs an argument`);
      if (
        args.every((a) => a.k === "lit") &&
        (name in primitive || ["min", "max", "round", "sign", "fround", "imul", "clz32"].includes(name))
      ) {
        const f = Math[name as "min"] as (...x: number[]) => number;
        return lit(f(...args.map((a) => Number(a.k === "lit" ? a.value : 0))));
      }
      const level = levelOf(args);
      const result = (e: Expr) => sp.builder.num(e, level);
      const [x, y] = args;
      if (name in primitive) {
        const a = sp.number(x, node).expr;
        if (a.type === "i32") {
          if (name === "abs") return result(select(compare("lt", a, constant("i32", 0)), binary("sub", constant("i32", 0), a), a));
          return name === "sqrt" ? result(unary("sqrt", coerce(a, "f32"))) : result(a);
        }
        return result(unary(primitive[name], a));
      }
      switch (name) {
        case "min":
        case "max":
          return args.reduce((a, b) => {
            const type = a.k === "lit" && b.k === "lit" ? "f32" : sp.common(a, b, node);
            const [p, q] = [sp.as(a, type, node), sp.as(b, type, node)];
            if (type === "i32") return result(select(compare(name === "min" ? "lt" : "gt", p, q), p, q));
            return result(binary(name, p, q));
          });
        case "fround":
          return result(sp.as(x, "f32", node));
        case "round": {
          const a = sp.number(x, node).expr;
          return a.type === "i32" ? result(a) : result(unary("floor", binary("add", a, constant(a.type, 0.5))));
        }
        case "sign": {
          const a = sp.number(x, node).expr;
          const zero = constant(a.type, 0);
          return result(select(compare("gt", a, zero), constant(a.type, 1), select(compare("lt", a, zero), constant(a.type, -1), a)));
        }
        case "imul":
          return result(binary("mul", sp.as(x, "i32", node), sp.as(y, "i32", node)));
        case "clz32":
          return result(unary("clz", sp.as(x, "i32", node)));
      }
      return callLibrary(sp, name, args, node);
    },
  };
}

/// A function of the math library: the f64 form when an argument is f64, else the f32 form. Literals are folded in f64.
export function callLibrary(sp: Numbers, name: string, args: readonly Value[], node: AnyNode): Value {
  const literal = args.every((a) => a.k === "lit");
  let type: Type = literal ? "f64" : "f32";
  for (const a of args) if (a.k !== "lit" && sp.number(a, node).expr.type === "f64") type = "f64";
  const call = libraryCall(name, type);
  if (!call) return sp.fail(node, "kernel-call", `Math.${name} is not in the math library`);
  if (args.length < call.arity) sp.fail(node, "kernel-call", `Math.${name} takes ${call.arity} arguments, ${args.length} given`);
  if (literal) return lit(call.fold(args.map((a) => Number(a.k === "lit" ? a.value : 0))));
  const exprs = call.types.map((wanted, i) => sp.as(args[i], wanted, node));
  const value = sp.builder.num(call.build(exprs), levelOf(args));
  // A call is worth keeping: an expression may be read more than once.
  return sp.builder.keep(value, name);
}
