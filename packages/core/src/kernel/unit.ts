/// One unit of a definition: its state as fields, and its kernel's parts as IR, given what feeds its inputs.
import { binary, coerce, compare, constant, int, read } from "./build.ts";
import { Builder } from "./builder.ts";
import { hostFunction, type KernelTarget, makeContext, memoryBlock, type RandomWords, safeIndex, type UnitContext } from "./context.ts";
import type { Expr, Field, Local, Stmt, Type } from "./ir.ts";
import type { AnySpec, ArrayState, InputSpec, MemoryState, Rate, ScalarState, Shape, StateSpec } from "./language.ts";
import { type AnyNode, parseFunction } from "./parse.ts";
import { Specialiser } from "./specialise.ts";
import { type Block, lit, type Num, nothing, num, type Obj, type StateRef, type Value } from "./values.ts";

/// What the compiler of the definition provides for one input in one function.
export interface InputSource {
  readonly rate: Rate;
  /// Done flag of the unit that feeds it.
  readonly done?: Field;
  /// A constant's value.
  readonly constant?: number;
  /// The value while constructing; for ar the unit's construction sample.
  initial(): Expr;
  /// In `run`: the block's value (kr, ir), or for ar the first sample of its block.
  block(): Expr;
  /// In `run`, ar only: the current sample, inside the loop.
  sample?(): Expr;
  /// In `run`, ar only: sample `index` of the block.
  wire?(index: Expr): Expr;
  /// Demand rate: pulls the next value, or starts over.
  demand?(sp: Specialiser, reset: boolean, constructing: boolean): Value;
}

export interface OutputSink {
  /// Stores sample `index` of output `channel` (process units).
  wire(channel: number, index: Expr, value: Expr): Stmt;
  /// What was stored there last.
  load(channel: number, index: Expr): Expr;
}

/// The statements of one unit in `run`: before the loop, in it, after it.
export interface RunParts {
  readonly before: Stmt[];
  readonly tick: Stmt[];
  readonly after: Stmt[];
  /// Values of the outputs (f32): level 2 for a tick in a loop, else the block's value. Empty for process units.
  readonly outputs: Num[];
}

export const inputKinds = (spec: AnySpec): [string, InputSpec][] =>
  Object.entries(spec.inputs as Record<string, number | InputSpec>).map(([name, s]) => [
    name,
    typeof s === "number" ? { kind: "perSample", default: s } : s,
  ]);

export const sampleLocals = {
  i32: { name: "j", type: "i32" },
  f32: { name: "jf", type: "f32" },
  f64: { name: "jd", type: "f64" },
} as const satisfies Record<Type, Local>;

const stateOf = (s: StateSpec): ScalarState | ArrayState | MemoryState =>
  typeof s === "number" ? { state: "scalar", type: "f32", initial: s } : s;
const countOf = (s: ArrayState, shape: Shape) => Math.max(1, typeof s.count === "number" ? s.count : s.count(shape));
/// The scalars behind `registers(n)`.
const registersOf = (key: string, s: StateSpec, shape: Shape): [string, ScalarState][] =>
  typeof s === "object" && s.state === "array" && s.registers
    ? Array.from({ length: countOf(s, shape) }, (_, i) => [`${key}.${i}`, { state: "scalar", type: s.type, initial: 0 }])
    : [];
const nowhere = { type: "EmptyStatement", start: 0, end: 0 } as AnyNode;

let labels = 0;

export class Unit {
  readonly fields: Field[] = [];
  private readonly byName = new Map<string, Field>();
  private readonly states: Record<string, ScalarState | ArrayState | MemoryState>;
  private readonly types = new Map<string, Type>();

