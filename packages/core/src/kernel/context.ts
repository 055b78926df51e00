/// `c` inside a kernel: what the unit's surroundings offer, as compile-time members and as IR.
import { binary, compare, constant, convert, int, read, select, unary } from "./build.ts";
import type { Expr, Field, HostFunction, Type } from "./ir.ts";
import type { Rate, Shape } from "./language.ts";
import { callLibrary } from "./mathobject.ts";
import type { AnyNode } from "./parse.ts";
import { randomMembers } from "./random.ts";
import type { Specialiser } from "./specialise.ts";
import { type Block, type Call, describe, lit, nothing, num, type Obj, type Value } from "./values.ts";

/// Byte addresses and counts the compiler bakes in, by name (synthdef/abi.ts lists them), and the constant tables.
export interface KernelTarget {
  readonly sampleRate: number;
  readonly blockSize: number;
  readonly numbers: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<string, { readonly address: number; readonly length: number }>>;
}

/// What one unit brings to the compilation of its kernel.
export interface UnitContext {
  readonly name: string;
  readonly shape: Shape;
  readonly target: KernelTarget;
  /// The header fields every synth has.
  readonly header: Readonly<
    Record<
      "nodeId" | "generator" | "sampleOffset" | "subsampleOffset" | "localBuffers" | "localBufferCount" | "localAudio" | "localControl",
      Field
    >
  >;
  readonly controls: { readonly values: Field; readonly maps: Field; readonly buses: Field };
  /// Rate and constancy of an input value, and the unit behind it, by the value that stands for it.
  inputInfo(value: Value): { rate: Rate; done?: Field } | undefined;
  readonly random: { words(): RandomWords };
}
export interface RandomWords {
  readonly words: readonly [Value, Value, Value];
  set(index: 0 | 1 | 2, expr: Expr): void;
}

const BufferWords = { data: 0, frames: 1, channels: 2, samples: 3, mask: 4, sampleRate: 5, coord: 6, handle: 7 };
const bufferRecordBytes = 32;

const hostFunctions: Record<string, HostFunction> = {
  doneAction: { name: "doneAction", params: ["i32"], result: "i32" },
  alloc: { name: "alloc", params: ["i32"], result: "i32" },
  nodeControl: { name: "nodeControl", params: ["i32", "i32"], result: "i32" },
  reply: { name: "reply", params: ["i32", "i32", "i32"], result: "i32" },
  disk: { name: "disk", params: ["i32", "i32", "i32", "i32", "i32"], result: "i32" },
  random: { name: "random", params: [], result: "i32" },
  prepareFft: { name: "prepareFft", params: ["i32"], result: "i32" },
  prepareWindow: { name: "prepareWindow", params: ["i32", "i32"], result: "i32" },
  fft: { name: "fft", params: ["i32", "i32", "i32"], result: "i32" },
  ifft: { name: "ifft", params: ["i32", "i32", "i32"], result: "i32" },
};

export function hostFunction(name: string): HostFunction | undefined {
  return hostFunctions[name];
}

const levelOf = (...args: readonly (Value | undefined)[]): 1 | 2 =>
  args.some((a) => a && ((a.k === "num" && a.level === 2) || a.k === "glide")) ? 2 : 1;

/// Loads from memory are never moved in front of the loop by themselves.
const loadLevel = (sp: Specialiser): 1 | 2 => (sp.builder.inTick ? 2 : 1);

/// An index made safe: kept when its range shows it is, else 0 when it lies outside `length`.
export function safeIndex(sp: Specialiser, index: Value, length: Expr, node: AnyNode): Expr {
  const n = sp.number(sp.toInt(index, node), node);
  if (n.range && length.op === "const" && n.range[0] >= 0 && n.range[1] < length.value) return n.expr;
  const kept = sp.builder.keep(n, "i").expr;
  return select(compare("ltu", kept, length), kept, int(0));
}

