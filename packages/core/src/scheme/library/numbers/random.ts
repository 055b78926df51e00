/// Random numbers.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { Rank, rationalize } from "../../numbers/tower.ts";
import { bool, fix, NONE, Type } from "../../words.ts";
import { needInteger, needNumber } from "../arguments.ts";

/// 64-bit generator state advanced in place: multiply-with-carry (Marsaglia, "Random Number Generators", 2003).
function nextRandom(s: Interpreter, state: number): number {
  const { w } = s;
  const low = w[state + 2] >>> 0;
  const product = BigInt(low) * 2131995753n + BigInt(w[state + 3] >>> 0);
  w[state + 2] = Number(BigInt.asIntN(32, product));
  w[state + 3] = Number(BigInt.asIntN(32, product >> 32n));
  return (w[state + 2] >>> 0) / 4294967296;
}

export function makeRandomState(s: Interpreter, seed: number, carry: number): number {
  const p = s.heap.cell();
  s.w[p] = Type.RandomState;
  s.w[p + 1] = NONE;
  s.w[p + 2] = seed | 0;
  s.w[p + 3] = carry | 0;
  return p;
}

const defaultStates = new WeakMap<Interpreter, number>();

function defaultState(s: Interpreter): number {
  let state = defaultStates.get(s);
  if (state === undefined) {
    state = s.keep(makeRandomState(s, (Math.random() * 4294967296) | 0, 1675393560));
    defaultStates.set(s, state);
  }
  return state;
}

function random(s: Interpreter, a: number, b: number): number {
  needNumber(s, a, 1);
  const state = b === NONE ? defaultState(s) : b;
  if (!s.heap.isType(state, Type.RandomState)) throw s.wrongType(2, b, "a random-state");
  const u = nextRandom(s, state);
  const fine = (u + nextRandom(s, state) / 4294967296) % 1;
  switch (s.tower.rank(a)) {
    case Rank.Integer:
      return s.tower.fromDouble(Math.trunc(s.tower.real(a) * fine));
    case Rank.Ratio: {
      const found = rationalize(s.tower.real(a) * fine, 1e-6);
      return found === undefined ? fix(0) : s.tower.ratio(BigInt(found[0]), BigInt(found[1]));
    }
    case Rank.Float:
      return s.heap.float(s.tower.real(a) * fine);
    default: {
      const [re, im] = s.tower.parts(a);
      return s.tower.complex(re * fine, im * nextRandom(s, state));
    }
  }
}

export const randomBuiltins: Definition[] = [
  def("random", [1, 2], "A random number from zero up to, not including, a limit.", "(random 1) => 0", random, {
    difference: "The sequence for a seed differs from s7's.",
  }),
  def("random-state", [1, 2], "A generator from a seed.", "(random-state? (random-state 42)) => #t", (s, a, b) =>
    makeRandomState(s, needInteger(s, a, 1), b === NONE ? 1675393560 : needInteger(s, b, 2)),
  ),
  def("random-state?", [1, 1], "Whether a value is a generator.", "(random-state? 1) => #f", (s, a) =>
    bool(s.heap.isType(a, Type.RandomState)),
  ),
  def("random-state->list", [0, 1], "The state of a generator.", "(length (random-state->list (random-state 1 2))) => 2", (s, a) => {
    const state = a === NONE ? defaultState(s) : a;
    if (!s.heap.isType(state, Type.RandomState)) throw s.wrongType(1, a, "a random-state");
    return s.heap.list(s.heap.integer(s.w[state + 2] >>> 0), s.heap.integer(s.w[state + 3] >>> 0));
  }),
];
