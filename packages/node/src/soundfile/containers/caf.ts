/// Apple's Core Audio Format: 64-bit sizes, a description chunk, then data.
import type { InputFile } from "../file.ts";
import { sampleCodecs } from "../samples.ts";
import type { SampleFormat } from "../sound-file.ts";
import {
  type ChunkHeads,
  type Container,
  checkedLayout,
  floatFormats,
  HeaderBytes,
  integerFormats,
  type PcmLayout,
  readChunks,
  textAt,
} from "./container.ts";

/// Bits of the format flags.
const isFloat = 1;
const isLittle = 2;
const companded: Record<string, SampleFormat> = { ulaw: "mulaw", alaw: "alaw" };

const cafHeads: ChunkHeads = { bytes: 12, size: (head) => Number(head.getBigInt64(4)), align: 1 };

function readCaf(file: InputFile): PcmLayout {
  let description: DataView | undefined;
  for (const { id, start, size } of readChunks(file, 8, cafHeads)) {
    if (id === "desc") description = file.view(start, 32, "the desc chunk");
    // The data chunk begins with a count of edits; a size of -1 reaches to the end of the file.
    if (id === "data") return cafLayout(file, description, start + 4, size < 0 ? file.size : size - 4);
  }
  return file.fail("it has no data chunk");
}

function cafLayout(file: InputFile, description: DataView | undefined, start: number, dataBytes: number): PcmLayout {
  if (!description) return file.fail("it has no desc chunk before its data");
  const id = textAt(description, 8, 4);
  const flags = description.getUint32(12);
  const bytes = Math.ceil(description.getUint32(28) / 8);
  const format = id === "lpcm" ? (flags & isFloat ? floatFormats : integerFormats)[bytes] : companded[id];
  if (!format) file.fail(`its samples (format "${id}", ${bytes * 8} bits) are of a kind that is not supported`);
  const channels = description.getUint32(24);
  const littleEndian = (flags & isLittle) !== 0;
  const layout = { header: "caf" as const, format, channels, sampleRate: description.getFloat64(0), littleEndian, start };
  return checkedLayout(file, layout, dataBytes, sampleCodecs[format].bytes * channels);
}

export const caf: Container = {
  names: ["caf"],
  formats: ["int8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"],
  littleEndian: false,
  align: 1,
  recognises: (head) => head.startsWith("caff"),
  read: readCaf,
  header({ format, channels, sampleRate }, _frames, dataBytes) {
    const { bytes } = sampleCodecs[format];
    const id = format === "mulaw" ? "ulaw" : format === "alaw" ? "alaw" : "lpcm";
    return new HeaderBytes(true)
      .text("caff")
      .u16(1, 0)
      .text("desc")
      .u64(32)
      .f64(sampleRate)
      .text(id)
      .u32(format === "float" || format === "double" ? isFloat : 0, bytes * channels, 1, channels, bytes * 8)
      .text("data")
      .u64(dataBytes + 4)
      .u32(0)
      .done();
  },
};
