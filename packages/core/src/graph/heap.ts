/// A binary heap of whole numbers, least (key, tie) first.
export class Heap {
  /// Key of what `pop` returned last.
  lastKey = 0;
  private readonly keys: number[] = [];
  private readonly ties: number[] = [];
  private readonly items: number[] = [];

  push(key: number, item: number, tie = item): void {
    let k = this.items.length;
    this.items.push(item);
    this.keys.push(key);
    this.ties.push(tie);
    for (; k > 0; k = (k - 1) >> 1) {
      const up = (k - 1) >> 1;
      if (this.keys[up] < key || (this.keys[up] === key && this.ties[up] <= tie)) break;
      this.move(up, k);
    }
    this.set(k, key, tie, item);
  }

  /// The least item, -1 when empty.
  pop(): number {
    if (this.items.length === 0) return -1;
    const top = this.items[0];
    this.lastKey = this.keys[0];
    const key = this.keys.pop()!;
    const tie = this.ties.pop()!;
    const item = this.items.pop()!;
    const size = this.items.length;
    if (size === 0) return top;
    let k = 0;
    for (let child = 1; child < size; child = 2 * k + 1) {
      if (child + 1 < size && this.before(child + 1, this.keys[child], this.ties[child])) child++;
      if (!this.before(child, key, tie)) break;
      this.move(child, k);
      k = child;
    }
    this.set(k, key, tie, item);
    return top;
  }

  private before(k: number, key: number, tie: number): boolean {
    return this.keys[k] < key || (this.keys[k] === key && this.ties[k] < tie);
  }

  private move(from: number, to: number): void {
    this.set(to, this.keys[from], this.ties[from], this.items[from]);
  }

  private set(k: number, key: number, tie: number, item: number): void {
    this.keys[k] = key;
    this.ties[k] = tie;
    this.items[k] = item;
  }
}
