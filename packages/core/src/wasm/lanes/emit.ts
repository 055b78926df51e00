/// IR to WebAssembly for a pack: four synths of one definition, a lane each, with the results that four lone synths would give bit for bit.
///
/// Uniform `if` and loops are ordinary control flow. A varying `if` runs both branches under masks. What cannot run so (`Variance.perLane`) is
/// emitted as a *region* (region.ts).

import type { Expr, IRFunction, Local, Program, Stmt, Type } from "../../kernel/ir.ts";
import { walkStmts } from "../../kernel/walk.ts";
import { Code } from "../encode.ts";
import { writtenFirst } from "../inline.ts";
import { Op, ValueType } from "../opcodes.ts";
import type { Callees } from "../scalar.ts";
import { alignOf, loadOp, opcodeFor, scalarBinary, storeOp, valueType } from "../tables.ts";
import { type Held, lanes } from "./locals.ts";
import { Mixer, mixBytes, mixOf } from "./mixing.ts";
import { countUses, Regions, regionBytes, scratchBytes } from "./region.ts";
import { accumulated } from "./shared-access.ts";
import { joinSums } from "./sums.ts";
import { LaneValues } from "./values.ts";
import { Variance, varianceOf } from "./variance.ts";

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
  private readonly regions: Regions;
  private mixer: Mixer | undefined;
  /// How often each local is used in the whole program.
  private readonly uses: ReadonlyMap<Local, number>;
  /// Locals that mean something only inside a branch, with its mask: what they hold in lanes that do not take it is never seen.
  private readonly passing = new Map<Local, number>();
  private readonly labels: (number | undefined)[] = [];

  /// `body` is everything that uses the locals.
  constructor(values: LaneValues, body: readonly Stmt[], scratch: number | undefined) {
    this.values = values;
    this.code = values.code;
    this.scratch = scratch;
    values.block = (stmts) => this.block(stmts);
    this.uses = countUses(body);
    this.regions = new Regions(values, this.uses, scratch);
  }

  block(stmts: readonly Stmt[]): void {
    const { perLane } = this.values.variance;
    for (let i = 0; i < stmts.length; i++) {
      let end = i;
      while (end < stmts.length && perLane.has(stmts[end] as Stmt)) end++;
      if (end > i) {
        this.regions.emit(stmts.slice(i, end));
        i = end - 1;
      } else {
        const mixer = this.mixerOf(stmts, i);
        this.mixer = mixer ?? this.mixer;
        this.statement(stmts[i] as Stmt);
        if (!mixer) continue;
        this.mixer = undefined;
        mixer.emit();
      }
    }
  }

  /// For a loop at `list[at]` whose sums can wait until its end.
  private mixerOf(list: readonly Stmt[], at: number): Mixer | undefined {
    if (this.scratch === undefined || this.values.mask !== undefined) return undefined;
    const mix = mixOf(list, at);
    return mix && mixBytes(mix) <= scratchBytes - regionBytes ? new Mixer(this.values, mix, this.scratch + regionBytes) : undefined;
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
        else if (!this.mixer?.keep(stmt)) this.store(stmt);
        return;
      case "if":
        if (values.variance.varies(stmt.cond)) this.branch(stmt);
        else this.uniformBranch(stmt);
        return;
      case "loop":
        code.open(Op.block);
        code.open(Op.loop);
        this.labels.push(stmt.label, ~stmt.label);
        values.loops++;
        this.block(stmt.body);
        values.loops--;
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
    const passing = this.passing.get(local) === values.mask;
    if (!values.variance.isVarying(local)) {
      values.uniform.statement({ op: "set", local, value });
    } else if (local.type === "f64") {
      const to = values.pairOf(local);
      const from = values.pair(value);
      for (const half of ["lo", "hi"] as const) {
        code.get(from[half]);
        if (!passing) this.keepOthers(() => code.get(to[half]), half);
        code.set(to[half]);
      }
      values.release(from);
    } else {
      const to = values.single(local);
      if (values.variance.isMask(local)) values.condition(value);
      else values.vector(value);
      if (!passing) this.keepOthers(() => code.get(to));
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

  private findPassing(stmts: readonly Stmt[], mask: number): void {
    for (const [local, count] of countUses(stmts))
      if (count === this.uses.get(local) && writtenFirst(stmts, local)) this.passing.set(local, mask);
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
      this.findPassing(stmts, own);
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
