/// Which order synths ask for through the buses they read and write, and whether the order they have gives it (D1-D3).
import type { BusOp } from "./buses.ts";
import { componentsOf } from "./components.ts";
import { groupBy } from "./csr.ts";
import { partOf } from "./cycles.ts";
import { Heap } from "./heap.ts";

/// A synth in its tree: node id, definition name, and its bus accesses in the order in which it makes them. Audio buses only: a control bus
/// keeps its value, so that reading it early is heard one block late and not as silence.
export interface TreeSynth {
  readonly id: number;
  readonly name: string;
  readonly ops: readonly BusOp[];
}

/// `reader` reads `bus` before `writer` writes it. With `feedback` no order can help: each of them hears the other.
export interface EarlyRead {
  readonly reader: TreeSynth;
  readonly writer: TreeSynth;
  readonly bus: number;
  readonly feedback: boolean;
  readonly message: string;
}

export interface BusOrder {
  readonly order: readonly TreeSynth[];
  /// Reads that hear the block before, whatever the order.
  readonly feedback: readonly EarlyRead[];
}

const reads = ({ op }: BusOp): boolean => op === "in" || op === "xout";
const writes = ({ op }: BusOp): boolean => op === "out" || op === "replace" || op === "xout";

interface Asked {
  readonly from: number[];
  readonly to: number[];
  readonly bus: number[];
}

/// What the buses ask for: those that only write before those that change what is there, these in tree order, and before those that only
/// read. `infb` asks for nothing.
function askedOrder(synths: readonly TreeSynth[]): Asked {
  const roles = new Map<number, { sources: number[]; changers: number[]; readers: number[] }>();
  synths.forEach(({ ops }, k) => {
    for (const bus of new Set(ops.map((o) => o.bus))) {
      const own = ops.filter((o) => o.bus === bus);
      const role = roles.get(bus) ?? { sources: [], changers: [], readers: [] };
      roles.set(bus, role);
      const [r, w] = [own.some(reads), own.some(writes)];
      if (r && w) role.changers.push(k);
      else if (w) role.sources.push(k);
      else if (r) role.readers.push(k);
    }
  });
  const asked: Asked = { from: [], to: [], bus: [] };
  const ask = (bus: number, before: readonly number[], after: readonly number[]) => {
    for (const a of before) {
      for (const b of after) {
        asked.from.push(a);
        asked.to.push(b);
        asked.bus.push(bus);
      }
    }
  };
  for (const [bus, { sources, changers, readers }] of roles) {
    // Changers form a chain: only its first has to wait for the sources, and readers for its last.
    for (let k = 1; k < changers.length; k++) ask(bus, [changers[k - 1]], [changers[k]]);
    if (changers.length > 0) {
      ask(bus, sources, changers.slice(0, 1));
      ask(bus, changers.slice(-1), readers);
    } else ask(bus, sources, readers);
  }
  return asked;
}

/// The order closest to the given one that the buses ask for. Where synths feed each other, the first in the tree runs first and hears the block
/// before, or one whose id is in `delayed`. Deterministic.
export function orderSynths(synths: readonly TreeSynth[], delayed: ReadonlySet<number> = new Set()): BusOrder {
  const n = synths.length;
  const { from, to, bus } = askedOrder(synths);
  const after = groupBy(n, from, to);
  const open = new Int32Array(n);
  for (const b of to) open[b]++;
  const done = new Uint8Array(n);
  const ready = new Heap();
  for (let k = 0; k < n; k++) if (open[k] === 0) ready.push(k, k);
  const order: number[] = [];
  while (order.length < n) {
    let k = ready.pop();
    if (k < 0) k = firstOfCycle();
    if (done[k]) continue;
    done[k] = 1;
    order.push(k);
    for (let j = after.start[k]; j < after.start[k + 1]; j++) if (--open[after.item[j]] === 0) ready.push(after.item[j], after.item[j]);
  }

  /// A synth of a cycle that waits for nothing but the cycle.
  function firstOfCycle(): number {
    const rest = [...synths.keys()].filter((k) => !done[k]);
    const { of, cyclic, members } = componentsOf(rest.length, partOf(rest, after, new Int32Array(n).fill(-1)).next);
    const first = of.reduce((least, c) => (cyclic[c] && c < least ? c : least), rest.length);
    const cycle = [...members.item.subarray(members.start[first], members.start[first + 1])].map((k) => rest[k]);
    return cycle.find((k) => delayed.has(synths[k].id)) ?? cycle[0];
  }

  const place = new Int32Array(n);
  order.forEach((k, at) => {
    place[k] = at;
  });
  const feedback = from.flatMap((a, e) => (place[a] > place[to[e]] ? [earlyRead(synths[to[e]], synths[a], bus[e], true)] : []));
  return { order: order.map((k) => synths[k]), feedback };
}

/// Reads that hear silence although a synth further down the tree writes the bus. `external` names buses that something else fills (hardware
/// inputs); they are never reported.
export function checkOrder(synths: readonly TreeSynth[], external: (bus: number) => boolean = () => false): readonly EarlyRead[] {
  const { from, to } = askedOrder(synths);
  const component = componentsOf(synths.length, groupBy(synths.length, from, to)).of;
  const written = new Set<number>();
  const found: EarlyRead[] = [];
  synths.forEach((reader, k) => {
    const told = new Set<number>();
    for (const access of reader.ops) {
      if (reads(access) && !written.has(access.bus) && !told.has(access.bus) && !external(access.bus)) {
        told.add(access.bus);
        const later = synths.findIndex(
          (other, j) => j > k && other.ops.some((o) => o.bus === access.bus && (o.op === "out" || o.op === "replace")),
        );
        if (later >= 0) found.push(earlyRead(reader, synths[later], access.bus, component[k] === component[later]));
      }
      if (writes(access)) written.add(access.bus);
    }
  });
  return found;
}

function earlyRead(reader: TreeSynth, writer: TreeSynth, bus: number, feedback: boolean): EarlyRead {
  const title = ({ name, id }: TreeSynth) => `\`${name}\` (${id})`;
  const fix = feedback ? "they feed each other, so one must read the block before (InFeedback)" : "move it after";
  return {
    reader,
    writer,
    bus,
    feedback,
    message: `${title(reader)} reads bus ${bus} before ${title(writer)} writes it: it hears silence; ${fix}`,
  };
}
