/// Incremental mark and lazy sweep.
///
/// A cycle begins only at a poll of the machine (a call or a loop's jump), where every live value is in a register, on the stack or
/// reachable from them: a snapshot. From then on each overwritten reference is remembered (`gray`) and each new cell counts as alive, so
/// marking may go on at any allocation, inside any builtin, and no value held by the host in a local variable can be lost.
/// Sweeping happens while allocation looks for room. Both are paid for by allocation, so one allocation never costs more than a slice.
import { Reg, Type, unfix } from "../words.ts";
import type { Heap } from "./heap.ts";
import { CELLS_PER_PAGE, PAGE, PageUse } from "./memory.ts";

export const Phase = { Idle: 0, Mark: 1, Sweep: 2 } as const;

/// Cells marked for each cell allocated while a cycle runs.
const MARK_RATE = 4;
/// Marking is done in slices of about this many cells; large vectors are cut to it.
const SLICE = 512;
/// Pages a search for free cells may look at before it takes a fresh page instead.
const SWEEP_PAGES = 16;
/// A cycle begins when this many cells, or half of those alive, were allocated since the last one.
const MIN_CYCLE = 64 * 1024;
/// Entries of a chunk of the mark stack.
const CHUNK = 1 << 14;

export class Collector {
  phase: number = Phase.Idle;
  enabled = true;
  /// Begins a cycle whenever it may, and works at every few cells: for tests.
  eager = false;
  /// Cells in the run last found by `nextRun`.
  runCells = 0;
  /// Cells found alive by the last complete cycle.
  live = 0;
  cycles = 0;
  /// Slices by duration: bucket n counts those of 2^(n-1) to 2^n microseconds.
  readonly histogram = new Int32Array(24);
  longest = 0;
  total = 0;

  private readonly w: Int32Array;
  private marks: Uint8Array;
  private marks32: Int32Array;
  private readonly base: number;
  /// Objects marked but not scanned yet, in chunks so that growing copies nothing.
  private readonly chunks: Int32Array[] = [new Int32Array(CHUNK)];
  private stack = this.chunks[0];
  private chunk = 0;
  private depth = 0;
  private marked = 0;
  private debt = 0;
  private sinceCycle = 0;
  private sweepPage = 0;
  private sweepCell = 0;
  private sweepEnd = 0;
  private reclaimPage = 0;

  constructor(
    private readonly heap: Heap,
    private readonly now: () => number,
  ) {
    this.w = heap.w;
    this.marks = heap.memory.marks;
    this.marks32 = heap.memory.marks32;
    this.base = heap.memory.base;
    this.w[Reg.Epoch] = 1;
  }

  /// Records that `cells` were handed out.
  owe(cells: number): void {
    this.sinceCycle += cells;
    if (this.phase === Phase.Mark) this.debt += cells * MARK_RATE;
    // The machine polls at its next call or jump; a cycle can begin there.
    else if (this.due || this.pressed || this.eager) this.w[Reg.Fuel] = 0;
  }

  /// Whether enough was allocated since the last cycle to begin another. What that one has not swept yet is found dead again.
  get due(): boolean {
    if (this.eager) return this.phase !== Phase.Mark;
    return this.enabled && this.phase !== Phase.Mark && this.sinceCycle > Math.max(MIN_CYCLE, this.live >> 1);
  }

  /// Does the marking that allocation has made due.
  pay(): void {
    if (this.eager && this.phase === Phase.Mark) {
      this.work(256);
    } else if (this.phase === Phase.Mark && this.debt >= SLICE && this.enabled) {
      this.debt -= SLICE;
      if (this.debt > SLICE * 8) this.debt = SLICE * 8;
      this.timed(SLICE);
    }
  }

  /// Called by the machine at a poll, with registers saved. `mayStart`: no host code below the machine holds values.
  poll(mayStart: boolean): void {
    if (!this.enabled || !mayStart) return;
    if (this.pressed) this.collect();
    else if (this.due) this.start();
  }

  /// Whether the heap is nearly full of what may be garbage.
  get pressed(): boolean {
    const { heap } = this;
    return heap.isNearlyFull && this.sinceCycle > Math.min(MIN_CYCLE, heap.memory.pages * 8);
  }

  /// Spends up to `microseconds` on collection. True when nothing is left to do.
  step(microseconds: number): boolean {
    if (this.enabled && this.phase !== Phase.Mark && this.sinceCycle > MIN_CYCLE / 4) this.start();
    const end = this.now() + microseconds / 1000;
    while (this.busy && this.now() < end) this.work(SLICE);
    return !this.busy;
  }

  /// A whole collection, now. Only where a cycle may start.
  collect(): void {
    this.finish();
    this.start();
    this.finish();
  }

  /// Completes the running cycle, if any.
  finish(): void {
    while (this.busy) this.work(1 << 20);
  }

  /// Whether there is marking to do or there are pages to look through.
  private get busy(): boolean {
    return this.phase === Phase.Mark || (this.phase === Phase.Sweep && this.reclaimPage < this.sweepEnd);
  }

