/// Clocks that routines run on. Time is logical: a task sees the time it was due, not the time it happened to start.
import { Agenda, type Appointment } from "./agenda.ts";

export interface Clock {
  /// Logical time in beats; a clock without a tempo counts seconds.
  readonly beats: number;
  /// Runs `task` at `beats`, at once (but not within this call) when that has passed. Returns what cancels it.
  schedule(beats: number, task: () => void): () => void;
}

/// Time that passes only when its owner says so: the clock of offline rendering and of tests.
export class VirtualClock implements Clock {
  private readonly agenda = new Agenda();
  private time = 0;

  get beats(): number {
    return this.time;
  }

  schedule(beats: number, task: () => void): () => void {
    const appointment = this.agenda.add(Math.max(checkedTime(beats), this.time), task);
    return () => {
      appointment.cancelled = true;
    };
  }

  /// When the next task is due; undefined without tasks.
  get due(): number | undefined {
    return this.agenda.first?.time;
  }

  /// Moves on to `time` without running anything; never back.
  moveTo(time: number): void {
    this.time = Math.max(this.time, time);
  }

  /// Moves on to the next task's time and runs that task. False when there is none.
  step(): boolean {
    const next = this.agenda.take();
    if (!next) return false;
    this.time = next.time;
    next.task();
    return true;
  }
}

/// Beats on top of another clock: `tempo` beats per beat (second) of `parent`. The tempo may change at any time; waiting tasks move with it.
export class TempoClock implements Clock {
  private readonly parent: Clock;
  private readonly agenda = new Agenda();
  private cancelWake: (() => void) | undefined;
  /// The line beats = baseBeats + (parent.beats - baseTime) * tempo.
  private baseTime: number;
  private baseBeats: number;
  private rate: number;
  /// Logical beat while a task runs; outside of tasks it follows from the parent's time.
  private logical: number | undefined;

  /// `tempo` in beats per second, more than 0. `beats` is the beat now.
  constructor(parent: Clock, tempo = 1, beats = 0) {
    this.parent = parent;
    this.baseTime = parent.beats;
    this.baseBeats = beats;
    this.rate = checkedTempo(tempo);
  }

  get beats(): number {
    return this.logical ?? this.baseBeats + (this.parent.beats - this.baseTime) * this.rate;
  }

  get tempo(): number {
    return this.rate;
  }

  set tempo(tempo: number) {
    const beats = this.beats;
    this.rate = checkedTempo(tempo);
    this.baseTime = this.parent.beats;
    this.baseBeats = beats;
    this.wakeForFirst();
  }

  /// Time of the parent at `beats`, as the tempo is now.
  toParent(beats: number): number {
    return this.baseTime + (beats - this.baseBeats) / this.rate;
  }

  /// The first multiple of `quant` beats (plus `phase`) that is not before now; now when `quant` is 0.
  nextBeat(quant: number, phase = 0): number {
    if (quant <= 0) return this.beats + Math.max(0, phase);
    // A beat reached by repeated addition may lie a rounding error past the grid line it is on.
    return Math.ceil((this.beats - phase) / quant - 1e-9) * quant + phase;
  }

  schedule(beats: number, task: () => void): () => void {
    const appointment = this.agenda.add(Math.max(checkedTime(beats), this.beats), task);
    if (this.agenda.first === appointment) this.wakeForFirst();
    return () => {
      appointment.cancelled = true;
    };
  }

  private wakeForFirst(): void {
    this.cancelWake?.();
    const first = this.agenda.first;
    this.cancelWake = first && this.parent.schedule(this.toParent(first.time), () => this.run(first));
  }

  private run(due: Appointment): void {
    this.cancelWake = undefined;
    if (this.agenda.first === due) {
      this.agenda.take();
      this.logical = due.time;
      try {
        due.task();
      } finally {
        this.logical = undefined;
      }
    }
    if (!this.cancelWake) this.wakeForFirst();
  }
}

/// Throws for times that no clock reaches.
export function checkedTime(beats: number): number {
  if (Number.isFinite(beats)) return beats;
  throw new RangeError(`a time of ${beats}: expected a finite number`);
}

function checkedTempo(tempo: number): number {
  if (tempo > 0 && Number.isFinite(tempo)) return tempo;
  throw new RangeError(`a tempo of ${tempo} beats per second: expected a finite number above 0`);
}
