/// First-class environments: `inlet` and friends (chains of slots) and the machine's own frames, seen alike.
import type { Interpreter } from "./interpreter.ts";
import { Flag, NIL, NONE, Type, UNBOUND } from "./words.ts";

export class Environments {
  private readonly s: Interpreter;
  constructor(s: Interpreter) {
    this.s = s;
  }

  is(v: number): boolean {
    const type = this.s.heap.typeOf(v);
    return type === Type.Let || type === Type.Frame;
  }

  /// An empty environment inside `outer` (NIL: the global one).
  make(outer: number): number {
    return this.s.heap.cell3(Type.Let, outer === this.s.rootlet ? NIL : outer, NONE, NONE);
  }

  outer(e: number): number {
    return this.s.w[e + 1];
  }

  /// Address of the value of a name bound in `e` itself, or 0.
  find(e: number, symbol: number): number {
    const { w } = this.s;
    if (e === NIL || e === this.s.rootlet) {
      const cell = this.s.globals.existing(symbol);
      return cell !== 0 && w[cell + 2] !== UNBOUND ? cell + 2 : 0;
    }
    if ((w[e] & 0xff) === Type.Frame) {
      const shape = this.s.shapes[w[e] >>> 12];
      const i = shape.lastIndexOf(symbol);
      return i < 0 ? 0 : e + 2 + i;
    }
    for (let slot = w[e + 2]; slot !== NONE; slot = w[slot + 3]) if (w[slot + 1] === symbol) return slot + 2;
    return 0;
  }

  /// Address of the value of a name visible in `e`, or 0.
  lookup(e: number, symbol: number): number {
    let env = e;
    while (env !== NIL && env !== this.s.rootlet) {
      const at = this.find(env, symbol);
      if (at !== 0) return at;
      env = this.s.w[env + 1];
    }
    return this.find(NIL, symbol);
  }

  /// Binds a name in `e` itself, or changes its value there.
  define(e: number, symbol: number, value: number): void {
    const { w, heap, s } = { w: this.s.w, heap: this.s.heap, s: this.s };
    if (e === NIL || e === s.rootlet) {
      s.globals.set(symbol, value);
      return;
    }
    const at = this.find(e, symbol);
    if (at !== 0) {
      heap.put(at, value);
      return;
    }
    if ((w[e] & 0xff) === Type.Frame) throw s.error("wrong-type-arg", "can't add ~S to the local environment of a procedure", symbol);
    this.append(e, symbol, value);
  }

  append(e: number, symbol: number, value: number): void {
    const { w, heap } = this.s;
    const slot = heap.cell3(Type.Slot, symbol, value, NONE);
    const last = w[e + 3];
    if (last === NONE) heap.put(e + 2, slot);
    else heap.put(last + 3, slot);
    heap.put(e + 3, slot);
  }

  remove(e: number, symbol: number): void {
    const { w, heap, s } = { w: this.s.w, heap: this.s.heap, s: this.s };
    if (e === NIL || e === s.rootlet) {
      const cell = s.globals.existing(symbol);
      if (cell !== 0) heap.put(cell + 2, UNBOUND);
      return;
    }
    if ((w[e] & 0xff) === Type.Frame) return;
    let before = 0;
    for (let slot = w[e + 2]; slot !== NONE; slot = w[slot + 3]) {
      if (w[slot + 1] === symbol) {
        if (before === 0) heap.put(e + 2, w[slot + 3]);
        else heap.put(before + 3, w[slot + 3]);
        if (w[e + 3] === slot) heap.put(e + 3, before === 0 ? NONE : before);
        return;
      }
      before = slot;
    }
  }

  each(e: number, visit: (symbol: number, value: number) => void): void {
    const { w, s } = { w: this.s.w, s: this.s };
    if (e === NIL || e === s.rootlet) {
      s.globals.each(visit);
      return;
    }
    if ((w[e] & 0xff) === Type.Frame) {
      const shape = s.shapes[w[e] >>> 12];
      shape.forEach((symbol, i) => {
        if (w[e + 2 + i] !== UNBOUND) visit(symbol, w[e + 2 + i]);
      });
      return;
    }
    for (let slot = w[e + 2]; slot !== NONE; slot = w[slot + 3]) visit(w[slot + 1], w[slot + 2]);
  }

  length(e: number): number {
    let n = 0;
    this.each(e, () => n++);
    return n;
  }

  isOpen(v: number): boolean {
    return this.s.heap.typeOf(v) === Type.Let && (this.s.w[v] & Flag.Open) !== 0;
  }

  /// A method of an open environment, found there or further out, NONE when there is none.
  method(v: number, symbol: number): number {
    if (!this.isOpen(v)) return NONE;
    for (let e = v; e !== NIL && e !== this.s.rootlet; e = this.s.w[e + 1]) {
      const at = this.find(e, symbol);
      if (at !== 0) return this.s.w[at];
    }
    return NONE;
  }

  hasMethod(v: number, symbol: number): boolean {
    return this.method(v, symbol) !== NONE;
  }
}
