/// One Scheme interpreter: a heap, a machine and the global environment.
import { Analyzer } from "./compiler/analyze.ts";
import { Description } from "./compiler/code.ts";
import { forms } from "./compiler/forms.ts";
import { Generator } from "./compiler/generate.ts";
import { Scope } from "./compiler/nodes.ts";
import type { Definition } from "./definition.ts";
import { Environments } from "./environments.ts";
import { type Condition, condition, outOfRange, SchemeError, wrongType } from "./errors.ts";
import { Globals } from "./globals.ts";
import { Heap } from "./heap/heap.ts";
import { SHAPES } from "./heap/memory.ts";
import { boot } from "./library/boot.ts";
import { typePredicate } from "./library/control.ts";
import { format } from "./library/format.ts";
import { builtins } from "./library/index.ts";
import { portText } from "./library/ports.ts";
import { prelude } from "./library/prelude.ts";
import { items, putItems, reversed } from "./library/sequences.ts";
import { Machine } from "./machine/machine.ts";
import { placeOf, traceOf } from "./machine/trace.ts";
import { Symbols } from "./names.ts";
import { Tower } from "./numbers/tower.ts";
import { ExitRequest, type InterpreterOptions, type Settings } from "./options.ts";
import { intern, symbolName } from "./symbols.ts";
import { Tables } from "./tables.ts";
import { type PrintOptions, print } from "./text/printer.ts";
import { Reader } from "./text/reader.ts";
import { byteLength, decode, encodeInto } from "./text/strings.ts";
import { Vectors } from "./vectors.ts";
import {
  charWord,
  EOF,
  FALSE,
  Flag,
  fix,
  isFix,
  isSymbol,
  isSyntax,
  MANY,
  NIL,
  NONE,
  Reg,
  symbolId,
  syntaxWord,
  TRUE,
  Type,
  UNBOUND,
  UNSPECIFIED,
} from "./words.ts";

export class Interpreter {
  readonly heap: Heap;
  readonly w: Int32Array;
  readonly tower: Tower;
  readonly tables: Tables;
  readonly environments: Environments;
  readonly globals: Globals;
  readonly vectors: Vectors;
  readonly machine: Machine;
  readonly symbols = new Symbols();
  readonly reg = Reg;
  readonly definitions: readonly Definition[] = builtins;
  readonly shapes: number[][] = [];
  readonly options: InterpreterOptions;
  readonly settings: Settings = {
    printLength: 12,
    equivalentFloatEpsilon: 1e-15,
    defaultRationalizeError: 1e-12,
    floatFormatPrecision: 16,
  };
  readonly rootlet: number;
  readonly stdout: number;
  readonly stderr: number;
  readonly stdin: number;
  /// The current output port (word).
  output: number;
  /// Procedures that `set!` calls for a place whose operator is that builtin.
  readonly setters = new Map<string, string>();
  /// The current input port (word).
  input: number;
  readonly true = TRUE;
  /// Paths of open output files, by port number less 3.
  readonly outputFiles: string[] = [];
  /// Milliseconds between collections that the host starts, and whether it does.
  gcInterval = 0;
  gcTimer = false;
  /// Steps an iterator whose values a procedure makes.
  iteratorStep = NIL;
  /// The builtin that is running, for its name in messages.
  current: Definition;
  readonly now: () => number;
  /// Names of files that code was read from; 0 stands for none.
  readonly files: string[] = ["*repl*"];

  private readonly shapeNumbers = new Map<string, number>();
  private file = 0;
  /// Environment in which code is being compiled, for macros it defines; NIL for the global one.
  private compileEnvironment = NIL;

