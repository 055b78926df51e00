/// Collects statements while a kernel is compiled: nested blocks, temporaries, and the move of loop-invariant work in front of the sample loop.
import { read } from "./build.ts";
import type { Expr, Local, Stmt, Type } from "./ir.ts";
import type { Level, Num } from "./values.ts";
import { num } from "./values.ts";

export class Builder {
  /// Statements of the innermost open block.
  out: Stmt[] = [];
  /// Where loop-invariant work goes while a `tick` is compiled, otherwise null.
  private preheader: Stmt[] | null = null;
  private hoisted = new Map<string, Num>();
  /// Numbers by which locals and what must not be shared are told apart in `hoisted`.
  private readonly numbers = new Map<Local, number>();
  private nextNumber = 1;
  /// Nesting inside the tick: work is hoisted only from its top level, where it would be done anyway.
  private depth = 0;
  private labels = 0;

  constructor(firstLabel = 0) {
    this.labels = firstLabel;
  }

  label(): number {
    return this.labels++;
  }

  emit(stmt: Stmt): void {
    this.out.push(stmt);
  }

  local(type: Type, name: string): Local {
    return { name, type };
  }

  /// A new local holding `expr`. Constants and locals that never change are returned as they are.
  keep(value: Num, name = "t"): Num {
    const { expr } = value;
    if (expr.op === "const" || (expr.op === "local" && expr.local.fixed)) return value;
    const local = this.fixedLocal(expr.type, name);
    this.emit({ op: "set", local, value: expr });
    return { ...value, expr: read(local) };
  }

  /// A local that the caller promises to assign once, before it is read.
  fixedLocal(type: Type, name: string): Local {
    return { name, type, fixed: true };
  }

  /// True when evaluating `expr` later would give the same value.
  isFixed(expr: Expr): boolean {
    switch (expr.op) {
      case "const":
        return true;
      case "local":
        return expr.local.fixed === true;
      case "unary":
      case "convert":
        return this.isFixed(expr.a);
      case "binary":
      case "compare":
        return this.isFixed(expr.a) && this.isFixed(expr.b);
      case "select":
        return this.isFixed(expr.cond) && this.isFixed(expr.a) && this.isFixed(expr.b);
      default:
        return false;
    }
  }

  /// A pure result: in a tick, work that does not depend on the sample moves in front of the loop, once.
  pure(value: Num): Num {
    if (this.preheader === null || this.depth > 0 || value.level === 2) return value;
    const { expr } = value;
    if (expr.op === "const" || expr.op === "local" || !this.isFixedOrCall(expr)) return value;
    const key = this.keyOf(expr);
    const known = this.hoisted.get(key);
    if (known) return { ...value, expr: known.expr };
    const local = this.fixedLocal(expr.type, "inv");
    this.preheader.push({ op: "set", local, value: expr });
    const kept: Num = { ...value, expr: read(local) };
    this.hoisted.set(key, kept);
    return kept;
  }

  private isFixedOrCall(expr: Expr): boolean {
    return expr.op === "call" ? expr.args.every((a) => this.isFixedOrCall(a)) : this.isFixed(expr);
  }

  /// Runs `body` with statements going to a new block and returns the block.
  block(body: () => void): Stmt[] {
    const outer = this.out;
    const inner: Stmt[] = [];
    this.out = inner;
    this.depth++;
    try {
      body();
    } finally {
      this.out = outer;
      this.depth--;
    }
    return inner;
  }

  /// Runs `body` as the inside of a sample loop: returns its statements, and pushes invariant work onto the current block.
  tick(body: () => void): Stmt[] {
    const outer = this.out;
    const inner: Stmt[] = [];
    this.preheader = outer;
    this.hoisted = new Map();
    this.out = inner;
    this.depth = 0;
    try {
      body();
    } finally {
      this.out = outer;
      this.preheader = null;
    }
    return inner;
  }

  /// True inside a block that may not run, or may run often.
  get nested(): boolean {
    return this.depth > 0;
  }

  get inTick(): boolean {
    return this.preheader !== null;
  }

  /// In a tick: computes `expr`, which does not depend on the sample, in front of the loop. Elsewhere: keeps it here.
  hoist(expr: Expr, name = "inv"): Expr {
    if (this.preheader === null) return this.keep(num(expr, 1), name).expr;
    if (this.isFixed(expr) && (expr.op === "const" || expr.op === "local")) return expr;
    const key = `hoist:${this.keyOf(expr)}`;
    const known = this.hoisted.get(key);
    if (known) return known.expr;
    const local = this.fixedLocal(expr.type, name);
    this.preheader.push({ op: "set", local, value: expr });
    const kept = num(read(local), 1);
    this.hoisted.set(key, kept);
    return kept.expr;
  }

  num(expr: Expr, level: Level, extra?: Parameters<typeof num>[2]): Num {
    return this.pure(num(expr, level, extra));
  }

  /// Equal for expressions that give the same value.
  private keyOf(expr: Expr): string {
    switch (expr.op) {
      case "const":
        return `${expr.type[0]}${expr.type[1]}${Object.is(expr.value, -0) ? "-0" : expr.value}`;
      case "local":
        return `$${this.numberOf(expr.local)}`;
      case "unary":
      case "convert":
        return `${expr.fn}.${expr.type}(${this.keyOf(expr.a)})`;
      case "binary":
      case "compare":
        return `${expr.fn}.${expr.a.type}(${this.keyOf(expr.a)},${this.keyOf(expr.b)})`;
      case "select":
        return `?(${this.keyOf(expr.cond)},${this.keyOf(expr.a)},${this.keyOf(expr.b)})`;
      case "call":
        return `${expr.fn.name}.${expr.type}(${expr.args.map((arg) => this.keyOf(arg)).join()})`;
      default:
        return `!${this.nextNumber++}`;
    }
  }

  private numberOf(local: Local): number {
    let number = this.numbers.get(local);
    if (number === undefined) this.numbers.set(local, (number = this.nextNumber++));
    return number;
  }
}
