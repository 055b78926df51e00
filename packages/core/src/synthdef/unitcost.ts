/// How the cost of a definition divides among its units: an estimate. Units share one loop over the samples, in which none can be timed alone, so each is
/// given the operations that it brought to the program, weighted by what they take on common processors.
import type { Expr, Stmt } from "../kernel/ir.ts";
import { walkStmts } from "../kernel/walk.ts";
import type { DefinitionPlan } from "./compile.ts";

/// In units of an addition.
const weights: Readonly<Record<string, number>> = { div: 5, rem: 8, sqrt: 6, load: 2, field: 1, host: 20, const: 0, local: 0 };
const store = 2;

/// By unit, its part of one block's operations; they add up to 1. Zeros when there is nothing to run.
export function unitShares({ graph, shares }: Pick<DefinitionPlan, "graph" | "shares">, blockSize: number): number[] {
  const costs = graph.units.map((_, i) => {
    const share = shares[i];
    return share ? operations(share.once, blockSize) + blockSize * operations(share.perSample, blockSize) : 0;
  });
  const sum = costs.reduce((a, b) => a + b, 0);
  return costs.map((cost) => (sum === 0 ? 0 : cost / sum));
}

/// Weighted operations of `body`. A loop in it is taken to go over the block; both sides of a branch count.
function operations(body: readonly Stmt[], blockSize: number): number {
  let count = 0;
  const visitExpr = (e: Expr): void => {
    count += ("fn" in e && typeof e.fn === "string" ? weights[e.fn] : undefined) ?? weights[e.op] ?? 1;
    if (e.op === "call") count += operations(e.fn.body, blockSize);
  };
  for (const stmt of body) {
    if (stmt.op === "loop") count += blockSize * operations(stmt.body, blockSize);
    else if (stmt.op === "if") {
      walkStmts([{ ...stmt, then: [], else: [] }], () => {}, visitExpr);
      count += operations(stmt.then, blockSize) + operations(stmt.else, blockSize);
    } else {
      if (stmt.op === "store" || stmt.op === "setField") count += store;
      walkStmts([stmt], () => {}, visitExpr);
    }
  }
  return count;
}
