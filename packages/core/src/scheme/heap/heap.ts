/// Allocation: bump pointers through runs of free cells, whole pages for large objects.
import { FALSE, fitsFix, fix, NIL, NONE, Phase, Reg, Type, unfix } from "../words.ts";
import { Collector } from "./collector.ts";
import { type Marker, type MarkerHost, makeMarker } from "./marker.ts";
import { module } from "./marker.wasm.ts";
import { CELLS_PER_PAGE, createMemory, type Memory, type MemoryLimits, PAGE, PageUse } from "./memory.ts";
import { instantiate } from "./native.ts";

/// Objects of more cells than this own whole pages.
const LARGE = 64;

/// Pages looked through for dead objects before fresh ones are taken.
const RECLAIM = 32;

/// Pages kept for reporting that the others are used up.
const RESERVE = 16;

/// The heap has no room left; `Interpreter` turns it into the error `heap-exhausted`.
export class HeapExhausted extends Error {}

export class Heap {
  readonly memory: Memory;
  readonly w: Int32Array;
  readonly f: Float64Array;
  readonly b: Uint8Array;
  readonly collector: Collector;
  readonly marker: Marker;
  /// Values the host keeps alive.
  readonly roots: number[] = [];
  /// Pages in use, and the highest number that ever was.
  pagesUsed = 0;
  pagesPeak = 0;
  /// Cells handed out before the present cycle began.
  allocatedBefore = 0;
  /// Where multi-cell objects are carved from.
  private mediumAt = 0;
  private mediumEnd = 0;
  private freeHint = 0;
  /// Set while an exhausted heap reports: the last pages may be used then.
  emergency = false;
  /// Pages below `top` may be in use.
  top = 0;

  /// `reference`: mark with TypeScript where WebAssembly would be available.
  constructor(limits: MemoryLimits, now: () => number, reference = false) {
    this.memory = createMemory(limits);
    this.w = this.memory.words;
    this.f = this.memory.floats;
    this.b = this.memory.bytes;
    this.w[Reg.Sp] = this.memory.stackBase;
    this.w[Reg.Fp] = this.memory.stackBase;
    this.w[Reg.StackLimit] = this.memory.stackEnd - 4096;
    this.w[Reg.Winds] = NIL;
    this.w[Reg.Values] = NIL;
    this.w[Reg.Env] = NIL;
    this.w[Reg.Acc] = NIL;
    this.w[Reg.Callee] = NIL;
    this.w[Reg.Handlers] = 0;
    const host: MarkerHost = { release: (page, count) => this.releasePages(page, count), refill: () => this.refill() };
    const { wasm } = this.memory;
    this.marker =
      wasm === undefined || reference ? makeMarker(this.w, this.b, host) : (instantiate(module, wasm, { ...host }) as unknown as Marker);
    this.collector = new Collector(this, now);
  }

  typeOf(v: number): number {
    return (v & 3) === 0 ? this.w[v] & 0xff : 0;
  }

  isType(v: number, type: number): boolean {
    return (v & 3) === 0 && (this.w[v] & 0xff) === type;
  }

  /// One free cell; its four words are undefined until the caller writes them.
  cell(): number {
    const w = this.w;
    let p = w[Reg.Alloc];
    if (p >= w[Reg.Limit]) {
      this.refill();
      p = w[Reg.Alloc];
    }
    w[Reg.Alloc] = p + 4;
    return p;
  }

  /// Finds the next run of free cells, after a share of collection work. Called with the current run used up.
  refill(): void {
    const w = this.w;
    this.collector.pay();
    let run = this.collector.nextRun();
    // A full heap searches on where a growing one would take a fresh page.
    while (run === 0 && this.pagesUsed >= this.memory.pages - RESERVE && this.collector.phase === Phase.Sweep)
      run = this.collector.nextRun();
    let cells = CELLS_PER_PAGE;
    if (run === 0) run = this.takePages(1, PageUse.Cells);
    else cells = w[Reg.Run];
    if (this.collector.eager) cells = Math.min(cells, 4);
    w[Reg.Alloc] = run;
    w[Reg.Limit] = run + cells * 4;
    this.handOut(run, cells);
  }

