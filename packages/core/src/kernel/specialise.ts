/// The front end: walks a kernel's syntax tree with what is known about one unit (rates, constants, sizes) and emits IR.
///
/// Whatever is known at compile time disappears: an `if` on a rate keeps one side, `for (const i of c.each(n))` is unrolled, helpers are inlined.
/// The types of `let` variables are found by doing the walk again with wider types until nothing widens (`widened`).
import type { AnyNode, BlockStatement, Expression, Pattern, Statement } from "acorn";
import { binary, coerce, compare, constant, convert, int, read, select, unary } from "./build.ts";
import type { Builder } from "./builder.ts";
import { fail } from "./diagnostic.ts";
import type { BinaryOp, Expr, Local, Stmt, Type } from "./ir.ts";
import { callLibrary, mathMember } from "./mathobject.ts";
import { type Parsed, parseFunction } from "./parse.ts";
import { describe, join, type Lit, lit, litType, type Num, nothing, num, type Value, type Variable } from "./values.ts";

type Binding = { readonly value: Value } | { readonly variable: Variable; readonly key: string };

class Scope {
  private readonly names = new Map<string, Binding>();
  constructor(private readonly parent?: Scope) {}
  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }
  add(name: string, binding: Binding): void {
    this.names.set(name, binding);
  }
  visible(): string[] {
    return [...this.names.keys(), ...(this.parent?.visible() ?? [])];
  }
}

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

export class Specialiser {
  private at!: Parsed;
  private scope = new Scope();
  private path = "";
  private depth = 0;
  private returns!: Returns;
  private readonly loops: { break: number; next: (() => void) | number }[] = [];

  constructor(
    readonly builder: Builder,
    /// Types that variables were found to need; shared by the attempts at one unit.
    readonly types: Map<string, Type>,
    /// Set when a variable's type grew during this attempt: the walk must be repeated.
    readonly widened: { value: boolean },
  ) {}

  fail(node: AnyNode, code: string, sentence: string): never {
    return fail({ owner: this.at.owner, text: this.at.text, offset: node.start }, code, sentence);
  }

