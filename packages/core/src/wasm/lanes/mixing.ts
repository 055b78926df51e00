/// Mixing: what four synths add to buses sample by sample, added after the sample loop four samples at a time.
///
/// In the loop each sum leaves its lanes in scratch memory, a frame of four after the other. Afterwards four frames become four vectors of four samples
/// of one synth, and those are added to that synth's bus. A sample of a bus receives its addends in the order of four lone synths.

import type { Expr, Local, Stmt } from "../../kernel/ir.ts";
import { ownExprs, walkExpr, walkStmts } from "../../kernel/walk.ts";
import { writtenFirst } from "../inline.ts";
import { Op, ValueType } from "../opcodes.ts";
import { lanes } from "./locals.ts";
import { accumulated } from "./shared-access.ts";
import type { LaneValues } from "./values.ts";

type Loop = Extract<Stmt, { op: "loop" }>;
type Store = Extract<Stmt, { op: "store" }>;

/// `store(base + constant + 4 counter, load(there) + added)` in every round of a loop.
interface Sum {
  readonly store: Store;
  readonly added: Expr;
  readonly base: readonly Expr[];
  readonly constant: number;
}

/// The sums of a loop whose counter goes from 0 to `frames`.
export interface Mix {
  readonly counter: Local;
  readonly frames: number;
  readonly sums: readonly Sum[];
}

/// What to mix after the loop at `list[at]`, or undefined when its sums must stay where they are.
export function mixOf(list: readonly Stmt[], at: number): Mix | undefined {
  const loop = list[at];
  if (loop?.op !== "loop") return undefined;
  const count = counted(loop, list.slice(0, at));
  if (!count || count.frames % 4 !== 0) return undefined;
  const terms = new AddressTerms(loop, count.counter);
  const sums: Sum[] = [];
  let shared = 0;
  let mixed = true;
  walkStmts(loop.body, (stmt) => {
    if (stmt.op === "store" && !stmt.wire) shared++;
    const added = stmt.op === "store" ? accumulated(stmt) : undefined;
    // What reads a block of shared memory as it goes might read a sum.
    for (const e of added ? [added] : ownExprs(stmt)) if (readsBlock(e, terms)) mixed = false;
  });
  for (const stmt of loop.body) {
    const added = stmt.op === "store" ? accumulated(stmt) : undefined;
    if (stmt.op !== "store" || !added || stmt.type !== "f32") continue;
    const split = terms.split(stmt.addr);
    if (split?.strides === 1 && split.fixed) sums.push({ store: stmt, added, base: split.base, constant: split.constant + stmt.offset });
  }
  return mixed && sums.length > 0 && sums.length === shared ? { ...count, sums } : undefined;
}

function readsBlock(e: Expr, terms: AddressTerms): boolean {
  let found = false;
  walkExpr(e, (x) => {
    if (x.op === "load" && !x.wire && terms.split(x.addr)?.strides !== 0) found = true;
  });
  return found;
}

/// The counter of a loop that ends with `counter += 1; if (counter >= frames) break` and has no other way out; it starts at 0.
function counted(loop: Loop, before: readonly Stmt[]): Pick<Mix, "counter" | "frames"> | undefined {
  const [step, test] = loop.body.slice(-2);
  if (step?.op !== "set" || test?.op !== "if" || test.cond.op !== "compare" || test.cond.fn !== "ge") return undefined;
  const { a, b } = test.cond;
  const [leave] = test.then;
  if (a.op !== "local" || a.local !== step.local || b.op !== "const" || leave?.op !== "break" || leave.label !== loop.label)
    return undefined;
  const counter = a.local;
  const { value } = step;
  const steps = value.op === "binary" && value.fn === "add" && value.a.op === "local" && value.a.local === counter;
  if (!steps || value.b.op !== "const" || value.b.value !== 1) return undefined;
  let start: Expr | undefined;
  walkStmts(before, (stmt) => {
    if (stmt.op === "set" && stmt.local === counter) start = before.includes(stmt) ? stmt.value : undefined;
  });
  if (start?.op !== "const" || start.value !== 0) return undefined;
  let others = 0;
  walkStmts(loop.body.slice(0, -2), (stmt) => {
    if (stmt.op === "set" && stmt.local === counter) others++;
    if ((stmt.op === "break" || stmt.op === "continue") && stmt.label === loop.label) others++;
  });
  return others === 0 ? { counter, frames: b.value } : undefined;
}

/// Addresses as sums of a constant, terms that stay the same in every round, and multiples of four bytes per round.
class AddressTerms {
  /// Locals of the loop. Those that are set once in each round, before they are read, have that value.
  private readonly values = new Map<Local, Expr | undefined>();
  private readonly counter: Local;

  constructor(loop: Loop, counter: Local) {
    this.counter = counter;
    walkStmts(loop.body, (stmt) => {
      if (stmt.op === "set") this.values.set(stmt.local, this.values.has(stmt.local) ? undefined : stmt.value);
    });
    for (const local of this.values.keys()) if (!writtenFirst(loop.body, local)) this.values.set(local, undefined);
  }

  /// `strides` counts the terms that are four times the counter; `fixed` says that the others do not move.
  split(addr: Expr): { base: Expr[]; constant: number; strides: number; fixed: boolean } {
    const result = { base: [] as Expr[], constant: 0, strides: 0, fixed: true };
    this.add(addr, result);
    return result;
  }

