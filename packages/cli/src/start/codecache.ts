/// Bundles that start from the machine's last run: V8 keeps what it compiled of them in a file beside the bundle.
///
/// Of this program a third of the time to a first sound went into parsing and compiling itself, before. The file is only good for the bundle and the
/// Node that it was made with: its name says which. V8 checks the rest, and a file that it rejects, or that is missing, costs time and nothing else.
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";

export interface Bundle {
  readonly exports: unknown;
  /// Keeps the code that was compiled meanwhile for the next run, unless that has it already. Does nothing where it may not write.
  keep(): void;
}

/// Loads a CommonJS bundle of Latin-1 text.
export function loadBundle(path: string): Bundle {
  const { size, mtimeMs } = statSync(path);
  const prefix = `${basename(path)}.${process.version}-${process.arch}`;
  const file = join(dirname(path), `${prefix}.${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}.code`);
  const cachedData = existing(file);
  const script = new Script(`(function (exports, require) {${readFileSync(path, "latin1")}\n})`, { filename: path, cachedData });
  const exports = {};
  script.runInThisContext()(exports, createRequire(path));
  return {
    exports,
    keep() {
      // With other flags than usual V8 rejects the code that it would have to make again without them.
      const unusual = process.execArgv.length > 0 || process.env.NODE_OPTIONS !== undefined;
      if (cachedData && (!script.cachedDataRejected || unusual)) return;
      try {
        replace(file, script.createCachedData());
        for (const name of readdirSync(dirname(path))) {
          if (name.startsWith(prefix) && name !== basename(file)) rmSync(join(dirname(path), name), { force: true });
        }
      } catch {
        // An installation that its user may not change, or a full disk.
      }
    },
  };
}

function existing(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/// Other processes see the old file or the new one.
function replace(file: string, data: Uint8Array): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, data);
  renameSync(draft, file);
}
