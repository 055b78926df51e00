/// The controls of synths: values, and mappings to buses that take their place. On a group every operation reaches all synths inside.
import { SynthWord, type Target } from "../synthdef/abi.ts";
import type { AutoGroups } from "./autogroups.ts";
import type { Definition, Definitions } from "./definitions.ts";
import { nodeNotFound, type Outcome } from "./failures.ts";
import type { Memory } from "./memory.ts";
import type { Nodes } from "./nodes.ts";
import type { Packs } from "./packs.ts";
import { NodeWord, type Tree } from "./tree.ts";

/// What a control plays instead of its own value. Control bus, audio bus, or nothing.
export interface Mapping {
  readonly kind: "c" | "a";
  readonly bus: number;
}

/// Changes the control whose value is word `at`; its mapping lies `controlCount` words on, the audio bus of that twice as far.
type Change = (memory: Memory, target: Target, at: number, controlCount: number, value: number) => void;

const store: Change = ({ f32, i32 }, _target, at, controlCount, value) => {
  f32[at] = value;
  i32[at + controlCount] = 0;
  i32[at + 2 * controlCount] = 0;
};

const mapToControlBus: Change = ({ i32 }, { controlBuses, controlBusCount }, at, controlCount, bus) => {
  if (bus >= controlBusCount) return;
  i32[at + controlCount] = bus < 0 ? 0 : controlBuses + bus * 4;
  i32[at + 2 * controlCount] = 0;
};

const mapToAudioBus: Change = ({ i32 }, { audioBuses, audioBusCount, blockSize }, at, controlCount, bus) => {
  if (bus >= audioBusCount) return;
  i32[at + controlCount] = bus < 0 ? 0 : audioBuses + bus * blockSize * 4;
  i32[at + 2 * controlCount] = bus < 0 ? 0 : bus + 1;
};

export class Controls {
  readonly #memory: Memory;
  readonly #target: Target;
  readonly #definitions: Definitions;
  readonly #nodes: Nodes;
  readonly #tree: Tree;
  readonly #packs: Packs;
  readonly #autoGroups: AutoGroups;

  constructor(memory: Memory, target: Target, definitions: Definitions, nodes: Nodes, tree: Tree, packs: Packs, autoGroups: AutoGroups) {
    this.#memory = memory;
    this.#target = target;
    this.#definitions = definitions;
    this.#nodes = nodes;
    this.#tree = tree;
    this.#packs = packs;
    this.#autoGroups = autoGroups;
  }

  /// Sets element `element` of a control given by name, or the control at index `control + element`, and removes its mapping. What a synth does
  /// not have is ignored, here and below.
  set(id: number, control: string | number, value: number, element = 0): Outcome {
    return this.#each(id, control, element, 1, store, undefined, value, 0);
  }

  /// Sets `count` consecutive controls, or as many as there are values.
  setAll(id: number, control: string | number, values: ArrayLike<number>, count = values.length): Outcome {
    return this.#each(id, control, 0, Math.min(count, values.length), store, values, 0, 0);
  }

  /// Sets `count` consecutive controls to `value` and then, as scsynth does by mistake, to `following`: the value that comes next in the
  /// message, 0 at its end.
  fill(id: number, control: string | number, count: number, value: number, following = 0): Outcome {
    return (
      this.#each(id, control, 0, count, store, undefined, value, 0) ?? this.#each(id, control, 0, count, store, undefined, following, 0)
    );
  }

  /// Control i of `count` reads control bus `bus + i`, live. A negative bus gives the controls their own values back; a bus that does not exist
  /// changes nothing.
  map(id: number, control: string | number, bus: number, count = 1, element = 0): Outcome {
    return this.#each(id, control, element, count, mapToControlBus, undefined, bus, bus < 0 ? 0 : 1);
  }

  /// The same for audio buses.
  mapAudio(id: number, control: string | number, bus: number, count = 1, element = 0): Outcome {
    return this.#each(id, control, element, count, mapToAudioBus, undefined, bus, bus < 0 ? 0 : 1);
  }

  /// The synth's own value, also when the control is mapped; 0 for a control it does not have. Undefined when there is no such synth.
  get(id: number, control: string | number, element = 0): number | undefined {
    const synth = this.#nodes.find(id);
    if (synth === 0 || this.#tree.isGroup(synth)) return undefined;
    const index = this.#index(this.#definition(synth), control, element);
    return index < 0 ? 0 : this.#memory.f32[this.#address(synth) + index];
  }

  /// What control `index` of a synth is mapped to.
  mapping(id: number, index: number): Mapping | undefined {
    const synth = this.#nodes.find(id);
    if (synth === 0 || this.#tree.isGroup(synth)) return undefined;
    const { controlCount } = this.#definition(synth).compiled;
    if (!(index >= 0 && index < controlCount)) return undefined;
    const { i32 } = this.#memory;
    const at = this.#address(synth) + index;
    const audio = i32[at + 2 * controlCount];
    if (audio !== 0) return { kind: "a", bus: audio - 1 };
    const cell = i32[at + controlCount];
    return cell === 0 ? undefined : { kind: "c", bus: (cell - this.#target.controlBuses) / 4 };
  }

  /// Applies `change` to every control meant, of the node or of every synth inside it. Control i gets `values[i]`, or without values
  /// `value + i * step`.
  #each(
    id: number,
    control: string | number,
    element: number,
    count: number,
    change: Change,
    values: ArrayLike<number> | undefined,
    value: number,
    step: number,
  ): Outcome {
    const top = this.#nodes.find(id);
    if (top === 0) return nodeNotFound(id);
    for (let node = top; node !== 0; node = this.#tree.following(node, top)) {
      if (this.#tree.isGroup(node)) continue;
      const definition = this.#definition(node);
      const { controlCount } = definition.compiled;
      const name = typeof control === "string" ? definition.names.get(control) : undefined;
      if (!name && typeof control === "string") continue;
      const first = (name ? name.index : (control as number)) + element;
      const last = Math.min(count, name ? name.count - element : controlCount - first);
      for (let i = Math.max(0, -first); i < last; i++) {
        const given = values ? values[i] : value + i * step;
        change(this.#memory, this.#target, this.#address(node) + first + i, controlCount, given);
        if (change !== store || definition.busControls.has(first + i)) this.#autoGroups.touch(node);
      }
    }
    return null;
  }

  /// Index of a control, or -1.
  #index(definition: Definition, control: string | number, element: number): number {
    if (typeof control === "number") {
      const index = control + element;
      return index >= 0 && index < definition.compiled.controlCount ? index : -1;
    }
    const name = definition.names.get(control);
    return name && element >= 0 && element < name.count ? name.index + element : -1;
  }

  #definition(synth: number): Definition {
    return this.#definitions.at(this.#tree.get(synth, NodeWord.definition));
  }

  /// Word index of the first control; the synth runs alone from now on.
  #address(synth: number): number {
    this.#packs.release(synth);
    return (this.#tree.get(synth, NodeWord.base) >> 2) + SynthWord.controls;
  }
}
