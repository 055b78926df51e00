/// `npm run conformance -- graph [--dir PATH] [--random N]`: every graph case, edit and bus program against its expectation, and every valid plan through the
/// schedule validator that comes with the cases; so do the plans of N random graphs (default 1000).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  busFacts,
  compileGraph,
  editFacts,
  type Facts,
  type GraphCase,
  graphFacts,
  planParallel,
  readBusCase,
  readEditCase,
  readGraphCase,
  type Schedule,
  scheduleOf,
} from "@heddle/core/graph";
import { randomGraph } from "../graph/support/random.ts";
import { readPlan } from "../graph/support/streams.ts";

/// What the folder's own scripts offer: they judge, and are loaded from there rather than copied.
interface Validator {
  validate(c: unknown, schedule: Schedule, options?: { blocks?: number; block?: number; comp?: Map<string, number> }): unknown;
}
interface Brute {
  checkBig(c: unknown): { comp?: Map<string, number> };
}

const sorted = (list: readonly unknown[]) => list.map((x) => JSON.stringify(x)).sort();
const canonical = (x: unknown): unknown =>
  Array.isArray(x)
    ? x.map(canonical)
    : typeof x === "object" && x !== null
      ? Object.fromEntries(
          Object.entries(x)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, v]) => [k, canonical(v)]),
        )
      : x;

/// Lists whose order says nothing, wherever they occur in an expectation.
const unordered = new Set(["errors", "resolved", "before", "beforeInStep", "compensation", "misaligned", "deps"]);
/// One of many right answers.
const free = new Set(["witnessOrder"]);

/// Paths at which `found` differs from what is expected; what is not expected is not compared.
export function differences(expected: unknown, found: unknown, path = ""): string[] {
  const at = path.split(".").at(-1)!;
  if (free.has(at)) return [];
  if (Array.isArray(expected) && Array.isArray(found) && unordered.has(at)) {
    return JSON.stringify(sorted(expected)) === JSON.stringify(sorted(found)) ? [] : [path];
  }
  if (typeof expected === "object" && expected !== null && !Array.isArray(expected) && typeof found === "object" && found !== null) {
    return Object.keys(expected).flatMap((k) => differences((expected as Facts)[k], (found as Facts)[k], path === "" ? k : `${path}.${k}`));
  }
  return JSON.stringify(canonical(expected)) === JSON.stringify(canonical(found)) ? [] : [path];
}

class Tally {
  private readonly rows = new Map<string, { passed: number; total: number }>();
  private readonly failures: string[] = [];

  check(category: string, id: string, problems: () => readonly string[]): void {
    const row = this.rows.get(category) ?? { passed: 0, total: 0 };
    this.rows.set(category, row);
    row.total++;
    let found: readonly string[];
    try {
      found = problems();
    } catch (error) {
      found = [error instanceof Error ? error.message.slice(0, 200) : String(error)];
    }
    if (found.length === 0) row.passed++;
    else this.failures.push(`  ${category} ${id}: ${found.slice(0, 6).join(", ")}`);
  }

  print(): number {
    for (const [category, { passed, total }] of this.rows) console.log(`${category.padEnd(28)} ${passed} / ${total}`);
    for (const failure of this.failures) console.log(failure);
    const total = [...this.rows.values()].reduce((n, row) => n + row.total, 0);
    console.log(`${total - this.failures.length} passed, ${this.failures.length} failed`);
    return this.failures.length > 0 ? 1 : 0;
  }
}

export async function main(args: string[]): Promise<number> {
  const at = args.indexOf("--dir");
  const dir = resolve(at >= 0 ? (args[at + 1] ?? "") : "../shared/oracles/graph");
  if (!existsSync(join(dir, "cases")) && !existsSync(join(dir, "bus")) && !existsSync(join(dir, "edits"))) {
    console.error(`conformance graph: no cases/, edits/ or bus/ in ${dir}; give the folder with --dir PATH`);
    return 2;
  }
  const script = async <T>(name: string): Promise<T | undefined> => {
    for (const home of [dir, resolve("../shared/oracles/graph")]) {
      const file = join(home, "lib", name);
      if (existsSync(file)) return (await import(pathToFileURL(file).href)) as T;
    }
    return undefined;
  };
  const validator = await script<Validator>("validate.mjs");
  const brute = await script<Brute>("facts.mjs");
  const tally = new Tally();
  const each = (folder: string, body: (value: { id: string; expect: Facts; tags?: string[]; generator?: unknown }) => void) => {
    if (!existsSync(join(dir, folder))) return;
    for (const file of readdirSync(join(dir, folder)).sort()) {
      if (file.endsWith(".json")) body(JSON.parse(readFileSync(join(dir, folder, file), "utf8")));
    }
  };

  each("cases", (value) => {
    const facts = value.generator ? "facts, generated" : "facts";
    let graphCase: GraphCase | undefined;
    tally.check(facts, value.id, () => {
      graphCase = readGraphCase(value);
      return differences(value.expect, graphFacts(graphCase));
    });
    if (!value.expect.valid || !graphCase || !validator) return;
    const plan = compileGraph(graphCase.graph, graphCase.options);
    const limits = value.generator ? { blocks: 2, block: 1, comp: brute?.checkBig(value).comp } : {};
    tally.check("plans", value.id, () => {
      validator.validate(value, scheduleOf(plan, { name: value.id }), limits);
      return [];
    });
    if (value.generator) return;
    tally.check("plans, parallel", value.id, () => {
      validator.validate(value, scheduleOf(plan, { name: value.id, parallel: planParallel(plan) }), limits);
      return [];
    });
    const exact = (value.expect.buffers as Facts | undefined)?.exactInPlace;
    if (exact !== undefined)
      tally.check("fewest wires", value.id, () => (plan.wires.count === exact ? [] : [`${plan.wires.count}, not ${exact}`]));
  });
  each("edits", (value) => tally.check("edits", value.id, () => differences(value.expect, editFacts(readEditCase(value)))));
  each("bus", (value) => tally.check("bus programs", value.id, () => differences(value.expect, busFacts(readBusCase(value)))));
  const count = args.indexOf("--random");
  const random = count >= 0 ? Number(args[count + 1]) : 1000;
  for (let seed = 1; validator && seed <= random; seed++) {
    const blockSize = [1, 2, 7, 16, 64, 100, 256][seed % 7];
    const graph = randomGraph(seed);
    tally.check("plans, random", `seed ${seed}`, () => {
      const plan = compileGraph(graph, { blockSize, roots: "sinks", order: seed % 3 ? "memory" : "level", reuse: seed % 5 > 0 });
      const { ids, delays } = readPlan(plan);
      const value = { blockSize, options: {}, graph, expect: { scheduled: ids } };
      validator.validate(value, scheduleOf(plan, seed % 2 ? {} : { parallel: planParallel(plan) }), {
        blocks: Math.max(2, Math.ceil(96 / blockSize)),
        comp: delays,
      });
      return [];
    });
  }
  if (!validator) console.log("no lib/validate.mjs here or in ../shared/oracles/graph: plans were not run");
  return tally.print();
}
