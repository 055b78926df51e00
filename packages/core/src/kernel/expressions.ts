/// Expressions of the kernel language as compile-time values and IR.

import { binary, compare, constant, int, read, select, unary } from "./build.ts";
import { didYouMean } from "./closest.ts";
import type { Expr, Stmt } from "./ir.ts";
import { callLibrary, mathMember } from "./mathobject.ts";
import type { AnyNode } from "./parse.ts";
import { unsupported } from "./unsupported.ts";
import { describe, join, lit, nothing, num, type Obj, rangeUnion, type Value } from "./values.ts";
import { Variables } from "./variables.ts";

export abstract class Expressions extends Variables {
  expression(node: AnyNode, name?: string): Value {
    switch (node.type) {
      case "Literal":
        if (typeof node.value === "number" || typeof node.value === "boolean" || typeof node.value === "string") return lit(node.value);
        break;
      case "ParenthesizedExpression":
        return this.expression(node.expression, name);
      case "Identifier":
        return this.identifier(node);
      case "UnaryExpression":
        return this.unaryExpression(node);
      case "BinaryExpression":
        return this.binaryExpression(node);
      case "LogicalExpression":
        return this.logical(node);
      case "ConditionalExpression":
        return this.conditional(node);
      case "AssignmentExpression":
        return this.assignment(node);
      case "UpdateExpression": {
        const before = this.expression(node.argument);
        const kept = node.prefix ? before : before.k === "num" ? this.builder.keep(before) : before;
        const after = this.arithmetic(node.operator === "++" ? "+" : "-", kept, lit(1), node);
        this.assignTo(node.argument, after, node);
        return node.prefix ? after : kept;
      }
      case "MemberExpression":
        return this.memberExpression(node);
      case "CallExpression":
        return this.callExpression(node);
      case "ObjectExpression":
        return this.objectLiteral(node);
      case "ArrayExpression":
        return { k: "list", items: node.elements.map((e) => (e ? this.kept(this.expression(e)) : nothing)) };
      case "SequenceExpression": {
        let value: Value = nothing;
        for (const e of node.expressions) value = this.expression(e);
        return value;
      }
    }
    return this.fail(node, "kernel-syntax", unsupported(node));
  }

  protected kept(value: Value): Value {
    return value.k === "num" ? this.builder.keep(value) : value;
  }

  protected identifier(node: AnyNode & { type: "Identifier" }): Value {
    const binding = this.scope.find(node.name);
    if (binding) {
      if ("value" in binding) return binding.value;
      const { variable } = binding;
      return num(read(variable.local), variable.level, { range: variable.range });
    }
    switch (node.name) {
      case "Infinity":
        return lit(Number.POSITIVE_INFINITY);
      case "NaN":
        return lit(Number.NaN);
      case "undefined":
        return nothing;
      case "Math":
        return mathMember(this);
    }
    const visible = [...new Set(this.scope.visible())];
    return this.fail(
      node,
      "kernel-name",
      `"${node.name}" is not known here: a kernel sees only its parameters and its own variables (${visible.join(", ") || "none"}), and Math; helpers come through uses.${didYouMean(node.name, [...visible, "Math"])}`,
    );
  }

  protected unaryExpression(node: AnyNode & { type: "UnaryExpression" }): Value {
    const value = this.expression(node.argument);
    switch (node.operator) {
      case "-":
        if (value.k === "lit") return lit(-Number(value.value));
        break;
      case "+":
        return value;
      case "!": {
        const test = this.condition(value, node);
        return typeof test === "boolean" ? lit(!test) : this.builder.num(unary("eqz", test), this.level(value), { bool: true });
      }
      case "~":
        if (value.k === "lit") return lit(~Number(value.value));
        return this.builder.num(binary("xor", this.as(value, "i32", node), int(-1)), this.level(value));
      default:
        return this.fail(node, "kernel-syntax", unsupported(node));
    }
    const n = this.number(value, node);
    return this.builder.num(n.expr.type === "i32" ? binary("sub", int(0), n.expr) : unary("neg", n.expr), n.level);
  }

