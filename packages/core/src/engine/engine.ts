/// The engine: memory, node tree, buses, sample buffers and definitions, and the loop body that makes one block of sound from them.
import { ContextWord, type Target } from "../synthdef/abi.ts";
import { AutoGroups } from "./autogroups.ts";
import { Buffers } from "./buffers.ts";
import { Buses } from "./buses.ts";
import { compiledWalk } from "./compiledwalk.ts";
import { Controls } from "./controls.ts";
import { Definitions } from "./definitions.ts";
import { Events } from "./events.ts";
import { Examination } from "./examine.ts";
import { FunctionTable } from "./functions.ts";
import { seedGenerator } from "./generators.ts";
import { type DiskService, hostFunctions } from "./host.ts";
import { defaultOptions, type EngineOptions, layOut } from "./layout.ts";
import { Memory } from "./memory.ts";
import { Nodes } from "./nodes.ts";
import { Packs } from "./packs.ts";
import { Patches } from "./patch/patches.ts";
import { Pool } from "./pool.ts";
import { Profile } from "./profile.ts";
import { SynthBuses } from "./synthbuses.ts";
import { Transforms } from "./transforms.ts";
import { NodeWord, Tree } from "./tree.ts";
import { referenceWalk, type Walk, type WalkParts } from "./walk.ts";

/// Code that failed and the synth that was freed for it.
export interface Fault {
  readonly nodeId: number;
  readonly definition: string;
  readonly block: number;
  readonly message: string;
}

/// Faults kept until they are read.
const faultLimit = 64;

/// One engine. Operations are called between blocks, by whoever owns the engine; each answers null or SuperCollider's text for what is wrong.
/// Nothing here reads a clock or allocates while rendering.
export class Engine {
  readonly target: Target;
  readonly memory: Memory;
  readonly nodes: Nodes;
  readonly controls: Controls;
  readonly buses: Buses;
  readonly buffers: Buffers;
  readonly definitions: Definitions;
  readonly events: Events;
  readonly tree: Tree;
  readonly packs: Packs;
  readonly synthBuses: SynthBuses;
  readonly autoGroups: AutoGroups;
  readonly patches: Patches;
  /// Bytes that synths may use, and of those the bytes in use.
  readonly pool: Pool;
  /// Serves DiskIn and its like; without one they hear silence.
  disk: DiskService = () => 0;
  readonly #transforms: Transforms;
  readonly #context: number;
  readonly #walking: number;
  readonly #walk: Walk;
  readonly #examination: Examination;
  readonly #parts: WalkParts;
  readonly #places: { readonly first: number; readonly count: number };
  #profile: Profile | undefined;
  #examining = false;
  readonly #channels: Float32Array[] = [];
  #faults: Fault[] = [];

