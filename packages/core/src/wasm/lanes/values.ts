/// Expressions for four lanes: f32 and i32 as one v128 on the stack, f64 as two v128 in local variables, conditions as masks.

import type { BinaryOp, Expr, Field, Local, Stmt, Type } from "../../kernel/ir.ts";
import { addressOf } from "../address.ts";
import type { Code } from "../encode.ts";
import { inlineShape, type Shape } from "../inline.ts";
import { Op, ValueType } from "../opcodes.ts";
import { type Callees, ScalarEmitter } from "../scalar.ts";
import { opcodeFor, scalarUnary, valueType } from "../tables.ts";
import { type Held, LaneLocals, lanes, type Pair } from "./locals.ts";
import { laneBinary, laneCompare, laneShift, laneUnary, shuffles, splatOp } from "./operations.ts";
import { type Variance, varianceOf } from "./variance.ts";

const { v128 } = ValueType;

export class LaneValues extends LaneLocals {
  readonly callees: Callees;
  /// Of the program, or of the function being inlined.
  variance: Variance;
  /// Emits what is the same in all lanes.
  readonly uniform: ScalarEmitter;
  /// The local variable that holds the base address; undefined in a pure function.
  readonly base: number | undefined;
  /// The local variable that holds the mask of the lanes that run the present statement; undefined for all.
  mask: number | undefined;
  /// Emits the statements of a function being inlined.
  block: (stmts: readonly Stmt[]) => void = () => {};
  private inlined = 0;
  /// How many loops the present statement is inside of. A pure function may be called in one.
  loops: number;

  constructor(code: Code, callees: Callees, variance: Variance, base: number | undefined) {
    super(code);
    this.callees = callees;
    this.variance = variance;
    this.base = base;
    this.loops = base === undefined ? 1 : 0;
    this.uniform = new ScalarEmitter(code, callees, undefined);
    this.uniform.any = (e) => this.any(e);
  }

  private varies(e: Expr): boolean {
    return this.variance.varies(e);
  }

  /// Evaluates `e`, of any type, into locals.
  hold(e: Expr): Held {
    if (e.type === "f64") return { type: e.type, pair: this.pair(e) };
    this.vector(e);
    const single = this.code.temporary(v128);
    this.code.set(single);
    return { type: e.type, single };
  }

  /// Leaves the four lanes of `e`, an f32 or i32, on the stack.
  vector(e: Expr): void {
    const { code } = this;
    if (e.op === "const") {
      this.constant(e.type, e.value);
      return;
    }
    if (!this.varies(e)) {
      this.uniform.value(e);
      code.op(splatOp[e.type]);
      return;
    }
    switch (e.op) {
      case "local":
        code.get(this.single(e.local));
        if (this.isMask(e.local)) this.oneBit();
        return;
      case "unary":
        this.unary(e);
        return;
      case "binary":
        this.binary(e);
        return;
      case "compare":
        this.condition(e);
        this.oneBit();
        return;
      case "select":
        this.vector(e.a);
        this.vector(e.b);
        this.condition(e.cond);
        code.op(Op["v128.bitselect"]);
        return;
      case "convert":
        this.convert(e);
        return;
      case "field":
        if (e.index && this.varies(e.index)) this.gatherElement(e.field, e.index);
        else this.loadHalf(e.field, e.index, 0);
        return;
      case "load":
        if (this.varies(e.addr)) this.gather(e.type, e.addr, e.offset, e.wire === true);
        else code.memory(Op["v128.load"], 4, this.wire(e.addr, e.offset));
        return;
      case "call":
        this.call(e);
        return;
      case "host":
        throw new Error(`${e.fn.name}: host functions are called lane by lane`);
    }
  }

