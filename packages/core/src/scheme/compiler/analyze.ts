/// From source data to nodes: expands macros and special forms, resolves names, finds what is captured or assigned.
import { type Condition, condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { intern, isKeyword, keywordSymbol, symbolName } from "../symbols.ts";
import { FALSE, Flag, isSymbol, isSyntax, NIL, Type, UNSPECIFIED } from "../words.ts";
import { forms } from "./forms.ts";
import { constant, NOWHERE, type Node, type Position, type Procedure, Scope, type Variable } from "./nodes.ts";

/// Deepest nesting of expressions; beyond it the host's stack would be at risk.
const MAX_NESTING = 1200;

/// Names whose use makes the environment around them visible to the program.
const REIFYING = new Set(
  ["curlet", "eval", "eval-string", "symbol->value", "symbol->dynamic-value", "defined?", "load", "varlet", "cutlet", "setter"].map(intern),
);
/// Of those, the ones that take an environment as an argument at this position and then do not look around.
const ENVIRONMENT_ARGUMENT = new Map(
  [
    ["eval", 2],
    ["eval-string", 2],
    ["symbol->value", 2],
    ["defined?", 2],
    ["load", 2],
    ["varlet", 1],
    ["cutlet", 1],
  ].map(([name, n]) => [intern(name as string), n as number]),
);

export class Analyzer {
  readonly s: Interpreter;
  private nesting = 0;
  /// Place of the innermost form that has one.
  place = 0;
  private level = 0;
  /// Set to analyse a top-level procedure now.
  eager = false;

  constructor(s: Interpreter) {
    this.s = s;
  }

  syntaxError(text: string, ...values: number[]): Condition {
    return condition(this.s, "syntax-error", text, ...values);
  }

  /// Items of a proper list, or undefined.
  items(list: number): number[] | undefined {
    const { heap } = this.s;
    const out: number[] = [];
    let l = list;
    for (; heap.isPair(l); l = heap.cdr(l)) {
      out.push(heap.car(l));
      if (out.length > 1e6) return undefined;
    }
    return l === NIL ? out : undefined;
  }

  /// The operands of a form; a syntax error when they are not a proper list.
  operands(form: number, name: string): number[] {
    const items = this.items(this.s.heap.cdr(form));
    if (items === undefined) throw this.syntaxError(`${name}: stray dot? ~S`, form);
    return items;
  }

  lookup(symbol: number, scope: Scope): Variable | undefined {
    for (let s: Scope | undefined = scope; s !== undefined; s = s.parent) {
      const variable = s.own(symbol);
      if (variable !== undefined) return variable;
      if (s.dynamic) return undefined;
    }
    return undefined;
  }

  reference(symbol: number, scope: Scope): Node {
    if (isKeyword(symbol)) return constant(symbol);
    const variable = this.lookup(symbol, scope);
    if (variable === undefined) {
      if (REIFYING.has(symbol)) scope.reify();
      return { kind: "free", symbol, scope };
    }
    if (variable.loop !== undefined) variable.loop.escapes = true;
    if (variable.scope.level !== scope.level) variable.framed = true;
    return { kind: "local", variable, scope };
  }

  expression(form: number, scope: Scope, at: Position = NOWHERE): Node {
    if (isSymbol(form)) return this.reference(form, scope);
    const { heap } = this.s;
    if (!heap.isPair(form)) return constant(form);
    if (++this.nesting > MAX_NESTING) {
      this.nesting = 0;
      throw condition(this.s, "syntax-error", "expressions are nested too deeply (more than ~D levels)", heap.integer(MAX_NESTING));
    }
    const outer = this.place;
    if (heap.w[form + 3] !== 0) this.place = heap.w[form + 3];
    const node = this.pair(form, scope, at);
    this.place = outer;
    this.nesting--;
    return node;
  }

  private pair(form: number, scope: Scope, at: Position): Node {
    const { s } = this;
    const head = s.heap.car(form);
    if (isSymbol(head) && !isKeyword(head)) {
      const variable = this.lookup(head, scope);
      if (variable === undefined) {
        const value = s.globals.value(head);
        if (isSyntax(value)) return this.special(value, form, scope, at);
        if (!scope.looksUp && s.isMacro(value)) return this.expression(s.expand(value, form), scope, at);
        if (scope.looksUp && s.isMacro(s.lookupForCompiler(head)))
          return this.expression(s.expand(s.lookupForCompiler(head), form), scope, at);
      } else if (variable.macro !== 0) return this.expression(s.expand(variable.macro, form), scope, at);
      else if (variable.loop !== undefined && variable.scope.level === scope.level && at.loops.includes(variable.loop)) {
        const loop = variable.loop;
        const operands = this.operands(form, symbolName(head));
        if (operands.length === loop.variables.length) {
          return { kind: "again", loop, values: operands.map((o) => this.expression(o, scope)) };
        }
      }
    } else if (isSyntax(head)) return this.special(head, form, scope, at);
    else if (s.isMacro(head)) return this.expression(s.expand(head, form), scope, at);
    else if (s.heap.isPair(head)) {
      const macro = this.macroForm(head, scope);
      if (macro !== 0) return this.expression(s.expand(macro, form), scope, at);
    }
    return this.call(form, scope);
  }

  private special(syntax: number, form: number, scope: Scope, at: Position): Node {
    const symbol = ((syntax >>> 8) << 3) | 6;
    return forms.get(symbol)!(this, form, scope, at);
  }

  private call(form: number, scope: Scope): Node {
    const { heap } = this.s;
    const items = this.items(heap.cdr(form));
    if (items === undefined) throw this.syntaxError("improper list of arguments: ~S", form);
    const head = heap.car(form);
    const place = this.place;
    const given = ENVIRONMENT_ARGUMENT.get(head);
    const explicit = given !== undefined && items.length >= given && this.lookup(head, scope) === undefined;
    const operator: Node = explicit ? { kind: "free", symbol: head, scope } : this.expression(head, scope);
    return { kind: "call", operator, operands: items.map((o) => this.expression(o, scope)), place };
  }

  /// A `(macro (...) ...)` form made into a macro while compiling, 0 for anything else.
  macroForm(form: number, scope: Scope): number {
    const { s } = this;
    if (!s.heap.isPair(form)) return 0;
    const head = s.heap.car(form);
    if (!s.symbols.macroMakers.has(head) || this.lookup(head, scope) !== undefined) return 0;
    return s.evaluateAtCompileTime(form);
  }

  /// A body: its definitions belong to `scope`.
  body(list: number, scope: Scope, at: Position = NOWHERE): Node {
    const { heap } = this.s;
    if (scope.parent !== undefined || scope.level > 0) this.declareDefinitions(list, scope);
    const nodes: Node[] = [];
    let rest = list;
    for (; heap.isPair(rest); rest = heap.cdr(rest))
      nodes.push(this.expression(heap.car(rest), scope, heap.cdr(rest) === NIL ? at : NOWHERE));
    if (rest !== NIL) throw this.syntaxError("stray dot in a body: ~S", list);
    if (nodes.length === 1) return nodes[0];
    return { kind: "sequence", body: nodes };
  }

  /// Declares what the `define`s of a body bind, so that earlier procedures can refer to later ones.
  private declareDefinitions(list: number, scope: Scope): void {
    const { heap, symbols } = this.s;
    if (scope.dynamic) return;
    for (let rest = list; heap.isPair(rest); rest = heap.cdr(rest)) {
      const form = heap.car(rest);
      if (!heap.isPair(form) || !heap.isPair(heap.cdr(form))) continue;
      const head = heap.car(form);
      if (!isSymbol(head) || this.lookup(head, scope) !== undefined) continue;
      if (head === symbols.begin) this.declareDefinitions(heap.cdr(form), scope);
      else if (symbols.definers.has(head)) {
        let target = heap.car(heap.cdr(form));
        while (heap.isPair(target)) target = heap.car(target);
        if (isSymbol(target) && scope.own(target) === undefined) scope.declare(target);
      }
    }
  }

  /// Assigned variables live in frames: a continuation that is entered again must not see its stack's old values.
  assign(symbol: number, scope: Scope, value: Node): Node {
    const variable = this.lookup(symbol, scope);
    if (variable === undefined) return { kind: "setFree", symbol, scope, value };
    if (variable.loop !== undefined) variable.loop.escapes = true;
    variable.framed = true;
    return { kind: "set", variable, scope, value };
  }

  /// `parameters` is the parameter list as written: symbols, `(name default)` when `star`, and a tail or `:rest` for the rest.
  procedure(parameters: number, body: number, scope: Scope, options: { name: number; star: boolean; source: number }): Node {
    const { heap, symbols } = this.s;
    const { place } = this;
    // What is defined at top level is analysed when it is first called: macros may be defined in between.
    if (!this.eager && scope.parent === undefined && scope.level === 0 && !scope.dynamic && isSimple(this.s, parameters, options.star)) {
      return { kind: "lazy", name: options.name, source: options.source, place };
    }
    this.eager = false;
    this.level++;
    const inner = new Scope(scope, scope.level + 1);
    const fn: Procedure = {
      name: options.name,
      parameters: [],
      required: 0,
      rest: false,
      star: options.star,
      allowOtherKeys: false,
      defaults: [],
      scope: inner,
      body: constant(UNSPECIFIED),
      source: options.source,
      place,
    };
    let rest = parameters;
    for (; heap.isPair(rest); rest = heap.cdr(rest)) {
      const item = heap.car(rest);
      if (options.star && item === symbols.allowOtherKeys) {
        fn.allowOtherKeys = true;
        continue;
      }
      if (options.star && item === symbols.restKeyword) {
        rest = heap.cdr(rest);
        if (!heap.isPair(rest) || !isSymbol(heap.car(rest)))
          throw this.syntaxError("lambda* :rest parameter not followed by a name: ~S", parameters);
        this.parameter(fn, heap.car(rest), parameters);
        fn.rest = true;
        continue;
      }
      if (options.star && heap.isPair(item)) {
        const variable = this.parameter(fn, heap.car(item), parameters);
        if (!heap.isPair(heap.cdr(item))) throw this.syntaxError("lambda* parameter default missing: ~S", item);
        fn.defaults.push({ variable, value: this.expression(heap.car(heap.cdr(item)), inner) });
        continue;
      }
      const variable = this.parameter(fn, item, parameters);
      if (options.star) fn.defaults.push({ variable, value: constant(FALSE) });
    }
    if (rest !== NIL) {
      this.parameter(fn, rest, parameters);
      fn.rest = true;
    }
    fn.required = options.star ? 0 : fn.parameters.length - (fn.rest ? 1 : 0);
    fn.body = this.body(body, inner);
    this.level--;
    return { kind: "lambda", procedure: fn };
  }

  private parameter(fn: Procedure, symbol: number, list: number): Variable {
    if (!isSymbol(symbol)) throw this.syntaxError("lambda parameter is not a symbol: ~S in ~S", symbol, list);
    if (isKeyword(symbol)) throw this.syntaxError("lambda parameter can't be a keyword: ~S in ~S", symbol, list);
    if (fn.scope.own(symbol) !== undefined) throw this.syntaxError("lambda parameter is used twice in the parameter list: ~S", list);
    const variable = fn.scope.declare(symbol);
    fn.parameters.push(variable);
    return variable;
  }

  /// The symbol a name stands for in `(inlet :a 1)` and the like.
  plain(symbol: number): number {
    return isKeyword(symbol) ? keywordSymbol(symbol) : symbol;
  }

  isImmutableGlobal(symbol: number): boolean {
    const g = this.s.globals.cell(symbol);
    return (this.s.w[g] & Flag.Immutable) !== 0 && this.s.heap.isType(g, Type.Global);
  }
}

/// Whether a parameter list is certainly correct.
function isSimple(s: Interpreter, parameters: number, star: boolean): boolean {
  const seen = new Set<number>();
  let l = parameters;
  for (; s.heap.isPair(l); l = s.heap.cdr(l)) {
    const item = s.heap.car(l);
    if (star || !isSymbol(item) || isKeyword(item) || seen.has(item)) return false;
    seen.add(item);
  }
  return l === NIL || (isSymbol(l) && !isKeyword(l) && !seen.has(l));
}
