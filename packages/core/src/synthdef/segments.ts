/// Orders the units of a definition and joins their code: what runs once per block, which ticks share one sample loop, what needs whole blocks.
///
/// The file's order is the meaning. Units may move past each other only where nothing tells the difference: no value, no shared random
/// generator, no bus of the same kind, no sample buffer lies between them. Within a fused loop two units may pass samples through a bus, since
/// both touch the same sample of it.
import { binary, compare, constant, convert, int, read } from "../kernel/build.ts";
import type { KernelTarget } from "../kernel/context.ts";
import type { Expr, Field, Local, Stmt } from "../kernel/ir.ts";
import type { Rate } from "../kernel/language.ts";
import type { Specialiser } from "../kernel/specialise.ts";
import { type InputSource, inputKinds, type RunParts, sampleLocals, type Unit } from "../kernel/unit.ts";
import type { Value } from "../kernel/values.ts";
import type { Target } from "./abi.ts";
import type { InputRef } from "./graph-types.ts";

/// "sample": the reader may sit in the same loop. "block": the writer's whole block must be there first.
interface Dependency {
  readonly on: number;
  readonly by: "sample" | "block";
}

interface Member {
  readonly unit: Unit;
  readonly dependencies: Dependency[];
  /// Values made in `run`: a level-1 expression for kr, the loop's local for ar while its loop is open.
  block: Expr[];
  sample: (Expr | null)[];
  initial: Expr[];
  /// Wire of each ar output that something beyond its loop reads.
  wires: (number | null)[];
  wired: boolean[];
  segment: number;
  lastUse: number;
  kept: (Field | null)[];
  /// Stream of the module that output 0 goes to.
  stream?: number;
}

/// How a module of a patch is called: with its streams, and with the part of the block it is to run.
export interface Call {
  /// Address of a table of addresses: a block for each input stream, then one for each output stream.
  readonly streams: Local;
  /// First frame of the block to run, and the one after the last.
  readonly from: Local;
  readonly to: Local;
}

/// Name of the field in which a scalar-rate output is kept from `init` on.
export const keptName = ({ name }: Unit, output: number): string => `${name}.out${output}`;

/// A unit's part of `run`: statements of every block, and those of every sample of one.
export interface UnitShare {
  readonly once: readonly Stmt[];
  readonly perSample: readonly Stmt[];
}

type Segment = { readonly kind: "block" | "loop" | "process"; readonly units: number[] };

export class Assembly {
  private readonly members: Member[] = [];
  private readonly segments: Segment[] = [];
  private readonly extraFields: Field[] = [];
  /// By unit, what it does in `run`.
  readonly shares: UnitShare[] = [];
  private freeWires: number[] = [];
  private wiresMade = 0;
  /// Loads of scalar-rate values at the start of `run`.
  private readonly prologue: Stmt[] = [];

  constructor(
    private readonly kernel: KernelTarget,
    private readonly target: Target,
    /// Set for modules. Without it, code runs whole blocks and has no streams.
    private readonly call?: Call,
  ) {}

  private readonly streams: Local[] = [];

  /// Address of the block of stream `k`, loaded once per call.
  private streamBlock(k: number): Expr {
    if (!this.call) throw new Error("streams belong to modules of a patch");
    let local = this.streams[k];
    if (!local) {
      local = this.streams[k] = { name: `stream${k}`, type: "i32" };
      this.prologue.push({ op: "set", local, value: { op: "load", type: "i32", addr: read(this.call.streams), offset: k * 4 } });
    }
    return read(local);
  }

  /// What a reader sees of input stream `k`.
  stream(k: number): InputSource {
    const at = (index: Expr): Expr => ({
      op: "load",
      type: "f32",
      addr: binary("add", this.streamBlock(k), binary("shl", index, int(2))),
      offset: 0,
    });
    return {
      rate: "ar",
      initial: () => constant("f32", 0),
      block: () => at(int(0)),
      sample: () => at(read(sampleLocals.i32)),
      wire: at,
    };
  }

  /// What unit `unit` puts out also goes to stream `k` of the table.
  toStream(unit: number, k: number): void {
    this.members[unit].stream = k;
  }

