/// Arithmetic on compile-time values: types that meet, literals that adapt, folding of what is known.

import { binary, coerce, compare, constant, convert, int, read, select, unary } from "./build.ts";
import type { Builder } from "./builder.ts";
import { fail } from "./diagnostic.ts";
import type { BinaryOp, Expr, Local, Type } from "./ir.ts";
import { type AnyNode, type Parsed, placeIn } from "./parse.ts";
import { describe, join, type Lit, lit, litType, type Num, num, rangeFrom, type Value } from "./values.ts";

export abstract class Numbers {
  /// The function being walked.
  protected at!: Parsed;

  constructor(
    readonly builder: Builder,
    /// Types that variables were found to need; shared by the attempts at one unit.
    readonly types: Map<string, Type>,
    /// Set when a variable's type grew during this attempt: the walk must be repeated.
    readonly widened: { value: boolean },
  ) {}

  /// The sample index as a float, while a tick is compiled; the compiler of the loop provides it.
  sampleIndex: { f32?: Local; f64?: Local; i32?: Local } = {};

  fail(node: AnyNode, code: string, sentence: string): never {
    return fail(placeIn(this.at, node), code, sentence);
  }

  protected typeOf(value: Value, node: AnyNode, adapting?: Type): Type {
    switch (value.k) {
      case "num":
        return value.expr.type;
      case "glide":
        return value.base.type;
      case "lit":
        if (typeof value.value === "number") return adapting !== undefined && adapting !== "i32" ? adapting : litType(value.value);
        return "i32";
      default:
        return this.fail(node, "kernel-type", `expected a number, found ${describe(value)}`);
    }
  }

  /// `value` as an expression of `type`.
  as(value: Value, type: Type, node: AnyNode): Expr {
    if (value.k === "lit" && typeof value.value !== "string") return constant(type, Number(value.value));
    const n = this.number(value, node);
    if (n.unsigned && type !== "i32") return convert("fromUint", type, n.expr);
    const { expr } = n;
    if (expr.op === "select" && expr.a.op === "const" && expr.b.op === "const")
      return select(expr.cond, coerce(expr.a, type), coerce(expr.b, type));
    return coerce(expr, type);
  }

  /// `value` as a run-time number; a literal gets its own type unless `prefer` says which.
  number(value: Value, node: AnyNode, prefer?: Type): Num {
    switch (value.k) {
      case "num":
        return value;
      case "lit":
        if (typeof value.value === "string") break;
        return num(constant(prefer ?? litType(Number(value.value)), Number(value.value)), 1, {
          range: Number.isInteger(value.value) ? [Number(value.value), Number(value.value)] : undefined,
        });
      case "glide": {
        const j = this.lookupSample(value.base.type);
        return num(binary("add", value.base, binary("mul", value.step, j)), 2);
      }
    }
    return this.fail(node, "kernel-type", `expected a number, found ${describe(value)}`);
  }

  protected lookupSample(type: Type): Expr {
    const local = this.sampleIndex[type];
    return local ? read(local) : constant(type, 0);
  }

  /// `value` as a condition: known now, or an i32.
  condition(value: Value, node: AnyNode): boolean | Expr {
    if (value.k === "lit") return Boolean(value.value);
    if (value.k === "nothing") return false;
    const n = this.number(value, node);
    if (n.expr.op === "const") return n.expr.value !== 0;
    if (n.bool || n.expr.type === "i32") return n.expr;
    return compare("ne", n.expr, constant(n.expr.type, 0));
  }

  protected level(...values: (Value | Num)[]): 1 | 2 {
    return values.some((v) => (v.k === "num" && v.level === 2) || v.k === "glide") ? 2 : 1;
  }

  toInt(value: Value, node: AnyNode): Value {
    if (value.k === "lit") return lit(Number(value.value) | 0);
    const n = this.number(value, node);
    if (n.expr.type === "i32") return { ...n, unsigned: false };
    return this.builder.num(convert("toInt", "i32", n.expr), n.level);
  }

  arithmetic(operator: "+" | "-" | "*" | "/" | "%", a: Value, b: Value, node: AnyNode): Value {
    if (a.k === "lit" && b.k === "lit") {
      const [x, y] = [Number(a.value), Number(b.value)];
      if (typeof a.value === "string" || typeof b.value === "string")
        this.fail(node, "kernel-type", "text cannot be calculated with; a kernel calculates with numbers");
      return lit(operator === "+" ? x + y : operator === "-" ? x - y : operator === "*" ? x * y : operator === "/" ? x / y : x % y);
    }
    let type = this.common(a, b, node);
    if (operator === "/" && type === "i32") type = "f32";
    const x = this.as(a, type, node);
    const y = this.as(b, type, node);
    const level = this.level(a, b);
    if (operator === "%" && type !== "i32") return this.fmod(x, y, level);
    const fn = { "+": "add", "-": "sub", "*": "mul", "/": "div", "%": "rem" }[operator] as BinaryOp;
    const result = this.builder.num(binary(fn, x, y), level);
    return type === "i32" ? { ...result, range: rangeOf(operator, a, b) } : result;
  }