  /// The four lanes of `e`, an f64.
  pair(e: Expr): Pair {
    const { code } = this;
    if (!this.varies(e)) {
      if (e.op === "const") this.constant("f64", e.value);
      else {
        this.uniform.value(e);
        code.op(Op["f64x2.splat"]);
      }
      const both = code.temporary(v128);
      code.tee(both);
      code.get(both);
      code.release(both);
      return this.take();
    }
    switch (e.op) {
      case "local":
        return this.pairOf(e.local);
      case "unary": {
        const a = this.pair(e.a);
        return this.perHalf([a], () => code.op(opcodeFor(laneUnary, "f64", e.fn)));
      }
      case "binary": {
        if (e.fn === "words") return this.join(e.a, e.b);
        const a = this.pair(e.a);
        const b = this.pair(e.b);
        return this.perHalf([a, b], () => this.floatOp("f64", e.fn));
      }
      case "select": {
        const a = this.pair(e.a);
        const b = this.pair(e.b);
        this.condition(e.cond);
        const mask = this.widen();
        return this.perHalf([a, b, mask], () => code.op(Op["v128.bitselect"]));
      }
      case "convert":
        return this.toPair(e);
      case "field":
        if (e.index && this.varies(e.index)) {
          this.gatherElement(e.field, e.index);
        } else {
          this.loadHalf(e.field, e.index, 0);
          this.loadHalf(e.field, e.index, 16);
        }
        return this.take();
      case "load":
        if (this.varies(e.addr)) {
          this.gather("f64", e.addr, e.offset, e.wire === true);
        } else {
          code.memory(Op["v128.load"], 4, this.wire(e.addr, e.offset));
          code.memory(Op["v128.load"], 4, this.wire(e.addr, e.offset) + 16);
        }
        return this.take();
      case "call":
        this.call(e);
        return this.take();
      default:
        throw new Error(`${e.op} does not give a varying f64`);
    }
  }

  /// Applies `emit` to the low halves of `args`, then to the high ones.
  private perHalf(args: readonly Pair[], emit: () => void): Pair {
    const { code } = this;
    for (const half of ["lo", "hi"] as const) {
      for (const arg of args) code.get(arg[half]);
      emit();
    }
    for (const arg of args) this.release(arg);
    return this.take();
  }

  /// f64 values from their upper and lower words.
  private join(high: Expr, low: Expr): Pair {
    const { code } = this;
    const [a, b] = [this.hold(high), this.hold(low)];
    for (const bytes of [shuffles.joinLow, shuffles.joinHigh]) {
      code.get(b.single as number);
      code.get(a.single as number);
      this.shuffle(bytes);
    }
    this.drop(a);
    this.drop(b);
    return this.take();
  }

  /// Makes an i32x4 mask on the stack a pair of f64x2 masks.
  private widen(): Pair {
    const { code } = this;
    const mask = code.temporary(v128);
    code.tee(mask);
    code.op(Op["i64x2.extend_low_i32x4_s"]);
    code.get(mask);
    code.op(Op["i64x2.extend_high_i32x4_s"]);
    code.release(mask);
    return this.take();
  }

  /// Makes a mask on the stack 0 or 1 in each lane.
  private oneBit(): void {
    this.code.i32(31);
    this.code.op(Op["i32x4.shr_u"]);
  }

  /// Leaves on the stack whether `e` is not 0 for any lane that runs the present statement, as an i32.
  any(e: Expr): void {
    this.condition(e);
    this.applyMask();
    this.code.op(Op["v128.any_true"]);
  }

  private isMask(local: Local): boolean {
    return this.variance.isMask(local);
  }

  /// Leaves -1 in the lanes where `e`, an i32, is not 0, and 0 in the others.
  condition(e: Expr): void {
    const { code } = this;
    if (!this.varies(e)) {
      code.i32(0);
      this.uniform.value(e);
      code.i32(0);
      code.op(Op["i32.ne"]);
      code.op(Op["i32.sub"]);
      code.op(Op["i32x4.splat"]);
    } else if (e.op === "local" && this.isMask(e.local)) {
      code.get(this.single(e.local));
    } else if (e.op === "compare" && (e.fn === "ne" || e.fn === "eq") && this.variance.isBoolean(e.a) && isZero(e.b)) {
      this.condition(e.a);
      if (e.fn === "eq") code.op(Op["v128.not"]);
    } else if (e.op === "compare") {
      this.compare(e.a, e.b, e.fn);
    } else if (e.op === "unary" && e.fn === "eqz" && e.a.type !== "i32") {
      this.compare(e.a, { op: "const", type: e.a.type, value: 0 }, "eq");
    } else if (e.op === "unary" && e.fn === "eqz") {
      this.condition(e.a);
      code.op(Op["v128.not"]);
    } else if (
      e.op === "binary" &&
      (e.fn === "and" || e.fn === "or" || e.fn === "xor") &&
      this.variance.isBoolean(e.a) &&
      this.variance.isBoolean(e.b)
    ) {
      this.condition(e.a);
      this.condition(e.b);
      code.op(opcodeFor(laneBinary, "i32", e.fn));
    } else {
      this.vector(e);
      this.constant("i32", 0);
      code.op(Op["i32x4.ne"]);
    }
  }

