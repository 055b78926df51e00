/// The interpreter of the IR: slow, obvious, and the definition of what a program does.
///
/// Operands are evaluated from left to right (`select`: a, b, then the condition). Which NaN an operation gives, its sign and payload, is not defined.

import type { BinaryOp, CompareOp, ConvertOp, Expr, Field, HostFunction, IRFunction, Local, Program, Stmt, Type, UnaryOp } from "./ir.ts";

export interface Interpreter {
  readonly memory: ArrayBufferLike;
  /// Address of the synth's state, laid out with stride 4.
  readonly base: number;
  /// Calls a host function; `args` begin with the base.
  readonly host?: (fn: HostFunction, args: readonly number[]) => number;
  /// Statements to execute before giving up with an error. No limit by default.
  readonly maxSteps?: number;
}

/// Runs `program` once. Throws `RangeError` where WebAssembly would trap: a load or store outside the memory, or more than `maxSteps` statements.
export function interpret(program: Program, params: readonly number[], machine: Interpreter): void {
  const run = new Execution(machine);
  program.params.forEach((local, i) => {
    run.locals.set(local, params[i] as number);
  });
  run.block(program.body);
}

/// What ends a block early: the label to leave or to repeat.
type Jump = { readonly label: number; readonly again: boolean } | undefined;

class Execution {
  locals = new Map<Local, number>();
  private steps: number;
  private readonly machine: Interpreter;
  private readonly memory: DataView;

  constructor(machine: Interpreter) {
    this.machine = machine;
    this.memory = new DataView(machine.memory);
    this.steps = machine.maxSteps ?? Number.POSITIVE_INFINITY;
  }

  block(stmts: readonly Stmt[]): Jump {
    for (const stmt of stmts) {
      const jump = this.statement(stmt);
      if (jump) return jump;
    }
    return undefined;
  }

  private statement(stmt: Stmt): Jump {
    if (--this.steps < 0) throw new RangeError(`more than ${this.machine.maxSteps} steps; a loop that never breaks?`);
    switch (stmt.op) {
      case "set":
        this.locals.set(stmt.local, this.value(stmt.value));
        return undefined;
      case "setField": {
        const address = this.fieldAddress(stmt.field, stmt.index);
        this.write(stmt.field.type, address, this.value(stmt.value));
        return undefined;
      }
      case "store": {
        const address = this.value(stmt.addr) + stmt.offset;
        this.write(stmt.type, address, this.value(stmt.value));
        return undefined;
      }
      case "if":
        return this.block(this.value(stmt.cond) !== 0 ? stmt.then : stmt.else);
      case "loop":
        for (;;) {
          if (--this.steps < 0) throw new RangeError(`more than ${this.machine.maxSteps} steps; a loop that never breaks?`);
          const jump = this.block(stmt.body);
          if (!jump) continue;
          if (jump.label !== stmt.label) return jump;
          if (!jump.again) return undefined;
        }
      case "break":
        return { label: stmt.label, again: false };
      case "continue":
        return { label: stmt.label, again: true };
      case "do":
        this.value(stmt.value);
        return undefined;
    }
  }

  private value(e: Expr): number {
    switch (e.op) {
      case "const":
        return round(e.type, e.value);
      case "local":
        return this.locals.get(e.local) ?? 0;
      case "unary":
        return unary(e.fn, e.type, this.value(e.a));
      case "binary": {
        const a = this.value(e.a);
        return binary(e.fn, e.type, a, this.value(e.b));
      }
      case "compare": {
        const a = this.value(e.a);
        return compare(e.fn, a, this.value(e.b)) ? 1 : 0;
      }
      case "select": {
        const a = this.value(e.a);
        const b = this.value(e.b);
        return this.value(e.cond) !== 0 ? a : b;
      }
      case "convert":
        return convert(e.fn, e.type, this.value(e.a));
      case "field":
        return this.read(e.type, this.fieldAddress(e.field, e.index));
      case "load":
        return this.read(e.type, this.value(e.addr) + e.offset);
      case "call":
        return this.call(
          e.fn,
          e.args.map((arg) => this.value(arg)),
        );
      case "host": {
        const { host, base } = this.machine;
        if (!host) throw new Error(`host function "${e.fn.name}" called, but the interpreter was given no host`);
        return round(e.type, host(e.fn, [base, ...e.args.map((arg) => this.value(arg))]));
      }
    }
  }

