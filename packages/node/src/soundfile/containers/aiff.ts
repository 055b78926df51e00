/// AIFF, and AIFC for what is not big-endian whole numbers.
import type { InputFile } from "../file.ts";
import { sampleCodecs } from "../samples.ts";
import type { SampleFormat, SoundSpec } from "../sound-file.ts";
import {
  type ChunkHeads,
  type Container,
  checkedLayout,
  HeaderBytes,
  integerFormats,
  type PcmLayout,
  readChunks,
  textAt,
} from "./container.ts";

/// Sample format and byte order of each compression type; whole numbers get their size from the COMM chunk.
const compressionTypes: Record<string, { format?: SampleFormat; little?: boolean }> = {
  NONE: {},
  twos: {},
  sowt: { little: true },
  "raw ": { format: "uint8" },
  in24: { format: "int24" },
  in32: { format: "int32" },
  "42ni": { format: "int24", little: true },
  "23ni": { format: "int32", little: true },
  fl32: { format: "float" },
  fl64: { format: "double" },
  ulaw: { format: "mulaw" },
  alaw: { format: "alaw" },
};
const writtenTypes: Partial<Record<SampleFormat, string>> = { uint8: "raw ", float: "fl32", double: "fl64", mulaw: "ulaw", alaw: "alaw" };

const aiffHeads: ChunkHeads = { bytes: 8, size: (head) => head.getUint32(4), align: 2 };

function readAiff(file: InputFile): PcmLayout {
  const compressed = textAt(file.view(0, 12, "the header"), 8, 4) === "AIFC";
  let common: DataView | undefined;
  let sound: { start: number; size: number } | undefined;
  for (const { id, start, size } of readChunks(file, 12, aiffHeads)) {
    if (id === "COMM") common = file.view(start, compressed ? 22 : 18, "the COMM chunk");
    if (id === "SSND") {
      const offset = file.view(start, 8, "the SSND chunk").getUint32(0);
      sound = { start: start + 8 + offset, size: size - 8 - offset };
    }
    if (common && sound) break;
  }
  if (!common) file.fail("it has no COMM chunk");
  const type = compressed ? textAt(common, 18, 4) : "NONE";
  const kind = compressionTypes[type] ?? compressionTypes[type.toLowerCase()];
  const bits = common.getInt16(6);
  const format = kind?.format ?? integerFormats[Math.ceil(bits / 8)];
  if (!kind || !format) file.fail(`its samples (compression "${type}", ${bits} bits) are of a kind that is not supported`);
  const channels = common.getInt16(0);
  const frameBytes = sampleCodecs[format].bytes * channels;
  const layout = {
    header: "aiff" as const,
    format,
    channels,
    sampleRate: extendedFloat(common, 8),
    littleEndian: kind.little ?? false,
    start: sound?.start ?? file.size,
  };
  return checkedLayout(file, layout, Math.min(sound?.size ?? 0, common.getUint32(2) * frameBytes), frameBytes);
}

/// The 80-bit float that holds the sample rate: 15 bits of exponent, then a mantissa with its leading 1.
function extendedFloat(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16383 - 63;
  return Number(view.getBigUint64(at + 2)) * 2 ** exponent;
}

function extendedBytes(value: number): number[] {
  const exponent = Math.floor(Math.log2(value));
  const mantissa = BigInt(Math.round(value * 2 ** (52 - exponent))) << 11n;
  return [
    ...new HeaderBytes(true)
      .u16(exponent + 16383)
      .u32(Number(mantissa >> 32n), Number(mantissa & 0xffffffffn))
      .done(),
  ];
}

function aiffHeader(spec: SoundSpec, frames: number, dataBytes: number): Uint8Array {
  const { format, channels, sampleRate } = spec;
  const type = writtenTypes[format];
  const body = new HeaderBytes(true);
  if (type) body.text("AIFCFVER").u32(4, 0xa2805140);
  else body.text("AIFF");
  body
    .text("COMM")
    .u32(type ? 24 : 18)
    .u16(channels)
    .u32(frames)
    .u16(sampleCodecs[format].bytes * 8)
    .raw(...extendedBytes(sampleRate));
  if (type) body.text(type).u16(0);
  body.text("SSND").u32(8 + dataBytes, 0, 0);
  return new HeaderBytes(true)
    .text("FORM")
    .u32(body.size + dataBytes + (dataBytes & 1))
    .raw(...body.done())
    .done();
}

export const aiff: Container = {
  names: ["aiff"],
  formats: ["int8", "uint8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"],
  littleEndian: false,
  align: 2,
  recognises: (head) => head.startsWith("FORM") && (head.slice(8, 12) === "AIFF" || head.slice(8, 12) === "AIFC"),
  read: readAiff,
  header: aiffHeader,
};
