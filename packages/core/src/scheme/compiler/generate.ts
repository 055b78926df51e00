import type { Interpreter } from "../interpreter.ts";
import { Op } from "../machine/ops.ts";
import { symbolName } from "../symbols.ts";
import { FALSE, Flag, HEADER, NIL, TRUE, UNBOUND } from "../words.ts";
import { Code, codeFlags, Description } from "./code.ts";
import type { Loop, Node, Procedure, Scope, Variable } from "./nodes.ts";
import { Primitives } from "./primitives.ts";

export class Generator extends Primitives {
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
        else code.emit(Op.Global, this.s.globals.cell(node.symbol));
        break;
      case "set":
        this.value(node.value);
        if (node.variable.scope.reified) code.emit(Op.SetDynamic, node.variable.symbol);
        else code.emit(Op.SetEnv, this.depthOf(node.variable.scope), node.variable.index);
        break;
      case "setFree":
        this.value(node.value);
        if (node.scope.looksUp) code.emit(Op.SetDynamic, node.symbol);
        else code.emit(Op.SetGlobal, this.s.globals.cell(node.symbol));
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
      else code.emit(Op.DefineGlobal, this.s.globals.cell(node.symbol), node.constant ? 1 : 0);
    } else if (v.scope.reified) code.emit(Op.DefineDynamic, v.symbol);
    else if (v.framed) code.emit(Op.SetEnv, this.depthOf(v.scope), v.index);
    else code.emit(Op.SetLocal, v.slot);
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
    if (operands.length > 0 && this.isUnknown(operator)) {
      // An operator that has no value is an error before one of its operands can be.
      code.place(node.place);
      this.value(operator);
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

  private isUnknown(operator: Node): boolean {
    return operator.kind === "free" && !operator.scope.looksUp && this.s.globals.value(operator.symbol) === UNBOUND;
  }

  /// The cell of a global operator; common argument counts of some library procedures have versions of their own.
  private specialised(operator: Node, count: number): number {
    if (operator.kind !== "free" || operator.scope.looksUp) return 0;
    const { s } = this;
    const special = s.globals.specialised(operator.symbol, count);
    return s.globals.cell(special === 0 ? operator.symbol : special);
  }
}

/// The code object of a procedure that is compiled when it is first called.
function lazyCode(s: Interpreter, node: Node & { kind: "lazy" }, file: number): number {
  return new Code().finish(s, { name: node.name, source: node.source, file, required: 0, flags: Flag.Lazy, place: node.place });
}

const isSameVariable = (node: Node, variable: Variable): boolean => node.kind === "local" && node.variable === variable;
