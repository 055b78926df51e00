/// Cells, pairs, vectors and frames as the loop reaches them; what is out of the ordinary is left to the host. In the machine's language.
import { FALSE, NIL, NONE, Reg, Type, UNBOUND } from "../words.ts";
import type { address, f64 } from "./language.ts";
import { type LoopHost, Slow } from "./services.ts";

const FIX_ONE = 1;
/// Entries of a list that are looked through without asking whether it is circular.
const LONG = 100000;

export type Data = ReturnType<typeof makeData>;

/// `W` and `F`: the memory as words and doubles.
export function makeData(W: Int32Array, F: Float64Array, host: LoopHost) {
  function save(pc: address, sp: address, fp: address): void {
    W[Reg.Pc] = pc;
    W[Reg.Sp] = sp;
    W[Reg.Fp] = fp;
  }

  function cell(): number {
    let p = W[Reg.Alloc];
    if (p >= W[Reg.Limit]) {
      host.refill();
      p = W[Reg.Alloc];
    }
    W[Reg.Alloc] = p + 4;
    return p;
  }

  function float(x: f64): number {
    const p = cell();
    W[p] = Type.Float;
    W[p + 1] = NONE;
    F[(p >> 1) + 1] = x;
    return p;
  }

  function cons(a: number, b: number): number {
    const p = cell();
    W[p] = Type.Pair;
    W[p + 1] = a;
    W[p + 2] = b;
    W[p + 3] = NONE;
    return p;
  }

  /// Stores in an object the collector may have seen already: it must know what was there.
  function put(at: number, value: number): void {
    if (W[Reg.Marking] !== 0) host.gray(W[at]);
    W[at] = value;
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

  return { save, cell, float, cons, put, isPair, car, cdr, assq, memq, vectorRef, makeFrame, collectRest };
}
