/// Sound files of every kind that scsynth reads and writes, as streams of float frames.
export { createSoundFile, openSoundFile, type SoundFileOptions } from "./open.ts";
export {
  type HeaderName,
  headerNames,
  parseHeaderName,
  parseSampleFormat,
  type SampleFormat,
  SoundFileError,
  type SoundFileReader,
  type SoundFileWriter,
  type SoundSpec,
  sampleFormats,
} from "./sound-file.ts";
