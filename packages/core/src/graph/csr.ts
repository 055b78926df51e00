/// Lists of lists in two typed arrays (compressed sparse rows): list `k` is `item[start[k]] .. item[start[k + 1] - 1]`.
export interface Lists {
  readonly start: Int32Array;
  readonly item: Int32Array;
}

/// Groups `0 .. key.length - 1` by `key` (each in 0 .. count - 1, or negative to be left out); `item` holds `value[k]`, or k itself. Stable.
export function groupBy(count: number, key: ArrayLike<number>, value?: ArrayLike<number>): Lists {
  const start = new Int32Array(count + 1);
  const n = key.length;
  for (let k = 0; k < n; k++) if (key[k] >= 0) start[key[k] + 1]++;
  for (let k = 0; k < count; k++) start[k + 1] += start[k];
  const next = start.slice(0, count);
  const item = new Int32Array(start[count]);
  for (let k = 0; k < n; k++) if (key[k] >= 0) item[next[key[k]]++] = value ? value[k] : k;
  return { start, item };
}

/// An Int32Array that grows by doubling; `take()` hands over what was pushed, without a copy where little is wasted.
export class IntList {
  data: Int32Array;
  length = 0;

  constructor(capacity = 64) {
    this.data = new Int32Array(Math.max(4, capacity));
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = value;
  }

  take(): Int32Array {
    return this.length > this.data.length >> 1 ? this.data.subarray(0, this.length) : this.data.slice(0, this.length);
  }
}
