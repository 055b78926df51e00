/// The special forms.
import { intern, isKeyword } from "../symbols.ts";
import { quasiquote } from "../text/quasiquote.ts";
import { FALSE, isChar, isFix, isSymbol, isSyntax, NIL, TRUE, UNSPECIFIED } from "../words.ts";
import type { Analyzer } from "./analyze.ts";
import { constant, type Loop, NOWHERE, type Node, type Position, Scope, type Variable } from "./nodes.ts";

type Form = (a: Analyzer, form: number, scope: Scope, at: Position) => Node;

/// By symbol; `special` installs each as the value of its name.
export const forms = new Map<number, Form>();

const special = (names: string, form: Form): void => {
  for (const name of names.split(" ")) forms.set(intern(name), form);
};

/// Nested loops that turn out to need closures are analysed twice; this bounds how often that multiplies.
const MAX_LOOP_RETRIES = 5;
let loopDepth = 0;

const unspecified = constant(UNSPECIFIED);
const ARROW = intern("=>");
const ELSE = intern("else");

/// A call of a builtin, whatever its name means in the program.
function primitive(a: Analyzer, name: string, ...operands: Node[]): Node {
  return { kind: "call", operator: constant(a.s.globals.initialValue(intern(name))), operands, place: a.place };
}

function sequence(a: Analyzer, list: number, scope: Scope, at: Position): Node {
  const { heap } = a.s;
  const nodes: Node[] = [];
  let rest = list;
  for (; heap.isPair(rest); rest = heap.cdr(rest)) nodes.push(a.expression(heap.car(rest), scope, heap.cdr(rest) === NIL ? at : NOWHERE));
  if (rest !== NIL) throw a.syntaxError("stray dot? ~S", list);
  return nodes.length === 1 ? nodes[0] : { kind: "sequence", body: nodes };
}

special("quote", (a, form) => {
  const items = a.operands(form, "quote");
  if (items.length !== 1) throw a.syntaxError("quote: wrong number of arguments: ~S", form);
  return constant(items[0]);
});

special("quasiquote", (a, form, scope, at) => {
  const items = a.operands(form, "quasiquote");
  if (items.length !== 1) throw a.syntaxError("quasiquote: wrong number of arguments: ~S", form);
  return a.expression(quasiquote(a.s, items[0]), scope, at);
});

special("if", (a, form, scope, at) => {
  const items = a.operands(form, "if");
  if (items.length === 0) throw a.syntaxError("(if): if needs at least 2 expressions");
  if (items.length === 1) throw a.syntaxError("if: no consequent: ~S", form);
  if (items.length > 3) throw a.syntaxError("too many clauses for if: ~S", form);
  return {
    kind: "if",
    test: a.expression(items[0], scope),
    then: a.expression(items[1], scope, at),
    otherwise: items.length > 2 ? a.expression(items[2], scope, at) : unspecified,
  };
});

special("begin", (a, form, scope, at) => (a.s.heap.cdr(form) === NIL ? constant(NIL) : sequence(a, a.s.heap.cdr(form), scope, at)));

special("when", (a, form, scope, at) => {
  if (!a.s.heap.isPair(a.s.heap.cdr(form))) throw a.syntaxError("when has no expression?: ~S", form);
  const rest = a.s.heap.cdr(form);
  return {
    kind: "if",
    test: a.expression(a.s.heap.car(rest), scope),
    then: sequence(a, a.s.heap.cdr(rest), scope, at),
    otherwise: unspecified,
  };
});

special("unless", (a, form, scope, at) => {
  if (!a.s.heap.isPair(a.s.heap.cdr(form))) throw a.syntaxError("unless has no expression?: ~S", form);
  const rest = a.s.heap.cdr(form);
  return {
    kind: "if",
    test: a.expression(a.s.heap.car(rest), scope),
    then: unspecified,
    otherwise: sequence(a, a.s.heap.cdr(rest), scope, at),
  };
});

