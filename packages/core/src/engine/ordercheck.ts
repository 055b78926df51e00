/// Whether the order of a tree gives its synths what they read. Looks between blocks; allocates where it finds something.
import { checkOrder, type EarlyRead, orderSynths, type TreeOp, type TreeSynth } from "../graph/bus-order.ts";
import { EarlyReads } from "../graph/early-reads.ts";
import type { Engine } from "./engine.ts";
import type { BusVisitor } from "./synthbuses.ts";
import { NodeState, NodeWord } from "./tree.ts";

/// Every synth in a group that reads a bus before another one in it writes it, and so hears silence. Empty when there is no such group. Who reads a
/// hardware input hears that, unless there is nothing at the `inputs`.
export function earlyReads(engine: Engine, groupId = 0, inputs = true): readonly EarlyRead[] {
  const group = engine.nodes.findGroup(groupId);
  return group === 0 ? [] : checkOrder(synthsIn(engine, group), (bus) => inputs && engine.synthBuses.isHardwareInput(bus));
}

/// Loops in an auto group: children that hear the block before, since they and another child hear each other. A child group stands for all that is in it.
/// Empty when there is no such auto group.
export function feedbackIn(engine: Engine, groupId: number): readonly EarlyRead[] {
  const { tree, nodes, autoGroups } = engine;
  const group = nodes.findGroup(groupId);
  if (group === 0 || !autoGroups.isAuto(group)) return [];
  const late = new Set<number>();
  const children: TreeSynth[] = [];
  for (let child = tree.get(group, NodeWord.head); child !== 0; child = tree.get(child, NodeWord.next)) {
    const id = tree.get(child, NodeWord.id);
    if (autoGroups.isLate(child)) late.add(id);
    const inside = tree.isGroup(child) ? synthsIn(engine, child) : [synthOf(engine, child)];
    if (!tree.isGroup(child)) children.push(inside[0]);
    else children.push({ id, name: "group", ops: inside.flatMap(({ ops }) => ops), computes: computesOf(inside) });
  }
  return orderSynths(children, late).feedback;
}

/// A tree that is looked at again and again: tells every pair of definitions once.
export class OrderWatch implements BusVisitor {
  /// Early reads by what they have in common: reader's definition, bus, writer's definition. The first of a kind, and how many pairs there were.
  readonly found = new Map<string, { readonly first: EarlyRead; readonly pairs: Set<string> }>();
  readonly #engine: Engine;
  readonly #inputs: boolean;
  readonly #early: EarlyReads;
  /// Synths of the last look, in tree order.
  readonly #synths: number[] = [];

  /// `inputs`: there is something at the engine's inputs.
  constructor(engine: Engine, inputs = true) {
    this.#engine = engine;
    this.#inputs = inputs;
    this.#early = new EarlyReads(engine.synthBuses.count);
  }

  /// Looks at the tree as the next block finds it. Returns what was not known.
  look(): readonly EarlyRead[] {
    const { tree, synthBuses, nodes } = this.#engine;
    if (nodes.listenerCount === 0) return [];
    this.#synths.length = 0;
    this.#early.begin();
    for (let node = tree.root; node !== 0; node = nextRunning(this.#engine, node, tree.root)) {
      if (tree.isGroup(node) || !isRunning(this.#engine, node)) continue;
      this.#synths.push(node);
      this.#early.node();
      synthBuses.visit(node, this);
    }
    return this.#early.readers.some((_, k) => !this.#isKnown(k)) ? this.#learn() : [];
  }

  use(bus: number, reads: boolean, writes: boolean, silent: boolean): void {
    if (reads && silent && !(this.#inputs && this.#engine.synthBuses.isHardwareInput(bus))) this.#early.read(bus);
    if (writes) this.#early.write(bus);
  }

  computed(writes: boolean): void {
    if (writes) this.#early.writeAnywhere();
  }

  #isKnown(k: number): boolean {
    const { tree, definitions } = this.#engine;
    const [reader, writer] = [this.#synths[this.#early.readers[k]], this.#synths[this.#early.writers[k]]];
    const name = (node: number) => definitions.at(tree.get(node, NodeWord.definition)).compiled.name;
    const { bus, rate } = this.#engine.synthBuses.describe(this.#early.buses[k]);
    const known = this.found.get(`${name(reader)} ${rate} ${bus} ${name(writer)}`);
    return known?.pairs.has(`${tree.get(reader, NodeWord.id)} ${tree.get(writer, NodeWord.id)}`) ?? false;
  }

  #learn(): readonly EarlyRead[] {
    const news: EarlyRead[] = [];
    for (const early of earlyReads(this.#engine, 0, this.#inputs)) {
      const kind = `${early.reader.name} ${early.rate} ${early.bus} ${early.writer.name}`;
      const known = this.found.get(kind);
      const pair = `${early.reader.id} ${early.writer.id}`;
      if (known) known.pairs.add(pair);
      else {
        this.found.set(kind, { first: early, pairs: new Set([pair]) });
        news.push(early);
      }
    }
    return news;
  }
}

function isRunning({ tree }: Engine, node: number): boolean {
  const state = tree.get(node, NodeWord.state);
  return state === NodeState.running || state === NodeState.packed || state === NodeState.fresh;
}

/// The node after `node` in the walk; what is in a paused group has no turn.
const nextRunning = (engine: Engine, node: number, top: number): number => engine.tree.following(node, top, !isRunning(engine, node));

/// The running synths in a group with what they read and write now.
function synthsIn(engine: Engine, group: number): TreeSynth[] {
  const synths: TreeSynth[] = [];
  for (let node = group; node !== 0; node = nextRunning(engine, node, group)) {
    if (!engine.tree.isGroup(node) && isRunning(engine, node)) synths.push(synthOf(engine, node));
  }
  return synths;
}

/// What the nodes of a group compute, together.
const computesOf = (synths: readonly TreeSynth[]): TreeSynth["computes"] =>
  synths.some(({ computes }) => computes === "write") ? "write" : synths.find(({ computes }) => computes)?.computes;

function synthOf(engine: Engine, synth: number): TreeSynth {
  const { tree, definitions, synthBuses } = engine;
  const ops: TreeOp[] = [];
  let computes: TreeSynth["computes"];
  synthBuses.visit(synth, {
    use: (bus, reads, writes, silent) =>
      ops.push({ op: reads ? (writes ? "xout" : "in") : "out", ...synthBuses.describe(bus), ...(reads && { silent }) }),
    computed: (writes) => {
      computes = writes ? "write" : (computes ?? "read");
    },
  });
  const { name } = definitions.at(tree.get(synth, NodeWord.definition)).compiled;
  return { id: tree.get(synth, NodeWord.id), name, ops, computes };
}
