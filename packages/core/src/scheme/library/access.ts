/// Generalised access: what an object holds under a key, and `set!` of it.

import { type Definition, def } from "../definition.ts";
import { describeType } from "../describe.ts";
import type { Interpreter } from "../interpreter.ts";
import { isKeyword, keywordSymbol } from "../symbols.ts";
import { FALSE, Flag, isSymbol, NIL, NONE, Type, UNBOUND, UNDEFINED } from "../words.ts";
import { iterate } from "./iterators.ts";
import { settingRef, settingSet } from "./settings.ts";

/// Result of `refer`, reused: what was found and how many of the keys were used.
const found = { value: 0, used: 1 };

function index(s: Interpreter, name: string, key: number, n: number, length: number): number {
  if (!s.tower.isInteger(key)) throw s.wrongTypeIn(name, n, key, "an integer");
  const i = s.tower.real(key);
  if (i < 0) throw s.outOfRangeIn(name, n, key, "it is negative");
  if (i >= length) throw s.outOfRangeIn(name, n, key, "it is too large");
  return i;
}

/// The pair at a position of a list, for the builtin of that name.
function pairAt(s: Interpreter, name: string, list: number, key: number): number {
  let l = list;
  for (let i = index(s, name, key, 2, Number.POSITIVE_INFINITY); i > 0 && s.heap.isPair(l); i--) l = s.w[l + 2];
  if (!s.heap.isPair(l)) throw s.outOfRangeIn(name, 2, key, "it is too large");
  return l;
}

/// Position in a vector's elements of as many keys as it has dimensions (or fewer: then a part of it).
function vectorPosition(s: Interpreter, name: string, v: number, at: number, n: number): { at: number; used: number; rest: number[] } {
  const dimensions = s.vectors.dimensions(v);
  const used = Math.min(n, dimensions.length);
  let position = 0;
  for (let i = 0; i < used; i++) position = position * dimensions[i] + index(s, name, s.w[at + i], i + 2, dimensions[i]);
  const rest = dimensions.slice(used);
  return { at: rest.reduce((a, b) => a * b, position), used, rest };
}

/// A vector that shares the elements of another.
export function subvector(s: Interpreter, v: number, from: number, length: number, dimensions: number[]): number {
  const { heap, w } = s;
  const type = w[v] & 0xff;
  const step = type === Type.Vector ? from : type === Type.ByteVector ? from / 4 : from * 2;
  const shape = dimensions.length > 1 ? heap.list(...dimensions.map((d) => (d << 1) | 1)) : NIL;
  const owner = heap.cons(shape, v);
  return heap.cell3(type, (length << 1) | 1, owner, ((heap.data(v) + step) << 1) | 1);
}

export function environmentRef(s: Interpreter, e: number, key: number): number {
  if (!isSymbol(key)) throw s.wrongTypeIn("let-ref", 2, key, "a symbol");
  const symbol = isKeyword(key) ? keywordSymbol(key) : key;
  for (let env = e; env !== NIL; env = s.w[env + 1]) {
    if (env === s.rootlet) break;
    const at = s.environments.find(env, symbol);
    if (at !== 0) return s.w[at];
  }
  const at = e === s.rootlet || e === NIL ? s.environments.find(NIL, symbol) : 0;
  return at === 0 ? UNDEFINED : s.w[at];
}

export function environmentSet(s: Interpreter, e: number, key: number, value: number): number {
  if (!isSymbol(key)) throw s.wrongTypeIn("let-set!", 2, key, "a symbol");
  const symbol = isKeyword(key) ? keywordSymbol(key) : key;
  if (e === s.rootlet) return s.machine.setGlobal(s.globals.cell(symbol), value);
  const at = s.environments.find(e, symbol);
  if (at === 0) throw s.error("wrong-type-arg", "let-set!: ~A is not in the environment ~S", symbol, e);
  if (s.isImmutable(e)) throw s.error("immutable-error", "can't set! ~S in an immutable environment", symbol);
  s.heap.put(at, value);
  return value;
}

