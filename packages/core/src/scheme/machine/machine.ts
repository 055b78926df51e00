import type { Definition } from "../definition.ts";
import { Condition, condition } from "../errors.ts";
import { HeapExhausted } from "../heap/heap.ts";
import type { Interpreter } from "../interpreter.ts";
import { evalMessage } from "../library/control.ts";
import { intern } from "../symbols.ts";
import { APPLY, FALSE, Flag, fix, HEADER, MANY, NIL, NONE, Reg, TRUE, Type, unfix } from "../words.ts";
import { applyObject } from "./apply.ts";
import { makeLoop } from "./loop.ts";
import { instantiateLoop } from "./native.ts";
import { Op } from "./ops.ts";
import { fitArguments } from "./parameters.ts";
import type { LoopHost } from "./services.ts";
import * as variables from "./variables.ts";

/// Entries of the chain of handlers on the stack: words above their frame pointer.
const Handler = { Previous: 0, Kind: 1, Tag: 2, Procedure: 3, Winds: 4, Size: 5 } as const;
const Kind = { Catch: 0, Exit: 1, Output: 2 } as const;

/// Words of a pending unwinding.
const Unwind = { Target: 0, Kind: 1, A: 2, B: 3, Size: 4 } as const;
const Then = { Deliver: 0, Handle: 1, Resume: 2 } as const;

/// An escape whose target lies below a call made by the host.
class Jump {
  readonly object: number;
  readonly values: number;
  constructor(object: number, values: number) {
    this.object = object;
    this.values = values;
  }
}

/// Fuel handed to the loop at a time.
const SLICE = 100_000;
/// Fuel that handlers of a timeout may use.
const GRACE = 100_000;

export class Machine implements LoopHost {
  private readonly s: Interpreter;
  private readonly w: Int32Array;
  private readonly loop: () => number;
  /// Whether the loop runs as WebAssembly.
  readonly native: boolean;
  private depth = 0;
  /// Stack height below which this host call must not reach.
  private base = 0;
  private fuel = Number.POSITIVE_INFINITY;
  private interrupted = false;
  /// Whether this evaluation was told to stop before.
  private stopped = false;
  /// Addresses of instruction sequences used by the host.
  private readonly stub: { call: number; halt: number; catchReturn: number; exitReturn: number; outputReturn: number; unwound: number };
  private readonly binaryDefinitions: number[];
  private readonly unaryDefinitions: number[];

  constructor(s: Interpreter) {
    this.s = s;
    this.w = s.w;
    const native = s.options.reference === true ? undefined : instantiateLoop(s.heap, this);
    this.native = native !== undefined;
    this.loop = native ?? makeLoop(s.heap.w, s.heap.f, this);
    const code = s.keep(s.heap.object(4)) + 4;
    this.w.fill(0, code - 4, code + 12);
    this.w[code - 4] = Type.Code;
    this.w[code - 3] = NIL;
    this.w[code - 2] = NIL;
    this.w[code - 1] = fix(12);
    this.w.set([Op.Call, 0, Op.Halt, Op.CatchReturn, Op.ExitReturn, Op.OutputReturn, Op.Unwound], code);
    this.stub = { call: code, halt: code + 2, catchReturn: code + 3, exitReturn: code + 4, outputReturn: code + 5, unwound: code + 6 };
    const numbers = new Map(s.definitions.map((d, i) => [d.name, i]));
    this.binaryDefinitions = ["+", "-", "*", "modulo", "<", ">", "<=", ">=", "=", "vector-ref", "{map-cons}"].map((n) => numbers.get(n)!);
    this.unaryDefinitions = ["car", "cdr", "cadr", "cddr"].map((n) => numbers.get(n)!);
    this.base = this.w[Reg.Sp];
  }

  /// Gives a new evaluation its full share of fuel.
  refuel(): void {
    if (this.depth > 0) return;
    this.fuel = this.s.options.fuel ?? Number.POSITIVE_INFINITY;
    this.interrupted = false;
    this.stopped = false;
    this.w[Reg.Spared] = 0;
    this.grant();
    if (this.s.heap.emergency || (this.s.heap.collector.enabled && this.s.heap.collector.pressed)) {
      this.collect();
      this.s.heap.emergency &&= this.s.heap.isNearlyFull;
    }
  }

