/// Hash tables and environments.
import { type Definition, def } from "../definition.ts";
import { hashValue } from "../equality.ts";
import type { Interpreter } from "../interpreter.ts";
import { intern, isKeyword, keywordSymbol } from "../symbols.ts";
import { Keys } from "../tables.ts";
import { bool, FALSE, Flag, fix, isSymbol, isSyntax, NIL, NONE, TRUE, Type, UNBOUND } from "../words.ts";
import { environmentRef, environmentSet, tableStore } from "./access.ts";
import { needEnvironment, needInteger, needSymbol } from "./arguments.ts";

const byName: Record<string, number> = {
  "eq?": Keys.Eq,
  "eqv?": Keys.Eqv,
  "equal?": Keys.Equal,
  "equivalent?": Keys.Equivalent,
  "string=?": Keys.String,
  "string-ci=?": Keys.StringFold,
  "=": Keys.Number,
  "char=?": Keys.Eq,
  "char-ci=?": Keys.Equal,
};

function needTable(s: Interpreter, v: number, n: number): number {
  if (!s.heap.isType(v, Type.HashTable)) throw s.wrongType(n, v, "a hash-table");
  return v;
}

function makeTable(s: Interpreter, size: number, equal: number, types: number): number {
  const capacity = size === NONE ? 8 : needInteger(s, size, 1);
  if (capacity <= 0) throw s.wrongType(1, size, "a positive integer");
  if (capacity > 1 << 24) throw s.outOfRange(1, size, "it is too large");
  let keys: number = Keys.Equal;
  let custom = NONE;
  let hash = NONE;
  if (equal !== NONE && equal !== FALSE) {
    if (s.heap.isPair(equal)) {
      custom = s.w[equal + 1];
      hash = s.w[equal + 2];
      keys = Keys.Custom;
      if (!s.isProcedure(custom) || !s.isProcedure(hash)) throw s.wrongType(2, equal, "a pair of procedures");
    } else if (!s.isProcedure(equal)) throw s.wrongType(2, equal, "a procedure");
    else {
      const name = s.heap.isType(equal, Type.Builtin) ? byName[s.definitions[s.w[equal + 1] >> 1].name] : undefined;
      keys = name ?? Keys.Custom;
      if (name === undefined) custom = equal;
    }
  }
  const isAny = (v: number) => v === TRUE || v === NONE;
  let keyCheck = NONE;
  let valueCheck = NONE;
  if (types !== NONE && types !== FALSE) {
    if (!s.heap.isPair(types)) throw s.wrongType(3, types, "a pair of procedures");
    keyCheck = isAny(s.w[types + 1]) ? NONE : s.w[types + 1];
    valueCheck = isAny(s.w[types + 2]) ? NONE : s.w[types + 2];
    if ((keyCheck !== NONE && !s.isProcedure(keyCheck)) || (valueCheck !== NONE && !s.isProcedure(valueCheck)))
      throw s.wrongType(3, types, "a pair of procedures");
  }
  return s.tables.make(capacity, keys, custom, keyCheck, valueCheck, hash);
}

function fromPairs(weak: boolean) {
  return (s: Interpreter, _a: number, _b: number, _c: number, n: number, at: number): number => {
    if (n % 2 !== 0) throw s.error("wrong-number-of-args", `${s.current.name} got an odd number of arguments: ~S`, s.machine.listOf(at, n));
    const table = s.tables.make(Math.max(8, n), Keys.Equal);
    if (weak) s.w[table] |= Flag.Weak;
    for (let i = 0; i < n; i += 2) if (s.w[at + i + 1] !== FALSE) s.tables.set(table, s.w[at + i], s.w[at + i + 1]);
    return table;
  };
}

const plain = (symbol: number) => (isKeyword(symbol) ? keywordSymbol(symbol) : symbol);

/// Adds what arguments from `from` on describe: symbol value ..., pairs, or environments.
function addBindings(s: Interpreter, e: number, at: number, from: number, n: number, name: string): void {
  for (let i = from; i < n; i++) {
    const v = s.w[at + i];
    if (isSymbol(v)) {
      if (++i >= n) throw s.error("wrong-number-of-args", `${name}: symbol ~S without a value`, v);
      s.environments.define(e, plain(v), s.w[at + i]);
    } else if (s.heap.isPair(v)) {
      if (!isSymbol(s.w[v + 1])) throw s.wrongType(i + 1, v, "a pair of a symbol and a value");
      s.environments.define(e, plain(s.w[v + 1]), s.w[v + 2]);
    } else if (s.environments.is(v)) {
      if (v !== s.rootlet) s.environments.each(v, (symbol, value) => s.environments.define(e, symbol, value));
    } else throw s.wrongType(i + 1, v, "a symbol, a pair or an environment");
  }
}

