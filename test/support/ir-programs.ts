/// Random well-typed IR programs: every operation, nested control flow, fields, tables, wires, private memory, functions and host calls.
import fc from "fast-check";
import type {
  BinaryOp,
  CompareOp,
  Expr,
  Field,
  HostFunction,
  IRFunction,
  Local,
  Program,
  Stmt,
  Type,
  UnaryOp,
} from "../../packages/core/src/kernel/ir.ts";
import { binary, branch, compare, field, i32, konst, load, local, select, set, setField, store, types, unary } from "./ir.ts";

/// Where the test memory keeps things.
export const layout = {
  /// 64 values of 8 bytes, the same for everybody.
  table: 1024,
  /// A lone synth's state, and a pack's.
  base: 4096,
  pack: 8192,
  /// Private memory of synth i at `heap + i * 256`, 8 places of 8 bytes for each type: a NaN must not be seen as another type.
  heap: 16384,
  /// Likewise, 8 frames of 8 bytes for each type, or of 32 in a pack.
  wires: 20480,
  bus: 28672,
  scratch: 32768,
  pages: 2,
} as const;

/// Offset of the places of `type` in private memory.
export const areaOf = (type: Type) => types.indexOf(type) * 64;
/// Address of the wire of `type`.
export const wireOf = (type: Type) => layout.wires + types.indexOf(type) * 256;

export const hostile = {
  f32: [0, -0, 1, -1, 0.5, -2.5, 1e-40, 1e30, -1e30, 2147483648, 3.4028234663852886e38, Infinity, -Infinity, NaN],
  f64: [0, -0, 1, -1.5, 0.1, 5e-324, 1e300, -2147483649, 4294967296, Infinity, -Infinity, NaN],
  i32: [0, 1, -1, 2, 31, 33, 1000000007, 2147483647, -2147483648],
} as const;

export const unaryOps: Record<Type, readonly UnaryOp[]> = {
  i32: ["neg", "abs", "clz", "ctz", "eqz"],
  f32: ["neg", "abs", "ceil", "floor", "trunc", "nearest", "sqrt"],
  f64: ["neg", "abs", "ceil", "floor", "trunc", "nearest", "sqrt"],
};
const floatBinary: readonly BinaryOp[] = ["add", "sub", "mul", "div", "min", "max", "pmin", "pmax"];
export const binaryOps: Record<Type, readonly BinaryOp[]> = {
  i32: ["add", "sub", "mul", "div", "rem", "min", "max", "pmin", "pmax", "and", "or", "xor", "shl", "shr", "shru", "rotl"],
  f32: floatBinary,
  f64: floatBinary,
};
const orders: readonly CompareOp[] = ["eq", "ne", "lt", "le", "gt", "ge"];
export const compareOps: Record<Type, readonly CompareOp[]> = { i32: [...orders, "ltu", "geu"], f32: orders, f64: orders };

/// The things a random program names.
export const pool = {
  locals: types.flatMap((type) => [0, 1, 2].map((i): Local => ({ name: `${type}_${i}`, type }))),
  scalars: types.map((type, i): Field => ({ name: `s_${type}`, type, count: 1, word: [0, 2, 1][i] as number })),
  arrays: types.map((type, i): Field => ({ name: `a_${type}`, type, count: 4, word: [4, 8, 16][i] as number })),
  /// Address of the synth's private memory.
  heap: { name: "heap", type: "i32", count: 1, word: 20 } as Field,
  words: 24,
  frames: { name: "frames", type: "i32" } as Local,
};
const probes: Record<Type, HostFunction> = {
  f32: { name: "probe_f32", params: ["f32"], result: "f32" },
  f64: { name: "probe_f64", params: ["f64"], result: "f64" },
  i32: { name: "probe_i32", params: ["i32"], result: "i32" },
};

const ofType = <T extends { type: Type }>(list: readonly T[], type: Type) => fc.constantFrom(...list.filter((x) => x.type === type));
const masked = (e: Expr, mask: number) => binary("and", e, i32(mask));
/// The sign and payload of a NaN are nobody's promise: keep them from becoming integers or signs.
const notNaN = (e: Expr): Expr => select(compare("eq", e, e), e, konst(e.type, 0));