special("and or", (a, form, scope, at) => {
  const isAnd = a.s.heap.car(form) === intern("and") || a.s.heap.car(form) === a.s.globals.initialValue(intern("and"));
  const items = a.operands(form, isAnd ? "and" : "or");
  if (items.length === 0) return constant(isAnd ? TRUE : FALSE);
  const parts = items.map((item, i) => a.expression(item, scope, i === items.length - 1 ? at : NOWHERE));
  return parts.length === 1 ? parts[0] : { kind: isAnd ? "and" : "or", parts };
});

/// One variable in a scope of its own, for a value that is used several times.
function withTemporary(scope: Scope, value: Node, body: (temporary: Node, inner: Scope) => Node): Node {
  const inner = new Scope(scope, scope.level);
  const variable = inner.declare(intern("{temporary}"));
  return {
    kind: "let",
    scope: inner,
    variables: [variable],
    values: [value],
    body: body({ kind: "local", variable, scope: inner }, inner),
    sequential: false,
  };
}

special("cond", (a, form, scope, at) => {
  const { heap } = a.s;
  const clauses = a.operands(form, "cond");
  if (clauses.length === 0) throw a.syntaxError("cond, but no body: ~S", form);
  const build = (i: number, where: Scope): Node => {
    if (i === clauses.length) return unspecified;
    const clause = clauses[i];
    if (!heap.isPair(clause)) throw a.syntaxError("every clause in cond must be a pair: ~S", clause);
    const test = heap.car(clause);
    const rest = heap.cdr(clause);
    if (test === ELSE && a.lookup(ELSE, where) === undefined)
      return rest === NIL ? constant(a.s.globals.value(ELSE)) : sequence(a, rest, where, at);
    if (rest === NIL) return { kind: "or", parts: [a.expression(test, where), build(i + 1, where)] };
    if (heap.car(rest) === ARROW && heap.isPair(heap.cdr(rest))) {
      return withTemporary(where, a.expression(test, where), (value, inner) => ({
        kind: "if",
        test: value,
        then: { kind: "call", operator: a.expression(heap.car(heap.cdr(rest)), inner), operands: [value], place: a.place },
        otherwise: build(i + 1, inner),
      }));
    }
    return { kind: "if", test: a.expression(test, where), then: sequence(a, rest, where, at), otherwise: build(i + 1, where) };
  };
  return build(0, scope);
});

special("case", (a, form, scope, at) => {
  const { heap } = a.s;
  const [key, ...clauses] = a.operands(form, "case");
  if (key === undefined) throw a.syntaxError("case has no selector: ~S", form);
  return withTemporary(scope, a.expression(key, scope), (value, inner) => {
    const result = (rest: number): Node => {
      if (rest === NIL) return value;
      if (heap.car(rest) === ARROW && heap.isPair(heap.cdr(rest))) {
        return { kind: "call", operator: a.expression(heap.car(heap.cdr(rest)), inner), operands: [value], place: a.place };
      }
      return sequence(a, rest, inner, at);
    };
    const build = (i: number): Node => {
      if (i === clauses.length) return unspecified;
      const clause = clauses[i];
      if (!heap.isPair(clause)) throw a.syntaxError("case clause is not a pair: ~S", clause);
      const keys = heap.car(clause);
      if (keys === ELSE) return result(heap.cdr(clause));
      const items = a.items(keys);
      if (items === undefined) throw a.syntaxError("case key list is not a list: ~S", clause);
      const tests = items.map((item) => {
        const simple = isSymbol(item) || isFix(item) || isChar(item) || (item & 3) === 2;
        return primitive(a, simple ? "eq?" : "eqv?", value, constant(item));
      });
      const test: Node = tests.length === 1 ? tests[0] : tests.length === 0 ? constant(FALSE) : { kind: "or", parts: tests };
      return { kind: "if", test, then: result(heap.cdr(clause)), otherwise: build(i + 1) };
    };
    return build(0);
  });
});

