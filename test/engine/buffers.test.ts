import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BufferWord, bufferRecordBytes } from "../../packages/core/src/synthdef/abi.ts";
import { engineWith } from "./support.ts";

function buffersOf(frames = 0, channels = 1) {
  const engine = engineWith([], { buffers: 8 });
  if (frames > 0) engine.buffers.allocate(0, frames, channels);
  return engine.buffers;
}

describe("records", () => {
  test("hold what units read", () => {
    const { buffers, memory, target } = engineWith([], { buffers: 8 });
    expect(buffers.allocate(3, 100, 2, 44100)).toBe(null);
    const at = (target.bufferRecords + 3 * bufferRecordBytes) >> 2;
    const record = Array.from(memory.i32.subarray(at, at + 8));
    expect(record[BufferWord.data]! % 16).toBe(0);
    expect(record.slice(BufferWord.frames, BufferWord.mask + 1)).toEqual([100, 2, 200, 127]);
    expect(memory.f32[at + BufferWord.sampleRate]).toBe(44100);
    buffers.open(3, 5);
    expect(memory.i32[at + BufferWord.mask]).toBe(-1);
    expect([buffers.close(3), buffers.close(3)]).toEqual([5, 0]);
    buffers.free(3);
    expect(buffers.info(3)).toEqual({ index: 3, frames: 0, channels: 0, sampleRate: 44100 });
    expect(buffers.free(3)).toBe(null);
  });

  test("sizes that make no buffer fail without a word; an index out of range means buffer 0", () => {
    const buffers = buffersOf(10);
    expect([buffers.allocate(1, 0), buffers.allocate(1, -10), buffers.allocate(1, 2 ** 31 - 1, 1024)]).toEqual(["", "", ""]);
    expect(buffers.allocate(9999, 20)).toBe(null);
    expect(buffers.info(0).frames).toBe(20);
    expect(buffers.info(-1).frames).toBe(20);
  });

  test("memory grows as needed, contents stay, and views are renewed", () => {
    const engine = engineWith([], { buffers: 8 });
    engine.buffers.load(0, Float32Array.of(1, 2, 3, 4), 2, 48000);
    const output = engine.output(0);
    engine.buffers.allocate(1, 5_000_000);
    expect(engine.output(0) === output).toBe(false);
    expect(engine.output(0).length).toBe(16);
    expect(Array.from(engine.buffers.samples(0))).toEqual([1, 2, 3, 4]);
    expect(engine.buffers.samples(1).length).toBe(5_000_000);
    const size = engine.memory.bytes;
    for (let i = 0; i < 5; i++) engine.buffers.allocate(1, 5_000_000);
    expect(engine.memory.bytes).toBeLessThan(size + 22_000_000);
  });
});

test("set, get, fill: errors and clipped ranges", () => {
  const b = buffersOf(8);
  expect([b.set(0, 8, 1), b.set(0, -4, 1), b.set(0, 7, 1)]).toEqual(["index out of range", "index out of range", null]);
  b.setAll(0, -2, [10, 11, 12, 13]);
  b.setAll(0, 6, [20, 21, 22, 23]);
  b.setAll(0, 0, [10], 5);
  expect([b.span(0, -2, 4), b.span(0, 6, 4), b.span(0, 3, 2), b.span(0, 9, 2), b.span(0, -9, 2)]).toEqual([2, 2, 2, 0, 0]);
  b.fill(0, 3, 2, 5);
  b.fill(0, -100, 50, 9);
  b.fill(0, 100, 50, 9);
  expect(Array.from(b.samples(0))).toEqual([10, 11, 0, 5, 5, 0, 20, 21]);
  expect([b.get(0, 0), b.get(0, 8), b.get(0, -1)]).toEqual([10, undefined, undefined]);
  expect([b.getAll(0, 6, 2)?.length, b.getAll(0, 6, 3), b.getAll(0, -5, 3)]).toEqual([2, undefined, undefined]);
  b.zero(0);
  expect(b.samples(0).every((x) => x === 0)).toBe(true);
  expect([b.overwrite(0, 6, Float32Array.of(1, 2, 3), 1, 48000), b.get(0, 7)]).toEqual([null, 2]);
  expect(b.overwrite(0, 0, Float32Array.of(1, 2), 2, 48000)).toBe("failed");
});

const clear = 4;
const wavetable = 2;
const normalise = 1;