function functionOf(type: Type, body: (x: Local, y: Local, t: Local) => { body: Stmt[]; result: Expr }): IRFunction {
  const [x, y, t] = ["x", "y", "t"].map((name): Local => ({ name, type })) as [Local, Local, Local];
  return { name: `fn_${type}`, params: [x, y], ...body(x, y, t) };
}
/// One function with a branch, one with a loop over its argument, one with a look-up.
const callable: Record<Type, IRFunction> = {
  f32: functionOf("f32", (x, y, t) => ({
    body: [set(t, binary("mul", local(x), local(y))), branch(compare("lt", local(x), local(y)), [set(t, unary("neg", local(t)))])],
    result: binary("add", local(t), local(x)),
  })),
  f64: functionOf("f64", (x, y, t) => ({
    body: [set(t, local(x)), branch(compare("gt", local(y), local(x)), [set(t, local(y))], [set(t, binary("sub", local(t), local(y)))])],
    result: local(t),
  })),
  i32: functionOf("i32", (x, y, t) => ({
    body: [
      {
        op: "loop",
        label: 1,
        body: [
          branch(compare("ge", local(t), masked(local(x), 3)), [{ op: "break", label: 1 }]),
          set(t, binary("add", local(t), i32(1))),
          set(y, binary("xor", local(y), load("i32", binary("shl", masked(local(y), 63), i32(2)), layout.table))),
        ],
      },
    ],
    result: binary("add", local(y), local(t)),
  })),
};

/// Too large to be inlined: a long sum, a loop that varying arguments leave at different times, and a branch.
const large: Record<Type, IRFunction> = {
  f32: largeFunction("f32"),
  f64: largeFunction("f64"),
  i32: largeFunction("i32"),
};
function largeFunction(type: Type): IRFunction {
  const rounds: Local = { name: "rounds", type: "i32" };
  return {
    ...functionOf(type, (x, y, t) => ({
      body: [
        set(t, local(x)),
        ...Array.from({ length: 40 }, (_, i) => set(t, binary("add", binary("mul", local(t), konst(type, 0.5 + i)), local(y)))),
        branch(compare("lt", local(x), local(t)), [set(x, local(t)), set(y, konst(type, 1))], [set(t, binary("max", local(y), local(x)))]),
        {
          op: "loop",
          label: 3,
          body: [
            set(rounds, binary("add", local(rounds), i32(1))),
            branch(binary("or", compare("gt", local(rounds), i32(5)), compare("lt", local(y), local(t))), [{ op: "break", label: 3 }]),
            set(y, binary("sub", local(y), local(t))),
          ],
        },
      ],
      result: binary("sub", local(t), local(y)),
    })),
    name: `large_${type}`,
  };
}

type Make = (depth: number) => fc.Arbitrary<Expr>;

const leaf = (type: Type): fc.Arbitrary<Expr> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...hostile[type]).map((v) => konst(type, v)) },
    { weight: 3, arbitrary: ofType(pool.locals, type).map(local) },
    { weight: 3, arbitrary: ofType(pool.scalars, type).map((f) => field(f)) },
    ...(type === "i32" ? [fc.constant(local(pool.frames))] : []),
  );

const byDepth: Record<Type, fc.Arbitrary<Expr>[]> = { f32: [], f64: [], i32: [] };
/// An expression of `type`, of at most `depth` nested operations.
export function exprOf(type: Type, depth: number): fc.Arbitrary<Expr> {
  return (byDepth[type][depth] ??=
    depth === 0 ? leaf(type) : fc.oneof({ weight: 2, arbitrary: leaf(type) }, { weight: 5, arbitrary: inner(type, depth) }));
}