  /// x - y * trunc(x / y), in f64 for f32 operands, where it is exact for quotients below 2^29.
  fmod(x: Expr, y: Expr, level: 1 | 2): Num {
    const a = coerce(x, "f64");
    const b = coerce(y, "f64");
    const r = binary("sub", a, binary("mul", b, unary("trunc", binary("div", a, b))));
    return this.builder.num(coerce(r, x.type), level);
  }

  /// The type two values meet in.
  common(a: Value, b: Value, node: AnyNode): Type {
    const ta = a.k === "lit" ? undefined : this.typeOf(a, node);
    const tb = b.k === "lit" ? undefined : this.typeOf(b, node);
    if (ta !== undefined && tb !== undefined) return join(ta, tb);
    const known = ta ?? tb!;
    return known !== "i32" ? known : join(known, litType(Number(((ta === undefined ? a : b) as Lit).value)));
  }

  compareValues(fn: "eq" | "ne" | "lt" | "le" | "gt" | "ge", a: Value, b: Value, node: AnyNode): Value {
    if (a.k === "lit" && b.k === "lit") {
      const [x, y] = [a.value, b.value];
      const n = { eq: x === y, ne: x !== y, lt: x < y, le: x <= y, gt: x > y, ge: x >= y };
      return lit(n[fn]);
    }
    if (a.k === "nothing" || b.k === "nothing") return lit((a.k === b.k) === (fn === "eq"));
    const type = this.common(a, b, node);
    return this.builder.num(compare(fn, this.as(a, type, node), this.as(b, type, node)), this.level(a, b), { bool: true });
  }

  protected bitwise(operator: string, a: Value, b: Value, node: AnyNode): Value {
    if (a.k === "lit" && b.k === "lit") {
      const [x, y] = [Number(a.value), Number(b.value)];
      switch (operator) {
        case "|":
          return lit(x | y);
        case "&":
          return lit(x & y);
        case "^":
          return lit(x ^ y);
        case "<<":
          return lit(x << y);
        case ">>":
          return lit(x >> y);
        default:
          return lit(x >>> y);
      }
    }
    const x = this.as(a, "i32", node);
    const y = this.as(b, "i32", node);
    const fn = { "|": "or", "&": "and", "^": "xor", "<<": "shl", ">>": "shr", ">>>": "shru" }[operator] as BinaryOp;
    const bool = operator !== "<<" && a.k === "num" && b.k === "num" && a.bool && b.bool;
    const result = this.builder.num(binary(fn, x, y), this.level(a, b), { bool: bool === true });
    const mask = y.op === "const" ? y.value : x.op === "const" ? x.value : -1;
    if (operator === "&" && mask >= 0) return { ...result, range: [0, mask] };
    if (operator === ">>>" && y.op === "const")
      return y.value === 0 ? { ...result, unsigned: true } : { ...result, range: [0, 0xffffffff >>> y.value] };
    return result;
  }

  /// An item by a run-time index: a chain of selects; the last item when the index is beyond.
  choose(items: readonly Value[], index: Value, node: AnyNode): Value {
    if (items.length === 0) this.fail(node, "kernel-index", "the list is empty");
    const i = this.builder.keep(this.number(this.toInt(index, node), node));
    let type: Type = "i32";
    for (const item of items) type = join(type, this.typeOf(item, node));
    let result = this.as(items.at(-1)!, type, node);
    for (let k = items.length - 2; k >= 0; k--) result = select(compare("eq", i.expr, int(k)), this.as(items[k], type, node), result);
    return this.builder.num(result, this.level(index, ...items));
  }
}

function rangeOf(operator: string, a: Value, b: Value): readonly [number, number] | undefined {
  const ra = rangeFrom(a);
  const rb = rangeFrom(b);
  if (!ra || !rb) return undefined;
  const range: [number, number] | undefined =
    operator === "+"
      ? [ra[0] + rb[0], ra[1] + rb[1]]
      : operator === "-"
        ? [ra[0] - rb[1], ra[1] - rb[0]]
        : operator === "*" && ra[0] >= 0 && rb[0] >= 0
          ? [ra[0] * rb[0], ra[1] * rb[1]]
          : undefined;
  return range && range[0] >= -2147483648 && range[1] <= 2147483647 ? range : undefined;
}