  /// Inlines `fn` with `args` bound to its parameters; returns what it returns.
  // biome-ignore lint/complexity/noBannedTypes: a kernel part is any function, parsed by its text
  inline(owner: string, fn: Function, args: readonly Value[], path: string): Value {
    const parsed = parseFunction(owner, fn);
    const saved = { at: this.at, scope: this.scope, path: this.path, returns: this.returns };
    if (this.at && this.depth >= maxInlineDepth)
      this.fail(this.at.node, "kernel-recursion", `${owner} calls itself; kernels cannot recurse`);
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
      Object.assign(this, saved);
      this.depth--;
    }
  }

  private slotValue(returns: Returns): Value {
    const values = (returns.slots ?? []).map((slot) => num(read(slot.variable.local), slot.variable.level));
    if (values.length === 0) return nothing;
    return returns.list ? { k: "list", items: values } : values[0];
  }

  // ---- patterns and variables

  private bind(pattern: Pattern, value: Value): void {
    if (pattern.type === "Identifier") {
      if (this.at.assigned.has(pattern.name)) this.declare(pattern, value);
      else this.scope.add(pattern.name, { value: value.k === "num" ? this.builder.keep(value, pattern.name) : value });
      return;
    }
    if (pattern.type === "ObjectPattern") {
      for (const property of pattern.properties) {
        if (property.type !== "Property" || property.computed || property.key.type !== "Identifier")
          this.fail(property, "kernel-pattern", "only plain names can be taken out of an object: { a, b: c }");
        this.bind(property.value, this.member(value, property.key.name, property));
      }
      return;
    }
    if (pattern.type === "ArrayPattern" && value.k === "list") {
      pattern.elements.forEach((element, i) => {
        if (element)
          this.bind(element, value.items[i] ?? this.fail(element, "kernel-pattern", `there are only ${value.items.length} items`));
      });
      return;
    }
    this.fail(pattern, "kernel-pattern", "parameters are plain names or { names }");
  }

  /// A variable that is assigned later: its type is the join of everything assigned to it, found over repeated walks.
  private declare(id: AnyNode & { type: "Identifier" }, value: Value): void {
    const key = `${this.path}/${this.at.owner}:${id.start}`;
    if (value.k !== "num" && value.k !== "lit" && value.k !== "nothing" && value.k !== "glide") {
      this.fail(id, "kernel-variable", `${id.name} is ${describe(value)} and cannot be assigned again; only numbers can`);
    }
    const variable = this.variable(key, id.name, value.k === "nothing" ? "i32" : this.typeOf(value, id));
    this.scope.add(id.name, { variable, key });
    this.builder.emit({
      op: "set",
      local: variable.local,
      value: value.k === "nothing" ? constant(variable.local.type, 0) : this.as(value, variable.local.type, id),
    });
  }

  private variable(key: string, name: string, first: Type): Variable {
    const known = this.types.get(key);
    const type = known === undefined ? first : join(known, first);
    this.types.set(key, type);
    return { local: { name, type }, level: this.builder.inTick ? 2 : 1 };
  }

  private assignVariable(key: string, variable: Variable, value: Value, node: AnyNode): void {
    const wanted = join(variable.local.type, this.typeOf(value, node, variable.local.type));
    if (wanted !== variable.local.type) {
      this.types.set(key, wanted);
      this.widened.value = true;
    }
    this.builder.emit({ op: "set", local: variable.local, value: this.as(value, variable.local.type, node) });
  }

  private typeOf(value: Value, node: AnyNode, adapting?: Type): Type {
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

  // ---- values as numbers

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

  /// The sample index as a float, while a tick is compiled; the compiler of the loop provides it.
  sampleIndex: { f32?: Local; f64?: Local; i32?: Local } = {};
  private lookupSample(type: Type): Expr {
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

  private level(...values: (Value | Num)[]): 1 | 2 {
    return values.some((v) => (v.k === "num" && v.level === 2) || v.k === "glide") ? 2 : 1;
  }

  // ---- statements: true when the list certainly returned

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

  private inScope<T>(body: () => T): T {
    const outer = this.scope;
    this.scope = new Scope(outer);
    try {
      return body();
    } finally {
      this.scope = outer;
    }
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
          this.bind(declaration.id, value.k === "glide" ? value : value);
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
        return this.fail(
          node,
          "kernel-syntax",
          `${sayStatement(node.type)} is not part of the kernel language; allowed are const, let, assignments, if, for, while, for (… of c.each(n)), switch, return`,
        );
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

  // ---- expressions

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
    return this.fail(
      node,
      "kernel-syntax",
      `${node.type} is not part of the kernel language; allowed are numbers, arithmetic, comparisons, ?:, && || !, Math, state, inputs and helpers from uses`,
    );
  }

  private kept(value: Value): Value {
    return value.k === "num" ? this.builder.keep(value) : value;
  }

  private identifier(node: AnyNode & { type: "Identifier" }): Value {
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
    return this.fail(
      node,
      "kernel-name",
      `"${node.name}" is not known here: a kernel sees only its parameters and its own variables (${[...new Set(this.scope.visible())].join(", ")}), and Math; helpers come through uses`,
    );
  }

  private unaryExpression(node: AnyNode & { type: "UnaryExpression" }): Value {
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
        return this.fail(node, "kernel-syntax", `the operator ${node.operator} is not part of the kernel language`);
    }
    const n = this.number(value, node);
    return this.builder.num(n.expr.type === "i32" ? binary("sub", int(0), n.expr) : unary("neg", n.expr), n.level);
  }

  /// Evaluates `a`, then `b`, so that statements `b` emits cannot change what `a` reads.
  private pair(a: AnyNode, b: AnyNode): [Value, Value] {
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

  private binaryExpression(node: AnyNode & { type: "BinaryExpression" }): Value {
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
    return this.fail(node, "kernel-syntax", `the operator ${operator} is not part of the kernel language`);
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
      if (typeof a.value === "string" || typeof b.value === "string") this.fail(node, "kernel-type", "text cannot be calculated with");
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

  private bitwise(operator: string, a: Value, b: Value, node: AnyNode): Value {
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

  private logical(node: AnyNode & { type: "LogicalExpression" }): Value {
    if (node.operator === "??") this.fail(node, "kernel-syntax", "?? is not part of the kernel language");
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

  private conditional(node: AnyNode & { type: "ConditionalExpression" }): Value {
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

  private assignment(node: AnyNode & { type: "AssignmentExpression" }): Value {
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

  private assignTo(target: AnyNode, value: Value, node: AnyNode): void {
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
        this.fail(
          target,
          "kernel-assign",
          `${describe(object)} has nothing to assign to called "${target.property.name}"; only state can be assigned`,
        );
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

  private objectLiteral(node: AnyNode & { type: "ObjectExpression" }): Value {
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
      this.fail(node, "kernel-name", `${object.what} has no "${name}"; it has ${object.names().join(", ") || "nothing"}`);
    }
    if (name === "length") {
      if (object.k === "list") return lit(object.items.length);
      if (object.k === "block") return object.length;
      if (object.k === "state") return object.block.length;
    }
    return this.fail(node, "kernel-name", `${describe(object)} has no "${name}"`);
  }

  private memberExpression(node: AnyNode & { type: "MemberExpression" }): Value {
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

  private callExpression(node: AnyNode & { type: "CallExpression" }): Value {
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

  private settle(value: Value, out: Stmt[], mark: number): Value {
    if (value.k !== "num" || this.builder.isFixed(value.expr)) return value;
    const local = this.builder.fixedLocal(value.expr.type, "arg");
    out.splice(mark, 0, { op: "set", local, value: value.expr });
    return { ...value, expr: read(local) };
  }

  get inlinePath(): string {
    return this.path;
  }
}

/// An object whose members are values already computed.
export function record(what: string, members: ReadonlyMap<string, Value>): Value {
  return { k: "obj", what, get: (name) => members.get(name), names: () => [...members.keys()] };
}

const truth = (e: Expr): Expr =>
  e.op === "compare" || (e.op === "unary" && e.fn === "eqz") || (e.op === "const" && (e.value === 0 || e.value === 1))
    ? e
    : compare("ne", e, constant(e.type, 0));

function rangeUnion(a: Value, b: Value): readonly [number, number] | undefined {
  const ra = rangeFrom(a);
  const rb = rangeFrom(b);
  return ra && rb ? [Math.min(ra[0], rb[0]), Math.max(ra[1], rb[1])] : undefined;
}
function rangeFrom(v: Value): readonly [number, number] | undefined {
  if (v.k === "lit" && typeof v.value === "number" && Number.isInteger(v.value)) return [v.value, v.value];
  return v.k === "num" ? v.range : undefined;
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

function search(node: unknown, found: (n: AnyNode) => boolean, into: (n: AnyNode) => boolean = () => true): boolean {
  if (Array.isArray(node)) return node.some((child) => search(child, found, into));
  if (typeof node !== "object" || node === null || !("type" in node)) return false;
  const n = node as AnyNode;
  if (found(n)) return true;
  if (!into(n)) return false;
  return Object.entries(n).some(([key, child]) => key !== "type" && search(child, found, into));
}
const isFunction = (n: AnyNode) => n.type === "FunctionExpression" || n.type === "ArrowFunctionExpression";
const isLoop = (n: AnyNode) => n.type === "ForStatement" || n.type === "WhileStatement";
const hasReturn = (node: unknown) =>
  search(
    node,
    (n) => n.type === "ReturnStatement",
    (n) => !isFunction(n),
  );
const hasContinue = (node: unknown) =>
  search(
    node,
    (n) => n.type === "ContinueStatement",
    (n) => !isFunction(n) && !isLoop(n),
  );
const assigns = (node: unknown, name: string) =>
  search(
    node,
    (n) =>
      (n.type === "AssignmentExpression" && n.left.type === "Identifier" && n.left.name === name) ||
      (n.type === "UpdateExpression" && n.argument.type === "Identifier" && n.argument.name === name),
  );

function sayStatement(type: string): string {
  return type
    .replace(/Statement$|Declaration$/, "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}
