/// Numbers that a client hands out: node ids, bus indices, buffer numbers. The server never chooses these.

/// Node ids, counted up and never reused within 2^26 nodes.
export class NodeIds {
  private readonly first: number;
  private readonly last: number;
  private following: number;

  constructor(first = 1000, last = 0x3ffffff) {
    this.first = first;
    this.last = last;
    this.following = first;
  }

  next(): number {
    const id = this.following;
    this.following = id === this.last ? this.first : id + 1;
    return id;
  }
}

/// Ranges of consecutive numbers: first fit, neighbours merge when freed.
export class RangeAllocator {
  private readonly what: string;
  private readonly start: number;
  private readonly end: number;
  /// Free ranges in ascending order; no two touch.
  private free: { start: number; end: number }[];
  private readonly taken = new Map<number, number>();

  /// Hands out numbers in `[start, end)`; `what` names them in errors.
  constructor(what: string, start: number, end: number) {
    this.what = what;
    this.start = start;
    this.end = end;
    this.free = start < end ? [{ start, end }] : [];
  }

  /// The first of `count` consecutive numbers.
  take(count = 1): number {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${this.what}: a count of ${count}, expected a whole number of 1 or more`);
    const range = this.free.find(({ start, end }) => end - start >= count);
    if (!range) {
      const used = this.end - this.start - this.free.reduce((sum, { start, end }) => sum + end - start, 0);
      throw new RangeError(
        `no ${count} consecutive ${this.what} left: ${used} of ${this.end - this.start} are in use (see the server's options)`,
      );
    }
    const first = range.start;
    range.start += count;
    if (range.start === range.end) this.free.splice(this.free.indexOf(range), 1);
    this.taken.set(first, count);
    return first;
  }

  /// Gives back what `take` returned; numbers that were never taken are ignored.
  give(first: number): void {
    const count = this.taken.get(first);
    if (count === undefined) return;
    this.taken.delete(first);
    const at = this.free.findIndex((range) => range.start > first);
    this.free.splice(at < 0 ? this.free.length : at, 0, { start: first, end: first + count });
    this.free = this.free.reduce<{ start: number; end: number }[]>((merged, range) => {
      const before = merged.at(-1);
      if (before && before.end === range.start) before.end = range.end;
      else merged.push(range);
      return merged;
    }, []);
  }
}
