/// Regions: what lanes cannot do together. The locals a region uses go to scratch memory, scalar code runs once per active lane, in lane order, and the
/// locals come back.

import type { Local, Stmt } from "../../kernel/ir.ts";
import { walkStmts } from "../../kernel/walk.ts";
import { writtenFirst } from "../inline.ts";
import { Op, ValueType } from "../opcodes.ts";
import { ScalarEmitter } from "../scalar.ts";
import { alignOf, loadOp, storeOp, valueType } from "../tables.ts";
import type { LaneValues } from "./values.ts";

/// Bytes that a program in lanes may use at the scratch address; the first `regionBytes` of them for the locals of regions.
export const scratchBytes = 61440;
export const regionBytes = 12288;

export class Regions {
  private readonly values: LaneValues;
  private readonly scratch: number | undefined;
  /// How often each local is used in the whole program.
  private readonly uses: ReadonlyMap<Local, number>;

  constructor(values: LaneValues, uses: ReadonlyMap<Local, number>, scratch: number | undefined) {
    this.values = values;
    this.scratch = scratch;
    this.uses = uses;
  }

  /// Scalar code for the active lanes, one after the other.
  emit(stmts: readonly Stmt[]): void {
    const { values } = this;
    const { code, mask, base } = values;
    if (this.scratch === undefined) throw new Error("this program needs scratch memory to run in lanes, and no scratch address was given");
    const { spilled, local, uniform } = this.regionLocals(stmts);
    let at = this.scratch;
    const places = spilled.map(({ local: l }) => {
      const place = at;
      at += l.type === "f64" ? 32 : 16;
      return place;
    });
    if (at - this.scratch > regionBytes)
      throw new Error(`${spilled.length} variables do not fit the scratch memory of ${regionBytes} bytes`);

    spilled.forEach(({ local: l }, i) => {
      this.spill(l, places[i] as number);
    });
    const offset = code.temporary(ValueType.i32);
    const bits = code.temporary(ValueType.i32);
    code.i32(0);
    code.set(offset);
    if (mask !== undefined) {
      code.get(mask);
      code.op(Op["i32x4.bitmask"]);
      code.set(bits);
    }
    code.open(Op.loop);
    if (mask !== undefined) {
      code.get(bits);
      code.i32(1);
      code.op(Op["i32.and"]);
      code.open(Op.if);
    }

    const wideOffset = code.temporary(ValueType.i32);
    const laneBase = code.temporary(ValueType.i32);
    const wideBase = code.temporary(ValueType.i32);
    this.sum(wideOffset, offset, offset);
    if (base !== undefined) {
      this.sum(laneBase, base, offset);
      this.sum(wideBase, base, wideOffset);
    }
    const frame = base === undefined ? undefined : { base: laneBase, wideBase, wordShift: 4 as const, lane: offset, wideLane: wideOffset };
    const body = new ScalarEmitter(code, values.callees, frame);
    for (const l of uniform) body.bind(l, values.uniform.indexOf(l));
    const held = [...spilled.map((s) => s.local), ...local].map((l) => {
      const index = code.temporary(valueType[l.type]);
      body.bind(l, index);
      return index;
    });
    spilled.forEach(({ local: l }, i) => {
      code.get(l.type === "f64" ? wideOffset : offset);
      code.memory(loadOp[l.type], alignOf[l.type], places[i] as number);
      code.set(held[i] as number);
    });
    body.block(stmts);
    spilled.forEach(({ local: l, assigned }, i) => {
      if (!assigned) return;
      code.get(l.type === "f64" ? wideOffset : offset);
      code.get(held[i] as number);
      code.memory(storeOp[l.type], alignOf[l.type], places[i] as number);
    });
    for (const index of held) code.release(index);

    if (mask !== undefined) {
      code.end();
      code.get(bits);
      code.i32(1);
      code.op(Op["i32.shr_u"]);
      code.set(bits);
    }
    code.get(offset);
    code.i32(4);
    code.op(Op["i32.add"]);
    code.tee(offset);
    code.i32(16);
    code.op(Op["i32.lt_u"]);
    code.branch(Op.br_if, 0);
    code.end();
    for (const index of [offset, bits, wideOffset, laneBase, wideBase]) code.release(index);
    spilled.forEach(({ local: l, assigned }, i) => {
      if (assigned) this.reload(l, places[i] as number);
    });
  }

  private sum(to: number, a: number, b: number): void {
    const { code } = this.values;
    code.get(a);
    code.get(b);
    code.op(Op["i32.add"]);
    code.set(to);
  }

  /// The locals a region uses: varying ones that live beyond it, those of its own, uniform ones.
  private regionLocals(stmts: readonly Stmt[]) {
    const assigned = new Set<Local>();
    const inside = countUses(stmts, assigned);
    const spilled: { readonly local: Local; readonly assigned: boolean }[] = [];
    const local: Local[] = [];
    const uniform: Local[] = [];
    for (const [l, count] of inside) {
      if (!this.values.variance.isVarying(l)) uniform.push(l);
      else if (count === this.uses.get(l) && writtenFirst(stmts, l)) local.push(l);
      else spilled.push({ local: l, assigned: assigned.has(l) });
    }
    return { spilled, local, uniform };
  }

  private spill(local: Local, place: number): void {
    const { values } = this;
    const { code } = values;
    const halves = local.type === "f64" ? [values.pairOf(local).lo, values.pairOf(local).hi] : [values.single(local)];
    halves.forEach((index, i) => {
      code.i32(0);
      code.get(index);
      code.memory(Op["v128.store"], 4, place + i * 16);
    });
  }

  private reload(local: Local, place: number): void {
    const { values } = this;
    const { code } = values;
    const halves = local.type === "f64" ? [values.pairOf(local).lo, values.pairOf(local).hi] : [values.single(local)];
    halves.forEach((index, i) => {
      code.i32(0);
      code.memory(Op["v128.load"], 4, place + i * 16);
      code.set(index);
    });
  }
}

/// How often each local is read or set. Those that are set are added to `assigned`.
export function countUses(stmts: readonly Stmt[], assigned?: Set<Local>): Map<Local, number> {
  const uses = new Map<Local, number>();
  const count = (local: Local) => uses.set(local, (uses.get(local) ?? 0) + 1);
  walkStmts(
    stmts,
    (s) => {
      if (s.op !== "set") return;
      count(s.local);
      assigned?.add(s.local);
    },
    (e) => {
      if (e.op === "local") count(e.local);
    },
  );
  return uses;
}
