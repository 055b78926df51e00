/// The formats with a header of fixed fields: Sun and NeXT (.au, .snd), IRCAM (.sf), and raw samples with no header at all.
import type { InputFile } from "../file.ts";
import { sampleCodecs } from "../samples.ts";
import { maxChannels, type SampleFormat, sampleFormats } from "../sound-file.ts";
import { type Container, checkedLayout, HeaderBytes, type PcmLayout } from "./container.ts";

const nextCodes: Partial<Record<SampleFormat, number>> = {
  mulaw: 1,
  int8: 2,
  int16: 3,
  int24: 4,
  int32: 5,
  float: 6,
  double: 7,
  alaw: 27,
};

const ircamCodes: Partial<Record<SampleFormat, number>> = { int16: 2, float: 4, alaw: 0x10001, mulaw: 0x20001, int32: 0x40004 };

const formatOf = (codes: Partial<Record<SampleFormat, number>>, code: number) => sampleFormats.find((format) => codes[format] === code);

function readNext(file: InputFile): PcmLayout {
  const head = file.view(0, 24, "the header");
  // Files from little-endian machines begin with "dns.".
  const littleEndian = head.getUint8(0) === 0x64;
  const [, start, size, code, sampleRate, channels] = Array.from({ length: 6 }, (_, k) => head.getUint32(k * 4, littleEndian));
  const format = formatOf(nextCodes, code);
  if (!format) return file.fail(`its samples are of kind ${code}, which is not supported`);
  const layout = { header: "next" as const, format, channels, sampleRate, littleEndian, start };
  return checkedLayout(file, layout, size === 0xffffffff ? file.size : size, sampleCodecs[format].bytes * channels);
}

export const next: Container = {
  names: ["next"],
  formats: Object.keys(nextCodes) as SampleFormat[],
  littleEndian: false,
  align: 1,
  recognises: (head) => head.startsWith(".snd") || head.startsWith("dns."),
  read: readNext,
  header: ({ format, channels, sampleRate }, _frames, dataBytes) =>
    new HeaderBytes(true).text(".snd").u32(24, dataBytes, nextCodes[format]!, Math.round(sampleRate), channels).done(),
};

const ircamHeaderBytes = 1024;
/// VAX, Sun, MIPS, NeXT.
const ircamMarks = ["d\xa3\x01\0", "d\xa3\x02\0", "d\xa3\x03\0", "d\xa3\x04\0"];

function readIrcam(file: InputFile): PcmLayout {
  const head = file.view(0, 16, "the header");
  // The mark names a machine; the number of channels tells its byte order.
  const count = head.getUint32(8, true);
  const littleEndian = count >= 1 && count <= maxChannels;
  const code = head.getUint32(12, littleEndian);
  const format = formatOf(ircamCodes, code);
  if (!format) return file.fail(`its samples are of kind ${code}, which is not supported`);
  const channels = head.getUint32(8, littleEndian);
  const sampleRate = head.getFloat32(4, littleEndian);
  const layout = { header: "ircam" as const, format, channels, sampleRate, littleEndian, start: ircamHeaderBytes };
  return checkedLayout(file, layout, file.size, sampleCodecs[format].bytes * channels);
}

export const ircam: Container = {
  names: ["ircam"],
  formats: Object.keys(ircamCodes) as SampleFormat[],
  littleEndian: true,
  align: 1,
  recognises: (head) => ircamMarks.some((mark) => head.startsWith(mark)),
  read: readIrcam,
  header: ({ format, channels, sampleRate }) =>
    new HeaderBytes(false).raw(0x64, 0xa3, 3, 0).f32(sampleRate).u32(channels, ircamCodes[format]!).pad(ircamHeaderBytes).done(),
};

export const raw: Container = {
  names: ["raw"],
  formats: sampleFormats,
  littleEndian: true,
  align: 1,
  recognises: () => false,
  read: (file) => file.fail("raw samples carry no description: say their format, channels and sample rate"),
  header: () => new Uint8Array(),
};
