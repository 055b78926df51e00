import { describe, expect, test } from "vitest";
import { emitFft, fftTables, fftWorkBytes } from "../../packages/core/src/wasm/fft.ts";

const sizes = Array.from({ length: 16 }, (_, i) => 8 << i);
const memory = new WebAssembly.Memory({ initial: 80 });
const instance = new WebAssembly.Instance(new WebAssembly.Module(emitFft()), { env: { memory } });
const { fft, ifft } = instance.exports as Record<"fft" | "ifft", (data: number, size: number, work: number) => void>;
// Not a multiple of 16, and with canaries around what may be written.
const data = 1028;

function prepare(samples: ArrayLike<number>): { block: Float32Array; work: number; run(f: typeof fft): void } {
  const size = samples.length;
  const work = data + 4 * size + 8;
  new Float32Array(memory.buffer).fill(12345);
  const block = new Float32Array(memory.buffer, data, size);
  block.set(samples);
  new Float32Array(memory.buffer, work).set(fftTables(size));
  return {
    block,
    work,
    run(f) {
      f(data, size, work);
      const all = new Float32Array(memory.buffer);
      for (const place of [data - 4, data + 4 * size, work + fftWorkBytes(size)]) expect(all[place / 4]).toBe(12345);
    },
  };
}

/// A repeatable noise in [-1, 1).
const noise = (size: number): Float64Array => {
  let seed = 1;
  return Float64Array.from({ length: size }, () => Math.fround((seed = (Math.imul(seed, 1664525) + 1013904223) | 0) / 2 ** 31));
};

/// One bin by its definition.
function bin(x: ArrayLike<number>, k: number): [number, number] {
  let re = 0;
  let im = 0;
  for (let m = 0; m < x.length; m++) {
    const angle = (2 * Math.PI * ((k * m) % x.length)) / x.length;
    re += x[m] * Math.cos(angle);
    im -= x[m] * Math.sin(angle);
  }
  return [re, im];
}

describe.each(sizes)("size %i", (size) => {
  const x = noise(size);
  const tolerance = 4e-7 * Math.sqrt(size) * Math.log2(size);

  test("bins are those of the slow transform", () => {
    const { block, run } = prepare(x);
    run(fft);
    expect(Math.abs(block[0] - bin(x, 0)[0])).toBeLessThan(tolerance);
    expect(Math.abs(block[1] - bin(x, size / 2)[0])).toBeLessThan(tolerance);
    const step = Math.max(1, Math.floor(size / 512));
    const bins = Array.from({ length: Math.min(size / 2 - 1, 40) }, (_, i) =>
      size <= 64 ? i + 1 : 1 + ((i * 13 * step) % (size / 2 - 1)),
    );
    for (const k of [...bins, size / 4, size / 2 - 1]) {
      const [re, im] = bin(x, k);
      expect(Math.hypot(block[2 * k] - re, block[2 * k + 1] - im), `bin ${k}`).toBeLessThan(tolerance);
    }
  });

  test("the inverse gives the samples back", () => {
    const { block, run } = prepare(x);
    run(fft);
    run(ifft);
    let worst = 0;
    for (let i = 0; i < size; i++) worst = Math.max(worst, Math.abs(block[i] - x[i]));
    expect(worst).toBeLessThan(1e-6);
  });

  test("energy is kept (Parseval)", () => {
    const { block, run } = prepare(x);
    run(fft);
    let spectrum = block[0] ** 2 + block[1] ** 2;
    for (let i = 2; i < size; i++) spectrum += 2 * block[i] ** 2;
    const energy = x.reduce((sum, v) => sum + v * v, 0);
    expect(spectrum / size / energy).toBeCloseTo(1, 5);
  });
});
