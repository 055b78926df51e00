/// Vectors of values, doubles, integers and bytes, of one dimension and of several.
import { condition, wrongType } from "./errors.ts";
import type { Interpreter } from "./interpreter.ts";
import { vectorLetter } from "./text/reader.ts";
import { fix, isFix, NONE, Type } from "./words.ts";

export class Vectors {
  constructor(private readonly s: Interpreter) {}

  /// Dimensions of a vector, one for each.
  dimensions(v: number): number[] {
    const shape = this.shapeOf(v);
    if (shape === NONE) return [this.s.heap.length(v)];
    const out: number[] = [];
    for (let l = shape; this.s.heap.isPair(l); l = this.s.heap.cdr(l)) out.push(this.s.heap.car(l) >> 1);
    return out;
  }

  /// The list of a vector's dimensions, NONE when it has one.
  private shapeOf(v: number): number {
    const shape = this.s.w[v + 2];
    if (shape === NONE) return NONE;
    // (dimensions . owner) for a part of another vector.
    const first = this.s.heap.car(shape);
    return this.s.heap.isPair(first) ? first : isFix(first) ? shape : NONE;
  }

  ref(v: number, i: number): number {
    const { heap } = this.s;
    switch (this.s.w[v] & 0xff) {
      case Type.Vector:
        return this.s.w[heap.data(v) + i];
      case Type.FloatVector:
        return heap.float(heap.f[(heap.data(v) >> 1) + i]);
      case Type.ByteVector:
        return fix(heap.b[heap.data(v) * 4 + i]);
      default: {
        const at = heap.data(v) + i * 2;
        const low = this.s.w[at];
        const high = this.s.w[at + 1];
        return high === low >> 31 ? heap.integer(low) : heap.int64(high, low);
      }
    }
  }

  /// A vector from the items of a literal such as `#2d((1 2) (3 4))`.
  fromNested(letter: string, rank: number, items: number[]): number {
    const dimensions: number[] = [items.length];
    let flat = items;
    for (let d = 1; d < rank; d++) {
      const rows = flat.map((row) => this.s.listItems(row));
      const count = rows[0]?.length ?? 0;
      if (rows.some((row) => row.length !== count)) throw condition(this.s, "read-error", "#nd(...) rows are not of the same length");
      dimensions.push(count);
      flat = rows.flat();
    }
    const v = this.make(vectorLetter[letter], flat.length, rank > 1 ? dimensions : undefined);
    flat.forEach((item, i) => {
      this.set(v, i, item);
    });
    return v;
  }

  make(type: number, length: number, dimensions?: number[]): number {
    const v = type === Type.Vector ? this.s.heap.vector(length) : this.s.heap.numberVector(type, length);
    if (dimensions !== undefined && dimensions.length > 1) this.s.w[v + 2] = this.s.heap.list(...dimensions.map(fix));
    return v;
  }

  /// Stores an element; the name in errors is that of the vector's own setter.
  set(v: number, i: number, value: number): void {
    const { heap } = this.s;
    switch (this.s.w[v] & 0xff) {
      case Type.Vector:
        heap.put(heap.data(v) + i, value);
        return;
      case Type.FloatVector:
        if (!this.s.tower.isReal(value)) throw wrongType(this.s, "float-vector-set!", 3, value, "a real");
        heap.f[(heap.data(v) >> 1) + i] = this.s.tower.real(value);
        return;
      case Type.ByteVector:
        if (!isFix(value) || value < 0 || value >> 1 > 255) throw wrongType(this.s, "byte-vector-set!", 3, value, "a byte");
        heap.b[heap.data(v) * 4 + i] = value >> 1;
        return;
      default: {
        if (!this.s.tower.isInteger(value)) throw wrongType(this.s, "int-vector-set!", 3, value, "an integer");
        const at = heap.data(v) + i * 2;
        if (isFix(value)) {
          this.s.w[at] = value >> 1;
          this.s.w[at + 1] = value >> 31;
        } else {
          this.s.w[at] = this.s.w[value + 2];
          this.s.w[at + 1] = this.s.w[value + 3];
        }
      }
    }
  }

  is(v: number): boolean {
    const type = this.s.heap.typeOf(v);
    return type >= Type.Vector && type <= Type.ByteVector;
  }
}