  constructor(
    readonly name: string,
    readonly spec: AnySpec,
    readonly shape: Shape,
    readonly target: KernelTarget,
    private readonly header: Pick<UnitContext, "header" | "controls">,
    readonly inputs: readonly InputSource[],
  ) {
    this.states = Object.fromEntries(
      Object.entries((spec.state ?? {}) as Record<string, StateSpec>).flatMap(([key, s]) => [
        [key, stateOf(s)],
        ...registersOf(key, s, shape),
      ]),
    );
    for (const [key, s] of Object.entries(this.states)) {
      if (s.state === "scalar") this.field(key, s.type);
      else if (s.state === "array" && s.registers) continue;
      else if (s.state === "array") this.field(key, s.type, countOf(s, shape));
      else {
        this.field(`${key}.at`, "i32");
        this.field(`${key}.size`, "i32");
      }
    }
    if (shape.rate === "ar" && !spec.process) {
      inputKinds(spec).forEach(([key, input], i) => {
        if (input.kind === "ramp" && inputs[i]?.rate === "kr") this.field(`${key}.last`, "f32");
      });
    }
  }

  /// The flag other units may ask for with `c.done`.
  get done(): Field | undefined {
    return this.byName.get("done");
  }

  get kind(): "init" | "process" | "tick" | "demand" {
    if (this.shape.rate === "dr") return "demand";
    if (this.shape.rate === "ir") return "init";
    return this.spec.process ? "process" : "tick";
  }

  private field(name: string, type: Type, count = 1): Field {
    let field = this.byName.get(name);
    if (!field) {
      field = { name: `${this.name}.${name}`, type, count, word: 0 };
      this.byName.set(name, field);
      this.fields.push(field);
    }
    return field;
  }

  /// Emits with `body` until the types of its variables settle.
  private settle<T>(key: string, body: (builder: Builder, sp: Specialiser) => T): T {
    for (let attempt = 0; attempt < 12; attempt++) {
      const builder = new Builder(labels);
      const widened = { value: false };
      const result = body(builder, new Specialiser(builder, this.types, widened));
      labels = builder.label();
      if (!widened.value) return result;
    }
    throw new Error(`the types of ${this.name} ${key} do not settle`);
  }

  /// Construction: first values of the state, `init`, and the value other units see meanwhile.
  emitInit(): { statements: Stmt[]; outputs: Expr[] } {
    return this.settle("init", (builder, sp) => {
      const frame = new Frame(this, builder, true);
      const outer = builder.out;
      const x = this.inputObject(sp, builder, frame, "init");
      const c = this.context(sp, frame, true);
      for (const [key, s] of Object.entries(this.states)) {
        if (s.state === "scalar") frame.set(key, constant(s.type, s.initial));
      }
      inputKinds(this.spec).forEach(([key, input], i) => {
        if (input.kind === "ramp" && this.byName.has(`${key}.last`)) frame.set(`${key}.last`, this.inputs[i].initial());
      });
      this.storeMany(builder, "init");
      const s = this.stateObject(sp, builder, frame, new Set());
      let value: Value = nothing;
      if (this.spec.init) value = sp.inline(`${this.name}.init`, this.spec.init, [x, s, c], "init");
      frame.finish(outer);
      if (value.k !== "nothing" || (this.kind !== "tick" && this.kind !== "process"))
        return { statements: builder.out, outputs: this.outputsOf(sp, value) };
      if (!this.spec.tick) return { statements: builder.out, outputs: this.outputsOf(sp, nothing) };
      // One step: kept ("step"), or only for its value.
      const keep = this.spec.start === "step";
      let b: Value = nothing;
      if (this.spec.block) b = sp.inline(`${this.name}.block`, this.spec.block, [x, s, c], "init.block");
      const y = sp.inline(`${this.name}.tick`, this.spec.tick, [x, s, b, c], "init.tick");
      const outputs = this.outputsOf(sp, y).map((e) => builder.keep(num(e, 1), "first").expr);
      if (keep && this.spec.end) sp.inline(`${this.name}.end`, this.spec.end, [x, s, b, c], "init.end");
      if (keep) frame.finish(outer);
      return { statements: builder.out, outputs };
    });
  }