  constructor(options: InterpreterOptions = {}) {
    this.options = options;
    const clock = (globalThis as { performance?: { now(): number } }).performance;
    this.now = options.now ?? (clock === undefined ? () => Date.now() : () => clock.now());
    this.heap = new Heap(
      { heapMax: options.heapMax ?? 128 * 1024 * 1024, stackWords: options.stackWords ?? 4 * 1024 * 1024 },
      this.now,
      options.reference,
    );
    this.w = this.heap.w;
    this.tower = new Tower(this.heap);
    this.tables = new Tables(this);
    this.environments = new Environments(this);
    this.globals = new Globals(this.heap);
    this.vectors = new Vectors(this);
    this.current = builtins[0];
    this.rootlet = this.keep(this.heap.cell3(Type.Let, NIL, NONE, NONE));
    this.stdout = this.keep(this.makePort(1));
    this.stderr = this.keep(this.makePort(2));
    this.stdin = this.keep(this.heap.cell3(Type.InputPort, this.string(""), fix(0), fix(1)));
    this.output = this.stdout;
    this.input = this.stdin;
    this.machine = new Machine(this);
    this.installBuiltins();
    for (const text of options.bare === true ? [prelude] : [prelude, boot]) this.run(text, "prelude");
    this.globals.settle();
    this.iteratorStep = this.keep(this.globals.value(intern("{iterator-step}")));
    this.globals.set(intern("*s7*"), this.heap.cell3(Type.Settings, NONE, NONE, NONE));
    this.globals.provide(...["s7", "s7-9.17", "heddle", "ratios", "complex-numbers"].map(intern));
    this.globals.specialise("member", 2, "{member}");
    this.globals.specialise("assoc", 2, "{assoc}");
    this.globals.specialise("map", 2, "{map-1}");
    this.globals.specialise("for-each", 2, "{for-each-1}");
    this.files.length = 1;
  }

  private installBuiltins(): void {
    for (const [symbol] of forms) this.globals.set(symbol, syntaxWord(symbolId(symbol)));
    builtins.forEach(({ name }, i) => {
      this.globals.addBuiltin(name, this.keep(this.heap.cell3(Type.Builtin, fix(i), NONE, NONE)));
    });
    for (const symbol of [intern("else"), intern("=>")]) this.globals.set(symbol, symbol);
  }

  /// Keeps a value alive for as long as the interpreter lives.
  keep(value: number): number {
    this.heap.roots.push(value);
    return value;
  }

  private makePort(number: number): number {
    return this.heap.cell3(Type.OutputPort, this.string(""), fix(0), fix(number));
  }

  // Evaluation

  /// Evaluates every form of a text and returns the last value. Throws SchemeError.
  run(text: string, file = "*repl*"): number {
    return this.guarded(() => {
      const bytes = new TextEncoder().encode(text);
      const reader = new Reader(this, bytes);
      const outer = this.file;
      this.file = this.fileNumber(file);
      let value: number = UNSPECIFIED;
      try {
        for (;;) {
          const form = reader.read();
          if (form === EOF) return value;
          value = this.evaluate(form);
        }
      } finally {
        this.file = outer;
      }
    });
  }

  /// Evaluates a text and prints its value as `write` would.
  runToText(text: string, file?: string): string {
    const value = this.run(text, file);
    return this.write(value);
  }

  /// Calls what a symbol names, or a procedure, with values. Throws SchemeError.
  send(procedure: number, ...args: number[]): number {
    return this.guarded(() => this.call(isSymbol(procedure) ? this.globals.value(procedure) : procedure, ...args));
  }

  /// Applies a list `(name constant ...)` without compiling it, or evaluates it when it is anything else. Makes no garbage of the host. Throws SchemeError.
  message(list: number): number {
    this.machine.refuel();
    try {
      return this.machine.message(list);
    } catch (error) {
      throw this.toHostError(error);
    }
  }

  private guarded(body: () => number): number {
    this.machine.refuel();
    try {
      return body();
    } catch (error) {
      throw this.toHostError(error);
    }
  }

  private toHostError(error: unknown): unknown {
    const condition = this.machine.asCondition(error);
    if (condition === undefined) return error;
    const place = placeOf(this);
    const message = this.conditionText(condition);
    const trace = traceOf(this);
    this.machine.reset();
    return new SchemeError(this.display(condition.type), message, place, trace);
  }

  /// The message of a condition: its format string with its values.
  conditionText(c: Condition): string {
    if (c.thrown || !this.heap.isPair(c.info) || !this.isString(this.heap.car(c.info))) return this.display(c.info);
    try {
      return this.formatConditionText(c.info);
    } catch {
      return this.display(c.info);
    }
  }