  /// Forgets everything that was going on, after an error that nobody handled.
  reset(): void {
    if (this.depth > 0) return;
    const { w } = this;
    w[Reg.Sp] = this.s.heap.memory.stackBase;
    w[Reg.Fp] = w[Reg.Sp];
    w[Reg.Handlers] = 0;
    w[Reg.Winds] = NIL;
    w[Reg.Pending] = 0;
    w[Reg.Env] = NIL;
    w[Reg.Acc] = NIL;
    this.s.output = this.s.stdout;
  }

  /// Stops the running evaluation at its next call or loop round with the error `interrupted`. Safe from a signal handler of the host.
  interrupt(): void {
    this.interrupted = true;
    this.s.heap.requestPoll();
  }

  /// A whole collection now; between events nothing but the registers and the stack holds values.
  collect(): void {
    if (this.depth <= 1) this.s.heap.collector.collect();
    else this.s.heap.collector.finish();
  }

  // Calls from the host

  call(procedure: number, args: readonly number[]): number {
    const { w } = this;
    const pc = w[Reg.Pc];
    const sp = w[Reg.Sp];
    const fp = w[Reg.Fp];
    const env = w[Reg.Env];
    const handlers = w[Reg.Handlers];
    const pending = w[Reg.Pending];
    const { base } = this;
    if (sp > this.s.heap.memory.stackEnd - 2048 - args.length)
      throw condition(this.s, "stack-too-big", "stack overflow in a call from the host");
    if (this.depth > 400) throw condition(this.s, "stack-too-big", "calls from builtins are nested too deeply");
    this.depth++;
    this.base = sp;
    w[Reg.Handlers] = 0;
    w[Reg.Pending] = 0;
    w[sp] = NIL;
    w[sp + 1] = fix(this.stub.halt);
    w[sp + 2] = fix(HEADER);
    w[sp + 3] = NIL;
    for (let i = 0; i < args.length; i++) w[sp + HEADER + i] = args[i];
    w[Reg.Sp] = sp + HEADER + args.length;
    w[Reg.Fp] = sp;
    w[Reg.Pc] = this.stub.call;
    w[this.stub.call + 1] = args.length;
    w[Reg.Acc] = procedure;
    try {
      return this.runLoop();
    } finally {
      this.depth--;
      this.base = base;
      w[Reg.Pending] = pending;
      w[Reg.Handlers] = handlers;
      w[Reg.Env] = env;
      // A failing top-level call leaves its stack for the report.
      if (this.depth > 0 || this.succeeded) {
        w[Reg.Pc] = pc;
        w[Reg.Sp] = sp;
        w[Reg.Fp] = fp;
      }
    }
  }

  private succeeded = false;

  /// Calls what a list names with the constants that follow, straight from the list.
  message(list: number): number {
    const { w } = this;
    const sp = w[Reg.Sp];
    if (this.depth > 0 || !evalMessage(this.s, list, sp + HEADER)) return this.call(this.s.compile(list, NIL), []);
    const n = w[Reg.Acc];
    const { base } = this;
    this.depth = 1;
    this.base = sp;
    w[sp] = NIL;
    w[sp + 1] = fix(this.stub.halt);
    w[sp + 2] = fix(HEADER);
    w[sp + 3] = NIL;
    w[Reg.Fp] = sp;
    w[Reg.Pc] = this.stub.call;
    w[this.stub.call + 1] = n;
    w[Reg.Acc] = w[Reg.Callee];
    try {
      const value = this.runLoop();
      w[Reg.Sp] = sp;
      return value;
    } finally {
      this.depth = 0;
      this.base = base;
    }
  }

  private runLoop(): number {
    for (;;) {
      try {
        this.succeeded = false;
        const value = this.loop();
        this.succeeded = true;
        return value;
      } catch (error) {
        this.recover(error);
      }
    }
  }

  /// Turns what the host's code may throw into a condition; undefined for what is none of Scheme's business.
  asCondition(error: unknown): Condition | undefined {
    if (error instanceof Condition) return error;
    if (error instanceof HeapExhausted) {
      this.s.heap.emergency = true;
      return condition(
        this.s,
        "heap-exhausted",
        "the heap has reached its limit of ~D bytes",
        this.s.heap.integer(this.s.heap.memory.pages * 4096),
      );
    }
    if (error instanceof RangeError && /call stack/i.test(error.message))
      return condition(this.s, "stack-too-big", "data is nested too deeply");
    return undefined;
  }

