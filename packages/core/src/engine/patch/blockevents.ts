/// What happens to the nodes of a plan inside one block, in order of frames: they go on, off, start afresh, or have a job to do. Records of fixed size.
import type { Job } from "./jobs.ts";

export const EventKind = { off: 0, on: 1, reset: 2, job: 3 } as const;

export class BlockEvents {
  /// By event: frame in the block, kind, the node's next one (-1 for none), and its job.
  readonly frame: Int32Array;
  readonly kind: Uint8Array;
  readonly next: Int32Array;
  readonly job: (Job | null)[];
  /// By node: first event, -1 for none; and whether it was active when the block began.
  readonly first: Int32Array;
  readonly wasActive: Uint8Array;
  /// Nodes that have events.
  readonly touched: Int32Array;
  touches = 0;
  readonly #last: Int32Array;
  #count = 0;

  constructor(nodes: number) {
    const capacity = 4 * nodes + 1024;
    this.frame = new Int32Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.next = new Int32Array(capacity);
    this.job = Array.from({ length: capacity }, () => null);
    this.first = new Int32Array(nodes).fill(-1);
    this.wasActive = new Uint8Array(nodes);
    this.touched = new Int32Array(nodes);
    this.#last = new Int32Array(nodes);
  }

  /// Whether `events` more fit.
  fits(events: number): boolean {
    return this.#count + events <= this.frame.length;
  }

  add(node: number, frame: number, kind: number, job: Job | null, active: number): void {
    const event = this.#count++;
    this.frame[event] = frame;
    this.kind[event] = kind;
    this.job[event] = job;
    this.next[event] = -1;
    if (this.first[node] < 0) {
      this.first[node] = event;
      this.wasActive[node] = active;
      this.touched[this.touches++] = node;
    } else this.next[this.#last[node]] = event;
    this.#last[node] = event;
  }

  clear(): void {
    for (let t = 0; t < this.touches; t++) this.first[this.touched[t]] = -1;
    for (let e = 0; e < this.#count; e++) this.job[e] = null;
    this.touches = 0;
    this.#count = 0;
  }
}
