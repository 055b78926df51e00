/// The function table of an engine: places are given out and taken back. Place 0 stays empty: it means "no function".

export class FunctionTable {
  readonly table: WebAssembly.Table;
  readonly #free: number[] = [];

  constructor() {
    this.table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  }

  /// Places, used or waiting to be.
  get length(): number {
    return this.table.length;
  }

  /// Not for the render loop: the table may grow.
  place(fn: WebAssembly.ExportValue): number {
    const place = this.#free.pop() ?? this.table.grow(1);
    this.table.set(place, fn);
    return place;
  }

  release(place: number): void {
    if (place === 0) return;
    this.table.set(place, null);
    this.#free.push(place);
  }
}
