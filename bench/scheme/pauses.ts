/// What a tick of a piece costs while the heap holds little, much and very much.
import { PerformanceObserver } from "node:perf_hooks";
import { Interpreter, intern, words } from "@heddle/core/scheme";
import { processTime } from "./speed.ts";

const TICKS = 60_000;
/// Ticks before the measured ones.
const WARM = 5000;
/// Interpreters that do the same: what takes long in all of them is work, what takes long in one is the system's doing.
const RUNS = 5;

/// What a tick does: a phrase is made, transposed and dropped; about 130 cells.
const program = (live: number) => `
(define phrase ())
(define (tick n)
  (let loop ((i 0) (l ()))
    (if (< i 24)
        (loop (+ i 1) (cons (cons i (+ n i)) l))
        (set! phrase (map (lambda (p) (cons (car p) (+ 12 (cdr p)))) l)))))
(define keep (let loop ((i 0) (l ())) (if (= i ${live / 2}) l (loop (+ i 1) (cons (cons i i) l)))))`;

/// An interpreter with `live` cells, and its tick. The message is changed in place: a tick makes nothing on the host's heap.
function ticker(live: number): { s: Interpreter; tick: (n: number) => void } {
  const s = new Interpreter({ heapMax: 128 << 20 });
  s.run(program(live));
  const argument = s.keep(s.heap.cons(words.fix(0), words.NIL));
  const message = s.keep(s.heap.cons(intern("tick"), argument));
  const tick = (n: number) => {
    s.w[argument + 1] = words.fix(n);
    s.message(message);
  };
  for (let n = 0; n < WARM; n++) tick(n);
  return { s, tick };
}

/// Collections of the host while all ticks run with nothing else going on.
async function hostCollections(live: number): Promise<number> {
  const { tick } = ticker(live);
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length;
  });
  // What the preparation left is reported before the count begins.
  await new Promise((done) => setTimeout(done, 50));
  observer.observe({ entryTypes: ["gc"] });
  for (let n = 0; n < TICKS; n++) tick(n);
  await new Promise((done) => setTimeout(done, 50));
  observer.disconnect();
  return count;
}

/// Microseconds of each tick, in real time.
function timed(live: number): { times: Float64Array; s: Interpreter } {
  const { s, tick } = ticker(live);
  const times = new Float64Array(TICKS);
  for (let n = 0; n < TICKS; n++) {
    const begin = performance.now();
    tick(n);
    times[n] = (performance.now() - begin) * 1000;
  }
  return { times, s };
}

function wholeCollection(s: Interpreter): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 7; i++) {
    const begin = processTime();
    s.run("(gc-run)");
    best = Math.min(best, processTime() - begin);
  }
  return best;
}

export async function pauses(): Promise<string[]> {
  const lines = [
    `${TICKS} ticks of about 130 cells; microseconds per tick, the least of ${RUNS} interpreters that do exactly the same; "max of one" is the worst tick of the best of them, with what else the machine did meanwhile.`,
    "",
    "| live cells | p50 | p99 | p99.9 | max | max of one | cycles | host collections | (gc-run) ms |",
    "|---|---|---|---|---|---|---|---|---|",
  ];
  for (const live of [0, 100_000, 1_000_000]) {
    const least = new Float64Array(TICKS).fill(Number.POSITIVE_INFINITY);
    let one = Number.POSITIVE_INFINITY;
    let cycles = 0;
    let whole = Number.POSITIVE_INFINITY;
    for (let run = 0; run < RUNS; run++) {
      const { times, s } = timed(live);
      one = Math.min(
        one,
        times.reduce((a, b) => Math.max(a, b)),
      );
      times.forEach((t, n) => {
        least[n] = Math.min(least[n], t);
      });
      cycles = s.heap.collector.cycles;
      whole = Math.min(whole, wholeCollection(s));
    }
    const host = await hostCollections(live);
    least.sort();
    const at = (q: number) => least[Math.min(TICKS - 1, Math.floor(q * TICKS))].toFixed(1);
    lines.push(
      `| ${live} | ${at(0.5)} | ${at(0.99)} | ${at(0.999)} | ${at(1)} | ${one.toFixed(0)} | ${cycles} | ${host} | ${whole.toFixed(1)} |`,
    );
  }
  return [...lines, ""];
}
