/// Music as a program: an async function or a generator that waits on a clock between its actions.
import type { Clock } from "./clock.ts";

/// What a routine does. An async body awaits `routine.wait(beats)`; a generator yields the beats to wait.
export type RoutineBody = ((routine: Routine) => Promise<void> | void) | ((routine: Routine) => Generator<number, void, void>);

/// What a stopped routine's `wait` throws, so that its `finally` blocks run. The routine itself swallows it.
class Stopped extends Error {
  constructor() {
    super("the routine was stopped");
    this.name = "RoutineStopped";
  }
}

/// ```ts
/// const ticks = new Routine(async ({ wait }) => {
///   for (;;) {
///     new Synth("tick", {}, server);
///     await wait(0.5);
///   }
/// }).play(server.clock);
/// ```
export class Routine {
  private readonly body: RoutineBody;
  private settle!: { resolve: () => void; reject: (error: unknown) => void };
  private clock: Clock | undefined;
  private cancelWake: (() => void) | undefined;
  private rejectWait: ((error: Error) => void) | undefined;
  private generator: Generator<number, void, void> | undefined;
  private stopped = false;
  /// Beat of the last wake: waits count from it, so that they never drift.
  private beat = 0;

  /// Settles when the routine ends or is stopped; rejects with what its body throws.
  readonly done: Promise<void>;

  constructor(body: RoutineBody) {
    this.body = body;
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }

  /// Starts on `clock`, at `at` beats of it (now by default).
  play(clock: Clock, at = clock.beats): this {
    if (this.clock) throw new Error("this routine is playing or has played: make a new one");
    this.clock = clock;
    this.beat = at;
    this.cancelWake = clock.schedule(at, () => this.start());
    return this;
  }

  /// Continues `beats` after the last wake. Bound, so `({ wait }) => ...` works.
  readonly wait = (beats: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (this.stopped || !this.clock) throw new Stopped();
      this.rejectWait = reject;
      this.beat = this.checkedWake(beats);
      this.cancelWake = this.clock.schedule(this.beat, () => resolve());
    });

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelWake?.();
    this.rejectWait?.(new Stopped());
    this.generator?.return();
    this.settle.resolve();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  private start(): void {
    let result: Promise<void> | void | Generator<number, void, void>;
    try {
      result = this.body(this);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (result instanceof Promise) {
      result.then(
        () => this.settle.resolve(),
        (error) => this.fail(error),
      );
    } else if (result) {
      this.generator = result;
      this.step();
    } else this.settle.resolve();
  }

  private step(): void {
    if (this.stopped) return;
    try {
      const next = this.generator!.next();
      if (next.done) this.settle.resolve();
      else {
        this.beat = this.checkedWake(next.value);
        this.cancelWake = this.clock!.schedule(this.beat, () => this.step());
      }
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    if (error instanceof Stopped) this.settle.resolve();
    else this.settle.reject(error);
  }

  private checkedWake(beats: number): number {
    if (beats >= 0 && beats < Infinity) return this.beat + beats;
    throw new RangeError(`a wait of ${beats} beats: expected a finite number, 0 or more`);
  }
}
