/// The front end: walks a kernel's syntax tree with what is known about one unit (rates, constants, sizes) and emits IR.
///
/// Whatever is known at compile time disappears: an `if` on a rate keeps one side, `for (const i of c.each(n))` is unrolled, helpers are inlined.
/// The types of `let` variables are found by doing the walk again with wider types until nothing widens (`widened`).

import { binary, compare, int, read, unary } from "./build.ts";
import { Expressions } from "./expressions.ts";
import type { Expr, Stmt } from "./ir.ts";
import { type AnyNode, type BlockStatement, type Expression, parseFunction, type Statement } from "./parse.ts";
import { assigns, hasContinue, hasReturn } from "./syntax.ts";
import { unsupported } from "./unsupported.ts";
import { describe, lit, nothing, num, type Value, type Variable } from "./values.ts";
import { Scope } from "./variables.ts";

export { record } from "./expressions.ts";

/// Where a function's `return` puts its values when it stands inside an `if`.
interface Returns {
  readonly home: Stmt[];
  direct?: Value;
  slots?: { variable: Variable; key: string }[];
  list?: boolean;
}

/// Iterations after which a loop without an evident bound is left: a kernel may not stop the sound.
const loopFuel = 1 << 20;
const maxUnroll = 4096;
const maxInlineDepth = 40;

export class Specialiser extends Expressions {
  private depth = 0;
  private returns!: Returns;
  private readonly loops: { break: number; next: (() => void) | number }[] = [];

  /// Inlines `fn` with `args` bound to its parameters; returns what it returns.
  // biome-ignore lint/complexity/noBannedTypes: a kernel part is any function, parsed by its text
  inline(owner: string, fn: Function, args: readonly Value[], path: string): Value {
    const parsed = parseFunction(owner, fn);
    const saved = { at: this.at, scope: this.scope, path: this.path, returns: this.returns };
    if (this.depth >= maxInlineDepth) this.fail(this.at.node, "kernel-recursion", `${owner} calls itself; kernels cannot recurse`);
    this.depth++;
    this.at = parsed;
    this.scope = new Scope();
    this.path = path;
    this.returns = { home: this.builder.out };
    try {
      parsed.node.params.forEach((pattern, i) => {
        this.bind(pattern, args[i] ?? nothing);
      });
      if (parsed.node.body.type !== "BlockStatement") return this.expression(parsed.node.body);
      const done = this.statements(parsed.node.body.body);
      if (!done) return this.returns.slots ? this.slotValue(this.returns) : nothing;
      return this.returns.direct ?? this.slotValue(this.returns);
    } finally {
      // What the compiler says of the outermost function's result is shown in its text.
      Object.assign(this, saved, { at: saved.at ?? parsed });
      this.depth--;
    }
  }

  private slotValue(returns: Returns): Value {
    const values = (returns.slots ?? []).map((slot) => num(read(slot.variable.local), slot.variable.level));
    if (values.length === 0) return nothing;
    return returns.list ? { k: "list", items: values } : values[0];
  }

  /// `then` goes on after the list when it has not returned.
  private statements(list: readonly Statement[], then?: () => boolean): boolean {
    for (let i = 0; i < list.length; i++) {
      const statement = list[i];
      if (statement.type === "IfStatement") {
        const done = this.ifStatement(statement, () => this.statements(list.slice(i + 1), then));
        if (done !== "go on") return done;
      } else if (this.statement(statement)) return true;
    }
    return then ? then() : false;
  }

  private branch(node: Statement | null | undefined, then?: () => boolean): boolean {
    const list = !node ? [] : node.type === "BlockStatement" ? node.body : [node];
    return this.inScope(() => this.statements(list, then));
  }

  private ifStatement(node: Statement & { type: "IfStatement" }, rest: () => boolean): boolean | "go on" {
    const test = this.condition(this.expression(node.test), node.test);
    const { scope } = this;
    // What follows the `if`, seen from inside one of its branches: the names are those outside.
    const after = (): boolean => {
      const inner = this.scope;
      this.scope = scope;
      try {
        return rest();
      } finally {
        this.scope = inner;
      }
    };
    if (typeof test === "boolean") {
      const taken = test ? node.consequent : node.alternate;
      if (hasReturn(taken)) return this.branch(taken, after);
      this.branch(taken);
      return "go on";
    }
    if (!hasReturn(node.consequent) && !hasReturn(node.alternate)) {
      const then = this.builder.block(() => this.branch(node.consequent));
      const otherwise = this.builder.block(() => this.branch(node.alternate));
      this.builder.emit({ op: "if", cond: test, then, else: otherwise });
      return "go on";
    }
    // A branch returns: what follows belongs to the paths that do not.
    let all = true;
    const side = (branch: Statement | null | undefined) =>
      this.builder.block(() => {
        const returned = this.branch(branch, after);
        all &&= returned;
      });
    const then = side(node.consequent);
    const otherwise = side(node.alternate);
    this.builder.emit({ op: "if", cond: test, then, else: otherwise });
    if (!all) this.returnedSome(node);
    return true;
  }

