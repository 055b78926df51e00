/// WAV and its larger relatives RF64 and Wave64, which share the `fmt` chunk.
import type { InputFile } from "../file.ts";
import { sampleCodecs } from "../samples.ts";
import type { SampleFormat, SoundSpec } from "../sound-file.ts";
import {
  type Chunk,
  type ChunkHeads,
  type Container,
  checkedLayout,
  floatFormats,
  HeaderBytes,
  integerFormats,
  type PcmLayout,
  readChunks,
} from "./container.ts";

const formatTag = { pcm: 1, float: 3, alaw: 6, mulaw: 7, extensible: 0xfffe } as const;
/// The 14 bytes after the format tag in the identifier of an extensible file's format.
const subformatTail = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];
/// Samples of 8 bits have no sign in RIFF files.
const riffFormats: readonly SampleFormat[] = ["uint8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"];

interface FormatAndData {
  fmt?: Chunk;
  data?: Chunk;
}

const riffHeads: ChunkHeads = { bytes: 8, size: (head) => head.getUint32(4, true), align: 2 };

/// Where `fmt` and `data` are. A size of 0xffffffff, as unfinished and RF64 files have, means the one in `ds64` or the rest of the file.
function riffChunks(file: InputFile): FormatAndData {
  let dataSize = file.size;
  let fmt: Chunk | undefined;
  for (const chunk of readChunks(file, 12, riffHeads)) {
    const { id, start, size } = chunk;
    if (id === "ds64") dataSize = Number(file.view(start, 16, "the ds64 chunk").getBigUint64(8, true));
    if (id === "fmt ") fmt = chunk;
    if (id === "data") return { fmt, data: { id, start, size: size === 0xffffffff ? dataSize : size } };
  }
  return { fmt };
}

/// The 16-byte identifiers of Wave64: a RIFF name and one of two tails.
const w64Riff = "riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00";
const w64Tail = "\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a";

/// Sizes in Wave64 have 64 bits and count the 24 bytes of the head.
const w64Heads: ChunkHeads = { bytes: 24, size: (head) => Number(head.getBigUint64(16, true)) - 24, align: 8 };

function w64Chunks(file: InputFile): FormatAndData {
  let fmt: Chunk | undefined;
  for (const chunk of readChunks(file, 40, w64Heads)) {
    if (chunk.id === "fmt ") fmt = chunk;
    if (chunk.id === "data") return { fmt, data: chunk };
  }
  return { fmt };
}

function readLayout(file: InputFile, name: "wav" | "rf64" | "w64", { fmt, data }: FormatAndData): PcmLayout {
  if (!data) file.fail("it has no data chunk");
  if (!fmt) file.fail("it has no fmt chunk before its data");
  const view = file.view(fmt.start, Math.max(16, Math.min(fmt.size, 40)), "the fmt chunk");
  const tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const extensible = tag === formatTag.extensible && view.byteLength >= 26;
  const bytes = Math.floor(view.getUint16(12, true) / Math.max(1, channels));
  const format = sampleFormatOf(extensible ? view.getUint16(24, true) : tag, bytes);
  if (!format) file.fail(`its samples (format ${tag}, ${view.getUint16(14, true)} bits) are of a kind that is not supported`);
  const layout = {
    header: extensible && name === "wav" ? ("wavex" as const) : name,
    format,
    channels,
    sampleRate: view.getUint32(4, true),
    littleEndian: true,
    start: data.start,
  };
  return checkedLayout(file, layout, data.size, bytes * channels);
}

function sampleFormatOf(tag: number, bytes: number): SampleFormat | undefined {
  if (tag === formatTag.pcm) return bytes === 1 ? "uint8" : integerFormats[bytes];
  if (tag === formatTag.float) return floatFormats[bytes];
  if (bytes !== 1) return undefined;
  return tag === formatTag.alaw ? "alaw" : tag === formatTag.mulaw ? "mulaw" : undefined;
}