  /// A tick unit in `run`. `inLoop` is false for kr: then there is one sample and no loop.
  emitTick(inLoop: boolean): RunParts {
    return this.settle("run", (builder, sp) => {
      const frame = new Frame(this, builder, false);
      const before = builder.out;
      const c = this.context(sp, frame, false);
      const xb = this.inputObject(sp, builder, frame, "block");
      this.storeMany(builder, "run");
      const sBlock = this.stateObject(sp, builder, frame, new Set());
      let b: Value = nothing;
      if (this.spec.block) b = sp.inline(`${this.name}.block`, this.spec.block, [xb, sBlock, c], "block");
      let outputs: Num[] = [];
      let tick: Stmt[] = [];
      const assigned = assignedMembers(`${this.name}.tick`, this.spec, this.spec.tick);
      const body = () => {
        if (inLoop) sp.sampleIndex = sampleLocals;
        const x = this.inputObject(sp, builder, frame, "tick");
        const s = this.stateObject(sp, builder, frame, assigned);
        const value = this.spec.tick ? sp.inline(`${this.name}.tick`, this.spec.tick, [x, s, b, c], "tick") : nothing;
        outputs = this.outputsOf(sp, value).map((e) => builder.keep(num(e, inLoop ? 2 : 1), this.name));
        sp.sampleIndex = {};
      };
      if (inLoop) tick = builder.tick(body);
      else body();
      const head = frame.loads();
      const after: Stmt[] = [];
      builder.out = after;
      if (this.spec.end) sp.inline(`${this.name}.end`, this.spec.end, [xb, this.stateObject(sp, builder, frame, new Set()), b, c], "end");
      frame.finish(after);
      return { before: [...head, ...before], tick, after, outputs };
    });
  }

  /// A whole-block unit in `run`; outputs go to wires through `sink`. A kr unit's outputs are returned.
  emitProcess(sink: OutputSink): RunParts {
    return this.settle("process", (builder, sp) => {
      const frame = new Frame(this, builder, false);
      const before = builder.out;
      const c = this.context(sp, frame, false, sink);
      this.storeMany(builder, "run");
      const x = this.inputObject(sp, builder, frame, "process");
      const s = this.stateObject(sp, builder, frame, new Set());
      const value = sp.inline(`${this.name}.process`, this.spec.process!, [x, s, c], "process");
      const outputs = value.k === "nothing" ? [] : this.outputsOf(sp, value).map((e) => builder.keep(num(e, 1), this.name));
      frame.finish(before);
      return { before: [...frame.loads(), ...before], tick: [], after: [], outputs };
    });
  }

  /// When the synth is freed; empty for most.
  emitDestroy(): Stmt[] {
    if (!this.spec.destroy) return [];
    return this.settle("destroy", (builder, sp) => {
      const frame = new Frame(this, builder, false);
      const s = this.stateObject(sp, builder, frame, new Set());
      sp.inline(
        `${this.name}.destroy`,
        this.spec.destroy!,
        [this.inputObject(sp, builder, frame, "init"), s, this.context(sp, frame, true)],
        "destroy",
      );
      const body = builder.out;
      frame.finish(body);
      return [...frame.loads(), ...body];
    });
  }

  /// Demand rate: the next value or a reset, inlined into the consumer's code; state is read and written in place.
  pull(sp: Specialiser, reset: boolean, constructing: boolean): Value {
    const frame = new Frame(this, sp.builder, false, true);
    const x = this.inputObject(sp, sp.builder, frame, constructing ? "init" : "block");
    const s = this.stateObject(sp, sp.builder, frame, new Set());
    const part = reset ? this.spec.reset : this.spec.next;
    if (!part) return reset ? nothing : lit(Number.NaN);
    const c = this.context(sp, frame, constructing);
    const path = `${sp.inlinePath}|${this.name}.${reset ? "reset" : "next"}`;
    const value = sp.inline(`${this.name}.${reset ? "reset" : "next"}`, part, [x, s, c], path);
    return reset ? nothing : sp.builder.keep(num(sp.as(value, "f32", nowhere), sp.builder.inTick ? 2 : 1), this.name);
  }

