/// Removes work whose result nobody reads: assignments to locals that are never read, and ifs that became empty.
import type { Expr, Local, Stmt } from "./ir.ts";
import { walkExpr, walkStmts } from "./walk.ts";

type SetLocal = Extract<Stmt, { op: "set" }>;

/// `body` without dead assignments. Host calls and stores stay; loads count as free of effects.
export function withoutDeadCode(body: readonly Stmt[]): Stmt[] {
  const sweeper = new Sweeper(body);
  let current = sweeper.sweep(body);
  // Backwards, one sweep removes whole chains. Only in loops is what became dead found later in the text.
  while (sweeper.removed) current = sweeper.sweep(current);
  return current;
}

class Sweeper {
  /// The last sweep removed something.
  removed = false;
  /// How often each local is read.
  private readonly reads = new Map<Local, number>();
  /// How often an assignment reads the local that it assigns, where it does.
  private readonly own = new Map<SetLocal, number>();

  constructor(body: readonly Stmt[]) {
    let assignment: SetLocal | undefined;
    walkStmts(
      body,
      (stmt) => {
        assignment = stmt.op === "set" ? stmt : undefined;
      },
      (e) => {
        if (e.op !== "local") return;
        this.reads.set(e.local, (this.reads.get(e.local) ?? 0) + 1);
        if (assignment?.local === e.local) this.own.set(assignment, (this.own.get(assignment) ?? 0) + 1);
      },
    );
  }

  sweep(body: readonly Stmt[]): Stmt[] {
    this.removed = false;
    return this.list(body);
  }

  private list(list: readonly Stmt[]): Stmt[] {
    const out: Stmt[] = [];
    for (let i = list.length - 1; i >= 0; i--) {
      const kept = this.statement(list[i]);
      if (kept) out.push(kept);
    }
    return out.reverse();
  }

  private statement(stmt: Stmt): Stmt | undefined {
    switch (stmt.op) {
      case "set": {
        // `x = f(x)` where nothing else reads x is dead too.
        const others = (this.reads.get(stmt.local) ?? 0) - (this.own.get(stmt) ?? 0);
        return others === 0 && this.drop(stmt.value) ? undefined : stmt;
      }
      case "do":
        return this.drop(stmt.value) ? undefined : stmt;
      case "if": {
        const otherwise = this.list(stmt.else);
        const then = this.list(stmt.then);
        if (then.length === 0 && otherwise.length === 0 && this.drop(stmt.cond)) return undefined;
        return { ...stmt, then, else: otherwise };
      }
      case "loop":
        return { ...stmt, body: this.list(stmt.body) };
      default:
        return stmt;
    }
  }

  /// Takes what `expr` reads off the counts; false, with nothing done, when it has an effect.
  private drop(expr: Expr): boolean {
    if (!isPure(expr)) return false;
    walkExpr(expr, (e) => {
      if (e.op === "local") this.reads.set(e.local, (this.reads.get(e.local) ?? 0) - 1);
    });
    this.removed = true;
    return true;
  }
}

function isPure(expr: Expr): boolean {
  let pure = true;
  walkExpr(expr, (e) => {
    if (e.op === "host") pure = false;
  });
  return pure;
}
