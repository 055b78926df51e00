/// IR to WebAssembly for one synth: a program, or the part of a pack's program that runs lane by lane.

import type { Expr, Field, HostFunction, IRFunction, Local, Program, Stmt, Type } from "../kernel/ir.ts";
import { addressOf } from "./address.ts";
import { isBoolean } from "./booleans.ts";
import { Code } from "./encode.ts";
import { inlineShape } from "./inline.ts";
import { Op, ValueType } from "./opcodes.ts";
import { alignOf, loadOp, opcodeFor, scalarBinary, scalarCompare, scalarUnary, storeOp, valueType } from "./tables.ts";

/// Indices of the functions a body may call.
export interface Callees {
  scalar(fn: IRFunction): number;
  /// The form of `fn` for four lanes in which the arguments marked in `varying` differ between lanes.
  lanes(fn: IRFunction, varying: readonly boolean[]): number;
  host(fn: HostFunction): number;
}

/// Where scalar code finds a synth's state.
export interface Frame {
  /// Local variables that hold the address of the 32-bit fields and of the f64 fields: equal for a lone synth; in a pack, base + lane * 4 and base + lane * 8.
  readonly base: number;
  readonly wideBase: number;
  /// Logarithm of the distance between a field's words: 2 for a lone synth, 4 in a pack.
  readonly wordShift: 2 | 4;
  /// In a pack: local variables that hold lane * 4 and lane * 8, the places within a wire's frame.
  readonly lane?: number;
  readonly wideLane?: number;
}

/// The body of `program` for a lone synth: a function of the base and the program's parameters.
export function emitScalar(program: Program, callees: Callees, annotate = false): Code {
  const code = new Code([ValueType.i32, ...program.params.map((p) => valueType[p.type])], [], annotate);
  code.names[0] = "base";
  const body = new ScalarEmitter(code, callees, { base: 0, wideBase: 0, wordShift: 2 });
  program.params.forEach((p, i) => {
    body.bind(p, i + 1);
  });
  body.block(program.body);
  return code;
}

/// The body of `fn`, a function of its parameters.
export function emitScalarFunction(fn: IRFunction, callees: Callees, annotate = false): Code {
  const code = new Code(
    fn.params.map((p) => valueType[p.type]),
    [valueType[fn.result.type]],
    annotate,
  );
  const body = new ScalarEmitter(code, callees, undefined);
  fn.params.forEach((p, i) => {
    body.bind(p, i);
  });
  body.block(fn.body);
  body.value(fn.result);
  return code;
}

export class ScalarEmitter {
  readonly code: Code;
  private readonly callees: Callees;
  /// Undefined in a pure function.
  private readonly frame: Frame | undefined;
  private readonly locals = new Map<Local, number>();
  /// Labels of the enclosing blocks, innermost last: `label` where a branch leaves the loop, `~label` where it repeats it, undefined for others.
  private readonly labels: (number | undefined)[] = [];
  /// How many inlined functions the present statement is inside of, and how many loops. A pure function may be called in a loop.
  private inlined = 0;
  private loops: number;
  /// Emits whether an expression is not 0 in any lane, where this emitter serves a pack.
  any: ((e: Expr) => void) | undefined;

  constructor(code: Code, callees: Callees, frame: Frame | undefined) {
    this.code = code;
    this.callees = callees;
    this.frame = frame;
    this.loops = frame ? 0 : 1;
  }

  /// Says which WebAssembly local holds `local`.
  bind(local: Local, index: number): void {
    this.locals.set(local, index);
    if (index < this.code.params.length) this.code.names[index] = local.name;
  }

  /// The WebAssembly local that holds `local`.
  indexOf(local: Local): number {
    const known = this.locals.get(local);
    if (known !== undefined) return known;
    const index = this.code.local(valueType[local.type], local.name);
    this.locals.set(local, index);
    return index;
  }

