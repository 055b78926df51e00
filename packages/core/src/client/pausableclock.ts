/// A clock that can be stopped: while it stands, nothing that waits on it comes nearer.
import { Agenda, type Appointment } from "./agenda.ts";
import { type Clock, checkedTime } from "./clock.ts";

/// Counts the beats of its parent while it runs. It stands until `resume` is called first.
export class PausableClock implements Clock {
  private readonly parent: Clock;
  private readonly agenda = new Agenda();
  private cancelWake: (() => void) | undefined;
  /// Parent's beat at which this clock would have been at 0; while it stands, `standing` counts instead.
  private origin = 0;
  private standing: number | undefined = 0;

  constructor(parent: Clock) {
    this.parent = parent;
  }

  get beats(): number {
    return this.standing ?? this.parent.beats - this.origin;
  }

  get running(): boolean {
    return this.standing === undefined;
  }

  pause(): void {
    if (!this.running) return;
    this.standing = this.beats;
    this.cancelWake?.();
    this.cancelWake = undefined;
  }

  /// Goes on from where it was paused, `delay` beats of the parent from now.
  resume(delay = 0): void {
    if (this.standing === undefined) return;
    this.origin = this.parent.beats + delay - this.standing;
    this.standing = undefined;
    this.wakeForFirst();
  }

  schedule(beats: number, task: () => void): () => void {
    const appointment = this.agenda.add(checkedTime(beats), task);
    if (this.agenda.first === appointment) this.wakeForFirst();
    return () => {
      appointment.cancelled = true;
    };
  }

  private wakeForFirst(): void {
    this.cancelWake?.();
    const { first } = this.agenda;
    this.cancelWake = first && this.running ? this.parent.schedule(first.time + this.origin, () => this.run(first)) : undefined;
  }

  private run(due: Appointment): void {
    this.cancelWake = undefined;
    if (this.agenda.first === due) {
      this.agenda.take();
      due.task();
    }
    if (!this.cancelWake) this.wakeForFirst();
  }
}
