/// The workloads beside this file: Heddle, the installed guile, and s7's times scaled to this machine.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Interpreter, intern, words } from "@heddle/core/scheme";

const source = (name: string) => readFileSync(fileURLToPath(new URL(`./${name}.scm`, import.meta.url)), "utf8");

interface Workload {
  readonly name: string;
  readonly argument: number;
  /// Milliseconds of s7 9.17 and of guile 3.0.8 (compiled) on the machine of the design study, idle.
  readonly s7: number;
  readonly guile: number;
}

const workload = (name: string, argument: number, s7: number, guile: number): Workload => ({ name, argument, s7, guile });
const workloads: readonly Workload[] = [
  workload("fibx", 27, 24.6, 3.8),
  workload("nqueens", 9, 10.6, 1.1),
  workload("conses", 300, 24.3, 40),
  workload("closures", 500_000, 58, 53),
  workload("strbuild", 50_000, 7.1, 36),
  workload("markov", 50_000, 39, 30),
  workload("dispatch", 100_000, 42, 16),
];

export const REPEATS = 9;

/// Milliseconds of this process's own time: the machine may be busy with other things.
export const processTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function measure({ name, argument }: Workload): number {
  const s = new Interpreter({ heapMax: 256 << 20 });
  s.run(source("prelude"));
  s.run(source(name));
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS; i++) {
    const begin = processTime();
    s.send(intern("bench-run"), words.fix(argument));
    best = Math.min(best, processTime() - begin);
  }
  return best;
}

/// Guile's time for the same, which compiles a file to machine code before it runs it; undefined where it is not installed.
function guile({ name, argument }: Workload): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), "heddle-"));
  const file = join(folder, `${name}.scm`);
  const program = `(define ht-make make-hash-table) ${source(name)}
(let loop ((i 0) (best 1e9)) (if (= i ${REPEATS}) (begin (display best) (newline))
  (let ((t (get-internal-run-time))) (bench-run ${argument}) (loop (+ i 1) (min best (/ (- (get-internal-run-time) t) (/ internal-time-units-per-second 1000.0)))))))`;
  writeFileSync(file, program);
  try {
    const env = { ...process.env, XDG_CACHE_HOME: folder, GUILE_AUTO_COMPILE: "1" };
    const done = spawnSync("guile", [file], { encoding: "utf8", env });
    return done.status === 0 ? Number(done.stdout.trim().split("\n").pop()) : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const geometricMean = (ratios: readonly number[]): number => Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length);
const cell = (x: number | undefined, digits = 1): string => (x === undefined || Number.isNaN(x) ? "-" : x.toFixed(digits));

/// The table of workloads, and what a message costs.
export function speed(): string[] {
  const rows = workloads.map((w) => ({ ...w, ours: measure(w), guileHere: guile(w) }));
  const factor = geometricMean(rows.map(({ guile, guileHere }) => (guileHere ?? Number.NaN) / guile));
  const mean = geometricMean(rows.map(({ ours, s7 }) => ours / s7));
  return [
    "s7 9.17 and guile (first column) were timed on another machine, idle; guile (second column) runs right after Heddle on this one, under the same load.",
    `The geometric mean of guile's ratios, ${cell(factor, 2)}, is the speed of that machine over this one: "scaled" is s7's time multiplied by it.`,
    "",
    "| workload | Heddle ms | s7 ms | ratio | s7 scaled ms | ratio | guile ms | guile here ms |",
    "|---|---|---|---|---|---|---|---|",
    ...rows.map(
      ({ name, ours, s7, guile, guileHere }) =>
        `| ${name} | ${cell(ours)} | ${s7} | ${cell(ours / s7, 2)} | ${cell(s7 * factor)} | ${cell(ours / s7 / factor, 2)} | ${guile} | ${cell(guileHere)} |`,
    ),
    `| geometric mean | | | ${cell(mean, 2)} | | ${cell(mean / factor, 2)} | | |`,
    "",
    `A message \`(note 60 100)\` is looked up and applied in ${messageTime().toFixed(3)} us.`,
    "",
  ];
}

function messageTime(): number {
  const s = new Interpreter();
  s.run("(define (note pitch vel) pitch)");
  const message = s.keep(s.run("'(note 60 100)"));
  const count = 200_000;
  for (let round = 0; round < 2; round++) for (let i = 0; i < count; i++) s.message(message);
  const begin = processTime();
  for (let i = 0; i < count; i++) s.message(message);
  return ((processTime() - begin) * 1000) / count;
}
