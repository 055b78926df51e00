/// Incremental mark and lazy sweep: when to collect, and how much at a time. The cells are the marker's business.
///
/// A cycle begins only at a poll of the machine (a call or a loop's jump), where every live value is in a register, on the stack or
/// reachable from them: a snapshot. From then on each overwritten reference is remembered (`gray`) and each new cell counts as alive, so
/// marking may go on at any allocation, inside any builtin, and no value held by the host in a local variable can be lost.
/// Sweeping happens while allocation looks for room. Both are paid for by allocation, so one allocation never costs more than a slice.
import { Phase, Reg } from "../words.ts";
import type { Heap } from "./heap.ts";
import { CELLS_PER_PAGE, PageUse } from "./memory.ts";
import { PauseHistogram } from "./pauses.ts";

/// Cells marked for each cell allocated while a cycle runs.
const MARK_RATE = 4;
/// Marking is done in slices of about this many cells.
const SLICE = 512;
/// Slices that may be owed; a large allocation does not have to pay for more at once.
const MOST_OWED = 8;
/// Pages that a refill gives back at most when the sweep has passed them all.
const RECLAIM = 64;
/// A cycle begins when this many cells, or half of those alive, were allocated since the last one.
const MIN_CYCLE = 64 * 1024;

export class Collector {
  enabled = true;
  /// Cells found alive by the last complete cycle.
  live = 0;
  cycles = 0;
  readonly pauses = new PauseHistogram();

  private readonly w: Int32Array;
  private debt = 0;
  /// The next of the host's values to look at.
  private root = 0;
  private reclaimPage = 0;
  private isEager = false;

  constructor(
    private readonly heap: Heap,
    private readonly now: () => number,
  ) {
    this.w = heap.w;
    this.w[Reg.Epoch] = 1;
    this.w[Reg.Due] = MIN_CYCLE;
  }

  get phase(): number {
    return this.w[Reg.Phase];
  }

  /// Begins a cycle whenever it may, and works at every few cells: for tests.
  get eager(): boolean {
    return this.isEager;
  }

  set eager(on: boolean) {
    this.isEager = on;
    this.setDue();
  }

  private setDue(): void {
    this.w[Reg.Due] = this.isEager ? -1 : Math.max(MIN_CYCLE, this.live >> 1);
  }

  /// Records that `cells` were handed out.
  owe(cells: number): void {
    this.w[Reg.Since] += cells;
    if (this.phase === Phase.Mark) this.debt += cells * MARK_RATE;
    // A cycle can begin at the machine's next poll.
    else if (this.due || this.pressed) this.heap.requestPoll();
  }

  /// Whether enough was allocated since the last cycle to begin another. What that one has not swept yet is found dead again.
  get due(): boolean {
    return this.enabled && this.phase !== Phase.Mark && this.w[Reg.Since] > this.w[Reg.Due];
  }

  /// Does the marking that allocation has made due.
  pay(): void {
    if (this.phase !== Phase.Mark) return;
    if (this.isEager) this.work(256);
    else if (this.debt >= SLICE && this.enabled) {
      this.debt = Math.min(this.debt - SLICE, SLICE * MOST_OWED);
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
    return heap.isNearlyFull && this.w[Reg.Since] > (this.isEager ? 0 : Math.min(MIN_CYCLE, heap.memory.pages * 8));
  }

  /// Spends up to `microseconds` on collection. True when nothing is left to do.
  step(microseconds: number): boolean {
    if (this.enabled && this.phase !== Phase.Mark && this.w[Reg.Since] > MIN_CYCLE / 4) this.start();
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
    return this.phase === Phase.Mark || (this.phase === Phase.Sweep && this.reclaimPage < this.w[Reg.SweepEnd]);
  }

  private timed(budget: number): void {
    const begin = this.now();
    this.work(budget);
    this.pauses.note((this.now() - begin) * 1000);
  }

  private work(budget: number): void {
    if (this.phase === Phase.Mark) this.mark(budget);
    else if (this.phase === Phase.Sweep) this.reclaim(Math.max(8, budget >> 5));
  }

  /// The stack is copied, not scanned: what it holds is looked at in slices like everything else.
  private start(): void {
    const begin = this.now();
    const { w, heap } = this;
    const { stackBase, snapshot } = heap.memory;
    heap.allocatedBefore += w[Reg.Since];
    w[Reg.Since] = 0;
    w[Reg.Phase] = Phase.Mark;
    w[Reg.Marked] = 0;
    w[Reg.Epoch] = (w[Reg.Epoch] % 3) + 1;
    w[Reg.Marking] = 1;
    this.debt = 0;
    this.root = 0;
    this.markOpenRuns();
    w.copyWithin(snapshot, stackBase, w[Reg.Sp]);
    w[Reg.Snapshot] = snapshot;
    w[Reg.SnapshotEnd] = snapshot + w[Reg.Sp] - stackBase;
    for (const register of [Reg.Env, Reg.Acc, Reg.Callee, Reg.Values, Reg.Winds]) heap.marker.gray(w[register]);
    this.pauses.note((this.now() - begin) * 1000);
  }

  /// What is left of the current runs belongs to the new epoch, like every cell allocated during the cycle.
  private markOpenRuns(): void {
    const [a, b, c, d] = this.heap.openRuns;
    this.heap.markRun(a, b);
    this.heap.markRun(c, d);
  }

  private mark(budget: number): void {
    const { roots, marker } = this.heap;
    // Roots are only ever added, and one added during the cycle is alive in it by other means.
    const stop = Math.min(roots.length, this.root + budget);
    const left = budget - (stop - this.root);
    for (; this.root < stop; this.root++) marker.gray(roots[this.root]);
    if (left > 0 && marker.mark(left) !== 0) this.endMarking();
  }

  private endMarking(): void {
    const { w } = this;
    w[Reg.Phase] = Phase.Sweep;
    w[Reg.Marking] = 0;
    this.live = w[Reg.Marked];
    this.cycles++;
    w[Reg.SweepPage] = 0;
    w[Reg.SweepCell] = 0;
    w[Reg.SweepEnd] = this.heap.top;
    this.reclaimPage = 0;
    this.setDue();
  }

  /// Finds dead cells in a row and returns the address of the first, 0 when a bounded search found none. Their number is in `Reg.Run`.
  nextRun(): number {
    const { w } = this;
    if (w[Reg.Phase] !== Phase.Sweep) return 0;
    const run = this.heap.marker.nextRun();
    if (run === 0 && w[Reg.SweepPage] >= w[Reg.SweepEnd]) {
      this.reclaim(RECLAIM);
      if (this.reclaimPage >= w[Reg.SweepEnd]) w[Reg.Phase] = Phase.Idle;
    }
    return run;
  }

  /// Gives dead large objects and wholly dead pages back, looking at no more than `pages` of them.
  reclaim(pages: number): void {
    const { w, heap } = this;
    if (w[Reg.Phase] !== Phase.Sweep) return;
    const { pageUse, pageSeen, marks } = heap.memory;
    const epoch = w[Reg.Epoch];
    for (let n = 0; n < pages && this.reclaimPage < w[Reg.SweepEnd]; n++) {
      const at = this.reclaimPage++;
      if (pageUse[at] === PageUse.LargeHead) {
        while (pageUse[this.reclaimPage] === PageUse.LargeTail) this.reclaimPage++;
        if (marks[at * CELLS_PER_PAGE] !== epoch) heap.releasePages(at, this.reclaimPage - at);
      } else if (pageUse[at] === PageUse.Cells && at > w[Reg.SweepPage] && pageSeen[at] !== epoch) heap.releasePages(at, 1);
    }
  }
}
