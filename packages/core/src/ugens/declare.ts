/// How a unit generator is declared, `ugen("OnePole", { ... })`, and what the declaration gives its users: typed `.ar`, `.kr`, `.ir` and `.dr` calls.
import type { AnySpec, Helper, InputSpec, KernelSpec, Rate, Shape, StateSpec } from "../kernel/language.ts";
import type { UGen } from "./registry.ts";
import { addUnit, type Channel, expand, type Sig, Signal, signalOf } from "./signal.ts";

type Inputs = Record<string, number | InputSpec>;

/// Names of the inputs a caller must give: signals without a default.
type RequiredNames<I> = { [K in keyof I]: I[K] extends { required: true } ? K : never }[keyof I];
/// Inputs by name. `channels` is the number of outputs, where the caller decides it.
export type Named<I, C> = { [K in RequiredNames<I>]: Sig } & { [K in Exclude<keyof I, RequiredNames<I>>]?: Sig } & (C extends "caller"
    ? { channels?: number }
    : unknown);

type UnionToIntersection<U> = (U extends unknown ? (k: U) => void : never) extends (k: infer X) => void ? X : never;
type LastOf<U> = UnionToIntersection<U extends unknown ? () => U : never> extends () => infer L ? L : never;
/// A tuple with one `Sig` for each member of the union `K`.
type Places<K, Acc extends Sig[] = []> = [K] extends [never] ? Acc : Places<Exclude<K, LastOf<K>>, [...Acc, Sig]>;
type ListNames<I> = { [K in keyof I]: I[K] extends { list: true } ? K : never }[keyof I];
/// Inputs by place: the required ones, then the others, then the list.
type Placed<I> = [ListNames<I>] extends [never] ? AtLeast<Places<RequiredNames<I>>, Places<Exclude<keyof I, RequiredNames<I>>>> : Sig[];
type AtLeast<R extends Sig[], O extends Sig[]> = [...R, ...Partial<O>];

/// A call of a unit generator at one rate: inputs by place or by name. A missing or misspelt input does not compile.
export interface Use<I extends Inputs, C> {
  (named: Named<I, C>): Signal;
  (...placed: WithChannels<Placed<I>, C>): Signal;
}

type WithChannels<P extends unknown[], C> = C extends "caller"
  ? [channels: number, ...rest: P]
  : C extends "caller last"
    ? P | [...Required<P>, channels: number]
    : P;

type Words<R extends string> = R extends `${infer A} ${infer B}` ? A | Words<B> : R;
export type Callable<I extends Inputs, R extends string, C> = { readonly [K in Words<R> & Rate]: Use<I, C> };

/// Declares a unit generator by its kernel. The spec is only read when a definition first uses it.
export function ugen<
  const I extends Inputs,
  const S extends Record<string, StateSpec> = Record<never, never>,
  B = undefined,
  U extends Record<string, Helper> = Record<never, never>,
  const R extends string = "ar kr",
  const C extends number | "caller" | "caller last" = 1,
>(name: string, spec: KernelSpec<I, S, B, U> & { rates?: R; outputs?: C }): UGen & Callable<I, R, C> {
  const face = spec as unknown as AnySpec;
  return { name, spec: () => face, face, ...uses(name, face) } as UGen & Callable<I, R, C>;
}

/// Declares a unit generator whose kernel depends on how it is used: its rate, its inputs' rates, its special index. `face` is shown in the reference.
export function ugenByShape<I extends Inputs, const R extends string, const C extends number | "caller" | "caller last">(
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: state, block values and helpers of the face do not matter to callers
  face: KernelSpec<I, any, any, any> & { rates?: R; outputs?: C },
  spec: (shape: Shape) => AnySpec,
): UGen & Callable<I, R, C> {
  return { name, spec, face: face as unknown as AnySpec, ...uses(name, face as unknown as AnySpec) } as UGen & Callable<I, R, C>;
}

function uses(name: string, spec: AnySpec): Partial<Record<Rate, (...args: unknown[]) => Signal>> {
  const calls: Partial<Record<Rate, (...args: unknown[]) => Signal>> = {};
  for (const rate of (spec.rates ?? "ar kr").split(" ") as Rate[]) calls[rate] = (...args) => use(name, spec, rate, args);
  return calls;
}

const isNamed = (x: unknown): x is Record<string, Sig> =>
  typeof x === "object" && x !== null && !(x instanceof Signal) && !Array.isArray(x) && !("inputs" in x && typeof x.inputs === "function");

/// Adds a unit (or several, by expansion) with the given arguments.
function use(name: string, spec: AnySpec, rate: Rate, args: readonly unknown[]): Signal {
  const inputs = Object.entries(spec.inputs as Inputs).map(([key, s]): [string, InputSpec] => [
    key,
    typeof s === "number" ? { kind: "perSample", default: s } : s,
  ]);
  const known = () => `it has ${inputs.map(([key]) => key).join(", ") || "no inputs"}`;
  let channels = 1;
  let given: (Sig | undefined)[];
  if (args.length === 1 && isNamed(args[0])) {
    const named = args[0];
    for (const key of Object.keys(named))
      if (key !== "channels" && !inputs.some(([k]) => k === key)) throw new Error(`${name} has no input "${key}"; ${known()}`);
    channels = typeof named.channels === "number" ? named.channels : 1;
    given = inputs.map(([key]) => named[key]);
  } else {
    const placed = [...args] as Sig[];
    if (spec.outputs === "caller") channels = Number(placed.shift() ?? 1);
    if (spec.outputs === "caller last") channels = Number(placed.splice(inputs.length, 1)[0] ?? 1);
    given = inputs.map(([, s], i) => (s.kind === "many" ? placed.slice(i) : placed[i]));
    if (inputs.at(-1)?.[1].kind !== "many" && placed.length > inputs.length)
      throw new Error(`${name} was given ${placed.length} inputs; ${known()}`);
  }
  const single: Signal[] = [];
  const list: Signal[] = [];
  inputs.forEach(([key, s], i) => {
    const value = given[i];
    if (s.kind === "many") {
      const items = value === undefined ? [] : Array.isArray(value) ? (value as readonly Sig[]) : [value];
      // A list of channels given as one signal is a list of inputs; lists inside it expand.
      for (const item of items) {
        const signal = signalOf(item);
        if (items.length === 1 && signal.size > 1) list.push(...signal);
        else if (isInputs(item)) list.push(...signal);
        else list.push(signal);
      }
      return;
    }
    if (value === undefined && s.default === undefined) throw new Error(`${name} needs its input "${key}"; ${known()}`);
    single.push(signalOf(value ?? s.default ?? 0));
  });
  const outputs = typeof spec.outputs === "string" ? channels : (spec.outputs ?? 1);
  return expand([...single, ...list], (wires: readonly Channel[]) =>
    addUnit({
      name,
      rate,
      inputs: wires,
      outputs: Array(outputs).fill(rate),
      special: 0,
      pure: !spec.effect && !spec.writes && !spec.random,
    }),
  );
}

const isInputs = (x: unknown): boolean => typeof x === "object" && x !== null && "inputs" in x;