  private outputsOf(sp: Specialiser, value: Value): Expr[] {
    const items = value.k === "list" ? value.items : value.k === "nothing" ? [] : [value];
    return Array.from({ length: this.shape.outputs }, (_, i) =>
      items[i] === undefined || items[i].k === "nothing" ? constant("f32", 0) : sp.as(items[i], "f32", nowhere),
    );
  }

  // ---- inputs

  private readonly infos = new Map<object, { rate: Rate; done?: Field; source: InputSource }>();

  private inputObject(sp: Specialiser, builder: Builder, frame: Frame, where: "init" | "block" | "tick" | "process"): Obj {
    const kinds = inputKinds(this.spec);
    const made = new Map<string, Value>();
    const make = (name: string): Value | undefined => {
      const i = kinds.findIndex(([key]) => key === name);
      if (i < 0) return undefined;
      const [, spec] = kinds[i];
      if (spec.kind !== "many")
        return this.inputs[i] ? this.input(sp, builder, frame, name, spec, this.inputs[i], where) : lit(spec.default ?? 0);
      const sources = this.inputs.slice(i);
      const each: InputSpec = spec.blockwise ? { kind: "perBlock" } : spec;
      const items = sources.map((source) => this.input(sp, builder, frame, name, each, source, where));
      return {
        k: "list",
        items,
        dynamic: (index, node) => (frame.direct ? sp.choose(items, index, node) : this.dynamicItem(sp, name, items, sources, index, node)),
      };
    };
    return {
      k: "obj",
      what: "the inputs",
      names: () => kinds.map(([key]) => key),
      get: (name) => {
        let value = made.get(name);
        if (!value) {
          value = make(name);
          // Inside a branch a value would not be there for code after it.
          if (value && (value.k !== "num" || where !== "tick")) made.set(name, value);
        }
        return value;
      },
    };
  }

  private input(
    sp: Specialiser,
    builder: Builder,
    frame: Frame,
    name: string,
    spec: InputSpec,
    source: InputSource,
    where: "init" | "block" | "tick" | "process",
  ): Value {
    const tag = (value: Value): Value => {
      this.infos.set(value, { rate: source.rate, done: source.done, source });
      return value;
    };
    if (source.demand) return tag({ k: "obj", what: `the demand-rate input ${name}`, names: () => [], get: () => undefined });
    if (source.constant !== undefined) return tag(lit(source.constant));
    const fixed = (e: Expr, level: 1 | 2) =>
      tag(builder.keep(num(e, level), name) === undefined ? nothing : { ...builder.keep(num(e, level), name) });
    if (where === "init") return fixed(source.initial(), 1);
    // A demand unit is pulled at some sample of its consumer's block.
    if (frame.direct && source.rate === "ar" && sp.sampleIndex.i32 && source.wire) return fixed(source.wire(read(sp.sampleIndex.i32)), 2);
    if (source.rate === "ar" && this.shape.rate === "ar" && where === "tick" && spec.kind !== "perBlock" && spec.kind !== "atInit")
      return fixed(source.sample!(), 2);
    if (where === "process" && source.rate === "ar" && spec.kind !== "perBlock" && spec.kind !== "atInit") {
      const size = int(this.target.blockSize);
      const block: Block = {
        k: "block",
        what: `the input ${name}`,
        length: lit(this.target.blockSize),
        get: (index, node) => builder.keep(num(source.wire!(safeIndex(sp, index, size, node)), 1), name),
      };
      return tag(block);
    }
    // Before the loop: an output of the same loop may take over the wire once its first sample is made.
    if (where === "tick" && source.rate === "ar" && this.shape.rate === "ar" && spec.kind === "perBlock")
      return fixed(builder.hoist(source.block(), name), 1);
    if (where === "tick" && spec.kind === "ramp" && this.byName.has(`${name}.last`)) {
      const from = frame.get(`${name}.last`);
      const to = source.block();
      const base = builder.hoist(from, "from");
      const step = binary("mul", binary("sub", to, base), constant("f32", 1 / this.target.blockSize));
      const glide: Value = { k: "glide", base, step: builder.hoist(step, "step") };
      frame.afterwards(`${name}.last`, to);
      return tag(glide);
    }
    return fixed(source.block(), 1);
  }

