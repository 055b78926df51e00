/// Opens a sound file by what its first bytes say it is, and makes one by name.
import { aiff } from "./containers/aiff.ts";
import { caf } from "./containers/caf.ts";
import type { Container } from "./containers/container.ts";
import { ircam, next, raw } from "./containers/plain.ts";
import { rf64, w64, wav } from "./containers/riff.ts";
import { InputFile } from "./file.ts";
import { FlacReader, FlacWriter, flacFormats, isFlac } from "./flac/file.ts";
import { PcmReader, PcmWriter, rawLayout } from "./pcm.ts";
import {
  maxChannels,
  parseHeaderName,
  parseSampleFormat,
  type SoundFileReader,
  type SoundFileWriter,
  type SoundSpec,
} from "./sound-file.ts";

const containers: readonly Container[] = [wav, rf64, w64, aiff, caf, next, ircam, raw];

/// Opens a sound file to read. Raw samples need `raw`, the description that they lack.
/// Throws `SoundFileError` for what is no sound file, and the system's error where there is no such file.
export function openSoundFile(path: string, options: { raw?: Omit<SoundSpec, "header"> } = {}): SoundFileReader {
  const file = new InputFile(path);
  try {
    if (options.raw) return new PcmReader(file, rawLayout(file, { ...options.raw, header: "raw" }));
    const head = String.fromCharCode(...file.read(0, 40));
    if (isFlac(head)) return new FlacReader(file);
    const container = containers.find(({ recognises }) => recognises(head));
    if (container) return new PcmReader(file, container.read(file));
    return file.fail("not a sound file of a known kind (WAV, RF64, W64, AIFF, CAF, AU, IRCAM, FLAC)");
  } catch (error) {
    file.close();
    throw error;
  }
}

/// What to write: header and sample format by scsynth's names, in any case.
export interface SoundFileOptions {
  header: string;
  format: string;
  channels: number;
  sampleRate: number;
}

/// Makes a sound file, which appears under `path` when it is closed. Throws for names that are unknown or do not go together.
export function createSoundFile(path: string, { header, format, channels, sampleRate }: SoundFileOptions): SoundFileWriter {
  const spec = { header: parseHeaderName(header), format: parseSampleFormat(format), channels, sampleRate };
  if (!(channels >= 1 && channels <= maxChannels))
    throw new RangeError(`a sound file of ${channels} channels: 1 to ${maxChannels} are possible`);
  if (!(sampleRate > 0)) throw new RangeError(`a sample rate of ${sampleRate} Hz`);
  const container = containers.find(({ names }) => names.includes(spec.header));
  const formats = container?.formats ?? flacFormats;
  if (!formats.includes(spec.format)) {
    throw new Error(`unsupported sample format "${format}" in a ${header} file: it can have ${formats.join(", ")}`);
  }
  return container ? new PcmWriter(path, container, spec) : new FlacWriter(path, spec);
}
