/// Jobs waiting for their time: a binary heap that keeps the order of equal times.

/// The time of a job that is due at once.
export const immediately = Number.NEGATIVE_INFINITY;

export class TimeQueue<T> {
  #times: Float64Array;
  /// Counts jobs up from 0; the earlier of two at one time.
  #turns: Float64Array;
  #jobs: (T | undefined)[];
  #size = 0;
  #nextTurn = 0;

  /// Holds `capacity` jobs without allocating; more make it grow.
  constructor(capacity = 1024) {
    this.#times = new Float64Array(capacity);
    this.#turns = new Float64Array(capacity);
    this.#jobs = new Array<T | undefined>(capacity).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  /// Time of the first job, Infinity when there is none.
  get nextTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0];
  }

  push(time: number, job: T): void {
    if (Number.isNaN(time)) throw new RangeError("a job's time is NaN, expected a number of ticks");
    if (this.#size === this.#times.length) this.#grow();
    let i = this.#size++;
    const turn = this.#nextTurn++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      // Of equal times the job already there came first.
      if (this.#times[parent] <= time) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#put(i, time, turn, job);
  }

  /// Takes the first job out; undefined when there is none.
  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const first = this.#jobs[0];
    const last = --this.#size;
    const time = this.#times[last];
    const turn = this.#turns[last];
    const job = this.#jobs[last];
    this.#jobs[last] = undefined;
    if (last === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#before(child + 1, this.#times[child], this.#turns[child])) child++;
      if (!this.#before(child, time, turn)) break;
      this.#move(child, i);
      i = child;
    }
    this.#put(i, time, turn, job);
    return first;
  }

  clear(): void {
    this.#jobs.fill(undefined, 0, this.#size);
    this.#size = 0;
  }

  #before(i: number, time: number, turn: number): boolean {
    return this.#times[i] < time || (this.#times[i] === time && this.#turns[i] < turn);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from], this.#turns[from], this.#jobs[from]);
  }

  #put(i: number, time: number, turn: number, job: T | undefined): void {
    this.#times[i] = time;
    this.#turns[i] = turn;
    this.#jobs[i] = job;
  }

  #grow(): void {
    const capacity = Math.max(16, this.#times.length * 2);
    const times = new Float64Array(capacity);
    const turns = new Float64Array(capacity);
    times.set(this.#times);
    turns.set(this.#turns);
    this.#times = times;
    this.#turns = turns;
  }
}