  private add(e: Expr, result: ReturnType<AddressTerms["split"]>): void {
    const value = e.op === "local" ? this.values.get(e.local) : undefined;
    if (value) this.add(value, result);
    else if (e.op === "const") result.constant += e.value;
    else if (e.op === "binary" && e.fn === "add") {
      this.add(e.a, result);
      this.add(e.b, result);
    } else if (this.isStride(e)) result.strides++;
    else {
      if (!this.isFixed(e)) result.fixed = false;
      result.base.push(e);
    }
  }

  /// Four times the counter.
  private isStride(e: Expr): boolean {
    if (e.op !== "binary" || e.a.op !== "local" || e.a.local !== this.counter || e.b.op !== "const") return false;
    return (e.fn === "shl" && e.b.value === 2) || (e.fn === "mul" && e.b.value === 4);
  }

  private isFixed(e: Expr): boolean {
    let fixed = true;
    walkExpr(e, (x) => {
      if (x.op === "field" || x.op === "load" || x.op === "host" || (x.op === "local" && this.values.has(x.local))) fixed = false;
    });
    return fixed;
  }
}

/// Bytes of scratch memory that `mix` needs.
export const mixBytes = (mix: Mix): number => mix.sums.length * mix.frames * 16;

/// Emits `mix`, with the lanes of each sum's frames in scratch memory at `scratch`.
export class Mixer {
  private readonly values: LaneValues;
  private readonly mix: Mix;
  private readonly places: readonly number[];

  constructor(values: LaneValues, mix: Mix, scratch: number) {
    this.values = values;
    this.mix = mix;
    this.places = mix.sums.map((_, i) => scratch + i * mix.frames * 16);
  }

  /// In the loop, in place of `store`: keeps the lanes. False when `store` is no sum of this mix.
  keep(store: Store): boolean {
    const { values } = this;
    const { code } = values;
    const { counter, sums } = this.mix;
    const i = sums.findIndex((sum) => sum.store === store);
    const sum = sums[i];
    if (!sum) return false;
    values.uniform.value({ op: "local", type: "i32", local: counter });
    code.i32(4);
    code.op(Op["i32.shl"]);
    values.vector(sum.added);
    code.memory(Op["v128.store"], 4, this.places[i] as number);
    return true;
  }

  /// After the loop: adds everything that was kept.
  emit(): void {
    const { values, mix } = this;
    const { code } = values;
    const addresses = mix.sums.map((sum) => this.addresses(sum));
    const at = code.temporary(ValueType.i32);
    const frame = code.temporary(ValueType.i32);
    code.i32(0);
    code.set(at);
    code.open(Op.loop);
    code.get(at);
    code.i32(2);
    code.op(Op["i32.shl"]);
    code.set(frame);
    const voices = this.places.map((place) => this.transposed(frame, place));
    for (const lane of lanes) {
      mix.sums.forEach((_, i) => {
        this.addTo(addresses[i]?.[lane] as number, at, voices[i]?.[lane] as number);
      });
    }
    code.get(at);
    code.i32(16);
    code.op(Op["i32.add"]);
    code.tee(at);
    code.i32(mix.frames * 4);
    code.op(Op["i32.lt_u"]);
    code.branch(Op.br_if, 0);
    code.end();
    for (const index of new Set([at, frame, ...addresses.flat(), ...voices.flat()])) code.release(index);
  }

  /// Locals that hold where each lane's bus starts.
  private addresses({ base, constant }: Sum): number[] {
    const { values } = this;
    const { code } = values;
    const start = base.reduce<Expr>((a, b) => ({ op: "binary", type: "i32", fn: "add", a, b }), {
      op: "const",
      type: "i32",
      value: constant,
    });
    const held = values.hold(start);
    const result = lanes.map((lane) => {
      const index = code.temporary(ValueType.i32);
      values.lane(held, lane);
      code.set(index);
      return index;
    });
    values.drop(held);
    return result;
  }

  /// Four frames at `frame` + `place` as four samples of each lane, in new temporaries.
  private transposed(frame: number, place: number): number[] {
    const { code } = this.values;
    const { v128 } = ValueType;
    const rows = lanes.map((i) => {
      const row = code.temporary(v128);
      code.get(frame);
      code.memory(Op["v128.load"], 4, place + i * 16);
      code.set(row);
      return row;
    });
    const shuffled = (a: number, b: number, bytes: readonly number[]) => {
      const index = code.temporary(v128);
      code.get(rows[a] as number);
      code.get(rows[b] as number);
      this.values.shuffle(bytes);
      code.set(index);
      return index;
    };
    const halves = [
      shuffled(0, 1, interleaved.low),
      shuffled(2, 3, interleaved.low),
      shuffled(0, 1, interleaved.high),
      shuffled(2, 3, interleaved.high),
    ] as const;
    lanes.forEach((lane) => {
      const half = lane < 2 ? 0 : 2;
      code.get(halves[half]);
      code.get(halves[half + 1] as number);
      this.values.shuffle(lane & 1 ? joined.high : joined.low);
      code.set(rows[lane] as number);
    });
    for (const index of halves) code.release(index);
    return rows;
  }

  private addTo(bus: number, at: number, voice: number): void {
    const { code } = this.values;
    const place = code.temporary(ValueType.i32);
    code.get(bus);
    code.get(at);
    code.op(Op["i32.add"]);
    code.tee(place);
    code.get(place);
    code.memory(Op["v128.load"], 2, 0);
    code.get(voice);
    code.op(Op["f32x4.add"]);
    code.memory(Op["v128.store"], 2, 0);
    code.release(place);
  }
}

/// Bytes of two vectors (the second one's are 16 to 31): 32-bit words in turn, 64-bit halves side by side.
const interleaved = {
  low: [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23],
  high: [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31],
} as const;
const joined = {
  low: [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
  high: [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31],
} as const;
