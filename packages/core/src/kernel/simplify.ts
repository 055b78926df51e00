/// Removes work whose result nobody reads: assignments to locals that are never read, and ifs that became empty.
import type { Expr, Local, Stmt } from "./ir.ts";
import { walkExpr, walkStmts } from "./walk.ts";

/// `body` without dead assignments. Host calls and stores stay; loads count as free of effects.
export function withoutDeadCode(body: readonly Stmt[]): Stmt[] {
  let current = body as Stmt[];
  for (let pass = 0; pass < 8; pass++) {
    const reads = new Map<Local, number>();
    walkStmts(
      current,
      () => {},
      (e) => {
        if (e.op === "local") reads.set(e.local, (reads.get(e.local) ?? 0) + 1);
      },
    );
    let removed = false;
    const clean = (list: readonly Stmt[]): Stmt[] => {
      const out: Stmt[] = [];
      for (const stmt of list) {
        if (stmt.op === "set" && (!reads.has(stmt.local) || onlyItself(stmt, reads)) && isPure(stmt.value)) {
          removed = true;
          continue;
        }
        if (stmt.op === "if") {
          const then = clean(stmt.then);
          const otherwise = clean(stmt.else);
          if (then.length === 0 && otherwise.length === 0 && isPure(stmt.cond)) {
            removed = true;
            continue;
          }
          out.push({ ...stmt, then, else: otherwise });
        } else if (stmt.op === "loop") out.push({ ...stmt, body: clean(stmt.body) });
        else if (stmt.op === "do" && isPure(stmt.value)) removed = true;
        else out.push(stmt);
      }
      return out;
    };
    current = clean(current);
    if (!removed) break;
  }
  return current;
}

/// `x = f(x)` where nothing else reads x.
function onlyItself(stmt: Extract<Stmt, { op: "set" }>, reads: ReadonlyMap<Local, number>): boolean {
  let own = 0;
  walkExpr(stmt.value, (e) => {
    if (e.op === "local" && e.local === stmt.local) own++;
  });
  return own > 0 && reads.get(stmt.local) === own;
}

function isPure(expr: Expr): boolean {
  let pure = true;
  walkExpr(expr, (e) => {
    if (e.op === "host") pure = false;
  });
  return pure;
}
