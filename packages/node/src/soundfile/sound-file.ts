/// What a sound file is to the rest of the engine: frames of interleaved floats behind a header name and a sample format.

/// Header names as scsynth spells them, in lower case.
export const headerNames = ["wav", "wavex", "rf64", "w64", "aiff", "next", "ircam", "caf", "flac", "raw"] as const;
export type HeaderName = (typeof headerNames)[number];

export const sampleFormats = ["int8", "uint8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"] as const;
export type SampleFormat = (typeof sampleFormats)[number];

/// What a file is made of.
export interface SoundSpec {
  header: HeaderName;
  format: SampleFormat;
  channels: number;
  /// In Hz. Most headers hold whole numbers only.
  sampleRate: number;
}

/// A sound file open for reading; nothing of its audio is held in memory beyond a few thousand frames.
export interface SoundFileReader extends Readonly<SoundSpec> {
  readonly frames: number;
  /// Reads up to `count` frames from frame `frame` on, interleaved, into the start of `out`; gives how many there were.
  /// Whole-number formats become floats of -1 to 1, scaled by 2^(bits - 1). Throws `SoundFileError` where compressed data is damaged.
  read(out: Float32Array, frame: number, count: number): number;
  close(): void;
}

/// A sound file being written. It has its name only once it is closed: until then there is a temporary file beside it.
export interface SoundFileWriter extends Readonly<SoundSpec> {
  /// Frames written so far.
  readonly frames: number;
  /// Appends `frames` frames of `interleaved`. Whole-number formats are clipped to their range.
  write(interleaved: Float32Array, frames: number): void;
  /// Completes the header and gives the file its name.
  close(): void;
  /// Gives up: the temporary file goes, and whatever had the name before stays.
  abort(): void;
}

/// A file that is not a sound file, is damaged, or is of a kind that is not supported.
export class SoundFileError extends Error {
  readonly code = "soundfile/unreadable";

  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
    this.name = "SoundFileError";
  }
}

const headerAliases: Record<string, HeaderName> = { au: "next", sun: "next", "next/sun": "next", wave: "wav", aif: "aiff", aifc: "aiff" };
const formatAliases: Record<string, SampleFormat> = { ulaw: "mulaw", float32: "float", float64: "double" };

/// The header that scsynth means by `name`, in any case. Throws with scsynth's words for one that is unknown.
export function parseHeaderName(name: string): HeaderName {
  const lower = name.toLowerCase();
  const found = headerNames.find((header) => header === lower) ?? headerAliases[lower];
  if (!found) throw new Error(`unsupported header format "${name}": there are ${headerNames.join(", ")}`);
  return found;
}

/// The sample format that scsynth means by `name`. Throws with scsynth's words for one that is unknown.
export function parseSampleFormat(name: string): SampleFormat {
  const lower = name.toLowerCase();
  const found = sampleFormats.find((format) => format === lower) ?? formatAliases[lower];
  if (!found) throw new Error(`unsupported sample format "${name}": there are ${sampleFormats.join(", ")}`);
  return found;
}

/// libsndfile's limit, and ours: beyond it a header is taken to be damaged.
export const maxChannels = 1024;
