/// Marking what is alive and finding runs of dead cells: the part of the collector that touches cells. Allocates nothing.
///
/// Written in the machine's small language (`scripts/scheme-machine/language.ts`), from which `marker.wasm.ts` is made; as TypeScript it is the
/// reference and the fallback. Its variables are registers in memory, so that both can be stopped and resumed at any object.
import { Phase, Reg, Type } from "../words.ts";
import { CELLS_PER_PAGE, PAGE, PageUse } from "./memory.ts";

/// What the marker asks of the heap.
export interface MarkerHost {
  /// Gives pages back.
  release(page: number, count: number): void;
  /// Finds room by other means than the next run of a sweep.
  refill(): void;
}

export interface Marker {
  /// Makes sure `v` and what it refers to are found alive by this cycle.
  gray(v: number): void;
  /// Scans until about `budget` cells were looked at; 1 when nothing is left to scan.
  mark(budget: number): number;
  /// Address of the next run of dead cells, its length in `Reg.Run`; 0 when a bounded search found none.
  nextRun(): number;
  /// Points `Reg.Alloc` and `Reg.Limit` to free cells.
  refill(): void;
}

/// Elements of a vector scanned in one go.
const SLICE = 512;
/// Pages without free cells that a search may look through, and pages of other kinds between two of them, before a fresh page is taken instead.
const SWEEP_PAGES = 16;

