/// Which programs are not worth running in lanes.

import type { Expr, LaneRefusal, Program, Stmt } from "../../kernel/ir.ts";
import { ownExprs, walkExpr } from "../../kernel/walk.ts";
import { joinSums } from "./sums.ts";
import { Variance } from "./variance.ts";

/// Regions are worth it while they are small: with more of the work than this in them, four lone synths are faster.
const mostPerLane = 0.6;
/// Each level of loops counts as so many rounds.
const roundsPerLoop = 16;

/// Why a pack should not run `program` in lanes, or undefined. `emitLanes` is correct for any program; a refusal says that it would be slow.
export function laneRefusal(program: Program): LaneRefusal | undefined {
  const body = joinSums(program.body);
  const { perLane } = new Variance(body);
  if (perLane.size === 0) return undefined;
  let total = 0;
  let slow = 0;
  let worst = 0;
  let reason = "";
  const visit = (stmts: readonly Stmt[], weight: number, cause: string | undefined): void => {
    for (const stmt of stmts) {
      const why = cause ?? perLane.get(stmt);
      const cost = weight * ownExprs(stmt).reduce((sum, e) => sum + sizeOf(e), 0);
      total += cost;
      if (why) slow += cost;
      if (why && cost > worst) [worst, reason] = [cost, why];
      if (stmt.op === "if") {
        visit(stmt.then, weight, why);
        visit(stmt.else, weight, why);
      } else if (stmt.op === "loop") {
        visit(stmt.body, weight * roundsPerLoop, why);
      }
    }
  };
  visit(body, 1, undefined);
  if (slow <= total * mostPerLane) return undefined;
  return { reason: `${Math.round((slow / total) * 100)} % of "${program.name}" must run lane by lane: ${reason}` };
}

function sizeOf(e: Expr): number {
  let count = 0;
  walkExpr(e, () => {
    count++;
  });
  return count;
}
