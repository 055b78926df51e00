/// From a plan of a graph to what the engine runs: records in order, the tables of streams they point to, and a list of the addresses that are
/// known only where the instances are. A pure function: it may run on any thread.
import { streamName } from "../graph/graph.ts";
import type { Plan } from "../graph/plan.ts";
import { UnitKind } from "../graph/units.ts";
import { Entry, Helper, Link, Op, RecordWord } from "./abi.ts";

export interface Program {
  readonly plan: Plan;
  /// Records, then tables of streams; `links` says what to add where.
  readonly words: Int32Array;
  /// Fours of [word, one of `Link`, a, b].
  readonly links: Int32Array;
  /// Where the wires begin, and bytes in all.
  readonly wires: number;
  readonly bytes: number;
  /// Delay lines by the stream they hold: the longest delay read from them.
  readonly rings: readonly { readonly name: string; readonly delay: number }[];
  /// For each node, the word at which its table of streams begins; -1 for what does not run.
  readonly tables: Int32Array;
}

const align = (bytes: number): number => (bytes + 63) & ~63;

export function programOf(plan: Plan): Program {
  const { net, units, sequence, latency, blockSize } = plan;
  const { work, kind, subject } = units;
  const { wire } = plan.wires;
  const records: number[] = [];
  const tables: number[] = [];
  // Words of `links` for records count from the start of the records, those for tables from the start of the tables.
  const recordLinks: number[] = [];
  const tableLinks: number[] = [];
  /// Where in `tableLinks` a word of the tables stands: a node's table is completed in two parts when it emits and absorbs.
  const linkAt: number[] = [];
  const wireBytes = align(blockSize * 4);
  const ringOf = new Map<number, number>();
  const rings: { name: string; delay: number }[] = [];
  const tableOf = new Int32Array(net.count).fill(-1);
  const open: number[] = [];

  const record = (op: number): number => {
    const at = records.length;
    for (let k = 0; k < RecordWord.words; k++) records.push(0);
    records[at + RecordWord.op] = op;
    return at;
  };
  const link = (word: number, what: number, a = 0, b = 0): void => void recordLinks.push(word, what, a, b);
  /// Adds an address to the tables.
  const address = (what: number, a = 0, b = 0): void => {
    linkAt[tables.length] = tableLinks.length;
    tableLinks.push(tables.length, what, a, b);
    tables.push(0);
  };
  // Own addresses are completed when it is known where tables and wires begin: b says which.
  const ofWire = (value: number): void => address(Link.own, wire[value] * wireBytes, 2);

  const ringIndex = (stream: number): number => {
    let index = ringOf.get(stream);
    if (index === undefined) {
      ringOf.set(stream, (index = rings.length));
      rings.push({ name: streamName(net, stream), delay: latency.ring[stream] });
    }
    return index;
  };

  const call = (v: number, entry: number, outputs: boolean): void => {
    const at = record(Op.call);
    const table = tableOf[v];
    const inputs = net.slotBase[v + 1] - net.slotBase[v];
    link(at + RecordWord.fn, Link.fn, v, entry);
    link(at + RecordWord.base, Link.state, v);
    link(at + RecordWord.streams, Link.own, table * 4, 1);
    link(at + RecordWord.gate, Link.gate, v);
    records[at + RecordWord.node] = v;
    link(at + RecordWord.outputs, Link.own, (table + inputs) * 4, 1);
    records[at + RecordWord.outputCount] = outputs ? net.streamBase[v + 1] - net.streamBase[v] : 0;
  };
  const loop = (step: number): void => {
    open.push(records.length);
    records[record(Op.loop) + RecordWord.step] = step;
  };
  const next = (): void => {
    const at = record(Op.next);
    link(at + RecordWord.loop, Link.own, open.pop()! * 4, 0);
  };
  const help = (helper: number, reader: number, operands: () => void): void => {
    const at = record(Op.help);
    link(at + RecordWord.fn, Link.helper, helper);
    link(at + RecordWord.streams, Link.own, tables.length * 4, 1);
    if (reader >= 0) link(at + RecordWord.gate, Link.gate, reader);
    operands();
  };

  /// The table of a node: wires of its inputs, or its own blocks where nothing is connected, then wires of its outputs.
  const fillTable = (v: number): void => {
    tableOf[v] = tables.length;
    for (let slot = net.slotBase[v]; slot < net.slotBase[v + 1]; slot++) address(Link.value, v, slot - net.slotBase[v]);
    // Outputs that nobody reads: the first shares one place with all others, the rest have blocks of their own, so that a probe finds them apart.
    const inputs = net.slotBase[v + 1] - net.slotBase[v];
    for (let s = net.streamBase[v], k = 0; s < net.streamBase[v + 1]; s++, k++) {
      if (k === 0) address(Link.nowhere);
      else address(Link.value, v, inputs + k - 1);
    }
  };
  const setLink = (word: number, value: number): void => {
    const at = linkAt[word];
    tableLinks[at + 1] = Link.own;
    tableLinks[at + 2] = wire[value] * wireBytes;
    tableLinks[at + 3] = 2;
  };
  const node = (u: number, v: number): void => {
    if (tableOf[v] < 0) fillTable(v);
    const takes = kind[u] !== UnitKind.emit;
    const gives = kind[u] !== UnitKind.absorb;
    const inputs = net.slotBase[v + 1] - net.slotBase[v];
    if (takes) {
      for (let j = work.useStart[u]; j < work.useStart[u + 1]; j++) {
        setLink(tableOf[v] + units.useSlot[j] - net.slotBase[v], work.use[j]);
      }
    }
    if (gives) {
      for (let j = work.defStart[u]; j < work.defStart[u + 1]; j++) {
        setLink(tableOf[v] + inputs + units.defStream[j] - net.streamBase[v], work.def[j]);
      }
    }
    const ahead = net.lookahead[v];
    if (kind[u] === UnitKind.emit) call(v, Entry.emit, true);
    else if (kind[u] === UnitKind.absorb) call(v, Entry.absorb, false);
    else if (ahead === 0) call(v, Entry.run, true);
    else {
      // A deferred node whose look-ahead no loop here depends on: both halves, in steps it allows.
      loop(Math.min(ahead, blockSize));
      call(v, Entry.emit, true);
      call(v, Entry.absorb, false);
      next();
    }
  };

  for (let p = 0; p < sequence.length; p++) {
    const u = sequence[p];
    const of = subject[u];
    switch (kind[u]) {
      case UnitKind.run:
      case UnitKind.emit:
      case UnitKind.absorb:
        node(u, of);
        break;
      case UnitKind.sum:
        help(Helper.sum, net.nodeOfSlot[of], () => {
          tables.push(work.useStart[u + 1] - work.useStart[u]);
          ofWire(work.def[work.defStart[u]]);
          for (let j = work.useStart[u]; j < work.useStart[u + 1]; j++) ofWire(work.use[j]);
        });
        break;
      case UnitKind.tap:
        help(Helper.tap, plan.checked.resolved.to[units.edge[u]], () => {
          ofWire(work.def[work.defStart[u]]);
          address(Link.ring, ringIndex(of), 0);
          address(Link.ring, ringIndex(of), 1);
          address(Link.tick);
          tables.push(latency.compensation[units.edge[u]]);
        });
        break;
      case UnitKind.store:
        help(Helper.store, -1, () => {
          ofWire(work.use[work.useStart[u]]);
          address(Link.ring, ringIndex(of), 0);
          address(Link.ring, ringIndex(of), 1);
          address(Link.tick);
        });
        break;
      case UnitKind.begin:
        loop(of);
        break;
      case UnitKind.end:
        next();
    }
  }
  record(Op.stop);

  const tableStart = align(records.length * 4);
  const wires = align(tableStart + tables.length * 4);
  const words = new Int32Array(wires / 4);
  words.set(records);
  words.set(tables, tableStart / 4);
  const links = new Int32Array(recordLinks.length + tableLinks.length);
  links.set(recordLinks);
  for (let k = 0; k < tableLinks.length; k += 4) {
    links.set([tableLinks[k] + tableStart / 4, tableLinks[k + 1], tableLinks[k + 2], tableLinks[k + 3]], recordLinks.length + k);
  }
  const starts = [0, tableStart, wires];
  for (let k = 0; k < links.length; k += 4) if (links[k + 1] === Link.own) links[k + 2] += starts[links[k + 3]];
  for (let v = 0; v < net.count; v++) if (tableOf[v] >= 0) tableOf[v] += tableStart / 4;
  return { plan, words, links, wires, bytes: wires + plan.wires.count * wireBytes, rings, tables: tableOf };
}
