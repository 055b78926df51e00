/// The virtual machine's loop: one function over the words of memory, calling the host for everything that is not hot.
///
/// This file is the reference, and the source: `scripts/scheme-machine` translates it to WebAssembly (`loop.wasm.ts`). For that it keeps to
/// the small language of `scripts/scheme-machine/language.ts`: numbers are 32-bit integers unless made by `f64`, `W` and `F` are the memory, helpers
/// are functions of this closure, and each case of the switch ends in `continue`, `return` or (to call what is in the accumulator) `break`.
///
/// Stack frame, from low to high: saved environment, return address, distance to the caller's frame, callee | arguments, variables, temporaries.
/// Addresses and distances are kept as fixnums so that every word on the stack is a value.
import { APPLY, FALSE, Flag, HEADER, MANY, NIL, NONE, OMITTED, Reg, Type, UNBOUND } from "../words.ts";
import { Op } from "./ops.ts";

/// What the loop asks of its host. Each may throw.
export interface LoopHost {
  refill(): void;
  object(cells: number): number;
  gray(old: number): void;
  /// Fuel is used up or the stack nearly full.
  poll(): void;
  /// Spreads Values among the last n arguments; returns their new number.
  spread(n: number): number;
  /// Fits n arguments to a closure's parameters; returns their new number.
  enter(closure: number, n: number): number;
  /// Applies what is not a closure to the n arguments on the stack: a value, or APPLY when a call was arranged.
  apply(callee: number, n: number): number;
  prim(definition: number, n: number, a: number, b: number, c: number): number;
  /// A binary operation that the loop has no short way for, by number: see `Slow`.
  binary(operation: number, a: number, b: number): number;
  unary(operation: number, a: number): number;
  global(cell: number): number;
  setGlobal(cell: number, value: number): number;
  defineGlobal(cell: number, value: number, constant: number): void;
  lookup(symbol: number): number;
  setDynamic(symbol: number, value: number): number;
  defineDynamic(symbol: number, value: number): void;
  makeMacro(closure: number, bacro: number): number;
  makeLet(at: number, fp: number): number;
  enterLet(value: number): number;
  /// Ends the extent of a catch, an escape or an output redirection.
  leave(kind: number, at: number, value: number): number;
  unwound(at: number, value: number): number;
}

/// Operations of `LoopHost.binary` and `unary`.
export const Slow = {
  Add: 0,
  Subtract: 1,
  Multiply: 2,
  Modulo: 3,
  Less: 4,
  Greater: 5,
  LessEqual: 6,
  GreaterEqual: 7,
  Equal: 8,
  VectorRef: 9,
  Cons: 10,
  Car: 0,
  Cdr: 1,
  Cadr: 2,
  Cddr: 3,
} as const;

const FIX_ONE = 1;
const FIX_RANGE = 1073741824;
const TWO31 = 2147483648;
const TWO32 = 4294967296;
/// Integers below this are exact as doubles, and the quotients of those below SMALL times their divisors too.
const EXACT = 9007199254740992;
const SMALL = 2251799813685248;
/// High halves of integers below EXACT.
const EXACT_HIGH = 2097152;
/// Entries of a list that are looked through without asking whether it is circular.
const LONG = 100000;

/// Marks an expression as double; the identity in JavaScript.
const f64 = (x: number): number => x;
const i32 = (x: number): number => x | 0;
const { floor } = Math;