  /// Some path of a function with returns falls off its end: allowed only when it returns nothing.
  private returnedSome(node: AnyNode): void {
    if (this.returns.slots?.length) this.fail(node, "kernel-return", "every path must return a value when one does");
  }

  private statement(node: Statement): boolean {
    switch (node.type) {
      case "EmptyStatement":
        return false;
      case "BlockStatement":
        return this.inScope(() => this.statements((node as BlockStatement).body));
      case "VariableDeclaration":
        for (const declaration of node.declarations) {
          const value = declaration.init
            ? this.expression(declaration.init, declaration.id.type === "Identifier" ? declaration.id.name : undefined)
            : nothing;
          this.bind(declaration.id, value);
        }
        return false;
      case "ExpressionStatement":
        this.expression(node.expression);
        return false;
      case "ReturnStatement":
        this.returnValue(node.argument ? this.expression(node.argument) : nothing, node);
        return true;
      case "ForStatement":
        this.forLoop(node);
        return false;
      case "WhileStatement":
        this.loop(node, () => this.expression(node.test), node.body, undefined);
        return false;
      case "ForOfStatement":
        this.unroll(node);
        return false;
      case "SwitchStatement":
        return this.switchStatement(node);
      case "BreakStatement":
      case "ContinueStatement": {
        const loop = this.loops.at(-1);
        if (!loop || node.label)
          this.fail(node, "kernel-syntax", `${node.type === "BreakStatement" ? "break" : "continue"} is only for loops, without a label`);
        if (node.type === "BreakStatement") this.builder.emit({ op: "break", label: loop.break });
        else if (typeof loop.next === "number") this.builder.emit({ op: "break", label: loop.next });
        else {
          loop.next();
        }
        return false;
      }
      default:
        return this.fail(node, "kernel-syntax", unsupported(node));
    }
  }

  private returnValue(value: Value, node: AnyNode): void {
    const { returns } = this;
    if (this.builder.out === returns.home && !returns.slots) {
      returns.direct = value.k === "num" ? this.builder.keep(value, "ret") : value;
      return;
    }
    if (value.k === "nothing") return;
    const items = value.k === "list" ? value.items : [value];
    returns.list = value.k === "list";
    returns.slots ??= [];
    items.forEach((item, i) => {
      const key = `${this.path}/${this.at.owner}:ret${i}`;
      const slot = (returns.slots![i] ??= { key, variable: this.variable(key, `ret${i}`, this.typeOf(item, node, this.types.get(key))) });
      this.assignVariable(key, slot.variable, item, node);
    });
  }

  private forLoop(node: Statement & { type: "ForStatement" }): void {
    this.inScope(() => {
      if (node.init) {
        if (node.init.type === "VariableDeclaration") this.statement(node.init);
        else this.expression(node.init);
      }
      const counter = this.countedBy(node);
      this.loop(node, node.test ? () => this.expression(node.test!) : undefined, node.body, node.update ?? undefined, counter);
    });
  }

  /// For `for (let i = a; i < b; i++)` with `i` assigned nowhere else and a known bound: gives `i` its range, so that indexing needs no check.
  private countedBy(node: Statement & { type: "ForStatement" }): boolean {
    const { test, update, init } = node;
    if (init?.type !== "VariableDeclaration" || test?.type !== "BinaryExpression" || update?.type !== "UpdateExpression") return false;
    const id = init.declarations[0]?.id;
    if (id?.type !== "Identifier" || update.argument.type !== "Identifier" || update.argument.name !== id.name || update.operator !== "++")
      return false;
    if (test.left.type !== "Identifier" || test.left.name !== id.name || (test.operator !== "<" && test.operator !== "<=")) return false;
    if (assigns(node.body, id.name)) return false;
    const binding = this.scope.find(id.name);
    const bound = this.expression(test.right as Expression);
    const from = init.declarations[0].init ? this.expression(init.declarations[0].init!) : lit(0);
    const last = bound.k === "lit" ? Number(bound.value) : bound.k === "num" && bound.range ? bound.range[1] : undefined;
    const low = from.k === "lit" ? Number(from.value) : from.k === "num" && from.range ? from.range[0] : undefined;
    if (binding && "variable" in binding && binding.variable.local.type === "i32" && last !== undefined && low !== undefined && low >= 0) {
      binding.variable.range = [low, Math.ceil(test.operator === "<" ? last - 1 : last)];
    }
    return true;
  }

