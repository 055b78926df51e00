/// The typed intermediate representation every kernel becomes: expression trees inside structured statements.
///
/// A `Program` is the body of one function over one synth's state. It has four executions that agree bit for bit: the interpreter
/// (`interpret.ts`, the definition), scalar WebAssembly (`wasm/scalar.ts`), and SIMD WebAssembly with four synths in four lanes
/// (`wasm/lanes/`). The same program serves stride 4 (a synth alone) and stride 16 (a pack of four): state is named by field, never by address.
///
/// Arithmetic: every f32 operation rounds to f32, every f64 operation to f64, i32 wraps. No operation traps: division of integers by zero
/// gives 0, float-to-int conversion of a value out of range (or NaN) gives -2^31 as x86 does. Booleans are i32, 0 or 1.

export type Type = "f32" | "f64" | "i32";

/// A variable of one execution of the program. Starts as 0. `name` is for printing only; identity is the object.
export interface Local {
  readonly name: string;
  readonly type: Type;
  /// Assigned exactly once, before it is read: reading it later gives the same value.
  readonly fixed?: true;
}

/// A piece of a synth's state that outlives the call: `count` values of `type`. The layout pass gives `word`, the index of its first 32-bit
/// word (an f64 takes two, `word` even). Value i of a scalar field lies at `base + (word + i * size) * stride` for 32-bit values; in a pack an
/// f64's four lanes follow each other: `base + word * 16 + lane * 8`.
export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly count: number;
  word: number;
}

/// `high`, `low`: the upper and lower 32 bits of an f64, as i32. `any` of an i32: 1 when it is not 0, and in a pack when it is not 0 for some of the lanes that
/// are together at that place. What it decides must not be heard: it chooses between ways to the same result.
export type UnaryOp = "neg" | "abs" | "ceil" | "floor" | "trunc" | "nearest" | "sqrt" | "clz" | "ctz" | "eqz" | "any" | "high" | "low";
/// `div`, `rem` on i32 are signed, towards zero, 0 for a zero divisor (and -2^31 / -1 = -2^31). `min`, `max` are WebAssembly's (NaN wins, -0 < 0).
/// `pmin`, `pmax` are `b < a ? b : a` and `a < b ? b : a`. `copysign` on floats only; `and or xor shl shr shru rotl` on i32 only. `words` makes
/// an f64 of two i32: its upper and its lower 32 bits.
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "min"
  | "max"
  | "pmin"
  | "pmax"
  | "copysign"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr"
  | "shru"
  | "rotl"
  | "words";
/// `ltu`, `geu` compare i32 as unsigned; the others are signed on i32, ordered on floats (`ne` is true for NaN).
export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "ltu" | "geu";
/// `promote` f32->f64, `demote` f64->f32, `fromInt` / `fromUint` i32->f32|f64, `toInt` f32|f64->i32 (towards zero, -2^31 when out of range),
/// `bits` reinterprets f32 as i32 and back.
export type ConvertOp = "promote" | "demote" | "fromInt" | "fromUint" | "toInt" | "bits";

export type Expr =
  | { readonly op: "const"; readonly type: Type; readonly value: number }
  | { readonly op: "local"; readonly type: Type; readonly local: Local }
  | { readonly op: "unary"; readonly type: Type; readonly fn: UnaryOp; readonly a: Expr }
  | { readonly op: "binary"; readonly type: Type; readonly fn: BinaryOp; readonly a: Expr; readonly b: Expr }
  | { readonly op: "compare"; readonly type: "i32"; readonly fn: CompareOp; readonly a: Expr; readonly b: Expr }
  /// Both sides are evaluated.
  | { readonly op: "select"; readonly type: Type; readonly cond: Expr; readonly a: Expr; readonly b: Expr }
  | { readonly op: "convert"; readonly type: Type; readonly fn: ConvertOp; readonly a: Expr }
  /// A field of the synth. With `index`, element `index` of an array field (the builder guarantees 0 <= index < count).
  | { readonly op: "field"; readonly type: Type; readonly field: Field; readonly index?: Expr }
  /// A value at an absolute byte address (`addr + offset`) of the engine's memory: buses, tables, sample buffers, wires, dynamic memory.
  /// `wire` marks a value in the wire buffer at `offset`: `addr` is then the place in it for stride 4, which lanes multiply by 4.
  | { readonly op: "load"; readonly type: Type; readonly addr: Expr; readonly offset: number; readonly wire?: boolean }
  /// Calls another program's function (inlined never, emitted once per module) or a host function. Arguments by value.
  | { readonly op: "call"; readonly type: Type; readonly fn: IRFunction; readonly args: readonly Expr[] }
  | { readonly op: "host"; readonly type: Type; readonly fn: HostFunction; readonly args: readonly Expr[] };

export type Stmt =
  | { readonly op: "set"; readonly local: Local; readonly value: Expr }
  | { readonly op: "setField"; readonly field: Field; readonly index?: Expr; readonly value: Expr }
  | {
      readonly op: "store";
      readonly type: Type;
      readonly addr: Expr;
      readonly offset: number;
      readonly value: Expr;
      readonly wire?: boolean;
    }
  | { readonly op: "if"; readonly cond: Expr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[] }
  /// Repeats until a `break` leaves it. `label` is unique within the program.
  | { readonly op: "loop"; readonly label: number; readonly body: readonly Stmt[] }
  | { readonly op: "break"; readonly label: number }
  | { readonly op: "continue"; readonly label: number }
  /// An expression for its effect.
  | { readonly op: "do"; readonly value: Expr };

/// A pure function of its parameters: no fields, no wires; memory loads at absolute addresses are allowed (tables).
export interface IRFunction {
  readonly name: string;
  readonly params: readonly Local[];
  readonly body: readonly Stmt[];
  readonly result: Expr;
}

/// A function the engine provides. Emitters pass the synth's base address as an extra first argument, before `params`; in lanes the function is
/// called once per active lane, in lane order, with the base of that lane's state (`base + lane * 4`).
export interface HostFunction {
  readonly name: string;
  readonly params: readonly Type[];
  readonly result: Type;
}

/// What one call of a compiled function does. The synth's base address is implicit. `params` are i32, uniform over lanes (frame ranges).
export interface Program {
  readonly name: string;
  readonly params: readonly Local[];
  readonly body: readonly Stmt[];
}

/// True when the synths of a pack cannot run this in lanes at all (`reason` is for people).
export interface LaneRefusal {
  readonly reason: string;
}