  /// Evaluates `a`, then `b`, so that statements `b` emits cannot change what `a` reads.
  protected pair(a: AnyNode, b: AnyNode): [Value, Value] {
    const first = this.expression(a);
    const { builder } = this;
    const out = builder.out;
    const mark = out.length;
    const second = this.expression(b);
    if (first.k === "num" && out.length > mark && builder.out === out && !builder.isFixed(first.expr)) {
      const local = builder.fixedLocal(first.expr.type, "left");
      out.splice(mark, 0, { op: "set", local, value: first.expr });
      return [{ ...first, expr: read(local) }, second];
    }
    return [first, second];
  }

  protected binaryExpression(node: AnyNode & { type: "BinaryExpression" }): Value {
    const { operator, left, right } = node;
    // (a / b) | 0 on integers is integer division.
    if (operator === "|" && right.type === "Literal" && right.value === 0) {
      const inner = left.type === "ParenthesizedExpression" ? left.expression : left;
      if (inner.type === "BinaryExpression" && inner.operator === "/") {
        const [a, b] = this.pair(inner.left, inner.right);
        if (a.k === "num" && a.expr.type === "i32" && this.typeOf(b, node, "i32") === "i32") {
          return this.builder.num(binary("div", a.expr, this.as(b, "i32", node)), this.level(a, b));
        }
        return this.toInt(this.arithmetic("/", a, b, inner), node);
      }
      return this.toInt(this.expression(left), node);
    }
    const [a, b] = this.pair(left, right);
    switch (operator) {
      case "+":
      case "-":
      case "*":
      case "/":
      case "%":
        return this.arithmetic(operator, a, b, node);
      case "**":
        return callLibrary(this, "pow", [a, b], node);
      case "<":
        return this.compareValues("lt", a, b, node);
      case "<=":
        return this.compareValues("le", a, b, node);
      case ">":
        return this.compareValues("gt", a, b, node);
      case ">=":
        return this.compareValues("ge", a, b, node);
      case "===":
      case "==":
        return this.compareValues("eq", a, b, node);
      case "!==":
      case "!=":
        return this.compareValues("ne", a, b, node);
      case "|":
      case "&":
      case "^":
      case "<<":
      case ">>":
      case ">>>":
        return this.bitwise(operator, a, b, node);
    }
    return this.fail(node, "kernel-syntax", unsupported(node));
  }

  protected logical(node: AnyNode & { type: "LogicalExpression" }): Value {
    if (node.operator === "??") this.fail(node, "kernel-syntax", unsupported(node));
    const and = node.operator === "&&";
    const left = this.expression(node.left);
    const a = this.condition(left, node.left);
    if (typeof a === "boolean") {
      if (a !== and) return lit(a);
      const right = this.expression(node.right);
      const b = this.condition(right, node.right);
      return typeof b === "boolean" ? lit(b) : num(b, this.level(right), { bool: true });
    }
    let right: Value = nothing;
    let b: boolean | Expr = false;
    const statements = this.builder.block(() => {
      right = this.expression(node.right);
      b = this.condition(right, node.right);
    });
    if (statements.length === 0) {
      const value = b as boolean | Expr;
      if (typeof value === "boolean") return value === and ? num(a, this.level(left), { bool: true }) : lit(value);
      return this.builder.num(binary(and ? "and" : "or", truth(a), truth(value)), this.level(left, right), { bool: true });
    }
    const result = this.builder.local("i32", "cond");
    this.builder.emit({ op: "set", local: result, value: truth(a) });
    const value = b as boolean | Expr;
    const set: Stmt = { op: "set", local: result, value: typeof value === "boolean" ? int(value ? 1 : 0) : truth(value) };
    this.builder.emit({ op: "if", cond: and ? read(result) : unary("eqz", read(result)), then: [...statements, set], else: [] });
    return num(read(result), this.builder.inTick ? 2 : 1, { bool: true });
  }

