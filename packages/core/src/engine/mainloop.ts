/// Driving an engine from somebody's main loop, without any thread: ask what to wait for, say what came, let it work.
///
/// `prepare` → wait at most `timeoutMs` for the `waitables` → `check` → `dispatch`. Each may be called at any time; results are optional.
import type { Engine } from "./engine.ts";

/// What a loop can wait for: a file descriptor, or a word of shared memory that no longer holds `value` (`Atomics.waitAsync`).
export type Waitable = { readonly fd: number } | { readonly words: Int32Array; readonly index: number; readonly value: number };

/// What a loop found: the waitables that are ready.
export type Results = ReadonlySet<Waitable>;

/// A driver's word on whether the next block, of `blockSize` frames, is due, and how long it can wait if not: -1 for as long as it likes.
export type Poll = (blockSize: number, results: Results) => { readonly needProcess: boolean; readonly timeoutMs: number };

/// Runs once per block, after it, with the frame at which the next one begins. Returning false removes it.
export type Timer = (frame: number) => boolean;

/// Something that takes back what the running side has returned: `PatchOwner.collect`.
export type Collector = () => void;

export interface Prepared {
  /// Something is to be done at once.
  readonly ready: boolean;
  /// Milliseconds to wait at most; 0 when ready, -1 for no limit.
  readonly timeoutMs: number;
  readonly waitables: readonly Waitable[];
  /// They are not the ones of the call before.
  readonly waitablesChanged: boolean;
}

const nothing: Results = new Set();

interface RunningTimer {
  readonly timer: Timer;
  readonly onRemoved: (() => void) | undefined;
}

export class MainLoop {
  readonly engine: Engine;
  readonly #now: () => number;
  #polls: readonly Poll[] = [];
  #timers: readonly RunningTimer[] = [];
  #collectors: readonly Collector[] = [];
  #waitables: readonly Waitable[] = [];
  #told: readonly Waitable[] | undefined;
  /// Blocks are due that the last dispatch had no time for.
  #late = false;

  /// `now` gives milliseconds, for budgets only: what is played never depends on it.
  constructor(engine: Engine, now: () => number = () => performance.now()) {
    this.engine = engine;
    this.#now = now;
  }

  /// Each of these returns what takes it away again.
  addPoll(poll: Poll): () => void {
    this.#polls = [...this.#polls, poll];
    return () => {
      this.#polls = this.#polls.filter((other) => other !== poll);
    };
  }

  addWaitable(waitable: Waitable): () => void {
    this.#waitables = [...this.#waitables, waitable];
    return () => {
      this.#waitables = this.#waitables.filter((other) => other !== waitable);
    };
  }

  addCollector(collector: Collector): () => void {
    this.#collectors = [...this.#collectors, collector];
    return () => {
      this.#collectors = this.#collectors.filter((other) => other !== collector);
    };
  }

  /// `onRemoved` is called between blocks once the timer has returned false.
  addTimer(timer: Timer, onRemoved?: () => void): void {
    this.#timers = [...this.#timers, { timer, onRemoved }];
  }

  prepare(): Prepared {
    const { due, timeoutMs } = this.#ask(nothing);
    const ready = due || this.#late || this.engine.patches.waiting(this.engine.block);
    const waitablesChanged = this.#told !== this.#waitables;
    this.#told = this.#waitables;
    return { ready, timeoutMs: ready ? 0 : timeoutMs, waitables: this.#waitables, waitablesChanged };
  }

  /// Whether there is something to dispatch, now that the loop has waited.
  check(results: Results = nothing): boolean {
    return this.#late || this.#ask(results).due || this.engine.patches.waiting(this.engine.block);
  }

  /// Carries out what is due at the boundary, then renders blocks while a poll wants them and `budgetMs` lasts, one at least when one is due; last
  /// it takes back what is no longer used. `rendered` is called after each block. Gives the number of blocks.
  dispatch({ budgetMs = Number.POSITIVE_INFINITY, rendered }: { budgetMs?: number; rendered?: () => void } = {}): number {
    const end = this.#now() + budgetMs;
    this.engine.patches.accept(this.engine.block);
    let blocks = 0;
    this.#late = false;
    while (this.#ask(nothing).due) {
      if (blocks > 0 && this.#now() >= end) {
        this.#late = true;
        break;
      }
      this.#render(rendered);
      blocks++;
    }
    for (const collect of this.#collectors) collect();
    return blocks;
  }

  /// Offline: renders `ticks` frames, rounded up to blocks, whatever the polls say. The same jobs at the same frames give the same bits as `dispatch`.
  process(ticks: number, rendered?: () => void): void {
    for (let done = 0; done < ticks; done += this.engine.target.blockSize) this.#render(rendered);
    for (const collect of this.#collectors) collect();
  }

  #ask(results: Results): { due: boolean; timeoutMs: number } {
    let due = false;
    let least = -1;
    for (const poll of this.#polls) {
      const { needProcess, timeoutMs } = poll(this.engine.target.blockSize, results);
      if (needProcess) due = true;
      if (timeoutMs >= 0 && (least < 0 || timeoutMs < least)) least = timeoutMs;
    }
    return { due, timeoutMs: least };
  }

  #render(rendered: (() => void) | undefined): void {
    const { engine } = this;
    engine.process();
    rendered?.();
    if (this.#timers.length === 0) return;
    const frame = engine.block * engine.target.blockSize;
    const ended = this.#timers.filter(({ timer }) => !timer(frame));
    if (ended.length === 0) return;
    this.#timers = this.#timers.filter((running) => !ended.includes(running));
    for (const { onRemoved } of ended) onRemoved?.();
  }
}
