/// What differs between the four synths of a pack, and which statements must therefore run lane by lane.
///
/// A value is *uniform* when all lanes have the same (parameters, constants, loop counters, what is loaded from a uniform address) and *varying* otherwise
/// (fields, wires, results of host functions). Control is varying inside an `if` whose condition varies. Found by a fixpoint over the program's locals.

import type { Expr, IRFunction, Local, Stmt } from "../../kernel/ir.ts";
import { ownExprs, walkExpr, walkStmts } from "../../kernel/walk.ts";
import { isBoolean } from "../booleans.ts";
import { sharedAccesses } from "./shared-access.ts";

export class Variance {
  /// Statements that run lane by lane, each with the reason. Those inside such a statement need not be listed.
  readonly perLane = new Map<Stmt, string>();
  private readonly varying = new Set<Local>();
  private readonly known = new Map<Expr, boolean>();
  private readonly masks: ReadonlySet<Local>;
  /// Whether control varied where the loop of that label began.
  private readonly entries = new Map<number, { readonly loop: Stmt; readonly varied: boolean }>();
  private changed = false;

  /// `varying`: the parameters that differ between lanes.
  constructor(body: readonly Stmt[], varying: readonly Local[] = []) {
    for (const local of varying) this.varying.add(local);
    for (const stmt of sharedAccesses(body)) this.perLane.set(stmt, "it reads what other lanes may just have written to shared memory");
    do {
      this.changed = false;
      this.block(body, false);
    } while (this.changed);
    this.joinBranches(body);
    this.masks = this.findMasks(body, new Set(varying));
  }

  /// Varying locals that are only ever 0 or 1: lanes keep them as masks.
  isMask(local: Local): boolean {
    return this.masks.has(local);
  }

  isBoolean(e: Expr): boolean {
    return isBoolean(e, (local) => this.masks.has(local));
  }

