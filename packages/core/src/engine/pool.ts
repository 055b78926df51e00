/// A real-time allocator: free blocks wait in lists by size class, neighbours merge, every operation takes constant time.
///
/// Two-level segregated fit (Masmano, Ripoll, Crespo and Real, "TLSF: a New Dynamic Memory Allocator for Real-Time Systems", ECRTS 2004) with
/// sixteen classes to a power of two. A block is a header of 16 bytes and a payload of whole 16-byte units.
import type { Memory } from "./memory.ts";

const unit = 16;
/// Word offsets from the payload. A free block keeps its list links in its payload.
const before = -4;
const size = -3;
const link = -2;
const nextFree = 0;
const previousFree = 1;
const freeBit = 1;

/// Sizes below 2^31 bytes.
const levels = 28;
const classesPerLevel = 16;

export class Pool {
  readonly #memory: Memory;
  readonly #heads = new Int32Array(levels * classesPerLevel);
  /// Bit i of `#occupied[l]`: class i of level l has a free block. Bit l of `#occupiedLevels`: level l has any.
  readonly #occupied = new Int32Array(levels);
  #occupiedLevels = 0;
  /// Payload address of the used block of no size that ends the region.
  #sentinel: number;
  #used = 0;
  #size = 0;

  constructor(memory: Memory, start: number, bytes: number) {
    this.#memory = memory;
    this.#sentinel = start + unit;
    this.#set(this.#sentinel, before, 0);
    this.#set(this.#sentinel, size, 0);
    this.extend(bytes - unit);
  }

  /// Bytes it deals in, headers included.
  get size(): number {
    return this.#size;
  }

  /// Bytes in use, headers included.
  get used(): number {
    return this.#used;
  }

  /// Zeroed bytes at a 16-byte aligned address, or 0 when no free block is large enough.
  allocate(bytes: number): number {
    const wanted = Math.max(unit, Math.ceil(bytes / unit) * unit);
    const block = wanted < 0x7000_0000 ? this.#findFree(wanted / unit) : 0;
    if (block === 0) return 0;
    this.#removeFree(block);
    const whole = this.#get(block, size);
    // A rest of one unit would be a header without payload: it stays with the block.
    if (whole - wanted >= 2 * unit) {
      const rest = block + wanted + unit;
      this.#set(rest, before, block);
      this.#set(rest, size, whole - wanted - unit);
      this.#set(rest + this.#get(rest, size) + unit, before, rest);
      this.#insertFree(rest);
      this.#set(block, size, wanted);
    }
    this.#set(block, link, 0);
    const length = this.#get(block, size);
    this.#used += length + unit;
    this.#memory.u8.fill(0, block, block + length);
    return block;
  }

  release(address: number): void {
    const length = this.#get(address, size);
    this.#used -= length + unit;
    this.#merge(address, length);
  }

  /// A word beside the block for its owner, 0 at first.
  link(address: number): number {
    return this.#get(address, link);
  }

  setLink(address: number, value: number): void {
    this.#set(address, link, value);
  }

  /// Adds the `bytes` that follow the region in memory.
  extend(bytes: number): void {
    const length = Math.floor(bytes / unit) * unit - unit;
    if (length < unit) return;
    this.#size += length + unit;
    const block = this.#sentinel;
    this.#sentinel = block + length + unit;
    this.#set(this.#sentinel, before, block);
    this.#set(this.#sentinel, size, 0);
    this.#merge(block, length);
  }

  /// Makes the block free, as one with free neighbours.
  #merge(block: number, length: number): void {
    const after = block + length + unit;
    if (this.#isFree(after)) {
      this.#removeFree(after);
      length += (this.#get(after, size) & ~freeBit) + unit;
    }
    const previous = this.#get(block, before);
    if (previous !== 0 && this.#isFree(previous)) {
      this.#removeFree(previous);
      length += this.#get(previous, size) + unit;
      block = previous;
    }
    this.#set(block, size, length);
    this.#set(block + length + unit, before, block);
    this.#insertFree(block);
  }

  /// A free block of at least `units`: the first of its own class if that is large enough (as one just released by an equal request is), else any
  /// of the first class that holds only large enough ones.
  #findFree(units: number): number {
    const own = this.#heads[classOf(units)];
    if (own !== 0 && this.#get(own, size) >= units * unit) return own;
    const wanted = units < classesPerLevel ? units : classOf(units + (1 << (27 - Math.clz32(units))) - 1);
    let level = wanted >>> 4;
    let classes = this.#occupied[level] & (-1 << (wanted & 15));
    if (classes === 0) {
      const above = this.#occupiedLevels & (-2 << level);
      if (above === 0) return 0;
      level = lowestBit(above);
      classes = this.#occupied[level];
    }
    return this.#heads[level * classesPerLevel + lowestBit(classes)];
  }

  #insertFree(block: number): void {
    const length = this.#get(block, size);
    const index = classOf(length / unit);
    const head = this.#heads[index];
    this.#set(block, size, length | freeBit);
    this.#set(block, nextFree, head);
    this.#set(block, previousFree, 0);
    if (head !== 0) this.#set(head, previousFree, block);
    this.#heads[index] = block;
    this.#occupied[index >>> 4] |= 1 << (index & 15);
    this.#occupiedLevels |= 1 << (index >>> 4);
  }

  #removeFree(block: number): void {
    const length = this.#get(block, size) & ~freeBit;
    const index = classOf(length / unit);
    const next = this.#get(block, nextFree);
    const previous = this.#get(block, previousFree);
    if (next !== 0) this.#set(next, previousFree, previous);
    if (previous !== 0) this.#set(previous, nextFree, next);
    else this.#heads[index] = next;
    this.#set(block, size, length);
    if (this.#heads[index] !== 0) return;
    this.#occupied[index >>> 4] &= ~(1 << (index & 15));
    if (this.#occupied[index >>> 4] === 0) this.#occupiedLevels &= ~(1 << (index >>> 4));
  }

  #isFree(block: number): boolean {
    return (this.#get(block, size) & freeBit) !== 0;
  }

  #get(block: number, word: number): number {
    return this.#memory.i32[(block >> 2) + word];
  }

  #set(block: number, word: number, value: number): void {
    this.#memory.i32[(block >> 2) + word] = value;
  }
}

/// One class per size below 32 units, then sixteen to a power of two.
function classOf(units: number): number {
  if (units < classesPerLevel) return units;
  const shift = 27 - Math.clz32(units);
  return (shift + 1) * classesPerLevel + (units >>> shift) - classesPerLevel;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