  private formatConditionText(info: number): string {
    const [control, ...values] = this.listItems(info);
    return format(this, this.text(control), values);
  }

  /// Evaluates one form in the global environment.
  evaluate(form: number): number {
    // Each part of a sequence is compiled when the ones before it have run: they may define macros.
    if (this.heap.isPair(form) && this.heap.car(form) === this.symbols.begin && isSyntax(this.globals.value(this.symbols.begin))) {
      let value: number = NIL;
      for (let rest = this.heap.cdr(form); this.heap.isPair(rest); rest = this.heap.cdr(rest)) value = this.evaluate(this.heap.car(rest));
      return value;
    }
    return this.call(this.compile(form, NIL));
  }

  /// A procedure without parameters that computes `form` in an environment (NIL or the root: the global one).
  compile(form: number, environment: number): number {
    const { heap } = this;
    const e = environment === this.rootlet ? NIL : environment;
    const outer = this.compileEnvironment;
    this.compileEnvironment = e;
    try {
      const analyzer = new Analyzer(this);
      const scope = new Scope(undefined, 0, e !== NIL);
      const code = Generator.program(this, analyzer.expression(form, scope), fix(this.file));
      return heap.cell3(Type.Closure, code, e, NONE);
    } finally {
      this.compileEnvironment = outer;
    }
  }

  evaluateAtCompileTime(form: number): number {
    return this.call(this.compile(form, NIL));
  }

  /// Compiles a procedure that was only read when it was defined; `code` is its Code object.
  compileLazily(code: number): number {
    const description = this.heap.data(this.w[code + 2]);
    const done = this.w[description + Description.Places];
    if (this.heap.isType(done, Type.Code)) return done;
    const source = this.w[description + Description.Source];
    const outer = this.file;
    this.file = this.w[description + Description.File] >> 1;
    try {
      const analyzer = new Analyzer(this);
      const star = this.heap.car(source) !== this.symbols.lambda && /\*$/.test(symbolName(this.heap.car(source)));
      const rest = this.heap.cdr(source);
      const name = this.w[description + Description.Name];
      const place = this.w[description + Description.Place];
      if (isFix(place)) analyzer.place = place;
      analyzer.eager = true;
      const node = analyzer.procedure(this.heap.car(rest), this.heap.cdr(rest), new Scope(undefined, 0), {
        name: name === FALSE ? 0 : name,
        star,
        source,
      });
      if (node.kind !== "lambda") throw new Error("a procedure was expected");
      const compiled = new Generator(this, [], fix(this.file)).procedure(node.procedure);
      this.heap.put(description + Description.Places, compiled);
      return compiled;
    } finally {
      this.file = outer;
    }
  }

  /// Calls a procedure from the host, or from a builtin, and returns its value.
  call(procedure: number, ...args: number[]): number {
    return this.machine.call(procedure, args);
  }

  /// The file that forms are being read from, as a number for `Code`.
  fileNumber(name: string): number {
    const i = this.files.indexOf(name);
    if (i >= 0) return i;
    return this.files.push(name) - 1;
  }

  shape(symbols: number[]): number {
    const key = symbols.join(" ");
    let n = this.shapeNumbers.get(key);
    if (n === undefined) {
      n = this.shapes.push(symbols) - 1;
      if (n >= SHAPES) throw condition(this, "syntax-error", "more than ~D different sets of variables", fix(SHAPES));
      this.w[this.w[Reg.Shapes] + n] = symbols.length;
      this.shapeNumbers.set(key, n);
    }
    return n;
  }

  symbol(name: string): number {
    return intern(name);
  }

  /// The value of an unbound variable, where there is a way to find one.
  unboundHook(_symbol: number): number {
    return UNBOUND;
  }

  /// Whether a symbol's setter also wants the environment.
  isThreeArgumentSetter(setter: number): boolean {
    if (!this.heap.isType(setter, Type.Closure)) return false;
    const code = this.compiledCode(setter);
    return this.w[code] >>> 12 === 3;
  }

