/// One buffer for everything an interpreter owns: registers, stack, the collector's tables and pages of cells.
///
/// The buffer is as large as the heap may ever become. Operating systems hand out its pages when they are first touched, so a
/// reserved but unused part costs address space only, and no view on it ever has to be replaced.
import { Reg } from "../words.ts";

/// Words in a page; cells of a page share one sweep, larger objects own whole pages.
export const PAGE = 1024;
export const CELLS_PER_PAGE = 256;

/// What a page holds, one byte each in the page table.
export const PageUse = { Free: 0, Cells: 1, LargeHead: 2, LargeTail: 3 } as const;

/// Shapes of frames there may be: the number has 20 bits.
export const SHAPES = 1 << 20;

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
  readonly pageUse: Uint8Array;
  /// One byte per page: the epoch in which a cell of it was last found alive.
  readonly pageSeen: Uint8Array;
  /// Number of pages.
  readonly pages: number;
  readonly stackBase: number;
  readonly stackEnd: number;
  /// Word address of room for a copy of the stack.
  readonly snapshot: number;
  /// Word address of page 0.
  readonly base: number;
  /// The WebAssembly memory that owns the buffer, where the platform has one.
  readonly wasm: WebAssembly.Memory | undefined;
}

const roundUp = (n: number, unit: number) => Math.ceil(n / unit) * unit;

export function createMemory(limits: MemoryLimits): Memory {
  const pages = Math.ceil(limits.heapMax / (PAGE * 4));
  let end = Reg.End * 4;
  /// Byte address of the next region.
  const region = (bytes: number): number => {
    const at = end;
    end = roundUp(at + bytes, 16);
    return at;
  };
  const stackBase = region(limits.stackWords * 4) / 4;
  const stackEnd = end / 4;
  const snapshot = region(limits.stackWords * 4) / 4;
  // A byte more than there are pages: what is after the last is no part of a large object.
  const useAt = region(pages + 1);
  const seenAt = region(pages);
  const marksAt = region(pages * CELLS_PER_PAGE);
  const shapesAt = region(SHAPES * 4);
  // A cell is pushed once in a cycle, and a vector once more for what is left of it.
  const grayAt = region(pages * CELLS_PER_PAGE * 4 + 64);
  const baseAt = roundUp(end, PAGE * 4);
  const { buffer, wasm } = reserve(roundUp(baseAt + pages * PAGE * 4, 65536));
  const words = new Int32Array(buffer);
  const base = baseAt / 4;
  words[Reg.Base] = base;
  words[Reg.Marks] = marksAt - base / 4;
  words[Reg.PageUse] = useAt - base / PAGE;
  words[Reg.PageSeen] = seenAt - base / PAGE;
  words[Reg.Shapes] = shapesAt / 4;
  words[Reg.Gray] = grayAt / 4;
  words[Reg.GrayTop] = grayAt / 4;
  return {
    words,
    floats: new Float64Array(buffer),
    bytes: new Uint8Array(buffer),
    marks: new Uint8Array(buffer, marksAt, pages * CELLS_PER_PAGE),
    pageUse: new Uint8Array(buffer, useAt, pages),
    pageSeen: new Uint8Array(buffer, seenAt, pages),
    pages,
    stackBase,
    stackEnd,
    snapshot,
    base,
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
