/// What each synth costs: the reference walk with a clock around every turn. Between blocks it takes the place of the walk, and gives it back; while nobody
/// profiles, nothing is counted and nothing is slower.
///
/// Runs in the block loop: allocates nothing.
import type { CompiledDefinition } from "../synthdef/abi.ts";
import type { Definitions } from "./definitions.ts";
import { NodeWord, nodeBytes } from "./tree.ts";
import { referenceWalk, type Walk, type WalkParts } from "./walk.ts";

/// What one synth has cost so far.
export interface SynthCost {
  readonly id: number;
  readonly definition: CompiledDefinition;
  /// In the unit of the clock.
  readonly time: number;
  /// In which it had a turn.
  readonly blocks: number;
}

/// The four synths of a pack share the time of its turn.
const lanes = 4;

export class Profile {
  readonly walk: Walk;
  /// Takes what a synth has cost when another comes to its place in memory. The costs of those whose place is not taken are in `synths`.
  ended: (cost: SynthCost) => void = () => {};
  readonly #parts: WalkParts;
  readonly #definitions: Definitions;
  /// Address of the first node.
  readonly #first: number;
  /// By place in the tree's memory.
  readonly #ids: Int32Array;
  readonly #owners: (CompiledDefinition | undefined)[];
  readonly #times: Float64Array;
  readonly #blocks: Int32Array;
  readonly #overhead: number;
  #started = 0;

  /// `now` is the clock; reading it twice takes `overhead` in its unit, which is taken off every turn.
  constructor(parts: WalkParts, definitions: Definitions, nodes: { first: number; count: number }, now: () => number, overhead: number) {
    this.#parts = parts;
    this.#definitions = definitions;
    this.#first = nodes.first;
    this.#ids = new Int32Array(nodes.count);
    this.#owners = new Array(nodes.count);
    this.#times = new Float64Array(nodes.count);
    this.#blocks = new Int32Array(nodes.count);
    this.#overhead = overhead;
    this.walk = referenceWalk({
      ...parts,
      before: () => {
        this.#started = now();
      },
      after: (node) => this.#count(node, Math.max(0, now() - this.#started - this.#overhead)),
    });
  }

  /// Those that were counted and whose place in memory is still theirs, running or not.
  *synths(): Iterable<SynthCost> {
    for (const place of this.#owners.keys()) {
      const cost = this.#costAt(place);
      if (cost) yield cost;
    }
  }

  #count(node: number, time: number): void {
    const { tree } = this.#parts;
    if (tree.get(node, NodeWord.pack) === 0) {
      this.#add(node, time);
      return;
    }
    let member = node;
    for (let lane = 0; lane < lanes; lane++) {
      this.#add(member, time / lanes);
      member = tree.get(member, NodeWord.next);
    }
  }

  #add(node: number, time: number): void {
    const { tree } = this.#parts;
    const place = (node - this.#first) / nodeBytes;
    const id = tree.get(node, NodeWord.id);
    const { compiled } = this.#definitions.at(tree.get(node, NodeWord.definition));
    if (this.#ids[place] !== id || this.#owners[place] !== compiled) this.#take(place, id, compiled);
    this.#times[place] += time;
    // Its first turn has two parts, construction and the first block.
    if (tree.get(node, NodeWord.constructed) !== 0) this.#blocks[place]++;
  }

  #take(place: number, id: number, compiled: CompiledDefinition): void {
    const before = this.#costAt(place);
    if (before) this.ended(before);
    this.#ids[place] = id;
    this.#owners[place] = compiled;
    this.#times[place] = 0;
    this.#blocks[place] = 0;
  }

  #costAt(place: number): SynthCost | undefined {
    const definition = this.#owners[place];
    return definition && { id: this.#ids[place], definition, time: this.#times[place], blocks: this.#blocks[place] };
  }
}