  private compare(a: Expr, b: Expr, fn: Extract<Expr, { op: "compare" }>["fn"]): void {
    const { code } = this;
    const opcode = opcodeFor(laneCompare, a.type, fn);
    if (a.type !== "f64") {
      this.vector(a);
      this.vector(b);
      code.op(opcode);
      return;
    }
    const pairs = [this.pair(a), this.pair(b)];
    const mask = this.perHalf(pairs, () => code.op(opcode));
    this.narrow(mask, shuffles.lowWords);
  }

  /// Leaves what `bytes` choose of the two halves.
  private narrow(pair: Pair, bytes: readonly number[]): void {
    this.code.get(pair.lo);
    this.code.get(pair.hi);
    this.shuffle(bytes);
    this.release(pair);
  }

  private unary(e: Extract<Expr, { op: "unary" }>): void {
    const { code } = this;
    if (e.fn === "eqz") {
      this.condition(e);
      this.oneBit();
      return;
    }
    if (e.fn === "clz" || e.fn === "ctz") {
      this.laneByLane([e.a], () => code.op(opcodeFor(scalarUnary, "i32", e.fn)));
      return;
    }
    if (e.fn === "high" || e.fn === "low") {
      this.narrow(this.pair(e.a), e.fn === "high" ? shuffles.highWords : shuffles.lowWords);
      return;
    }
    this.vector(e.a);
    code.op(opcodeFor(laneUnary, e.type, e.fn));
  }

  private binary(e: Extract<Expr, { op: "binary" }>): void {
    const { code } = this;
    const shift = laneShift[e.fn];
    if (shift !== undefined && !this.varies(e.b)) {
      this.vector(e.a);
      this.uniform.value(e.b);
      code.op(shift);
    } else if (e.type === "i32" && laneBinary.i32[e.fn] === undefined) {
      this.laneByLane([e.a, e.b], () => this.uniform.binaryOp(e.fn, "i32", e.b));
    } else {
      this.vector(e.a);
      this.vector(e.b);
      this.floatOp(e.type, e.fn);
    }
  }

  private floatOp(type: Type, fn: BinaryOp): void {
    const { code } = this;
    if (fn !== "copysign") {
      code.op(opcodeFor(laneBinary, type, fn));
      return;
    }
    // Bits of the sign from b, the others from a.
    const a = code.temporary(v128);
    const b = code.temporary(v128);
    code.set(b);
    code.set(a);
    code.get(b);
    code.get(a);
    this.constant(type, -0);
    code.op(Op["v128.bitselect"]);
    code.release(a);
    code.release(b);
  }

  /// What WebAssembly has no vector instruction for: `emit` turns the scalar values of `args` into an i32, four times.
  private laneByLane(args: readonly Expr[], emit: () => void): void {
    const { code } = this;
    const held = args.map((arg) => this.hold(arg));
    for (const lane of lanes) {
      for (const value of held) this.lane(value, lane);
      emit();
      code.op(lane === 0 ? Op["i32x4.splat"] : Op["i32x4.replace_lane"]);
      if (lane > 0) code.byte(lane);
    }
    for (const value of held) this.drop(value);
  }

  private convert(e: Extract<Expr, { op: "convert" }>): void {
    const { code } = this;
    switch (e.fn) {
      case "bits":
        this.vector(e.a);
        return;
      case "fromInt":
      case "fromUint":
        this.vector(e.a);
        code.op(e.fn === "fromInt" ? Op["f32x4.convert_i32x4_s"] : Op["f32x4.convert_i32x4_u"]);
        return;
      case "demote": {
        const a = this.pair(e.a);
        this.narrow(
          this.perHalf([a], () => code.op(Op["f32x4.demote_f64x2_zero"])),
          shuffles.lowHalves,
        );
        return;
      }
      case "toInt":
        this.toInt(e.a);
        return;
      case "promote":
        throw new Error("promote gives an f64");
    }
  }