  /// Set when some part indexes the `many` input with a run-time number. `run` is emitted before `init`, so that both know.
  private indexed = false;

  /// `list[i]` with a run-time index: a table in state when no item changes within the block, else a chain of selects.
  private dynamicItem(
    sp: Specialiser,
    name: string,
    items: readonly Value[],
    sources: readonly InputSource[],
    index: Value,
    node: AnyNode,
  ): Value {
    const perSample = items.some((item) => item.k === "num" && item.level === 2);
    if (perSample || items.length <= 2 || items.some((i) => i.k !== "num" && i.k !== "lit")) return sp.choose(items, index, node);
    if (!this.indexed) {
      this.indexed = true;
      sp.widened.value = true;
    }
    const field = this.field(`${name}.list`, "f32", sources.length);
    const i = safeIndex(sp, index, int(sources.length), node);
    return sp.builder.keep(num({ op: "field", type: "f32", field, index: i }, sp.builder.inTick ? 2 : 1), name);
  }

  /// Keeps the table behind `dynamicItem` up to date: constants at construction, control-rate items every block.
  private storeMany(builder: Builder, when: "init" | "run"): void {
    const last = inputKinds(this.spec).at(-1);
    if (last?.[1].kind !== "many" || !this.indexed) return;
    const [name] = last;
    const first = inputKinds(this.spec).length - 1;
    const sources = this.inputs.slice(first);
    if (sources.length === 0 || sources.some((s) => s.demand)) return;
    const field = this.field(`${name}.list`, "f32", sources.length);
    sources.forEach((source, i) => {
      if (when === "run" && (source.constant !== undefined || source.rate === "ir")) return;
      const value = source.constant !== undefined ? constant("f32", source.constant) : when === "init" ? source.initial() : source.block();
      builder.emit({ op: "setField", field, index: int(i), value: coerce(value, "f32") });
    });
  }

  // ---- state and context

  private stateObject(sp: Specialiser, builder: Builder, frame: Frame, assignedInTick: ReadonlySet<string>): Obj {
    return {
      k: "obj",
      what: "s",
      names: () => Object.keys(this.states),
      get: (name) => {
        const s = this.states[name];
        if (!s) return undefined;
        if (s.state === "scalar") {
          if (builder.inTick && !frame.direct && !assignedInTick.has(name) && !assignedInTick.has("*"))
            return num(builder.hoist(frame.get(name)), 1);
          return num(frame.get(name), builder.inTick ? 2 : 1);
        }
        if (s.state === "array" && s.registers) return this.registerBlock(sp, name, s, frame);
        if (s.state === "array") return this.arrayBlock(sp, name, s.type);
        return this.memoryRef(sp, builder, frame, name, s.ring);
      },
      set: (name, value, node) => {
        const s = this.states[name];
        if (s?.state !== "scalar")
          sp.fail(
            node,
            "kernel-assign",
            s
              ? `s.${name} is an array: assign its elements`
              : `there is no state "${name}"; there is ${Object.keys(this.states).join(", ") || "none"}`,
          );
        frame.set(name, sp.as(value, s.type, node));
      },
    };
  }

  private registerBlock(sp: Specialiser, name: string, state: ArrayState, frame: Frame): Block {
    const count = countOf(state, this.shape);
    const at = (index: Value, node: AnyNode): string => {
      if (index.k === "lit" && Number(index.value) >= 0 && Number(index.value) < count) return `${name}.${index.value}`;
      return sp.fail(node, "kernel-index", `s.${name} has ${count} registers: their indices are known when the definition is compiled`);
    };
    return {
      k: "block",
      what: `s.${name}`,
      length: lit(count),
      get: (index, node) => sp.builder.keep(num(frame.get(at(index, node)), sp.builder.inTick ? 2 : 1), name),
      set: (index, value, node) => frame.set(at(index, node), sp.as(value, state.type, node)),
    };
  }

