/// Variables that are not where the compiler put them: global ones with a setter or without a value, those of environments that programs see.
import { condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { Flag, NIL, NONE, Reg, TRUE, Type, UNBOUND } from "../words.ts";

export function global(s: Interpreter, cell: number): number {
  const { w } = s;
  const symbol = w[cell + 1];
  const hook = s.unboundHook(symbol);
  if (hook !== UNBOUND) return hook;
  throw condition(s, "unbound-variable", "unbound variable ~S", symbol);
}

export function setGlobal(s: Interpreter, cell: number, value: number): number {
  const { w } = s;
  const symbol = w[cell + 1];
  if ((w[cell] & Flag.Immutable) !== 0) throw condition(s, "syntax-error", "set!: can't alter constant's value: ~A", symbol);
  if (w[cell + 2] === UNBOUND) throw condition(s, "unbound-variable", "~A is unbound in (set! ~A ...)", symbol, symbol);
  const setter = w[cell + 3];
  let v = value;
  if (setter !== NONE)
    v = s.isThreeArgumentSetter(setter) ? s.machine.call(setter, [symbol, value, s.rootlet]) : s.machine.call(setter, [symbol, value]);
  s.heap.put(cell + 2, v);
  return v;
}

export function defineGlobal(s: Interpreter, cell: number, value: number, constant: number): void {
  const { w } = s;
  if ((w[cell] & Flag.Immutable) !== 0 && w[cell + 2] !== value) throw condition(s, "syntax-error", "define: ~S is immutable", w[cell + 1]);
  s.heap.put(cell + 2, value);
  if (constant !== 0) {
    w[cell] |= Flag.Immutable;
    w[cell + 3] = TRUE;
  }
}

export function lookup(s: Interpreter, symbol: number): number {
  const { w } = s;
  const at = s.environments.lookup(w[Reg.Env], symbol);
  if (at !== 0 && w[at] !== UNBOUND) return w[at];
  return global(s, s.globals.cell(symbol));
}

export function setDynamic(s: Interpreter, symbol: number, value: number): number {
  const { w } = s;
  for (let e = w[Reg.Env]; e !== NIL && e !== s.rootlet; e = w[e + 1]) {
    const at = s.environments.find(e, symbol);
    if (at === 0) continue;
    if ((w[e] & Flag.Immutable) !== 0) throw condition(s, "immutable-error", "can't set! ~S in an immutable environment", symbol);
    s.heap.put(at, value);
    return value;
  }
  return setGlobal(s, s.globals.cell(symbol), value);
}

export function defineDynamic(s: Interpreter, symbol: number, value: number): void {
  const e = s.w[Reg.Env];
  if (e === NIL || e === s.rootlet) defineGlobal(s, s.globals.cell(symbol), value, 0);
  else s.environments.define(e, symbol, value);
}

export function makeMacro(s: Interpreter, closure: number, bacro: number): number {
  return s.heap.cell3(Type.Macro | (bacro !== 0 ? Flag.Bacro : 0), closure, NONE, NONE);
}

export function makeLet(s: Interpreter, at: number, fp: number): number {
  const { w } = s;
  const e = s.environments.make(w[Reg.Env]);
  for (let i = 0; i < w[at]; i++) s.environments.append(e, w[at + 1 + i * 2], w[fp + w[at + 2 + i * 2]]);
  return e;
}

export function enterLet(s: Interpreter, value: number): number {
  if (value === s.rootlet) return NIL;
  if (s.environments.is(value)) return value;
  throw s.wrongTypeIn("with-let", 0, value, "an environment");
}