  /// What a reader sees of output `output` of unit `unit`.
  source(unit: number, output: number, rate: Rate): InputSource {
    const from = () => this.members[unit];
    const { members } = this;
    const self = this;
    return {
      rate,
      get done() {
        return members[unit].unit.done;
      },
      initial: () => from().initial[output] ?? constant("f32", 0),
      block: () => {
        const member = from();
        if (rate === "ir") return this.keptValue(unit, output);
        if (rate === "ar") return this.wireLoad(unit, output, int(0));
        return member.block[output] ?? constant("f32", 0);
      },
      sample: () => {
        const value = from().sample[output];
        return value ?? this.wireLoad(unit, output, binary("shl", read(sampleLocals.i32), int(2)));
      },
      wire: (index) => this.wireLoad(unit, output, binary("shl", index, int(2))),
      ...(rate === "dr"
        ? {
            demand(sp: Specialiser, reset: boolean, constructing: boolean): Value {
              return self.members[unit].unit.pull(sp, reset, constructing);
            },
          }
        : {}),
    };
  }

  add(unit: Unit, refs: readonly InputRef[]): void {
    const index = this.members.length;
    const dependencies: Dependency[] = [];
    const kinds = inputKinds(unit.spec);
    refs.forEach((ref, i) => {
      if ("constant" in ref) return;
      const spec = kinds[Math.min(i, kinds.length - 1)]?.[1];
      const kind = spec?.blockwise ? "perBlock" : spec?.kind;
      const producer = this.members[ref.unit].unit;
      const perSample =
        unit.kind === "tick" &&
        unit.shape.rate === "ar" &&
        unit.shape.inputs[i] === "ar" &&
        kind !== "perBlock" &&
        kind !== "atInit" &&
        kind !== "unit";
      // A demand unit is run by whoever pulls it, so what it reads must be there first.
      if (producer.kind === "demand")
        dependencies.push(...this.members[ref.unit].dependencies.map((d) => ({ on: d.on, by: "block" as const })));
      else dependencies.push({ on: ref.unit, by: perSample ? "sample" : "block" });
    });
    dependencies.push(...this.effects(unit, index));
    const outputs = unit.shape.outputs;
    this.members.push({
      unit,
      dependencies,
      block: [],
      sample: Array(outputs).fill(null),
      initial: [],
      wires: Array(outputs).fill(null),
      wired: Array(outputs).fill(false),
      segment: -1,
      lastUse: -1,
      kept: Array(outputs).fill(null),
    });
    refs.forEach((ref) => {
      if (!("constant" in ref)) this.readers.push({ reader: index, unit: ref.unit, output: ref.output });
    });
  }
  private readonly readers: { reader: number; unit: number; output: number }[] = [];

  /// Order that effects ask for: the last units before this one that touch the same thing.
  private readonly touched = new Map<string, { unit: number; writes: boolean }[]>();
  private effects(unit: Unit, index: number): Dependency[] {
    const { spec, shape } = unit;
    if (shape.rate === "ir" || unit.kind === "demand") {
      return [];
    }
    const list: Dependency[] = [];
    const touch = (what: string, writes: boolean, by: Dependency["by"]) => {
      const before = this.touched.get(what) ?? [];
      for (const other of before) if (writes || other.writes) list.push({ on: other.unit, by });
      this.touched.set(what, writes ? [{ unit: index, writes }] : [...before, { unit: index, writes }]);
    };
    const tick = unit.kind === "tick";
    const bus = `${shape.rate} bus`;
    if (spec.reads === "bus" || spec.writes === "bus") touch(bus, spec.writes === "bus", tick && shape.rate === "ar" ? "sample" : "block");
    if (spec.reads === "buffer" || spec.writes === "buffer") touch("buffer", spec.writes === "buffer", "block");
    if (spec.random || this.pullsRandom(unit)) touch("random", true, "block");
    return list;
  }

  /// A consumer of demand units draws when they do.
  private pullsRandom(unit: Unit): boolean {
    return unit.inputs.some((input) => input.rate === "dr");
  }

  private isReady(index: number, done: ReadonlySet<number>, loop: ReadonlySet<number> | null): boolean {
    return this.members[index].dependencies.every(({ on, by }) => {
      const { kind } = this.members[on].unit;
      return kind === "init" || kind === "demand" || done.has(on) || (loop !== null && by === "sample" && loop.has(on));
    });
  }

