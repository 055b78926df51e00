/// What spectral units share in one engine: the Fourier transform's code, its work areas and the analysis windows, each made on first use and kept.
import { maximumPages, type Target } from "../synthdef/abi.ts";
import { emitFft, fftTables, fftWorkBytes } from "../wasm/fft.ts";
import type { BufferGenerator, Buffers } from "./buffers.ts";
import type { Memory } from "./memory.ts";

type Transform = (base: number, data: number, size: number, work: number) => number;

/// Powers of two from 8 to 262144.
const isTransformSize = (size: number): boolean => size >= 8 && size <= 262144 && (size & (size - 1)) === 0;

/// Longest window: that of the largest transform.
const longestWindow = 262144;

/// Values of a window at samples 0 to size - 1 of one period. The steps are rounded to f32, as in scsynth.
const windows: Readonly<Record<number, (i: number, size: number) => number>> = {
  [-1]: () => 1,
  0: (i, size) => Math.sin(i * (Math.fround(Math.PI) / size)),
  1: (i, size) => 0.5 - 0.5 * Math.cos(i * (Math.fround(2 * Math.PI) / size)),
};

/// /b_gen PreparePartConv (buffer with an impulse response, fftsize): cuts the response into partitions of fftsize / 2 samples, transforms each, followed by as many
/// zeros, and leaves them one after the other in the buffer, as far as it reaches.
const preparePartitions =
  (transforms: Transforms): BufferGenerator =>
  (buffers, index, args) => {
    const [source, size] = args.map(Number);
    const work = transforms.work(size);
    if (work === 0) return;
    const response = buffers.samples(source).slice();
    const partitions = buffers.samples(index);
    for (let k = 0; (k + 1) * size <= partitions.length; k++) {
      const partition = partitions.subarray(k * size, (k + 1) * size).fill(0);
      partition.set(response.subarray((k * size) / 2, ((k + 1) * size) / 2));
      transforms.fft(0, partition.byteOffset, size, work);
    }
  };

export class Transforms {
  readonly #memory: Memory;
  readonly #buffers: Buffers;
  readonly #target: Target;
  readonly #work = new Map<number, number>();
  readonly #windows = new Map<string, number>();
  #code: { readonly fft: Transform; readonly ifft: Transform } | undefined;

  constructor(memory: Memory, buffers: Buffers, target: Target) {
    this.#memory = memory;
    this.#buffers = buffers;
    this.#target = target;
    buffers.generators.set("PreparePartConv", preparePartitions(this));
  }

  get fft(): Transform {
    return this.#transforms().fft;
  }

  get ifft(): Transform {
    return this.#transforms().ifft;
  }

  /// Makes the code, and enters it once.
  prepare(): void {
    const size = 256;
    const work = this.work(size);
    const data = this.#buffers.reserve(size * 4);
    if (work === 0 || data === 0) return;
    this.fft(0, data, size, work);
    this.ifft(0, data, size, work);
  }

  /// Work area of transforms of `size` values, its tables filled in. 0 when there is no such transform or no memory.
  work(size: number): number {
    if (!isTransformSize(size)) return 0;
    return this.#made(this.#work, size, fftWorkBytes(size), () => fftTables(size));
  }

  /// `size` values of the window `kind`; an unknown kind is rectangular. 0 when there is no memory.
  window(kind: number, size: number): number {
    if (!(size >= 1 && size <= longestWindow)) return 0;
    const shape = windows[kind] ?? windows[-1];
    return this.#made(this.#windows, `${kind} ${size}`, size * 4, () => Float32Array.from({ length: size }, (_, i) => shape(i, size)));
  }

  #made<K>(known: Map<K, number>, key: K, bytes: number, values: () => Float32Array): number {
    const before = known.get(key);
    if (before !== undefined) return before;
    const address = this.#buffers.reserve(bytes);
    if (address === 0) return 0;
    this.#memory.f32.set(values(), address >> 2);
    known.set(key, address);
    return address;
  }

  #transforms(): { readonly fft: Transform; readonly ifft: Transform } {
    if (!this.#code) {
      const memory = this.#memory.wasm;
      const module = new WebAssembly.Module(emitFft({ shared: this.#target.sharedMemory, max: maximumPages }));
      const { unitFft, unitIfft } = new WebAssembly.Instance(module, { env: { memory } }).exports;
      this.#code = { fft: unitFft as Transform, ifft: unitIfft as Transform };
    }
    return this.#code;
  }
}
