/// Procedures, control flow, errors, equality, evaluation.
import { Description } from "../compiler/code.ts";
import { type Definition, def } from "../definition.ts";
import { isEqual, isEqv } from "../equality.ts";
import { Condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { intern, isKeyword } from "../symbols.ts";
import { bool, EOF, FALSE, Flag, fix, isChar, isSymbol, isSyntax, NIL, NONE, TRUE, Type, UNDEFINED, UNSPECIFIED } from "../words.ts";
import { needEnvironment, needInteger, needProcedure, needString } from "./arguments.ts";
import { makeInputPort, readDatum } from "./ports.ts";

const NO_CATCH = intern("no-catch");
const DOCUMENTATION = intern("+documentation+");
const SIGNATURE = intern("+signature+");

function raise(s: Interpreter, n: number, at: number): number {
  const type = n === 0 ? NO_CATCH : s.w[at];
  // (error "text" ...): the text begins the message.
  if (s.isString(type)) throw new Condition(NO_CATCH, s.machine.listOf(at, n));
  throw new Condition(type, s.machine.listOf(at + 1, Math.max(0, n - 1)));
}

/// Arguments that evaluate to themselves, so that a message can be applied without being compiled.
function constantOf(s: Interpreter, v: number): number {
  if (!isSymbol(v) && !s.heap.isPair(v)) return v;
  if (isSymbol(v)) return isKeyword(v) ? v : NONE;
  const rest = s.w[v + 2];
  return s.w[v + 1] === s.symbols.quote && s.heap.isPair(rest) && s.w[rest + 2] === NIL ? s.w[rest + 1] : NONE;
}

/// Applies `(name constant ...)` directly; false when the form is anything else.
export function evalMessage(s: Interpreter, form: number, at: number): boolean {
  const { w } = s;
  const head = w[form + 1];
  if (!isSymbol(head)) return false;
  const procedure = s.globals.value(head);
  const type = s.heap.typeOf(procedure);
  if (type !== Type.Closure && type !== Type.Builtin) return false;
  let n = 0;
  for (let l = w[form + 2]; l !== NIL; l = w[l + 2]) {
    if (!s.heap.isPair(l) || n > 64) return false;
    const v = constantOf(s, w[l + 1]);
    if (v === NONE) return false;
    w[at + n++] = v;
  }
  s.machine.tailWith(at, procedure, n);
  return true;
}

function evaluate(s: Interpreter, form: number, environment: number, at: number): number {
  const e = environment === NONE ? s.w[s.reg.Env] : needEnvironment(s, environment, 2);
  if (!isSymbol(form) && !s.heap.isPair(form)) return form;
  if (s.heap.isPair(form) && (e === NIL || e === s.rootlet) && evalMessage(s, form, at)) return 0x902;
  return s.machine.tail(at, s.compile(form, e));
}

function arity(s: Interpreter, v: number): [number, number] | undefined {
  const many = 536870912;
  const type = s.heap.typeOf(v);
  if (type === Type.Builtin) {
    const [min, max] = s.definitions[s.w[v + 1] >> 1].arity;
    return [min, max < 0 ? many : max];
  }
  if (type === Type.Macro) return arity(s, s.w[v + 1]);
  if (type === Type.Closure) {
    const code = s.compiledCode(v);
    const parameters = s.heap.cdr(s.w[s.heap.data(s.w[code + 2]) + Description.Parameters]);
    const rest = (s.w[code] & Flag.Rest) !== 0;
    const count = s.listItems(parameters).length;
    return [s.w[code] >>> 12, rest ? many : count];
  }
  if (type === Type.Continuation || type === Type.Exit) return [0, many];
  if (type === Type.Pair || type === Type.String || type === Type.HashTable || type === Type.Let || s.vectors.is(v)) return [1, many];
  if (type === Type.Iterator) return [0, 0];
  return undefined;
}

function documentation(s: Interpreter, v: number): string {
  if (s.heap.isType(v, Type.Builtin)) {
    const d = s.definitions[s.w[v + 1] >> 1];
    return helpText(d);
  }
  const target = s.heap.isType(v, Type.Macro) ? s.w[v + 1] : v;
  if (s.heap.isType(target, Type.Closure) && s.w[target + 2] !== NIL) {
    const at = s.environments.lookup(s.w[target + 2], DOCUMENTATION);
    if (at !== 0 && s.isString(s.w[at])) return s.text(s.w[at]);
  }
  return "";
}

const helpTexts: Record<string, string> = { abs: "(abs x) returns the absolute value of the real number x" };

function helpText(d: Definition): string {
  return helpTexts[d.name] ?? `(${d.name} ...) ${d.doc}`;
}

/// The predicate that names a value's type, by order of use.
const predicates: [string, (s: Interpreter, v: number) => boolean][] = [
  ["integer?", (s, v) => s.tower.isInteger(v)],
  ["symbol?", (_s, v) => isSymbol(v)],
  ["pair?", (s, v) => s.heap.isPair(v)],
  ["null?", (_s, v) => v === NIL],
  ["string?", (s, v) => s.isString(v)],
  ["float?", (s, v) => s.heap.isType(v, Type.Float)],
  ["rational?", (s, v) => s.heap.isType(v, Type.Ratio)],
  ["complex?", (s, v) => s.heap.isType(v, Type.Complex)],
  ["boolean?", (_s, v) => v === TRUE || v === FALSE],
  ["char?", (_s, v) => isChar(v)],
  ["continuation?", (s, v) => s.heap.isType(v, Type.Continuation)],
  ["goto?", (s, v) => s.heap.isType(v, Type.Exit)],
  ["procedure?", (s, v) => s.isProcedure(v)],
  ["float-vector?", (s, v) => s.heap.isType(v, Type.FloatVector)],
  ["int-vector?", (s, v) => s.heap.isType(v, Type.IntVector)],
  ["byte-vector?", (s, v) => s.heap.isType(v, Type.ByteVector)],
  ["vector?", (s, v) => s.vectors.is(v)],
  ["hash-table?", (s, v) => s.heap.isType(v, Type.HashTable)],
  ["let?", (s, v) => s.environments.is(v) || s.heap.isType(v, Type.Settings)],
  ["iterator?", (s, v) => s.heap.isType(v, Type.Iterator)],
  ["macro?", (s, v) => s.heap.isType(v, Type.Macro)],
  ["input-port?", (s, v) => s.heap.isType(v, Type.InputPort)],
  ["output-port?", (s, v) => s.heap.isType(v, Type.OutputPort)],
  ["c-pointer?", (s, v) => s.heap.isType(v, Type.CPointer)],
  ["random-state?", (s, v) => s.heap.isType(v, Type.RandomState)],
  ["eof-object?", (_s, v) => v === EOF],
  ["unspecified?", (_s, v) => v === UNSPECIFIED],
  ["undefined?", (_s, v) => v === UNDEFINED],
  ["syntax?", (_s, v) => isSyntax(v)],
];

export function typePredicate(s: Interpreter, v: number): number {
  const found = predicates.find(([, test]) => test(s, v));
  return found === undefined ? FALSE : intern(found[0]);
}

const test = (name: string, doc: string, holds: (s: Interpreter, v: number) => boolean): Definition =>
  def(name, [1, 1], doc, "", (s, a) => bool(holds(s, a)));

export const control: Definition[] = [
  def("eq?", [2, 2], "Whether two values are the same.", "(eq? 'a 'a) => #t", (_s, a, b) => bool(a === b)),
  def("eqv?", [2, 2], "Whether two values are the same, or the same number.", "(eqv? 2/3 2/3) => #t", (s, a, b) => bool(isEqv(s, a, b))),
  def("equal?", [2, 2], "Whether two values have the same structure.", '(equal? "abc" "abc") => #t', (s, a, b) =>
    bool(isEqual(s, a, b, false)),
  ),
  def("equivalent?", [2, 2], "Like equal?, with numbers compared by value and a tolerance.", "(equivalent? 1 1.0) => #t", (s, a, b) =>
    bool(isEqual(s, a, b, true)),
  ),
  def("not", [1, 1], "Whether a value is #f.", "(not 0) => #f", (_s, a) => bool(a === FALSE)),
  test("boolean?", "Whether a value is #t or #f.", (_s, v) => v === TRUE || v === FALSE),
  test("procedure?", "Whether a value is a procedure.", (s, v) => s.isProcedure(v)),
  test("macro?", "Whether a value is a macro.", (s, v) => s.isMacro(v)),
  test("continuation?", "Whether a value is a continuation.", (s, v) => s.heap.isType(v, Type.Continuation) || s.heap.isType(v, Type.Exit)),
  test("goto?", "Whether a value is an escape procedure.", (s, v) => s.heap.isType(v, Type.Exit)),
  test("unspecified?", "Whether a value is #<unspecified>.", (_s, v) => v === UNSPECIFIED),
  test("undefined?", "Whether a value is #<undefined>.", (_s, v) => v === UNDEFINED),
  test("eof-object?", "Whether a value is #<eof>.", (_s, v) => v === EOF),
  def("type-of", [1, 1], "The name of the predicate that holds for a value.", "(type-of 1) => integer?", (s, a) => typePredicate(s, a)),
  def(
    "apply",
    [1, -1],
    "Calls a procedure with the elements of a list as its last arguments.",
    "(apply + 1 2 '(3 4)) => 10",
    (s, a, _b, _c, n, at) => {
      if (n === 1) return s.machine.tailWith(at, a, 0);
      const last = s.w[at + n - 1];
      if (last !== NIL && !s.heap.isPair(last)) throw s.wrongType(n, last, "a list");
      let l = last;
      while (s.heap.isPair(l)) l = s.w[l + 2];
      if (l !== NIL) throw s.wrongType(n, last, "a proper list");
      s.w.copyWithin(at, at + 1, at + n - 1);
      return s.machine.tailWith(at, a, n - 2 + s.machine.spreadList(at + n - 2, last));
    },
    { control: true },
  ),
  def(
    "values",
    [0, -1],
    "Several values, or none.",
    "(+ (values 1 2)) => 3",
    (s, a, _b, _c, n, at) => (n === 1 ? a : s.machine.many(s.machine.listOf(at, n))),
    { control: true },
  ),
  def(
    "apply-values",
    [0, 1],
    "The elements of a list as several values.",
    "(list (apply-values '(1 2))) => (1 2)",
    (s, a) => (a === NONE ? s.machine.many(NIL) : s.machine.many(a)),
    { control: true },
  ),
  def("{values->list}", [0, -1], "", "", (s, _a, _b, _c, n, at) => s.machine.listOf(at, n)),
  def(
    "call-with-current-continuation",
    [1, 1],
    "Calls a procedure with what is left to do.",
    "(call/cc (lambda (k) (+ 1 (k 5)))) => 5",
    (s, a, _b, _c, _n, at) => {
      needProcedure(s, a, 1);
      return s.machine.tail(at, a, s.machine.captureContinuation(at));
    },
    { control: true },
  ),
  def(
    "call-with-exit",
    [1, 1],
    "Calls a procedure with a way out.",
    "(+ 1 (call-with-exit (lambda (return) (* 10 (return 5))))) => 6",
    (s, a, _b, _c, _n, at) => {
      needProcedure(s, a, 1);
      return s.machine.enterExit(at, a);
    },
    { control: true },
  ),
  def(
    "catch",
    [3, 3],
    "Calls a thunk; an error of a type, or any with #t, calls the handler with type and information.",
    "(catch #t (lambda () (car '())) (lambda (type info) type)) => wrong-type-arg",
    (s, a, b, c, _n, at) => {
      if (!s.isProcedure(b)) throw s.wrongType(2, b, "a procedure");
      return s.machine.enterCatch(at, a, b, c);
    },
    { control: true },
  ),
  def(
    "throw",
    [0, -1],
    "Leaves to the catch of a tag.",
    "(catch 'k (lambda () (throw 'k 5)) (lambda args (cadr args))) => (5)",
    (s, a, _b, _c, n, at) => {
      throw new Condition(n === 0 ? FALSE : a, s.machine.listOf(at + 1, Math.max(0, n - 1)), true);
    },
  ),
  def(
    "error",
    [0, -1],
    "Signals an error of a type, with a format string and its values.",
    '(catch #t (lambda () (error \'oops "~A" 5)) (lambda (type info) type)) => oops',
    (s, _a, _b, _c, n, at) => raise(s, n, at),
  ),
  def("{wind-in}", [2, 2], "", "", (s, a, b) => {
    s.w[s.reg.Winds] = s.heap.cons(s.heap.cons(a, b), s.w[s.reg.Winds]);
    return UNSPECIFIED;
  }),
  def("{wind-out}", [0, 0], "", "", (s) => {
    s.w[s.reg.Winds] = s.w[s.w[s.reg.Winds] + 2];
    return UNSPECIFIED;
  }),
  def("{many}", [1, 1], "", "", (s, a) => s.machine.many(a), { control: true }),
  def("eval", [1, 2], "Evaluates a form in an environment.", "(eval '(+ 1 2)) => 3", (s, a, b, _c, _n, at) => evaluate(s, a, b, at), {
    control: true,
  }),
  def("arity", [1, 1], "Fewest and most arguments, as a pair.", "(arity car) => (1 . 1)", (s, a) => {
    const found = arity(s, a);
    return found === undefined ? FALSE : s.heap.cons(fix(found[0]), fix(found[1]));
  }),
  def("aritable?", [2, 2], "Whether a procedure takes so many arguments.", "(aritable? car 1) => #t", (s, a, b) => {
    const found = arity(s, a);
    const n = needInteger(s, b, 2);
    if (n < 0) throw s.outOfRange(2, b, "it is negative");
    return bool(found !== undefined && n >= found[0] && n <= found[1]);
  }),
  def(
    "procedure-source",
    [1, 1],
    "The lambda form of a procedure.",
    "(procedure-source (lambda (x) (+ x 1))) => (lambda (x) (+ x 1))",
    (s, a) => {
      const target = s.isMacro(a) ? s.w[a + 1] : a;
      if (s.heap.isType(target, Type.Closure)) return s.closureSource(target);
      if (s.isProcedure(a)) return NIL;
      throw s.wrongType(1, a, "a procedure");
    },
  ),
  def("procedure-arglist", [1, 1], "The parameter list of a procedure.", "(procedure-arglist (lambda (x) x)) => (x)", (s, a) => {
    const target = s.isMacro(a) ? s.w[a + 1] : a;
    if (!s.heap.isType(target, Type.Closure)) throw s.wrongType(1, a, "a procedure");
    const source = s.closureSource(target);
    return s.heap.isPair(source) ? s.heap.car(s.heap.cdr(source)) : NIL;
  }),
  def("documentation", [1, 1], "What is known about a procedure.", "", (s, a) =>
    s.string(documentation(s, isSymbol(a) ? s.globals.value(a) : a)),
  ),
  def("help", [1, 1], "What is known about a procedure, or #f.", "", (s, a) => {
    const text = documentation(s, isSymbol(a) ? s.globals.value(a) : a);
    return text === "" ? FALSE : s.string(text);
  }),
  def(
    "signature",
    [1, 1],
    "Types of a procedure's result and parameters, or #f.",
    "(signature (lambda (x) x)) => #f",
    (s, a) => {
      if (s.heap.isType(a, Type.Closure) && s.w[a + 2] !== NIL) {
        const at = s.environments.lookup(s.w[a + 2], SIGNATURE);
        if (at !== 0) return s.w[at];
      }
      return FALSE;
    },
    { difference: "Builtins have no signature here." },
  ),
  def(
    "object->string",
    [1, 3],
    "A value as text, as write prints it unless told not to.",
    '(object->string \'(1 "a")) => "(1 \\"a\\")"',
    (s, a, b, c) => {
      const method = s.environments.method(a, s.symbols.objectToString);
      if (method !== NONE) return s.call(method, a);
      const readable = b !== NONE && b !== TRUE && b !== FALSE;
      if (b !== NONE && !readable && b !== TRUE && b !== FALSE) throw s.wrongType(2, b, "a boolean or :readable");
      if (c !== NONE && needInteger(s, c, 3) < 0) throw s.outOfRange(3, c, "it is negative");
      const text = b === FALSE ? s.display(a) : s.write(a, { whole: readable });
      const limit = c === NONE ? Number.POSITIVE_INFINITY : needInteger(s, c, 3);
      return s.string(text.length > limit ? `${text.slice(0, Math.max(0, limit - 3))}...` : text);
    },
  ),
  def(
    "c-pointer",
    [1, 5],
    "An opaque number of the host, with a type and information.",
    "(c-pointer? (c-pointer 1)) => #t",
    (s, a, b, c) => {
      if (!s.tower.isInteger(a)) throw s.wrongType(1, a, "an integer");
      return s.heap.cell3(Type.CPointer, a, b === NONE ? FALSE : b, c === NONE ? FALSE : c);
    },
  ),
  def("c-pointer?", [1, 2], "Whether a value is such a number.", "(c-pointer? 1) => #f", (s, a, b) =>
    bool(s.heap.isType(a, Type.CPointer) && (b === NONE || s.w[a + 2] === b)),
  ),
  ...(["type", "info"] as const).map((field, i) =>
    def(`c-pointer-${field}`, [1, 1], `The ${field} of a host pointer.`, "", (s, a) => {
      if (!s.heap.isType(a, Type.CPointer)) throw s.wrongType(1, a, "a c-pointer");
      return s.w[a + 2 + i];
    }),
  ),
  def(
    "c-pointer->list",
    [1, 1],
    "Number, type and information of a host pointer.",
    "(c-pointer->list (c-pointer 1)) => (1 #f #f)",
    (s, a) => {
      if (!s.heap.isType(a, Type.CPointer)) throw s.wrongType(1, a, "a c-pointer");
      return s.heap.list(s.w[a + 1], s.w[a + 2], s.w[a + 3]);
    },
  ),
  test("c-object?", "Whether a value is an object of a host type.", () => false),
  def(
    "eval-string",
    [1, 2],
    "Evaluates the forms of a text in an environment.",
    '(eval-string "(+ 1 2)") => 3',
    (s, a, b, _c, _n, at) => {
      needString(s, a, 1);
      const e = b === NONE ? s.w[s.reg.Env] : needEnvironment(s, b, 2);
      const port = makeInputPort(s, a);
      let form = readDatum(s, port);
      for (let next = readDatum(s, port); next !== EOF; next = readDatum(s, port)) {
        s.call(s.compile(form, e));
        form = next;
      }
      return form === EOF ? UNSPECIFIED : evaluate(s, form, e === NIL ? s.rootlet : e, at);
    },
    { control: true },
  ),
  def("{map-cons}", [1, -1], "", "", (s, _a, _b, _c, n, at) => {
    let list = s.w[at + n - 1];
    for (let i = 0; i < n - 1; i++) list = s.heap.cons(s.w[at + i], list);
    return list;
  }),
  def("{wrong-type}", [4, 4], "", "", (s, a, b, c, _n, at) => {
    throw s.wrongTypeIn(s.symbolText(a), b >> 1, c, s.text(s.w[at + 3]));
  }),
  def("{format-error}", [1, 1], "", "", (s, a) => s.string(s.text(needString(s, a, 1)))),
];
