/// IR to WebAssembly for a pack: four synths of one definition, a lane each, with the results that four lone synths would give bit for bit.
///
/// Uniform `if` and loops are ordinary control flow. A varying `if` runs both branches under masks. What cannot run so (`Variance.perLane`) is
/// emitted as a *region*: the locals it uses go to scratch memory, scalar code runs once per active lane, in lane order, and the locals come back.

import type { Expr, IRFunction, LaneRefusal, Local, Program, Stmt, Type } from "../kernel/ir.ts";
import { ownExprs, walkExpr, walkStmts } from "../kernel/walk.ts";
import { Code } from "./encode.ts";
import { writtenFirst } from "./inline.ts";
import { type Held, lanes } from "./lane-locals.ts";
import { LaneValues } from "./lane-values.ts";
import { Op, ValueType } from "./opcodes.ts";
import { type Callees, ScalarEmitter } from "./scalar.ts";
import { accumulated } from "./shared-access.ts";
import { joinSums } from "./sums.ts";
import { alignOf, loadOp, opcodeFor, scalarBinary, storeOp, valueType } from "./tables.ts";
import { Variance, varianceOf } from "./variance.ts";

/// Bytes that regions may use at the scratch address.
export const scratchBytes = 61440;

/// Regions are worth it while they are small: with more of the work than this in them, four lone synths are faster.
const mostPerLane = 0.6;
/// Each level of loops counts as so many rounds.
const roundsPerLoop = 16;

/// Why a pack should not run `program` in lanes, or undefined. `emitLanes` is correct for any program; a refusal says that it would be slow.
export function laneRefusal(program: Program): LaneRefusal | undefined {
  const body = joinSums(program.body);
  const { perLane } = new Variance(body);
  if (perLane.size === 0) return undefined;
  let total = 0;
  let slow = 0;
  let worst = 0;
  let reason = "";
  const visit = (stmts: readonly Stmt[], weight: number, cause: string | undefined): void => {
    for (const stmt of stmts) {
      const why = cause ?? perLane.get(stmt);
      const cost = weight * ownExprs(stmt).reduce((sum, e) => sum + sizeOf(e), 0);
      total += cost;
      if (why) slow += cost;
      if (why && cost > worst) [worst, reason] = [cost, why];
      if (stmt.op === "if") {
        visit(stmt.then, weight, why);
        visit(stmt.else, weight, why);
      } else if (stmt.op === "loop") {
        visit(stmt.body, weight * roundsPerLoop, why);
      }
    }
  };
  visit(body, 1, undefined);
  if (slow <= total * mostPerLane) return undefined;
  return { reason: `${Math.round((slow / total) * 100)} % of "${program.name}" must run lane by lane: ${reason}` };
}

/// The body of `program` for a pack: a function of the base and the program's parameters. `scratch` is the address of `scratchBytes` of memory.
export function emitLanes(program: Program, callees: Callees, scratch: number | undefined, annotate = false): Code {
  const code = new Code([ValueType.i32, ...program.params.map((p) => valueType[p.type])], [], annotate);
  code.names[0] = "base";
  const body = joinSums(program.body);
  const values = new LaneValues(code, callees, new Variance(body), 0);
  program.params.forEach((p, i) => {
    values.uniform.bind(p, i + 1);
  });
  new LaneEmitter(values, body, scratch).block(body);
  return code;
}

/// The types of the parameters and results of `emitLaneFunction`: varying f32 and i32 are a v128, a varying f64 two.
export function laneSignature(fn: IRFunction, varying: readonly boolean[]) {
  const vector = (type: Type) => (type === "f64" ? [ValueType.v128, ValueType.v128] : [ValueType.v128]);
  return { params: fn.params.flatMap((p, i) => (varying[i] ? vector(p.type) : [valueType[p.type]])), results: vector(fn.result.type) };
}

