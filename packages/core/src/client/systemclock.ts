/// The clock of live playing: seconds of the machine's own time, with tasks that see the time they were due.
import { Agenda } from "./agenda.ts";
import { type Clock, checkedTime } from "./clock.ts";

/// What the clock takes its time and its wakes from. Tests put their own in place.
export interface TimeSource {
  /// Seconds since 1970, never going back.
  now(): number;
  /// Calls `wake` once, not before `seconds` have passed; returns what cancels that.
  after(seconds: number, wake: () => void): () => void;
  /// Calls `next` when everything that can run now has run.
  turn(next: () => void): void;
}

/// The high-resolution time of the platform, and its timers.
export const systemTime: TimeSource = {
  now: () => (performance.timeOrigin + performance.now()) / 1000,
  after(seconds, wake) {
    const timer = setTimeout(wake, Math.min(seconds * 1000, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
  turn: typeof setImmediate === "function" ? (next) => void setImmediate(next) : messageTurn(),
};

/// Where there is no `setImmediate`: a message to oneself, which unlike a timer is not put off.
function messageTurn(): (next: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (next) => {
    waiting.push(next);
    port2.postMessage(0);
  };
}

/// Runs every task in a turn of its own, and shows it (and what follows from it, until the next turn) the time at which it was due: a routine's
/// waits add up without drift, and what it sends can be stamped with exact times although timers are late by a millisecond or more.
export class SystemClock implements Clock {
  private readonly source: TimeSource;
  private readonly agenda = new Agenda();
  private cancelWake: (() => void) | undefined;
  private logical: number | undefined;

  constructor(source: TimeSource = systemTime) {
    this.source = source;
  }

  /// Seconds since 1970.
  get beats(): number {
    return this.logical ?? this.source.now();
  }

  /// True while a task, or what awaits it, runs: `beats` is then when it was due.
  get inTask(): boolean {
    return this.logical !== undefined;
  }

  schedule(beats: number, task: () => void): () => void {
    const appointment = this.agenda.add(checkedTime(beats), task);
    if (this.logical === undefined && this.agenda.first === appointment) this.wakeForFirst();
    return () => {
      appointment.cancelled = true;
    };
  }

  /// Drops everything that waits.
  clear(): void {
    this.cancelWake?.();
    while (this.agenda.take());
  }

  private wakeForFirst(): void {
    this.cancelWake?.();
    const { first } = this.agenda;
    this.cancelWake = first && this.source.after(Math.max(0, first.time - this.source.now()), () => this.run());
  }

  private run(): void {
    this.cancelWake = undefined;
    const { first } = this.agenda;
    if (!first || first.time > this.source.now()) {
      this.wakeForFirst();
      return;
    }
    this.agenda.take();
    this.logical = first.time;
    // Promises that the task settles are continued before the next turn: they still see its time.
    this.source.turn(() => {
      this.logical = undefined;
      this.run();
    });
    first.task();
  }
}
