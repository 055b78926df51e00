/// What a patch can be asked to do, as records that wait in lists. Made by whoever commits, handed over, carried out where the sound is made, and
/// handed back: there no record is made and none is thrown away.
import type { Instance } from "./instance.ts";
import type { InstalledPlan } from "./plan.ts";

export type JobKind = "suspend" | "resume" | "reset" | "flow" | "access" | "boundary" | "probe" | "message";

export interface Job {
  readonly kind: JobKind;
  /// Undefined for messages.
  readonly instance: Instance | undefined;
  /// Frame of the engine at which it acts; earlier than the boundary at which it arrives means that boundary.
  tick: number;
  /// An operation of the module, and plain numbers for it.
  readonly operation: string;
  readonly args: readonly number[];
  /// Of a probe: a block for each output, filled when it comes back.
  readonly into: readonly Float32Array[];
  /// Its frame had passed when it arrived.
  late: boolean;
  /// It has been carried out: false on a job that comes back because its module was removed.
  done: boolean;
  cancelled: boolean;
  next: Job | null;
  /// Called on the side that committed it, when it has come back.
  onReturn: ((job: Job) => void) | undefined;
}

/// A transaction on its way: everything in it takes effect at one block boundary.
export interface Change {
  readonly id: number;
  /// It acts at the first boundary at or after this frame.
  tick: number;
  /// What is to run from then on; null when the structure stays.
  plan: InstalledPlan | null;
  readonly removed: Instance[];
  /// In the order given.
  readonly jobs: Job[];
  /// A change that acts `delay` ticks after this one: the end of its fades.
  readonly follower: Change | null;
  readonly delay: number;
  /// The boundary at which it acted, -1 before.
  acted: number;
  next: Change | null;
  onReturn: ((change: Change) => void) | undefined;
}

/// Jobs by frame, those of one frame in the order in which they came.
export class Timeline {
  head: Job | null = null;

  insert(job: Job): void {
    let before: Job | null = null;
    let after = this.head;
    while (after !== null && after.tick <= job.tick) {
      before = after;
      after = after.next;
    }
    job.next = after;
    if (before === null) this.head = job;
    else before.next = job;
  }

  /// The first job, taken out, if its frame lies before `end`.
  take(end: number): Job | null {
    const job = this.head;
    if (job === null || job.tick >= end) return null;
    this.head = job.next;
    job.next = null;
    return job;
  }
}
