/// The files that commands read and write, as the host provides them. The host decides which paths are allowed.

/// A sound file open for reading.
export interface SoundReader {
  readonly channels: number;
  readonly frames: number;
  readonly sampleRate: number;
  /// Reads up to `count` frames from frame `frame` on, interleaved, into the start of `out`; gives how many there were.
  read(out: Float32Array, frame: number, count: number): number;
  close(): void;
}

/// A sound file being written; it has its name once it is closed.
export interface SoundWriter {
  readonly channels: number;
  /// Appends `frames` frames.
  write(interleaved: Float32Array, frames: number): void;
  close(): void;
  abort(): void;
}

/// Every method throws `FileError` for a path that is refused, missing, or not what it should be.
export interface ServerFiles {
  openSound(path: string): SoundReader;
  createSound(path: string, options: { header: string; format: string; channels: number; sampleRate: number }): SoundWriter;
  /// All bytes of a file of modest size.
  readBytes(path: string): Uint8Array;
  /// Paths that a pattern with `*` and `?` stands for, or the SynthDef files in a folder.
  list(path: string, what: "pattern" | "folder"): readonly string[];
}

/// Why a file cannot be had, in the words of the library scsynth uses where it has words for it.
export class FileError extends Error {
  readonly code: "file/refused" | "file/missing" | "file/format" | "file/system";
  readonly path: string;

  constructor(code: FileError["code"], path: string, reason: string) {
    super(reason);
    this.name = "FileError";
    this.code = code;
    this.path = path;
  }
}

/// A host without files, such as a test or a page.
export const noFiles: ServerFiles = {
  openSound: refuse,
  createSound: refuse,
  readBytes: refuse,
  list: () => [],
};

function refuse(path: string): never {
  throw new FileError("file/refused", path, "this server has no files");
}
