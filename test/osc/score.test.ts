import { encodePacket, type OscBundle, oscMessage, readScore, ScoreError, timeTag, writeScore } from "@heddle/core/osc";
import fc from "fast-check";
import { expect, test } from "vitest";

const at = (seconds: number): OscBundle => ({ time: timeTag(seconds), packets: [oscMessage("/n_set", 1000, "freq", seconds)] });
const bundles = [at(0), at(0), at(0.25), at(1.5)];

test("a score reads back as it was written, with positions", () => {
  const bytes = writeScore(bundles);
  const entries = [...readScore(bytes)];
  expect(entries.map(({ bundle }) => bundle)).toEqual(bundles);
  let position = 0;
  for (const entry of entries) {
    expect(entry.position).toBe(position);
    position += 4 + entry.size;
  }
  expect(position).toBe(bytes.length);
});

test("an empty score has no entries", () => expect([...readScore(new Uint8Array())]).toEqual([]));

/// `bytes` with a 32-bit number written over the four bytes at `offset`.
const patched = (bytes: Uint8Array, offset: number, value: number) => {
  const copy = bytes.slice();
  new DataView(copy.buffer).setInt32(offset, value);
  return copy;
};
const whole = writeScore(bundles);
const second = readScore(whole).next().value!.size + 4;
const lone = encodePacket(oscMessage("/quit"));

test.each([
  ["a cut size", whole.subarray(0, second + 2), 1, second, "ends inside the size"],
  ["a cut bundle", whole.subarray(0, second + 20), 1, second, "but 16 are left"],
  ["a negative size", patched(whole, second, -8), 1, second, "a bundle of -8 bytes"],
  ["a size of 10^9", patched(whole, 0, 1e9), 0, 0, "a bundle of 1000000000 bytes"],
  ["a message", Uint8Array.from([0, 0, 0, lone.length, ...lone]), 0, 4, 'a message ("/quit") where a bundle was expected'],
  ["text", new TextEncoder().encode("[0.0, [\\s_new, \\sine]]"), 0, 0, "not a binary score"],
])("%s is refused after what came before it", (_name, bytes, good, position, reason) => {
  let read = 0;
  let error: unknown;
  try {
    for (const _ of readScore(bytes)) read++;
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ScoreError);
  expect((error as ScoreError).message).toContain(reason);
  expect((error as ScoreError).message).not.toContain("\n");
  expect([read, (error as ScoreError).position]).toEqual([good, position]);
});

test("bundles out of order are refused, reading and writing", () => {
  expect(() => writeScore([at(1), at(0.5)])).toThrow(/bundle 1 is earlier/);
  const [late, early] = [at(1), at(0.5)].map((bundle) => writeScore([bundle]));
  const bytes = Uint8Array.from([...late, ...early]);
  expect(() => [...readScore(bytes)]).toThrow("a bundle at 0.5 s after one at 1 s");
});

test("no change to a score's bytes does more than throw a ScoreError", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
      const damaged = whole.slice();
      for (const [offset, value] of changes) damaged[offset] = value;
      try {
        for (const { position, size } of readScore(damaged)) expect(position + size).toBeLessThan(damaged.length);
      } catch (error) {
        expect(error).toBeInstanceOf(ScoreError);
      }
    }),
    { numRuns: 1000 },
  );
});