  /// `given` are parameters, whose values come as they are. So do those of scalar code that runs lane by lane.
  private findMasks(body: readonly Stmt[], given: ReadonlySet<Local>): Set<Local> {
    const sets = new Map<Local, Expr[]>();
    walkStmts(body, (stmt) => {
      if (stmt.op === "set" && stmt.local.type === "i32" && this.varying.has(stmt.local))
        sets.set(stmt.local, [...(sets.get(stmt.local) ?? []), stmt.value]);
    });
    const exclude = (local: Local) => sets.delete(local);
    given.forEach(exclude);
    for (const stmt of this.perLane.keys()) {
      walkStmts(
        [stmt],
        (s) => {
          if (s.op === "set") exclude(s.local);
        },
        (e) => {
          if (e.op === "local") exclude(e.local);
        },
      );
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const [local, values] of sets) {
        if (values.every((value) => isBoolean(value, (l) => sets.has(l)))) continue;
        exclude(local);
        changed = true;
      }
    }
    return new Set(sets.keys());
  }

  isVarying(local: Local): boolean {
    return this.varying.has(local);
  }

  varies(e: Expr): boolean {
    let answer = this.known.get(e);
    if (answer === undefined) {
      answer = this.compute(e, (child) => this.varies(child));
      this.known.set(e, answer);
    }
    return answer;
  }

  /// As `varies`, while the set of locals still grows: nothing may be remembered.
  private variesYet(e: Expr): boolean {
    return this.compute(e, (child) => this.variesYet(child));
  }

  private compute(e: Expr, varies: (e: Expr) => boolean): boolean {
    switch (e.op) {
      case "const":
        return false;
      case "local":
        return this.varying.has(e.local);
      case "unary":
        return e.fn !== "any" && varies(e.a);
      case "convert":
        return varies(e.a);
      case "binary":
      case "compare":
        return varies(e.a) || varies(e.b);
      case "select":
        return varies(e.cond) || varies(e.a) || varies(e.b);
      case "load":
        return e.wire === true || varies(e.addr);
      case "call":
        return e.args.some(varies);
      case "field":
      case "host":
        return true;
    }
  }

  private block(stmts: readonly Stmt[], varied: boolean): void {
    for (const stmt of stmts) this.statement(stmt, varied);
  }

  private statement(stmt: Stmt, varied: boolean): void {
    this.classify(stmt, varied);
    const inside = varied || this.perLane.has(stmt);
    switch (stmt.op) {
      case "set":
        if (inside || this.variesYet(stmt.value)) this.markLocal(stmt.local);
        return;
      case "if": {
        const split = inside || this.variesYet(stmt.cond);
        this.block(stmt.then, split);
        this.block(stmt.else, split);
        return;
      }
      case "loop":
        this.entries.set(stmt.label, { loop: stmt, varied: inside });
        this.block(stmt.body, inside);
        return;
      case "break":
      case "continue": {
        const entry = this.entries.get(stmt.label);
        if (entry && varied && !entry.varied) this.mark(entry.loop, "its lanes leave the loop at different times");
      }
    }
  }

  private markLocal(local: Local): void {
    if (this.varying.has(local)) return;
    this.varying.add(local);
    this.changed = true;
  }

  private mark(stmt: Stmt, reason: string): void {
    if (this.perLane.has(stmt)) return;
    this.perLane.set(stmt, reason);
    this.changed = true;
  }

  /// When both branches of a varying `if` have statements that run lane by lane, so does the `if`: else all lanes of one branch would come before those
  /// of the other. (A uniform `if` must not: what it sets is uniform, and one lane's code would show in the next.) Returns a reason found in `stmts`.
  private joinBranches(stmts: readonly Stmt[]): string | undefined {
    let reason: string | undefined;
    for (const stmt of stmts) {
      let inside: string | undefined;
      if (stmt.op === "if") {
        const then = this.joinBranches(stmt.then);
        const otherwise = this.joinBranches(stmt.else);
        if (then && otherwise && this.varies(stmt.cond) && !this.perLane.has(stmt)) this.perLane.set(stmt, then);
        inside = then ?? otherwise;
      } else if (stmt.op === "loop") {
        inside = this.joinBranches(stmt.body);
      }
      reason ??= this.perLane.get(stmt) ?? inside;
    }
    return reason;
  }

  private classify(stmt: Stmt, varied: boolean): void {
    if (this.perLane.has(stmt)) return;
    const exprs = ownExprs(stmt);
    if (exprs.some((e) => contains(e, (x) => x.op === "host"))) this.mark(stmt, "it calls the host");
    if (stmt.op === "store" && stmt.wire && this.variesYet(stmt.addr)) this.mark(stmt, "lanes store to different places of their wires");
    if (!varied) return;
    if (stmt.op === "loop") this.mark(stmt, "only some lanes run the loop");
    if (stmt.op === "store" && !stmt.wire) this.mark(stmt, "only some lanes store");
    if (stmt.op === "setField" && stmt.index && this.variesYet(stmt.index)) this.mark(stmt, "some lanes store to different elements");
    if (exprs.some((e) => contains(e, (x) => x.op === "call" && !isStraight(x.fn))))
      this.mark(stmt, "only some lanes call a function with loops or loads");
  }
}

function contains(e: Expr, test: (e: Expr) => boolean): boolean {
  let found = false;
  walkExpr(e, (x) => {
    found ||= test(x);
  });
  return found;
}

/// True for functions that are harmless on any arguments: no loops, no loads.
function isStraight(fn: IRFunction): boolean {
  let straight = true;
  const visitExpr = (e: Expr) => {
    if (e.op === "load" || (e.op === "call" && !isStraight(e.fn))) straight = false;
  };
  walkStmts(
    fn.body,
    (s) => {
      if (s.op === "loop") straight = false;
    },
    visitExpr,
  );
  walkExpr(fn.result, visitExpr);
  return straight;
}

const variances = new WeakMap<IRFunction, Map<string, Variance>>();

/// What varies in `fn` when the parameters marked in `varying` do.
export function varianceOf(fn: IRFunction, varying: readonly boolean[]): Variance {
  let forms = variances.get(fn);
  if (!forms) variances.set(fn, (forms = new Map()));
  const pattern = varying.join();
  let variance = forms.get(pattern);
  if (!variance) {
    variance = new Variance(
      fn.body,
      fn.params.filter((_, i) => varying[i]),
    );
    forms.set(pattern, variance);
  }
  return variance;
}