  private call(fn: IRFunction, args: readonly number[]): number {
    const outer = this.locals;
    this.locals = new Map(fn.params.map((local, i) => [local, args[i] as number]));
    this.block(fn.body);
    const result = this.value(fn.result);
    this.locals = outer;
    return result;
  }

  private fieldAddress(field: Field, index: Expr | undefined): number {
    const size = field.type === "f64" ? 8 : 4;
    return this.machine.base + field.word * 4 + (index ? this.value(index) * size : 0);
  }

  private read(type: Type, address: number): number {
    const at = address >>> 0;
    return type === "f32"
      ? this.memory.getFloat32(at, true)
      : type === "f64"
        ? this.memory.getFloat64(at, true)
        : this.memory.getInt32(at, true);
  }

  private write(type: Type, address: number, value: number): void {
    const at = address >>> 0;
    if (type === "f32") this.memory.setFloat32(at, value, true);
    else if (type === "f64") this.memory.setFloat64(at, value, true);
    else this.memory.setInt32(at, value, true);
  }
}

/// `value` as a value of `type`.
function round(type: Type, value: number): number {
  return type === "f32" ? Math.fround(value) : type === "i32" ? value | 0 : value;
}

/// To the nearest integer, halves to the even one; keeps the sign of zero.
function nearest(x: number): number {
  if (!(Math.abs(x) < 4503599627370496)) return x;
  const floor = Math.floor(x);
  const rest = x - floor;
  const result = rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
  return result === 0 && (x < 0 || Object.is(x, -0)) ? -0 : result;
}

const halves = new DataView(new ArrayBuffer(8));

function unary(fn: UnaryOp, type: Type, a: number): number {
  switch (fn) {
    case "neg":
      return round(type, -a);
    case "abs":
      return round(type, Math.abs(a));
    case "ceil":
      return Math.ceil(a);
    case "floor":
      return Math.floor(a);
    case "trunc":
      return Math.trunc(a);
    case "nearest":
      return nearest(a);
    case "sqrt":
      return round(type, Math.sqrt(a));
    case "clz":
      return Math.clz32(a);
    case "ctz":
      return a === 0 ? 32 : 31 - Math.clz32(a & -a);
    case "eqz":
      return a === 0 ? 1 : 0;
    case "high":
    case "low":
      halves.setFloat64(0, a);
      return halves.getInt32(fn === "high" ? 0 : 4);
  }
}

function binary(fn: BinaryOp, type: Type, a: number, b: number): number {
  const integer = type === "i32";
  switch (fn) {
    case "add":
      return round(type, a + b);
    case "sub":
      return round(type, a - b);
    case "mul":
      return integer ? Math.imul(a, b) : round(type, a * b);
    case "div":
      return integer && b === 0 ? 0 : round(type, a / b);
    case "rem":
      return b === 0 ? 0 : (a % b) | 0;
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "pmin":
      return b < a ? b : a;
    case "pmax":
      return a < b ? b : a;
    case "copysign":
      return b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return a << b;
    case "shr":
      return a >> b;
    case "shru":
      return (a >>> b) | 0;
    case "rotl":
      return (a << b) | (a >>> -b);
    case "words":
      halves.setInt32(0, a);
      halves.setInt32(4, b);
      return halves.getFloat64(0);
  }
}

function compare(fn: CompareOp, a: number, b: number): boolean {
  switch (fn) {
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
    case "ltu":
      return a >>> 0 < b >>> 0;
    case "geu":
      return a >>> 0 >= b >>> 0;
  }
}

const bitsView = new DataView(new ArrayBuffer(4));

function convert(fn: ConvertOp, to: Type, a: number): number {
  switch (fn) {
    case "promote":
      return a;
    case "demote":
    case "fromInt":
      return round(to, a);
    case "fromUint":
      return round(to, a >>> 0);
    case "toInt":
      return a > -2147483649 && a < 2147483648 ? Math.trunc(a) | 0 : -2147483648;
    case "bits":
      if (to === "i32") {
        bitsView.setFloat32(0, a);
        return bitsView.getInt32(0);
      }
      bitsView.setInt32(0, a);
      return bitsView.getFloat32(0);
  }
}
