/// A patch where the sound is made: takes changes at block boundaries, follows jobs and activation to the frame, swaps plans. Allocates nothing:
/// records come from whoever commits, and go back there.
import { Gate, PatchWord } from "../../patch/abi.ts";
import { SynthWord } from "../../synthdef/abi.ts";
import type { Memory } from "../memory.ts";
import { EventKind } from "./blockevents.ts";
import { DividedBlock } from "./divided.ts";
import type { Helpers } from "./helpers.ts";
import { fillValue, gateAddress, type Instance } from "./instance.ts";
import { type Change, type Job, Timeline } from "./jobs.ts";
import { type InstalledPlan, renewCalls } from "./plan.ts";

/// What a running patch needs of the engine.
export interface RunningParts {
  readonly memory: Memory;
  readonly blockSize: number;
  readonly helpers: Helpers;
  /// Puts a module back to the state before its first call.
  readonly reset: (instance: Instance) => void;
  /// Address of the word that counts its ticks.
  readonly clock: number;
}

/// Rounds in which boundary jobs may ask for more; what is left waits a block.
const boundaryRounds = 64;

export class RunningPatch {
  /// The plan that runs.
  plan: InstalledPlan | null = null;
  /// Changes to come, by frame.
  waiting: Change | null = null;
  /// Changes and jobs that have acted, newest first, for whoever collects.
  returned: Change | null = null;
  finished: Job | null = null;
  /// Changes that have acted.
  acted = 0;
  /// Jobs of modules and boundary jobs that wait for their frame.
  readonly timeline = new Timeline();
  readonly boundary = new Timeline();
  /// Addresses of its state and its record in the tree, 0 while it is in none.
  base = 0;
  node = 0;
  nodeId = -1;
  /// Its node has left the tree: it will not run again.
  freed = false;
  #suspensions = 0;
  #blockStart = 0;
  #renewed: ArrayBufferLike | null = null;
  readonly #parts: RunningParts;
  readonly #divided: DividedBlock;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.#divided = new DividedBlock({ ...parts, carryOut: (job) => this.#carryOut(job) });
  }

  get clock(): number {
    return this.#parts.clock;
  }

  /// Puts the patch on its node: what has been swapped in already begins to run.
  attach(node: number, base: number, nodeId: number): void {
    const { i32 } = this.#parts.memory;
    this.node = node;
    this.base = base;
    this.nodeId = nodeId;
    i32[(base >> 2) + PatchWord.clock] = this.#parts.clock;
    this.#publish();
  }

  /// Hands a change over. In order of frames; those of one frame in the order of the calls.
  submit(change: Change): void {
    let before: Change | null = null;
    let after = this.waiting;
    while (after !== null && after.tick <= change.tick) {
      before = after;
      after = after.next;
    }
    change.next = after;
    if (before === null) this.waiting = change;
    else before.next = change;
  }

  /// Before the block that begins at frame `start`: changes that are due, then what falls into the block.
  begin(start: number): void {
    this.accept(start);
    this.#scheduleBlock(start);
  }

  /// Changes that are due at the boundary at frame `start`, and boundary jobs of the block after it.
  accept(start: number): void {
    this.#blockStart = start;
    const { buffer } = this.#parts.memory.f32;
    if (this.plan !== null && this.#renewed !== buffer) {
      renewCalls(this.#parts.memory, this.plan, this.#parts.blockSize);
      this.#renewed = buffer;
    }
    const end = start + this.#parts.blockSize;
    for (let round = 0; round < boundaryRounds; round++) {
      this.#takeChanges(start);
      let job = this.boundary.take(end);
      if (job === null && (this.waiting === null || this.waiting.tick > start)) break;
      for (; job !== null; job = this.boundary.take(end)) {
        this.#carryOut(job);
        this.#finish(job);
      }
    }
  }

  /// Runs frames `from` to `to` of the node of `record`, which is split: the executor asks for it.
  part(record: number, from: number, to: number): void {
    this.#divided.run(this.plan as InstalledPlan, record, from, to);
  }

  /// After the block: gates are as the last event left them, and jobs that found no code to run in are carried out.
  settle(): void {
    const { plan } = this;
    if (plan === null || plan.events.touches === 0) return;
    const { events, activation } = plan;
    const { i32 } = this.#parts.memory;
    for (let t = 0; t < events.touches; t++) {
      const node = events.touched[t];
      const instance = plan.instances[node];
      if (!instance) continue;
      i32[gateAddress(instance) >> 2] = activation.active[node] ? Gate.open : Gate.shut;
      for (let e = events.first[node]; e >= 0; e = events.next[e]) {
        const job = events.job[e];
        if (job === null) continue;
        if (!job.done) this.#carryOut(job);
        this.#fillRest(job, events.frame[e]);
        this.#finish(job);
      }
    }
    events.clear();
  }

  /// Takes the frame's changes; the plan of the last is the one that runs.
  #takeChanges(start: number): void {
    let last: InstalledPlan | null = null;
    let change = this.waiting;
    while (change !== null && change.tick <= start) {
      if (change.plan !== null) last = change.plan;
      change = change.next;
    }
    if (last !== null) this.#swap(last);
    while (this.waiting !== null && this.waiting.tick <= start) {
      const due = this.waiting;
      this.waiting = due.next;
      due.acted = start;
      for (let k = 0; k < due.removed.length; k++) due.removed[k].removed = true;
      for (let k = 0; k < due.jobs.length; k++) this.#accept(due.jobs[k], start);
      due.next = this.returned;
      this.returned = due;
      if (due.follower !== null) {
        due.follower.tick = start + due.delay;
        this.submit(due.follower);
      }
      this.acted++;
    }
  }

  #accept(job: Job, start: number): void {
    if (job.tick < start) {
      job.late = job.kind === "flow" && job.tick >= 0;
      job.tick = start;
    }
    if (job.kind === "access" || job.kind === "message") {
      this.#carryOut(job);
      this.#finish(job);
      return;
    }
    if (job.kind === "boundary") {
      this.boundary.insert(job);
      return;
    }
    if (job.kind === "suspend") this.#cancelResumes(job);
    this.timeline.insert(job);
  }

  /// A suspension cancels resumptions of its module that were queued for later (A4).
  #cancelResumes(suspension: Job): void {
    for (let job = this.timeline.head; job !== null; job = job.next) {
      if (job.kind === "resume" && job.instance === suspension.instance && job.tick > suspension.tick) job.cancelled = true;
    }
  }

  /// References move, state stays: rings that grew take over what the old ones hold, nodes that begin to run again start afresh.
  #swap(next: InstalledPlan): void {
    const old = this.plan;
    const { memory } = this.#parts;
    for (let k = 0; k < next.rings.length; k++) {
      const ring = next.rings[k];
      const before = old === null ? undefined : old.ringOf.get(ring.name);
      if (before !== undefined && before !== ring && !ring.live) this.#copyRing(before.address, before.mask, ring.address, ring.mask);
      ring.live = true;
    }
    this.plan = next;
    if (this.#renewed !== memory.f32.buffer) this.#renewed = null;
    this.#publish();
    if (next.previous === old) for (let k = 0; k < next.started.length; k++) this.#parts.reset(next.instances[next.started[k]] as Instance);
    else this.#restartStopped(old, next);
    if (this.#suspensions > 0) this.#takeOverSuspensions(old, next);
  }

  /// The plan was compared with one that never ran.
  #restartStopped(old: InstalledPlan | null, next: InstalledPlan): void {
    const { scheduled } = next.program.plan.reach;
    if (old === null) return;
    for (let v = 0; v < next.instances.length; v++) {
      const instance = next.instances[v];
      if (!instance || !scheduled[v]) continue;
      const before = old.nodeOf.get(instance);
      if (before !== undefined && !old.program.plan.reach.scheduled[before]) this.#parts.reset(instance);
    }
  }

  #takeOverSuspensions(old: InstalledPlan | null, next: InstalledPlan): void {
    const { activation } = next;
    const { i32 } = this.#parts.memory;
    this.#suspensions = 0;
    for (let v = 0; v < next.instances.length; v++) {
      const instance = next.instances[v];
      if (!instance?.suspended) continue;
      this.#suspensions++;
      activation.mark(v);
      activation.set(v, true);
    }
    activation.unmark();
    for (let v = 0; v < next.instances.length; v++) {
      const instance = next.instances[v];
      if (!instance || !next.program.plan.reach.scheduled[v]) continue;
      const before = old === null ? undefined : old.nodeOf.get(instance);
      const wasActive = before === undefined || old === null || old.activation.active[before] === 1;
      if (activation.active[v] && !wasActive) this.#parts.reset(instance);
      i32[gateAddress(instance) >> 2] = activation.active[v] ? Gate.open : Gate.shut;
    }
  }

  #publish(): void {
    const { plan, base } = this;
    if (base === 0 || plan === null) return;
    this.#parts.memory.i32[(base >> 2) + PatchWord.plan] = plan.address;
    for (let k = 0; k < plan.scripts.length; k++) (plan.instances[plan.scripts[k]] as Instance).call = plan.calls[plan.scripts[k]];
  }

  /// A stream's last ticks, from a shorter ring into a longer one. Tick t lies at t modulo the length in both.
  #copyRing(from: number, fromMask: number, to: number, toMask: number): void {
    const { f32, i32 } = this.#parts.memory;
    const now = i32[this.#parts.clock >> 2];
    const kept = Math.min(fromMask, toMask) + 1;
    for (let k = 1; k <= kept; k++) f32[(to >> 2) + ((now - k) & toMask)] = f32[(from >> 2) + ((now - k) & fromMask)];
  }

  /// Spreads what falls into the block over the nodes.
  #scheduleBlock(start: number): void {
    const { plan, timeline } = this;
    if (plan === null || timeline.head === null) return;
    const end = start + this.#parts.blockSize;
    for (let head: Job | null = timeline.head; head !== null && head.tick < end; head = timeline.head) {
      const { tick } = head;
      if (!this.#activate(plan, tick, start)) {
        // No room for more in this block: the rest waits for the next.
        for (let late: Job | null = timeline.head; late !== null && late.tick < end; late = late.next) {
          late.tick = end;
          late.late = true;
        }
        break;
      }
      // Jobs of modules come after the suspensions of their frame (A6).
      for (let job = timeline.take(tick + 1); job !== null; job = timeline.take(tick + 1)) this.#placeJob(plan, job, tick - start);
    }
    const { i32 } = this.#parts.memory;
    for (let t = 0; t < plan.events.touches; t++) {
      const instance = plan.instances[plan.events.touched[t]];
      if (instance) i32[gateAddress(instance) >> 2] = Gate.split;
    }
  }

  #placeJob(plan: InstalledPlan, job: Job, frame: number): void {
    const { instance } = job;
    if (job.kind === "suspend" || job.kind === "resume" || instance === undefined || instance.removed || job.cancelled) {
      this.#finish(job);
      return;
    }
    const node = plan.nodeOf.get(instance);
    if (node === undefined) {
      this.#finish(job);
      return;
    }
    plan.events.add(node, frame, EventKind.job, job, plan.activation.active[node]);
  }

  /// Applies the suspensions and resumptions of frame `tick`. False, with nothing done, when there is no room for their effects.
  #activate(plan: InstalledPlan, tick: number, start: number): boolean {
    const { activation, events } = plan;
    let jobs = 0;
    for (let job = this.timeline.head; job !== null && job.tick === tick; job = job.next) {
      jobs++;
      const node = this.#nodeToSwitch(plan, job);
      if (node >= 0) activation.mark(node);
    }
    if (!events.fits(activation.marks + jobs)) {
      activation.unmark();
      return false;
    }
    for (let job = this.timeline.head; job !== null && job.tick === tick; job = job.next) {
      const node = this.#nodeToSwitch(plan, job);
      if (node < 0) continue;
      const suspended = job.kind === "suspend";
      const instance = job.instance as Instance;
      if (instance.suspended !== suspended) this.#suspensions += suspended ? 1 : -1;
      instance.suspended = suspended;
      activation.set(node, suspended);
      job.done = true;
    }
    for (let m = 0; m < activation.marks; m++) {
      const v = activation.marked[m];
      const was = activation.before[v];
      const is = activation.active[v];
      if (plan.instances[v] === undefined) continue;
      if (is && !was) events.add(v, tick - start, EventKind.on, null, was);
      else if (is && activation.broken[v]) events.add(v, tick - start, EventKind.reset, null, was);
      else if (!is && was) events.add(v, tick - start, EventKind.off, null, was);
    }
    activation.unmark();
    return true;
  }

  /// The node that a job suspends or resumes, -1 when it does neither.
  #nodeToSwitch(plan: InstalledPlan, job: Job): number {
    if ((job.kind !== "suspend" && job.kind !== "resume") || job.cancelled || !job.instance || job.instance.removed) return -1;
    return plan.nodeOf.get(job.instance) ?? -1;
  }

  #carryOut(job: Job): void {
    const { instance } = job;
    job.done = true;
    if (instance === undefined || instance.removed) return;
    if (job.kind === "reset") this.#parts.reset(instance);
    else if (job.operation === "set") this.#set(job, instance, Math.max(0, job.tick - this.#blockStart));
    else instance.script?.operations?.[job.operation]?.(job.args);
  }

  /// `set`: [input or control number, value]. Inputs come first.
  #set({ args }: Job, instance: Instance, frame: number): void {
    const { memory, blockSize } = this.#parts;
    const which = args[0];
    const inputs = instance.type.inputs.length;
    if (which < inputs) fillValue(memory, instance, blockSize, which, args[1], Math.min(frame, blockSize), blockSize);
    else if (instance.code && which - inputs < instance.code.compiled.controls.length)
      memory.f32[(instance.memory >> 2) + SynthWord.controls + which - inputs] = args[1];
  }

  /// The frames before a `set` keep the old value for their block only.
  #fillRest(job: Job, frame: number): void {
    if (job.operation !== "set" || !job.instance || job.instance.removed || job.args[0] >= job.instance.type.inputs.length) return;
    fillValue(this.#parts.memory, job.instance, this.#parts.blockSize, job.args[0], job.args[1], 0, frame);
  }

  #finish(job: Job): void {
    job.next = this.finished;
    this.finished = job;
  }
}