  private timed(budget: number): void {
    const begin = this.now();
    this.work(budget);
    this.note((this.now() - begin) * 1000);
  }

  private note(microseconds: number): void {
    this.total += microseconds;
    if (microseconds > this.longest) this.longest = microseconds;
    this.histogram[Math.min(23, Math.max(0, Math.ceil(Math.log2(microseconds + 1e-9))))]++;
  }

  private work(budget: number): void {
    if (this.phase === Phase.Mark) this.mark(budget);
    else if (this.phase === Phase.Sweep) this.reclaim(Math.max(8, budget >> 5));
  }

  private start(): void {
    const begin = this.now();
    const w = this.w;
    this.phase = Phase.Mark;
    this.marked = 0;
    this.debt = 0;
    this.sinceCycle = 0;
    w[Reg.Epoch] = (w[Reg.Epoch] % 3) + 1;
    w[Reg.Marking] = 1;
    this.markOpenRuns();
    for (let i = this.heap.memory.stackBase, end = w[Reg.Sp]; i < end; i++) this.gray(w[i]);
    for (const register of [Reg.Env, Reg.Acc, Reg.Callee, Reg.Values, Reg.Winds]) this.gray(w[register]);
    for (const root of this.heap.roots) this.gray(root);
    this.note((this.now() - begin) * 1000);
  }

  /// What is left of the current runs belongs to the new epoch, like every cell allocated during the cycle.
  private markOpenRuns(): void {
    const [a, b, c, d] = this.heap.openRuns;
    const epoch = this.w[Reg.Epoch];
    if (b > a) this.marks.fill(epoch, (a - this.base) >> 2, (b - this.base) >> 2);
    if (d > c) this.marks.fill(epoch, (c - this.base) >> 2, (d - this.base) >> 2);
  }

  /// Makes sure `v` and what it refers to are found alive by this cycle.
  gray(v: number): void {
    if ((v & 3) !== 0 || v === 0) return;
    const w = this.w;
    const i = (v - this.base) >> 2;
    const epoch = w[Reg.Epoch];
    if (this.marks[i] === epoch) return;
    this.marks[i] = epoch;
    this.marked++;
    const type = w[v] & 0xff;
    if (type >= Type.String) {
      const cells = this.cellsOf(v, type);
      if (cells > 1) {
        this.marked += cells - 1;
        // Objects with pages of their own need only their first mark.
        if (this.heap.memory.pageUse[((v - this.base) / PAGE) | 0] === PageUse.Cells) this.marks.fill(epoch, i + 1, i + cells);
      }
    } else if (type === Type.Float || type === Type.Int64) return;
    // A pair of two immediate values has nothing to scan.
    else if (type === Type.Pair && (w[v + 1] & 3) !== 0 && (w[v + 2] & 3) !== 0) return;
    this.push(v);
  }

  private push(v: number): void {
    if (this.depth === CHUNK) {
      if (++this.chunk === this.chunks.length) this.chunks.push(new Int32Array(CHUNK));
      this.stack = this.chunks[this.chunk];
      this.depth = 0;
    }
    this.stack[this.depth++] = v;
  }

  /// The object marked last, 0 when there is none.
  private pop(): number {
    if (this.depth === 0) {
      if (this.chunk === 0) return 0;
      this.stack = this.chunks[--this.chunk];
      this.depth = CHUNK;
    }
    return this.stack[--this.depth];
  }

  /// Cells an object occupies in a row.
  private cellsOf(v: number, type: number): number {
    const w = this.w;
    switch (type) {
      case Type.Vector:
        return w[v + 3] >> 1 === v + 4 ? 1 + ((unfix(w[v + 1]) + 3) >> 2) : 1;
      case Type.FloatVector:
      case Type.IntVector:
        return w[v + 3] >> 1 === v + 4 ? 1 + ((unfix(w[v + 1]) + 1) >> 1) : 1;
      case Type.String:
      case Type.ByteVector:
        return w[v + 3] >> 1 === v + 4 ? 1 + ((unfix(w[v + 1]) + 15) >> 4) : 1;
      case Type.Code:
        return 1 + ((unfix(w[v + 3]) + 3) >> 2);
      case Type.Frame:
        return (this.heap.frameWords[w[v] >>> 12] + 5) >> 2;
      default:
        return 1;
    }
  }