function inner(type: Type, depth: number): fc.Arbitrary<Expr> {
  const of = (t: Type) => exprOf(t, depth - 1);
  const self = of(type);
  const index: Make = () => of("i32");
  const common: fc.Arbitrary<Expr>[] = [
    fc.tuple(fc.constantFrom(...unaryOps[type]), self).map(([fn, a]) => unary(fn, a)),
    fc.tuple(fc.constantFrom(...binaryOps[type]), self, self).map(([fn, a, b]) => binary(fn, a, b)),
    fc.tuple(fc.constantFrom(...binaryOps[type]), self, self).map(([fn, a, b]) => binary(fn, a, b)),
    fc.tuple(of("i32"), self, self).map(([c, a, b]) => select(c, a, b)),
    fc.tuple(ofType(pool.arrays, type), index(depth)).map(([f, i]) => field(f, masked(i, 3))),
    index(depth).map((i) => load(type, binary("shl", masked(i, 63), i32(type === "f64" ? 3 : 2)), layout.table)),
    index(depth).map((i) => load(type, binary("add", field(pool.heap), binary("shl", masked(i, 7), i32(3))), areaOf(type))),
    index(depth).map((i): Expr => ({ ...load(type, binary("shl", masked(i, 7), i32(3)), wireOf(type)), wire: true }) as Expr),
    fc.tuple(self, self).map(([a, b]): Expr => ({ op: "call", type, fn: callable[type], args: [a, b] })),
    fc.tuple(self, self).map(([a, b]): Expr => ({ op: "call", type, fn: large[type], args: [a, b] })),
    self.map((a): Expr => ({ op: "host", type, fn: probes[type], args: [a] })),
  ];
  if (type === "i32") {
    for (const t of types) {
      common.push(fc.tuple(fc.constantFrom(...compareOps[t]), of(t), of(t)).map(([fn, a, b]) => compare(fn, a, b)));
      if (t !== "i32") common.push(of(t).map((a): Expr => ({ op: "convert", type, fn: "toInt", a })));
    }
    common.push(of("f32").map((a): Expr => ({ op: "convert", type, fn: "bits", a: notNaN(a) })));
    common.push(
      fc
        .tuple(fc.constantFrom("high" as const, "low" as const), of("f64"))
        .map(([fn, a]): Expr => ({ op: "unary", type, fn, a: notNaN(a) })),
    );
  } else {
    common.push(of("i32").map((a): Expr => ({ op: "convert", type, fn: "fromInt", a })));
    common.push(of("i32").map((a): Expr => ({ op: "convert", type, fn: "fromUint", a })));
    common.push(fc.tuple(self, self).map(([a, b]) => binary("copysign", a, notNaN(b))));
    if (type === "f32") {
      common.push(of("f64").map((a): Expr => ({ op: "convert", type, fn: "demote", a })));
      common.push(of("i32").map((a): Expr => ({ op: "convert", type, fn: "bits", a })));
    } else {
      common.push(of("f32").map((a): Expr => ({ op: "convert", type, fn: "promote", a })));
      common.push(fc.tuple(of("i32"), of("i32")).map(([a, b]): Expr => ({ op: "binary", type, fn: "words", a, b })));
    }
  }
  return fc.oneof(...common);
}

/// A statement whose loops still have no labels; `lower` numbers them.
type Draft =
  | { kind: "plain"; stmt: Stmt }
  | { kind: "if"; cond: Expr; yes: Draft[]; no: Draft[] }
  | { kind: "loop"; times: Expr; body: Draft[] }
  | { kind: "jump"; out: number; again: boolean };

const plain: fc.Arbitrary<Draft> = fc.constantFrom(...types).chain((type) =>
  fc
    .tuple(
      exprOf(type, 2),
      exprOf("i32", 1),
      ofType(pool.locals, type),
      ofType(pool.scalars, type),
      ofType(pool.arrays, type),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([value, index, l, scalar, array, pick]): Draft => {
      const at = binary("shl", masked(index, 7), i32(3));
      const stmt: Stmt =
        pick < 4
          ? set(l, value)
          : pick < 6
            ? setField(scalar, value)
            : pick < 7
              ? setField(array, value, masked(index, 3))
              : pick < 8
                ? store(type, binary("add", field(pool.heap), at), value, areaOf(type))
                : pick < 9
                  ? ({ ...store(type, at, value, wireOf(type)), wire: true } as Stmt)
                  : { op: "do", value };
      return { kind: "plain", stmt };
    }),
);

function drafts(depth: number): fc.Arbitrary<Draft[]> {
  const jump = fc.record({ kind: fc.constant("jump" as const), out: fc.integer({ min: 0, max: 1 }), again: fc.boolean() });
  if (depth === 0) return fc.array(fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: jump }), { maxLength: 4 });
  const body = drafts(depth - 1);
  return fc.array(
    fc.oneof(
      { weight: 4, arbitrary: plain },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant("if" as const), cond: exprOf("i32", 2), yes: body, no: body }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("loop" as const), times: exprOf("i32", 1), body }) },
    ),
    { maxLength: 5 },
  );
}

function lower(list: readonly Draft[], labels: readonly number[], next: { label: number }): Stmt[] {
  const out: Stmt[] = [];
  for (const draft of list) {
    if (draft.kind === "plain") {
      out.push(draft.stmt);
    } else if (draft.kind === "if") {
      out.push(branch(draft.cond, lower(draft.yes, labels, next), lower(draft.no, labels, next)));
    } else if (draft.kind === "jump") {
      const label = labels[labels.length - 1 - draft.out];
      if (label !== undefined) out.push({ op: draft.again ? "continue" : "break", label });
    } else {
      const label = next.label++;
      const counter: Local = { name: `count${label}`, type: "i32" };
      const head = [
        branch(compare("ge", local(counter), masked(draft.times, 3)), [{ op: "break", label }]),
        set(counter, binary("add", local(counter), i32(1))),
      ];
      out.push(set(counter, i32(0)), { op: "loop", label, body: [...head, ...lower(draft.body, [...labels, label], next)] });
    }
  }
  return out;
}

export const programs: fc.Arbitrary<Program> = drafts(3).map((list) => ({
  name: "random",
  params: [pool.frames],
  body: lower(list, [], { label: 0 }),
}));
