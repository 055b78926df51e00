/// The files a server's commands may touch: those in the folders that the user allows.
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { FileError, type ServerFiles, type SoundReader, type SoundWriter } from "@heddle/core/osc";
import { createSoundFile, openSoundFile } from "../soundfile/index.ts";

/// SynthDef files are small; a larger one is something else.
const largestFile = 64 << 20;

export class FolderFiles implements ServerFiles {
  private readonly cwd: string;
  private readonly folders: readonly string[];

  /// Relative paths count from `cwd`; only what lies inside one of `folders` is touched.
  constructor(cwd: string, folders: readonly string[]) {
    this.cwd = cwd;
    this.folders = folders.map((folder) => real(resolve(cwd, folder)));
  }

  openSound(path: string): SoundReader {
    const file = this.allowed(path);
    return guarded(path, () => openSoundFile(file));
  }

  createSound(path: string, options: { header: string; format: string; channels: number; sampleRate: number }): SoundWriter {
    const file = this.allowed(path);
    if (!exists(dirname(file))) throw missing(path);
    return guarded(path, () => createSoundFile(file, options));
  }

  readBytes(path: string): Uint8Array {
    const file = this.allowed(path);
    return guarded(path, () => {
      const { size } = statSync(file);
      if (size > largestFile) throw new Error(`a file of ${size} bytes, expected at most ${largestFile}`);
      return readFileSync(file);
    });
  }

  list(path: string, what: "pattern" | "folder"): readonly string[] {
    const folder = this.allowed(what === "folder" ? path : dirname(path));
    const pattern = what === "folder" ? /\.scsyndef$/ : globPattern(basename(path));
    return guarded(path, () =>
      readdirSync(folder)
        .filter((name) => pattern.test(name))
        .sort()
        .map((name) => join(folder, name)),
    );
  }

  /// The absolute path, with links followed so that none leads out of the folders.
  private allowed(path: string): string {
    const absolute = real(resolve(this.cwd, path));
    if (path !== "" && !path.includes("\0") && this.folders.some((folder) => isInside(absolute, folder))) return absolute;
    throw new FileError("file/refused", path, `access refused: it lies outside of ${this.folders.join(", ")} (--allow DIR adds a folder)`);
  }
}

const isInside = (path: string, folder: string) => {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith("..") && resolve(folder, way) === path);
};

/// `path` with links followed as far as it exists.
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

const missing = (path: string) => new FileError("file/missing", path, "System error : No such file or directory");

/// Says what went wrong in the words of the library that scsynth uses, where it has words for it.
function guarded<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const message = error instanceof Error ? error.message : String(error);
    if (code === "ENOENT") throw missing(path);
    if (code === "soundfile/unreadable") throw new FileError("file/format", path, "Format not recognised");
    if (/^unsupported /.test(message)) throw new FileError("file/format", path, message);
    throw new FileError("file/system", path, `System error : ${message}`);
  }
}

function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}
