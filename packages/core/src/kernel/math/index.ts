/// The math library: every function of `Math` that a kernel may call, for f64 and f32, in the kernel language itself. Its results are a matter of
/// IEEE arithmetic only, so they have the same bits on every machine.
import type { MathFunction } from "./declare.ts";
import * as exponential32 from "./f32/exponential.ts";
import * as hyperbolic32 from "./f32/hyperbolic.ts";
import * as inverse32 from "./f32/inverse.ts";
import * as logarithm32 from "./f32/logarithm.ts";
import * as power32 from "./f32/power.ts";
import * as trigonometric32 from "./f32/trigonometric.ts";
import * as exponential64 from "./f64/exponential.ts";
import * as hyperbolic64 from "./f64/hyperbolic.ts";
import * as inverse64 from "./f64/inverse.ts";
import * as logarithm64 from "./f64/logarithm.ts";
import * as power64 from "./f64/power.ts";
import * as trigonometric64 from "./f64/trigonometric.ts";
import { cosPhase, sinPhase } from "./phase.ts";

export type { MathFunction } from "./declare.ts";
export { mathFunction } from "./declare.ts";
export { type Intrinsics, intrinsics } from "./intrinsics.ts";
export { cosPhase, sinPhase } from "./phase.ts";

/// By the name it has in `Math` (and exp2), the version for f64.
export const math64 = {
  sin: trigonometric64.sin64,
  cos: trigonometric64.cos64,
  tan: trigonometric64.tan64,
  asin: inverse64.asin64,
  acos: inverse64.acos64,
  atan: inverse64.atan64,
  atan2: inverse64.atan264,
  sinh: hyperbolic64.sinh64,
  cosh: hyperbolic64.cosh64,
  tanh: hyperbolic64.tanh64,
  asinh: hyperbolic64.asinh64,
  acosh: hyperbolic64.acosh64,
  atanh: hyperbolic64.atanh64,
  exp: exponential64.exp64,
  exp2: exponential64.exp264,
  expm1: exponential64.expm164,
  log: logarithm64.log64,
  log2: logarithm64.log264,
  log10: logarithm64.log1064,
  log1p: logarithm64.log1p64,
  pow: power64.pow64,
  cbrt: power64.cbrt64,
  hypot: power64.hypot64,
} as const satisfies Record<string, MathFunction>;

export type MathName = keyof typeof math64;

/// The version for f32, and the oscillators' sine of an integer phase.
export const math32 = {
  sin: trigonometric32.sin32,
  cos: trigonometric32.cos32,
  tan: trigonometric32.tan32,
  asin: inverse32.asin32,
  acos: inverse32.acos32,
  atan: inverse32.atan32,
  atan2: inverse32.atan232,
  sinh: hyperbolic32.sinh32,
  cosh: hyperbolic32.cosh32,
  tanh: hyperbolic32.tanh32,
  asinh: hyperbolic32.asinh32,
  acosh: hyperbolic32.acosh32,
  atanh: hyperbolic32.atanh32,
  exp: exponential32.exp32,
  exp2: exponential32.exp232,
  expm1: exponential32.expm132,
  log: logarithm32.log32,
  log2: logarithm32.log232,
  log10: logarithm32.log1032,
  log1p: logarithm32.log1p32,
  pow: power32.pow32,
  cbrt: power32.cbrt32,
  hypot: power32.hypot32,
  sinPhase,
  cosPhase,
} as const satisfies Record<MathName | "sinPhase" | "cosPhase", MathFunction>;