  block(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) this.statement(stmt);
  }

  statement(stmt: Stmt): void {
    const { code } = this;
    switch (stmt.op) {
      case "set":
        this.value(stmt.value);
        code.set(this.indexOf(stmt.local));
        return;
      case "setField": {
        const offset = this.fieldAddress(stmt.field, stmt.index);
        this.value(stmt.value);
        code.note(stmt.field.name);
        code.memory(storeOp[stmt.field.type], alignOf[stmt.field.type], offset);
        return;
      }
      case "store": {
        const offset = stmt.wire ? this.wireAddress(stmt.type, stmt.addr, stmt.offset) : this.address(stmt.addr, stmt.offset);
        this.value(stmt.value);
        code.memory(storeOp[stmt.type], alignOf[stmt.type], offset);
        return;
      }
      case "if":
        this.value(stmt.cond);
        code.open(Op.if);
        this.labels.push(undefined);
        this.block(stmt.then);
        if (stmt.else.length > 0) {
          code.op(Op.else);
          this.block(stmt.else);
        }
        this.labels.pop();
        code.end();
        return;
      case "loop":
        code.open(Op.block);
        code.open(Op.loop);
        this.labels.push(stmt.label, ~stmt.label);
        this.loops++;
        this.block(stmt.body);
        this.loops--;
        code.branch(Op.br, 0);
        this.labels.length -= 2;
        code.end();
        code.end();
        return;
      case "break":
        this.branch(stmt.label);
        return;
      case "continue":
        this.branch(~stmt.label);
        return;
      case "do":
        this.value(stmt.value);
        code.op(Op.drop);
        return;
    }
  }

  private branch(label: number): void {
    const at = this.labels.lastIndexOf(label);
    if (at < 0) throw new Error(`${label < 0 ? "continue" : "break"} outside its loop (label ${label < 0 ? ~label : label})`);
    this.code.branch(Op.br, this.labels.length - 1 - at);
  }

  /// Leaves the value of `e` on the stack.
  value(e: Expr): void {
    const { code } = this;
    switch (e.op) {
      case "const":
        code.constant(e.type, e.value);
        return;
      case "local":
        code.get(this.indexOf(e.local));
        return;
      case "unary":
        this.unary(e);
        return;
      case "binary":
        this.binary(e);
        return;
      case "compare":
        this.value(e.a);
        this.value(e.b);
        code.op(opcodeFor(scalarCompare, e.a.type, e.fn));
        return;
      case "select":
        this.value(e.a);
        this.value(e.b);
        this.value(e.cond);
        code.op(Op.select);
        return;
      case "convert":
        this.convert(e);
        return;
      case "field": {
        const offset = this.fieldAddress(e.field, e.index);
        code.note(e.field.name);
        code.memory(loadOp[e.type], alignOf[e.type], offset);
        return;
      }
      case "load": {
        const offset = e.wire ? this.wireAddress(e.type, e.addr, e.offset) : this.address(e.addr, e.offset);
        code.memory(loadOp[e.type], alignOf[e.type], offset);
        return;
      }
      case "call":
        this.call(e);
        return;
      case "host":
        code.get(this.state().base);
        for (const arg of e.args) this.value(arg);
        code.note(e.fn.name);
        code.call(this.callees.host(e.fn));
        return;
    }
  }

  private call(e: Extract<Expr, { op: "call" }>): void {
    const { code } = this;
    for (const arg of e.args) this.value(arg);
    const shape = inlineShape(e.fn, code.length, this.inlined, this.loops > 0);
    if (!shape) {
      code.call(this.callees.scalar(e.fn));
      return;
    }
    code.note(e.fn.name);
    const { params } = e.fn;
    const held = [...params, ...shape.locals].map((l) => {
      const index = code.temporary(valueType[l.type]);
      this.locals.set(l, index);
      return index;
    });
    for (let i = params.length - 1; i >= 0; i--) code.set(held[i] as number);
    for (const l of shape.zeroed) {
      code.constant(l.type, 0);
      code.set(this.indexOf(l));
    }
    this.inlined++;
    this.block(e.fn.body);
    this.value(e.fn.result);
    this.inlined--;
    for (const index of held) code.release(index);
  }

  private unary(e: Extract<Expr, { op: "unary" }>): void {
    const { code } = this;
    const type = e.a.type;
    if (e.fn === "any") {
      if (this.any) {
        this.any(e.a);
        return;
      }
      this.value(e.a);
      if (isBoolean(e.a)) return;
      code.i32(0);
      code.op(Op["i32.ne"]);
      return;
    }
    if (e.fn === "eqz" && type !== "i32") {
      this.value(e.a);
      code.constant(type, 0);
      code.op(opcodeFor(scalarCompare, type, "eq"));
      return;
    }
    if (type === "i32" && e.fn === "neg") {
      code.i32(0);
      this.value(e.a);
      code.op(Op["i32.sub"]);
      return;
    }
    if (type === "i32" && e.fn === "abs") {
      this.integerAbs(e.a);
      return;
    }
    this.value(e.a);
    if (e.fn === "high" || e.fn === "low") {
      code.op(Op["i64.reinterpret_f64"]);
      if (e.fn === "high") {
        code.i64(32);
        code.op(Op["i64.shr_u"]);
      }
      code.op(Op["i32.wrap_i64"]);
      return;
    }
    code.op(opcodeFor(scalarUnary, type, e.fn));
  }

  /// (x ^ s) - s with s = x >> 31, the sign.
  private integerAbs(a: Expr): void {
    const { code } = this;
    const x = code.temporary(ValueType.i32);
    const sign = code.temporary(ValueType.i32);
    this.value(a);
    code.tee(x);
    code.get(x);
    code.i32(31);
    code.op(Op["i32.shr_s"]);
    code.tee(sign);
    code.op(Op["i32.xor"]);
    code.get(sign);
    code.op(Op["i32.sub"]);
    code.release(x);
    code.release(sign);
  }

  private binary(e: Extract<Expr, { op: "binary" }>): void {
    this.value(e.a);
    this.value(e.b);
    this.binaryOp(e.fn, e.type, e.b);
  }

  /// Applies `fn` to the two values on the stack. `b` is the expression of the second, to spare the check of a constant divisor.
  binaryOp(fn: Extract<Expr, { op: "binary" }>["fn"], type: Type, b?: Expr): void {
    const { code } = this;
    switch (fn) {
      case "words": {
        const low = code.temporary(ValueType.i32);
        code.set(low);
        code.op(Op["i64.extend_i32_u"]);
        code.i64(32);
        code.op(Op["i64.shl"]);
        code.get(low);
        code.op(Op["i64.extend_i32_u"]);
        code.op(Op["i64.or"]);
        code.op(Op["f64.reinterpret_i64"]);
        code.release(low);
        return;
      }
      case "pmin":
      case "pmax":
        this.pick(type, fn === "pmin");
        return;
      case "min":
      case "max":
        if (type === "i32") {
          this.pick(type, fn === "min");
          return;
        }
        break;
      case "div":
      case "rem":
        if (type === "i32" && !(b?.op === "const" && b.value !== 0 && b.value !== -1)) {
          this.integerDivision(fn);
          return;
        }
    }
    code.op(opcodeFor(scalarBinary, type, fn));
  }

  /// Of a and b on the stack: `b < a ? b : a` (least), or `a < b ? b : a`.
  private pick(type: Type, least: boolean): void {
    const { code } = this;
    const a = code.temporary(valueType[type]);
    const b = code.temporary(valueType[type]);
    code.set(b);
    code.set(a);
    code.get(b);
    code.get(a);
    code.get(least ? b : a);
    code.get(least ? a : b);
    code.op(opcodeFor(scalarCompare, type, "lt"));
    code.op(Op.select);
    code.release(a);
    code.release(b);
  }

  /// Divisors 0 and -1 (b + 1 < 2, unsigned) would trap, or might: the quotient is then a * b, 0 or -a, and the remainder 0.
  private integerDivision(fn: "div" | "rem"): void {
    const { code } = this;
    const a = code.temporary(ValueType.i32);
    const b = code.temporary(ValueType.i32);
    code.set(b);
    code.set(a);
    code.get(b);
    code.i32(1);
    code.op(Op["i32.add"]);
    code.i32(2);
    code.op(Op["i32.lt_u"]);
    code.open(Op.if, ValueType.i32);
    if (fn === "div") {
      code.get(a);
      code.get(b);
      code.op(Op["i32.mul"]);
    } else {
      code.i32(0);
    }
    code.op(Op.else);
    code.get(a);
    code.get(b);
    code.op(fn === "div" ? Op["i32.div_s"] : Op["i32.rem_s"]);
    code.end();
    code.release(a);
    code.release(b);
  }

  private convert(e: Extract<Expr, { op: "convert" }>): void {
    const { code } = this;
    this.value(e.a);
    const wide = e.type === "f64";
    switch (e.fn) {
      case "promote":
        code.op(Op["f64.promote_f32"]);
        return;
      case "demote":
        code.op(Op["f32.demote_f64"]);
        return;
      case "fromInt":
        code.op(wide ? Op["f64.convert_i32_s"] : Op["f32.convert_i32_s"]);
        return;
      case "fromUint":
        code.op(wide ? Op["f64.convert_i32_u"] : Op["f32.convert_i32_u"]);
        return;
      case "bits":
        code.op(e.type === "i32" ? Op["i32.reinterpret_f32"] : Op["f32.reinterpret_i32"]);
        return;
      case "toInt":
        this.toInt(e.a.type);
        return;
    }
  }

  /// The saturating conversion serves where |x| < 2^31, also for f64 values that round towards zero to -2^31; elsewhere -2^31.
  private toInt(from: Type): void {
    const { code } = this;
    const x = code.temporary(valueType[from]);
    code.tee(x);
    code.op(from === "f64" ? Op["i32.trunc_sat_f64_s"] : Op["i32.trunc_sat_f32_s"]);
    code.i32(-2147483648);
    code.get(x);
    code.op(opcodeFor(scalarUnary, from, "abs"));
    code.constant(from, 2147483648);
    code.op(opcodeFor(scalarCompare, from, "lt"));
    code.op(Op.select);
    code.release(x);
  }

  private state(): Frame {
    if (!this.frame) throw new Error("a pure function has no state: fields, wires and host functions belong in programs");
    return this.frame;
  }

  /// Leaves an address on the stack; returns the constant to add to it.
  private fieldAddress(field: Field, index: Expr | undefined): number {
    const { code } = this;
    const { base, wideBase, wordShift } = this.state();
    const offset = field.word << wordShift;
    const wide = field.type === "f64";
    code.get(wide ? wideBase : base);
    if (!index) return offset;
    const shift = wordShift + (wide ? 1 : 0);
    if (index.op === "const") return offset + (index.value << shift);
    this.value(index);
    code.i32(shift);
    code.op(Op["i32.shl"]);
    code.op(Op["i32.add"]);
    return offset;
  }

  /// Leaves a part of the address `addr + offset` on the stack; returns the constant to add to it.
  address(addr: Expr, offset: number): number {
    const split = addressOf(addr, offset);
    if (split.terms.length === 0) this.code.i32(0);
    split.terms.forEach((term, i) => {
      this.value(term);
      if (i > 0) this.code.op(Op["i32.add"]);
    });
    return split.constant;
  }

  /// A wire's frame holds one value, or those of four lanes.
  private wireAddress(type: Type, addr: Expr, offset: number): number {
    const { lane, wideLane } = this.state();
    const place = type === "f64" ? wideLane : lane;
    if (place === undefined) return this.address(addr, offset);
    const constant = this.address(addr, 0);
    this.code.i32(2);
    this.code.op(Op["i32.shl"]);
    this.code.get(place);
    this.code.op(Op["i32.add"]);
    return constant * 4 + offset;
  }
}