/// f32 values in memory from `base`, `length` of them.
export function memoryBlock(sp: Specialiser, what: string, type: Type, base: Expr, length: Expr, writable: boolean): Block {
  const size = type === "f64" ? 3 : 2;
  const address = (index: Value, node: AnyNode): { addr: Expr; offset: number } => {
    const i = safeIndex(sp, index, length, node);
    const scaled = binary("shl", i, int(size));
    return base.op === "const" ? { addr: scaled, offset: base.value } : { addr: binary("add", base, scaled), offset: 0 };
  };
  return {
    k: "block",
    what,
    length: length.op === "const" ? lit(length.value) : num(length, loadLevel(sp)),
    get: (index, node) => sp.builder.keep(num({ op: "load", type, ...address(index, node) }, loadLevel(sp)), "m"),
    set: writable
      ? (index, value, node) => {
          // Outside the memory nothing is written.
          const stored = sp.as(value, type, node);
          const n = sp.builder.keep(sp.number(sp.toInt(index, node), node), "i");
          const scaled = binary("shl", n.expr, int(size));
          const target = base.op === "const" ? { addr: scaled, offset: base.value } : { addr: binary("add", base, scaled), offset: 0 };
          const store = { op: "store", type, ...target, value: stored } as const;
          if (n.range && length.op === "const" && n.range[0] >= 0 && n.range[1] < length.value) sp.builder.emit(store);
          else sp.builder.emit({ op: "if", cond: compare("ltu", n.expr, length), then: [store], else: [] });
        }
      : undefined,
  };
}