  /// As the scalar form: the saturating conversion where |x| < 2^31, else -2^31.
  private toInt(a: Expr): void {
    const { code } = this;
    if (a.type === "f64") {
      const x = this.pair(a);
      const kept: Pair = { ...x, owned: false };
      const numbers = this.perHalf([kept], () => code.op(Op["i32x4.trunc_sat_f64x2_s_zero"]));
      this.narrow(numbers, shuffles.lowHalves);
      this.constant("i32", -2147483648);
      const inside = this.perHalf([x], () => {
        code.op(Op["f64x2.abs"]);
        this.constant("f64", 2147483648);
        code.op(Op["f64x2.lt"]);
      });
      this.narrow(inside, shuffles.lowWords);
    } else {
      this.vector(a);
      const x = code.temporary(v128);
      code.tee(x);
      code.op(Op["i32x4.trunc_sat_f32x4_s"]);
      this.constant("i32", -2147483648);
      code.get(x);
      code.op(Op["f32x4.abs"]);
      this.constant("f32", 2147483648);
      code.op(Op["f32x4.lt"]);
      code.release(x);
    }
    code.op(Op["v128.bitselect"]);
  }

  private toPair(e: Extract<Expr, { op: "convert" }>): Pair {
    const { code } = this;
    const opcode =
      e.fn === "promote"
        ? Op["f64x2.promote_low_f32x4"]
        : e.fn === "fromInt"
          ? Op["f64x2.convert_low_i32x4_s"]
          : Op["f64x2.convert_low_i32x4_u"];
    this.vector(e.a);
    const x = code.temporary(v128);
    code.tee(x);
    code.op(opcode);
    code.get(x);
    code.get(x);
    this.shuffle(shuffles.high);
    code.op(opcode);
    code.release(x);
    return this.take();
  }

  /// Leaves the address of element `index` (uniform) of `field` for lane 0 on the stack; returns the constant to add.
  element(field: Field, index: Expr | undefined): number {
    const { code } = this;
    if (this.base === undefined) throw new Error(`${field.name}: a pure function has no fields`);
    const offset = field.word * 16;
    const shift = field.type === "f64" ? 5 : 4;
    code.get(this.base);
    if (!index) return offset;
    if (index.op === "const") return offset + (index.value << shift);
    this.uniform.value(index);
    code.i32(shift);
    code.op(Op["i32.shl"]);
    code.op(Op["i32.add"]);
    return offset;
  }

  /// Leaves 16 bytes of a field on the stack: four lanes, or two of an f64.
  private loadHalf(field: Field, index: Expr | undefined, half: 0 | 16): void {
    const offset = this.element(field, index) + half;
    this.code.note(field.name);
    this.code.memory(Op["v128.load"], 4, offset);
  }

  /// Leaves the address of a wire's frame (uniform) for lane 0 on the stack; returns the constant to add.
  wire(addr: Expr, offset: number): number {
    const { code } = this;
    const constant = this.uniform.address(addr, 0);
    code.i32(2);
    code.op(Op["i32.shl"]);
    return constant * 4 + offset;
  }

  /// Leaves the addresses of elements `index` (varying) of `field` in a new temporary, not counting `field.word * 16` and the lane.
  elements(field: Field, index: Expr): number {
    const { code } = this;
    this.vector(index);
    this.applyMask();
    code.i32(field.type === "f64" ? 5 : 4);
    code.op(Op["i32x4.shl"]);
    code.get(this.base as number);
    code.op(Op["i32x4.splat"]);
    code.op(Op["i32x4.add"]);
    const addresses = code.temporary(v128);
    code.set(addresses);
    return addresses;
  }

  private gatherElement(field: Field, index: Expr): void {
    const size = field.type === "f64" ? 8 : 4;
    this.gatherFrom(field.type, this.elements(field, index), field.word * 16, size);
  }

  private gather(type: Type, addr: Expr, offset: number, wire: boolean): void {
    const { addresses, constant } = this.addresses(addr, offset, wire);
    this.gatherFrom(type, addresses, constant, wire ? (type === "f64" ? 8 : 4) : 0);
  }

