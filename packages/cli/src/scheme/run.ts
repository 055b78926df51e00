/// Runs programs and expressions and reports errors with their place.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ExitRequest, type FileAccess, Interpreter, SchemeError, words } from "@heddle/core/scheme";
import { repl } from "./repl.ts";
import { report } from "./report.ts";

export interface Options {
  eval: string[];
  interactive?: boolean;
  bare?: boolean;
  heapMax: string;
  fuel?: string;
  gcStats?: boolean;
}

const files: FileAccess = {
  read(path) {
    try {
      return readFileSync(path);
    } catch {
      return undefined;
    }
  },
  write(path, bytes) {
    try {
      writeFileSync(path, bytes);
      return true;
    } catch {
      return false;
    }
  },
  exists: existsSync,
  remove(path) {
    try {
      rmSync(path);
      return true;
    } catch {
      return false;
    }
  },
};

/// Returns the exit code: 0, 1 after an error, or what `(exit n)` asked for.
export async function run(paths: string[], options: Options): Promise<number> {
  const megabytes = Number(options.heapMax);
  if (!(megabytes >= 1 && megabytes <= 2048)) {
    console.error(`--heap-max: expected 1 to 2048 megabytes, was given ${options.heapMax}`);
    return 2;
  }
  const interpreter = new Interpreter({
    bare: options.bare,
    heapMax: megabytes * 1024 * 1024,
    fuel: options.fuel === undefined ? undefined : Number(options.fuel),
    files,
    output: (text) => process.stdout.write(text),
    errors: (text) => process.stderr.write(text),
  });
  const code = runAll(interpreter, paths, options.eval);
  const alone = paths.length === 0 && options.eval.length === 0;
  const result = code === 0 && (options.interactive === true || alone) ? await repl(interpreter) : code;
  if (options.gcStats === true) printStatistics(interpreter);
  return result;
}

function runAll(interpreter: Interpreter, paths: string[], expressions: string[]): number {
  for (const path of paths) {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch {
      console.error(`heddle scheme: cannot read ${path}`);
      return 1;
    }
    const code = attempt(text, path, () => interpreter.run(text, path));
    if (code !== 0) return code > 0 ? code : 0;
  }
  for (const text of expressions) {
    const code = attempt(text, "-e", () => {
      const value = interpreter.run(text, "-e");
      if (value !== words.UNSPECIFIED) console.log(interpreter.write(value));
    });
    if (code !== 0) return code > 0 ? code : 0;
  }
  return 0;
}

/// 0, or the exit code; -1 for `(exit 0)`.
function attempt(text: string, name: string, body: () => unknown): number {
  try {
    body();
    return 0;
  } catch (error) {
    if (error instanceof ExitRequest) return error.code === 0 ? -1 : error.code;
    if (!(error instanceof SchemeError)) throw error;
    process.stderr.write(report(error, name, text, process.stderr.isTTY === true));
    return 1;
  }
}

function printStatistics(interpreter: Interpreter): void {
  const { collector } = interpreter.heap;
  const { counts, longest, total } = collector.pauses;
  const figures = [
    `${collector.cycles} cycles, ${collector.live} cells alive, ${interpreter.heap.allocated} allocated`,
    `${(interpreter.heap.usedBytes / 1048576).toFixed(1)} MB in use`,
    `longest pause ${longest.toFixed(0)} us, all pauses ${(total / 1000).toFixed(2)} ms`,
  ];
  console.error(`heap: ${figures.join("; ")}`);
  counts.forEach((count, bucket) => {
    if (count > 0) console.error(`  up to ${String(2 ** bucket).padStart(7)} us: ${count}`);
  });
}