  /// The segments in order of execution.
  private schedule(): Segment[] {
    const segments: Segment[] = [];
    const done = new Set<number>();
    let left = this.members.map((_, i) => i).filter((i) => this.members[i].unit.kind === "tick" || this.members[i].unit.kind === "process");
    const isLoop = (i: number) => this.members[i].unit.kind === "tick" && this.members[i].unit.shape.rate === "ar";
    while (left.length > 0) {
      // Everything that runs once per block first, so that the next loop can take as many ticks as possible.
      for (let again = true; again; ) {
        again = false;
        for (const i of left) {
          if (done.has(i) || isLoop(i) || !this.isReady(i, done, null)) continue;
          const { unit } = this.members[i];
          const kind = unit.kind === "process" ? "process" : "block";
          const last = segments.at(-1);
          if (last?.kind === "block" && kind === "block") last.units.push(i);
          else segments.push({ kind, units: [i] });
          done.add(i);
          again = true;
        }
      }
      const loop = new Set<number>();
      for (const i of left) if (!done.has(i) && isLoop(i) && this.isReady(i, done, loop)) loop.add(i);
      if (loop.size > 0) segments.push({ kind: "loop", units: [...loop] });
      for (const i of loop) done.add(i);
      const rest = left.filter((i) => !done.has(i));
      if (rest.length === left.length) throw new Error(`no unit of ${rest.length} can run: their inputs form a cycle`);
      left = rest;
    }
    return segments;
  }

  assemble(): { init: Stmt[]; run: Stmt[]; end: Stmt[]; wireCount: number; segments: Segment[] } {
    this.segments.push(...this.schedule());
    this.segments.forEach((segment, s) => {
      for (const i of segment.units) this.members[i].segment = s;
    });
    this.findWires();
    const run: Stmt[] = [];
    this.segments.forEach((segment, s) => {
      for (const i of segment.units) this.takeWires(i);
      if (segment.kind === "loop") this.emitLoop(segment, run);
      else for (const i of segment.units) this.emitOnce(i, run);
      for (const [i, member] of this.members.entries()) if (member.lastUse === s) this.releaseWires(i);
    });
    const init: Stmt[] = [];
    for (const member of this.members) {
      const { statements, outputs } = member.unit.emitInit();
      init.push(...statements);
      member.initial = outputs;
      member.kept.forEach((field, output) => {
        if (field) init.push({ op: "setField", field, value: outputs[output] ?? constant("f32", 0) });
      });
    }
    const end = this.members.flatMap((member) => member.unit.emitDestroy());
    return { init, run: [...this.prologue, ...run], end, wireCount: this.wiresMade, segments: this.segments };
  }

  *fields(): Iterable<Field> {
    for (const member of this.members) yield* member.unit.fields;
    yield* this.extraFields;
  }

  /// Which ar outputs are read beyond their own loop, and until when.
  private findWires(): void {
    // A demand unit's inputs are read where its consumers run.
    const placesOf = (reader: number, seen = new Set<number>()): number[] => {
      const { unit, segment } = this.members[reader];
      if (unit.kind !== "demand") return [segment];
      if (seen.has(reader)) return [];
      seen.add(reader);
      return this.readers.filter((r) => r.unit === reader).flatMap((r) => placesOf(r.reader, seen));
    };
    for (const { reader, unit, output } of this.readers) {
      const member = this.members[unit];
      if (member.segment < 0 || member.unit.shape.rate !== "ar") continue;
      for (const place of placesOf(reader)) {
        if (place < 0) continue;
        if (place !== member.segment || member.unit.kind === "process") {
          member.wired[output] = true;
          member.lastUse = Math.max(member.lastUse, place);
        }
      }
    }
    for (const member of this.members) {
      if (member.unit.kind === "process" && member.unit.shape.rate === "ar") {
        member.wired.fill(true);
        member.lastUse = Math.max(member.lastUse, member.segment);
      }
    }
  }

  private takeWires(index: number): void {
    const member = this.members[index];
    member.wired.forEach((wired, output) => {
      if (wired) member.wires[output] = this.freeWires.pop() ?? this.wiresMade++;
    });
  }

  private releaseWires(index: number): void {
    for (const wire of this.members[index].wires) if (wire !== null) this.freeWires.push(wire);
  }