  constructor(options: EngineOptions = {}) {
    const layout = layOut(options);
    const { target } = layout;
    const memory = new Memory(layout.preparedSamples, options.shared);
    const functions = new FunctionTable();
    const { table } = functions;
    const tree = new Tree(memory, layout.nodes, layout.nodeCount);
    const pool = new Pool(memory, layout.pool, layout.poolBytes);
    const events = new Events(memory, layout.events);
    const buffers = new Buffers(memory, target, { address: layout.samples, bytes: options.sampleReserve });
    const transforms = new Transforms(memory, buffers, target);
    const host = hostFunctions({
      memory,
      tree,
      pool,
      events,
      disk: (record, what, start, frames, extra) => this.disk(record, what, start, frames, extra),
      transforms,
      get nodes() {
        return nodes;
      },
      get patches() {
        return patches;
      },
    });
    const definitions = new Definitions(target, memory.wasm, functions, host);
    const packs = new Packs(memory, target, tree, pool, definitions, layout.nodeCount, layout.walking);
    packs.enabled = options.lanes ?? true;
    const synthBuses = new SynthBuses(memory, target, tree, packs, definitions);
    const autoGroups = new AutoGroups(memory, target, tree, packs, synthBuses, events, layout.nodeCount);
    const nodes = new Nodes(memory, target, tree, pool, definitions, events, table, packs, autoGroups);
    const patches = new Patches({
      memory,
      target,
      tree,
      pool,
      definitions,
      nodes,
      functions,
      onFault: (nodeId, module, error) => this.#fault(nodeId, module, error),
    });
    const remove = (node: number): void => nodes.destroy(node);

    this.target = target;
    this.memory = memory;
    this.tree = tree;
    this.pool = pool;
    this.events = events;
    this.definitions = definitions;
    this.nodes = nodes;
    this.controls = new Controls(memory, target, definitions, nodes, tree, packs, autoGroups);
    this.synthBuses = synthBuses;
    this.autoGroups = autoGroups;
    this.packs = packs;
    this.patches = patches;
    this.buses = new Buses(memory, target);
    this.buffers = buffers;
    this.#transforms = transforms;
    this.#context = target.context >> 2;
    this.#walking = layout.walking;
    const parts = { memory, target, walking: layout.walking, tree, table, remove };
    this.#walk = (options.referenceWalk ? referenceWalk : compiledWalk)(parts);
    this.#examination = new Examination(parts);
    this.#parts = parts;
    this.#places = { first: layout.nodes, count: layout.nodeCount };
    const seed = options.seed ?? defaultOptions.seed;
    for (let i = 0; i < target.generatorCount; i++) seedGenerator(memory, target, i, seed + i);
    for (const { name, values } of layout.constants) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      memory.u8.set(bytes, target.tables[name].address);
    }
  }

  /// Number of the next block.
  get block(): number {
    return this.memory.i32[this.#context + ContextWord.block];
  }

  /// Where in the next block the event being executed lies; synths made now remember it.
  setOffset(frame: number, fraction: number): void {
    this.memory.i32[this.#context + ContextWord.sampleOffset] = frame;
    this.memory.f32[this.#context + ContextWord.subsampleOffset] = fraction;
  }

  /// The pointer, 0 to 1 in both directions, and whether its button is down.
  setMouse(x: number, y: number, button: boolean): void {
    this.memory.f32[this.#context + ContextWord.mouseX] = x;
    this.memory.f32[this.#context + ContextWord.mouseY] = y;
    this.memory.i32[this.#context + ContextWord.mouseButton] = button ? 1 : 0;
  }

  /// Key code 0 to 255.
  setKey(code: number, down: boolean): void {
    const at = this.#context + ContextWord.keys + ((code >> 5) & 7);
    const bit = 1 << (code & 31);
    if (down) this.memory.i32[at] |= bit;
    else this.memory.i32[at] &= ~bit;
  }

  /// Looks closely at the next block: it takes longer, and afterwards `examined` says which synth took longest. Synths that write what is not finite are
  /// silenced and freed, as those whose code fails, where `spoiled` asks for that. `now` tells the time in any unit.
  examine(now: () => number, spoiled: boolean): void {
    this.#examination.now = now;
    this.#examination.looksAtBuses = spoiled;
    this.#examining = true;
  }

  /// ID of the synth that took longest in the block that was examined last, 0 for none.
  get costliest(): number {
    return this.#examination.costliest;
  }

  /// From now on counts what every synth costs, until `stopProfile`. `now` tells the time in any unit; reading it twice takes `overhead`.
  startProfile(now: () => number, overhead = 0): Profile {
    this.#profile = new Profile(this.#parts, this.definitions, this.#places, now, overhead);
    return this.#profile;
  }

  /// Counts no more. What was counted stays with the profile.
  stopProfile(): void {
    this.#profile = undefined;
  }

  /// Renders one block of N frames from what the inputs hold, and counts it. Outputs that nothing wrote to are silent.
  process(): void {
    this.buses.stampInputs();
    this.autoGroups.sort();
    this.patches.begin(this.block);
    this.packs.form(this.block);
    this.packs.walking = true;
    if (this.#examining) this.#examination.begin();
    this.#walkContained(this.#examining ? this.#examination.walk : (this.#profile?.walk ?? this.#walk));
    this.packs.walking = false;
    if (this.#examining) this.#freeCulprits();
    this.packs.settle();
    this.patches.settle();
    this.buses.silenceUnwrittenOutputs();
    this.memory.i32[this.#context + ContextWord.block]++;
  }

  /// The block of a hardware output, N frames. A view into memory, valid until the next `process`.
  output(channel: number): Float32Array {
    return this.#channel(channel, this.target.outputBusCount, 0, "output");
  }

  /// The block of a hardware input, to be filled before `process`.
  input(channel: number): Float32Array {
    return this.#channel(channel, this.target.inputBusCount, this.target.outputBusCount, "input");
  }

  /// Makes the code of the transforms now, which otherwise is made when a synth first needs it.
  prepareTransforms(): void {
    this.#transforms.prepare();
  }

  /// Whether code has failed since `takeFaults`.
  get hasFaults(): boolean {
    return this.#faults.length > 0;
  }

  /// What failed since the last call.
  takeFaults(): readonly Fault[] {
    const faults = this.#faults;
    if (faults.length > 0) this.#faults = [];
    return faults;
  }

  /// Walks the tree. Code that traps costs its synth, nobody else's block.
  #walkContained(walk: Walk): void {
    let node = this.tree.root;
    let group = 0;
    for (;;) {
      try {
        walk(node, group);
        return;
      } catch (error) {
        const failing = this.memory.i32[this.#walking >> 2];
        node = this.tree.get(failing, NodeWord.successor);
        group = this.tree.get(failing, NodeWord.parent);
        this.#contain(failing, error);
      }
    }
  }

  #freeCulprits(): void {
    const { culprits, culpritCount } = this.#examination;
    this.#examining = false;
    for (let i = 0; i < culpritCount; i++) {
      // What came after it may have freed it.
      if (this.tree.ids.get(this.tree.get(culprits[i], NodeWord.id)) !== culprits[i]) continue;
      // Of a pack all four are released first: which of them it was shows in the next block.
      if (this.tree.get(culprits[i], NodeWord.pack) !== 0) this.#examining = true;
      this.#contain(culprits[i], "its output is not finite");
    }
  }

  #contain(node: number, error: unknown): void {
    if (this.tree.get(node, NodeWord.pack) !== 0) {
      // Which of the four failed shows in the next block, when each runs alone.
      this.packs.release(node);
      return;
    }
    const handle = this.tree.get(node, NodeWord.definition);
    const nodeId = this.tree.get(node, NodeWord.id);
    this.#fault(nodeId, this.definitions.at(handle).compiled.name, error);
    this.events.fault(nodeId, handle);
    // Its state may be inconsistent: its `end` must not run.
    this.tree.set(node, NodeWord.constructed, 0);
    this.nodes.destroy(node);
  }

  #fault(nodeId: number, definition: string, error: unknown): void {
    if (this.#faults.length >= faultLimit) return;
    this.#faults.push({ nodeId, definition, block: this.block, message: error instanceof Error ? error.message : String(error) });
  }

  #channel(channel: number, count: number, firstBus: number, kind: string): Float32Array {
    if (!(channel >= 0 && channel < count)) throw new RangeError(`${kind} channel ${channel} does not exist: there are ${count}`);
    const bus = firstBus + channel;
    const known = this.#channels[bus];
    if (known && known.buffer === this.memory.f32.buffer) return known;
    return (this.#channels[bus] = this.buses.audio(bus));
  }
}
