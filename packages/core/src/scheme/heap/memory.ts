/// One buffer for everything an interpreter owns: registers, stack, mark bytes, page table and pages of cells.
///
/// The buffer is as large as the heap may ever become. Operating systems hand out its pages when they are first touched, so a
/// reserved but unused part costs address space only, and no view on it ever has to be replaced.
import { Reg } from "../words.ts";

/// Words in a page; cells of a page share one sweep, larger objects own whole pages.
export const PAGE = 1024;
export const CELLS_PER_PAGE = PAGE / 4;

/// What a page holds, one byte each in the page table.
export const PageUse = { Free: 0, Cells: 1, LargeHead: 2, LargeTail: 3 } as const;

export interface MemoryLimits {
  /// Upper bound of the heap in bytes.
  heapMax: number;
  /// Upper bound of the stack in words.
  stackWords: number;
}

export interface Memory {
  readonly words: Int32Array;
  readonly floats: Float64Array;
  readonly bytes: Uint8Array;
  /// One byte per cell: the epoch in which the collector last found it alive.
  readonly marks: Uint8Array;
  readonly marks32: Int32Array;
  readonly pageUse: Uint8Array;
  /// Number of pages.
  readonly pages: number;
  readonly stackBase: number;
  readonly stackEnd: number;
  /// Word address of page 0.
  readonly base: number;
  /// The WebAssembly memory that owns the buffer, where the platform has one.
  readonly wasm: WebAssembly.Memory | undefined;
}

const roundUp = (n: number, unit: number) => Math.ceil(n / unit) * unit;

export function createMemory(limits: MemoryLimits): Memory {
  const pages = Math.ceil(limits.heapMax / (PAGE * 4));
  const stackBase = Reg.End;
  const stackEnd = roundUp(stackBase + limits.stackWords, 4);
  const tableAt = stackEnd * 4;
  const marksAt = roundUp(tableAt + pages, 16);
  const baseAt = roundUp(marksAt + pages * CELLS_PER_PAGE, PAGE * 4);
  const size = roundUp(baseAt + pages * PAGE * 4, 65536);
  const { buffer, wasm } = reserve(size);
  return {
    words: new Int32Array(buffer),
    floats: new Float64Array(buffer),
    bytes: new Uint8Array(buffer),
    marks: new Uint8Array(buffer, marksAt, pages * CELLS_PER_PAGE),
    marks32: new Int32Array(buffer, marksAt, (pages * CELLS_PER_PAGE) / 4),
    pageUse: new Uint8Array(buffer, tableAt, pages),
    pages,
    stackBase,
    stackEnd,
    base: baseAt / 4,
    wasm,
  };
}

/// Shared memory where the platform allows it, so that another thread can watch a heap without copying it.
function reserve(size: number): { buffer: ArrayBufferLike; wasm: WebAssembly.Memory | undefined } {
  if (typeof WebAssembly === "undefined") return { buffer: new ArrayBuffer(size), wasm: undefined };
  const count = size / 65536;
  const shared = typeof SharedArrayBuffer !== "undefined";
  const wasm = new WebAssembly.Memory({ initial: count, maximum: count, shared });
  return { buffer: wasm.buffer, wasm };
}