const orRoot = (s: Interpreter, e: number) => (e === NIL ? s.rootlet : e);

export const environments: Definition[] = [
  def(
    "make-hash-table",
    [0, 3],
    "An empty table; keys compared by a procedure, keys and values of given types.",
    "(make-hash-table) => (hash-table)",
    (s, a, b, c) => makeTable(s, a, b, c),
  ),
  def(
    "make-weak-hash-table",
    [0, 3],
    "An empty table that is marked weak.",
    "(weak-hash-table? (make-weak-hash-table)) => #t",
    (s, a, b, c) => {
      const table = makeTable(s, a, b, c);
      s.w[table] |= Flag.Weak;
      return table;
    },
    { difference: "Keys are kept alive." },
  ),
  def("hash-table", [0, -1], "A table of keys and values.", "(hash-table 'a 1) => (hash-table 'a 1)", fromPairs(false)),
  def(
    "weak-hash-table",
    [0, -1],
    "A table of keys and values, marked weak.",
    "(weak-hash-table? (weak-hash-table 'a 1)) => #t",
    fromPairs(true),
    { difference: "Keys are kept alive." },
  ),
  def("hash-table?", [1, 1], "Whether a value is a hash table.", "(hash-table? (hash-table)) => #t", (s, a) =>
    bool(s.heap.isType(a, Type.HashTable)),
  ),
  def("weak-hash-table?", [1, 1], "Whether a value is a weak hash table.", "(weak-hash-table? (hash-table)) => #f", (s, a) =>
    bool(s.heap.isType(a, Type.HashTable) && (s.w[a] & Flag.Weak) !== 0),
  ),
  def(
    "hash-table-ref",
    [2, -1],
    "The value of a key, #f when there is none.",
    "(hash-table-ref (hash-table 'a 1) 'a) => 1",
    (s, a, b, _c, n, at) => {
      const value = s.tables.get(needTable(s, a, 1), b);
      if (n === 2) return value === NONE ? FALSE : value;
      return s.call(value === NONE ? FALSE : value, ...Array.from(s.w.subarray(at + 2, at + n)));
    },
  ),
  def(
    "hash-table-set!",
    [3, 3],
    "Sets the value of a key; #f removes it.",
    "(hash-table-set! (make-hash-table) 'a 42) => 42",
    (s, a, b, c) => tableStore(s, needTable(s, a, 1), b, c),
  ),
  def("hash-table-entries", [1, 1], "The number of keys.", "(hash-table-entries (hash-table 'a 1)) => 1", (s, a) =>
    fix(s.tables.count(needTable(s, a, 1))),
  ),
  def("hash-table-size", [1, 1], "The number of places.", "(hash-table-size (hash-table)) => 8", (s, a) =>
    fix(s.tables.capacity(needTable(s, a, 1))),
  ),
  def("hash-code", [1, 2], "A number that is the same for equal values.", "(= (hash-code '(1)) (hash-code '(1))) => #t", (s, a) =>
    fix(hashValue(s, a, false, false, false) & 0xfffffff),
  ),
  def("inlet", [0, -1], "An environment inside the global one.", "(inlet 'a 1) => (inlet 'a 1)", (s, _a, _b, _c, n, at) => {
    const e = s.environments.make(NIL);
    addBindings(s, e, at, 0, n, "inlet");
    return e;
  }),
  def("sublet", [1, -1], "An environment inside another.", "((sublet (inlet 'a 1) 'b 2) 'a) => 1", (s, a, _b, _c, n, at) => {
    const e = s.environments.make(a === NIL ? NIL : needEnvironment(s, a, 1));
    addBindings(s, e, at, 1, n, "sublet");
    return e;
  }),
  def("varlet", [1, -1], "Adds to an environment.", "(let ((e (inlet))) (varlet e 'a 1) (e 'a)) => 1", (s, a, _b, _c, n, at) => {
    needEnvironment(s, a, 1);
    addBindings(s, a, at, 1, n, "varlet");
    return a;
  }),
  def("cutlet", [1, -1], "Removes from an environment.", "(let ((e (inlet 'a 1))) (cutlet e 'a) e) => (inlet)", (s, a, _b, _c, n, at) => {
    needEnvironment(s, a, 1);
    for (let i = 1; i < n; i++) s.environments.remove(a, plain(needSymbol(s, s.w[at + i], i + 1)));
    return a;
  }),
  def("let?", [1, 1], "Whether a value is an environment.", "(let? (inlet)) => #t", (s, a) => bool(s.environments.is(a))),
  def("let-ref", [2, 2], "The value of a symbol in an environment or around it.", "(let-ref (inlet 'a 3) 'a) => 3", (s, a, b) =>
    environmentRef(s, needEnvironment(s, a, 1), b),
  ),
  def(
    "let-set!",
    [3, 3],
    "Changes the value of a symbol in an environment.",
    "(let ((e (inlet 'a 1))) (let-set! e 'a 3) (e 'a)) => 3",
    (s, a, b, c) => environmentSet(s, needEnvironment(s, a, 1), b, c),
  ),
  def("let->list", [1, 1], "The bindings of an environment as pairs.", "(let->list (inlet 'a 1)) => ((a . 1))", (s, a) => {
    needEnvironment(s, a, 1);
    const pairs: number[] = [];
    s.environments.each(a, (symbol, value) => pairs.push(s.heap.cons(symbol, value)));
    return s.heap.list(...pairs);
  }),
  def("rootlet", [0, 0], "The global environment.", "(let? (rootlet)) => #t", (s) => s.rootlet),
  def("curlet", [0, 0], "The environment of the call.", "(let ((x 1)) ((curlet) 'x)) => 1", (s) => orRoot(s, s.w[s.reg.Env])),
  def("outlet", [1, 1], "The environment around another.", "(eq? (outlet (inlet)) (rootlet)) => #t", (s, a) =>
    a === s.rootlet ? a : orRoot(s, s.environments.outer(needEnvironment(s, a, 1))),
  ),
  def("{set-outlet}", [2, 2], "", "", (s, a, b) => {
    needEnvironment(s, a, 1);
    for (let e = b; e !== NIL && e !== s.rootlet; e = s.w[e + 1])
      if (e === a) throw s.error("wrong-type-arg", "set! outlet: the environments would contain each other");
    s.heap.put(a + 1, b === s.rootlet ? NIL : needEnvironment(s, b, 2));
    return b;
  }),
  def("funclet", [1, 1], "The environment in which a procedure was made.", "(let? (funclet car)) => #t", (s, a) => {
    if (s.heap.isType(a, Type.Macro)) return orRoot(s, s.w[s.w[a + 1] + 2]);
    if (s.heap.isType(a, Type.Closure)) return orRoot(s, s.w[a + 2]);
    if (s.isProcedure(a)) return s.rootlet;
    throw s.wrongType(1, a, "a procedure");
  }),
  def(
    "openlet",
    [1, 1],
    "Lets builtins use an environment's methods.",
    "(length (openlet (inlet 'length (lambda (x) 42)))) => 42",
    (s, a) => {
      if (s.heap.isType(needEnvironment(s, a, 1), Type.Let)) s.w[a] |= Flag.Open;
      return a;
    },
  ),
  def("openlet?", [1, 1], "Whether an environment's methods are used.", "(openlet? (inlet)) => #f", (s, a) =>
    bool(s.environments.isOpen(a)),
  ),
  def("coverlet", [1, 1], "Undoes openlet.", "(openlet? (coverlet (openlet (inlet)))) => #f", (s, a) => {
    if (s.heap.isType(needEnvironment(s, a, 1), Type.Let)) s.w[a] &= ~Flag.Open;
    return a;
  }),
  def("unlet", [0, 0], "An environment of the original builtins.", "(let? (unlet)) => #t", (s) => {
    const e = s.environments.make(NIL);
    for (const d of s.definitions) if (!d.name.startsWith("{")) s.environments.append(e, intern(d.name), s.globals.builtinNamed(d.name));
    return e;
  }),
  def("defined?", [1, 3], "Whether a symbol has a value in an environment.", "(defined? 'no-such-thing) => #f", (s, a, b, c) => {
    needSymbol(s, a, 1);
    const e = b === NONE ? s.w[s.reg.Env] : needEnvironment(s, b, 2);
    const own = c !== NONE && c !== FALSE;
    const at = own && e !== s.rootlet ? s.environments.find(e, a) : s.environments.lookup(e, a);
    return bool(isKeyword(a) || (at !== 0 && s.w[at] !== UNBOUND));
  }),
  def("object->let", [1, 1], "An environment that describes a value.", "((object->let 1) 'value) => 1", (s, a) => {
    const e = s.environments.make(NIL);
    const add = (name: string, value: number) => s.environments.append(e, intern(name), value);
    add("value", a);
    add("type", s.typePredicate(a));
    const type = s.heap.typeOf(a);
    if (s.vectors.is(a) || s.isString(a)) add("size", fix(s.heap.length(a)));
    if (type === Type.HashTable) add("entries", fix(s.tables.count(a)));
    return e;
  }),
  def("syntax?", [1, 1], "Whether a value is a special form.", "(syntax? if) => #t", (_s, a) => bool(isSyntax(a))),
];
