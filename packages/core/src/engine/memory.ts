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

  /// A new memory of at least so many bytes, or a view of one that exists.
  constructor(source: number | WebAssembly.Memory, shared = false) {
    this.wasm = typeof source === "number" ? newMemory(source, shared) : source;
    this.#view();
  }

  get bytes(): number {
    return this.u8.length;
  }

  /// Views all of a memory that another thread has grown.
  refresh(): void {
    if (this.wasm.buffer.byteLength !== this.bytes) this.#view();
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

function newMemory(bytes: number, shared: boolean): WebAssembly.Memory {
  const initial = Math.ceil(bytes / pageBytes);
  if (initial > maximumPages) {
    throw new RangeError(
      `the engine needs ${bytes} bytes, but its memory ends at ${maximumPages * pageBytes}: ask for fewer buses, nodes or kilobytes`,
    );
  }
  return new WebAssembly.Memory({ initial, maximum: maximumPages, shared });
}