  /// Continues at the handler of an error, or throws it on when there is none in this call.
  private recover(error: unknown): void {
    if (error instanceof Jump) {
      if (unfix(this.w[error.object + 1]) <= this.base && this.depth > 1) throw error;
      this.startJump(error.object, error.values);
      return;
    }
    const c = this.asCondition(error);
    if (c === undefined) throw error;
    if (c.final) throw c;
    this.w[Reg.Pending] = 0;
    const handler = this.findCatch(c.type);
    if (handler === 0) throw c;
    const { heap } = this.s;
    this.unwind(this.w[handler + Handler.Winds], Then.Handle, fix(handler), heap.cons(c.type, c.info));
  }

  private findCatch(type: number): number {
    const { w } = this;
    for (let h = w[Reg.Handlers]; h !== 0; h = unfix(w[h + Handler.Previous])) {
      if (w[h + Handler.Kind] !== fix(Kind.Catch)) continue;
      const tag = w[h + Handler.Tag];
      if (tag === TRUE || tag === type) return h;
    }
    return 0;
  }

  // Calls to builtins

  prim(definition: number, n: number, a: number, b: number, c: number): number {
    const d = this.s.definitions[definition];
    this.s.current = d;
    const { w } = this;
    if (w[Reg.Pending] > 0 || (n > 0 && a === MANY) || (n > 1 && b === MANY) || (n > 2 && c === MANY))
      return this.primSpread(d, definition, n, a, b, c);
    try {
      return d.fn(this.s, n > 0 ? a : NONE, n > 1 ? b : NONE, n > 2 ? c : NONE, n, w[Reg.Sp] - n);
    } catch (error) {
      return this.method(error, d, this.argumentsOf(d, n, a, b, c));
    }
  }

  private argumentsOf(d: Definition, n: number, a: number, b: number, c: number): number[] {
    if (d.arity[1] >= 0 && d.arity[1] <= 3) return [a, b, c].slice(0, n);
    const at = this.w[Reg.Sp] - n;
    return Array.from(this.w.subarray(at, at + n));
  }

  private primSpread(d: Definition, definition: number, n: number, a: number, b: number, c: number): number {
    const { w } = this;
    const out: number[] = [];
    for (const v of this.argumentsOf(d, n, a, b, c)) {
      if (v === MANY) out.push(...this.s.listItems(w[Reg.Values]));
      else if (this.s.heap.isType(v, Type.Values)) {
        out.push(...this.s.listItems(w[v + 1]));
        w[Reg.Pending]--;
      } else out.push(v);
    }
    const pending = w[Reg.Pending];
    w[Reg.Pending] = 0;
    const value = this.call(this.s.globals.builtin(definition), out);
    w[Reg.Pending] = pending;
    return value;
  }

  /// A builtin that cannot handle an open environment leaves the work to the method of its name.
  private method(error: unknown, d: Definition, args: number[]): number {
    if (error instanceof Condition) {
      for (const arg of args) {
        const method = this.s.environments.method(arg, intern(d.name));
        if (method !== NONE) return this.call(method, args);
      }
    }
    throw error;
  }

  binary(operation: number, a: number, b: number): number {
    return this.prim2(this.binaryDefinitions[operation], a, b);
  }

  unary(operation: number, a: number): number {
    return this.prim(this.unaryDefinitions[operation], 1, a, NONE, NONE);
  }

  /// Two operands from anywhere, for builtins that read theirs from the stack.
  private prim2(definition: number, a: number, b: number): number {
    const { w } = this;
    const sp = w[Reg.Sp];
    w[sp] = a;
    w[sp + 1] = b;
    w[Reg.Sp] = sp + 2;
    try {
      return this.prim(definition, 2, a, b, NONE);
    } finally {
      w[Reg.Sp] = sp;
    }
  }

