/// Runs the same program on the machine, on its reference loop, with a collection step at every allocation, and on the evaluator.
import { Interpreter, SchemeError } from "../../../packages/core/src/scheme/index.ts";
import { Evaluator, Failure, Undecided, type Value, write } from "./evaluator.ts";

/// Procedures print differently; whether one was returned is what counts.
const plain = (text: string): string => text.replace(/#<lambda \([^)]*\)>|#<lambda [^ >]+>/g, "#<procedure>");

/// A value as `write` prints it, or `error TYPE`.
export function outcome(s: Interpreter, text: string): string {
  try {
    return plain(s.runToText(text));
  } catch (error) {
    if (error instanceof SchemeError) return `error ${error.type}`;
    throw error;
  }
}

/// What the evaluator makes of a program; undefined when it takes too long.
export function expected(program: readonly Value[]): string | undefined {
  try {
    return write(new Evaluator(20_000).program(program));
  } catch (error) {
    if (error instanceof Failure) return `error ${error.type}`;
    if (error instanceof Undecided || error instanceof RangeError) return undefined;
    throw error;
  }
}

export class Machines {
  private readonly machines: [string, Interpreter][];

  constructor() {
    const options = { heapMax: 32 << 20, bare: true, fuel: 200_000 };
    const eager = new Interpreter(options);
    eager.heap.collector.eager = true;
    this.machines = [
      ["the machine", new Interpreter(options)],
      ["the reference loop", new Interpreter({ ...options, reference: true })],
      ["the machine, always collecting", eager],
    ];
  }

  /// How the machines differ from the evaluator for a program; empty when they agree.
  differences(program: readonly Value[]): string[] {
    const wanted = expected(program);
    if (wanted === undefined) return [];
    const text = program.map(write).join("\n");
    return this.machines.flatMap(([name, s]) => {
      const got = outcome(s, text);
      return got === wanted ? [] : [`${name}: ${got}, expected ${wanted}\n${text}`];
    });
  }
}
