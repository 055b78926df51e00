/// What a call such as `SinOsc.ar(440)` gives: the signals of a definition being built, with operators as methods and multichannel expansion.
///
/// A signal is one channel or a list of signals. Wherever a list meets a place for one channel, the operation is done for each item, lists
/// of different lengths repeating (SuperCollider's multichannel expansion).
import type { Rate } from "../kernel/language.ts";

/// Anything that can be an input: numbers, signals, and lists of them.
export type Sig = number | Signal | Signals | readonly Sig[];

/// Something that stands for several inputs, such as an envelope.
export interface Signals {
  inputs(): readonly Sig[];
}

/// One unit of the definition being built.
export interface UnitNode {
  readonly name: string;
  readonly rate: Rate;
  readonly inputs: readonly Channel[];
  readonly outputs: readonly Rate[];
  readonly special: number;
  /// Without users it may be left out.
  readonly pure: boolean;
}

/// One channel: a number, or an output of a unit.
export type Channel = number | { readonly unit: UnitNode; readonly output: number };

let target: UnitNode[] | null = null;

/// Runs `body` while every unit made goes to a new list, in order; returns the list.
export function collectUnits(body: () => void): UnitNode[] {
  const outer = target;
  const list: UnitNode[] = [];
  target = list;
  try {
    body();
  } finally {
    target = outer;
  }
  return list;
}

/// Adds a unit to the definition being built.
export function addUnit(unit: UnitNode): Signal {
  if (!target) throw new Error(`${unit.name} was called outside a definition: unit generators belong in the function given to synthDef()`);
  target.push(unit);
  const channels = unit.outputs.map((_, output) => new Signal({ unit, output }));
  return channels.length === 1 ? channels[0] : new Signal(channels);
}

export const rateOf = (channel: Channel): Rate => (typeof channel === "number" ? "ir" : channel.unit.outputs[channel.output]);
const order: readonly Rate[] = ["ir", "kr", "ar", "dr"];
export const fastest = (rates: readonly Rate[]): Rate => order[Math.max(0, ...rates.map((r) => order.indexOf(r)))];

export class Signal {
  constructor(
    /// @internal One channel, or items.
    readonly value: Channel | readonly Signal[],
  ) {}

  /// Number of items: 1 for a single channel.
  get size(): number {
    return Array.isArray(this.value) ? this.value.length : 1;
  }
  /// Item `i`, counted around.
  at(i: number): Signal {
    if (!isList(this.value)) return this;
    const n = this.value.length;
    return this.value[((i % n) + n) % n];
  }
  *[Symbol.iterator](): Iterator<Signal> {
    for (let i = 0; i < this.size; i++) yield this.at(i);
  }
  /// The items mapped, as one signal.
  map(f: (item: Signal, i: number) => Sig): Signal {
    return new Signal([...this].map((item, i) => signalOf(f(item, i))));
  }
  /// The same signal in `n` channels.
  dup(n = 2): Signal {
    return new Signal(Array.from({ length: n }, () => this));
  }
  /// All items added up.
  sum(): Signal {
    return [...this].reduce((a, b) => a.add(b));
  }

  add(b: Sig): Signal {
    return operate("+", this, b);
  }
  sub(b: Sig): Signal {
    return operate("-", this, b);
  }
  mul(b: Sig): Signal {
    return operate("*", this, b);
  }
  div(b: Sig): Signal {
    return operate("/", this, b);
  }
  mod(b: Sig): Signal {
    return operate("mod", this, b);
  }
  pow(b: Sig): Signal {
    return operate("pow", this, b);
  }
  min(b: Sig): Signal {
    return operate("min", this, b);
  }
  max(b: Sig): Signal {
    return operate("max", this, b);
  }
  eq(b: Sig): Signal {
    return operate("==", this, b);
  }
  lt(b: Sig): Signal {
    return operate("<", this, b);
  }
  gt(b: Sig): Signal {
    return operate(">", this, b);
  }
  le(b: Sig): Signal {
    return operate("<=", this, b);
  }
  ge(b: Sig): Signal {
    return operate(">=", this, b);
  }
  round(b: Sig = 1): Signal {
    return operate("round", this, b);
  }
  trunc(b: Sig = 1): Signal {
    return operate("trunc", this, b);
  }
  clip2(b: Sig = 1): Signal {
    return operate("clip2", this, b);
  }
  fold2(b: Sig = 1): Signal {
    return operate("fold2", this, b);
  }
  wrap2(b: Sig = 1): Signal {
    return operate("wrap2", this, b);
  }
  /// Any binary operator of SuperCollider by its name, e.g. `ring1`, `absdif`.
  op(name: string, b: Sig): Signal {
    return operate(name, this, b);
  }