  private arrayBlock(sp: Specialiser, name: string, type: Type): Block {
    const field = this.byName.get(name)!;
    const length = int(field.count);
    return {
      k: "block",
      what: `s.${name}`,
      length: lit(field.count),
      get: (index, node) =>
        sp.builder.keep(num({ op: "field", type, field, index: safeIndex(sp, index, length, node) }, sp.builder.inTick ? 2 : 1), name),
      set: (index, value, node) => {
        const stored = sp.as(value, type, node);
        const n = sp.builder.keep(sp.number(sp.toInt(index, node), node), "i");
        const statement: Stmt = { op: "setField", field, index: n.expr, value: stored };
        const inside = n.range && n.range[0] >= 0 && n.range[1] < field.count;
        if (inside || (n.expr.op === "const" && n.expr.value >= 0 && n.expr.value < field.count)) sp.builder.emit(statement);
        else sp.builder.emit({ op: "if", cond: compare("ltu", n.expr, length), then: [statement], else: [] });
      },
    };
  }

  private memoryRef(sp: Specialiser, builder: Builder, frame: Frame, name: string, wraps: boolean): StateRef {
    const load = (part: string): Expr => {
      const e = frame.get(`${name}.${part}`);
      return builder.inTick && !frame.direct ? builder.hoist(e) : e;
    };
    const at = load("at");
    // A ring keeps its mask; the other form its length.
    const size = load("size");
    const block: Block = wraps
      ? {
          k: "block",
          what: `s.${name}`,
          length: num(binary("add", size, int(1)), 1),
          get: (index, node) =>
            builder.keep(
              num(
                {
                  op: "load",
                  type: "f32",
                  addr: binary("add", at, binary("shl", binary("and", sp.as(sp.toInt(index, node), "i32", node), size), int(2))),
                  offset: 0,
                },
                builder.inTick ? 2 : 1,
              ),
              name,
            ),
          set: (index, value, node) =>
            builder.emit({
              op: "store",
              type: "f32",
              addr: binary("add", at, binary("shl", binary("and", sp.as(sp.toInt(index, node), "i32", node), size), int(2))),
              offset: 0,
              value: sp.as(value, "f32", node),
            }),
        }
      : memoryBlock(sp, `s.${name}`, "f32", at, size, true);
    return {
      k: "state",
      name: `s.${name}`,
      block,
      alloc: (length, node) => {
        const wanted = builder.keep(num(sp.as(length, "i32", node), 1), "length").expr;
        const atLeast = binary("max", wanted, int(1));
        // The next power of two for a ring.
        const exact = wraps
          ? binary("shl", int(1), binary("sub", int(32), { op: "unary", type: "i32", fn: "clz", a: binary("sub", atLeast, int(1)) }))
          : atLeast;
        const count = builder.keep(num(exact, 1), "count").expr;
        const host = hostFunction("alloc")!;
        const fits = compare("ltu", count, int(1 << 28));
        const got = builder.keep(
          num(
            {
              op: "host",
              type: "i32",
              fn: host,
              args: [binary("shl", { op: "select", type: "i32", cond: fits, a: count, b: int(0) }, int(2))],
            },
            1,
          ),
          "got",
        ).expr;
        const refused = compare("eq", got, int(0));
        // Without memory the unit gets one value of the engine's spare area to play with.
        frame.set(`${name}.at`, { op: "select", type: "i32", cond: refused, a: int(this.target.numbers.sink), b: got });
        frame.set(`${name}.size`, {
          op: "select",
          type: "i32",
          cond: refused,
          a: int(wraps ? 0 : 1),
          b: wraps ? binary("sub", count, int(1)) : count,
        });
      },
    };
  }