  protected conditional(node: AnyNode & { type: "ConditionalExpression" }): Value {
    const testValue = this.expression(node.test);
    const test = this.condition(testValue, node.test);
    if (typeof test === "boolean") return this.expression(test ? node.consequent : node.alternate);
    const sides: [Value, Value] = [nothing, nothing];
    const then = this.builder.block(() => {
      sides[0] = this.expression(node.consequent);
    });
    const otherwise = this.builder.block(() => {
      sides[1] = this.expression(node.alternate);
    });
    const [a, b] = sides;
    const type = a.k === "lit" && b.k === "lit" ? join(this.typeOf(a, node), this.typeOf(b, node)) : this.common(a, b, node);
    const x = this.as(a, type, node);
    const y = this.as(b, type, node);
    const level = this.level(testValue, a, b);
    const range = type === "i32" ? rangeUnion(a, b) : undefined;
    if (then.length === 0 && otherwise.length === 0 && !isHeavy(x) && !isHeavy(y))
      return this.builder.num(select(test, x, y), level, { range });
    const result = this.builder.local(type, "cond");
    then.push({ op: "set", local: result, value: x });
    otherwise.push({ op: "set", local: result, value: y });
    this.builder.emit({ op: "if", cond: test, then, else: otherwise });
    return num(read(result), this.builder.inTick ? 2 : 1, { range });
  }

  protected assignment(node: AnyNode & { type: "AssignmentExpression" }): Value {
    let value: Value;
    if (node.operator === "=") value = this.expression(node.right);
    else {
      const operator = node.operator.slice(0, -1);
      const [a, b] = this.pair(node.left, node.right);
      value = "+-*/%".includes(operator) ? this.arithmetic(operator as "+", a, b, node) : this.bitwise(operator, a, b, node);
    }
    if (value.k === "num") value = this.builder.keep(value);
    this.assignTo(node.left, value, node);
    return value;
  }

  protected assignTo(target: AnyNode, value: Value, node: AnyNode): void {
    if (target.type === "Identifier") {
      const binding = this.scope.find(target.name);
      if (binding && "variable" in binding) {
        this.assignVariable(binding.key, binding.variable, value, node);
        return;
      }
      this.fail(target, "kernel-assign", `"${target.name}" cannot be assigned; only variables of this function and state can`);
    }
    if (target.type === "MemberExpression") {
      const object = this.expression(target.object);
      if (!target.computed && target.property.type === "Identifier") {
        if (object.k === "obj" && object.set) {
          object.set(target.property.name, value, node);
          return;
        }
        this.fail(target, "kernel-assign", `"${target.property.name}" of ${describe(object)} cannot be assigned; only state can`);
      }
      const index = this.expression(target.property);
      if (object.k === "list" && index.k === "lit") {
        // A list made in this function: items exist only while compiling.
        if (this.builder.nested)
          this.fail(target, "kernel-assign", "a list's item cannot be assigned inside an if or a loop; use a variable or a state array");
        (object.items as Value[])[Number(index.value)] = value;
        return;
      }
      const block = object.k === "state" ? object.block : object.k === "obj" ? object.block : object;
      if (block?.k === "block" && block.set) {
        block.set(index, value, node);
        return;
      }
    }
    this.fail(target, "kernel-assign", "only variables, state fields and elements of state, buffers and outputs can be assigned");
  }

  protected objectLiteral(node: AnyNode & { type: "ObjectExpression" }): Value {
    const members = new Map<string, Value>();
    for (const property of node.properties) {
      if (property.type !== "Property" || property.computed || property.key.type !== "Identifier")
        this.fail(property, "kernel-object", "an object has plain names and values: { a, b: x }");
      members.set(property.key.name, this.kept(this.expression(property.value)));
    }
    return record("an object", members);
  }

  member(object: Value, name: string, node: AnyNode): Value {
    if (object.k === "obj") {
      const value = object.get(name, node);
      if (value) return value;
      this.fail(node, "kernel-name", unknownMember(object, name));
    }
    if (name === "length") {
      if (object.k === "list") return lit(object.items.length);
      if (object.k === "block") return object.length;
      if (object.k === "state") return object.block.length;
    }
    return this.fail(node, "kernel-name", `${describe(object)} has no "${name}"`);
  }

