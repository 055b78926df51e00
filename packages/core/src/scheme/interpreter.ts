/// One Scheme interpreter: a heap, a machine and the global environment.
import { Analyzer } from "./compiler/analyze.ts";
import { Description } from "./compiler/code.ts";
import { forms } from "./compiler/forms.ts";
import { Generator } from "./compiler/generate.ts";
import { Scope } from "./compiler/nodes.ts";
import type { Definition } from "./definition.ts";
import { Environments } from "./environments.ts";
import { type Condition, condition, outOfRange, SchemeError, wrongType } from "./errors.ts";
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
import { Symbols } from "./names.ts";
import { Tower } from "./numbers/tower.ts";
import { intern, symbolName } from "./symbols.ts";
import { Tables } from "./tables.ts";
import { type PrintOptions, print } from "./text/printer.ts";
import { Reader, vectorLetter } from "./text/reader.ts";
import { byteLength, decode, encodeInto } from "./text/strings.ts";
import {
  charWord,
  EOF,
  FALSE,
  Flag,
  fix,
  isChar,
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
  UNDEFINED,
  UNSPECIFIED,
} from "./words.ts";

export interface InterpreterOptions {
  /// Upper bound of the heap in bytes; 128 MiB unless given.
  heapMax?: number;
  /// Upper bound of the stack in words; 4 Mi words unless given.
  stackWords?: number;
  /// Where text written to the standard ports goes. Nowhere unless given.
  output?: (text: string) => void;
  errors?: (text: string) => void;
  /// File access, where the host allows any.
  files?: FileAccess;
  /// Milliseconds from any origin, for timing collections.
  now?: () => number;
  /// Calls and loop rounds an evaluation may use before it ends with the error `timeout`; unlimited unless given.
  fuel?: number;
  /// Leaves out the library of Scheme For Max's names (`range`, `filter`, `stringify` ...).
  bare?: boolean;
  /// Uses the machine's reference loop where the faster one would be available.
  reference?: boolean;
}

export interface FileAccess {
  /// The file's bytes, undefined when it cannot be read.
  read(path: string): Uint8Array | undefined;
  write(path: string, bytes: Uint8Array): boolean;
  exists(path: string): boolean;
  remove(path: string): boolean;
}

/// Thrown through the host by `(exit)`.
export class ExitRequest extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/// Settings of `*s7*`.
export interface Settings {
  printLength: number;
  equivalentFloatEpsilon: number;
  defaultRationalizeError: number;
  floatFormatPrecision: number;
  [name: string]: number;
}

export class Interpreter {
  readonly heap: Heap;
  readonly w: Int32Array;
  readonly tower: Tower;
  readonly tables: Tables;
  readonly environments: Environments;
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

