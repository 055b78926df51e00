/// Power spectrum of real frames, by a radix-2 transform with its tables made once.

/// For frames of `size` samples, a power of two: adds |X[k]|^2 of `frame` to `power[k]`, for k up to size / 2.
export type PowerSpectrum = (frame: Float64Array, power: Float64Array) => void;

export function powerSpectrum(size: number): PowerSpectrum {
  const cosines = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sines = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const order = Uint32Array.from({ length: size }, (_, k) => reversed(k) >>> (32 - Math.log2(size)));
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);

  function butterflies(half: number): void {
    const step = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const a = start + k;
        const b = a + half;
        const re = real[b] * cosines[k * step] - imaginary[b] * sines[k * step];
        const im = real[b] * sines[k * step] + imaginary[b] * cosines[k * step];
        real[b] = real[a] - re;
        imaginary[b] = imaginary[a] - im;
        real[a] += re;
        imaginary[a] += im;
      }
    }
  }

  return (frame, power) => {
    for (let k = 0; k < size; k++) real[order[k]] = frame[k];
    imaginary.fill(0);
    for (let half = 1; half < size; half *= 2) butterflies(half);
    for (let k = 0; k <= size / 2; k++) power[k] += real[k] * real[k] + imaginary[k] * imaginary[k];
  };
}

/// The 32 bits of `x` in the opposite order.
function reversed(x: number): number {
  let y = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  y = ((y >>> 2) & 0x33333333) | ((y & 0x33333333) << 2);
  y = ((y >>> 4) & 0x0f0f0f0f) | ((y & 0x0f0f0f0f) << 4);
  y = ((y >>> 8) & 0x00ff00ff) | ((y & 0x00ff00ff) << 8);
  return (y >>> 16) | (y << 16);
}