function nameOf(a: Analyzer, target: number, form: number, what: string): number {
  if (!isSymbol(target)) throw a.syntaxError(`${what}: ~S is not a symbol: ~S`, target, form);
  if (isKeyword(target)) throw a.syntaxError(`${what} ~A: keywords are constants`, target);
  return target;
}

function define(a: Analyzer, form: number, scope: Scope, star: boolean, isConstant = false): Node {
  const { heap, s } = { heap: a.s.heap, s: a.s };
  const rest = heap.cdr(form);
  if (!heap.isPair(rest)) throw a.syntaxError("~A: no value? ~S", heap.car(form), form);
  let target = heap.car(rest);
  let body = heap.cdr(rest);
  // (define ((f a) b) ...) defines f to return a procedure of b.
  while (heap.isPair(target) && heap.isPair(heap.car(target))) {
    body = heap.list(heap.cons(s.symbols.lambda, heap.cons(heap.cdr(target), body)));
    target = heap.car(target);
  }
  const isProcedure = heap.isPair(target);
  const symbol = nameOf(a, isProcedure ? heap.car(target) : target, form, "define");
  if (!isProcedure) {
    if (body === NIL) throw a.syntaxError("define: no value? ~S", form);
    if (!heap.isPair(body) || heap.cdr(body) !== NIL) throw a.syntaxError("define: more than one value? ~S", form);
  } else if (body === NIL) throw a.syntaxError("define: function has no body? ~S", form);
  const variable = declareHere(scope, symbol);
  if (variable === undefined && a.isImmutableGlobal(symbol) && !scope.looksUp) throw a.syntaxError("define: ~S is immutable", symbol);
  let value: Node;
  if (isProcedure) {
    const source = heap.cons(star ? s.symbols.lambdaStar : s.symbols.lambda, heap.cons(heap.cdr(target), body));
    value = a.procedure(heap.cdr(target), body, scope, { name: symbol, star, source });
  } else {
    const macro = scope.parent !== undefined || scope.level > 0 ? a.macroForm(heap.car(body), scope) : 0;
    if (variable !== undefined && macro !== 0) variable.macro = macro;
    value = a.expression(heap.car(body), scope);
    nameProcedure(value, symbol);
  }
  return { kind: "define", symbol, scope, variable, value, constant: isConstant };
}

/// A procedure is known by the first name it is defined with.
function nameProcedure(value: Node, name: number): void {
  if (value.kind === "lambda" && value.procedure.name === 0) value.procedure.name = name;
  else if (value.kind === "lazy" && value.name === 0) value.name = name;
}

/// The variable that a definition in `scope` binds; undefined at top level and in run-time environments.
function declareHere(scope: Scope, symbol: number): Variable | undefined {
  if (scope.dynamic || (scope.parent === undefined && scope.level === 0)) return undefined;
  return scope.own(symbol) ?? scope.declare(symbol);
}

special("define", (a, form, scope) => define(a, form, scope, false));
special("define*", (a, form, scope) => define(a, form, scope, true));
special("define-constant", (a, form, scope) => define(a, form, scope, false, true));

special("lambda lambda*", (a, form, scope) => {
  const { heap } = a.s;
  const star = heap.car(form) === a.s.symbols.lambdaStar;
  const rest = heap.cdr(form);
  if (!heap.isPair(rest)) throw a.syntaxError("lambda: no arguments? ~A", form);
  if (!heap.isPair(heap.cdr(rest))) throw a.syntaxError("lambda: no body? ~A", form);
  return a.procedure(heap.car(rest), heap.cdr(rest), scope, { name: 0, star, source: form });
});