/// What `object` holds under the n keys at `at`. The result is valid until the next call.
export function refer(s: Interpreter, object: number, at: number, n: number): { value: number; used: number } {
  const { w, heap } = s;
  const key = w[at];
  found.used = 1;
  switch (heap.typeOf(object)) {
    case Type.Pair: {
      found.value = w[pairAt(s, "list-ref", object, key) + 1];
      return found;
    }
    case Type.String:
      found.value = s.char(heap.b[heap.data(object) * 4 + index(s, "string-ref", key, 2, heap.length(object))]);
      return found;
    case Type.HashTable: {
      const value = s.tables.get(object, key);
      found.value = value === NONE ? FALSE : value;
      return found;
    }
    case Type.Let:
    case Type.Frame:
      found.value = environmentRef(s, object, key);
      return found;
    case Type.Settings:
      found.value = settingRef(s, key);
      return found;
    default: {
      const name = vectorNames.get(heap.typeOf(object)) ?? "vector";
      const p = vectorPosition(s, `${name}-ref`, object, at, n);
      found.used = p.used;
      found.value =
        p.rest.length === 0
          ? s.vectors.ref(object, p.at)
          : subvector(
              s,
              object,
              p.at,
              p.rest.reduce((a, b) => a * b, 1),
              p.rest,
            );
      return found;
    }
  }
}

const vectorNames = new Map<number, string>([
  [Type.Vector, "vector"],
  [Type.FloatVector, "float-vector"],
  [Type.IntVector, "int-vector"],
  [Type.ByteVector, "byte-vector"],
]);

export function applyKeyword(s: Interpreter, iterator: number, at: number): number {
  return iterate(s, iterator, at);
}

/// Stores under n keys at `at`; what the keys before the last reach is changed, not copied.
export function store(s: Interpreter, object: number, at: number, n: number, value: number): number {
  const { w, heap } = s;
  const type = heap.typeOf(object);
  const isVector = type >= Type.Vector && type <= Type.ByteVector;
  if (isVector) {
    const p = vectorPosition(s, "vector-set!", object, at, n);
    if (p.used === n) {
      if (p.rest.length > 0) throw s.error("wrong-number-of-args", "not enough arguments for vector-set!: ~S", s.machine.listOf(at, n));
      if (s.isImmutable(object)) throw s.error("immutable-error", "can't vector-set! ~S (it is immutable)", object);
      s.vectors.set(object, p.at, value);
      return value;
    }
    return store(s, s.vectors.ref(object, p.at), at + p.used, n - p.used, value);
  }
  if (n > 1) {
    const inner = refer(s, object, at, n);
    const { used } = inner;
    if (used < n) return store(s, inner.value, at + used, n - used, value);
  }
  const key = w[at];
  if (s.isImmutable(object) && type !== Type.Settings) throw s.error("immutable-error", "can't set! ~S (it is immutable)", object);
  switch (type) {
    case Type.Pair: {
      heap.put(pairAt(s, "list-set!", object, key) + 1, value);
      return value;
    }
    case Type.String: {
      const i = index(s, "string-set!", key, 2, heap.length(object));
      if ((value & 0xff) !== 0x12) throw s.wrongTypeIn("string-set!", 3, value, "a character");
      heap.b[heap.data(object) * 4 + i] = value >>> 8;
      return value;
    }
    case Type.HashTable:
      return tableStore(s, object, key, value);
    case Type.Let:
    case Type.Frame:
      return environmentSet(s, object, key, value);
    case Type.Settings:
      return settingSet(s, key, value);
    default:
      throw s.error("no-setter", "~S (~A) does not have a setter", object, s.string(describeType(s, object)));
  }
}

