/// Where the order of lanes shows: loads and stores of one place in shared memory (buses, stamps, sample buffers).
///
/// Four synths in lanes must leave what they leave when run one after the other. The engine makes packs only of synths that do not read what another of
/// them writes, so this module deals with what remains: all four *adding to* a bus, and tests such as "has somebody written this bus in this block?".
///
/// - `store(a, load(a) + x)` adds the lanes' values in lane order.
/// - Any other `store` of a varying value to a uniform address leaves the last lane's value.
/// - A `load` and a `store` of the same address elsewhere make everything from the first to the last of them run lane by lane.
///   Addresses are the same when their expressions are, after replacing locals that are set in one place only. In a loop the address is taken to change
///   with each round. Memory that belongs to the synth (its address is a sum with an i32 field or the result of a host function) is nobody else's.

import type { Expr, Local, Stmt } from "../../kernel/ir.ts";
import { ownExprs, walkExpr, walkStmts } from "../../kernel/walk.ts";

type Store = Extract<Stmt, { op: "store" }>;
type Load = Extract<Expr, { op: "load" }>;

/// `x` of a store of the form `store(a, load(a) + x)`.
export function accumulated(stmt: Store): Expr | undefined {
  const { value } = stmt;
  if (stmt.wire || value.op !== "binary" || value.fn !== "add") return undefined;
  if (isLoadOf(value.a, stmt)) return value.b;
  return isLoadOf(value.b, stmt) ? value.a : undefined;
}

function isLoadOf(e: Expr, stmt: Store): boolean {
  return e.op === "load" && !e.wire && e.type === stmt.type && sameAddress(e, stmt);
}

/// True when the expressions of both addresses are the same.
export function sameAddress(load: Load, store: Store): boolean {
  return load.offset === store.offset && sameExpr(load.addr, store.addr, noValues);
}

/// The value of each local that is set exactly once.
type Values = ReadonlyMap<Local, Expr>;
const noValues: Values = new Map();

function singleValues(body: readonly Stmt[]): Values {
  const values = new Map<Local, Expr>();
  const again = new Set<Local>();
  walkStmts(body, (stmt) => {
    if (stmt.op !== "set") return;
    if (values.has(stmt.local)) again.add(stmt.local);
    values.set(stmt.local, stmt.value);
  });
  for (const local of again) values.delete(local);
  return values;
}

function resolve(e: Expr, values: Values): Expr {
  let at = e;
  for (let hops = 0; at.op === "local" && hops < 8; hops++) {
    const value = values.get(at.local);
    if (!value) break;
    at = value;
  }
  return at;
}

function sameExpr(a0: Expr, b0: Expr, values: Values): boolean {
  if (a0 === b0) return true;
  const a = resolve(a0, values);
  const b = resolve(b0, values);
  if (a === b) return true;
  if (a.op !== b.op || a.type !== b.type) return false;
  const same = (x: Expr | undefined, y: Expr | undefined) => (x && y ? sameExpr(x, y, values) : x === y);
  switch (a.op) {
    case "const":
      return Object.is(a.value, (b as typeof a).value);
    case "local":
      return a.local === (b as typeof a).local;
    case "unary":
    case "convert":
      return a.fn === (b as typeof a).fn && same(a.a, (b as typeof a).a);
    case "binary":
    case "compare":
      return a.fn === (b as typeof a).fn && same(a.a, (b as typeof a).a) && same(a.b, (b as typeof a).b);
    case "select": {
      const other = b as typeof a;
      return same(a.cond, other.cond) && same(a.a, other.a) && same(a.b, other.b);
    }
    case "field":
      return a.field === (b as typeof a).field && same(a.index, (b as typeof a).index);
    case "load":
      return a.offset === (b as typeof a).offset && !a.wire === !(b as typeof a).wire && same(a.addr, (b as typeof a).addr);
    case "call":
      return a.fn === (b as typeof a).fn && a.args.every((arg, i) => same(arg, (b as typeof a).args[i]));
    case "host":
      return false;
  }
}

/// True when the address lies in memory of the synth's own.
function isPrivate(addr: Expr, values: Values): boolean {
  const e = resolve(addr, values);
  if (e.op === "field") return e.type === "i32";
  if (e.op === "host") return true;
  return e.op === "binary" && e.fn === "add" && (isPrivate(e.a, values) || isPrivate(e.b, values));
}

/// A place in the program: for each enclosing list of statements, the list and the position in it, outermost first.
type Path = readonly { readonly list: readonly Stmt[]; readonly at: number }[];

/// The statements of `body` that must run lane by lane because they load and store the same place.
export function sharedAccesses(body: readonly Stmt[]): Set<Stmt> {
  const stores: { readonly stmt: Store; readonly path: Path }[] = [];
  const loads: { readonly load: Load; readonly path: Path }[] = [];
  collect(body, [], stores, loads);
  const result = new Set<Stmt>();
  if (stores.length === 0) return result;
  const values = singleValues(body);
  for (const { stmt, path } of stores) {
    if (isPrivate(stmt.addr, values)) continue;
    for (const other of loads) {
      if (other.load.offset !== stmt.offset || !sameExpr(other.load.addr, stmt.addr, values)) continue;
      for (const between of span(path, other.path)) result.add(between);
    }
  }
  return result;
}

function collect(
  list: readonly Stmt[],
  outer: Path,
  stores: { readonly stmt: Store; readonly path: Path }[],
  loads: { readonly load: Load; readonly path: Path }[],
): void {
  list.forEach((stmt, at) => {
    const path = [...outer, { list, at }];
    const added = stmt.op === "store" ? accumulated(stmt) : undefined;
    const exprs = stmt.op === "store" && added ? [stmt.addr, added] : ownExprs(stmt);
    for (const expr of exprs) {
      walkExpr(expr, (e) => {
        if (e.op === "load" && !e.wire) loads.push({ load: e, path });
      });
    }
    if (stmt.op === "store" && !stmt.wire) stores.push({ stmt, path });
    if (stmt.op === "if") {
      collect(stmt.then, path, stores, loads);
      collect(stmt.else, path, stores, loads);
    } else if (stmt.op === "loop") {
      collect(stmt.body, path, stores, loads);
    }
  });
}

/// The statements from one place to the other, in the innermost list that holds both.
function span(a: Path, b: Path): readonly Stmt[] {
  let depth = 0;
  while (a[depth + 1] && b[depth + 1] && a[depth]?.at === b[depth]?.at && a[depth + 1]?.list === b[depth + 1]?.list) depth++;
  const from = a[depth] as Path[number];
  const to = b[depth] as Path[number];
  return from.list.slice(Math.min(from.at, to.at), Math.max(from.at, to.at) + 1);
}