  /// Applies a builtin, continuation or applicable object to the n arguments on top of the stack.
  apply(callee: number, n: number): number {
    const { w, s } = this;
    const at = w[Reg.Sp] - n;
    switch (s.heap.typeOf(callee)) {
      case Type.Builtin: {
        const d = s.definitions[unfix(w[callee + 1])];
        s.current = d;
        const [min, max] = d.arity;
        if (n < min) throw this.argumentCount(callee, "not enough", at, n);
        if (max >= 0 && n > max) throw this.argumentCount(callee, "too many", at, n);
        try {
          return d.fn(s, n > 0 ? w[at] : NONE, n > 1 ? w[at + 1] : NONE, n > 2 ? w[at + 2] : NONE, n, at);
        } catch (error) {
          return this.method(error, d, Array.from(w.subarray(at, at + n)));
        }
      }
      case Type.Continuation:
      case Type.Exit:
        return this.escape(callee, this.listOf(at, n));
      case Type.Macro: {
        const args = Array.from(w.subarray(at, at + n));
        const expansion = s.expand(callee, s.heap.cons(NIL, s.heap.list(...args)));
        return this.tail(at, s.compile(expansion, NIL));
      }
      default:
        return applyObject(s, callee, at, n);
    }
  }

  argumentCount(callee: number, what: string, at: number, n: number): Condition {
    const name = this.s.string(this.s.write(callee));
    return condition(this.s, "wrong-number-of-args", `~A: ${what} arguments: ~A`, name, this.listOf(at, n));
  }

  /// The n values at a stack address as a list.
  listOf(at: number, n: number): number {
    let list: number = NIL;
    for (let i = n - 1; i >= 0; i--) list = this.s.heap.cons(this.w[at + i], list);
    return list;
  }

  /// Ends a builtin with a call in its place: `at` is where its arguments were.
  tail(at: number, procedure: number, ...args: number[]): number {
    for (let i = 0; i < args.length; i++) this.w[at + i] = args[i];
    return this.tailWith(at, procedure, args.length);
  }

  /// The same with n arguments that are in place already.
  tailWith(at: number, procedure: number, n: number): number {
    const { w } = this;
    w[Reg.Sp] = at + n;
    w[Reg.Callee] = procedure;
    w[Reg.Acc] = n;
    return APPLY;
  }

  /// Writes the values of a list as arguments at a stack address; returns their number.
  spreadList(at: number, list: number): number {
    const { w } = this;
    let n = 0;
    let l = list;
    for (; this.s.heap.isPair(l); l = this.s.heap.cdr(l)) {
      if (at + n > w[Reg.StackLimit] + 2048) throw condition(this.s, "stack-too-big", "too many arguments");
      w[at + n++] = this.s.heap.car(l);
    }
    return n;
  }

  /// Several values as the result of a builtin.
  many(list: number): number {
    if (this.s.heap.isPair(list) && this.s.heap.cdr(list) === NIL) return this.s.heap.car(list);
    this.w[Reg.Values] = list;
    return MANY;
  }

  // Services of the loop

  refill(): void {
    this.s.heap.marker.refill();
  }

  object(cells: number): number {
    return this.s.heap.object(cells);
  }

  gray(old: number): void {
    this.s.heap.marker.gray(old);
  }

  poll(): void {
    const { w } = this;
    if (w[Reg.Sp] > w[Reg.StackLimit]) throw condition(this.s, "stack-too-big", "stack has grown past its limit");
    if (this.interrupted) {
      this.interrupted = false;
      throw this.stop("interrupted", "evaluation was interrupted");
    }
    this.s.heap.collector.poll(this.depth <= 1);
    this.fuel += w[Reg.Spared];
    w[Reg.Spared] = 0;
    if (this.fuel <= 0) {
      this.fuel = GRACE;
      this.grant();
      throw this.stop("timeout", "evaluation used up its fuel");
    }
    this.grant();
  }

  /// The error that ends an evaluation from outside. Handlers may see the first; a program that goes on regardless gets one that they do not see.
  private stop(type: string, message: string): Condition {
    const c = condition(this.s, type, message);
    c.final = this.stopped;
    this.stopped = true;
    return c;
  }

  /// Hands the next slice of the fuel to the loop.
  private grant(): void {
    const slice = Math.min(SLICE, this.fuel);
    this.fuel -= slice;
    this.w[Reg.Fuel] = slice;
  }

  spread(n: number): number {
    const { w, s } = this;
    const from = w[Reg.Sp] - n;
    const args = Array.from(w.subarray(from, from + n));
    let at = from;
    for (const v of args) {
      if (s.heap.isType(v, Type.Values)) {
        at += this.spreadList(at, w[v + 1]);
        w[Reg.Pending]--;
      } else w[at++] = v;
    }
    w[Reg.Sp] = at;
    return at - from;
  }

  // What the loop asks for

  enter(closure: number, n: number): number {
    return fitArguments(this.s, closure, n);
  }