special("set!", (a, form, scope) => {
  const { heap } = a.s;
  const items = a.operands(form, "set!");
  if (items.length < 2) throw a.syntaxError("set!: not enough arguments: ~S", form);
  if (items.length > 2) throw a.syntaxError("set!: too many arguments: ~S", form);
  const [target, value] = items;
  if (heap.isPair(target)) {
    const places = a.items(target);
    if (places === undefined) throw a.syntaxError("set! target is an improper list: ~S", form);
    if (isSyntax(a.s.globals.value(places[0])) && isSymbol(places[0])) {
      // (set! (with-let e x) v) and friends assign inside the form.
      if (places[0] === intern("with-let")) {
        const inner = heap.list(places[0], places[1], heap.list(heap.car(form), places[2], value));
        return a.expression(inner, scope);
      }
      throw a.syntaxError("can't set ~S in ~S", places[0], form);
    }
    const [operator, ...operands] = places;
    return primitive(a, "{set}", a.expression(operator, scope), ...operands.map((o) => a.expression(o, scope)), a.expression(value, scope));
  }
  if (!isSymbol(target)) throw a.syntaxError("set! can't change ~S", target);
  if (isKeyword(target)) throw a.syntaxError("set!: can't alter constant's value: ~S", target);
  if (a.lookup(target, scope) === undefined && !scope.looksUp && a.isImmutableGlobal(target)) {
    throw a.syntaxError("set!: can't alter constant's value: ~A", target);
  }
  return a.assign(target, scope, a.expression(value, scope));
});

interface Bindings {
  symbols: number[];
  values: number[];
}

function bindings(a: Analyzer, list: number, form: number, what: string): Bindings {
  const { heap } = a.s;
  const items = a.items(list);
  if (items === undefined) throw a.syntaxError(`${what} variable list is messed up or missing: ~S`, form);
  const out: Bindings = { symbols: [], values: [] };
  for (const item of items) {
    if (!heap.isPair(item)) throw a.syntaxError(`${what} variable list: ~S is not a pair in ~S`, item, form);
    if (!heap.isPair(heap.cdr(item))) throw a.syntaxError(`${what} variable declaration, but no value?: ~S`, list);
    if (heap.cdr(heap.cdr(item)) !== NIL) throw a.syntaxError(`${what} variable declaration has more than one value?: ~S`, item);
    out.symbols.push(nameOf(a, heap.car(item), form, what));
    out.values.push(heap.car(heap.cdr(item)));
  }
  return out;
}

special("let let*", (a, form, scope, at) => {
  const { heap } = a.s;
  const sequential = heap.car(form) === intern("let*");
  const what = sequential ? "let*" : "let";
  const rest = heap.cdr(form);
  if (!heap.isPair(rest)) throw a.syntaxError(`${what} variable list is messed up or missing: ~S`, form);
  if (isSymbol(heap.car(rest))) return namedLet(a, form, scope, at, sequential);
  const body = heap.cdr(rest);
  if (!heap.isPair(body)) throw a.syntaxError(`${what}: no body: ~S`, form);
  const { symbols, values } = bindings(a, heap.car(rest), form, what);
  if (sequential && symbols.length > 0) {
    const build = (i: number, outer: Scope): Node => {
      const inner = new Scope(outer, outer.level);
      const value = a.expression(values[i], outer);
      const variable = inner.declare(symbols[i]);
      variable.macro = a.macroForm(values[i], outer);
      const last = i === symbols.length - 1;
      const node = last ? a.body(body, inner, at) : build(i + 1, inner);
      return { kind: "let", scope: inner, variables: [variable], values: [value], body: node, sequential: false };
    };
    return build(0, scope);
  }
  const inner = new Scope(scope, scope.level);
  const nodes = values.map((v) => a.expression(v, scope));
  if (new Set(symbols).size !== symbols.length) throw a.syntaxError("duplicate identifier in let: ~S", form);
  const variables = symbols.map((symbol, i) => {
    const variable = inner.declare(symbol);
    variable.macro = a.macroForm(values[i], scope);
    return variable;
  });
  return { kind: "let", scope: inner, variables, values: nodes, body: a.body(body, inner, at), sequential: false };
});