/// `W` and `B`: the memory as words and bytes.
export function makeMarker(W: Int32Array, B: Uint8Array, host: MarkerHost): Marker {
  /// Whether elements follow the header cell; otherwise they belong to another object.
  function ownsData(v: number): number {
    return W[v + 3] >> 1 === v + 4 ? 1 : 0;
  }

  /// Cells an object occupies in a row.
  function cellsOf(v: number, type: number): number {
    switch (type) {
      case Type.Vector:
        if (ownsData(v) !== 0) return 1 + (((W[v + 1] >> 1) + 3) >> 2);
        return 1;
      case Type.FloatVector:
      case Type.IntVector:
        if (ownsData(v) !== 0) return 1 + (((W[v + 1] >> 1) + 1) >> 1);
        return 1;
      case Type.String:
      case Type.ByteVector:
        if (ownsData(v) !== 0) return 1 + (((W[v + 1] >> 1) + 15) >> 4);
        return 1;
      case Type.Code:
        return 1 + (((W[v + 3] >> 1) + 3) >> 2);
      case Type.Frame:
        return (W[W[Reg.Shapes] + (W[v] >>> 12)] + 5) >> 2;
      default:
        return 1;
    }
  }

  /// Marks the cells of an object after its first. Objects with pages of their own need only that.
  function markRest(v: number, type: number, at: number, epoch: number): void {
    const cells = cellsOf(v, type);
    if (cells > 1) {
      W[Reg.Marked] = W[Reg.Marked] + cells - 1;
      if (B[W[Reg.PageUse] + (v >> 10)] === PageUse.Cells) {
        let i = 1;
        while (i < cells) {
          B[at + i] = epoch;
          i = i + 1;
        }
      }
    }
  }

  function push(v: number): void {
    const top = W[Reg.GrayTop];
    W[top] = v;
    W[Reg.GrayTop] = top + 1;
  }

  /// Marks a cell that was not; `at` is the address of its mark.
  function grayNew(v: number, at: number, epoch: number): void {
    B[at] = epoch;
    B[W[Reg.PageSeen] + (v >> 10)] = epoch;
    W[Reg.Marked] = W[Reg.Marked] + 1;
    const type = W[v] & 255;
    if (type === Type.Pair) {
      // A pair of two immediate values has nothing to scan.
      if ((W[v + 1] & 3) !== 0 && (W[v + 2] & 3) !== 0) return;
    } else if (type === Type.Float || type === Type.Int64) return;
    else if (type >= Type.String) markRest(v, type, at, epoch);
    push(v);
  }

  function gray(v: number): void {
    if ((v & 3) !== 0 || v === 0) return;
    const at = W[Reg.Marks] + (v >> 2);
    const epoch = W[Reg.Epoch];
    if (B[at] !== epoch) grayNew(v, at, epoch);
  }

  /// The same inside the scan, which keeps the registers in variables.
  function visit(v: number, marks: number, epoch: number): void {
    if ((v & 3) === 0 && v !== 0) {
      if (B[marks + (v >> 2)] !== epoch) grayNew(v, marks + (v >> 2), epoch);
    }
  }

  /// Lists are followed along their cdr without using the stack of gray objects.
  function scanList(pair: number, end: number): void {
    const marks = W[Reg.Marks];
    const seen = W[Reg.PageSeen];
    const epoch = W[Reg.Epoch];
    let v = pair;
    for (;;) {
      visit(W[v + 1], marks, epoch);
      const next = W[v + 2];
      if ((next & 3) !== 0 || next === 0) return;
      const at = marks + (next >> 2);
      if (B[at] === epoch) return;
      if ((W[next] & 255) !== Type.Pair || W[Reg.Marked] >= end) {
        grayNew(next, at, epoch);
        return;
      }
      B[at] = epoch;
      B[seen + (next >> 10)] = epoch;
      W[Reg.Marked] = W[Reg.Marked] + 1;
      v = next;
    }
  }

  /// Scans a slice of a vector; what is left goes back on the stack as the object and minus the next index.
  function scanVector(v: number, from: number): number {
    if (from === 0) gray(W[v + 2]);
    // A vector that looks into another one leaves the elements to their owner.
    if (ownsData(v) === 0) return 0;
    const length = W[v + 1] >> 1;
    let stop = from + SLICE;
    if (stop < length) {
      push(v);
      push(-stop);
    } else stop = length;
    const marks = W[Reg.Marks];
    const epoch = W[Reg.Epoch];
    let i = from;
    while (i < stop) {
      visit(W[v + 4 + i], marks, epoch);
      i = i + 1;
    }
    return (stop - from) >> 2;
  }

  function scanFrame(v: number): void {
    const end = v + 2 + W[W[Reg.Shapes] + (W[v] >>> 12)];
    let i = v + 1;
    while (i < end) {
      gray(W[i]);
      i = i + 1;
    }
  }

  /// Grays one word of the stack as it was when the cycle began; 0 when all were.
  function takeSnapshot(): number {
    const at = W[Reg.Snapshot];
    if (at >= W[Reg.SnapshotEnd]) return 0;
    W[Reg.Snapshot] = at + 1;
    gray(W[at]);
    return 1;
  }

  function mark(budget: number): number {
    const end = W[Reg.Marked] + budget;
    let scanned = 0;
    while (W[Reg.Marked] + scanned < end) {
      const top = W[Reg.GrayTop] - 1;
      scanned = scanned + 1;
      if (top < W[Reg.Gray]) {
        if (takeSnapshot() === 0) return 1;
        continue;
      }
      let v = W[top];
      let from = 0;
      W[Reg.GrayTop] = top;
      if (v < 0) {
        from = -v;
        v = W[top - 1];
        W[Reg.GrayTop] = top - 1;
      }
      switch (W[v] & 255) {
        case Type.Pair:
          scanList(v, end);
          continue;
        case Type.String:
        case Type.FloatVector:
        case Type.IntVector:
        case Type.ByteVector:
          gray(W[v + 2]);
          continue;
        case Type.RandomState:
        case Type.Bytes:
          continue;
        case Type.Vector:
          scanned = scanned + scanVector(v, from);
          continue;
        case Type.Frame:
          scanFrame(v);
          continue;
        default:
          gray(W[v + 1]);
          gray(W[v + 2]);
          gray(W[v + 3]);
          continue;
      }
    }
    return 0;
  }

  /// Pages of the large object that begins at a page; releases them when it is dead.
  function sweepLarge(page: number): number {
    const uses = W[Reg.PageUse] + (W[Reg.Base] >> 10);
    let count = 1;
    while (B[uses + page + count] === PageUse.LargeTail) count = count + 1;
    const first = W[Reg.Base] + page * PAGE;
    if (B[W[Reg.Marks] + (first >> 2)] !== W[Reg.Epoch]) host.release(page, count);
    return count;
  }

  /// Skips pages without free cells; 0 when the search ends here, otherwise 1 with the sweep at a cell of a page in use.
  function findPage(): number {
    const epoch = W[Reg.Epoch];
    let looked = 0;
    while (W[Reg.SweepPage] < W[Reg.SweepEnd]) {
      if (W[Reg.SweepCell] !== 0) return 1;
      if (looked >= SWEEP_PAGES) return 0;
      looked = looked + 1;
      const page = W[Reg.SweepPage];
      const use = B[W[Reg.PageUse] + (W[Reg.Base] >> 10) + page];
      if (use === PageUse.LargeHead) W[Reg.SweepPage] = page + sweepLarge(page);
      else if (use !== PageUse.Cells) W[Reg.SweepPage] = page + 1;
      else if (B[W[Reg.PageSeen] + (W[Reg.Base] >> 10) + page] !== epoch) {
        host.release(page, 1);
        W[Reg.SweepPage] = page + 1;
      } else return 1;
    }
    return 0;
  }

  /// Where the sweep goes on: the cell at `cell` of its page, or the next page.
  function sweepTo(cell: number): void {
    if (cell >= CELLS_PER_PAGE) {
      W[Reg.SweepPage] = W[Reg.SweepPage] + 1;
      W[Reg.SweepCell] = 0;
    } else W[Reg.SweepCell] = cell;
  }

  function nextRun(): number {
    const epoch = W[Reg.Epoch];
    const four = epoch * 0x01010101;
    let left: number = SWEEP_PAGES;
    while (left > 0 && findPage() !== 0) {
      left = left - 1;
      const page = W[Reg.Base] + W[Reg.SweepPage] * PAGE;
      const marks = W[Reg.Marks] + (page >> 2);
      let cell = W[Reg.SweepCell];
      while (cell < CELLS_PER_PAGE && B[marks + cell] === epoch) {
        cell = cell + 1;
        if ((cell & 3) === 0) {
          while (cell < CELLS_PER_PAGE && W[(marks + cell) >> 2] === four) cell = cell + 4;
        }
      }
      if (cell >= CELLS_PER_PAGE) {
        sweepTo(cell);
        continue;
      }
      let stop = cell + 1;
      while (stop < CELLS_PER_PAGE && B[marks + stop] !== epoch) stop = stop + 1;
      sweepTo(stop);
      W[Reg.Run] = stop - cell;
      return page + cell * 4;
    }
    return 0;
  }

  /// Cells of a run count as alive until the next cycle finds otherwise.
  function handOut(run: number, cells: number): void {
    W[Reg.Alloc] = run;
    W[Reg.Limit] = run + cells * 4;
    const marks = W[Reg.Marks] + (run >> 2);
    const epoch = W[Reg.Epoch];
    let i = 0;
    while (i < cells) {
      B[marks + i] = epoch;
      i = i + 1;
    }
    W[Reg.Since] = W[Reg.Since] + cells;
  }

  function refill(): void {
    if (W[Reg.Phase] === Phase.Sweep && W[Reg.Since] <= W[Reg.Due]) {
      const run = nextRun();
      if (run !== 0) {
        handOut(run, W[Reg.Run]);
        return;
      }
    }
    host.refill();
  }

  return { gray, mark, nextRun, refill };
}