  /// An object of `cells` cells in a row, undefined until written.
  object(cells: number): number {
    if (cells === 1) return this.cell();
    if (cells > LARGE) return this.large(cells);
    if (this.mediumAt + cells * 4 > this.mediumEnd) this.refillMedium();
    const p = this.mediumAt;
    this.mediumAt = p + cells * 4;
    return p;
  }

  private refillMedium(): void {
    this.collector.pay();
    this.collector.reclaim(RECLAIM);
    this.mediumAt = this.takePages(1, PageUse.Cells);
    this.mediumEnd = this.mediumAt + PAGE;
    this.handOut(this.mediumAt, CELLS_PER_PAGE);
  }

  private large(cells: number): number {
    const pages = Math.ceil((cells * 4) / PAGE);
    this.collector.owe(cells);
    this.collector.pay();
    this.collector.reclaim(RECLAIM + pages);
    const p = this.takePages(pages, PageUse.LargeHead);
    this.memory.marks[(p - this.memory.base) >> 2] = this.w[Reg.Epoch];
    return p;
  }

  /// Cells of a run count as alive until the next cycle finds otherwise.
  private handOut(at: number, cells: number): void {
    this.markRun(at, at + cells * 4);
    this.collector.owe(cells);
  }

  /// Gives the cells between two addresses of a page the present epoch.
  markRun(from: number, to: number): void {
    if (from >= to) return;
    const { marks, pageSeen, base } = this.memory;
    const epoch = this.w[Reg.Epoch];
    marks.fill(epoch, (from - base) >> 2, (to - base) >> 2);
    pageSeen[((from - base) / PAGE) | 0] = epoch;
  }

  /// Lets the machine poll at its next call or jump.
  requestPoll(): void {
    const { w } = this;
    if (w[Reg.Fuel] <= 0) return;
    w[Reg.Spared] += w[Reg.Fuel];
    w[Reg.Fuel] = 0;
  }

  /// Cells handed out since the interpreter began.
  get allocated(): number {
    return this.allocatedBefore + this.w[Reg.Since];
  }

  /// `count` adjacent free pages. Throws HeapExhausted.
  private takePages(count: number, use: number): number {
    const { pageUse, base } = this.memory;
    const pages = this.emergency ? this.memory.pages : this.memory.pages - RESERVE;
    if (this.pagesUsed + count > pages) throw new HeapExhausted();
    let at = pageUse.indexOf(PageUse.Free, this.freeHint);
    if (count === 1) {
      if (at < 0) throw new HeapExhausted();
      this.freeHint = at + 1;
    } else {
      let run = 0;
      let i = at < 0 ? pageUse.length : at;
      for (; i < pageUse.length && run < count; i++) run = pageUse[i] === PageUse.Free ? run + 1 : 0;
      if (run < count) throw new HeapExhausted();
      at = i - count;
    }
    pageUse[at] = use;
    if (count > 1) pageUse.fill(PageUse.LargeTail, at + 1, at + count);
    this.pagesUsed += count;
    if (this.pagesUsed > this.pagesPeak) this.pagesPeak = this.pagesUsed;
    if (at + count > this.top) this.top = at + count;
    return base + at * PAGE;
  }

  /// Gives pages back; the heap shrinks when they were its last.
  releasePages(at: number, count: number): void {
    const { pageUse } = this.memory;
    pageUse.fill(PageUse.Free, at, at + count);
    this.pagesUsed -= count;
    if (at < this.freeHint) this.freeHint = at;
    while (this.top > 0 && pageUse[this.top - 1] === PageUse.Free) this.top--;
  }

  /// The remaining free cells of the current runs, so that the sweeper can tell them from dead ones.
  get openRuns(): readonly [number, number, number, number] {
    return [this.w[Reg.Alloc], this.w[Reg.Limit], this.mediumAt, this.mediumEnd];
  }

