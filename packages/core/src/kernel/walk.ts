/// Visits every statement and expression of a piece of IR.

import type { Expr, HostFunction, IRFunction, Stmt } from "./ir.ts";

/// Calls `visit` on `expr` and everything inside it, the outer expression first.
export function walkExpr(expr: Expr, visit: (e: Expr) => void): void {
  visit(expr);
  switch (expr.op) {
    case "unary":
    case "convert":
      walkExpr(expr.a, visit);
      return;
    case "binary":
    case "compare":
      walkExpr(expr.a, visit);
      walkExpr(expr.b, visit);
      return;
    case "select":
      walkExpr(expr.cond, visit);
      walkExpr(expr.a, visit);
      walkExpr(expr.b, visit);
      return;
    case "field":
      if (expr.index) walkExpr(expr.index, visit);
      return;
    case "load":
      walkExpr(expr.addr, visit);
      return;
    case "call":
    case "host":
      for (const arg of expr.args) walkExpr(arg, visit);
  }
}

/// The expressions that `stmt` itself evaluates, without those of statements inside it.
export function ownExprs(stmt: Stmt): readonly Expr[] {
  switch (stmt.op) {
    case "set":
    case "do":
      return [stmt.value];
    case "setField":
      return stmt.index ? [stmt.index, stmt.value] : [stmt.value];
    case "store":
      return [stmt.addr, stmt.value];
    case "if":
      return [stmt.cond];
    default:
      return [];
  }
}

/// Calls `visit` on every statement, the outer first, and `visitExpr` on every expression.
export function walkStmts(stmts: readonly Stmt[], visit: (s: Stmt) => void, visitExpr?: (e: Expr) => void): void {
  for (const stmt of stmts) {
    visit(stmt);
    if (visitExpr) for (const expr of ownExprs(stmt)) walkExpr(expr, visitExpr);
    if (stmt.op === "if") {
      walkStmts(stmt.then, visit, visitExpr);
      walkStmts(stmt.else, visit, visitExpr);
    } else if (stmt.op === "loop") {
      walkStmts(stmt.body, visit, visitExpr);
    }
  }
}

/// The functions that `stmts` call, directly or through each other.
export function calledBy(stmts: readonly Stmt[], functions: Set<IRFunction> = new Set(), hosts: Set<HostFunction> = new Set()) {
  const visitExpr = (e: Expr): void => {
    if (e.op === "host") hosts.add(e.fn);
    if (e.op !== "call" || functions.has(e.fn)) return;
    functions.add(e.fn);
    walkExpr(e.fn.result, visitExpr);
    calledBy(e.fn.body, functions, hosts);
  };
  walkStmts(stmts, () => {}, visitExpr);
  return { functions, hosts };
}
