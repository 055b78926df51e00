/// Samples in files to floats and back, with libsndfile's scaling, rounding and clipping: what scsynth reads and writes.
import { alawByte, alawSamples, mulawByte, mulawSamples, roundToEven } from "./companding.ts";
import type { SampleFormat } from "./sound-file.ts";

interface SampleCodec {
  /// Size of a sample.
  bytes: number;
  get(view: DataView, at: number, little: boolean): number;
  put(view: DataView, at: number, sample: number, little: boolean): void;
}

/// Full scale is 2^31 for every whole-number format: the sample is rounded there and loses its low bits, so a 16-bit value is rounded
/// downwards, not to the nearest.
function fixedPoint(sample: number): number {
  const scaled = sample * 0x80000000;
  return scaled >= 0x7fffffff ? 0x7fffffff : scaled <= -0x80000000 ? -0x80000000 : roundToEven(scaled) | 0;
}

export const sampleCodecs: Record<SampleFormat, SampleCodec> = {
  int8: {
    bytes: 1,
    get: (view, at) => view.getInt8(at) / 0x80,
    put: (view, at, sample) => view.setInt8(at, fixedPoint(sample) >> 24),
  },
  uint8: {
    bytes: 1,
    get: (view, at) => (view.getUint8(at) - 0x80) / 0x80,
    put: (view, at, sample) => view.setUint8(at, (fixedPoint(sample) >> 24) + 0x80),
  },
  int16: {
    bytes: 2,
    get: (view, at, little) => view.getInt16(at, little) / 0x8000,
    put: (view, at, sample, little) => view.setInt16(at, fixedPoint(sample) >> 16, little),
  },
  int24: {
    bytes: 3,
    get(view, at, little) {
      const high = view.getInt8(little ? at + 2 : at);
      const low = view.getUint8(little ? at : at + 2);
      return ((high << 16) | (view.getUint8(at + 1) << 8) | low) / 0x800000;
    },
    put(view, at, sample, little) {
      const value = fixedPoint(sample) >> 8;
      view.setInt8(little ? at + 2 : at, value >> 16);
      view.setUint8(at + 1, (value >> 8) & 0xff);
      view.setUint8(little ? at : at + 2, value & 0xff);
    },
  },
  int32: {
    bytes: 4,
    get: (view, at, little) => view.getInt32(at, little) / 0x80000000,
    put: (view, at, sample, little) => view.setInt32(at, fixedPoint(sample), little),
  },
  float: {
    bytes: 4,
    get: (view, at, little) => view.getFloat32(at, little),
    put: (view, at, sample, little) => view.setFloat32(at, sample, little),
  },
  double: {
    bytes: 8,
    get: (view, at, little) => view.getFloat64(at, little),
    put: (view, at, sample, little) => view.setFloat64(at, sample, little),
  },
  mulaw: {
    bytes: 1,
    get: (view, at) => mulawSamples[view.getUint8(at)],
    put: (view, at, sample) => view.setUint8(at, mulawByte(sample)),
  },
  alaw: {
    bytes: 1,
    get: (view, at) => alawSamples[view.getUint8(at)],
    put: (view, at, sample) => view.setUint8(at, alawByte(sample)),
  },
};

const nativeIsLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/// `count` samples from the start of `bytes` to `out[outAt...]`.
export function decodeSamples(
  bytes: Uint8Array,
  format: SampleFormat,
  little: boolean,
  out: Float32Array,
  outAt: number,
  count: number,
): void {
  if (format === "float" && little === nativeIsLittle) {
    new Uint8Array(out.buffer, out.byteOffset + outAt * 4, count * 4).set(bytes.subarray(0, count * 4));
    return;
  }
  const codec = sampleCodecs[format];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let k = 0; k < count; k++) out[outAt + k] = codec.get(view, k * codec.bytes, little);
}

/// `count` samples from `samples[from...]` to the start of `bytes`.
export function encodeSamples(
  samples: Float32Array,
  from: number,
  count: number,
  format: SampleFormat,
  little: boolean,
  bytes: Uint8Array,
): void {
  if (format === "float" && little === nativeIsLittle) {
    bytes.set(new Uint8Array(samples.buffer, samples.byteOffset + from * 4, count * 4));
    return;
  }
  const codec = sampleCodecs[format];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let k = 0; k < count; k++) codec.put(view, k * codec.bytes, samples[from + k], little);
}
