/// A block looked at closely, when something went wrong in the one before: which synth takes how long, and which writes what is not a number. The walk
/// is the reference walk, so the sound is the same.
import { ContextWord, type Target } from "../synthdef/abi.ts";
import type { Memory } from "./memory.ts";
import { NodeWord } from "./tree.ts";
import { referenceWalk, type Walk, type WalkParts } from "./walk.ts";

/// Synths that are blamed at a time.
const mostCulprits = 64;

export class Examination {
  readonly walk: Walk;
  /// ID of the synth that took longest, 0 before there was one, and how long, in the unit of the clock.
  costliest = 0;
  longest = 0;
  /// Nodes after whose turn a bus held what is not finite, for the first time in the block.
  readonly culprits = new Int32Array(mostCulprits);
  culpritCount = 0;
  /// Whether buses are searched for what is not finite.
  looksAtBuses = false;
  /// Tells the time; set by whoever has a clock.
  now: () => number = () => 0;
  readonly #memory: Memory;
  readonly #target: Target;
  /// 1 for a bus that already holds what is not finite.
  readonly #spoiled: Uint8Array;
  #started = 0;

  constructor(parts: WalkParts) {
    this.#memory = parts.memory;
    this.#target = parts.target;
    this.#spoiled = new Uint8Array(parts.target.audioBusCount);
    this.walk = referenceWalk({
      ...parts,
      before: () => {
        this.#started = this.now();
      },
      after: (node) => {
        const time = this.now() - this.#started;
        if (time > this.longest) {
          this.longest = time;
          this.costliest = parts.tree.get(node, NodeWord.id);
        }
        if (this.looksAtBuses && this.#spoil()) this.#blame(node);
      },
    });
  }

  /// Before the block.
  begin(): void {
    this.longest = 0;
    this.costliest = 0;
    this.culpritCount = 0;
    this.#spoiled.fill(0);
  }

  #blame(node: number): void {
    if (this.culpritCount < mostCulprits && (this.culpritCount === 0 || this.culprits[this.culpritCount - 1] !== node)) {
      this.culprits[this.culpritCount++] = node;
    }
  }

  /// Empties the buses written in this block that hold what is not finite. True when there was one that had not before.
  #spoil(): boolean {
    const { i32, f32 } = this.#memory;
    const { audioBuses, audioStamps, audioBusCount, blockSize, context } = this.#target;
    const block = i32[(context >> 2) + ContextWord.block];
    let fresh = false;
    for (let bus = 0; bus < audioBusCount; bus++) {
      if (i32[(audioStamps >> 2) + bus] !== block) continue;
      const start = (audioBuses >> 2) + bus * blockSize;
      // Infinity times 0 is not a number, and neither is any sum with it.
      let sum = 0;
      for (let i = start; i < start + blockSize; i++) sum += f32[i] * 0;
      if (sum === 0) continue;
      f32.fill(0, start, start + blockSize);
      if (this.#spoiled[bus] === 0) fresh = true;
      this.#spoiled[bus] = 1;
    }
    return fresh;
  }
}
