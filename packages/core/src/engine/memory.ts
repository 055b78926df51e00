/// The one WebAssembly.Memory of an engine and its typed views.
import { maximumPages } from "../synthdef/abi.ts";

const pageBytes = 65536;

export class Memory {
  readonly wasm: WebAssembly.Memory;
  /// Views of all of it. `grow` replaces them: hold the `Memory`, not a view.
  i32!: Int32Array;
  f32!: Float32Array;
  f64!: Float64Array;
  u8!: Uint8Array;

  constructor(bytes: number, shared = false) {
    const initial = Math.ceil(bytes / pageBytes);
    if (initial > maximumPages) {
      throw new RangeError(
        `the engine needs ${bytes} bytes, but its memory ends at ${maximumPages * pageBytes}: ask for fewer buses, nodes or kilobytes`,
      );
    }
    this.wasm = new WebAssembly.Memory({ initial, maximum: maximumPages, shared });
    this.#view();
  }

  get bytes(): number {
    return this.u8.length;
  }

  /// Adds at least `bytes` at the end; false when the limit or the machine refuses. Not for the render loop.
  grow(bytes: number): boolean {
    const pages = Math.ceil(bytes / pageBytes);
    if (pages > maximumPages - this.bytes / pageBytes) return false;
    try {
      this.wasm.grow(pages);
    } catch {
      return false;
    }
    this.#view();
    return true;
  }

  #view(): void {
    const { buffer } = this.wasm;
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.u8 = new Uint8Array(buffer);
  }
}
