/// Which calls become the body of what they call: in a loop a call costs several nanoseconds, each value that lives across it goes through memory, and in
/// lanes the function would build its vector constants anew. What runs once per block is not worth the code.

import type { Expr, IRFunction, Local, Stmt } from "../kernel/ir.ts";
import { walkExpr, walkStmts } from "../kernel/walk.ts";

/// What an inliner must know of a function.
export interface Shape {
  /// Number of statements and expressions.
  readonly size: number;
  /// Locals other than parameters, and those among them that may be read before they are set.
  readonly locals: readonly Local[];
  readonly zeroed: readonly Local[];
}

/// Functions up to `alwaysInlined` disappear in their callers; in loops, those up to `maxInlined` do while the caller has no more than `callerBytes` of code.
const alwaysInlined = 24;
const maxInlined = 250;
const callerBytes = 32768;
/// Functions inlined within functions inlined, and so on.
const maxInlineDepth = 6;

const shapes = new WeakMap<IRFunction, Shape>();

/// The shape of `fn` when a call of it should be inlined into a caller that has `callerLength` bytes already. `looped` says that the call may happen often.
export function inlineShape(fn: IRFunction, callerLength: number, depth: number, looped: boolean): Shape | undefined {
  if (depth >= maxInlineDepth) return undefined;
  let shape = shapes.get(fn);
  if (!shape) shapes.set(fn, (shape = shapeOf(fn)));
  if (shape.size > maxInlined) return undefined;
  return shape.size <= alwaysInlined || (looped && callerLength < callerBytes) ? shape : undefined;
}

function shapeOf(fn: IRFunction): Shape {
  let size = 0;
  const found = new Set<Local>();
  const visit = (e: Expr) => {
    size++;
    if (e.op === "local") found.add(e.local);
  };
  walkStmts(
    fn.body,
    (s) => {
      size++;
      if (s.op === "set") found.add(s.local);
    },
    visit,
  );
  walkExpr(fn.result, visit);
  for (const param of fn.params) found.delete(param);
  const locals = [...found];
  return { size, locals, zeroed: locals.filter((l) => !writtenFirst(fn.body, l)) };
}

/// True when `stmts` always set `local` before they read it.
export function writtenFirst(stmts: readonly Stmt[], local: Local): boolean {
  for (const stmt of stmts) {
    if (stmt.op === "break" || stmt.op === "continue") return false;
    if (stmt.op === "set" && stmt.local === local) return !mentions([], stmt.value, local);
    if (mentions([stmt], undefined, local)) return false;
  }
  return false;
}

function mentions(stmts: readonly Stmt[], expr: Expr | undefined, local: Local): boolean {
  let found = false;
  const visit = (e: Expr) => {
    if (e.op === "local" && e.local === local) found = true;
  };
  walkStmts(
    stmts,
    (s) => {
      if (s.op === "set" && s.local === local) found = true;
    },
    visit,
  );
  if (expr) walkExpr(expr, visit);
  return found;
}