  /// Stores a reference in an object that the collector may already have seen (the deletion barrier).
  put(at: number, value: number): void {
    const w = this.w;
    if (w[Reg.Marking] !== 0) this.marker.gray(w[at]);
    w[at] = value;
  }

  cons(car: number, cdr: number): number {
    const p = this.cell();
    const w = this.w;
    w[p] = Type.Pair;
    w[p + 1] = car;
    w[p + 2] = cdr;
    w[p + 3] = NONE;
    return p;
  }

  cell3(header: number, a: number, b: number, c: number): number {
    const p = this.cell();
    const w = this.w;
    w[p] = header;
    w[p + 1] = a;
    w[p + 2] = b;
    w[p + 3] = c;
    return p;
  }

  float(x: number): number {
    const p = this.cell();
    this.w[p] = Type.Float;
    this.w[p + 1] = NONE;
    this.f[(p >> 1) + 1] = x;
    return p;
  }

  floatValue(v: number): number {
    return this.f[(v >> 1) + 1];
  }

  /// A fixnum, or a boxed integer for a number that is exact as a double.
  integer(n: number): number {
    if (fitsFix(n)) return fix(n);
    return this.int64(Math.floor(n / 4294967296), n | 0);
  }

  int64(high: number, low: number): number {
    const p = this.cell();
    const w = this.w;
    w[p] = Type.Int64;
    w[p + 1] = NONE;
    w[p + 2] = low;
    w[p + 3] = high;
    return p;
  }

  list(...values: number[]): number {
    let l: number = NIL;
    for (let i = values.length - 1; i >= 0; i--) l = this.cons(values[i], l);
    return l;
  }

  /// A vector with every element `fill`.
  vector(length: number, fill: number = FALSE): number {
    const p = this.object(1 + Math.ceil(length / 4));
    const w = this.w;
    w[p] = Type.Vector;
    w[p + 1] = fix(length);
    w[p + 2] = NONE;
    w[p + 3] = fix(p + 4);
    w.fill(fill, p + 4, p + 4 + Math.ceil(length / 4) * 4);
    return p;
  }

  /// A vector of `length` numbers, all zero: a FloatVector, IntVector (8 bytes each), ByteVector or String (1 byte each).
  numberVector(type: number, length: number): number {
    const bytes = type === Type.ByteVector || type === Type.String ? length : length * 8;
    const cells = Math.ceil(bytes / 16);
    const p = this.object(1 + cells);
    const w = this.w;
    w[p] = type;
    w[p + 1] = fix(length);
    w[p + 2] = NONE;
    w[p + 3] = fix(p + 4);
    const end = p + 4 + cells * 4;
    // A call of `fill` costs more than clearing a few words.
    if (cells > 8) w.fill(0, p + 4, end);
    else for (let i = p + 4; i < end; i++) w[i] = 0;
    return p;
  }

  /// Copies bytes between byte addresses that do not overlap. A call of `copyWithin` costs more than a few bytes.
  copyBytes(to: number, from: number, count: number): void {
    const { b } = this;
    if (count > 48) b.copyWithin(to, from, from + count);
    else for (let i = 0; i < count; i++) b[to + i] = b[from + i];
  }

  length(v: number): number {
    return unfix(this.w[v + 1]);
  }

  /// Word address of the elements of a vector or the bytes of a string.
  data(v: number): number {
    return this.w[v + 3] >> 1;
  }

  car(p: number): number {
    return this.w[p + 1];
  }

  cdr(p: number): number {
    return this.w[p + 2];
  }

  isPair(v: number): boolean {
    return (v & 3) === 0 && (this.w[v] & 0xff) === Type.Pair;
  }

  get isNearlyFull(): boolean {
    return this.pagesUsed * 10 > this.memory.pages * 9;
  }

  /// Bytes of pages in use.
  get usedBytes(): number {
    return this.pagesUsed * PAGE * 4;
  }
}