  private loop(node: AnyNode, test: (() => Value) | undefined, body: Statement, update: Expression | undefined, counted = false): void {
    if (hasReturn(body)) this.fail(node, "kernel-return", "return inside a loop is not allowed; use break and a variable");
    const { builder } = this;
    const leave = builder.label();
    const skip = hasContinue(body) ? builder.label() : undefined;
    const fuel = counted ? undefined : builder.local("i32", "fuel");
    if (fuel) builder.emit({ op: "set", local: fuel, value: int(loopFuel) });
    const statements = builder.block(() => {
      if (test) {
        const value = this.condition(test(), node);
        if (value === false) builder.emit({ op: "break", label: leave });
        else if (value !== true) builder.emit({ op: "if", cond: unary("eqz", value), then: [{ op: "break", label: leave }], else: [] });
      }
      if (fuel) {
        builder.emit({ op: "set", local: fuel, value: binary("sub", read(fuel), int(1)) });
        builder.emit({ op: "if", cond: compare("lt", read(fuel), int(0)), then: [{ op: "break", label: leave }], else: [] });
      }
      const inside = () => {
        this.loops.push({ break: leave, next: skip ?? leave });
        this.branch(body);
        this.loops.pop();
      };
      if (skip === undefined) inside();
      else {
        // A block that is left early by `continue`: a loop whose last statement leaves it.
        const once = builder.block(() => {
          inside();
          builder.emit({ op: "break", label: skip });
        });
        builder.emit({ op: "loop", label: skip, body: once });
      }
      if (update) this.expression(update);
    });
    builder.emit({ op: "loop", label: leave, body: statements });
  }

  private unroll(node: Statement & { type: "ForOfStatement" }): void {
    const items = this.expression(node.right);
    if (items.k !== "list") this.fail(node.right, "kernel-each", `for … of goes over c.each(n) or a list, not over ${describe(items)}`);
    if (items.items.length > maxUnroll)
      this.fail(node.right, "kernel-each", `${items.items.length} turns are too many to unroll; use a for loop`);
    if (node.left.type !== "VariableDeclaration") this.fail(node.left, "kernel-each", "write for (const i of …)");
    const pattern = node.left.declarations[0].id;
    const outer = this.path;
    items.items.forEach((item, i) => {
      this.path = `${outer}#${node.start}.${i}`;
      this.inScope(() => {
        this.bind(pattern, item);
        this.branch(node.body);
      });
    });
    this.path = outer;
  }

  /// A switch whose every case ends in `break` or `return`: a chain of ifs.
  private switchStatement(node: Statement & { type: "SwitchStatement" }): boolean {
    const subject = this.expression(node.discriminant);
    const kept = subject.k === "num" ? this.builder.keep(subject, "sw") : subject;
    let pending: Expression[] = [];
    const arms: { tests: Expression[] | null; body: Statement[] }[] = [];
    for (const c of node.cases) {
      if (c.test) pending.push(c.test);
      if (c.consequent.length === 0) continue;
      const body =
        c.consequent.length === 1 && c.consequent[0].type === "BlockStatement" ? (c.consequent[0] as BlockStatement).body : c.consequent;
      const last = body.at(-1);
      const ended = last?.type === "BreakStatement" || last?.type === "ReturnStatement" || c === node.cases.at(-1);
      if (!ended) this.fail(c, "kernel-switch", "every case ends with break or return");
      arms.push({ tests: c.test ? pending : null, body: last?.type === "BreakStatement" ? body.slice(0, -1) : body });
      pending = [];
    }
    const arm = (i: number): boolean => {
      if (i >= arms.length) return false;
      const { tests, body } = arms[i];
      if (tests === null) return this.inScope(() => this.statements(body));
      let test: boolean | Expr = false;
      for (const t of tests) {
        const equal = this.condition(this.compareValues("eq", kept, this.expression(t), t), t);
        if (equal === true || test === true) test = true;
        else if (equal !== false) test = test === false ? equal : binary("or", test, equal);
      }
      if (test === true) return this.inScope(() => this.statements(body));
      if (test === false) return arm(i + 1);
      let a = false;
      let b = false;
      const then = this.builder.block(() => {
        a = this.inScope(() => this.statements(body));
      });
      const otherwise = this.builder.block(() => {
        b = arm(i + 1);
      });
      this.builder.emit({ op: "if", cond: test, then, else: otherwise });
      if (a !== b) this.fail(node, "kernel-switch", "either every case returns or none does");
      return a && b;
    };
    return arm(0);
  }
}
