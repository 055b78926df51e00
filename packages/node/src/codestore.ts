/// Compiled definitions in a folder, for the processes to come.
///
/// A file per entry, named by the hash of its key: a hash of what follows it, then the bytes. What does not match is taken for missing, whoever
/// wrote it; a folder that cannot be read or written is an empty one.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeStore } from "@heddle/core/synthdef";

const extension = ".heddle";
const hashBytes = 32;
/// Of all entries together, unless told otherwise; the least recently used go first.
const mostBytes = 64 << 20;

export class FolderCodeStore implements CodeStore {
  readonly #folder: string;
  readonly #mostBytes: number;

  constructor(folder: string, options: { mostBytes?: number } = {}) {
    this.#folder = folder;
    this.#mostBytes = options.mostBytes ?? mostBytes;
  }

  load(key: string): Uint8Array<ArrayBuffer> | undefined {
    const file = this.#file(key);
    try {
      const entry = readFileSync(file);
      const bytes = entry.subarray(hashBytes);
      if (!hashOf(bytes).equals(entry.subarray(0, hashBytes))) return undefined;
      const now = new Date();
      utimesSync(file, now, now);
      return new Uint8Array(bytes);
    } catch {
      return undefined;
    }
  }

  save(key: string, bytes: Uint8Array): void {
    const file = this.#file(key);
    const draft = `${file}.${process.pid}`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(draft, Buffer.concat([hashOf(bytes), bytes]));
      // Other processes see no entry or all of it.
      renameSync(draft, file);
      this.#prune();
    } catch {
      if (existsSync(draft)) rmSync(draft);
    }
  }

  #file(key: string): string {
    return join(this.#folder, `${hashOf(key).toString("hex")}${extension}`);
  }

  #prune(): void {
    const entries = readdirSync(this.#folder)
      .filter((name) => name.endsWith(extension))
      .map((name) => {
        const path = join(this.#folder, name);
        const { size, mtimeMs } = statSync(path);
        return { path, size, used: mtimeMs };
      });
    let total = entries.reduce((sum, { size }) => sum + size, 0);
    if (total <= this.#mostBytes) return;
    for (const { path, size } of entries.sort((a, b) => a.used - b.used)) {
      rmSync(path, { force: true });
      total -= size;
      if (total <= this.#mostBytes) return;
    }
  }
}

const hashOf = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();
