/// `*s7*`: figures and settings of the interpreter.
import type { Interpreter } from "../interpreter.ts";
import { isKeyword, keywordSymbol, symbolName } from "../symbols.ts";
import { FALSE, fix, isSymbol, NIL, TRUE, UNDEFINED } from "../words.ts";

const writable: Record<string, string> = {
  "print-length": "printLength",
  "equivalent-float-epsilon": "equivalentFloatEpsilon",
  "default-rationalize-error": "defaultRationalizeError",
  "float-format-precision": "floatFormatPrecision",
};

/// Fields that read as a constant: settings of s7 that have no effect here.
const constants: Record<string, number> = {
  "max-string-length": fix(1073741823),
  "max-list-length": fix(1073741823),
  "max-vector-length": fix(536870911),
  "max-vector-dimensions": fix(512),
  "default-hash-table-length": fix(8),
  "initial-string-port-length": fix(128),
  "hash-table-float-epsilon": fix(0),
  "memory-usage": FALSE,
  debug: fix(0),
  profile: fix(0),
  safety: fix(0),
  autoloading: TRUE,
  openlets: TRUE,
  "expansions?": TRUE,
  "undefined-identifier-warnings": FALSE,
  "undefined-constant-warnings": FALSE,
  stacktrace: NIL,
  catches: NIL,
  "history-enabled": FALSE,
  accept_all_keyword_arguments: FALSE,
  "muffle-warnings?": FALSE,
};

function nameOf(s: Interpreter, key: number): string {
  if (!isSymbol(key)) throw s.wrongTypeIn("*s7*", 1, key, "a symbol");
  return symbolName(isKeyword(key) ? keywordSymbol(key) : key);
}

/// Figures of the collector: cycles, live cells, longest slice and total in microseconds, slices by duration.
function statistics(s: Interpreter): number {
  const { heap } = s;
  const c = heap.collector;
  const histogram = heap.list(...Array.from(c.pauses.counts).map(fix));
  const entries: [string, number][] = [
    ["cycles", fix(c.cycles)],
    ["live", heap.integer(c.live)],
    ["allocated", heap.integer(heap.allocated)],
    ["longest-us", heap.float(c.pauses.longest)],
    ["total-us", heap.float(c.pauses.total)],
    ["pauses", histogram],
  ];
  return heap.list(...entries.map(([name, value]) => heap.cons(s.symbol(name), value)));
}

export function settingRef(s: Interpreter, key: number): number {
  const name = nameOf(s, key);
  const field = writable[name];
  if (field !== undefined) {
    const value = s.settings[field];
    return Number.isInteger(value) ? s.heap.integer(value) : s.heap.float(value);
  }
  switch (name) {
    case "version":
      return s.string("s7 9.17, 15-Sep-2021 (Heddle)");
    case "major-version":
      return fix(9);
    case "minor-version":
      return fix(17);
    case "heap-size":
      return s.heap.integer(s.heap.pagesUsed * 256);
    case "heap-max":
      return s.heap.integer(s.heap.memory.pages * 256);
    case "free-heap-size":
      return s.heap.integer(Math.max(0, s.heap.pagesUsed * 256 - s.heap.collector.live));
    case "gc-freed":
      return s.heap.integer(Math.max(0, s.heap.allocated - s.heap.collector.live));
    case "gc-protected-objects":
      return s.heap.vector(0);
    case "gc-stats":
      return statistics(s);
    case "gc-total-freed":
      return s.heap.integer(s.heap.allocated);
    case "cpu-time":
      return s.heap.float(s.now() / 1000);
    case "rootlet-size":
      return s.heap.integer(s.environments.length(s.rootlet));
    case "stack-top":
      return s.heap.integer(s.w[s.reg.Sp] - s.heap.memory.stackBase);
    case "stack-size":
    case "max-stack-size":
      return s.heap.integer(s.heap.memory.stackEnd - s.heap.memory.stackBase);
    case "most-positive-fixnum":
      return s.heap.int64(0x7fffffff, -1);
    case "most-negative-fixnum":
      return s.heap.int64(-0x80000000, 0);
    case "file-names":
    case "filenames":
      return s.heap.list(...s.files.map((file) => s.string(file)));
    case "default-random-state":
      return FALSE;
    default:
      return constants[name] ?? UNDEFINED;
  }
}

export function settingSet(s: Interpreter, key: number, value: number): number {
  const name = nameOf(s, key);
  const field = writable[name];
  if (field !== undefined) {
    if (!s.tower.isReal(value)) throw s.wrongTypeIn("set! *s7*", 2, value, "a real");
    const x = s.tower.real(value);
    if (x < 0) throw s.outOfRangeIn("set! *s7*", 2, value, "it is negative");
    s.settings[field] = x;
    return value;
  }
  // s7's other settings can be set; they mean nothing to this machine.
  if (name in constants || name === "gc-stats" || name === "heap-size" || name === "max-stack-size") return value;
  throw s.error("wrong-type-arg", "can't set (*s7* '~A)", key);
}
