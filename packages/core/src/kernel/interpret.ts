/// The interpreter of the IR: slow, obvious, and the definition of what a program does.
///
/// Operands are evaluated from left to right (`select`: a, b, then the condition). Which NaN an operation gives, its sign and payload, is not defined.

import { evalBinary, evalCompare, evalConvert, evalUnary, roundTo } from "./arithmetic.ts";
import type { Expr, Field, HostFunction, IRFunction, Local, Program, Stmt, Type } from "./ir.ts";

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
        return roundTo(e.type, e.value);
      case "local":
        return this.locals.get(e.local) ?? 0;
      case "unary":
        return evalUnary(e.fn, e.type, this.value(e.a));
      case "binary": {
        const a = this.value(e.a);
        return evalBinary(e.fn, e.type, a, this.value(e.b));
      }
      case "compare": {
        const a = this.value(e.a);
        return evalCompare(e.fn, a, this.value(e.b));
      }
      case "select": {
        const a = this.value(e.a);
        const b = this.value(e.b);
        return this.value(e.cond) !== 0 ? a : b;
      }
      case "convert":
        return evalConvert(e.fn, e.type, this.value(e.a));
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
        return roundTo(e.type, host(e.fn, [base, ...e.args.map((arg) => this.value(arg))]));
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