/// The body of a `fmt` chunk.
function fmtChunk({ format, channels, sampleRate }: SoundSpec, extensible: boolean): number[] {
  const { bytes } = sampleCodecs[format];
  const tag =
    format === "float" || format === "double"
      ? formatTag.float
      : format === "alaw" || format === "mulaw"
        ? formatTag[format]
        : formatTag.pcm;
  const rate = Math.round(sampleRate);
  const out = new HeaderBytes(false)
    .u16(extensible ? formatTag.extensible : tag, channels)
    .u32(rate, rate * bytes * channels)
    .u16(bytes * channels, bytes * 8);
  if (extensible) {
    const speakers = channels === 1 ? 4 : channels === 2 ? 3 : 0;
    out
      .u16(22, bytes * 8)
      .u32(speakers)
      .u16(tag)
      .raw(...subformatTail);
  } else if (bytes === 1 && tag !== formatTag.pcm) {
    out.u16(0);
  }
  return [...out.done()];
}

const needsFact = ({ format }: SoundSpec) => format === "float" || format === "double" || format === "alaw" || format === "mulaw";

function wavHeader(spec: SoundSpec, frames: number, dataBytes: number): Uint8Array {
  const fmt = fmtChunk(spec, spec.header === "wavex");
  const fact = needsFact(spec) ? new HeaderBytes(false).text("fact").u32(4, frames).done() : [];
  const size = 4 + 8 + fmt.length + fact.length + 8 + dataBytes + (dataBytes & 1);
  return new HeaderBytes(false)
    .text("RIFF")
    .u32(size)
    .text("WAVEfmt ")
    .u32(fmt.length)
    .raw(...fmt, ...fact)
    .text("data")
    .u32(dataBytes)
    .done();
}

export const wav: Container = {
  names: ["wav", "wavex"],
  formats: riffFormats,
  littleEndian: true,
  align: 2,
  recognises: (head) => head.startsWith("RIFF") && head.slice(8, 12) === "WAVE",
  read: (file) => readLayout(file, "wav", riffChunks(file)),
  header: wavHeader,
};

export const rf64: Container = {
  names: ["rf64"],
  formats: riffFormats,
  littleEndian: true,
  align: 2,
  recognises: (head) => (head.startsWith("RF64") || head.startsWith("BW64")) && head.slice(8, 12) === "WAVE",
  read: (file) => readLayout(file, "rf64", riffChunks(file)),
  header(spec, frames, dataBytes) {
    const fmt = fmtChunk(spec, true);
    const size = 4 + 36 + 8 + fmt.length + 8 + dataBytes + (dataBytes & 1);
    return new HeaderBytes(false)
      .text("RF64")
      .u32(0xffffffff)
      .text("WAVEds64")
      .u32(28)
      .u64(size, dataBytes, frames)
      .u32(0)
      .text("fmt ")
      .u32(fmt.length)
      .raw(...fmt)
      .text("data")
      .u32(0xffffffff)
      .done();
  },
};

export const w64: Container = {
  names: ["w64"],
  formats: riffFormats,
  littleEndian: true,
  align: 8,
  recognises: (head) => head.startsWith(w64Riff),
  read: (file) => readLayout(file, "w64", w64Chunks(file)),
  header(spec, _frames, dataBytes) {
    const fmt = fmtChunk(spec, false);
    const fmtSize = Math.ceil(fmt.length / 8) * 8;
    return new HeaderBytes(false)
      .text(w64Riff)
      .u64(40 + 24 + fmtSize + 24 + Math.ceil(dataBytes / 8) * 8)
      .text(`wave${w64Tail}fmt ${w64Tail}`)
      .u64(24 + fmt.length)
      .raw(...fmt)
      .pad(40 + 24 + fmtSize)
      .text(`data${w64Tail}`)
      .u64(24 + dataBytes)
      .done();
  },
};
