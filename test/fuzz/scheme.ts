/// `npm run fuzz -- scheme [SECONDS]`: random programs on the machine, its reference loop and an evaluator; random allocation with a collection step at
/// every allocation; text that is no program. Nothing may differ, crash or harm another interpreter.
import { Interpreter, SchemeError } from "../../packages/core/src/scheme/index.ts";
import { type Random, randomStream } from "../support/mutate.ts";
import { Machines, outcome } from "../support/scheme/agreement.ts";
import { churn } from "../support/scheme/churn.ts";
import { debris, excesses } from "../support/scheme/hostile.ts";
import { Programs } from "../support/scheme/programs.ts";

/// A source of trials; each returns what is wrong, or nothing.
export type Trial = () => string | undefined;

function programs(random: Random): Trial {
  const source = new Programs(random);
  const machines = new Machines();
  return () => machines.differences(source.next(10 + random(60)))[0];
}

function allocation(random: Random): Trial {
  return () => {
    const text = churn(1 + random(1_000_000), 50 + random(250));
    const run = (options: { reference?: boolean; collect: "never" | "always" | "sometimes" }) => {
      const s = new Interpreter({ heapMax: 64 << 20, bare: true, reference: options.reference });
      s.heap.collector.enabled = options.collect !== "never";
      s.heap.collector.eager = options.collect === "always";
      return outcome(s, text);
    };
    const wanted = run({ collect: "never" });
    for (const reference of [false, true]) {
      const got = run({ reference, collect: "always" });
      if (got !== wanted) return `${reference ? "reference" : "machine"}: ${got}, expected ${wanted}\n${text}`;
    }
    return undefined;
  };
}

/// Texts that the interpreter must refuse or run, and stay whole.
function text(next: () => string): Trial {
  const options = { heapMax: 32 << 20, bare: true, fuel: 200_000 };
  const s = new Interpreter(options);
  const neighbour = new Interpreter(options);
  neighbour.run('(define secret \'(1 "two" #(3)))');
  return () => {
    const bad = next();
    try {
      s.run(bad);
    } catch (error) {
      if (!(error instanceof SchemeError)) return `${(error as Error).stack}\n${bad.slice(0, 500)}`;
    }
    const sum = outcome(s, "(+ 1 2)");
    const secret = outcome(neighbour, "secret");
    return sum === "3" && secret === '(1 "two" #(3))'
      ? undefined
      : `afterwards (+ 1 2) is ${sum}, the neighbour's list ${secret}\n${bad.slice(0, 500)}`;
  };
}

export const trials: Readonly<Record<string, (random: Random) => Trial>> = {
  programs,
  allocation,
  text: (random) => text(() => debris(random)),
  excess: (random) => text(() => excesses[random(excesses.length)][1]),
};

export function main(args: string[]): number {
  const seconds = Number(args[0] ?? 30);
  const seed = Number(args[1] ?? Date.now() % 1_000_000);
  const names = Object.keys(trials);
  for (const name of names) {
    const trial = trials[name](randomStream(seed));
    const end = Date.now() + (seconds * 1000) / names.length;
    let runs = 0;
    for (; Date.now() < end; runs++) {
      const wrong = trial();
      if (wrong === undefined) continue;
      console.error(`${name}, trial ${runs} of seed ${seed}: ${wrong}`);
      return 1;
    }
    console.log(`${name}: ${runs} trials (seed ${seed})`);
  }
  return 0;
}
