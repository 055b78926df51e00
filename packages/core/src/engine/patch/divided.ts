/// A node whose block is divided: it goes on or off in it, starts afresh, or has jobs in between. Allocates nothing.
import { Entry, RecordWord } from "../../patch/abi.ts";
import type { Memory } from "../memory.ts";
import { EventKind } from "./blockevents.ts";
import type { Helpers } from "./helpers.ts";
import type { Instance } from "./instance.ts";
import type { Job } from "./jobs.ts";
import type { InstalledPlan } from "./plan.ts";

export interface DividedParts {
  readonly memory: Memory;
  readonly helpers: Helpers;
  /// Puts a module back to the state before its first call.
  readonly reset: (instance: Instance) => void;
  readonly carryOut: (job: Job) => void;
}

export class DividedBlock {
  readonly #memory: Memory;
  readonly #helpers: Helpers;
  readonly #reset: (instance: Instance) => void;
  readonly #carryOut: (job: Job) => void;

  constructor({ memory, helpers, reset, carryOut }: DividedParts) {
    this.#memory = memory;
    this.#helpers = helpers;
    this.#reset = reset;
    this.#carryOut = carryOut;
  }

  /// Runs frames `from` to `to` of the node of `record`.
  run(plan: InstalledPlan, record: number, from: number, to: number): void {
    const { i32 } = this.#memory;
    const node = i32[(record >> 2) + RecordWord.node];
    const instance = plan.instances[node] as Instance;
    const fn = i32[(record >> 2) + RecordWord.fn];
    if (instance.code?.compiled.whole) this.#wholePart(plan, node, instance, record, from, to);
    else if (fn === instance.entries[Entry.absorb] && instance.type.deferred) this.#absorbPart(plan, node, record, from, to);
    else this.#splitPart(plan, node, instance, record, from, to);
  }

  #splitPart(plan: InstalledPlan, node: number, instance: Instance, record: number, from: number, to: number): void {
    const { events } = plan;
    let active = events.wasActive[node];
    let at = from;
    for (let e = events.first[node]; e >= 0; e = events.next[e]) {
      const frame = events.frame[e];
      const kind = events.kind[e];
      if (frame >= to) break;
      if (frame >= from) {
        if (frame > at) this.#run(record, at, frame, active);
        at = Math.max(at, frame);
        if (kind === EventKind.on || kind === EventKind.reset) this.#reset(instance);
        const job = events.job[e];
        if (job !== null && !job.done && job.kind !== "probe") this.#carryOut(job);
      }
      if (kind === EventKind.on) active = 1;
      else if (kind === EventKind.off) active = 0;
    }
    if (to > at) this.#run(record, at, to, active);
    this.#probe(plan, node, record, from, to);
  }

  /// What a deferred node hears before a reset does not outlive it; the reset itself was carried out when it spoke.
  #absorbPart(plan: InstalledPlan, node: number, record: number, from: number, to: number): void {
    const { events } = plan;
    let active = events.wasActive[node];
    let at = from;
    for (let e = events.first[node]; e >= 0 && events.frame[e] < to; e = events.next[e]) {
      const kind = events.kind[e];
      const restarts = kind === EventKind.on || kind === EventKind.reset || events.job[e]?.kind === "reset";
      if (events.frame[e] >= from && restarts) at = events.frame[e];
    }
    for (let e = events.first[node]; e >= 0 && events.frame[e] < to; e = events.next[e]) {
      const frame = events.frame[e];
      const kind = events.kind[e];
      if (frame > at && active) this.#call(record, at, frame);
      if (frame > at) at = frame;
      if (kind === EventKind.on) active = 1;
      else if (kind === EventKind.off) active = 0;
    }
    if (to > at && active) this.#call(record, at, to);
  }

  /// A module of whole blocks: its jobs come first, and it is heard where it is active.
  #wholePart(plan: InstalledPlan, node: number, instance: Instance, record: number, from: number, to: number): void {
    const { events } = plan;
    let active = events.wasActive[node];
    let ever = active;
    for (let e = events.first[node]; e >= 0; e = events.next[e]) {
      const kind = events.kind[e];
      if (kind === EventKind.on || kind === EventKind.reset) this.#reset(instance);
      if (kind === EventKind.on) ever = 1;
      const job = events.job[e];
      if (job !== null && !job.done && job.kind !== "probe") this.#carryOut(job);
    }
    if (ever) this.#call(record, from, to);
    let at = from;
    for (let e = events.first[node]; e >= 0; e = events.next[e]) {
      if (!active) this.#silence(record, at, events.frame[e]);
      at = events.frame[e];
      if (events.kind[e] === EventKind.on) active = 1;
      else if (events.kind[e] === EventKind.off) active = 0;
    }
    if (!active) this.#silence(record, at, to);
    this.#probe(plan, node, record, from, to);
  }

  #run(record: number, from: number, to: number, active: number): void {
    if (active) this.#call(record, from, to);
    else this.#silence(record, from, to);
  }

  #call(record: number, from: number, to: number): void {
    const { i32 } = this.#memory;
    const at = record >> 2;
    this.#helpers.invoke(i32[at + RecordWord.fn], i32[at + RecordWord.base], i32[at + RecordWord.streams], from, to);
  }

  #silence(record: number, from: number, to: number): void {
    const { i32, f32 } = this.#memory;
    const first = i32[(record >> 2) + RecordWord.outputs] >> 2;
    for (let k = i32[(record >> 2) + RecordWord.outputCount] - 1; k >= 0; k--) {
      const block = i32[first + k] >> 2;
      f32.fill(0, block + from, block + to);
    }
  }

  /// Copies what the node has just put out into the probes of this block.
  #probe({ events }: InstalledPlan, node: number, record: number, from: number, to: number): void {
    const { i32, f32 } = this.#memory;
    for (let e = events.first[node]; e >= 0; e = events.next[e]) {
      const job = events.job[e];
      if (job?.kind !== "probe") continue;
      const first = i32[(record >> 2) + RecordWord.outputs] >> 2;
      for (let k = 0; k < job.into.length; k++) {
        const block = i32[first + k] >> 2;
        for (let j = from; j < to; j++) job.into[k][j] = f32[block + j];
      }
      job.done = true;
    }
  }
}