  private context(sp: Specialiser, frame: Frame, constructing: boolean, sink?: OutputSink): Obj {
    let made: Obj | undefined;
    // Many kernels ask nothing of their surroundings.
    const base = () =>
      (made ??= makeContext(
        sp,
        {
          name: this.name,
          shape: this.shape,
          target: this.target,
          ...this.header,
          inputInfo: (value) => this.infos.get(value),
          random: { words: () => frame.random(this.header.header.generator) },
        },
        (this.spec.uses ?? {}) as Record<string, { helper: unknown }>,
      ));
    const extra: Record<string, () => Value> = {
      out: () => ({ k: "list", items: Array.from({ length: this.shape.outputs }, (_, channel) => this.outputBlock(sp, channel, sink)) }),
      frames: () => lit(this.shape.rate === "ar" ? this.target.blockSize : 1),
      demand: () => ({ k: "call", name: "c.demand", call: ([input], node) => this.demand(sp, input, false, constructing, node) }),
      restart: () => ({ k: "call", name: "c.restart", call: ([input], node) => this.demand(sp, input, true, constructing, node) }),
    };
    return {
      k: "obj",
      what: "c",
      names: () => [...base().names(), ...Object.keys(extra)],
      get: (name, node) => extra[name]?.() ?? base().get(name, node),
    };
  }

  /// The next value of an input: pulled from a demand-rate unit, else what the input has now.
  private demand(sp: Specialiser, input: Value, reset: boolean, constructing: boolean, node: AnyNode): Value {
    const info = this.infos.get(input);
    if (!info) return input.k === "lit" ? input : sp.fail(node, "kernel-demand", "c.demand needs an input");
    if (info.source.demand) return info.source.demand(sp, reset, constructing);
    // A whole block counts by its first sample.
    if (!reset && input.k === "block") return input.get(lit(0), node);
    return reset ? nothing : input;
  }

  private outputBlock(sp: Specialiser, channel: number, sink: OutputSink | undefined): Value {
    const size = int(this.target.blockSize);
    return {
      k: "block",
      what: `output ${channel}`,
      length: lit(this.target.blockSize),
      get: (index, node) => {
        if (!sink) return sp.fail(node, "kernel-output", "c.out is for process; a tick returns its outputs");
        return sp.builder.keep(num(sink.load(channel, safeIndex(sp, index, size, node)), 1), "out");
      },
      set: (index, value, node) => {
        if (!sink) return sp.fail(node, "kernel-output", "c.out is for process; a tick returns its outputs");
        sp.builder.emit(sink.wire(channel, safeIndex(sp, index, size, node), sp.as(value, "f32", node)));
      },
    };
  }

  /// @internal used by Frame
  fieldNamed(name: string): Field {
    const field = this.byName.get(name);
    if (!field) throw new Error(`${this.name} has no field ${name}`);
    return field;
  }
}

/// A unit's scalar state in local variables, for the length of one function: loaded before, stored after when assigned.
class Frame {
  private readonly locals = new Map<string, Local>();
  private readonly dirty = new Set<string>();
  private readonly late = new Map<string, Expr>();
  private words: { locals: Local[]; address: Local } | null = null;

  constructor(
    private readonly unit: Unit,
    private readonly builder: Builder,
    private readonly constructing: boolean,
    /// Reads and writes go to the fields at once (demand units, whose code stands inside others').
    readonly direct = false,
  ) {}

  get(name: string): Expr {
    const field = this.unit.fieldNamed(name);
    if (this.direct) return this.builder.keep(num({ op: "field", type: field.type, field }, this.builder.inTick ? 2 : 1), name).expr;
    return read(this.local(name));
  }

  set(name: string, value: Expr): void {
    const field = this.unit.fieldNamed(name);
    if (this.direct) {
      this.builder.emit({ op: "setField", field, value: coerce(value, field.type) });
      return;
    }
    this.dirty.add(name);
    this.builder.emit({ op: "set", local: this.local(name), value: coerce(value, field.type) });
  }

