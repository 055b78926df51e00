import fc from "fast-check";
import { expect, test } from "vitest";
import { IdMap } from "../../packages/core/src/engine/ids.ts";
import { Memory } from "../../packages/core/src/engine/memory.ts";
import { Pool } from "../../packages/core/src/engine/pool.ts";

const bytes = 1 << 16;

/// What may be asked of a pool: a number of bytes, or the release of the n-th block held.
const step = fc.oneof(
  fc.oneof(fc.nat(200), fc.nat(20_000)).map((size) => ({ allocate: size })),
  fc.nat(50).map((nth) => ({ release: nth })),
);

test("blocks are zeroed, aligned, apart from each other, and merge again when released", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const memory = new Memory(2 * bytes);
      const pool = new Pool(memory, 1024, bytes);
      const held: { address: number; size: number }[] = [];
      for (const s of steps) {
        if ("release" in s) {
          const [block] = held.splice(s.release % (held.length || 1), 1);
          if (block) pool.release(block.address);
          continue;
        }
        const address = pool.allocate(s.allocate);
        if (address === 0) continue;
        const content = memory.u8.subarray(address, address + s.allocate);
        expect(address % 16).toBe(0);
        expect(address + s.allocate <= 1024 + bytes).toBe(true);
        expect(content.every((byte) => byte === 0)).toBe(true);
        expect(held.every((b) => b.address + b.size <= address || address + s.allocate <= b.address)).toBe(true);
        content.fill(0xff);
        held.push({ address, size: s.allocate });
      }
      for (const { address } of held) pool.release(address);
      expect(pool.used).toBe(0);
      // One free block again: fifteen sixteenths of it surely fit.
      expect(pool.allocate((bytes * 15) / 16)).not.toBe(0);
    }),
  );
});

test("a full pool answers 0 and goes on when extended", () => {
  const memory = new Memory(3 * bytes);
  const pool = new Pool(memory, 1024, bytes);
  expect(pool.allocate(bytes)).toBe(0);
  expect(pool.allocate(2 ** 40)).toBe(0);
  expect(pool.allocate(bytes / 2)).not.toBe(0);
  expect(pool.allocate(bytes)).toBe(0);
  pool.extend(bytes);
  expect(pool.allocate(bytes)).not.toBe(0);
});

test("a link belongs to a block while it is held", () => {
  const pool = new Pool(new Memory(2 * bytes), 1024, bytes);
  const block = pool.allocate(100);
  expect(pool.link(block)).toBe(0);
  pool.setLink(block, 42);
  expect(pool.link(block)).toBe(42);
  pool.release(block);
  expect(pool.link(pool.allocate(100))).toBe(0);
});

test("the map of IDs agrees with a Map", () => {
  const entry = fc.tuple(fc.oneof(fc.integer({ min: -64, max: 64 }), fc.integer()), fc.boolean());
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 150 }), (entries) => {
      const ids = new IdMap(64);
      const reference = new Map<number, number>();
      entries.forEach(([id, add], i) => {
        if (!add) {
          ids.delete(id);
          reference.delete(id);
        } else if (reference.size < 64 || reference.has(id)) {
          ids.set(id, i + 1);
          reference.set(id, i + 1);
        }
        for (const [key] of entries) expect(ids.get(key)).toBe(reference.get(key) ?? 0);
      });
    }),
  );
});
