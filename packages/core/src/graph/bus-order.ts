/// Which order synths ask for through the buses they read and write, and whether the order they have gives it (D1-D3).
import { BusSorter } from "./bus-sort.ts";
import type { BusOp } from "./buses.ts";
import { EarlyReads } from "./early-reads.ts";

/// One access.
export interface TreeOp extends BusOp {
  /// Audio unless said otherwise.
  readonly rate?: "audio" | "control";
  /// What an early read hears: nothing, as an audio bus does by default, or what the block before left, as a control bus does.
  readonly silent?: boolean;
}

/// A synth in its tree: node id, definition name, and its bus accesses in the order in which it makes them.
export interface TreeSynth {
  readonly id: number;
  readonly name: string;
  readonly ops: readonly TreeOp[];
  /// It computes the number of a bus that it reads or writes: nobody passes it, and any bus may have been written by it.
  readonly computes?: "read" | "write";
}

/// `reader` reads `bus` before `writer` writes it. With `feedback` no order can help: each of them hears the other.
export interface EarlyRead {
  readonly reader: TreeSynth;
  readonly writer: TreeSynth;
  readonly bus: number;
  readonly rate: "audio" | "control";
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

/// Audio and control buses in one row of numbers.
class BusNumbers {
  readonly count: number;
  private readonly audio: number;

  constructor(synths: readonly TreeSynth[]) {
    const most = (control: boolean): number => {
      let largest = -1;
      for (const { ops } of synths) for (const o of ops) if ((o.rate === "control") === control) largest = Math.max(largest, o.bus);
      return largest + 1;
    };
    this.audio = most(false);
    this.count = this.audio + most(true);
  }

  of({ bus, rate }: TreeOp): number {
    return rate === "control" ? this.audio + bus : bus;
  }

  named(number: number): { bus: number; rate: "audio" | "control" } {
    return number < this.audio ? { bus: number, rate: "audio" } : { bus: number - this.audio, rate: "control" };
  }
}

function sorterOf(synths: readonly TreeSynth[], numbers: BusNumbers, delayed: ReadonlySet<number>): BusSorter {
  const sorter = new BusSorter(numbers.count);
  sorter.begin();
  for (const { id, ops, computes } of synths) {
    sorter.node(delayed.has(id));
    for (const o of ops) if (o.op !== "infb") sorter.access(numbers.of(o), reads(o), writes(o));
    if (computes) sorter.fix();
  }
  return sorter;
}

const nobody: ReadonlySet<number> = new Set();

/// The order closest to the given one that the buses ask for. Where synths feed each other, the first in the tree runs first and hears the block
/// before, or one whose id is in `delayed`. Deterministic.
export function orderSynths(synths: readonly TreeSynth[], delayed: ReadonlySet<number> = nobody): BusOrder {
  const numbers = new BusNumbers(synths);
  const sorter = sorterOf(synths, numbers, delayed);
  sorter.solve();
  const order = [...sorter.order.subarray(0, synths.length)];
  const place = new Int32Array(synths.length);
  order.forEach((k, at) => {
    place[k] = at;
  });
  const feedback: EarlyRead[] = [];
  const told = new Set<string>();
  if (sorter.loops > 0) {
    sorter.forEachAsked((reader, writer, number) => {
      const key = `${reader} ${number}`;
      if (place[writer] < place[reader] || told.has(key)) return;
      told.add(key);
      feedback.push(earlyRead(synths[reader], synths[writer], numbers.named(number), true));
    });
  }
  return { order: order.map((k) => synths[k]), feedback };
}

/// Reads that hear silence although a synth further down the tree writes the bus. `external` names audio buses that something else fills
/// (hardware inputs); they are never reported.
export function checkOrder(synths: readonly TreeSynth[], external: (bus: number) => boolean = () => false): readonly EarlyRead[] {
  const numbers = new BusNumbers(synths);
  const early = new EarlyReads(numbers.count);
  early.begin();
  for (const { ops, computes } of synths) {
    early.node();
    for (const o of ops) {
      if (reads(o) && hearsSilence(o) && !(o.rate !== "control" && external(o.bus))) early.read(numbers.of(o));
      if (writes(o)) early.write(numbers.of(o));
    }
    if (computes === "write") early.writeAnywhere();
  }
  if (early.readers.length === 0) return [];
  const loop = sorterOf(synths, numbers, nobody).components();
  return early.readers.map((reader, k) => {
    const writer = early.writers[k];
    return earlyRead(synths[reader], synths[writer], numbers.named(early.buses[k]), loop[reader] === loop[writer]);
  });
}

const hearsSilence = ({ rate, silent }: TreeOp): boolean => silent ?? rate !== "control";

function earlyRead(reader: TreeSynth, writer: TreeSynth, at: { bus: number; rate: "audio" | "control" }, feedback: boolean): EarlyRead {
  const title = ({ name, id }: TreeSynth) => `\`${name}\` (${id})`;
  const bus = at.rate === "control" ? `control bus ${at.bus}` : `bus ${at.bus}`;
  const heard = reader.ops.some((o) => o.bus === at.bus && (o.rate ?? "audio") === at.rate && reads(o) && hearsSilence(o))
    ? "silence"
    : "the block before";
  const fix = !feedback
    ? "move it after"
    : heard === "silence"
      ? "they feed each other, so one must read the block before (InFeedback)"
      : "they feed each other";
  return {
    reader,
    writer,
    ...at,
    feedback,
    message: `${title(reader)} reads ${bus} before ${title(writer)} writes it: it hears ${heard}; ${fix}`,
  };
}
