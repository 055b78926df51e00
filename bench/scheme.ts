/// Scheme workloads against s7's and guile's times, and the collector's pauses; `--pauses` or `--speed` for one of the two.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Interpreter, intern, words } from "@heddle/core/scheme";

const here = (name: string) => fileURLToPath(new URL(`./scheme/${name}`, import.meta.url));

/// Workload, argument, and milliseconds of s7 9.17 on the machine of the design study.
const workloads: [string, number, number][] = [
  ["fibx", 27, 24.6],
  ["nqueens", 9, 10.6],
  ["conses", 300, 24.3],
  ["closures", 500_000, 58],
  ["strbuild", 50_000, 7.1],
  ["markov", 50_000, 39],
  ["dispatch", 100_000, 42],
];

const REPEATS = 7;

/// Milliseconds of this process's own time: the machine may be busy with other things.
const clock = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function measure(name: string, n: number): { ms: number; result: string } {
  const s = new Interpreter({ heapMax: 256 << 20 });
  s.run(readFileSync(here("prelude.scm"), "utf8"));
  s.run(readFileSync(here(`${name}.scm`), "utf8"));
  let ms = Number.POSITIVE_INFINITY;
  let result = "";
  for (let i = 0; i < REPEATS; i++) {
    const begin = clock();
    result = s.write(s.send(intern("bench-run"), words.fix(n)));
    ms = Math.min(ms, clock() - begin);
  }
  return { ms, result };
}

function guile(name: string, n: number): number | undefined {
  const program = `(define ht-make make-hash-table) ${readFileSync(here(`${name}.scm`), "utf8")}
(let loop ((i 0) (best 1e9)) (if (= i ${REPEATS}) (begin (display best) (newline))
  (let ((t (get-internal-run-time))) (bench-run ${n}) (loop (+ i 1) (min best (/ (- (get-internal-run-time) t) (/ internal-time-units-per-second 1000.0)))))))`;
  const done = spawnSync("guile", ["-c", program], { encoding: "utf8" });
  return done.status === 0 ? Number(done.stdout.trim().split("\n").pop()) : undefined;
}

/// s7 10.5 inside Debian's snd, on this machine and under its present load.
function snd(name: string, n: number): number | undefined {
  const program = join(mkdtempSync(join(tmpdir(), "heddle-")), "bench.scm");
  writeFileSync(
    program,
    `(load "${here("prelude.scm")}") (load "${here(`${name}.scm`)}")
(let ((best 1e9))
  (do ((i 0 (+ i 1))) ((= i ${REPEATS}))
    (let ((t (*s7* 'cpu-time))) (bench-run ${n}) (set! best (min best (* 1000 (- (*s7* 'cpu-time) t))))))
  (format #t "~%best ~A~%" best))
(exit)`,
  );
  const done = spawnSync("snd", ["-noinit", "--noinit", "-batch", program], { encoding: "utf8", timeout: 60_000 });
  const best = /^best ([0-9.]+)/m.exec(done.stdout ?? "");
  return best === null ? undefined : Number(best[1]);
}

const cell = (x: number | undefined, digits = 1): string => (x === undefined ? "-" : x.toFixed(digits));

function speed(lines: string[]): void {
  lines.push("| workload | Heddle ms | s7 9.17 ms | ratio | s7 10.5 here ms | ratio | guile ms |", "|---|---|---|---|---|---|---|");
  let product = 0;
  let productHere = 0;
  for (const [name, n, s7] of workloads) {
    const { ms } = measure(name, n);
    const peer = snd(name, n);
    product += Math.log(ms / s7);
    productHere += peer === undefined ? Number.NaN : Math.log(ms / peer);
    const ratio = peer === undefined ? undefined : ms / peer;
    lines.push(`| ${name} | ${cell(ms)} | ${s7} | ${cell(ms / s7, 2)} | ${cell(peer)} | ${cell(ratio, 2)} | ${cell(guile(name, n))} |`);
  }
  const mean = (sum: number) => (Number.isNaN(sum) ? "-" : Math.exp(sum / workloads.length).toFixed(2));
  lines.push(`| geometric mean | | | ${mean(product)} | | ${mean(productHere)} | |`, "");
  const s = new Interpreter();
  s.run("(define (note pitch vel) pitch)");
  const message = s.keep(s.run("'(note 60 100)"));
  const count = 200_000;
  for (let round = 0; round < 2; round++) for (let i = 0; i < count; i++) s.message(message);
  const begin = clock();
  for (let i = 0; i < count; i++) s.message(message);
  lines.push(`A message \`(note 60 100)\` is looked up and applied in ${(((clock() - begin) * 1000) / count).toFixed(3)} us.`, "");
}

const TICKS = 60_000;

/// What a tick does: a phrase is made, transposed, filtered and dropped; about 130 cells.
const tick = `
(define phrase ())
(define (tick n)
  (let loop ((i 0) (l ()))
    (if (< i 24)
        (loop (+ i 1) (cons (cons i (+ n i)) l))
        (set! phrase (map (lambda (p) (cons (car p) (+ 12 (cdr p)))) l)))))`;

function pauses(lines: string[]): void {
  lines.push(`${TICKS} ticks of about 130 cells; microseconds of the interpreter's time per tick.`, "");
  lines.push("| live cells | p50 | p99 | p99.9 | max | longest slice | cycles | (gc-run) ms |", "|---|---|---|---|---|---|---|---|");
  for (const live of [0, 100_000, 1_000_000]) {
    const s = new Interpreter({ heapMax: 128 << 20 });
    s.run(tick);
    s.run(`(define keep (let loop ((i 0) (l ())) (if (= i ${live / 2}) l (loop (+ i 1) (cons (cons i i) l)))))`);
    const procedure = s.globalValue(intern("tick"));
    for (let i = 0; i < 5000; i++) s.send(procedure, words.fix(i));
    s.heap.collector.longest = 0;
    const cycles = s.heap.collector.cycles;
    const times = new Float64Array(TICKS);
    for (let i = 0; i < TICKS; i++) {
      const begin = clock();
      const wall = performance.now();
      s.send(procedure, words.fix(i));
      // Less than either: other threads of the process use processor time, other programs real time.
      times[i] = Math.min(performance.now() - wall, clock() - begin) * 1000;
    }
    times.sort();
    const at = (q: number) => times[Math.min(TICKS - 1, Math.floor(q * TICKS))].toFixed(1);
    let whole = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const begin = clock();
      s.run("(gc-run)");
      whole = Math.min(whole, clock() - begin);
    }
    const { collector } = s.heap;
    lines.push(
      `| ${live} | ${at(0.5)} | ${at(0.99)} | ${at(0.999)} | ${times[TICKS - 1].toFixed(0)} | ${collector.longest.toFixed(0)} | ${collector.cycles - cycles - 5} | ${whole.toFixed(1)} |`,
    );
  }
  lines.push("");
}

export async function main(args: string[]): Promise<number> {
  const lines: string[] = [
    "# Scheme",
    "",
    `Node ${process.version}; minimum of ${REPEATS} runs, processor time. The times of s7 9.17 were taken on an idle machine; s7 10.5 (Debian's snd), where installed, runs right after Heddle.`,
    "",
  ];
  if (!args.includes("--pauses")) speed(lines);
  if (!args.includes("--speed")) pauses(lines);
  console.log(lines.join("\n"));
  if (args.includes("--write")) writeFileSync(fileURLToPath(new URL("./results/scheme.md", import.meta.url)), `${lines.join("\n")}`);
  return 0;
}