/// Sets an entry of a hash table, checking the types it was made for; #f removes it.
export function tableStore(s: Interpreter, table: number, key: number, value: number): number {
  const keyCheck = s.tables.keyCheck(table);
  const valueCheck = s.tables.valueCheck(table);
  if (keyCheck !== NONE && s.call(keyCheck, key) === FALSE) {
    throw s.error(
      "wrong-type-arg",
      "hash-table-set! key argument 2, ~S, is ~A but should be ~S",
      key,
      s.string(describeType(s, key)),
      keyCheck,
    );
  }
  if (valueCheck !== NONE && value !== FALSE && s.call(valueCheck, value) === FALSE) {
    throw s.error(
      "wrong-type-arg",
      "hash-table-set! value argument 3, ~S, is ~A but should be ~S",
      value,
      s.string(describeType(s, value)),
      valueCheck,
    );
  }
  if (s.isImmutable(table)) throw s.error("immutable-error", "can't hash-table-set! ~S (it is immutable)", table);
  if (value === FALSE) s.tables.remove(table, key);
  else s.tables.set(table, key, value);
  return value;
}

/// Builtins with a setter of their own name.
const setterNames = new Map<string, string>([
  ["car", "set-car!"],
  ["cdr", "set-cdr!"],
  ["caar", "{set-caar}"],
  ["cadr", "{set-cadr}"],
  ["cdar", "{set-cdar}"],
  ["cddr", "{set-cddr}"],
  ["list-ref", "{set-list-ref}"],
  ["vector-ref", "vector-set!"],
  ["float-vector-ref", "float-vector-set!"],
  ["int-vector-ref", "int-vector-set!"],
  ["byte-vector-ref", "byte-vector-set!"],
  ["string-ref", "string-set!"],
  ["hash-table-ref", "hash-table-set!"],
  ["let-ref", "let-set!"],
  ["setter", "{set-setter}"],
  ["outlet", "{set-outlet}"],
  ["current-output-port", "set-current-output-port"],
  ["symbol->value", "{set-symbol-value}"],
]);

/// The property of a procedure, NONE when it has none of that name.
export function property(s: Interpreter, procedure: number, name: number): number {
  const at = s.heap.isType(procedure, Type.Builtin) ? procedure + 2 : procedure + 3;
  for (let l = s.w[at]; s.heap.isPair(l); l = s.w[l + 2]) if (s.w[s.w[l + 1] + 1] === name) return s.w[s.w[l + 1] + 2];
  return NONE;
}

export function setProperty(s: Interpreter, procedure: number, name: number, value: number): void {
  const at = s.heap.isType(procedure, Type.Builtin) ? procedure + 2 : procedure + 3;
  for (let l = s.w[at]; s.heap.isPair(l); l = s.w[l + 2]) {
    if (s.w[s.w[l + 1] + 1] === name) {
      s.heap.put(s.w[l + 1] + 2, value);
      return;
    }
  }
  const entry = s.heap.cons(name, value);
  const rest = s.w[at] === NONE ? NIL : s.w[at];
  s.heap.put(at, s.heap.cons(entry, rest));
}

/// The setter of a procedure or symbol, #f when it has none.
export function setterOf(s: Interpreter, v: number): number {
  if (isSymbol(v)) {
    const cell = s.globals.existing(v);
    const setter = cell === 0 ? NONE : s.w[cell + 3];
    return setter === NONE || (s.w[cell] & Flag.Immutable) !== 0 ? FALSE : setter;
  }
  if (s.heap.isType(v, Type.Builtin)) {
    const own = property(s, v, s.symbols.setter);
    if (own !== NONE) return own;
    const name = setterNames.get(s.definitions[s.w[v + 1] >> 1].name);
    return name === undefined ? FALSE : s.globals.builtinNamed(name);
  }
  if (s.heap.isType(v, Type.Closure) || s.heap.isType(v, Type.Macro)) {
    const own = property(s, v, s.symbols.setter);
    return own === NONE ? FALSE : own;
  }
  const type = s.heap.typeOf(v);
  const byType: Record<number, string> = {
    [Type.Pair]: "list-set!",
    [Type.Vector]: "vector-set!",
    [Type.FloatVector]: "float-vector-set!",
    [Type.IntVector]: "int-vector-set!",
    [Type.ByteVector]: "byte-vector-set!",
    [Type.String]: "string-set!",
    [Type.HashTable]: "hash-table-set!",
    [Type.Let]: "let-set!",
    [Type.Frame]: "let-set!",
  };
  return byType[type] === undefined ? FALSE : s.globals.builtinNamed(byType[type]);
}