export function makeLoop(W: Int32Array, F: Float64Array, host: LoopHost): () => number {
  function cell(): number {
    let p = W[Reg.Alloc];
    if (p >= W[Reg.Limit]) {
      host.refill();
      p = W[Reg.Alloc];
    }
    W[Reg.Alloc] = p + 4;
    return p;
  }

  function save(pc: address, sp: address, fp: address): void {
    W[Reg.Pc] = pc;
    W[Reg.Sp] = sp;
    W[Reg.Fp] = fp;
  }

  function float(x: f64): number {
    const p = cell();
    W[p] = Type.Float;
    W[p + 1] = NONE;
    F[(p >> 1) + 1] = x;
    return p;
  }

  function isFloat(v: number): number {
    return (v & 3) === 0 && (W[v] & 255) === Type.Float ? 1 : 0;
  }

  /// Whether both are fixnums or floats and at least one is a float.
  function areFloats(a: number, b: number): number {
    return ((a & 1) !== 0 || isFloat(a) !== 0) && ((b & 1) !== 0 || isFloat(b) !== 0) ? 1 : 0;
  }

  function double(v: number): f64 {
    if ((v & 1) !== 0) return f64(v >> 1);
    return F[(v >> 1) + 1];
  }

  /// Whether a value is an integer that a double holds exactly.
  function isExact(v: number): number {
    if ((v & 1) !== 0) return 1;
    return (v & 3) === 0 && (W[v] & 255) === Type.Int64 && W[v + 3] >= -EXACT_HIGH && W[v + 3] < EXACT_HIGH ? 1 : 0;
  }

  function areExact(a: number, b: number): number {
    return isExact(a) !== 0 && isExact(b) !== 0 ? 1 : 0;
  }

  /// An exact integer as a double.
  function whole(v: number): f64 {
    if ((v & 1) !== 0) return f64(v >> 1);
    const low = W[v + 2];
    return f64(W[v + 3]) * f64(TWO32) + f64(low) + (low < 0 ? f64(TWO32) : f64(0));
  }

  /// The integer of a double below EXACT.
  function integer(x: f64): number {
    if (x < f64(FIX_RANGE) && x >= f64(-FIX_RANGE)) return (i32(x) << 1) | 1;
    const high = floor(x / f64(TWO32));
    const low = x - high * f64(TWO32);
    const p = cell();
    W[p] = Type.Int64;
    W[p + 1] = NONE;
    W[p + 2] = i32(low < f64(TWO31) ? low : low - f64(TWO32));
    W[p + 3] = i32(high);
    return p;
  }

  function isBelow(x: f64, limit: f64): number {
    return x < limit && x > f64(0) - limit ? 1 : 0;
  }

  function slowAdd(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const sum = whole(a) + whole(b);
      if (isBelow(sum, f64(EXACT)) !== 0) return integer(sum);
    } else if (areFloats(a, b) !== 0) return float(double(a) + double(b));
    return host.binary(Slow.Add, a, b);
  }

  function slowSubtract(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const difference = whole(a) - whole(b);
      if (isBelow(difference, f64(EXACT)) !== 0) return integer(difference);
    } else if (areFloats(a, b) !== 0) return float(double(a) - double(b));
    return host.binary(Slow.Subtract, a, b);
  }

  function slowMultiply(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const product = whole(a) * whole(b);
      if (isBelow(product, f64(EXACT)) !== 0) return integer(product);
    } else if (areFloats(a, b) !== 0) return float(double(a) * double(b));
    return host.binary(Slow.Multiply, a, b);
  }

  function slowModulo(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const x = whole(a);
      const y = whole(b);
      if (isBelow(x, f64(SMALL)) !== 0 && y > f64(0)) {
        // The rounded quotient may be one off.
        const r = x - floor(x / y) * y;
        return integer(r < f64(0) ? r + y : r >= y ? r - y : r);
      }
    }
    return host.binary(Slow.Modulo, a, b);
  }

  function slowCompare(operation: number, a: number, b: number): number {
    const exact = areExact(a, b);
    if (exact !== 0 || areFloats(a, b) !== 0) {
      const x = exact !== 0 ? whole(a) : double(a);
      const y = exact !== 0 ? whole(b) : double(b);
      if (operation === Slow.Less) return x < y ? 1 : 0;
      if (operation === Slow.Greater) return x > y ? 1 : 0;
      if (operation === Slow.LessEqual) return x <= y ? 1 : 0;
      if (operation === Slow.GreaterEqual) return x >= y ? 1 : 0;
      return x === y ? 1 : 0;
    }
    return host.binary(operation, a, b) !== FALSE ? 1 : 0;
  }

  function add(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) {
      const r = i32(a + b - 1);
      if (((a ^ r) & (b ^ r)) >= 0) return r;
    }
    save(pc, sp, fp);
    return slowAdd(a, b);
  }

  function subtract(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) {
      const r = i32(a - b + 1);
      if (((a ^ b) & (a ^ r)) >= 0) return r;
    }
    save(pc, sp, fp);
    return slowSubtract(a, b);
  }

  function multiply(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) {
      const r = f64(a >> 1) * f64(b >> 1);
      if (r < f64(FIX_RANGE) && r >= f64(-FIX_RANGE)) return (i32(r) << 1) | 1;
    }
    save(pc, sp, fp);
    return slowMultiply(a, b);
  }

  function modulo(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0 && b !== FIX_ONE) {
      const y = b >> 1;
      let r = i32((a >> 1) % y);
      if (r !== 0 && (r ^ y) < 0) r = r + y;
      return (r << 1) | 1;
    }
    save(pc, sp, fp);
    return slowModulo(a, b);
  }

  function less(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a < b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.Less, a, b);
  }

  function greater(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a > b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.Greater, a, b);
  }

  function lessEqual(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a <= b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.LessEqual, a, b);
  }

  function greaterEqual(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a >= b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.GreaterEqual, a, b);
  }

  function equal(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a === b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.Equal, a, b);
  }

  function isPair(v: number): number {
    return (v & 3) === 0 && (W[v] & 255) === Type.Pair ? 1 : 0;
  }

  function car(v: number, pc: address, sp: address, fp: address): number {
    if (isPair(v) !== 0) return W[v + 1];
    save(pc, sp, fp);
    return host.unary(Slow.Car, v);
  }

  function cdr(v: number, pc: address, sp: address, fp: address): number {
    if (isPair(v) !== 0) return W[v + 2];
    save(pc, sp, fp);
    return host.unary(Slow.Cdr, v);
  }

  /// The entry of an association list whose key is the same, FALSE when there is none; NONE for what the builtin must look at.
  function assq(key: number, list: number): number {
    let l = list;
    let n = 0;
    while (isPair(l) !== 0 && n < LONG) {
      const entry = W[l + 1];
      if (isPair(entry) === 0) return NONE;
      if (W[entry + 1] === key) return entry;
      l = W[l + 2];
      n = n + 1;
    }
    return l === NIL ? FALSE : NONE;
  }

  /// The part of a list that begins with the same value, FALSE when there is none; NONE for what the builtin must look at.
  function memq(key: number, list: number): number {
    let l = list;
    let n = 0;
    while (isPair(l) !== 0 && n < LONG) {
      if (W[l + 1] === key) return l;
      l = W[l + 2];
      n = n + 1;
    }
    return l === NIL ? FALSE : NONE;
  }

  function vectorRef(v: number, i: number, pc: address, sp: address, fp: address): number {
    if ((v & 3) === 0 && (i & 1) !== 0 && W[v + 2] === NONE) {
      const type = W[v] & 255;
      if ((type === Type.Vector || type === Type.FloatVector) && i >= FIX_ONE && i < W[v + 1]) {
        const data = W[v + 3] >> 1;
        if (type === Type.Vector) return W[data + (i >> 1)];
        return float(F[(data >> 1) + (i >> 1)]);
      }
    }
    save(pc, sp, fp);
    return host.binary(Slow.VectorRef, v, i);
  }

  /// Stores in an object the collector may have seen already: it must know what was there.
  function put(at: number, value: number): void {
    if (W[Reg.Marking] !== 0) host.gray(W[at]);
    W[at] = value;
  }

  function cons(a: number, b: number): number {
    const p = cell();
    W[p] = Type.Pair;
    W[p + 1] = a;
    W[p + 2] = b;
    W[p + 3] = NONE;
    return p;
  }

  function makeFrame(pc: address, fp: address, env: number): number {
    const count = W[pc + 2];
    const cells = (count + 5) >> 2;
    let p = 0;
    if (cells === 1) p = cell();
    else p = host.object(cells);
    W[p] = Type.Frame | (W[pc + 1] << 12);
    W[p + 1] = env;
    let i = 0;
    while (i < count) {
      const slot = W[pc + 3 + i];
      if (slot < 0) W[p + 2 + i] = UNBOUND;
      else W[p + 2 + i] = W[fp + slot];
      i = i + 1;
    }
    return p;
  }

  /// Collects the arguments beyond the first `required` in a list.
  function collectRest(sp: address, n: number, required: number): number {
    let list: number = NIL;
    let i = n;
    while (i > required) {
      i = i - 1;
      list = cons(W[sp - n + i], list);
    }
    return list;
  }

  function run(): number {
    let pc: address = W[Reg.Pc];
    let sp: address = W[Reg.Sp];
    let fp: address = W[Reg.Fp];
    let env = W[Reg.Env];
    let acc = W[Reg.Acc];
    let n = 0;
    let a = 0;
    let b = 0;
    let from: address = 0;
    let to: address = 0;
    for (;;) {
      switch (W[pc]) {
        case Op.Halt:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          return acc;
        case Op.Constant:
          acc = W[pc + 1];
          pc = pc + 2;
          continue;
        case Op.Local:
          acc = W[fp + W[pc + 1]];
          pc = pc + 2;
          continue;
        case Op.Global:
          acc = W[W[pc + 1] + 2];
          if (acc === UNBOUND) {
            save(pc, sp, fp);
            acc = host.global(W[pc + 1]);
          }
          pc = pc + 2;
          continue;
        case Op.Env0:
          acc = W[env + 2 + W[pc + 1]];
          pc = pc + 2;
          continue;
        case Op.Env1:
          acc = W[W[env + 1] + 2 + W[pc + 1]];
          pc = pc + 2;
          continue;
        case Op.Env:
          a = W[pc + 1];
          b = env;
          while (a > 0) {
            b = W[b + 1];
            a = a - 1;
          }
          acc = W[b + 2 + W[pc + 2]];
          pc = pc + 3;
          continue;
        case Op.Dynamic:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.lookup(W[pc + 1]);
          pc = pc + 2;
          continue;
        case Op.Push:
          W[sp] = acc;
          sp = sp + 1;
          pc = pc + 1;
          continue;
        case Op.PushConstant:
          W[sp] = W[pc + 1];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushLocal:
          W[sp] = W[fp + W[pc + 1]];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushGlobal:
          a = W[W[pc + 1] + 2];
          if (a === UNBOUND) {
            save(pc, sp, fp);
            a = host.global(W[pc + 1]);
          }
          W[sp] = a;
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushEnv0:
          W[sp] = W[env + 2 + W[pc + 1]];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushEnv1:
          W[sp] = W[W[env + 1] + 2 + W[pc + 1]];
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushResult:
          if (acc === MANY) {
            a = cell();
            W[a] = Type.Values;
            W[a + 1] = W[Reg.Values];
            W[a + 2] = NONE;
            W[a + 3] = NONE;
            acc = a;
            W[Reg.Pending] = W[Reg.Pending] + 1;
          }
          W[sp] = acc;
          sp = sp + 1;
          pc = pc + 1;
          continue;
        case Op.SetLocal:
          W[fp + W[pc + 1]] = acc;
          pc = pc + 2;
          continue;
        case Op.SetGlobal:
          a = W[pc + 1];
          if (W[a + 3] === NONE && W[a + 2] !== UNBOUND) put(a + 2, acc);
          else {
            save(pc, sp, fp);
            acc = host.setGlobal(a, acc);
          }
          pc = pc + 2;
          continue;
        case Op.SetEnv:
          a = W[pc + 1];
          b = env;
          while (a > 0) {
            b = W[b + 1];
            a = a - 1;
          }
          put(b + 2 + W[pc + 2], acc);
          pc = pc + 3;
          continue;
        case Op.SetDynamic:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.setDynamic(W[pc + 1], acc);
          pc = pc + 2;
          continue;
        case Op.DefineGlobal:
          save(pc, sp, fp);
          host.defineGlobal(W[pc + 1], acc, W[pc + 2]);
          pc = pc + 3;
          continue;
        case Op.DefineDynamic:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          host.defineDynamic(W[pc + 1], acc);
          pc = pc + 2;
          continue;
        case Op.Jump:
          pc = pc + 1 + W[pc + 1];
          continue;
        case Op.JumpFalse:
          pc = acc === FALSE ? pc + 1 + W[pc + 1] : pc + 2;
          continue;
        case Op.JumpTrue:
          pc = acc !== FALSE ? pc + 1 + W[pc + 1] : pc + 2;
          continue;
        case Op.JumpGiven:
          pc = W[fp + W[pc + 1]] !== OMITTED ? pc + 2 + W[pc + 2] : pc + 3;
          continue;
        case Op.Frame:
          W[sp] = env;
          W[sp + 1] = ((pc + 1 + W[pc + 1]) << 1) | 1;
          W[sp + 2] = ((sp + HEADER - fp) << 1) | 1;
          W[sp + 3] = NIL;
          sp = sp + HEADER;
          pc = pc + 2;
          continue;
        case Op.Call:
          n = W[pc + 1];
          break;
        case Op.CallLocal:
          acc = W[fp + W[pc + 1]];
          n = W[pc + 2];
          break;
        case Op.CallGlobal:
          n = W[pc + 2];
          acc = W[W[pc + 1] + 2];
          if (acc === UNBOUND) {
            save(pc, sp, fp);
            acc = host.global(W[pc + 1]);
          }
          break;
        case Op.TailCall:
        case Op.TailCallGlobal:
          if (W[pc] === Op.TailCall) n = W[pc + 1];
          else {
            n = W[pc + 2];
            acc = W[W[pc + 1] + 2];
            if (acc === UNBOUND) {
              save(pc, sp, fp);
              acc = host.global(W[pc + 1]);
            }
          }
          W[Reg.Pc] = pc;
          from = sp - n;
          to = fp;
          sp = fp + n;
          while (to < sp) {
            W[to] = W[from];
            from = from + 1;
            to = to + 1;
          }
          break;
        case Op.Return:
          sp = fp - HEADER;
          env = W[sp];
          pc = W[sp + 1] >> 1;
          fp = fp - (W[sp + 2] >> 1);
          continue;
        case Op.Drop:
          sp = sp - W[pc + 1];
          pc = pc + 2;
          continue;
        case Op.Closure:
          acc = cell();
          W[acc] = Type.Closure;
          W[acc + 1] = W[pc + 1];
          W[acc + 2] = env;
          W[acc + 3] = NONE;
          pc = pc + 2;
          continue;
        case Op.MakeMacro:
          acc = host.makeMacro(acc, W[pc + 1]);
          pc = pc + 2;
          continue;
        case Op.MakeFrame:
          env = makeFrame(pc, fp, env);
          pc = pc + 3 + W[pc + 2];
          continue;
        case Op.MakeLet:
          W[Reg.Env] = env;
          env = host.makeLet(pc + 1, fp);
          pc = pc + 2 + W[pc + 1] * 2;
          continue;
        case Op.PopFrame:
          a = W[pc + 1];
          while (a > 0) {
            env = W[env + 1];
            a = a - 1;
          }
          pc = pc + 2;
          continue;
        case Op.SaveEnv:
          W[sp] = env;
          sp = sp + 1;
          pc = pc + 1;
          continue;
        case Op.EnterLet:
          save(pc, sp, fp);
          env = host.enterLet(acc);
          pc = pc + 1;
          continue;
        case Op.RestoreEnv:
          sp = sp - 1;
          env = W[sp];
          pc = pc + 1;
          continue;
        case Op.LoopTo:
          n = W[pc + 2];
          from = sp - n;
          to = fp + W[pc + 1];
          sp = to + n;
          while (to < sp) {
            W[to] = W[from];
            from = from + 1;
            to = to + 1;
          }
          pc = pc + 3 + W[pc + 3];
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            host.poll();
          }
          continue;
        case Op.LoopSet:
          W[fp + W[pc + 1]] = acc;
          sp = fp + W[pc + 2];
          pc = pc + 3 + W[pc + 3];
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            host.poll();
          }
          continue;
        case Op.LoopJump:
          sp = fp + W[pc + 1];
          pc = pc + 2 + W[pc + 2];
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            host.poll();
          }
          continue;
        case Op.Prim1:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], 1, acc, NONE, NONE);
          pc = pc + 2;
          continue;
        case Op.Prim2:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], 2, W[sp - 1], acc, NONE);
          sp = sp - 1;
          pc = pc + 2;
          continue;
        case Op.Assq:
        case Op.Memq:
          a = NONE;
          if (acc !== MANY && W[Reg.Pending] === 0) {
            if (W[pc] === Op.Assq) a = assq(W[sp - 1], acc);
            else a = memq(W[sp - 1], acc);
          }
          if (a === NONE) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            a = host.prim(W[pc + 1], 2, W[sp - 1], acc, NONE);
          }
          acc = a;
          sp = sp - 1;
          pc = pc + 2;
          continue;
        case Op.Prim3:
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], 3, W[sp - 2], W[sp - 1], acc);
          sp = sp - 2;
          pc = pc + 2;
          continue;
        case Op.PrimN:
          n = W[pc + 2];
          save(pc, sp, fp);
          W[Reg.Env] = env;
          acc = host.prim(W[pc + 1], n, W[sp - n], W[sp - n + 1], W[sp - n + 2]);
          sp = sp - n;
          pc = pc + 3;
          continue;
        case Op.PushCarLocal:
          W[sp] = car(W[fp + W[pc + 1]], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushCdrLocal:
          W[sp] = cdr(W[fp + W[pc + 1]], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 2;
          continue;
        case Op.PushAddLocalConstant:
          W[sp] = add(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 3;
          continue;
        case Op.PushSubtractLocalConstant:
          W[sp] = subtract(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          sp = sp + 1;
          pc = pc + 3;
          continue;
        case Op.Car:
          acc = car(acc, pc, sp, fp);
          pc = pc + 1;
          continue;
        case Op.Cdr:
          acc = cdr(acc, pc, sp, fp);
          pc = pc + 1;
          continue;
        case Op.Cadr:
          if (isPair(acc) !== 0 && isPair(W[acc + 2]) !== 0) acc = W[W[acc + 2] + 1];
          else {
            save(pc, sp, fp);
            acc = host.unary(Slow.Cadr, acc);
          }
          pc = pc + 1;
          continue;
        case Op.Cddr:
          if (isPair(acc) !== 0 && isPair(W[acc + 2]) !== 0) acc = W[W[acc + 2] + 2];
          else {
            save(pc, sp, fp);
            acc = host.unary(Slow.Cddr, acc);
          }
          pc = pc + 1;
          continue;
        case Op.CarLocal:
          acc = car(W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.CdrLocal:
          acc = cdr(W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Cons:
          sp = sp - 1;
          if (acc === MANY || W[Reg.Pending] > 0) {
            save(pc, sp + 1, fp);
            acc = host.binary(Slow.Cons, W[sp], acc);
          } else acc = cons(W[sp], acc);
          pc = pc + 1;
          continue;
        case Op.ConsLocal:
          if (acc === MANY) {
            save(pc, sp, fp);
            acc = host.binary(Slow.Cons, W[fp + W[pc + 1]], acc);
          } else acc = cons(W[fp + W[pc + 1]], acc);
          pc = pc + 2;
          continue;
        case Op.VectorRef:
          acc = vectorRef(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.VectorRefLocal:
          acc = vectorRef(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.VectorSet:
          a = W[sp - 2];
          b = W[sp - 1];
          if ((a & 3) === 0 && (b & 1) !== 0 && W[a] === Type.Vector && W[a + 2] === NONE && b >= FIX_ONE && b < W[a + 1] && acc !== MANY) {
            put((W[a + 3] >> 1) + (b >> 1), acc);
          } else {
            save(pc, sp, fp);
            acc = host.prim(W[pc + 1], 3, a, b, acc);
          }
          sp = sp - 2;
          pc = pc + 2;
          continue;
        case Op.Add:
          acc = add(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.AddLocals:
          acc = add(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.AddLocalConstant:
          acc = add(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.AddConstant:
          acc = add(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.AddLocal:
          acc = add(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.AddSecond:
          acc = add(acc, W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Subtract:
          acc = subtract(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.SubtractLocals:
          acc = subtract(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.SubtractLocalConstant:
          acc = subtract(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.SubtractConstant:
          acc = subtract(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.SubtractLocal:
          acc = subtract(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.SubtractSecond:
          acc = subtract(acc, W[fp + W[pc + 1]], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Multiply:
          acc = multiply(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.MultiplyLocals:
          acc = multiply(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.MultiplyConstant:
          acc = multiply(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.MultiplyLocal:
          acc = multiply(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.Modulo:
          acc = modulo(W[sp - 1], acc, pc, sp, fp);
          sp = sp - 1;
          pc = pc + 1;
          continue;
        case Op.ModuloLocals:
          acc = modulo(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp);
          pc = pc + 3;
          continue;
        case Op.ModuloConstant:
          acc = modulo(acc, W[pc + 1], pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.ModuloLocal:
          acc = modulo(W[fp + W[pc + 1]], acc, pc, sp, fp);
          pc = pc + 2;
          continue;
        case Op.UnlessLess:
          sp = sp - 1;
          pc = less(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessLessLocals:
          pc = less(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessLocalConstant:
          pc = less(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessConstant:
          pc = less(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessLocal:
          pc = less(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessSecond:
          pc = less(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreater:
          sp = sp - 1;
          pc = greater(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessGreaterLocals:
          pc = greater(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterLocalConstant:
          pc = greater(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterConstant:
          pc = greater(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterLocal:
          pc = greater(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterSecond:
          pc = greater(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessEqual:
          sp = sp - 1;
          pc = lessEqual(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessLessEqualLocals:
          pc = lessEqual(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessEqualLocalConstant:
          pc = lessEqual(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessLessEqualConstant:
          pc = lessEqual(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessEqualLocal:
          pc = lessEqual(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessLessEqualSecond:
          pc = lessEqual(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterEqual:
          sp = sp - 1;
          pc = greaterEqual(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessGreaterEqualLocals:
          pc = greaterEqual(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterEqualLocalConstant:
          pc = greaterEqual(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessGreaterEqualConstant:
          pc = greaterEqual(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterEqualLocal:
          pc = greaterEqual(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessGreaterEqualSecond:
          pc = greaterEqual(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqual:
          sp = sp - 1;
          pc = equal(W[sp], acc, pc, sp + 1, fp) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessEqualLocals:
          pc = equal(W[fp + W[pc + 1]], W[fp + W[pc + 2]], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessEqualLocalConstant:
          pc = equal(W[fp + W[pc + 1]], W[pc + 2], pc, sp, fp) !== 0 ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessEqualConstant:
          pc = equal(acc, W[pc + 1], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqualLocal:
          pc = equal(W[fp + W[pc + 1]], acc, pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqualSecond:
          pc = equal(acc, W[fp + W[pc + 1]], pc, sp, fp) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEq:
          sp = sp - 1;
          pc = W[sp] === acc ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessEqConstant:
          pc = acc === W[pc + 1] ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessEqLocalConstant:
          pc = W[fp + W[pc + 1]] === W[pc + 2] ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.UnlessEqLocal:
          pc = W[fp + W[pc + 1]] === acc ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessNull:
          pc = acc === NIL ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessNullLocal:
          pc = W[fp + W[pc + 1]] === NIL ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.UnlessPair:
          pc = isPair(acc) !== 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.UnlessPairLocal:
          pc = isPair(W[fp + W[pc + 1]]) !== 0 ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.WhenNullLocal:
          pc = W[fp + W[pc + 1]] !== NIL ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.WhenNull:
          pc = acc !== NIL ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.WhenPair:
          pc = isPair(acc) === 0 ? pc + 2 : pc + 1 + W[pc + 1];
          continue;
        case Op.WhenEqConstant:
          pc = acc !== W[pc + 1] ? pc + 3 : pc + 2 + W[pc + 2];
          continue;
        case Op.WhenEqLocalConstant:
          pc = W[fp + W[pc + 1]] !== W[pc + 2] ? pc + 4 : pc + 3 + W[pc + 3];
          continue;
        case Op.CatchReturn:
        case Op.ExitReturn:
        case Op.OutputReturn:
          acc = host.leave(W[pc], fp, acc);
          sp = fp - HEADER;
          env = W[sp];
          pc = W[sp + 1] >> 1;
          fp = fp - (W[sp + 2] >> 1);
          continue;
        case Op.Unwound:
          save(pc, sp, fp);
          n = host.unwound(fp, acc);
          sp = W[Reg.Sp];
          fp = W[Reg.Fp];
          env = W[Reg.Env];
          acc = W[Reg.Callee];
          break;
        default:
          // Op.Evaluate: the accumulator is a procedure without parameters.
          W[sp] = env;
          W[sp + 1] = ((pc + 1) << 1) | 1;
          W[sp + 2] = ((sp + HEADER - fp) << 1) | 1;
          W[sp + 3] = NIL;
          sp = sp + HEADER;
          n = 0;
          break;
      }
      // The accumulator is to be called with the n values on top of the stack.
      for (;;) {
        if (W[Reg.Pending] > 0) {
          save(pc, sp, fp);
          W[Reg.Acc] = acc;
          n = host.spread(n);
          sp = W[Reg.Sp];
        }
        if ((acc & 3) === 0 && (W[acc] & 255) === Type.Closure) {
          a = W[acc + 1];
          if (W[a] !== (Type.Code | (n << 12))) {
            if ((W[a] & 0xfff) === (Type.Code | Flag.Rest) && n >= W[a] >>> 12) {
              b = W[a] >>> 12;
              W[sp - n + b] = collectRest(sp, n, b);
              sp = sp - n + b + 1;
              n = b + 1;
            } else {
              save(pc, sp, fp);
              n = host.enter(acc, n);
              sp = W[Reg.Sp];
              a = W[acc + 1];
            }
          }
          fp = sp - n;
          W[fp - 1] = acc;
          env = W[acc + 2];
          pc = a + 4;
          W[Reg.Fuel] = W[Reg.Fuel] - 1;
          if (W[Reg.Fuel] < 0 || sp > W[Reg.StackLimit]) {
            save(pc, sp, fp);
            W[Reg.Env] = env;
            W[Reg.Acc] = acc;
            host.poll();
          }
          break;
        }
        save(pc, sp, sp - n);
        W[Reg.Env] = W[sp - n - HEADER];
        acc = host.apply(acc, n);
        if (acc !== APPLY) {
          sp = sp - n - HEADER;
          env = W[sp];
          pc = W[sp + 1] >> 1;
          fp = sp + HEADER - (W[sp + 2] >> 1);
          break;
        }
        sp = W[Reg.Sp];
        acc = W[Reg.Callee];
        n = W[Reg.Acc];
      }
    }
  }

  return run;
}

type f64 = number;
type address = number;
