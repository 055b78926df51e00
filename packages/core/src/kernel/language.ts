/// What the author of a kernel writes: the shape of a unit generator and the words its functions may use.
///
/// A kernel's functions are parsed, not called, by the engine; the types here give editors something to check and to complete.
/// See docs/concepts/kernels.md for the language itself.
import type { Type } from "./ir.ts";

/// How an input is read.
/// - a number, or `perSample(default)`: in `tick` the current sample when the input is audio-rate, else the value of this block (a step at its start);
/// - `ramp(default)`: as before, but a control-rate input glides from its last block's value to this block's (old + j * (new - old) / N);
/// - `perBlock(default)`: always one value per block: of an audio-rate input, its first sample;
/// - `atInit(default)`: one value for the life of the synth;
/// - `signal`: as `perSample`, and has no default: the caller must give it;
/// - `many()`: every remaining input, as an array; must be last. Each is read as `perSample`; as `perBlock` when written `manyPerBlock()`.
/// - `unit()`: the unit that feeds the input, for its flags (`c.done(x)`), besides its value.
export interface InputSpec {
  readonly kind: "perSample" | "ramp" | "perBlock" | "atInit" | "many" | "unit";
  readonly default?: number;
  /// Of `many`: each is read as `perBlock`.
  readonly blockwise?: boolean;
  /// A range such as "0..1" and a unit such as "Hz", for the reference.
  readonly doc?: string;
}
export const signal: InputSpec & { readonly required: true } = { kind: "perSample", required: true };
export const perSample = (value?: number): InputSpec => ({ kind: "perSample", default: value });
export const ramp = (value?: number): InputSpec => ({ kind: "ramp", default: value });
export const perBlock = (value?: number): InputSpec => ({ kind: "perBlock", default: value });
export const atInit = (value?: number): InputSpec & { readonly kind: "atInit" } => ({ kind: "atInit", default: value });
export const unitInput = (): InputSpec => ({ kind: "unit" });
export const many = (): InputSpec & { readonly list: true } => ({ kind: "many", list: true });
export const manyPerBlock = (): InputSpec & { readonly list: true } => ({ kind: "many", list: true, blockwise: true });

/// A scalar of state, its first value, and whether it is a `done` flag.
export interface ScalarState {
  readonly state: "scalar";
  readonly type: Type;
  readonly initial: number;
}
/// An array of state whose length is known when the definition is compiled.
export interface ArrayState {
  readonly state: "array";
  readonly type: Type;
  readonly count: number | ((shape: Shape) => number);
  /// Elements are separate scalars, in local variables while the unit runs; indices are known at compile time.
  readonly registers?: true;
}
/// Memory whose length is known when the synth starts: `c.alloc(s.line, length)` in `init`. Values are f32. `ring` rounds the length up to a power
/// of two and wraps every index; the other form clamps every index.
export interface MemoryState {
  readonly state: "memory";
  readonly ring: boolean;
}
export type StateSpec = number | ScalarState | ArrayState | MemoryState;

export const f32 = (initial = 0): ScalarState => ({ state: "scalar", type: "f32", initial });
export const f64 = (initial = 0): ScalarState => ({ state: "scalar", type: "f64", initial });
export const i32 = (initial = 0): ScalarState => ({ state: "scalar", type: "i32", initial });
export const f32s = (count: ArrayState["count"]): ArrayState => ({ state: "array", type: "f32", count });
export const f64s = (count: ArrayState["count"]): ArrayState => ({ state: "array", type: "f64", count });
export const i32s = (count: ArrayState["count"]): ArrayState => ({ state: "array", type: "i32", count });
export const registers = (count: ArrayState["count"]): ArrayState => ({ state: "array", type: "f32", count, registers: true });
export const memory = (): MemoryState => ({ state: "memory", ring: false });
export const ring = (): MemoryState => ({ state: "memory", ring: true });

export type Rate = "ir" | "kr" | "ar" | "dr";

/// What is known of one unit when its definition is compiled.
export interface Shape {
  readonly rate: Rate;
  /// Rates of the inputs, in wire order.
  readonly inputs: readonly Rate[];
  /// The inputs that are constants, by position.
  readonly constants: readonly (number | undefined)[];
  readonly outputs: number;
  readonly special: number;
}

export type InputRecord = Record<string, number | InputSpec>;
export type StateRecord = Record<string, StateSpec>;

