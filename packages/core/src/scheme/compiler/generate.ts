/// From nodes to instructions.
///
/// The stack height is known at every point, so variables are addressed by their distance from the frame pointer; captured and assigned variables
/// are in heap frames that are made when their scope is entered. Generating an expression leaves the height as it was and its value
/// in the accumulator; in tail position it ends in a return, a tail call or a jump.
import { condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { Op } from "../machine/ops.ts";
import { symbolName } from "../symbols.ts";
import { FALSE, Flag, HEADER, isFix, NIL, TRUE, Type, UNBOUND } from "../words.ts";
import { Code, codeFlags, Description } from "./code.ts";
import { binaryOps, comparisons, type Form, nested, pickForm } from "./inline.ts";
import type { Loop, Node, Procedure, Scope, Variable } from "./nodes.ts";

/// Builtins of as many operands as they may have whose instruction knows the common case, and calls the builtin otherwise.
const own = new Map<string, number>([
  ["vector-set!", Op.VectorSet],
  ["assq", Op.Assq],
  ["memq", Op.Memq],
]);

/// Most words a procedure may keep on the stack.
const MAX_HEIGHT = 3000;

export class Generator {
  private readonly s: Interpreter;
  private readonly code = new Code();
  private height = 0;
  /// Environments between here and the global one, innermost last.
  private readonly frames: Scope[];
  private readonly file: number;

  constructor(s: Interpreter, frames: Scope[], file: number) {
    this.s = s;
    this.frames = frames;
    this.file = file;
  }

  /// Code of a top-level expression: a procedure without parameters.
  static program(s: Interpreter, node: Node, file: number): number {
    const g = new Generator(s, [], file);
    g.tail(node);
    return g.code.finish(s, { name: 0, source: 0, file, required: 0, flags: 0, place: 0 });
  }

  procedure(p: Procedure): number {
    const { code } = this;
    this.height = p.parameters.length;
    p.parameters.forEach((v, i) => {
      v.slot = i;
    });
    this.enterScope(p.scope, p.parameters);
    for (const { variable, value } of p.defaults) {
      const given = code.label();
      code.jump(given, Op.JumpGiven, variable.slot);
      this.value(value);
      code.emit(Op.SetLocal, variable.slot);
      if (p.scope.reified) code.emit(Op.SetDynamic, variable.symbol);
      else if (variable.framed) code.emit(Op.SetEnv, 0, variable.index);
      code.mark(given);
    }
    this.tail(p.body);
    const object = code.finish(this.s, {
      name: p.name,
      source: p.source,
      file: this.file,
      required: p.required,
      flags: codeFlags(p.rest, p.star),
      place: p.place,
    });
    this.describeParameters(object, p);
    return object;
  }

  /// What calls with keywords need to know: (names allow-other-keys? keep a place for the rest?).
  private describeParameters(code: number, p: Procedure): void {
    const { heap } = this.s;
    const names = heap.list(...p.parameters.map((v) => v.symbol));
    const description = this.s.w[code + 2];
    this.s.w[heap.data(description) + Description.Parameters] = heap.cons(p.allowOtherKeys ? TRUE : FALSE, names);
  }

  private grow(words: number): void {
    this.height += words;
    if (this.height > MAX_HEIGHT) throw condition(this.s, "syntax-error", "procedure needs too many temporary values");
  }

  /// Declares the variables of a scope: those with a value are on the stack already.
  private enterScope(scope: Scope, withValue: Variable[]): void {
    const { code } = this;
    if (scope.reified) {
      code.emit(Op.MakeLet, withValue.length);
      for (const v of withValue) code.emit(v.symbol, v.slot);
      this.frames.push(scope);
      return;
    }
    const framed: Variable[] = [];
    for (const v of scope.variables) {
      if (v.framed) framed.push(v);
      else if (!withValue.includes(v)) {
        code.emit(Op.PushConstant, UNBOUND);
        v.slot = this.height;
        this.grow(1);
      }
    }
    if (framed.length === 0) return;
    framed.forEach((v, i) => {
      v.index = i;
    });
    code.emit(Op.MakeFrame, this.s.shape(framed.map((v) => v.symbol)), framed.length);
    for (const v of framed) code.emit(withValue.includes(v) ? v.slot : -1);
    this.frames.push(scope);
  }

  private leaveScope(height: number, framesBefore: number): void {
    if (this.frames.length > framesBefore) {
      this.code.emit(Op.PopFrame, this.frames.length - framesBefore);
      this.frames.length = framesBefore;
    }
    if (this.height > height) {
      this.code.emit(Op.Drop, this.height - height);
      this.height = height;
    }
  }

  private depthOf(scope: Scope): number {
    for (let i = this.frames.length - 1; i >= 0; i--) if (this.frames[i] === scope) return this.frames.length - 1 - i;
    throw new Error(`no frame of the scope of ${scope.variables.map((v) => symbolName(v.symbol)).join(" ")}`);
  }

  /// The stack slot of an operand that needs no instruction to fetch, or -1.
  private slotOf(node: Node): number {
    if (node.kind !== "local") return -1;
    const v = node.variable;
    return v.framed || v.scope.reified ? -1 : v.slot;
  }

  /// Generates for the value in the accumulator.
  value(node: Node): void {
    const { code } = this;
    switch (node.kind) {
      case "constant":
        code.emit(Op.Constant, code.constant(node.value));
        break;
      case "local":
        this.local(node.variable);
        break;
      case "free":
        if (node.scope.looksUp) code.emit(Op.Dynamic, node.symbol);
        else code.emit(Op.Global, this.s.globalCell(node.symbol));
        break;
      case "set":
        this.value(node.value);
        if (node.variable.scope.reified) code.emit(Op.SetDynamic, node.variable.symbol);
        else code.emit(Op.SetEnv, this.depthOf(node.variable.scope), node.variable.index);
        break;
      case "setFree":
        this.value(node.value);
        if (node.scope.looksUp) code.emit(Op.SetDynamic, node.symbol);
        else code.emit(Op.SetGlobal, this.s.globalCell(node.symbol));
        break;
      case "define":
        this.define(node);
        break;
      case "if": {
        const otherwise = code.label();
        const end = code.label();
        this.jumpUnless(node.test, otherwise);
        this.value(node.then);
        code.jump(end, Op.Jump);
        code.mark(otherwise);
        this.value(node.otherwise);
        code.mark(end);
        break;
      }
      case "and":
      case "or": {
        const end = code.label();
        node.parts.forEach((part, i) => {
          this.value(part);
          if (i < node.parts.length - 1) code.jump(end, node.kind === "and" ? Op.JumpFalse : Op.JumpTrue);
        });
        code.mark(end);
        break;
      }
      case "sequence":
        if (node.body.length === 0) code.emit(Op.Constant, NIL);
        for (const part of node.body) this.value(part);
        break;
      case "lambda":
        this.closure(node.procedure);
        break;
      case "lazy":
        code.emit(Op.Closure, code.constant(lazyCode(this.s, node, this.file)));
        break;
      case "macro":
        this.value(node.procedure);
        code.emit(Op.MakeMacro, node.bacro ? 1 : 0);
        break;
      case "let":
        this.letForm(node, false);
        break;
      case "loop":
        this.loop(node, false);
        break;
      case "again":
        this.again(node.loop, node.values);
        break;
      case "withLet":
        this.withLet(node, false);
        break;
      case "call":
        this.call(node, false);
        break;
    }
  }

  /// Generates in tail position: control does not continue after it.
  private tail(node: Node): void {
    const { code } = this;
    switch (node.kind) {
      case "if": {
        const otherwise = code.label();
        this.jumpUnless(node.test, otherwise);
        this.branch(() => this.tail(node.then));
        code.mark(otherwise);
        this.branch(() => this.tail(node.otherwise));
        return;
      }
      case "and":
      case "or": {
        const end = code.label();
        node.parts.forEach((part, i) => {
          if (i === node.parts.length - 1) {
            this.branch(() => this.tail(part));
            return;
          }
          this.value(part);
          code.jump(end, node.kind === "and" ? Op.JumpFalse : Op.JumpTrue);
        });
        code.mark(end);
        code.emit(Op.Return);
        return;
      }
      case "sequence":
        if (node.body.length === 0) break;
        for (const part of node.body.slice(0, -1)) this.value(part);
        this.tail(node.body[node.body.length - 1]);
        return;
      case "let":
        this.letForm(node, true);
        return;
      case "loop":
        this.loop(node, true);
        return;
      case "again":
        this.again(node.loop, node.values);
        return;
      case "withLet":
        this.withLet(node, true);
        return;
      case "call":
        if (this.call(node, true)) return;
        code.emit(Op.Return);
        return;
      default:
    }
    this.value(node);
    code.emit(Op.Return);
  }

  /// Generates a branch that does not come back: what it opens stays open for nobody.
  private branch(generate: () => void): void {
    const { height } = this;
    const frames = this.frames.length;
    generate();
    this.height = height;
    this.frames.length = frames;
  }

  private local(v: Variable): void {
    const { code } = this;
    if (v.scope.reified) code.emit(Op.Dynamic, v.symbol);
    else if (!v.framed) code.emit(Op.Local, v.slot);
    else {
      const depth = this.depthOf(v.scope);
      if (depth === 0) code.emit(Op.Env0, v.index);
      else if (depth === 1) code.emit(Op.Env1, v.index);
      else code.emit(Op.Env, depth, v.index);
    }
  }

  private define(node: Node & { kind: "define" }): void {
    const { code } = this;
    this.value(node.value);
    const v = node.variable;
    if (v === undefined) {
      if (node.scope.looksUp) code.emit(Op.DefineDynamic, node.symbol);
      else code.emit(Op.DefineGlobal, this.s.globalCell(node.symbol), node.constant ? 1 : 0);
    } else if (v.scope.reified) code.emit(Op.DefineDynamic, v.symbol);
    else if (v.framed) code.emit(Op.SetEnv, this.depthOf(v.scope), v.index);
    else code.emit(Op.SetLocal, v.slot);
  }

  /// Pushes the value of an operand; what may be several values only where a call will spread them.
  private push(node: Node): void {
    const { code } = this;
    const slot = this.slotOf(node);
    if (node.kind === "constant") code.emit(Op.PushConstant, code.constant(node.value));
    else if (slot >= 0) code.emit(Op.PushLocal, slot);
    else if (node.kind === "free" && !node.scope.looksUp) code.emit(Op.PushGlobal, this.s.globalCell(node.symbol));
    else {
      this.value(node);
      if (mayReturnMany(this, node)) code.emit(Op.PushResult);
      else code.push();
    }
    this.grow(1);
  }

  private closure(p: Procedure): void {
    const { code } = this;
    const inner = new Generator(this.s, [...this.frames], this.file);
    code.emit(Op.Closure, code.constant(inner.procedure(p)));
  }

  private letForm(node: Node & { kind: "let" }, tail: boolean): void {
    const { height } = this;
    const frames = this.frames.length;
    node.values.forEach((value, i) => {
      this.push(value);
      node.variables[i].slot = this.height - 1;
    });
    this.enterScope(node.scope, node.variables);
    if (tail) {
      this.tail(node.body);
      return;
    }
    this.value(node.body);
    this.leaveScope(height, frames);
  }

  private loop(node: Node & { kind: "loop" }, tail: boolean): void {
    const { code } = this;
    const { loop } = node;
    const { height } = this;
    const frames = this.frames.length;
    for (const value of node.values) this.push(value);
    loop.base = height;
    loop.variables.forEach((v, i) => {
      v.slot = height + i;
    });
    loop.frames = frames;
    loop.label = code.label();
    code.mark(loop.label);
    this.enterScope(loop.scope, loop.variables);
    if (tail) {
      this.tail(node.body);
      return;
    }
    this.value(node.body);
    this.leaveScope(height, frames);
  }

  /// Jumps back to a loop's start with new values of its variables.
  private again(loop: Loop, values: Node[]): void {
    const { code } = this;
    const { height } = this;
    const top = loop.base + loop.variables.length;
    const changed = values.map((_, i) => i).filter((i) => !isSameVariable(values[i], loop.variables[i]));
    const single = changed.length === 1 && !loop.scope.hasFrame;
    if (single) this.value(values[changed[0]]);
    else if (changed.length > 0) for (const value of values) this.push(value);
    if (this.frames.length > loop.frames) code.emit(Op.PopFrame, this.frames.length - loop.frames);
    if (single) code.jump(loop.label, Op.LoopSet, loop.base + changed[0], top);
    else if (changed.length > 0) code.jump(loop.label, Op.LoopTo, loop.base, values.length);
    else code.jump(loop.label, Op.LoopJump, top);
    this.height = height;
  }

  private withLet(node: Node & { kind: "withLet" }, tail: boolean): void {
    const { code } = this;
    code.emit(Op.SaveEnv);
    this.grow(1);
    this.value(node.environment);
    code.emit(Op.EnterLet);
    const frames = this.frames.length;
    const { height } = this;
    if (tail) this.tail(node.body);
    else {
      this.value(node.body);
      code.emit(Op.RestoreEnv);
    }
    this.frames.length = frames;
    this.height = height - 1;
  }

  /// Generates a call. In tail position, true when control does not come back.
  private call(node: Node & { kind: "call" }, tail: boolean): boolean {
    const { code, s } = this;
    const { operator, operands } = node;
    const primitive = this.primitiveOf(operator, operands.length);
    if (primitive >= 0) {
      this.primitive(primitive, operands, node.place);
      return false;
    }
    // What looks at its caller's environment must find it in the machine's register.
    const global = this.specialised(operator, operands.length);
    const asTail = tail && !(operator.kind === "free" && s.symbols.reifying.has(operator.symbol));
    const after = code.label();
    if (!asTail) {
      code.jump(after, Op.Frame);
      this.grow(HEADER);
    }
    for (const operand of operands) this.push(operand);
    if (global !== 0) {
      code.place(node.place);
      code.emit(asTail ? Op.TailCallGlobal : Op.CallGlobal, global, operands.length);
    } else if (!asTail && this.slotOf(operator) >= 0) {
      code.place(node.place);
      code.emit(Op.CallLocal, this.slotOf(operator), operands.length);
    } else {
      this.value(operator);
      code.place(node.place);
      code.emit(asTail ? Op.TailCall : Op.Call, operands.length);
    }
    code.mark(after);
    this.height -= operands.length + (asTail ? 0 : HEADER);
    return asTail;
  }

  /// The cell of a global operator; common argument counts of some library procedures have versions of their own.
  private specialised(operator: Node, count: number): number {
    if (operator.kind !== "free" || operator.scope.looksUp) return 0;
    const { s } = this;
    const special = s.specialised(operator.symbol, count);
    return s.globalCell(special === 0 ? operator.symbol : special);
  }

  /// The definition of a builtin that returns directly, or -1.
  primitiveOf(operator: Node, count: number): number {
    const { s } = this;
    let value = 0;
    if (operator.kind === "constant") value = operator.value;
    else if (operator.kind === "free" && !operator.scope.looksUp) value = s.globalValue(operator.symbol);
    if (!s.heap.isType(value, Type.Builtin)) return -1;
    const number = s.w[value + 1] >> 1;
    const definition = s.definitions[number];
    if (definition.control === true) return -1;
    const [min, max] = definition.arity;
    return count >= min && (max < 0 || count <= max) ? number : -1;
  }

  private primitive(number: number, operands: Node[], place: number): void {
    const { code, s } = this;
    const { name } = s.definitions[number];
    const count = operands.length;
    if (count === 1 && this.unary(name, operands[0], place)) return;
    if (count === 2) {
      const op = binaryOps.get(name);
      if (op !== undefined) {
        this.binary(op, operands[0], operands[1], place);
        return;
      }
      if (comparisons.has(name) || name === "eq?") {
        this.truth({ kind: "call", operator: { kind: "constant", value: s.builtin(number) }, operands, place });
        return;
      }
      if (name === "cons" || name === "{map-cons}") {
        this.cons(operands[0], operands[1]);
        return;
      }
      if (name === "vector-ref") {
        this.vectorRef(operands[0], operands[1], place);
        return;
      }
    }
    if (count > 2 && nested.has(name)) {
      // (+ a b c) is (+ (+ a b) c).
      const first: Node = {
        kind: "call",
        operator: { kind: "constant", value: s.builtin(number) },
        operands: operands.slice(0, -1),
        place,
      };
      this.binary(binaryOps.get(name)!, first, operands[count - 1], place);
      return;
    }
    const [, most] = s.definitions[number].arity;
    if (count === 0 || count > 3 || most < 0 || most > 3) {
      for (const operand of operands) this.push(operand);
      code.place(place);
      code.emit(Op.PrimN, number, count);
      this.height -= count;
      return;
    }
    for (const operand of operands.slice(0, -1)) this.push(operand);
    this.value(operands[count - 1]);
    code.place(place);
    code.emit(own.get(name) ?? [Op.Prim1, Op.Prim2, Op.Prim3][count - 1], number);
    this.height -= count - 1;
  }

  /// Short forms of one operand; true when there was one.
  private unary(name: string, operand: Node, place: number): boolean {
    const { code } = this;
    const slot = this.slotOf(operand);
    switch (name) {
      case "car":
      case "cdr":
        if (slot >= 0) {
          code.place(place);
          code.emit(name === "car" ? Op.CarLocal : Op.CdrLocal, slot);
          return true;
        }
        this.value(operand);
        code.place(place);
        code.emit(name === "car" ? Op.Car : Op.Cdr);
        return true;
      case "cadr":
      case "cddr":
        this.value(operand);
        code.place(place);
        code.emit(name === "cadr" ? Op.Cadr : Op.Cddr);
        return true;
      case "null?":
      case "pair?":
      case "not":
        this.truth({ kind: "call", operator: { kind: "constant", value: this.s.builtinNamed(name) }, operands: [operand], place });
        return true;
    }
    return false;
  }

  private cons(a: Node, b: Node): void {
    const { code } = this;
    const slot = this.slotOf(a);
    if (slot >= 0) {
      this.value(b);
      code.emit(Op.ConsLocal, slot);
      return;
    }
    this.push(a);
    this.value(b);
    code.emit(Op.Cons);
    this.height--;
  }

  private vectorRef(v: Node, i: Node, place: number): void {
    const { code } = this;
    const slot = this.slotOf(v);
    if (slot < 0) this.push(v);
    this.value(i);
    code.place(place);
    if (slot >= 0) code.emit(Op.VectorRefLocal, slot);
    else {
      code.emit(Op.VectorRef);
      this.height--;
    }
  }

  /// Brings two operands where a form of an operation expects them; returns the words that follow the operation.
  private operandsFor(form: Form, a: Node, b: Node): number[] {
    switch (form) {
      case "Locals":
        return [this.slotOf(a), this.slotOf(b)];
      case "LocalConstant":
        return [this.slotOf(a), (b as { value: number }).value];
      case "Constant":
        this.value(a);
        return [(b as { value: number }).value];
      case "Local":
        this.value(b);
        return [this.slotOf(a)];
      case "Second":
        this.value(a);
        return [this.slotOf(b)];
      default:
        this.push(a);
        this.value(b);
        this.height--;
        return [];
    }
  }

  private formOf(a: Node, b: Node, available: Partial<Record<Form, number>>): Form {
    return pickForm(this.slotOf(a) >= 0, this.slotOf(b) >= 0, b.kind === "constant" && isFix(b.value), available);
  }

  private binary(ops: Partial<Record<Form, number>>, a: Node, b: Node, place: number): void {
    const form = this.formOf(a, b, ops);
    const words = this.operandsFor(form, a, b);
    this.code.place(place);
    this.code.emit(ops[form]!, ...words);
  }

  /// A test whose value is wanted.
  private truth(node: Node): void {
    const { code } = this;
    const no = code.label();
    const end = code.label();
    this.jumpUnless(node, no);
    code.emit(Op.Constant, TRUE);
    code.jump(end, Op.Jump);
    code.mark(no);
    code.emit(Op.Constant, FALSE);
    code.mark(end);
  }

  private testOf(node: Node): { name: string; operands: Node[]; place: number } | undefined {
    if (node.kind !== "call") return undefined;
    const number = this.primitiveOf(node.operator, node.operands.length);
    return number < 0 ? undefined : { name: this.s.definitions[number].name, operands: node.operands, place: node.place };
  }

  /// Jumps to `label` when the value is false.
  private jumpUnless(node: Node, label: number): void {
    const { code } = this;
    if (node.kind === "constant") {
      if (node.value === FALSE) code.jump(label, Op.Jump);
      return;
    }
    if (node.kind === "and") {
      for (const part of node.parts) this.jumpUnless(part, label);
      return;
    }
    if (node.kind === "or") {
      const yes = code.label();
      node.parts.forEach((part, i) => {
        if (i < node.parts.length - 1) this.jumpWhen(part, yes);
        else this.jumpUnless(part, label);
      });
      code.mark(yes);
      return;
    }
    const test = this.testOf(node);
    if (test !== undefined) {
      const { name, operands, place } = test;
      const [a, b] = operands;
      if (operands.length === 1) {
        const slot = this.slotOf(a);
        if (name === "not") {
          this.jumpWhen(a, label);
          return;
        }
        if (name === "null?" || name === "pair?") {
          if (slot >= 0) {
            code.jump(label, name === "null?" ? Op.UnlessNullLocal : Op.UnlessPairLocal, slot);
            return;
          }
          this.value(a);
          code.jump(label, name === "null?" ? Op.UnlessNull : Op.UnlessPair);
          return;
        }
      }
      const ops = operands.length === 2 ? comparisons.get(name) : undefined;
      if (ops !== undefined) {
        const form = this.formOf(a, b, ops);
        const words = this.operandsFor(form, a, b);
        code.place(place);
        code.jump(label, ops[form]!, ...words);
        return;
      }
      if (name === "eq?" && operands.length === 2) {
        this.unlessEq(a, b, label);
        return;
      }
    }
    this.value(node);
    code.jump(label, Op.JumpFalse);
  }

  private unlessEq(a: Node, b: Node, label: number): void {
    const { code } = this;
    const slot = this.slotOf(a);
    if (b.kind === "constant") {
      const value = code.constant(b.value);
      if (slot >= 0) {
        code.jump(label, Op.UnlessEqLocalConstant, slot, value);
        return;
      }
      this.value(a);
      code.jump(label, Op.UnlessEqConstant, value);
      return;
    }
    if (slot >= 0) {
      this.value(b);
      code.jump(label, Op.UnlessEqLocal, slot);
      return;
    }
    this.push(a);
    this.value(b);
    this.height--;
    code.jump(label, Op.UnlessEq);
  }

  /// Jumps to `label` when the value is true.
  private jumpWhen(node: Node, label: number): void {
    const { code } = this;
    if (node.kind === "constant") {
      if (node.value !== FALSE) code.jump(label, Op.Jump);
      return;
    }
    const test = this.testOf(node);
    if (test !== undefined) {
      const { name, operands } = test;
      const [a, b] = operands;
      if (name === "not") {
        this.jumpUnless(a, label);
        return;
      }
      const slot = this.slotOf(a);
      if (name === "null?") {
        if (slot >= 0) {
          code.jump(label, Op.WhenNullLocal, slot);
          return;
        }
        this.value(a);
        code.jump(label, Op.WhenNull);
        return;
      }
      if (name === "pair?") {
        this.value(a);
        code.jump(label, Op.WhenPair);
        return;
      }
      if (name === "eq?" && b !== undefined && b.kind === "constant") {
        const value = code.constant(b.value);
        if (slot >= 0) {
          code.jump(label, Op.WhenEqLocalConstant, slot, value);
          return;
        }
        this.value(a);
        code.jump(label, Op.WhenEqConstant, value);
        return;
      }
      if (name === "eq?" || (operands.length === 2 && comparisons.has(name))) {
        const no = code.label();
        this.jumpUnless(node, no);
        code.jump(label, Op.Jump);
        code.mark(no);
        return;
      }
    }
    if (node.kind === "and" || node.kind === "or") {
      const no = code.label();
      this.jumpUnless(node, no);
      code.jump(label, Op.Jump);
      code.mark(no);
      return;
    }
    this.value(node);
    code.jump(label, Op.JumpTrue);
  }
}

/// The code object of a procedure that is compiled when it is first called.
function lazyCode(s: Interpreter, node: Node & { kind: "lazy" }, file: number): number {
  return new Code().finish(s, { name: node.name, source: node.source, file, required: 0, flags: Flag.Lazy, place: node.place });
}

const isSameVariable = (node: Node, variable: Variable): boolean => node.kind === "local" && node.variable === variable;

/// Whether an operand's value can be several values.
function mayReturnMany(g: Generator, node: Node): boolean {
  switch (node.kind) {
    case "call": {
      return g.primitiveOf(node.operator, node.operands.length) < 0 || isValues(node);
    }
    case "if":
      return mayReturnMany(g, node.then) || mayReturnMany(g, node.otherwise);
    case "and":
    case "or":
      return mayReturnMany(g, node.parts[node.parts.length - 1]);
    case "sequence":
      return node.body.length > 0 && mayReturnMany(g, node.body[node.body.length - 1]);
    case "let":
    case "loop":
    case "withLet":
      return mayReturnMany(g, node.body);
    default:
      return false;
  }
}

const returnsMany = new Set(["values", "apply-values", "read"]);
const isValues = (node: Node & { kind: "call" }): boolean =>
  node.operator.kind === "free" && returnsMany.has(symbolName(node.operator.symbol)) ? true : node.operator.kind === "constant";
