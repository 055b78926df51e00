/// Where lane code keeps its values: v128 locals for varying IR locals, pairs of them for f64, constants filled when the function starts.

import type { Local, Type } from "../../kernel/ir.ts";
import type { Code } from "../encode.ts";
import { Op, ValueType } from "../opcodes.ts";
import { extractOp, splatOp } from "./operations.ts";

/// Lanes 0 and 1, and lanes 2 and 3, of an f64: indices of v128 locals. `owned` ones are temporaries to be given back.
export interface Pair {
  readonly lo: number;
  readonly hi: number;
  readonly owned: boolean;
}

/// A value in locals: `pair` for an f64, `single` for others.
export interface Held {
  readonly type: Type;
  readonly single?: number;
  readonly pair?: Pair;
}

const { v128 } = ValueType;
export const lanes = [0, 1, 2, 3] as const;

export class LaneLocals {
  readonly code: Code;
  private readonly singles = new Map<Local, number>();
  private readonly pairs = new Map<Local, Pair>();
  private readonly constants = new Map<string, number>();

  constructor(code: Code) {
    this.code = code;
  }

  /// The v128 local of a varying f32 or i32 local.
  single(local: Local): number {
    const known = this.singles.get(local);
    if (known !== undefined) return known;
    const index = this.code.local(v128, local.name);
    this.singles.set(local, index);
    return index;
  }

  /// The v128 locals of a varying f64 local.
  pairOf(local: Local): Pair {
    const known = this.pairs.get(local);
    if (known) return known;
    const pair = { lo: this.code.local(v128, `${local.name}.lo`), hi: this.code.local(v128, `${local.name}.hi`), owned: false };
    this.pairs.set(local, pair);
    return pair;
  }

  /// Says that the v128 parameters from `index` on hold `local`. Returns the index after them.
  bind(local: Local, index: number): number {
    if (local.type === "f64") {
      this.pairs.set(local, { lo: index, hi: index + 1, owned: false });
      this.code.names[index] = `${local.name}.lo`;
      this.code.names[index + 1] = `${local.name}.hi`;
      return index + 2;
    }
    this.singles.set(local, index);
    this.code.names[index] = local.name;
    return index + 1;
  }

  /// Makes the scalar parameter `index` the first value of `local` in all lanes.
  spread(local: Local, index: number): void {
    const { prologue } = this.code;
    const to = local.type === "f64" ? [this.pairOf(local).lo, this.pairOf(local).hi] : [this.single(local)];
    for (const half of to) {
      prologue.get(index);
      prologue.op(splatOp[local.type]);
      prologue.set(half);
    }
  }

  release(pair: Pair): void {
    if (!pair.owned) return;
    this.code.release(pair.lo);
    this.code.release(pair.hi);
  }

  /// A new pair from what is on the stack, hi on top.
  protected take(): Pair {
    const pair = { lo: this.code.temporary(v128), hi: this.code.temporary(v128), owned: true };
    this.code.set(pair.hi);
    this.code.set(pair.lo);
    return pair;
  }

  /// A vector constant lives in a local that is filled when the function starts: V8 would build it anew at each use.
  protected constant(type: Type, value: number): void {
    const key = `${type}${Object.is(value, -0) ? "-0" : value}`;
    let index = this.constants.get(key);
    if (index === undefined) {
      index = this.code.local(v128, `const ${value}`);
      this.constants.set(key, index);
      const start = this.code.prologue;
      start.constant(type, value);
      start.op(splatOp[type]);
      start.set(index);
    }
    this.code.get(index);
  }

  /// Leaves what `bytes` choose of the two vectors on the stack.
  shuffle(bytes: readonly number[]): void {
    this.code.op(Op["i8x16.shuffle"]);
    for (const byte of bytes) this.code.byte(byte);
  }

  protected extract(type: Type, vector: number | Pair, lane: number): void {
    const { code } = this;
    const half = typeof vector === "number" ? vector : lane < 2 ? vector.lo : vector.hi;
    code.get(half);
    code.op(extractOp[type]);
    code.byte(typeof vector === "number" ? lane : lane & 1);
  }

  /// Leaves lane `lane` of `held` on the stack.
  lane(held: Held, lane: number): void {
    if (held.type === "f64") this.extract("f64", held.pair as Pair, lane);
    else this.extract(held.type, held.single as number, lane);
  }

  drop(held: Held): void {
    if (held.pair) this.release(held.pair);
    if (held.single !== undefined) this.code.release(held.single);
  }

  /// Gives `l`, a local of a function being inlined, temporaries to live in.
  protected placeVarying(l: Local): number[] {
    const { code } = this;
    if (l.type === "f64") {
      const pair = { lo: code.temporary(v128), hi: code.temporary(v128), owned: false };
      this.pairs.set(l, pair);
      return [pair.lo, pair.hi];
    }
    const index = code.temporary(v128);
    this.singles.set(l, index);
    return [index];
  }
}