/// Analyses `body` as a loop; when its name is used as a value after all, falls back to `closure`.
function tryLoop(
  scope: Scope,
  at: Position,
  name: number,
  symbols: number[],
  values: Node[],
  body: (inner: Scope, at: Position) => Node,
  closure: () => Node,
): Node {
  if (loopDepth >= MAX_LOOP_RETRIES) return closure();
  loopDepth++;
  // The loop's variables may shadow its name.
  const outer = new Scope(scope, scope.level);
  const inner = new Scope(outer, scope.level);
  const loop: Loop = { scope: inner, variables: [], escapes: false, label: -1, base: -1, frames: 0 };
  outer.declare(name).loop = loop;
  for (const symbol of symbols) loop.variables.push(inner.declare(symbol));
  try {
    const node = body(inner, { loops: [...at.loops, loop] });
    if (!loop.escapes) return { kind: "loop", loop, values, body: node };
  } finally {
    loopDepth--;
  }
  return closure();
}

function namedLet(a: Analyzer, form: number, scope: Scope, at: Position, sequential: boolean): Node {
  const { heap } = a.s;
  const name = nameOf(a, heap.car(heap.cdr(form)), form, "let");
  const rest = heap.cdr(heap.cdr(form));
  if (!heap.isPair(rest) || !heap.isPair(heap.cdr(rest))) throw a.syntaxError("named let has no body: ~S", form);
  const { symbols, values } = bindings(a, heap.car(rest), form, "let");
  const body = heap.cdr(rest);
  const closure = (): Node => {
    const inner = new Scope(scope, scope.level);
    const variable = inner.declare(name);
    let parameters: number = NIL;
    for (let i = symbols.length - 1; i >= 0; i--) parameters = heap.cons(symbols[i], parameters);
    const procedure = a.procedure(parameters, body, inner, {
      name,
      star: false,
      source: heap.cons(a.s.symbols.lambda, heap.cons(parameters, body)),
    });
    // The operands do not see the loop's name, so they are computed outside of its scope.
    const call: Node = {
      kind: "let",
      scope: inner,
      variables: [],
      values: [],
      sequential: false,
      body: {
        kind: "sequence",
        body: [
          { kind: "define", symbol: name, scope: inner, variable, value: procedure, constant: false },
          { kind: "call", operator: a.reference(name, inner), operands: values.map((v) => a.expression(v, inner)), place: a.place },
        ],
      },
    };
    return call;
  };
  if (sequential || new Set(symbols).size !== symbols.length) return closure();
  return tryLoop(
    scope,
    at,
    name,
    symbols,
    values.map((v) => a.expression(v, scope)),
    (inner, position) => a.body(body, inner, position),
    closure,
  );
}

special("do", (a, form, scope, at) => {
  const { heap } = a.s;
  const items = a.operands(form, "do");
  if (items.length < 2 || !heap.isPair(items[1])) throw a.syntaxError("do: no end-test clause? ~S", form);
  const specs = a.items(items[0]);
  if (specs === undefined) throw a.syntaxError("do: variable list is not a list: ~S", form);
  const symbols: number[] = [];
  const inits: number[] = [];
  const steps: (number | undefined)[] = [];
  for (const spec of specs) {
    const parts = a.items(spec);
    if (parts === undefined || parts.length < 2 || parts.length > 3) throw a.syntaxError("do: variable ~S is messed up: ~S", spec, form);
    symbols.push(nameOf(a, parts[0], form, "do"));
    inits.push(parts[1]);
    steps.push(parts[2]);
  }
  const values = inits.map((v) => a.expression(v, scope));
  const build = (inner: Scope, loop: Loop, position: Position): Node => {
    const test = a.expression(heap.car(items[1]), inner);
    const result = heap.cdr(items[1]);
    const body = items.slice(2).map((item) => a.expression(item, inner));
    const again: Node = {
      kind: "again",
      loop,
      values: steps.map((step, i) =>
        step === undefined ? { kind: "local", variable: loop.variables[i], scope: inner } : a.expression(step, inner),
      ),
    };
    const next: Node = body.length === 0 ? again : { kind: "sequence", body: [...body, again] };
    const outer: Position = { loops: position.loops.filter((l) => l !== loop) };
    if (result === NIL) return { kind: "or", parts: [test, next] };
    return { kind: "if", test, then: sequence(a, result, inner, outer), otherwise: next };
  };
  const inner = new Scope(scope, scope.level);
  const loop: Loop = {
    scope: inner,
    variables: symbols.map((symbol) => inner.declare(symbol)),
    escapes: false,
    label: -1,
    base: -1,
    frames: 0,
  };
  return { kind: "loop", loop, values, body: build(inner, loop, at) };
});

