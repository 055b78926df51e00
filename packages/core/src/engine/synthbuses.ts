/// Which buses a running synth reads and writes, from its definition and its controls as they are now. Allocates nothing.
import type { Target } from "../synthdef/abi.ts";
import { SynthWord } from "../synthdef/abi.ts";
import type { BusAccess, BusIndex } from "../synthdef/busaccess.ts";
import type { Definitions } from "./definitions.ts";
import type { Memory } from "./memory.ts";
import type { Packs } from "./packs.ts";
import { NodeWord, type Tree } from "./tree.ts";

/// Is told of every access of a synth. Control buses are numbered behind the audio buses.
export interface BusVisitor {
  /// `silent`: a read before the bus is written in the block hears nothing; otherwise it hears what the block before left. Reads that are made to
  /// stand before their writer (InFeedback) are not told.
  use(bus: number, reads: boolean, writes: boolean, silent: boolean): void;
  /// The synth computes the number of a bus that it reads or writes.
  computed(writes: boolean): void;
}

/// No bus, or one that only the synth itself knows.
const noBus = -1;
const unknownBus = -2;

export class SynthBuses {
  /// All buses together.
  readonly count: number;
  /// Set when a number visited came from a control that follows a bus: it can change without a command.
  moving = false;
  readonly #memory: Memory;
  readonly #target: Target;
  readonly #tree: Tree;
  readonly #packs: Packs;
  readonly #definitions: Definitions;

  constructor(memory: Memory, target: Target, tree: Tree, packs: Packs, definitions: Definitions) {
    this.count = target.audioBusCount + target.controlBusCount;
    this.#memory = memory;
    this.#target = target;
    this.#tree = tree;
    this.#packs = packs;
    this.#definitions = definitions;
  }

  /// A bus by its number among all.
  describe(bus: number): { bus: number; rate: "audio" | "control" } {
    const { audioBusCount } = this.#target;
    return bus < audioBusCount ? { bus, rate: "audio" } : { bus: bus - audioBusCount, rate: "control" };
  }

  isHardwareInput(bus: number): boolean {
    const { outputBusCount, inputBusCount } = this.#target;
    return bus >= outputBusCount && bus < outputBusCount + inputBusCount;
  }

  visit(synth: number, visitor: BusVisitor): void {
    const { compiled } = this.#definitions.at(this.#tree.get(synth, NodeWord.definition));
    this.#visitMappings(synth, compiled.controlCount, visitor);
    for (let k = 0; k < compiled.busAccesses.length; k++) this.#visitAccess(synth, compiled.busAccesses[k], compiled.controlCount, visitor);
  }

  /// Controls that follow buses read them, and hear what they held last.
  #visitMappings(synth: number, controlCount: number, visitor: BusVisitor): void {
    const { i32 } = this.#memory;
    const { audioBusCount, controlBuses } = this.#target;
    for (let i = 0; i < controlCount; i++) {
      const cell = i32[this.#packs.at(synth, SynthWord.controls + controlCount + i)];
      if (cell === 0) continue;
      const audio = i32[this.#packs.at(synth, SynthWord.controls + 2 * controlCount + i)];
      visitor.use(audio > 0 ? audio - 1 : audioBusCount + ((cell - controlBuses) >> 2), true, false, false);
    }
  }

  #visitAccess(synth: number, { kind, rate, channels, bus }: BusAccess, controlCount: number, visitor: BusVisitor): void {
    if (kind === "inFeedback") return;
    const { audioBusCount, controlBusCount } = this.#target;
    const audio = rate === "ar";
    const reads = kind === "in" || kind === "inTrig" || kind === "xOut";
    const writes = kind !== "in" && kind !== "inTrig";
    const first = this.#first(synth, bus, controlCount);
    if (first === unknownBus) {
      visitor.computed(writes);
      return;
    }
    // Units stay with the bus they had before when not all channels exist.
    if (first < 0 || first + channels > (audio ? audioBusCount : controlBusCount)) return;
    const silent = audio || kind === "inTrig";
    for (let i = 0; i < channels; i++) visitor.use((audio ? first : audioBusCount + first) + i, reads, writes, silent);
  }

  /// Number of an access's first bus, as of now.
  #first(synth: number, { expression, kept }: BusIndex, controlCount: number): number {
    const { f32, i32 } = this.#memory;
    if (kept !== undefined && this.#tree.get(synth, NodeWord.constructed) !== 0) return busNumber(f32[this.#packs.at(synth, kept)]);
    if (!expression) return unknownBus;
    let value = expression.offset;
    for (let k = 0; k < expression.terms.length; k++) {
      const { control, factor } = expression.terms[k];
      const cell = i32[this.#packs.at(synth, SynthWord.controls + controlCount + control)];
      if (cell !== 0) this.moving = true;
      value += factor * (cell !== 0 ? f32[cell >> 2] : f32[this.#packs.at(synth, SynthWord.controls + control)]);
    }
    return busNumber(value);
  }
}

const busNumber = (value: number): number => (value >= 0 ? Math.trunc(value) : noBus);