  global(cell: number): number {
    return variables.global(this.s, cell);
  }

  setGlobal(cell: number, value: number): number {
    return variables.setGlobal(this.s, cell, value);
  }

  defineGlobal(cell: number, value: number, constant: number): void {
    variables.defineGlobal(this.s, cell, value, constant);
  }

  lookup(symbol: number): number {
    return variables.lookup(this.s, symbol);
  }

  setDynamic(symbol: number, value: number): number {
    return variables.setDynamic(this.s, symbol, value);
  }

  defineDynamic(symbol: number, value: number): void {
    variables.defineDynamic(this.s, symbol, value);
  }

  makeMacro(closure: number, bacro: number): number {
    return variables.makeMacro(this.s, closure, bacro);
  }

  makeLet(at: number, fp: number): number {
    return variables.makeLet(this.s, at, fp);
  }

  enterLet(value: number): number {
    return variables.enterLet(this.s, value);
  }

  // Catch, escapes, dynamic-wind

  /// Puts an entry on the handler chain at `at` and arranges the call of `thunk` under it.
  private enterHandler(at: number, kind: number, tag: number, procedure: number, stub: number, thunk: number, args: number[]): number {
    const { w } = this;
    w[at + Handler.Previous] = fix(w[Reg.Handlers]);
    w[at + Handler.Kind] = fix(kind);
    w[at + Handler.Tag] = tag;
    w[at + Handler.Procedure] = procedure;
    w[at + Handler.Winds] = w[Reg.Winds];
    w[Reg.Handlers] = at;
    const header = at + Handler.Size;
    w[header] = NIL;
    w[header + 1] = fix(stub);
    w[header + 2] = fix(Handler.Size + HEADER);
    w[header + 3] = NIL;
    return this.tail(header + HEADER, thunk, ...args);
  }

  enterCatch(at: number, tag: number, thunk: number, handler: number): number {
    return this.enterHandler(at, Kind.Catch, tag, handler, this.stub.catchReturn, thunk, []);
  }

  enterExit(at: number, procedure: number): number {
    const exit = this.s.heap.cell3(Type.Exit, fix(at), this.w[Reg.Winds], fix(this.w[Reg.Handlers]));
    return this.enterHandler(at, Kind.Exit, exit, FALSE, this.stub.exitReturn, procedure, [exit]);
  }

  /// Sends output to a new string port while `thunk` runs; the text is the result.
  enterOutput(at: number, port: number, thunk: number): number {
    const { s } = this;
    const previous = s.output;
    s.output = port;
    return this.enterHandler(at, Kind.Output, previous, port, this.stub.outputReturn, thunk, []);
  }

  leave(kind: number, at: number, value: number): number {
    const { w, s } = this;
    w[Reg.Handlers] = unfix(w[at + Handler.Previous]);
    if (kind === Op.ExitReturn) w[w[at + Handler.Tag]] |= Flag.Dead;
    if (kind === Op.OutputReturn) {
      s.output = w[at + Handler.Tag];
      return s.portText(w[at + Handler.Procedure]);
    }
    return value;
  }

  /// Ends the extents of all handlers down to `target`.
  private dropHandlers(target: number): void {
    const { w, s } = this;
    for (let h = w[Reg.Handlers]; h !== 0 && h !== target; h = unfix(w[h + Handler.Previous])) {
      if (w[h + Handler.Kind] === fix(Kind.Exit)) w[w[h + Handler.Tag]] |= Flag.Dead;
      else if (w[h + Handler.Kind] === fix(Kind.Output)) s.output = w[h + Handler.Tag];
    }
    w[Reg.Handlers] = target;
  }

  captureContinuation(at: number): number {
    const { w, s } = this;
    const from = this.base;
    const stack = s.heap.vector(at - from);
    w.copyWithin(s.heap.data(stack), from, at);
    const info = s.heap.list(w[Reg.Winds], fix(w[Reg.Handlers]), fix(from), s.output);
    return s.heap.cell3(Type.Continuation, fix(at), stack, info);
  }

  private escape(object: number, values: number): number {
    const { w, s } = this;
    if ((w[object] & 0xff) === Type.Exit && (w[object] & Flag.Dead) !== 0) {
      throw condition(s, "invalid-escape-function", "call-with-exit escape procedure called outside of its extent");
    }
    if (unfix(w[object + 1]) <= this.base) throw new Jump(object, values);
    this.prepareJump(object, values);
    return APPLY;
  }

