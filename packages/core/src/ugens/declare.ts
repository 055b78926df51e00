/// How a unit generator is declared: `ugen("OnePole", { ... })`.
import type { AnySpec, Helper, InputSpec, KernelSpec, Shape, StateSpec } from "../kernel/language.ts";
import type { UGen } from "./registry.ts";

/// Declares a unit generator by its kernel. The spec is only read when a definition first uses it.
export function ugen<
  const I extends Record<string, number | InputSpec>,
  const S extends Record<string, StateSpec> = Record<never, never>,
  B = undefined,
  U extends Record<string, Helper> = Record<never, never>,
>(name: string, spec: KernelSpec<I, S, B, U>): UGen {
  const face = spec as unknown as AnySpec;
  return { name, spec: () => face, face };
}

/// Declares a unit generator whose kernel depends on how it is used: its rate, its inputs' rates, its special index. `face` is shown in the reference.
export function ugenByShape(name: string, face: AnySpec, spec: (shape: Shape) => AnySpec): UGen {
  return { name, spec, face };
}
