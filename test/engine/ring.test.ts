/// Rings of words: whatever is pushed comes out, in order and in one piece, around the end and at any fill.
import { RingReader, RingWriter, ringBytes } from "@heddle/core/engine";
import fc from "fast-check";
import { expect, test } from "vitest";

/// What a ring should be: a list. A record takes one word more than it has, and skips the rest of the ring where it does not fit there.
test("records come out as they went in, whenever either side takes its turn", () => {
  const turn = fc.oneof(
    fc.record({ push: fc.array(fc.integer({ min: -0x80000000, max: 0x7fffffff }), { maxLength: 20 }) }),
    fc.constant("publish" as const),
    fc.constant("take" as const),
  );
  fc.assert(
    fc.property(fc.constantFrom(16, 32, 64), fc.array(turn, { maxLength: 200 }), (capacity, turns) => {
      const memory = new ArrayBuffer(ringBytes(capacity));
      const writer = new RingWriter(memory);
      const reader = new RingReader(memory);
      const pushed: number[][] = [];
      let visible = 0;
      for (const now of turns) {
        if (typeof now === "object") {
          const fits = writer.push(Int32Array.from(now.push), now.push.length);
          if (fits) pushed.push(now.push);
          else expect(writer.free).toBeLessThan(2 * (now.push.length + 1));
        } else if (now === "publish") {
          writer.publish();
          visible = pushed.length;
        } else {
          const at = reader.next();
          expect(at >= 0).toBe(visible > 0);
          if (at < 0) continue;
          expect([...reader.words.subarray(at, at + reader.length)]).toEqual(pushed.shift());
          reader.drop();
          visible--;
        }
        expect(writer.free).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("positions go around 2^32", () => {
  const memory = new ArrayBuffer(ringBytes(8));
  new Int32Array(memory).set([0x7ffffffc], 0);
  new Int32Array(memory).set([0x7ffffffc], 16);
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  for (let i = 0; i < 10; i++) {
    expect(writer.push(Int32Array.of(i, ~i), 2)).toBe(true);
    expect(writer.publish()).toBe(true);
    const at = reader.next();
    expect([reader.words[at], reader.words[at + 1]]).toEqual([i, ~i]);
    reader.drop();
  }
  expect(reader.empty).toBe(true);
});

test("room can be kept for what must not be lost", () => {
  const writer = new RingWriter(new ArrayBuffer(ringBytes(16)));
  expect(writer.push(new Int32Array(7), 7, 8)).toBe(true);
  expect(writer.push(new Int32Array(1), 1, 8)).toBe(false);
  expect(writer.push(new Int32Array(1), 1)).toBe(true);
});

test("a ring has a power of two of words", () => {
  expect(() => new RingWriter(new ArrayBuffer(ringBytes(12)))).toThrow("a ring of 12 words, expected a power of two");
});
