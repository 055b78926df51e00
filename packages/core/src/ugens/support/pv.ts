/// How a unit that changes spectral frames is declared: `pv` for one chain, `pv2` for two.

import type { InputSpec, StateSpec, StateValues } from "../../kernel/language.ts";
import { type Helper, helper, type InputValues, i32, type SystemContext, type Used } from "../../kernel/language.ts";
import { ugen } from "../declare.ts";
import { binAt, type Frame, frameAt, toComplex, toPolar } from "./frames.ts";

/// A chain of spectral frames: the number of the buffer that holds a new one, or -1 in blocks without one. Must be given.
export const chain = { kind: "perBlock", required: true } as const;

/// Frames as they are, whatever their coordinates.
const asTheyAre = helper((_frame: Frame, _c: SystemContext) => {});
const coordinates = { polar: toPolar, complex: toComplex, any: asTheyAre };

/// Memory of the unit's own, at least `bytes` long and zero at first; 0 when there is none. Its contents stay as long as `bytes` does.
export const roomFor = helper((s: { room: number; roomBytes: number }, bytes: number, c: SystemContext) => {
  if (s.roomBytes < bytes) {
    s.room = c.host("alloc", bytes);
    s.roomBytes = s.room !== 0 ? bytes : 0;
  }
  return s.room;
});
const room = { room: i32(), roomBytes: i32() };
const parts = { frameAt, binAt, roomFor };

type Inputs = Record<string, number | InputSpec>;
type States = Record<string, StateSpec>;
type Helpers = Record<string, Helper>;
type Surroundings<U extends Helpers> = SystemContext & Used<U> & Used<typeof parts>;

interface Parts<I extends Inputs, S extends States, U extends Helpers> {
  readonly inputs: I;
  /// Coordinates in which the frames are wanted.
  readonly coordinates: keyof typeof coordinates;
  readonly state?: S;
  readonly uses?: U;
  readonly random?: boolean;
  /// Once per block, frame or not: for triggers.
  readonly always?: (x: InputValues<I>, s: StateValues<S>, c: Surroundings<U>) => void;
}
interface OneFrame<I extends Inputs, S extends States, U extends Helpers> extends Parts<I, S, U> {
  /// Changes a frame in place.
  readonly change: (x: InputValues<I>, s: StateValues<S & typeof room>, frame: Frame, c: Surroundings<U>) => void;
}
interface TwoFrames<I extends Inputs, S extends States, U extends Helpers> extends Parts<I, S, U> {
  /// Changes frame `a` in place. Both are of one size.
  readonly change: (x: InputValues<I>, s: StateValues<S & typeof room>, a: Frame, b: Frame, c: Surroundings<U>) => void;
}

type None = Record<never, never>;

const nothing = () => {};

/// A unit that changes the frames of `chain` in place and hands the chain on.
export function pv<const I extends Inputs = None, const S extends States = None, U extends Helpers = None>(
  name: string,
  { inputs, coordinates: wanted, state, uses, random, always, change }: OneFrame<I, S, U>,
) {
  return ugen(name, {
    rates: "kr",
    family: "spectral",
    inputs: { chain, ...inputs },
    state: { ...room, ...state },
    uses: { ...uses, ...parts, convert: coordinates[wanted], always: helper(always ?? nothing), change: helper(change) } as Helpers,
    random,
    writes: "buffer",
    system: true,
    init: (x) => x.chain,
    process(inputValues, s, context) {
      const c = context as unknown as Process;
      const x = inputValues as unknown as { chain: number };
      c.always(x, s, c);
      if (x.chain < 0) return -1;
      const frame = c.frameAt(x.chain, c);
      if (frame.size !== 0) {
        c.convert(frame, c);
        c.change(x, s, frame, c);
      }
      return x.chain;
    },
  });
}

/// A unit that changes the frames of chain `a` in place, given those of `b`, when both have one; frames of different sizes pass unchanged.
export function pv2<const I extends Inputs = None, const S extends States = None, U extends Helpers = None>(
  name: string,
  { inputs, coordinates: wanted, state, uses, random, always, change }: TwoFrames<I, S, U>,
) {
  return ugen(name, {
    rates: "kr",
    family: "spectral",
    inputs: { a: chain, b: chain, ...inputs },
    state: { ...room, ...state },
    uses: { ...uses, ...parts, convert: coordinates[wanted], always: helper(always ?? nothing), change: helper(change) } as Helpers,
    random,
    writes: "buffer",
    system: true,
    init: (x) => x.a,
    process(inputValues, s, context) {
      const c = context as unknown as Process;
      const x = inputValues as unknown as { a: number; b: number };
      c.always(x, s, c);
      if (x.a < 0 || x.b < 0) return -1;
      const a = c.frameAt(x.a, c);
      const b = c.frameAt(x.b, c);
      if (a.size !== 0 && a.size === b.size) {
        c.convert(a, c);
        c.convert(b, c);
        c.change(x, s, a, b, c);
      }
      return x.a;
    },
  });
}

type Process = SystemContext &
  Used<typeof parts> & {
    always(x: unknown, s: unknown, c: unknown): void;
    convert(frame: Frame, c: unknown): void;
    change(...args: unknown[]): void;
  };
