/// Reference audio small enough for a repository: bit for bit, at about a quarter of its size.
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/// The samples' bit patterns, channel after channel, as differences from the one before, their high bytes together, then the next ...: what a
/// general compressor does well on.
export function packAudio(samples: Float32Array, channels: number): Uint8Array {
  const count = samples.length;
  const frames = count / channels;
  const bits = new Int32Array(samples.buffer, samples.byteOffset, count);
  const planes = new Uint8Array(count * 4);
  let before = 0;
  for (let k = 0; k < count; k++) {
    const value = bits[(k % frames) * channels + Math.floor(k / frames)];
    for (let plane = 0; plane < 4; plane++) planes[plane * count + k] = (value - before) >>> (24 - 8 * plane);
    before = value;
  }
  return brotliCompressSync(planes, { params: { [constants.BROTLI_PARAM_LGWIN]: 22 } });
}

export function unpackAudio(packed: Uint8Array, channels: number): Float32Array {
  const planes = brotliDecompressSync(packed);
  const count = planes.length / 4;
  const frames = count / channels;
  const bits = new Int32Array(count);
  let value = 0;
  for (let k = 0; k < count; k++) {
    for (let plane = 0; plane < 4; plane++) value = (value + (planes[plane * count + k] << (24 - 8 * plane))) | 0;
    bits[(k % frames) * channels + Math.floor(k / frames)] = value;
  }
  return new Float32Array(bits.buffer);
}