  /// The code of a closure, compiled.
  compiledCode(closure: number): number {
    const code = this.w[closure + 1];
    return (this.w[code] & Flag.Lazy) !== 0 ? this.compileLazily(code) : code;
  }

  portText(port: number): number {
    return portText(this, port);
  }

  typePredicate(v: number): number {
    return typePredicate(this, v);
  }

  reverseInPlace(v: number): number {
    const turned = reversed(this, v);
    putItems(this, v, items(this, turned));
    return v;
  }

  exitRequest(code: number): ExitRequest {
    return new ExitRequest(code);
  }

  setFile(name: string): void {
    this.file = this.fileNumber(name);
  }

  // Macros

  isMacro(v: number): boolean {
    return this.heap.isType(v, Type.Macro);
  }

  /// Calls a macro with the operands of a form as they stand.
  expand(macro: number, form: number): number {
    const args: number[] = [];
    for (let rest = this.heap.cdr(form); this.heap.isPair(rest); rest = this.heap.cdr(rest)) args.push(this.heap.car(rest));
    const expansion = this.call(this.w[macro + 1], ...args);
    if (expansion !== MANY) return expansion;
    return this.heap.cons(this.symbols.begin, this.w[Reg.Values]);
  }

  lookupForCompiler(symbol: number): number {
    const at = this.environments.lookup(this.compileEnvironment, symbol);
    return at === 0 ? UNBOUND : this.w[at];
  }

  // Values and text

  string(text: string): number {
    const length = byteLength(text);
    const s = this.heap.numberVector(Type.String, length);
    if (length > 0) encodeInto(text, this.heap.b, this.heap.data(s) * 4);
    return s;
  }

  bytesToString(bytes: ArrayLike<number>): number {
    const s = this.heap.numberVector(Type.String, bytes.length);
    this.heap.b.set(bytes, this.heap.data(s) * 4);
    return s;
  }

  isString(v: number): boolean {
    return this.heap.isType(v, Type.String);
  }

  text(v: number): string {
    return decode(this.heap.b, this.heap.data(v) * 4, this.heap.length(v));
  }

  symbolText(v: number): string {
    return isSymbol(v) ? symbolName(v) : isSyntax(v) ? symbolName(((v >>> 8) << 3) | 6) : "";
  }

  write(v: number, options: Partial<PrintOptions> = {}): string {
    return print(this, v, { write: true, ...options });
  }

  display(v: number): string {
    return print(this, v, { write: false });
  }

  listItems(list: number): number[] {
    const out: number[] = [];
    for (let l = list; this.heap.isPair(l); l = this.heap.cdr(l)) out.push(this.heap.car(l));
    return out;
  }

  isProcedure(v: number): boolean {
    const type = this.heap.typeOf(v);
    return type === Type.Closure || type === Type.Builtin || type === Type.Continuation || type === Type.Exit;
  }

  closureName(v: number): number {
    const name = this.w[this.heap.data(this.w[this.w[v + 1] + 2]) + Description.Name];
    return name === FALSE ? 0 : name;
  }

  /// `(lambda (x) ...)` as it was written, for closures.
  closureSource(v: number): number {
    return this.w[this.heap.data(this.w[this.w[v + 1] + 2]) + Description.Source];
  }

  // Errors

  error(type: string, format: string, ...values: number[]): Condition {
    return condition(this, type, format, ...values);
  }

  /// The running builtin got a value of the wrong type as its nth argument.
  wrongType(n: number, value: number, expected: string): Condition {
    return wrongType(this, this.current.name, this.current.arity[1] === 1 ? 0 : n, value, expected);
  }

  wrongTypeIn(name: string, n: number, value: number, expected: string): Condition {
    return wrongType(this, name, n, value, expected);
  }

  outOfRange(n: number, value: number, why: string): Condition {
    return outOfRange(this, this.current.name, this.current.arity[1] === 1 ? 0 : n, value, why);
  }

  outOfRangeIn(name: string, n: number, value: number, why: string): Condition {
    return outOfRange(this, name, n, value, why);
  }

  char(code: number): number {
    return charWord(code);
  }

  isImmutable(v: number): boolean {
    return (v & 3) === 0 && (this.w[v] & Flag.Immutable) !== 0;
  }
}