/// The body of `fn` for four lanes, where the parameters marked in `varying` differ between them.
export function emitLaneFunction(
  fn: IRFunction,
  varying: readonly boolean[],
  callees: Callees,
  scratch: number | undefined,
  annotate = false,
): Code {
  const { params, results } = laneSignature(fn, varying);
  const code = new Code(params, results, annotate);
  const { body } = fn;
  const variance = varianceOf(fn, varying);
  const values = new LaneValues(code, callees, variance, undefined);
  let next = 0;
  fn.params.forEach((p, i) => {
    // A parameter that only some lanes assign becomes varying although its argument is not.
    if (varying[i]) next = values.bind(p, next);
    else if (variance.isVarying(p)) values.spread(p, next++);
    else values.uniform.bind(p, next++);
  });
  new LaneEmitter(values, [...body, { op: "do", value: fn.result }], scratch).block(body);
  values.push(fn.result);
  return code;
}

class LaneEmitter {
  private readonly code: Code;
  private readonly values: LaneValues;
  private readonly scratch: number | undefined;
  private readonly uses: ReadonlyMap<Local, number>;
  private readonly labels: (number | undefined)[] = [];

  /// `body` is everything that uses the locals.
  constructor(values: LaneValues, body: readonly Stmt[], scratch: number | undefined) {
    this.values = values;
    this.code = values.code;
    this.scratch = scratch;
    values.block = (stmts) => this.block(stmts);
    this.uses = values.variance.perLane.size > 0 ? countUses(body) : new Map();
  }

  block(stmts: readonly Stmt[]): void {
    const { perLane } = this.values.variance;
    for (let i = 0; i < stmts.length; i++) {
      let end = i;
      while (end < stmts.length && perLane.has(stmts[end] as Stmt)) end++;
      if (end > i) {
        this.region(stmts.slice(i, end));
        i = end - 1;
      } else {
        this.statement(stmts[i] as Stmt);
      }
    }
  }

  private statement(stmt: Stmt): void {
    const { code, values } = this;
    switch (stmt.op) {
      case "set":
        this.setLocal(stmt.local, stmt.value);
        return;
      case "setField":
        if (stmt.index && values.variance.varies(stmt.index)) this.scatterElement(stmt, stmt.index);
        else this.storeLanes(stmt.field.type, stmt.value, () => values.element(stmt.field, stmt.index), stmt.field.name);
        return;
      case "store":
        if (stmt.wire) this.storeLanes(stmt.type, stmt.value, () => values.wire(stmt.addr, stmt.offset));
        else this.store(stmt);
        return;
      case "if":
        if (values.variance.varies(stmt.cond)) this.branch(stmt);
        else this.uniformBranch(stmt);
        return;
      case "loop":
        code.open(Op.block);
        code.open(Op.loop);
        this.labels.push(stmt.label, ~stmt.label);
        this.block(stmt.body);
        code.branch(Op.br, 0);
        this.labels.length -= 2;
        code.end();
        code.end();
        return;
      case "break":
      case "continue": {
        const label = stmt.op === "break" ? stmt.label : ~stmt.label;
        code.branch(Op.br, this.labels.length - 1 - this.labels.lastIndexOf(label));
        return;
      }
      case "do":
        this.values.drop(this.values.hold(stmt.value));
    }
  }

  private setLocal(local: Local, value: Expr): void {
    const { code, values } = this;
    if (!values.variance.isVarying(local)) {
      values.uniform.statement({ op: "set", local, value });
    } else if (local.type === "f64") {
      const to = values.pairOf(local);
      const from = values.pair(value);
      for (const half of ["lo", "hi"] as const) {
        code.get(from[half]);
        this.keepOthers(() => code.get(to[half]), half);
        code.set(to[half]);
      }
      values.release(from);
    } else {
      const to = values.single(local);
      values.vector(value);
      this.keepOthers(() => code.get(to));
      code.set(to);
    }
  }

  /// Under a mask, replaces the lanes that are not in it by those of what `old` leaves on the stack.
  private keepOthers(old: () => void, half?: "lo" | "hi"): void {
    const { code } = this;
    const { mask } = this.values;
    if (mask === undefined) return;
    old();
    code.get(mask);
    if (half) code.op(half === "lo" ? Op["i64x2.extend_low_i32x4_s"] : Op["i64x2.extend_high_i32x4_s"]);
    code.op(Op["v128.bitselect"]);
  }