export const access: Definition[] = [
  def(
    "{set}",
    [2, -1],
    "",
    "",
    (s, object, _b, _c, n, at) => {
      const { w } = s;
      if (s.isProcedure(object) || s.isMacro(object)) {
        const setter = setterOf(s, object);
        if (setter === FALSE) throw s.error("no-setter", "~S (~A) does not have a setter", object, s.string(describeType(s, object)));
        w.copyWithin(at, at + 1, at + n);
        return s.machine.tailWith(at, setter, n - 1);
      }
      const method = s.environments.method(object, s.symbols.letSetFallback);
      if (method !== NONE) {
        return s.machine.tail(at, method, object, ...Array.from(w.subarray(at + 1, at + n)));
      }
      if (n === 2) throw s.error("wrong-number-of-args", "set!: not enough arguments for ~S", object);
      const type = s.heap.typeOf(object);
      if (type < Type.Pair && object !== s.rootlet) throw s.error("syntax-error", "set!: can't set ~S", object);
      return store(s, object, at + 1, n - 2, w[at + n - 1]);
    },
    { control: true },
  ),
  def("{set-list-ref}", [3, -1], "", "", (s, list, _b, _c, n, at) => store(s, list, at + 1, n - 2, s.w[at + n - 1])),
  ...(["caar", "cadr", "cdar", "cddr"] as const).map((name) =>
    def(`{set-${name}}`, [2, 2], "", "", (s, a, b) => {
      const first = s.heap.isPair(a) ? s.w[a + (name[2] === "a" ? 1 : 2)] : NIL;
      if (!s.heap.isPair(first)) throw s.wrongType(1, a, "a pair");
      s.heap.put(first + (name[1] === "a" ? 1 : 2), b);
      return b;
    }),
  ),
  def("setter", [1, 2], "The setter of a procedure or symbol.", "(procedure? (setter car)) => #t", (s, a) => setterOf(s, a)),
  def("{set-setter}", [2, 3], "", "", (s, a, b, c, n) => {
    const value = n === 3 ? c : b;
    if (value !== FALSE && !s.isProcedure(value) && !s.isMacro(value)) throw s.wrongTypeIn("set! setter", 2, value, "a procedure or #f");
    if (isSymbol(a)) {
      const cell = s.globals.cell(a);
      if (s.w[cell + 2] === UNBOUND) throw s.error("unbound-variable", "set! setter: ~S is unbound", a);
      s.heap.put(cell + 3, value === FALSE ? NONE : value);
      return value;
    }
    if (!s.isProcedure(a) && !s.isMacro(a)) throw s.wrongTypeIn("set! setter", 1, a, "a procedure or symbol");
    setProperty(s, a, s.symbols.setter, value);
    return value;
  }),
  def("dilambda", [2, 2], "A procedure with a setter.", "(dilambda? (dilambda (lambda () 1) (lambda (x) x))) => #t", (s, a, b) => {
    if (!s.isProcedure(a) && !s.isMacro(a)) throw s.wrongType(1, a, "a procedure");
    if (!s.isProcedure(b) && !s.isMacro(b)) throw s.wrongType(2, b, "a procedure");
    setProperty(s, a, s.symbols.setter, b);
    return a;
  }),
  def("dilambda?", [1, 1], "Whether a procedure has a setter of its own.", "(dilambda? car) => #f", (s, a) =>
    s.isProcedure(a) && property(s, a, s.symbols.setter) !== NONE ? s.true : FALSE,
  ),
];