/// An input inside a kernel: a number, and in `process` also the block (`x[j]`).
type Value = number & { readonly [j: number]: number };
export type InputValues<I> = { readonly [K in keyof I]: I[K] extends { list: true } ? readonly Value[] : Value };
/// State inside a kernel.
export type StateValues<S> = {
  -readonly [K in keyof S]: S[K] extends { state: "array" } ? number[] : S[K] extends { state: "memory" } ? Memory : number;
};
export interface Memory {
  [index: number]: number;
  readonly length: number;
}
/// A sample buffer: interleaved f32 samples with clamped reads; an absent one has no frames and reads 0.
export interface SampleBuffer {
  [sample: number]: number;
  readonly frames: number;
  readonly channels: number;
  readonly samples: number;
  readonly mask: number;
  readonly sampleRate: number;
  /// Byte address of its record, for `c.host`.
  readonly address: number;
}

/// What a kernel can ask of its surroundings. Members marked (compile time) are constants when the definition is compiled, so an `if` on them
/// disappears and its other side is not even checked.
export interface Context {
  /// Samples per second of this unit: the full rate for ar, the rate of blocks for kr (compile time).
  readonly rate: number;
  /// 1 / rate, f64 (compile time).
  readonly period: number;
  /// The full sample rate (compile time).
  readonly sampleRate: number;
  /// Samples this unit makes per block: N for ar, 1 for kr (compile time).
  readonly size: number;
  /// 1 / size (compile time).
  readonly slope: number;
  /// Frames per block, whatever this unit's rate (compile time).
  readonly blockSize: number;
  /// Index of the current sample in the block, i32 (in `tick`).
  readonly j: number;
  /// Special index, number of outputs, name of the rate (compile time).
  readonly special: number;
  readonly outputs: number;
  readonly isAr: boolean;
  readonly isIr: boolean;
  readonly isDr: boolean;
  /// Samples to make in this call (= size).
  readonly frames: number;
  /// The synth's node id, its start offset in the block (frames) and the fraction (f32).
  readonly nodeId: number;
  readonly sampleOffset: number;
  readonly subsampleOffset: number;
  /// Tables by name, e.g. `c.table.sine[i]`; the index is clamped.
  readonly table: Readonly<Record<string, readonly number[]>>;
  /// Output blocks in `process`: `c.out[channel][j] = y`. What they hold before the first assignment is not theirs.
  readonly out: number[][];

  /// Rate of an input (compile time). `scalar` is true for constants and ir inputs.
  isAudio(input: unknown): boolean;
  isControl(input: unknown): boolean;
  isScalar(input: unknown): boolean;
  isDemand(input: unknown): boolean;
  /// True when the input is a constant (compile time).
  isConstant(input: unknown): boolean;
  /// 0, 1, ... n - 1, unrolled: `for (const i of c.each(n))`; n must be known at compile time.
  each(n: number): Iterable<number>;
  /// The members of an object (the inputs, say) as a list, in their order, without the first `skip` (compile time).
  values(object: object, skip?: number): readonly Value[];
  /// Length of a `many` input (compile time): `list.length` works as well.
  /// A block value that moves: `from` at the first sample, `to` one sample after the last: from + j * (to - from) / size.
  glide(from: number, to: number): number;
  /// As `glide`, given the step per sample.
  line(from: number, step: number): number;

  /// Conversions. `tr` is towards zero, -2^31 when out of range, as x86 does; `u32` reads an integer as unsigned.
  f32(x: number): number;
  f64(x: number): number;
  tr(x: number): number;
  u32(x: number): number;
  isNaN(x: number): boolean;
  bits(x: number): number;
  fromBits(x: number): number;
  ctz(x: number): number;
  /// True when `test` is, and where four synths run together when it is for any of them: a choice between two ways to the same result, which all four
  /// take together. The way for `true` must be right for a synth whose own `test` is false.
  any(test: boolean): boolean;
  /// Removal of denormals, infinities and NaN: x if 1e-15 < |x| < 1e15, otherwise 0.
  zap(x: number): number;
  /// `lo` and `hi` as comparisons choose them: min with hi first, then max with lo.
  clip(x: number, lo: number, hi: number): number;
  /// fmod: remainder with the sign of `x`.
  fmod(x: number, y: number): number;
  exp2(x: number): number;
  /// The next value of an input (pulled when it is demand-rate, NaN at its end; otherwise what it is now), and starting it over.
  demand(input: unknown, offset?: number): number;
  restart(input: unknown, offset?: number): void;
  cosPhase(phase: number): number;
  /// Sine of a 32-bit phase (2^32 is one cycle), f32, error below 1e-7.
  sinPhase(phase: number): number;