special("letrec letrec*", (a, form, scope, at) => {
  const { heap } = a.s;
  const rest = heap.cdr(form);
  if (!heap.isPair(rest) || !heap.isPair(heap.cdr(rest))) throw a.syntaxError("letrec has no body: ~S", form);
  const { symbols, values } = bindings(a, heap.car(rest), form, "letrec");
  const inner = new Scope(scope, scope.level);
  const variables = symbols.map((symbol) => inner.declare(symbol));
  const definitions: Node[] = values.map((v, i) => {
    const value = a.expression(v, inner);
    nameProcedure(value, symbols[i]);
    return { kind: "define", symbol: symbols[i], scope: inner, variable: variables[i], value, constant: false };
  });
  const body = a.body(heap.cdr(rest), inner, at);
  return {
    kind: "let",
    scope: inner,
    variables: [],
    values: [],
    body: { kind: "sequence", body: [...definitions, body] },
    sequential: true,
  };
});

function makeMacro(
  a: Analyzer,
  parameters: number,
  body: number,
  scope: Scope,
  name: number,
  star: boolean,
  bacro: boolean,
  head: number,
): Node {
  const { heap } = a.s;
  const source = heap.cons(head, heap.cons(parameters, body));
  const procedure = a.procedure(parameters, body, scope, { name, star, source });
  return { kind: "macro", procedure, bacro };
}

special("macro macro* bacro bacro*", (a, form, scope) => {
  const { heap } = a.s;
  const head = heap.car(form);
  const rest = heap.cdr(form);
  if (!heap.isPair(rest) || !heap.isPair(heap.cdr(rest))) throw a.syntaxError("macro: no body? ~S", form);
  const star = head === intern("macro*") || head === intern("bacro*");
  const bacro = head === intern("bacro") || head === intern("bacro*");
  return makeMacro(a, heap.car(rest), heap.cdr(rest), scope, 0, star, bacro, head);
});

special("define-macro define-macro* define-bacro define-bacro* define-expansion define-expansion*", (a, form, scope) => {
  const { heap } = a.s;
  const head = heap.car(form);
  const rest = heap.cdr(form);
  if (!heap.isPair(rest) || !heap.isPair(heap.car(rest))) throw a.syntaxError("~A: no name or parameters? ~S", head, form);
  if (!heap.isPair(heap.cdr(rest))) throw a.syntaxError("~A: no body? ~S", head, form);
  const symbol = nameOf(a, heap.car(heap.car(rest)), form, "define-macro");
  const text = a.s.symbolText(head);
  const star = text.endsWith("*");
  const bacro = text.includes("bacro");
  const maker = intern(`${bacro ? "bacro" : "macro"}${star ? "*" : ""}`);
  const parameters = heap.cdr(heap.car(rest));
  const variable = declareHere(scope, symbol);
  if (variable !== undefined || scope.dynamic) {
    const made = a.s.evaluateAtCompileTime(heap.cons(maker, heap.cons(parameters, heap.cdr(rest))));
    if (variable !== undefined) variable.macro = made;
  }
  const value = makeMacro(a, parameters, heap.cdr(rest), scope, symbol, star, bacro, maker);
  return { kind: "define", symbol, scope, variable, value, constant: false };
});