  /// Stores four lanes at one place that `address` leaves on the stack, but for the constant it returns.
  private storeLanes(type: Type, value: Expr, address: () => number, name = ""): void {
    const { code, values } = this;
    if (type !== "f64") {
      const constant = address();
      values.vector(value);
      this.keepOthers(() => code.memory(Op["v128.load"], 4, address()));
      code.note(name);
      code.memory(Op["v128.store"], 4, constant);
      return;
    }
    const pair = values.pair(value);
    for (const half of ["lo", "hi"] as const) {
      const constant = address() + (half === "lo" ? 0 : 16);
      code.get(pair[half]);
      this.keepOthers(() => code.memory(Op["v128.load"], 4, address() + (half === "lo" ? 0 : 16)), half);
      code.note(name);
      code.memory(Op["v128.store"], 4, constant);
    }
    values.release(pair);
  }

  private scatterElement(stmt: Extract<Stmt, { op: "setField" }>, index: Expr): void {
    const { field } = stmt;
    const addresses = this.values.elements(field, index);
    const size = field.type === "f64" ? 8 : 4;
    this.scatter(field.type, addresses, this.values.hold(stmt.value), (lane) => field.word * 16 + lane * size);
  }

  /// Stores each lane of `held` at its own address, in lane order. Gives both back.
  private scatter(type: Type, addresses: number, held: Held, constant: (lane: number) => number): void {
    for (const lane of lanes) {
      this.values.lane({ type: "i32", single: addresses }, lane);
      this.values.lane(held, lane);
      this.code.memory(storeOp[type], alignOf[type], constant(lane));
    }
    this.code.release(addresses);
    this.values.drop(held);
  }

  /// An absolute store by all lanes.
  private store(stmt: Extract<Stmt, { op: "store" }>): void {
    const { code, values } = this;
    const { variance } = values;
    const added = accumulated(stmt);
    if (variance.varies(stmt.addr)) {
      const { addresses, constant } = values.addresses(stmt.addr, stmt.offset);
      if (added) this.addAtEach(stmt.type, addresses, constant, values.hold(added));
      else this.scatter(stmt.type, addresses, values.hold(stmt.value), () => constant);
    } else if (added) {
      this.addAll(stmt, values.hold(added));
    } else if (variance.varies(stmt.value)) {
      const constant = values.uniform.address(stmt.addr, stmt.offset);
      const held = values.hold(stmt.value);
      values.lane(held, 3);
      code.memory(storeOp[stmt.type], alignOf[stmt.type], constant);
      values.drop(held);
    } else {
      values.uniform.statement(stmt);
    }
  }

  /// Adds the lanes to the value at one address, lane 0 first.
  private addAll(stmt: Extract<Stmt, { op: "store" }>, held: Held): void {
    const { code, values } = this;
    const { type } = stmt;
    const at = code.temporary(ValueType.i32);
    const constant = values.uniform.address(stmt.addr, stmt.offset);
    code.tee(at);
    code.get(at);
    code.memory(loadOp[type], alignOf[type], constant);
    for (const lane of lanes) {
      values.lane(held, lane);
      code.op(opcodeFor(scalarBinary, type, "add"));
    }
    code.memory(storeOp[type], alignOf[type], constant);
    code.release(at);
    values.drop(held);
  }

  /// Adds each lane to the value at its own address, lane 0 first; addresses may be equal.
  private addAtEach(type: Type, addresses: number, constant: number, held: Held): void {
    const { code, values } = this;
    const at = code.temporary(ValueType.i32);
    for (const lane of lanes) {
      values.lane({ type: "i32", single: addresses }, lane);
      code.tee(at);
      code.get(at);
      code.memory(loadOp[type], alignOf[type], constant);
      values.lane(held, lane);
      code.op(opcodeFor(scalarBinary, type, "add"));
      code.memory(storeOp[type], alignOf[type], constant);
    }
    code.release(at);
    code.release(addresses);
    values.drop(held);
  }