describe("generators", () => {
  const generate = (frames: number, name: string, ...args: (number | string)[]) => {
    const buffers = buffersOf(frames);
    expect(buffers.generate(0, name, args)).toBe(null);
    return Array.from(buffers.samples(0));
  };
  /// Point i of n of a sum of sines, from the formula.
  const sines = (n: number, partials: readonly (readonly [k: number, a: number, phase: number])[]) =>
    Array.from({ length: n }, (_, i) => partials.reduce((sum, [k, a, p]) => sum + a * Math.sin(p + (2 * Math.PI * k * i) / n), 0));
  const close = (given: readonly number[], expected: readonly number[]) => {
    expect(given.length).toBe(expected.length);
    for (const [i, x] of given.entries()) expect(x).toBeCloseTo(expected[i]!, 5);
  };
  /// The points that a wavetable's pairs stand for.
  const points = (pairs: readonly number[]) => pairs.flatMap((a, i) => (i % 2 === 0 ? [a + pairs[i + 1]!] : []));

  test("sums of sines", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 5 }), (n, amplitudes) => {
        close(
          generate(n, "sine1", clear, ...amplitudes),
          sines(
            n,
            amplitudes.map((a, i) => [i + 1, a, 0]),
          ),
        );
      }),
    );
    close(
      generate(16, "sine2", clear, 1.5, 0.5, 3, 1),
      sines(16, [
        [1.5, 0.5, 0],
        [3, 1, 0],
      ]),
    );
    close(
      generate(16, "sine3", clear, 1, 0.5, 0.25, 2, 1, 1),
      sines(16, [
        [1, 0.5, 0.25],
        [2, 1, 1],
      ]),
    );
    close(
      points(generate(32, "sine1", clear + wavetable, 1, 0.5)),
      sines(16, [
        [1, 1, 0],
        [2, 0.5, 0],
      ]),
    );
  });

  test("a wavetable leads from each point to the next", () => {
    const pairs = generate(32, "sine3", wavetable, 1, 1, 0.3);
    const expected = sines(16, [[1, 1, 0.3]]);
    for (let i = 0; i < 16; i++) expect(pairs[2 * i]! + 2 * pairs[2 * i + 1]!).toBeCloseTo(expected[(i + 1) % 16]!, 5);
  });

  test("an odd size ends with the first half of a pair", () => {
    const pairs = generate(5, "sine1", wavetable, 1);
    expect(pairs[4]).toBeCloseTo(2 * Math.sin(2 * Math.PI) - Math.sin(3 * Math.PI), 5);
  });

  test("flags: add or clear, normalise", () => {
    const buffers = buffersOf(16);
    buffers.generate(0, "sine1", [0, 1]);
    buffers.generate(0, "sine1", [0, 1]);
    close(Array.from(buffers.samples(0)), sines(16, [[1, 2, 0]]));
    buffers.generate(0, "sine1", [clear + normalise, 3]);
    close(Array.from(buffers.samples(0)), sines(16, [[1, 1, 0]]));
  });

  test("Chebyshev polynomials by their recurrence", () => {
    const amplitudes = [0.5, -1, 0.25, 2];
    const chebyshev = (k: number, v: number): number => (k === 0 ? 1 : k === 1 ? v : 2 * v * chebyshev(k - 1, v) - chebyshev(k - 2, v));
    const at = (v: number) => amplitudes.reduce((sum, a, i) => sum + a * (chebyshev(i + 1, v) - chebyshev(i + 1, 0)), 0);
    close(
      generate(32, "cheby", clear, ...amplitudes),
      Array.from({ length: 32 }, (_, i) => at(-1 + i / 16)),
    );
    close(
      points(generate(32, "cheby", clear + wavetable, ...amplitudes)),
      Array.from({ length: 16 }, (_, i) => at(-1 + i / 8)),
    );
    expect(generate(3 * 7, "cheby", clear + wavetable, 1, 1).every(Number.isFinite)).toBe(true);
  });

  test("normalize and wnormalize", () => {
    const buffers = buffersOf(4);
    buffers.setAll(0, 0, [0.5, -2, 1, 0]);
    buffers.generate(0, "normalize", []);
    expect(Array.from(buffers.samples(0))).toEqual([0.25, -1, 0.5, 0]);
    buffers.generate(0, "normalize", [3]);
    expect(Array.from(buffers.samples(0))).toEqual([0.75, -3, 1.5, 0]);
    buffers.setAll(0, 0, [3, -1, -5, 1]);
    buffers.generate(0, "wnormalize", []);
    expect(Array.from(buffers.samples(0))).toEqual([0.75, -0.25, -1.25, 0.25]);
    buffers.zero(0);
    buffers.generate(0, "normalize", []);
    expect(Array.from(buffers.samples(0))).toEqual([0, 0, 0, 0]);
  });

  test("copy, also onto itself and clipped", () => {
    const buffers = buffersOf(3, 2);
    buffers.allocate(1, 4, 2);
    buffers.setAll(1, 0, [1, 2, 3, 4, 5, 6, 7, 8]);
    buffers.generate(0, "copy", [1, 1, 2, -1]);
    expect(Array.from(buffers.samples(0))).toEqual([0, 0, 5, 6, 7, 8]);
    buffers.generate(1, "copy", [1, 1, 0, 3]);
    expect(Array.from(buffers.samples(1))).toEqual([1, 2, 1, 2, 3, 4, 5, 6]);
    buffers.generate(0, "copy", [99, 1, 99, 1000]);
    expect(Array.from(buffers.samples(0))).toEqual([0, 0, 5, 6, 5, 6]);
    buffers.allocate(2, 4, 1);
    buffers.generate(2, "copy", [0, 1, 0, -1]);
    expect(Array.from(buffers.samples(2))).toEqual([0, 0, 0, 0]);
  });

  test("the Cantor set", () => {
    const expected = Array.from({ length: 30 }, (_, i) => (i.toString(3).includes("1") ? 0 : 1));
    expect(generate(30, "cantorFill")).toEqual(expected);
  });

  test("envelopes of one stage, every shape", () => {
    const rise = (shape: number, curve = 0) => generate(4, "env", 0, 1, -99, -99, 1, 1, shape, curve);
    const points = (f: (t: number) => number) => [0, 1, 2, 3].map((i) => f(i / 4));
    close(
      rise(0),
      points(() => 1),
    );
    close(
      rise(1),
      points((t) => t),
    );
    close(generate(4, "env", 1, 1, 0, 0, 16, 1, 2, 0), [1, 2, 4, 8]);
    close(
      rise(3),
      points((t) => 0.5 - 0.5 * Math.cos(Math.PI * t)),
    );
    // Subtracted, not added: scsynth's mistake.
    close(
      rise(4),
      points((t) => -Math.sin((Math.PI / 2) * t)),
    );
    close(generate(4, "env", 1, 1, 0, 0, 0, 1, 4, 0), [
      1,
      -Math.sin(0.375 * Math.PI),
      -Math.sin(0.25 * Math.PI),
      -Math.sin(0.125 * Math.PI),
    ]);
    close(
      rise(5, -4),
      points((t) => (1 - Math.exp(-4 * t)) / (1 - Math.exp(-4))),
    );
    close(
      rise(5, 0.0005),
      points((t) => t),
    );
    close(
      rise(6),
      points((t) => t ** 2),
    );
    close(
      rise(7),
      points((t) => t ** 3),
    );
    close(
      rise(8),
      points(() => 0),
    );
  });

  test("envelopes of several stages, with scsynth's sense of time", () => {
    const lines = (...stages: readonly (readonly [level: number, time: number])[]) =>
      generate(10, "env", 0, stages.length, -99, -99, ...stages.flatMap(([level, time]) => [level, time, 1, 0]));
    close(lines([1, 0.5], [0, 1]), [0, 0.2, 0.4, 0.6, 0.8, 1, 0.8, 0.6, 0.4, 0.2]);
    // Stage three ends at 9 of 10 but the two before it count as 2 + 4.
    close(lines([1, 0.2], [0, 0.4], [3, 0.9]), [0, 0.5, 1, 0.5, 0, 1, 2, 0, 0, 0]);
    close(lines([1, 0.5], [5, 0.25], [0, 3]), [0, 0.2, 0.4, 0.6, 0.8, 5, 10 / 3, 5 / 3, 0, 0]);
    close(lines([1, 7]), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    close(lines([2, -0.5], [0, 1]), [2, 28 / 15, 26 / 15, 24 / 15, 22 / 15, 20 / 15, 18 / 15, 16 / 15, 14 / 15, 12 / 15]);
    expect(generate(4, "env", 0, 9, -99, -99, 1, 0.5)).toEqual([0, 0, 0, 0]);
  });

  test("leave alone what does not suit them", () => {
    const buffers = buffersOf(4, 2);
    for (const name of ["sine1", "cheby", "normalize", "cantorFill", "env"]) expect(buffers.generate(0, name, [7, 1, 1, 1])).toBe(null);
    expect(buffers.samples(0).every((x) => x === 0)).toBe(true);
    expect(buffers.generate(5, "sine1", [7, 1])).toBe(null);
    expect(buffers.generate(5, "copy", [0, 9999, 0, 10])).toBe(null);
    expect(buffers.generate(0, "zzz", [])).toBe("buf gen routine not found");
  });
});