special("macroexpand", (a, form) => {
  const items = a.operands(form, "macroexpand");
  if (items.length !== 1) throw a.syntaxError("macroexpand: wrong number of arguments: ~S", form);
  const call = items[0];
  const value = a.s.heap.isPair(call) ? a.s.globals.value(a.s.heap.car(call)) : 0;
  if (!a.s.isMacro(value)) throw a.s.wrongTypeIn("macroexpand", 1, call, "a macro call");
  return constant(a.s.expand(value, call));
});

special("with-let", (a, form, scope) => {
  const { heap } = a.s;
  const rest = heap.cdr(form);
  if (!heap.isPair(rest)) throw a.syntaxError("with-let has no environment: ~S", form);
  if (!heap.isPair(heap.cdr(rest))) throw a.syntaxError("with-let has no body: ~S", form);
  const inner = new Scope(scope, scope.level, true);
  const body = heap.cdr(rest);
  return { kind: "withLet", environment: a.expression(heap.car(rest), scope), body: a.body(body, inner) };
});

special("with-baffle", (a, form, scope) => a.expression(a.s.heap.cons(intern("let"), a.s.heap.cons(NIL, a.s.heap.cdr(form))), scope));

special("let-temporarily", (a, form, scope) => {
  const { heap } = a.s;
  const rest = heap.cdr(form);
  if (!heap.isPair(rest)) throw a.syntaxError("let-temporarily: no variable list? ~S", form);
  const items = a.items(heap.car(rest)) ?? [];
  const set = intern("set!");
  const lambda = a.s.symbols.lambda;
  const letSymbol = intern("let");
  const saved = items.map((_, i) => intern(`{saved-${i}}`));
  const fresh = items.map((_, i) => intern(`{new-${i}}`));
  const places: number[] = [];
  for (const item of items) {
    if (!heap.isPair(item) || !heap.isPair(heap.cdr(item))) throw a.syntaxError("let-temporarily: bad variable ~S in ~S", item, form);
    places.push(heap.car(item));
  }
  const values = items.map((item) => heap.car(heap.cdr(item)));
  const assign = (sources: number[]) => places.map((place, i) => heap.list(set, place, sources[i]));
  const thunk = (body: number) => heap.cons(lambda, heap.cons(NIL, body));
  const wind = heap.list(
    a.s.globals.initialValue(intern("dynamic-wind")),
    thunk(heap.list(...assign(fresh), FALSE)),
    thunk(heap.cdr(rest) === NIL ? heap.list(FALSE) : heap.cdr(rest)),
    thunk(heap.list(...assign(saved), FALSE)),
  );
  const bind = [...saved.map((name, i) => heap.list(name, places[i])), ...fresh.map((name, i) => heap.list(name, values[i]))];
  return a.expression(heap.list(letSymbol, heap.list(...bind), wind), scope);
});

/// `(cond-expand (feature form ...) ...)`: the first clause whose feature is provided.
special("cond-expand", (a, form, scope, at) => {
  const { heap } = a.s;
  const holds = (feature: number): boolean => {
    if (feature === ELSE) return true;
    if (isSymbol(feature)) return a.s.globals.isProvided(feature);
    const items = a.items(feature) ?? [];
    const [head, ...rest] = items;
    if (head === intern("and")) return rest.every(holds);
    if (head === intern("or")) return rest.some(holds);
    if (head === intern("not")) return !holds(rest[0]);
    return false;
  };
  for (const clause of a.operands(form, "cond-expand")) {
    if (heap.isPair(clause) && holds(heap.car(clause)))
      return heap.cdr(clause) === NIL ? unspecified : sequence(a, heap.cdr(clause), scope, at);
  }
  return unspecified;
});