  private mark(budget: number): void {
    const w = this.w;
    const end = this.marked + budget;
    let scanned = 0;
    for (;;) {
      if (this.marked + scanned >= end) return;
      let v = this.pop();
      if (v === 0) break;
      let from = 0;
      if (v < 0) {
        from = -v;
        v = this.pop();
      }
      scanned++;
      switch (w[v] & 0xff) {
        case Type.Pair: {
          // Lists are followed along their cdr without using the stack.
          const marks = this.marks;
          const epoch = w[Reg.Epoch];
          for (;;) {
            this.gray(w[v + 1]);
            const next = w[v + 2];
            if ((next & 3) !== 0 || next === 0) break;
            const i = (next - this.base) >> 2;
            if (marks[i] === epoch) break;
            if ((w[next] & 0xff) !== Type.Pair || this.marked >= end) {
              this.gray(next);
              break;
            }
            marks[i] = epoch;
            this.marked++;
            v = next;
          }
          break;
        }
        case Type.String:
        case Type.FloatVector:
        case Type.IntVector:
        case Type.ByteVector:
          this.gray(w[v + 2]);
          break;
        case Type.RandomState:
        case Type.Bytes:
          break;
        case Type.Vector: {
          const length = unfix(w[v + 1]);
          const data = w[v + 3] >> 1;
          if (from === 0) this.gray(w[v + 2]);
          // A vector that looks into another one leaves the elements to their owner.
          if (data !== v + 4) break;
          const stop = Math.min(length, from + SLICE);
          if (stop < length) {
            this.push(v);
            this.push(-stop);
          }
          for (let i = from; i < stop; i++) this.gray(w[data + i]);
          scanned += (stop - from) >> 2;
          break;
        }
        case Type.Frame: {
          const words = this.heap.frameWords[w[v] >>> 12];
          for (let i = 1; i <= words + 1; i++) this.gray(w[v + i]);
          break;
        }
        default:
          this.gray(w[v + 1]);
          this.gray(w[v + 2]);
          this.gray(w[v + 3]);
      }
    }
    this.endMarking();
  }

  private endMarking(): void {
    this.phase = Phase.Sweep;
    this.w[Reg.Marking] = 0;
    this.live = this.marked;
    this.cycles++;
    this.sweepPage = 0;
    this.sweepCell = 0;
    this.reclaimPage = 0;
    this.sweepEnd = this.heap.top;
  }

  /// Finds dead cells in a row and returns the address of the first, 0 when a bounded search found none.
  nextRun(): number {
    if (this.phase !== Phase.Sweep) return 0;
    const { pageUse } = this.heap.memory;
    const epoch = this.w[Reg.Epoch];
    const alive = epoch * 0x01010101;
    let looked = 0;
    while (this.sweepPage < this.sweepEnd) {
      if (this.sweepCell === 0) {
        if (looked++ >= SWEEP_PAGES) return 0;
        const use = pageUse[this.sweepPage];
        if (use !== PageUse.Cells) {
          this.sweepPage += use === PageUse.LargeHead ? this.sweepLarge(this.sweepPage) : 1;
          continue;
        }
        if (this.isDead(this.sweepPage * (CELLS_PER_PAGE / 4), epoch)) {
          this.heap.releasePages(this.sweepPage++, 1);
          continue;
        }
      }
      const first = this.sweepPage * CELLS_PER_PAGE;
      const end = first + CELLS_PER_PAGE;
      let i = first + this.sweepCell;
      while (i < end && this.marks[i] === epoch) {
        i++;
        if ((i & 3) === 0) while (i < end && this.marks32[i >> 2] === alive) i += 4;
      }
      if (i >= end) {
        this.nextPage();
        continue;
      }
      let stop = i + 1;
      while (stop < end && this.marks[stop] !== epoch) stop++;
      this.sweepCell = stop - first;
      if (stop === end) this.nextPage();
      this.runCells = stop - i;
      return this.base + i * 4;
    }
    this.reclaim(this.heap.memory.pages);
    this.phase = Phase.Idle;
    return 0;
  }

  private nextPage(): void {
    this.sweepPage++;
    this.sweepCell = 0;
  }

  private isDead(at: number, epoch: number): boolean {
    for (let i = at; i < at + CELLS_PER_PAGE / 4; i++) {
      const four = this.marks32[i];
      if (four === 0) continue;
      for (let k = 0; k < 4; k++) if (((four >>> (k * 8)) & 0xff) === epoch) return false;
    }
    return true;
  }

  /// Gives dead large objects and wholly dead pages back, looking at no more than `pages` of them.
  reclaim(pages: number): void {
    if (this.phase !== Phase.Sweep) return;
    const epoch = this.w[Reg.Epoch];
    for (let n = 0; n < pages && this.reclaimPage < this.sweepEnd; n++) {
      const at = this.reclaimPage;
      const use = this.heap.memory.pageUse[at];
      if (use === PageUse.LargeHead) this.reclaimPage += this.sweepLarge(at);
      else {
        this.reclaimPage++;
        if (use === PageUse.Cells && at > this.sweepPage && this.isDead(at * (CELLS_PER_PAGE / 4), epoch)) this.heap.releasePages(at, 1);
      }
    }
  }

  /// Frees a large object that is dead; returns the number of its pages.
  private sweepLarge(at: number): number {
    const { pageUse, pages } = this.heap.memory;
    let count = 1;
    while (at + count < pages && pageUse[at + count] === PageUse.LargeTail) count++;
    if (this.marks[at * CELLS_PER_PAGE] !== this.w[Reg.Epoch]) this.heap.releasePages(at, count);
    return count;
  }
}