  protected memberExpression(node: AnyNode & { type: "MemberExpression" }): Value {
    const object = this.expression(node.object);
    if (!node.computed) {
      if (node.property.type !== "Identifier") this.fail(node, "kernel-syntax", "private names are not part of the kernel language");
      return this.member(object, node.property.name, node);
    }
    const index = this.expression(node.property);
    if (object.k === "list") {
      if (index.k === "lit") {
        const item = object.items[Number(index.value)];
        return item ?? this.fail(node, "kernel-index", `there is no item ${index.value} in a list of ${object.items.length}`);
      }
      if (object.dynamic) return object.dynamic(index, node);
      return this.choose(object.items, index, node);
    }
    if (object.k === "obj" && index.k === "lit" && typeof index.value === "string") return this.member(object, index.value, node);
    const block = object.k === "state" ? object.block : object.k === "obj" ? object.block : object;
    if (block?.k === "block") return block.get(index, node);
    // x[j] of an input that has one value for the whole block.
    if (object.k === "num" || object.k === "lit" || object.k === "glide") return object;
    return this.fail(node, "kernel-index", `${describe(object)} has no elements`);
  }

  protected callExpression(node: AnyNode & { type: "CallExpression" }): Value {
    if (node.callee.type === "Super" || node.callee.type === ("Import" as string))
      this.fail(node, "kernel-syntax", "not part of the kernel language");
    const callee = this.expression(node.callee);
    if (callee.k !== "call")
      this.fail(node, "kernel-call", `${describe(callee)} cannot be called; Math functions, members of c and helpers from uses can`);
    const args: Value[] = [];
    for (const arg of node.arguments) {
      if (arg.type === "SpreadElement") {
        const list = this.expression(arg.argument);
        if (list.k !== "list") this.fail(arg, "kernel-call", "only a list can be spread");
        args.push(...list.items);
      } else {
        const { out } = this.builder;
        const mark = out.length;
        const value = this.expression(arg);
        // Statements of a later argument must not change what an earlier one reads.
        if (out.length > mark && this.builder.out === out) for (let i = 0; i < args.length; i++) args[i] = this.settle(args[i], out, mark);
        args.push(value);
      }
    }
    const outer = this.path;
    this.path = `${outer}>${node.start}`;
    const value = callee.call(args, node);
    this.path = outer;
    return value;
  }

  protected settle(value: Value, out: Stmt[], mark: number): Value {
    if (value.k !== "num" || this.builder.isFixed(value.expr)) return value;
    const local = this.builder.fixedLocal(value.expr.type, "arg");
    out.splice(mark, 0, { op: "set", local, value: value.expr });
    return { ...value, expr: read(local) };
  }

  get inlinePath(): string {
    return this.path;
  }
}

/// Long lists of names are left out when a close one is found.
function unknownMember({ what, names }: Obj, name: string): string {
  const known = [...new Set(names())];
  const hint = didYouMean(name, known);
  const list = known.length > 12 && hint !== "" ? "" : ` Known: ${known.join(", ") || "nothing"}.`;
  return `There is no "${name}" in ${what}.${hint}${list}`;
}

/// An object whose members are values already computed.
export function record(what: string, members: ReadonlyMap<string, Value>): Value {
  return { k: "obj", what, get: (name) => members.get(name), names: () => [...members.keys()] };
}

const truth = (e: Expr): Expr =>
  e.op === "compare" || (e.op === "unary" && e.fn === "eqz") || (e.op === "const" && (e.value === 0 || e.value === 1))
    ? e
    : compare("ne", e, constant(e.type, 0));

/// Worth an `if` instead of a select: calls, and trees of more than a dozen operations.
function isHeavy(e: Expr, budget = { left: 12 }): boolean {
  if (--budget.left < 0) return true;
  switch (e.op) {
    case "call":
    case "host":
      return true;
    case "unary":
    case "convert":
      return isHeavy(e.a, budget);
    case "binary":
    case "compare":
      return isHeavy(e.a, budget) || isHeavy(e.b, budget);
    case "select":
      return isHeavy(e.cond, budget) || isHeavy(e.a, budget) || isHeavy(e.b, budget);
    default:
      return false;
  }
}
