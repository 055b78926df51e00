/// A routine that can be paused and begun again.
import type { Clock } from "./clock.ts";
import { PausableClock } from "./pausableclock.ts";
import { Routine, type RoutineBody } from "./routine.ts";

/// ```ts
/// const melody = new Task(function* () {
///   for (;;) { Synth.grain(server, "ping"); yield 0.25; }
/// }, clock).start();
/// melody.pause();
/// melody.resume();
/// ```
export class Task {
  private readonly body: RoutineBody;
  private readonly parent: Clock;
  private clock: PausableClock;
  private routine: Routine | undefined;

  constructor(body: RoutineBody, clock: Clock) {
    this.body = body;
    this.parent = clock;
    this.clock = new PausableClock(clock);
  }

  /// Begins, or goes on where it was paused, `delay` beats from now: `task.start(clock.nextBeat(4) - clock.beats)` for the next bar.
  start(delay = 0): this {
    if (!this.routine) this.routine = new Routine(this.body).play(this.clock, this.clock.beats);
    this.clock.resume(delay);
    return this;
  }

  pause(): void {
    this.clock.pause();
  }

  resume(delay = 0): this {
    return this.start(delay);
  }

  /// Ends it; `start` begins from the beginning.
  stop(): void {
    this.routine?.stop();
    this.routine = undefined;
    this.clock = new PausableClock(this.parent);
  }

  get running(): boolean {
    return this.routine !== undefined && this.clock.running;
  }

  /// Settles when the body has ended or was stopped.
  get done(): Promise<void> {
    return this.routine?.done ?? Promise.resolve();
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