  /// Draws from the synth's generator (noise.ts): raw 32 bits, f32 in [0,1), [-1,1), [-1/8,1/8), +1 or -1, f64 in [0,1).
  raw32(): number;
  u01(): number;
  u11(): number;
  u8(): number;
  coin(): number;
  d01(): number;

  /// Zeroed memory for a `memory()` or `ring()` state, in `init`. Out of memory leaves length 0 and silence.
  alloc(memory: unknown, length: number): void;
  /// The sample buffer with this number (numbers above the last mean the synth's LocalBufs).
  buffer(number: number): SampleBuffer;
  /// Executes a done action for this synth.
  doneAction(action: number): void;
  /// The done flag of the unit that feeds this input (0 when it has none).
  done(input: unknown): number;
  nodeControl(nodeId: number, what: number): void;
}

/// Raw access to the engine's memory, for the engine's own unit generators (`system: true`).
export interface SystemContext extends Context {
  /// The compile target's addresses and counts (compile time).
  readonly target: Readonly<Record<string, number>>;
  loadF32(address: number): number;
  loadI32(address: number): number;
  storeF32(address: number, value: number): void;
  storeI32(address: number, value: number): void;
  /// Index of the unit's first control value is `special`; these read and write the synth's own controls.
  control(index: number): number;
  setControl(index: number, value: number): void;
  /// Byte address the control is mapped to, 0 when it is not mapped.
  controlMap(index: number): number;
  /// The audio bus a control is mapped to, plus one; 0 for none.
  controlBus(index: number): number;
  getHeader(name: string): number;
  setHeader(name: string, value: number): void;
  host(name: string, ...args: number[]): number;
}

/// A helper kernel: a function used by others through `uses`, inlined at every call, typed by its arguments.
export interface Helper<F extends (...args: never[]) => unknown = (...args: never[]) => unknown> {
  readonly helper: F;
}
export const helper = <F extends (...args: never[]) => unknown>(fn: F): Helper<F> => ({ helper: fn });

export type Uses = Record<string, Helper>;
export type Used<U> = { readonly [K in keyof U]: U[K] extends Helper<infer F> ? F : never };

/// When and how a unit makes the value that other units see while the synth is being constructed.
/// - "peek": one step is run for the value, then the state is put back (default);
/// - "step": one step is run and kept: the first audible sample is the second of the sequence;
/// - a value that `init` returns overrides both.
export type Start = "peek" | "step";

type Result = number | readonly number[] | undefined;

// biome-ignore lint/suspicious/noConfusingVoidType: a part that returns nothing
type MaybeResult = Result | void;

export interface KernelSpec<I extends InputRecord, S extends StateRecord, B, U extends Uses> {
  /// Rates it comes in, e.g. "ar kr". "ir" units only have `init`.
  rates?: string;
  inputs: I;
  /// Number of outputs: 1 unless given. "caller" when each use decides, in its first argument (PanAz); "caller last": after the inputs (In).
  outputs?: number | "caller" | "caller last";
  state?: S;
  uses?: U;
  start?: Start;
  /// Effects the compiler must keep in order or must know of. `random`: draws from a shared generator. `reads`, `writes`: buses.
  /// `effect`: the unit does something besides its output, so it is kept though nobody reads it.
  random?: boolean;
  reads?: "bus" | "buffer";
  writes?: "bus" | "buffer";
  effect?: boolean;
  /// The kernel draws on engine memory directly.
  system?: boolean;
  latency?: number;
  deferred?: number;
  /// Family, for the reference.
  family?: string;
  /// One or two sentences with the formula.
  doc?: string;

  init?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): MaybeResult;
  block?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): B;
  tick?(x: InputValues<I>, s: StateValues<S>, b: B, c: SystemContext & Used<U>): MaybeResult;
  end?(x: InputValues<I>, s: StateValues<S>, b: B, c: SystemContext & Used<U>): void;
  process?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): MaybeResult;
  /// When the synth is freed.
  destroy?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): void;
  /// Demand rate: the next value (NaN when there is none), and starting over.
  next?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): number;
  reset?(x: InputValues<I>, s: StateValues<S>, c: SystemContext & Used<U>): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the erased form of a spec, used by the compiler only
export type AnySpec = KernelSpec<any, any, any, any>;

/// Keeps a spec's types while it is written apart from `ugen()`, e.g. in a spec chosen by shape.
export const kernel = <I extends InputRecord, const S extends StateRecord, B, U extends Uses = Record<never, never>>(
  spec: KernelSpec<I, S, B, U>,
): KernelSpec<I, S, B, U> => spec;
