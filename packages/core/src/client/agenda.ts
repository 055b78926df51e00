/// Tasks in time order: a binary heap, stable for equal times.

export interface Appointment {
  readonly time: number;
  readonly task: () => void;
  /// Tells tasks of equal time apart: the earlier made is the earlier run.
  readonly order: number;
  cancelled: boolean;
}

export class Agenda {
  private readonly heap: Appointment[] = [];
  private made = 0;

  add(time: number, task: () => void): Appointment {
    const entry: Appointment = { time, task, order: this.made++, cancelled: false };
    this.heap.push(entry);
    this.rise(this.heap.length - 1);
    return entry;
  }

  /// The earliest appointment, undefined when there is none.
  get first(): Appointment | undefined {
    while (this.heap[0]?.cancelled) this.removeFirst();
    return this.heap[0];
  }

  take(): Appointment | undefined {
    return this.first && this.removeFirst();
  }

  private removeFirst(): Appointment {
    const first = this.heap[0];
    const last = this.heap.pop()!;
    if (this.heap.length > 0) {
      this.heap[0] = last;
      this.sink(0);
    }
    return first;
  }

  private rise(at: number): void {
    for (let up = (at - 1) >> 1; at > 0 && before(this.heap[at], this.heap[up]); at = up, up = (at - 1) >> 1) this.swap(at, up);
  }

  private sink(at: number): void {
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.heap.length && before(this.heap[child], this.heap[least])) least = child;
      }
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b], this.heap[a]];
  }
}

const before = (a: Appointment, b: Appointment) => a.time < b.time || (a.time === b.time && a.order < b.order);
