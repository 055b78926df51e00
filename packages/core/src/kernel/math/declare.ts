/// How a function of the math library is declared: its body in the kernel language, with the types beside it.
import type { Type } from "../ir.ts";
import type { Intrinsics } from "./intrinsics.ts";

/// A pure function of numbers. `fn` is parsed like a kernel; its last parameter is `m`, which holds the intrinsics and the functions of `uses`.
export interface MathFunction<A extends readonly number[] = readonly number[]> {
  readonly name: string;
  /// Parameters by name, in order, with their types.
  readonly params: Readonly<Record<string, Type>>;
  readonly result: Type;
  /// Only its text is read.
  // biome-ignore lint/complexity/noBannedTypes: parameters differ by function
  readonly fn: Function;
  /// Other functions of the library that `fn` calls as `m.name(...)`.
  readonly uses: Readonly<Record<string, MathFunction>>;
  /// Never set: carries the parameter list for the type checker.
  readonly arguments?: A;
}

type Uses = Readonly<Record<string, MathFunction>>;
type Called<U extends Uses> = { readonly [K in keyof U]: (...args: NonNullable<U[K]["arguments"]>) => number };

/// One parameter or two, by the number of names.
type IsUnion<K, All = K> = K extends unknown ? ([All] extends [K] ? false : true) : never;
type Arguments<P> = IsUnion<keyof P> extends true ? [x: number, y: number] : [x: number];

/// Records a function. Every operation in it rounds to the type of its operands: f64 if either is, else f32 if either is, else i32; a literal
/// takes the type of what it meets.
export function mathFunction<const P extends Readonly<Record<string, Type>>, U extends Uses = Record<never, never>>(
  name: string,
  params: P,
  result: Type,
  fn: (...args: [...Arguments<P>, m: Intrinsics & Called<U>]) => number,
  uses?: U,
): MathFunction<Arguments<P>> {
  return { name, params, result, fn, uses: uses ?? {} };
}