  private uniformBranch(stmt: Extract<Stmt, { op: "if" }>): void {
    const { code } = this;
    this.values.uniform.value(stmt.cond);
    code.open(Op.if);
    this.labels.push(undefined);
    this.block(stmt.then);
    if (stmt.else.length > 0) {
      code.op(Op.else);
      this.block(stmt.else);
    }
    this.labels.pop();
    code.end();
  }

  /// Both branches, each under the mask of its lanes.
  private branch(stmt: Extract<Stmt, { op: "if" }>): void {
    const { code, values } = this;
    const outer = values.mask;
    const mask = code.temporary(ValueType.v128);
    values.condition(stmt.cond);
    code.set(mask);
    for (const [stmts, inverted] of [
      [stmt.then, false],
      [stmt.else, true],
    ] as const) {
      if (stmts.length === 0) continue;
      const own = code.temporary(ValueType.v128);
      if (outer !== undefined) {
        code.get(outer);
        code.get(mask);
        code.op(inverted ? Op["v128.andnot"] : Op["v128.and"]);
      } else {
        code.get(mask);
        if (inverted) code.op(Op["v128.not"]);
      }
      code.set(own);
      values.mask = own;
      const guarded = needsGuard(stmts);
      if (guarded) {
        code.get(own);
        code.op(Op["v128.any_true"]);
        code.open(Op.if);
        this.labels.push(undefined);
      }
      this.block(stmts);
      if (guarded) {
        this.labels.pop();
        code.end();
      }
      code.release(own);
    }
    values.mask = outer;
    code.release(mask);
  }

  /// Scalar code for the active lanes, one after the other.
  private region(stmts: readonly Stmt[]): void {
    const { code, values } = this;
    const { mask, base } = values;
    if (this.scratch === undefined) throw new Error("this program needs scratch memory to run in lanes, and no scratch address was given");
    const { spilled, local, uniform } = this.regionLocals(stmts);
    let at = this.scratch;
    const places = spilled.map(({ local: l }) => {
      const place = at;
      at += l.type === "f64" ? 32 : 16;
      return place;
    });
    if (at - this.scratch > scratchBytes)
      throw new Error(`${spilled.length} variables do not fit the scratch memory of ${scratchBytes} bytes`);

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
    this.code.get(a);
    this.code.get(b);
    this.code.op(Op["i32.add"]);
    this.code.set(to);
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
    const { code, values } = this;
    const halves = local.type === "f64" ? [values.pairOf(local).lo, values.pairOf(local).hi] : [values.single(local)];
    halves.forEach((index, i) => {
      code.i32(0);
      code.get(index);
      code.memory(Op["v128.store"], 4, place + i * 16);
    });
  }

  private reload(local: Local, place: number): void {
    const { code, values } = this;
    const halves = local.type === "f64" ? [values.pairOf(local).lo, values.pairOf(local).hi] : [values.single(local)];
    halves.forEach((index, i) => {
      code.i32(0);
      code.memory(Op["v128.load"], 4, place + i * 16);
      code.set(index);
    });
  }
}

/// How often each local is read or set. Those that are set are added to `assigned`.
function countUses(stmts: readonly Stmt[], assigned?: Set<Local>): Map<Local, number> {
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

function sizeOf(e: Expr): number {
  let count = 0;
  walkExpr(e, () => {
    count++;
  });
  return count;
}

/// Branches that no lane takes are skipped when they are long, and when they load: an address may make sense only to the lanes that take the branch.
function needsGuard(stmts: readonly Stmt[]): boolean {
  let size = 0;
  let loads = false;
  walkStmts(
    stmts,
    () => size++,
    (e) => {
      size++;
      if (e.op === "load" || e.op === "call" || (e.op === "field" && e.index)) loads = true;
    },
  );
  return loads || size > 12;
}
