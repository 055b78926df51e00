import { NodeIds, RangeAllocator } from "@heddle/core/client";
import fc from "fast-check";
import { expect, test } from "vitest";

test("node ids count up and start again at the end", () => {
  const ids = new NodeIds(1000, 1002);
  expect([ids.next(), ids.next(), ids.next(), ids.next()]).toEqual([1000, 1001, 1002, 1000]);
});

test("ranges taken never overlap, and everything given back can be taken again", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), give: fc.nat(20) })), (steps) => {
      const allocator = new RangeAllocator("buses", 4, 40);
      const held = new Map<number, number>();
      for (const { size, give } of steps) {
        const victim = [...held.keys()][give];
        if (victim !== undefined) {
          allocator.give(victim);
          held.delete(victim);
        }
        try {
          const first = allocator.take(size);
          for (const [start, count] of held) expect(first + size <= start || start + count <= first).toBe(true);
          expect(first >= 4 && first + size <= 40).toBe(true);
          held.set(first, size);
        } catch (error) {
          expect(String(error)).toMatch(/no \d consecutive buses left: \d+ of 36 are in use/);
        }
      }
      for (const first of held.keys()) allocator.give(first);
      expect(allocator.take(36)).toBe(4);
    }),
  );
});

test("counts that make no sense are refused", () => {
  const allocator = new RangeAllocator("buffers", 0, 8);
  expect(() => allocator.take(0)).toThrow("buffers: a count of 0");
  expect(() => allocator.take(1.5)).toThrow("1.5");
  allocator.give(3);
  expect(allocator.take(8)).toBe(0);
});
