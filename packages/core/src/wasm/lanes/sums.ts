/// Brings sums in shared memory into the form `store(a, load(a) + x)`, which lanes execute without scalar code.
///
/// A front end that keeps every load in a local writes `l = load(a); ...; store(a, l + x)`. Where l has no other use and nothing but
/// assignments to other locals lies between, the load can as well happen at the store.

import type { Expr, Local, Stmt } from "../../kernel/ir.ts";
import { ownExprs, walkExpr, walkStmts } from "../../kernel/walk.ts";
import { sameAddress } from "./shared-access.ts";

type Load = Extract<Expr, { op: "load" }>;
type Store = Extract<Stmt, { op: "store" }>;

/// `body` with its sums joined; the same array when there are none.
export function joinSums(body: readonly Stmt[]): readonly Stmt[] {
  let stores = false;
  const sets = new Map<Local, number>();
  const reads = new Map<Local, number>();
  walkStmts(
    body,
    (s) => {
      if (s.op === "store" && !s.wire) stores = true;
      if (s.op === "set") sets.set(s.local, (sets.get(s.local) ?? 0) + 1);
    },
    (e) => {
      if (e.op === "local") reads.set(e.local, (reads.get(e.local) ?? 0) + 1);
    },
  );
  if (!stores) return body;
  return joinIn(body, (l) => sets.get(l) === 1 && reads.get(l) === 1);
}

function joinIn(list: readonly Stmt[], usedOnce: (l: Local) => boolean): readonly Stmt[] {
  const out = list.map((stmt): Stmt | undefined => {
    if (stmt.op === "loop") return { ...stmt, body: joinIn(stmt.body, usedOnce) };
    return stmt.op === "if" ? { ...stmt, then: joinIn(stmt.then, usedOnce), else: joinIn(stmt.else, usedOnce) } : stmt;
  });
  for (let i = 0; i < out.length; i++) {
    const set = out[i];
    if (set?.op !== "set" || set.value.op !== "load" || set.value.wire || !usedOnce(set.local)) continue;
    const at = storeAfter(out, i, set.value);
    const store = at === undefined ? undefined : joined(out[at] as Store, set.local, set.value);
    if (at === undefined || !store) continue;
    out[at] = store;
    out[i] = undefined;
  }
  return out.filter((stmt) => stmt !== undefined);
}

/// The index of the store that a load at `from` can move to.
function storeAfter(list: readonly (Stmt | undefined)[], from: number, load: Load): number | undefined {
  const needs = new Set<Local>();
  walkExpr(load, (e) => {
    if (e.op === "local") needs.add(e.local);
  });
  for (let i = from + 1; i < list.length; i++) {
    const stmt = list[i];
    if (!stmt) continue;
    let calls = false;
    for (const expr of ownExprs(stmt)) {
      walkExpr(expr, (e) => {
        if (e.op === "host") calls = true;
      });
    }
    if (calls) return undefined;
    if (stmt.op === "store" && !stmt.wire) return i;
    if (stmt.op !== "set" || needs.has(stmt.local)) return undefined;
  }
  return undefined;
}

function joined(store: Store, local: Local, load: Load): Store | undefined {
  const { value } = store;
  if (store.type !== load.type || !sameAddress(load, store) || value.op !== "binary" || value.fn !== "add") return undefined;
  if (value.a.op === "local" && value.a.local === local) return { ...store, value: { ...value, a: { ...load, addr: store.addr } } };
  if (value.b.op === "local" && value.b.local === local) return { ...store, value: { ...value, b: { ...load, addr: store.addr } } };
  return undefined;
}
