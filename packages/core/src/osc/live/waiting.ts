/// Packets that wait in the engine's thread for their time, each copied into a piece of memory of its own. Allocates only when there are more than
/// ever before.
import { Memory } from "../../engine/memory.ts";
import { Pool } from "../../engine/pool.ts";
import type { TimeQueue } from "../../time/queue.ts";

/// To begin with, and at each growth; and the most.
const startBytes = 1 << 20;
const mostBytes = 1 << 28;

export class WaitingPackets {
  private readonly queue: TimeQueue<number>;
  private readonly memory = new Memory(startBytes);
  // A piece never lies at 0.
  private readonly pool = new Pool(this.memory, 16, this.memory.bytes - 16);

  constructor(queue: TimeQueue<number>) {
    this.queue = queue;
  }

  /// Its words; a packet begins at a quarter of its address.
  get words(): Int32Array {
    return this.memory.i32;
  }

  get floats(): Float32Array {
    return this.memory.f32;
  }

  /// Keeps `length` words until `time`. False when too much waits already.
  add(time: number, source: Int32Array, at: number, length: number): boolean {
    const address = this.allocate(length * 4);
    if (address === 0) return false;
    const { i32 } = this.memory;
    for (let i = 0; i < length; i++) i32[(address >> 2) + i] = source[at + i];
    this.queue.push(time, address);
    return true;
  }

  release(address: number): void {
    this.pool.release(address);
  }

  clear(): void {
    for (let address = this.queue.pop(); address !== undefined; address = this.queue.pop()) this.release(address);
  }

  private allocate(bytes: number): number {
    const address = this.pool.allocate(bytes);
    if (address !== 0 || this.memory.bytes >= mostBytes) return address;
    const before = this.memory.bytes;
    if (!this.memory.grow(Math.max(before, bytes * 2))) return 0;
    this.pool.extend(this.memory.bytes - before);
    return this.pool.allocate(bytes);
  }
}