  private prepareJump(object: number, values: number): void {
    const { w, s } = this;
    const isExit = (w[object] & 0xff) === Type.Exit;
    const winds = isExit ? w[object + 2] : s.heap.car(w[object + 3]);
    this.prepareUnwind(winds, isExit ? Then.Deliver : Then.Resume, object, values);
  }

  /// The same from the error path, where the loop has to be entered anew.
  private startJump(object: number, values: number): void {
    this.prepareJump(object, values);
    this.restart();
  }

  private unwind(winds: number, then: number, a: number, b: number): void {
    this.prepareUnwind(winds, then, a, b);
    this.restart();
  }

  /// Lets the loop begin with the call that was prepared.
  private restart(): void {
    const { w } = this;
    w[this.stub.call + 1] = w[Reg.Acc];
    w[Reg.Acc] = w[Reg.Callee];
    w[Reg.Pc] = this.stub.call;
  }

  private prepareUnwind(winds: number, then: number, a: number, b: number): void {
    const { w } = this;
    const header = w[Reg.Sp];
    w[header] = NIL;
    w[header + 1] = fix(this.stub.halt);
    w[header + 2] = fix(0);
    w[header + 3] = NIL;
    const fp = header + HEADER;
    w[fp + Unwind.Target] = winds;
    w[fp + Unwind.Kind] = fix(then);
    w[fp + Unwind.A] = a;
    w[fp + Unwind.B] = b;
    w[Reg.Sp] = fp + Unwind.Size;
    w[Reg.Acc] = this.unwound(fp, NIL);
  }

  /// One step on the way to a target: the next exit or entry of a dynamic-wind, then what was to follow. Leaves the call
  /// in Callee and the stack, returns the number of arguments.
  unwound(fp: number, _value: number): number {
    const { w, s } = this;
    const { heap } = s;
    const target = w[fp + Unwind.Target];
    const current = w[Reg.Winds];
    if (current !== target) {
      let thunk: number;
      const entry = this.windAbove(target, current);
      if (entry !== NIL) {
        w[Reg.Winds] = entry;
        thunk = heap.car(heap.car(entry));
      } else {
        w[Reg.Winds] = heap.cdr(current);
        thunk = heap.cdr(heap.car(current));
      }
      const header = fp + Unwind.Size;
      w[header] = NIL;
      w[header + 1] = fix(this.stub.unwound);
      w[header + 2] = fix(Unwind.Size + HEADER);
      w[header + 3] = NIL;
      w[Reg.Sp] = header + HEADER;
      w[Reg.Fp] = fp;
      w[Reg.Env] = NIL;
      w[Reg.Callee] = thunk;
      return 0;
    }
    return this.arrive(w[fp + Unwind.Kind], w[fp + Unwind.A], w[fp + Unwind.B]);
  }

  /// The entry of `list` that comes next when all up to `current` have been entered; NIL when `current` is not part of it.
  private windAbove(list: number, current: number): number {
    const { heap } = this.s;
    for (let l = list; heap.isPair(l); l = heap.cdr(l)) if (heap.cdr(l) === current) return l;
    return NIL;
  }

  private arrive(kind: number, a: number, b: number): number {
    const { w, s } = this;
    const { heap } = s;
    let at: number;
    let values = b;
    w[Reg.Callee] = s.globals.builtinNamed("values");
    if (kind === fix(Then.Handle)) {
      at = unfix(a);
      w[Reg.Callee] = w[at + Handler.Procedure];
      this.dropHandlers(unfix(w[at + Handler.Previous]));
      values = heap.list(heap.car(b), heap.cdr(b));
    } else if (kind === fix(Then.Deliver)) {
      at = unfix(w[a + 1]);
      this.dropHandlers(unfix(w[a + 3]));
    } else {
      at = unfix(w[a + 1]);
      const [, handlers, from, port] = s.listItems(w[a + 3]);
      const stack = w[a + 2];
      w.copyWithin(unfix(from), heap.data(stack), heap.data(stack) + heap.length(stack));
      w[Reg.Handlers] = unfix(handlers);
      s.output = port;
    }
    const n = this.spreadList(at, values);
    w[Reg.Sp] = at + n;
    w[Reg.Fp] = at;
    w[Reg.Env] = w[at - HEADER];
    return n;
  }
}