  private wireAddress(wire: number): number {
    return this.target.wires + wire * this.kernel.blockSize * 16;
  }

  private wireLoad(unit: number, output: number, addr: Expr): Expr {
    const wire = this.members[unit].wires[output];
    if (wire === null || wire === undefined) return constant("f32", 0);
    return { op: "load", type: "f32", addr, offset: this.wireAddress(wire), wire: true };
  }

  /// A scalar-rate value in `run`: kept in a field by `init`, loaded once.
  private readonly keptLocals = new Map<Field, Local>();
  private keptValue(unit: number, output: number): Expr {
    const member = this.members[unit];
    const known = member.initial[output];
    if (known?.op === "const") return known;
    let field = member.kept[output];
    if (!field) {
      field = { name: keptName(member.unit, output), type: "f32", count: 1, word: 0 };
      member.kept[output] = field;
      this.extraFields.push(field);
    }
    let local = this.keptLocals.get(field);
    if (!local) {
      local = { name: field.name, type: "f32" };
      this.keptLocals.set(field, local);
      this.prologue.push({ op: "set", local, value: { op: "field", type: "f32", field } });
    }
    return read(local);
  }

  private emitOnce(index: number, run: Stmt[]): void {
    const member = this.members[index];
    const { unit } = member;
    const parts =
      unit.kind === "process"
        ? unit.emitProcess({
            wire: (channel, at, value) => ({
              op: "store",
              type: "f32",
              addr: binary("shl", at, int(2)),
              offset: this.wireAddress(member.wires[channel] ?? 0),
              value,
              wire: true,
            }),
            load: (channel, at) => this.wireLoad(index, channel, binary("shl", at, int(2))),
          })
        : unit.emitTick(false);
    run.push(...parts.before, ...parts.tick, ...parts.after);
    this.shares[index] = { once: [...parts.before, ...parts.tick, ...parts.after], perSample: [] };
    member.block = parts.outputs.map((n) => n.expr);
  }

  private emitLoop(segment: Segment, run: Stmt[]): void {
    const parts: RunParts[] = [];
    for (const i of segment.units) {
      const member = this.members[i];
      const part = member.unit.emitTick(true);
      parts.push(part);
      this.shares[i] = { once: [...part.before, ...part.after], perSample: part.tick };
      member.sample = part.outputs.map((n) => n.expr);
      part.outputs.forEach((n, output) => {
        const wire = member.wires[output];
        if (wire !== null)
          part.tick.push({
            op: "store",
            type: "f32",
            addr: binary("shl", read(sampleLocals.i32), int(2)),
            offset: this.wireAddress(wire),
            value: n.expr,
            wire: true,
          });
      });
      if (member.stream !== undefined)
        part.tick.push({
          op: "store",
          type: "f32",
          addr: binary("add", this.streamBlock(member.stream), binary("shl", read(sampleLocals.i32), int(2))),
          offset: 0,
          value: part.outputs[0].expr,
        });
    }
    const label = nextLabel();
    const { i32: j, f32: jf, f64: jd } = sampleLocals;
    const call = this.call;
    const body: Stmt[] = [
      ...parts.flatMap((part) => part.tick),
      { op: "set", local: jf, value: binary("add", read(jf), constant("f32", 1)) },
      { op: "set", local: jd, value: binary("add", read(jd), constant("f64", 1)) },
      { op: "set", local: j, value: binary("add", read(j), int(1)) },
      {
        op: "if",
        cond: compare("ge", read(j), call ? read(call.to) : int(this.kernel.blockSize)),
        then: [{ op: "break", label }],
        else: [],
      },
    ];
    run.push(...parts.flatMap((part) => part.before));
    run.push(
      { op: "set", local: j, value: call ? read(call.from) : int(0) },
      { op: "set", local: jf, value: call ? convert("fromInt", "f32", read(call.from)) : constant("f32", 0) },
      { op: "set", local: jd, value: call ? convert("fromInt", "f64", read(call.from)) : constant("f64", 0) },
    );
    run.push({ op: "loop", label, body });
    run.push(...parts.flatMap((part) => part.after));
    // Beyond its loop a value is in its wire.
    for (const i of segment.units) this.members[i].sample = this.members[i].sample.map(() => null);
  }
}

let labels = 1 << 20;
const nextLabel = () => labels++;