  /// Assigns a field after everything else.
  afterwards(name: string, value: Expr): void {
    this.late.set(name, value);
  }

  private local(name: string): Local {
    let local = this.locals.get(name);
    if (!local) this.locals.set(name, (local = { name: `${this.unit.name}.${name}`, type: this.unit.fieldNamed(name).type }));
    return local;
  }

  random(generator: Field): RandomWords {
    if (this.direct) return this.directWords(generator);
    this.words ??= {
      address: { name: "generator", type: "i32" },
      locals: [0, 1, 2].map((i) => ({ name: `s${i + 1}`, type: "i32" as const })),
    };
    const { locals, address } = this.words;
    // While constructing, loads stand where the first draw is.
    if (this.constructing && !this.wordsLoaded) {
      this.wordsLoaded = true;
      this.prologue.push(...this.wordLoads(generator, locals, address));
    }
    this.generator = generator;
    const values = locals.map((l) => num(read(l), 2)) as [Num, Num, Num];
    return { words: values, set: (i, e) => this.builder.emit({ op: "set", local: locals[i], value: e }) };
  }
  private wordsLoaded = false;
  private generator: Field | null = null;
  readonly prologue: Stmt[] = [];

  private wordLoads(generator: Field, locals: readonly Local[], address: Local): Stmt[] {
    return [
      { op: "set", local: address, value: { op: "field", type: "i32", field: generator } },
      ...locals.map((local, i): Stmt => ({ op: "set", local, value: { op: "load", type: "i32", addr: read(address), offset: i * 4 } })),
    ];
  }

  private directWords(generator: Field): RandomWords {
    const { builder } = this;
    const address = builder.keep(num({ op: "field", type: "i32", field: generator }, builder.inTick ? 2 : 1), "generator").expr;
    const load = (i: number) => builder.keep(num({ op: "load", type: "i32", addr: address, offset: i * 4 }, 2), `s${i}`);
    const old = [load(0), load(1), load(2)];
    const fresh: Value[] = [...old];
    return {
      get words(): readonly [Value, Value, Value] {
        return fresh as [Value, Value, Value];
      },
      set: (i, e) => {
        const kept = builder.keep(num(e, 2), `s${i}`);
        builder.emit({ op: "store", type: "i32", addr: address, offset: i * 4, value: kept.expr });
        fresh[i] = kept;
      },
    };
  }

  /// Statements that load what was used; for the start of the unit's code.
  loads(): Stmt[] {
    const list: Stmt[] = [];
    for (const [name, local] of this.locals) {
      const field = this.unit.fieldNamed(name);
      list.push({ op: "set", local, value: { op: "field", type: field.type, field } });
    }
    if (this.words && this.generator) list.push(...this.wordLoads(this.generator, this.words.locals, this.words.address));
    return list;
  }

  /// Appends the stores of what was assigned.
  finish(out: Stmt[]): void {
    for (const [name, value] of this.late) this.set(name, value);
    if (this.constructing && this.prologue.length > 0) out.unshift(...this.prologue.splice(0));
    for (const name of this.dirty) {
      const field = this.unit.fieldNamed(name);
      out.push({ op: "setField", field, value: read(this.local(name)) });
    }
    if (this.words) {
      const { locals, address } = this.words;
      locals.forEach((local, i) => {
        out.push({ op: "store", type: "i32", addr: read(address), offset: i * 4, value: read(local) });
      });
    }
  }
}

/// Names of members that a part, or a helper it may call, assigns.
function assignedMembers(owner: string, spec: AnySpec, part: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  if (typeof part === "function") addAll(names, parseFunction(owner, part as () => void).members);
  for (const [name, use] of Object.entries((spec.uses ?? {}) as Record<string, { helper: () => void }>))
    addAll(names, parseFunction(name, use.helper).members);
  return names;
}

function addAll<T>(to: Set<T>, items: Iterable<T>): void {
  for (const item of items) to.add(item);
}
