/// Positioned reads, and writes that become visible only when they are complete.
import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SoundFileError } from "./sound-file.ts";

/// A file open for reading at any position.
export class InputFile {
  readonly path: string;
  readonly size: number;
  private readonly handle: number;

  constructor(path: string) {
    // Asked before opening: a pipe would wait for somebody to write into it.
    if (!statSync(path).isFile()) throw new SoundFileError(path, "is not a file");
    this.path = path;
    this.handle = openSync(path, "r");
    this.size = fstatSync(this.handle).size;
  }

  /// The bytes of `[position, position + size)` that exist, in `buffer` where one is given.
  read(position: number, size: number, buffer: Uint8Array = new Uint8Array(Math.max(0, Math.min(size, this.size - position)))): Uint8Array {
    const wanted = Math.min(size, buffer.length);
    let done = 0;
    while (done < wanted) {
      const count = readSync(this.handle, buffer, done, wanted - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return buffer.subarray(0, done);
  }

  /// A view of exactly `size` bytes. Throws where the file ends before.
  view(position: number, size: number, what: string): DataView {
    const bytes = this.read(position, size);
    if (bytes.length < size) this.fail(`it ends inside ${what} (byte ${position}: ${size} bytes needed, ${bytes.length} left)`);
    return new DataView(bytes.buffer, bytes.byteOffset, size);
  }

  fail(message: string): never {
    throw new SoundFileError(this.path, message);
  }

  close(): void {
    closeSync(this.handle);
  }
}

/// Temporary files that a process which ends early must not leave behind.
const unfinished = new Set<string>();
let watching = false;
let serial = 0;

/// A file being written under a temporary name beside its own. What is not a regular file (a device, a pipe) is written to directly.
export class OutputFile {
  private readonly path: string;
  private readonly temporary: string | undefined;
  private readonly handle: number;
  private open = true;

  constructor(path: string) {
    this.path = existsSync(path) ? realpathSync(path) : path;
    const direct = existsSync(path) && !statSync(path).isFile();
    if (direct && statSync(path).isDirectory()) throw new SoundFileError(path, "is a folder");
    this.temporary = direct ? undefined : join(dirname(this.path), `.${basename(this.path)}.${process.pid}-${serial++}.part`);
    this.handle = openSync(this.temporary ?? this.path, direct ? "w" : "wx");
    if (!this.temporary) return;
    unfinished.add(this.temporary);
    if (!watching) process.once("exit", removeUnfinished);
    watching = true;
  }

  /// Appends.
  write(bytes: Uint8Array): void {
    this.writeAt(bytes, null);
  }

  /// Overwrites the beginning; not possible, and not done, where bytes have already left through a device.
  writeStart(bytes: Uint8Array): void {
    if (this.temporary) this.writeAt(bytes, 0);
  }

  private writeAt(bytes: Uint8Array, position: number | null): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.handle, bytes, done, bytes.length - done, position === null ? null : position + done);
      }
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    closeSync(this.handle);
    if (!this.temporary) return;
    renameSync(this.temporary, this.path);
    unfinished.delete(this.temporary);
  }

  abort(): void {
    if (!this.open) return;
    this.open = false;
    closeSync(this.handle);
    if (!this.temporary) return;
    rmSync(this.temporary, { force: true });
    unfinished.delete(this.temporary);
  }
}

function removeUnfinished(): void {
  for (const path of unfinished) rmSync(path, { force: true });
}