  neg(): Signal {
    return operate1("neg", this);
  }
  abs(): Signal {
    return operate1("abs", this);
  }
  floor(): Signal {
    return operate1("floor", this);
  }
  ceil(): Signal {
    return operate1("ceil", this);
  }
  squared(): Signal {
    return operate1("squared", this);
  }
  cubed(): Signal {
    return operate1("cubed", this);
  }
  sqrt(): Signal {
    return operate1("sqrt", this);
  }
  exp(): Signal {
    return operate1("exp", this);
  }
  reciprocal(): Signal {
    return operate1("reciprocal", this);
  }
  midicps(): Signal {
    return operate1("midicps", this);
  }
  cpsmidi(): Signal {
    return operate1("cpsmidi", this);
  }
  midiratio(): Signal {
    return operate1("midiratio", this);
  }
  dbamp(): Signal {
    return operate1("dbamp", this);
  }
  ampdb(): Signal {
    return operate1("ampdb", this);
  }
  tanh(): Signal {
    return operate1("tanh", this);
  }
  distort(): Signal {
    return operate1("distort", this);
  }
  softclip(): Signal {
    return operate1("softclip", this);
  }
  /// Any unary operator of SuperCollider by its name.
  op1(name: string): Signal {
    return operate1(name, this);
  }

  /// this * mul + add.
  madd(mul: Sig, add: Sig): Signal {
    return this.mul(mul).add(add);
  }
  /// From -1..1 to lo..hi.
  range(lo: Sig = 0, hi: Sig = 1): Signal {
    const low = signalOf(lo);
    const half = signalOf(hi).sub(low).mul(0.5);
    return this.mul(half).add(half.add(low));
  }
  /// From -1..1 to lo..hi, in equal ratios.
  exprange(lo: Sig = 0.01, hi: Sig = 1): Signal {
    const low = signalOf(lo);
    return operate("pow", signalOf(hi).div(low), this.madd(0.5, 0.5)).mul(low);
  }
}

const isList = (v: Channel | readonly Signal[]): v is readonly Signal[] => Array.isArray(v);

/// Anything as a signal.
export function signalOf(x: Sig): Signal {
  if (x instanceof Signal) return x;
  if (typeof x === "number") return new Signal(x);
  if (Array.isArray(x)) return new Signal((x as readonly Sig[]).map(signalOf));
  return new Signal((x as Signals).inputs().map(signalOf));
}

/// Calls `build` with one channel per argument, once per item of the longest list; nested lists likewise.
export function expand(args: readonly Signal[], build: (channels: readonly Channel[]) => Signal): Signal {
  const longest = Math.max(0, ...args.map((a) => (isList(a.value) ? a.value.length : 0)));
  if (longest === 0 && !args.some((a) => isList(a.value))) return build(args.map((a) => a.value as Channel));
  return new Signal(
    Array.from({ length: longest }, (_, i) =>
      expand(
        args.map((a) => a.at(i)),
        build,
      ),
    ),
  );
}

/// Set by the operators' module, which knows the special indices.
export interface OperatorTable {
  unary(name: string): { readonly index: number; value?(x: number): number } | undefined;
  binary(name: string): { readonly index: number; value?(a: number, b: number): number } | undefined;
}
let operators: OperatorTable | null = null;
export function setOperators(table: OperatorTable): void {
  operators = table;
}

function operate(name: string, a: Sig, b: Sig): Signal {
  const operator = operators?.binary(name);
  if (!operator) throw new Error(`there is no binary operator "${name}"`);
  return expand([signalOf(a), signalOf(b)], ([x, y]) => {
    if (typeof x === "number" && typeof y === "number" && operator.value) return new Signal(operator.value(x, y));
    const simple = simplified(name, x, y);
    if (simple !== undefined) return simple;
    const rate = fastest([rateOf(x), rateOf(y)]);
    return addUnit({ name: "BinaryOpUGen", rate, inputs: [x, y], outputs: [rate], special: operator.index, pure: true });
  });
}

/// What need not be calculated: x + 0, x * 1, x * 0 and their kind.
function simplified(name: string, x: Channel, y: Channel): Signal | undefined {
  if (name === "+") return x === 0 ? new Signal(y) : y === 0 ? new Signal(x) : undefined;
  if (name === "-") return y === 0 ? new Signal(x) : x === 0 ? operate1("neg", new Signal(y)) : undefined;
  if (name === "*") {
    if (x === 0 || y === 0) return new Signal(0);
    if (x === 1) return new Signal(y);
    if (y === 1) return new Signal(x);
    if (x === -1) return operate1("neg", new Signal(y));
    if (y === -1) return operate1("neg", new Signal(x));
  }
  if (name === "/" && y === 1) return new Signal(x);
  return undefined;
}

function operate1(name: string, a: Sig): Signal {
  const operator = operators?.unary(name);
  if (!operator) throw new Error(`there is no unary operator "${name}"`);
  return expand([signalOf(a)], ([x]) => {
    if (typeof x === "number" && operator.value) return new Signal(operator.value(x));
    const rate = rateOf(x);
    return addUnit({ name: "UnaryOpUGen", rate, inputs: [x], outputs: [rate], special: operator.index, pure: true });
  });
}