  /// Computes varying addresses into a new temporary; the constant is still to be added.
  addresses(addr: Expr, offset: number, wire = false): { readonly addresses: number; readonly constant: number } {
    const { code } = this;
    const { terms, constant } = addressOf(addr, wire ? 0 : offset);
    terms.forEach((term, i) => {
      this.vector(term);
      if (i > 0) code.op(Op["i32x4.add"]);
    });
    this.applyMask();
    if (wire) {
      code.i32(2);
      code.op(Op["i32x4.shl"]);
    }
    const addresses = code.temporary(v128);
    code.set(addresses);
    return { addresses, constant: wire ? constant * 4 + offset : constant };
  }

  /// Lanes that do not run the statement may hold any address: they look at the start of the array instead.
  private applyMask(): void {
    if (this.mask === undefined) return;
    this.code.get(this.mask);
    this.code.op(Op["v128.and"]);
  }

  /// Loads lane l from its address + `constant` + l * `step`: one vector on the stack, or two for f64. Gives `addresses` back.
  private gatherFrom(type: Type, addresses: number, constant: number, step: number): void {
    const { code } = this;
    const wide = type === "f64";
    const into = code.temporary(v128);
    for (const lane of lanes) {
      const at = constant + lane * step;
      const place = wide ? lane & 1 : lane;
      this.extract("i32", addresses, lane);
      if (place === 0) {
        code.memory(wide ? Op["v128.load64_zero"] : Op["v128.load32_zero"], wide ? 3 : 2, at);
      } else {
        code.get(into);
        code.memory(wide ? Op["v128.load64_lane"] : Op["v128.load32_lane"], wide ? 3 : 2, at);
        code.byte(place);
      }
      if (place === (wide ? 1 : 3)) continue;
      code.set(into);
    }
    code.release(into);
    code.release(addresses);
  }

  private call(e: Extract<Expr, { op: "call" }>): void {
    const { code } = this;
    const varying = e.args.map((arg) => this.varies(arg));
    const shape = inlineShape(e.fn, code.length, this.inlined, this.loops > 0);
    const variance = shape && varianceOf(e.fn, varying);
    if (shape && variance?.perLane.size === 0) {
      this.inline(e, shape, variance);
      return;
    }
    e.args.forEach((arg, i) => {
      if (varying[i]) this.push(arg);
      else this.uniform.value(arg);
    });
    code.call(this.callees.lanes(e.fn, varying));
  }

  /// Leaves the lanes of `e` on the stack, in one vector or two.
  push(e: Expr): void {
    if (e.type !== "f64") {
      this.vector(e);
      return;
    }
    const pair = this.pair(e);
    this.code.get(pair.lo);
    this.code.get(pair.hi);
    this.release(pair);
  }

  /// The body of `e.fn` in place of the call. It runs for all lanes, whatever the mask: it has no effect but its result.
  private inline(e: Extract<Expr, { op: "call" }>, shape: Shape, variance: Variance): void {
    const { code } = this;
    const { params, body, result } = e.fn;
    code.note(e.fn.name);
    for (const [i, param] of params.entries()) {
      const arg = e.args[i] as Expr;
      if (variance.isVarying(param)) this.push(arg);
      else this.uniform.value(arg);
    }
    const held = [...params, ...shape.locals].map((l) => (variance.isVarying(l) ? this.placeVarying(l) : this.placeUniform(l)));
    for (let i = params.length - 1; i >= 0; i--) for (const index of (held[i] as number[]).toReversed()) code.set(index);
    for (const l of shape.zeroed) {
      for (const index of held[params.length + shape.locals.indexOf(l)] as number[]) {
        if (variance.isVarying(l)) this.constant("i32", 0);
        else code.constant(l.type, 0);
        code.set(index);
      }
    }
    const outer = { variance: this.variance, mask: this.mask };
    this.variance = variance;
    this.mask = undefined;
    this.inlined++;
    this.block(body);
    this.push(result);
    this.inlined--;
    this.variance = outer.variance;
    this.mask = outer.mask;
    for (const index of held.flat()) code.release(index);
  }

  private placeUniform(l: Local): number[] {
    const index = this.code.temporary(valueType[l.type]);
    this.uniform.bind(l, index);
    return [index];
  }
}

const isZero = (e: Expr): boolean => e.op === "const" && e.type === "i32" && e.value === 0;