  private readonly cells: number[] = [];
  private readonly globals: number[] = [];
  private readonly builtinCells: number[] = [];
  private readonly initial = new Map<number, number>();
  private readonly shapeNumbers = new Map<string, number>();
  private readonly special = new Map<number, Map<number, number>>();
  private file = 0;
  /// Environment in which code is being compiled, for macros it defines; NIL for the global one.
  private compileEnvironment = NIL;
  private provided = new Set<number>();

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
    for (const symbol of this.globals) this.initial.set(symbol, this.w[this.cells[symbolId(symbol)] + 2]);
    this.iteratorStep = this.keep(this.globalValue(intern("{iterator-step}")));
    this.settingsObject();
    this.refreshFeatures();
    this.specialise("member", 2, "{member}");
    this.specialise("assoc", 2, "{assoc}");
    this.specialise("map", 2, "{map-1}");
    this.specialise("for-each", 2, "{for-each-1}");
    this.files.length = 1;
  }

  private installBuiltins(): void {
    for (const [symbol] of forms) this.setGlobalValue(symbol, syntaxWord(symbolId(symbol)));
    builtins.forEach((definition, i) => {
      const cell = this.keep(this.heap.cell3(Type.Builtin, fix(i), NONE, NONE));
      this.builtinCells.push(cell);
      const symbol = intern(definition.name);
      this.setGlobalValue(symbol, cell);
      this.initial.set(symbol, cell);
    });
    for (const symbol of [intern("else"), intern("=>")]) this.setGlobalValue(symbol, symbol);
    for (const name of ["s7", "s7-9.17", "heddle", "ratios", "complex-numbers"]) this.provide(intern(name));
  }

  private settingsObject(): void {
    this.setGlobalValue(intern("*s7*"), this.heap.cell3(Type.Settings, NONE, NONE, NONE));
  }

  refreshFeatures(): void {
    this.setGlobalValue(intern("*features*"), this.features);
  }

  private specialise(name: string, count: number, version: string): void {
    let counts = this.special.get(intern(name));
    if (counts === undefined) this.special.set(intern(name), (counts = new Map()));
    counts.set(count, intern(version));
  }

  /// A version of a library procedure for this many arguments (a symbol), 0 when there is none or the name was redefined.
  specialised(symbol: number, count: number): number {
    const version = this.special.get(symbol)?.get(count) ?? 0;
    return version !== 0 && this.globalValue(symbol) === this.initial.get(symbol) ? version : 0;
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
    return this.guarded(() => this.call(isSymbol(procedure) ? this.globalValue(procedure) : procedure, ...args));
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
    const place = this.machine.place();
    const message = this.conditionText(condition);
    const trace = this.machine.trace();
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
    if (this.heap.isPair(form) && this.heap.car(form) === this.symbols.begin && isSyntax(this.globalValue(this.symbols.begin))) {
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

  // Global environment

  existingCell(symbol: number): number {
    return this.cells[symbolId(symbol)] ?? 0;
  }

  globalCell(symbol: number): number {
    const id = symbolId(symbol);
    let cell = this.cells[id] ?? 0;
    if (cell === 0) {
      cell = this.keep(this.heap.cell3(Type.Global, symbol, UNBOUND, NONE));
      this.cells[id] = cell;
      this.globals.push(symbol);
    }
    return cell;
  }

  /// UNBOUND when the symbol has no global value.
  globalValue(symbol: number): number {
    if (!isSymbol(symbol)) return UNBOUND;
    const cell = this.existingCell(symbol);
    return cell === 0 ? UNBOUND : this.w[cell + 2];
  }

  setGlobalValue(symbol: number, value: number): void {
    this.heap.put(this.globalCell(symbol) + 2, value);
  }

  eachGlobal(visit: (symbol: number, value: number) => void): void {
    for (const symbol of this.globals) {
      const value = this.globalValue(symbol);
      if (value !== UNBOUND) visit(symbol, value);
    }
  }

  /// What `#_name` reads as: the value the interpreter started with.
  initialValue(symbol: number): number {
    return this.initial.get(symbol) ?? this.globalValue(symbol);
  }

  builtin(definition: number): number {
    return this.builtinCells[definition];
  }

  builtinNamed(name: string): number {
    return this.initialValue(intern(name));
  }

  provide(feature: number): void {
    this.provided.add(feature);
  }

  isProvided(feature: number): boolean {
    return this.provided.has(feature);
  }

  get features(): number {
    return this.heap.list(...this.provided);
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

  /// Dimensions of a vector, one for each.
  dimensions(v: number): number[] {
    const shape = this.shapeOf(v);
    if (shape === NONE) return [this.heap.length(v)];
    const out: number[] = [];
    for (let l = shape; this.heap.isPair(l); l = this.heap.cdr(l)) out.push(this.heap.car(l) >> 1);
    return out;
  }

  /// The list of a vector's dimensions, NONE when it has one.
  private shapeOf(v: number): number {
    const shape = this.w[v + 2];
    if (shape === NONE) return NONE;
    // (dimensions . owner) for a part of another vector.
    const first = this.heap.car(shape);
    return this.heap.isPair(first) ? first : isFix(first) ? shape : NONE;
  }

  vectorRef(v: number, i: number): number {
    const { heap } = this;
    switch (this.w[v] & 0xff) {
      case Type.Vector:
        return this.w[heap.data(v) + i];
      case Type.FloatVector:
        return heap.float(heap.f[(heap.data(v) >> 1) + i]);
      case Type.ByteVector:
        return fix(heap.b[heap.data(v) * 4 + i]);
      default: {
        const at = heap.data(v) + i * 2;
        const low = this.w[at];
        const high = this.w[at + 1];
        return high === low >> 31 ? heap.integer(low) : heap.int64(high, low);
      }
    }
  }

  /// A vector from the items of a literal such as `#2d((1 2) (3 4))`.
  vectorFromNested(letter: string, rank: number, items: number[]): number {
    const dimensions: number[] = [items.length];
    let flat = items;
    for (let d = 1; d < rank; d++) {
      const rows = flat.map((row) => this.listItems(row));
      const count = rows[0]?.length ?? 0;
      if (rows.some((row) => row.length !== count)) throw condition(this, "read-error", "#nd(...) rows are not of the same length");
      dimensions.push(count);
      flat = rows.flat();
    }
    const v = this.makeVector(vectorLetter[letter], flat.length, rank > 1 ? dimensions : undefined);
    flat.forEach((item, i) => {
      this.vectorSet(v, i, item);
    });
    return v;
  }

  listItems(list: number): number[] {
    const out: number[] = [];
    for (let l = list; this.heap.isPair(l); l = this.heap.cdr(l)) out.push(this.heap.car(l));
    return out;
  }

  makeVector(type: number, length: number, dimensions?: number[]): number {
    const v = type === Type.Vector ? this.heap.vector(length) : this.heap.numberVector(type, length);
    if (dimensions !== undefined && dimensions.length > 1) this.w[v + 2] = this.heap.list(...dimensions.map(fix));
    return v;
  }

  /// Stores an element; the name in errors is that of the vector's own setter.
  vectorSet(v: number, i: number, value: number): void {
    const { heap } = this;
    switch (this.w[v] & 0xff) {
      case Type.Vector:
        heap.put(heap.data(v) + i, value);
        return;
      case Type.FloatVector:
        if (!this.tower.isReal(value)) throw wrongType(this, "float-vector-set!", 3, value, "a real");
        heap.f[(heap.data(v) >> 1) + i] = this.tower.real(value);
        return;
      case Type.ByteVector:
        if (!isFix(value) || value < 0 || value >> 1 > 255) throw wrongType(this, "byte-vector-set!", 3, value, "a byte");
        heap.b[heap.data(v) * 4 + i] = value >> 1;
        return;
      default: {
        if (!this.tower.isInteger(value)) throw wrongType(this, "int-vector-set!", 3, value, "an integer");
        const at = heap.data(v) + i * 2;
        if (isFix(value)) {
          this.w[at] = value >> 1;
          this.w[at + 1] = value >> 31;
        } else {
          this.w[at] = this.w[value + 2];
          this.w[at + 1] = this.w[value + 3];
        }
      }
    }
  }

  isVector(v: number): boolean {
    const type = this.heap.typeOf(v);
    return type >= Type.Vector && type <= Type.ByteVector;
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

  procedureText(v: number): string {
    const type = this.w[v] & 0xff;
    if (type === Type.Builtin) return this.definitions[this.w[v + 1] >> 1].name;
    const closure = type === Type.Macro ? this.w[v + 1] : v;
    const name = this.closureName(closure);
    if (name !== 0) return symbolName(name);
    const source = this.closureSource(closure);
    if (!this.heap.isPair(source)) return "#<lambda ()>";
    const parameters = this.listItemsWithTail(this.heap.car(this.heap.cdr(source)));
    return `#<${symbolName(this.heap.car(source))} ${parameters}>`;
  }

  private listItemsWithTail(list: number): string {
    if (isSymbol(list)) return symbolName(list);
    const names: string[] = [];
    let l = list;
    for (; this.heap.isPair(l); l = this.heap.cdr(l)) {
      const item = this.heap.car(l);
      names.push(this.display(this.heap.isPair(item) ? this.heap.car(item) : item));
    }
    return `(${names.join(" ")}${l === NIL ? "" : ` . ${this.display(l)}`})`;
  }

  /// Names of types in messages.
  describeType(v: number): string {
    if (isFix(v)) return "an integer";
    if (isSymbol(v)) return "a symbol";
    if (isChar(v)) return "a character";
    if (v === NIL) return "nil";
    if (v === TRUE || v === FALSE) return "boolean";
    if (v === UNSPECIFIED || v === UNDEFINED) return "untyped";
    if (isSyntax(v)) return "syntactic";
    if (v === EOF) return "an eof object";
    return typeNames.get(this.heap.typeOf(v)) ?? "an object";
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

const typeNames = new Map<number, string>([
  [Type.Pair, "a pair"],
  [Type.Float, "a real"],
  [Type.Int64, "an integer"],
  [Type.Ratio, "a ratio"],
  [Type.Complex, "a complex number"],
  [Type.String, "a string"],
  [Type.Vector, "a vector"],
  [Type.FloatVector, "a float-vector"],
  [Type.IntVector, "an int-vector"],
  [Type.ByteVector, "a byte-vector"],
  [Type.HashTable, "a hash-table"],
  [Type.Closure, "a procedure"],
  [Type.Macro, "a macro"],
  [Type.Builtin, "a procedure"],
  [Type.Continuation, "a continuation"],
  [Type.Exit, "a goto procedure"],
  [Type.Let, "an environment"],
  [Type.Frame, "an environment"],
  [Type.Iterator, "an iterator"],
  [Type.InputPort, "an input port"],
  [Type.OutputPort, "an output port"],
  [Type.CPointer, "a raw C pointer"],
  [Type.RandomState, "a random state"],
  [Type.Values, "multiple values"],
  [Type.Settings, "an environment"],
]);