export function makeContext(sp: Specialiser, unit: UnitContext, uses: Readonly<Record<string, { readonly helper: unknown }>>): Obj {
  const { shape, target } = unit;
  const size = shape.rate === "ar" ? target.blockSize : 1;
  const rate = shape.rate === "ar" ? target.sampleRate : target.sampleRate / target.blockSize;
  const call = (name: string, fn: Call["call"]): Call => ({ k: "call", name: `c.${name}`, call: fn });
  const b = sp.builder;

  const header = (name: keyof UnitContext["header"], settable = false): Value => {
    const field = unit.header[name];
    return settable ? nothing : b.keep(num({ op: "field", type: field.type, field }, 1), name);
  };

  const cast = (type: Type) => (args: Value[], node: AnyNode) => {
    const [x] = args;
    return b.num(sp.as(x, type, node), levelOf(x));
  };

  const rateTest = (test: (r: Rate) => boolean) => (args: Value[], node: AnyNode) => {
    const info = unit.inputInfo(args[0]);
    if (info) return lit(test(info.rate));
    if (args[0].k === "lit") return lit(test("ir"));
    return sp.fail(node, "kernel-input", `expected an input, found ${describe(args[0])}`);
  };

  const glide = (from: Value, to: Value, step: boolean, node: AnyNode): Value => {
    const joined = from.k === "lit" && to.k === "lit" ? "f32" : sp.common(from, to, node);
    const type = joined === "i32" ? "f32" : joined;
    const base = b.keep(sp.number({ ...sp.number(from, node, type), expr: sp.as(from, type, node) } as Value, node), "base");
    const slope = step ? sp.as(to, type, node) : binary("mul", binary("sub", sp.as(to, type, node), base.expr), constant(type, 1 / size));
    if (size === 1 && !step) return base;
    return { k: "glide", base: base.expr, step: b.keep(num(slope, 1), "step").expr };
  };

  const buffer = (args: Value[], node: AnyNode): Value => {
    const i = b.keep(num(sp.as(args[0], "i32", node), levelOf(args[0])), "bufnum");
    const count = int(target.numbers.bufferCount);
    const record0 = int(target.numbers.bufferRecords);
    const local = b.keep(num(binary("sub", i.expr, count), i.level), "local");
    const isLocal = compare("ltu", local.expr, { op: "field", type: "i32", field: unit.header.localBufferCount });
    const localAddress = binary(
      "add",
      { op: "field", type: "i32", field: unit.header.localBuffers },
      binary("mul", local.expr, int(bufferRecordBytes)),
    );
    const global = binary("add", binary("mul", i.expr, int(bufferRecordBytes)), record0);
    const address = b.keep(num(select(compare("ltu", i.expr, count), global, select(isLocal, localAddress, record0)), i.level), "buf").expr;
    const word = (name: keyof typeof BufferWords, type: Type = "i32") =>
      b.keep(num({ op: "load", type, addr: address, offset: BufferWords[name] * 4 }, 1), name);
    const values: Record<string, Value> = {
      address: num(address, 1),
      data: word("data"),
      frames: word("frames"),
      channels: word("channels"),
      samples: word("samples"),
      mask: word("mask"),
      sampleRate: word("sampleRate", "f32"),
      coord: word("coord"),
    };
    const expr = (name: string) => (values[name] as { expr: Expr }).expr;
    return {
      k: "obj",
      what: "a sample buffer",
      names: () => Object.keys(values),
      get: (name) => values[name],
      block: memoryBlock(sp, "a sample buffer", "f32", expr("data"), expr("samples"), true),
    };
  };

  const host = (name: string, args: Value[], node: AnyNode): Value => {
    const fn = hostFunctions[name];
    if (!fn) return sp.fail(node, "kernel-host", `the engine has no function "${name}"; it has ${Object.keys(hostFunctions).join(", ")}`);
    const exprs = fn.params.map((type, i) => sp.as(args[i] ?? lit(0), type, node));
    return b.keep(num({ op: "host", type: fn.result, fn, args: exprs }, loadLevel(sp)), name);
  };

  const effect = (name: string, args: Value[], node: AnyNode): Value => {
    host(name, args, node);
    return nothing;
  };

  const members: Record<string, () => Value> = {
    rate: () => lit(rate),
    period: () => lit(1 / rate),
    sampleRate: () => lit(target.sampleRate),
    size: () => lit(size),
    slope: () => lit(1 / size),
    blockSize: () => lit(target.blockSize),
    special: () => lit(shape.special),
    outputs: () => lit(shape.outputs),
    isAr: () => lit(shape.rate === "ar"),
    isIr: () => lit(shape.rate === "ir"),
    isDr: () => lit(shape.rate === "dr"),
    j: () => (sp.sampleIndex.i32 ? num(read(sp.sampleIndex.i32), 2, { range: [0, size - 1] }) : lit(0)),
    nodeId: () => header("nodeId"),
    sampleOffset: () => header("sampleOffset"),
    subsampleOffset: () => header("subsampleOffset"),
    table: () => ({
      k: "obj",
      what: "the tables",
      names: () => Object.keys(target.tables),
      get: (name) => {
        const table = target.tables[name];
        return table && memoryBlock(sp, `the table ${name}`, "f32", int(table.address), int(table.length), false);
      },
    }),
    target: () => ({
      k: "obj",
      what: "the target",
      names: () => Object.keys(target.numbers),
      get: (name) => (Object.hasOwn(target.numbers, name) ? lit(target.numbers[name]) : undefined),
    }),

    isAudio: () =>
      call(
        "isAudio",
        rateTest((r) => r === "ar"),
      ),
    isControl: () =>
      call(
        "isControl",
        rateTest((r) => r === "kr"),
      ),
    isScalar: () =>
      call(
        "isScalar",
        rateTest((r) => r === "ir"),
      ),
    isDemand: () =>
      call(
        "isDemand",
        rateTest((r) => r === "dr"),
      ),
    isConstant: () => call("isConstant", (args) => lit(args[0].k === "lit")),
    each: () =>
      call("each", ([n], node) => {
        if (n?.k !== "lit")
          return sp.fail(
            node,
            "kernel-each",
            `c.each needs a number that is known when the definition is compiled, found ${describe(n ?? nothing)}`,
          );
        return { k: "list", items: Array.from({ length: Math.min(Math.max(0, Number(n.value)), 1 << 16) }, (_, i) => lit(i)) };
      }),
    values: () =>
      call("values", ([object, skip], node) => {
        if (object?.k !== "obj") return sp.fail(node, "kernel-values", `c.values needs an object, found ${describe(object ?? nothing)}`);
        const names = object.names().slice(skip?.k === "lit" ? Number(skip.value) : 0);
        return { k: "list", items: names.map((name) => sp.member(object, name, node)) };
      }),
    glide: () => call("glide", ([from, to], node) => glide(from, to, false, node)),
    line: () => call("line", ([from, step], node) => glide(from, step, true, node)),

    f32: () => call("f32", cast("f32")),
    f64: () => call("f64", cast("f64")),
    tr: () => call("tr", ([x], node) => (x.k === "lit" ? lit(Math.trunc(Number(x.value)) | 0) : sp.toInt(x, node))),
    u32: () => call("u32", ([x], node) => ({ ...sp.number(sp.toInt(x, node), node), unsigned: true })),
    isNaN: () => {
      return call("isNaN", ([x], node) => {
        if (x.k === "lit") return lit(Number.isNaN(x.value));
        const n = b.keep(sp.number(x, node), "x");
        return b.num(n.expr.type === "i32" ? int(0) : compare("ne", n.expr, n.expr), n.level, { bool: true });
      });
    },
    bits: () => call("bits", ([x], node) => b.num(convert("bits", "i32", sp.as(x, "f32", node)), levelOf(x))),
    fromBits: () => call("fromBits", ([x], node) => b.num(convert("bits", "f32", sp.as(x, "i32", node)), levelOf(x))),
    any: () =>
      call("any", ([x], node) => {
        const test = sp.condition(x, node);
        return typeof test === "boolean" ? lit(test) : b.num(unary("any", test), levelOf(x), { bool: true });
      }),
    ctz: () => call("ctz", ([x], node) => b.num(unary("ctz", sp.as(x, "i32", node)), levelOf(x))),
    zap: () =>
      call("zap", ([x], node) => {
        const n = b.keep(sp.number(x, node), "z");
        const a = unary("abs", n.expr);
        const normal = binary("and", compare("gt", a, constant(n.expr.type, 1e-15)), compare("lt", a, constant(n.expr.type, 1e15)));
        return b.num(select(normal, n.expr, constant(n.expr.type, 0)), n.level);
      }),
    clip: () =>
      call("clip", ([x, lo, hi], node) => {
        const type = [lo, hi].reduce<Type>(
          (t, v) => (v.k === "lit" ? t : sp.common(num(constant(t, 0), 1), v, node)),
          x.k === "lit" ? "f32" : sp.number(x, node).expr.type,
        );
        const capped = binary("pmin", sp.as(x, type, node), sp.as(hi, type, node));
        return b.num(binary("pmax", capped, sp.as(lo, type, node)), levelOf(x, lo, hi));
      }),
    fmod: () =>
      call("fmod", ([x, y], node) => {
        const type = sp.common(x, y, node);
        const float = type === "i32" ? "f32" : type;
        return sp.fmod(sp.as(x, float, node), sp.as(y, float, node), levelOf(x, y));
      }),
    exp2: () => call("exp2", (args, node) => callLibrary(sp, "exp2", args, node)),
    cosPhase: () => call("cosPhase", (args, node) => callLibrary(sp, "cosPhase", args, node)),
    sinPhase: () => call("sinPhase", (args, node) => callLibrary(sp, "sinPhase", args, node)),

    alloc: () =>
      call("alloc", ([state, length], node) => {
        if (state?.k !== "state")
          return sp.fail(node, "kernel-alloc", `c.alloc needs a memory() or ring() state, found ${describe(state ?? nothing)}`);
        state.alloc(length, node);
        return nothing;
      }),
    buffer: () => call("buffer", buffer),
    doneAction: () => call("doneAction", ([action], node) => effect("doneAction", [action], node)),
    done: () =>
      call("done", ([input]) => {
        const field = unit.inputInfo(input)?.done;
        return field ? num({ op: "field", type: field.type, field }, loadLevel(sp)) : lit(0);
      }),
    nodeControl: () => call("nodeControl", (args, node) => effect("nodeControl", args, node)),

    loadF32: () =>
      call("loadF32", ([a], node) => b.keep(num({ op: "load", type: "f32", addr: sp.as(a, "i32", node), offset: 0 }, loadLevel(sp)), "ld")),
    loadI32: () =>
      call("loadI32", ([a], node) => b.keep(num({ op: "load", type: "i32", addr: sp.as(a, "i32", node), offset: 0 }, loadLevel(sp)), "ld")),
    storeF32: () =>
      call("storeF32", ([a, v], node) => {
        b.emit({ op: "store", type: "f32", addr: sp.as(a, "i32", node), offset: 0, value: sp.as(v, "f32", node) });
        return nothing;
      }),
    storeI32: () =>
      call("storeI32", ([a, v], node) => {
        b.emit({ op: "store", type: "i32", addr: sp.as(a, "i32", node), offset: 0, value: sp.as(v, "i32", node) });
        return nothing;
      }),
    control: () => call("control", ([i], node) => controlRead(unit.controls.values, i, node)),
    controlMap: () => call("controlMap", ([i], node) => controlRead(unit.controls.maps, i, node)),
    controlBus: () => call("controlBus", ([i], node) => controlRead(unit.controls.buses, i, node)),
    setControl: () =>
      call("setControl", ([i, v], node) => {
        b.emit({ op: "setField", field: unit.controls.values, index: sp.as(i, "i32", node), value: sp.as(v, "f32", node) });
        return nothing;
      }),
    setHeader: () =>
      call("setHeader", ([name, v], node) => {
        const field = name.k === "lit" ? unit.header[name.value as "generator"] : undefined;
        if (!field) return sp.fail(node, "kernel-header", "c.setHeader needs the name of a header field");
        b.emit({ op: "setField", field, value: sp.as(v, field.type, node) });
        return nothing;
      }),
    getHeader: () =>
      call("getHeader", ([name], node) => {
        const field = name.k === "lit" ? unit.header[name.value as "generator"] : undefined;
        if (!field) return sp.fail(node, "kernel-header", "c.getHeader needs the name of a header field");
        return b.keep(num({ op: "field", type: field.type, field }, loadLevel(sp)), String(name.k === "lit" ? name.value : ""));
      }),
    host: () =>
      call("host", ([name, ...args], node) => {
        if (name?.k !== "lit" || typeof name.value !== "string")
          return sp.fail(node, "kernel-host", "c.host needs the function's name as text");
        return host(name.value, args, node);
      }),
    ...randomMembers(sp, unit, call),
  };

  function controlRead(field: Field, index: Value, node: AnyNode): Value {
    return b.keep(num({ op: "field", type: field.type, field, index: sp.as(index, "i32", node) }, loadLevel(sp)), "ctl");
  }

  for (const [name, use] of Object.entries(uses)) {
    members[name] = () => call(name, (args) => sp.inline(name, use.helper as () => void, args, `${sp.inlinePath}:${name}`));
  }
  const made = new Map<string, Value>();
  return {
    k: "obj",
    what: "c",
    names: () => Object.keys(members),
    get: (name) => {
      if (!Object.hasOwn(members, name)) return undefined;
      const lasting = made.get(name);
      if (lasting) return lasting;
      const value = members[name]();
      if (value.k === "call" || value.k === "lit") made.set(name, value);
      return value;
    },
  };
}
