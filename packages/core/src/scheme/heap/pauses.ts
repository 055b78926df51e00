/// How long the collector's slices took. Allocates nothing.

const BUCKETS = 24;

export class PauseHistogram {
  /// Slices by duration: bucket n counts those of 2^(n-1) to 2^n microseconds.
  readonly counts = new Int32Array(BUCKETS);
  /// The longest, in microseconds.
  longest = 0;
  /// The sum of all, in microseconds.
  total = 0;

  note(microseconds: number): void {
    this.total += microseconds;
    if (microseconds > this.longest) this.longest = microseconds;
    let bucket = 0;
    for (let limit = 1; limit < microseconds && bucket < BUCKETS - 1; limit *= 2) bucket++;
    this.counts[bucket]++;
  }
}
