/// `npm run fuzz -- graph [SECONDS]`: damaged cases, edits and bus programs. Each is refused with its place and a reason, or is checked, planned, drawn
/// and explained.
import { readdirSync, readFileSync } from "node:fs";
import {
  busFacts,
  CaseError,
  compileGraph,
  drawPlan,
  editFacts,
  explainNode,
  explainPlan,
  graphFacts,
  InvalidGraphError,
  planParallel,
  readBusCase,
  readEditCase,
  readGraphCase,
  scheduleOf,
} from "../../packages/core/src/graph/index.ts";
import { randomStream } from "../support/mutate.ts";
import { mutateJson } from "../support/mutate-json.ts";

function graphCase(value: unknown): void {
  const { graph, options, ...rest } = readGraphCase(value);
  graphFacts({ graph, options, ...rest });
  const plan = compileGraph(graph, options);
  scheduleOf(plan, { parallel: planParallel(plan) });
  drawPlan(plan);
  explainPlan(plan);
  for (const { id } of graph.nodes) explainNode(plan, id);
}

const readers: Readonly<Record<string, (value: unknown) => void>> = {
  cases: graphCase,
  edits: (value) => editFacts(readEditCase(value)),
  bus: (value) => busFacts(readBusCase(value)),
};

/// Longest that one case may take, in ms.
const patience = 5000;

export function main(args: string[]): number {
  const seconds = Number(args[0] ?? 20);
  const seed = Number(args[1] ?? Date.now() % 1_000_000);
  const random = randomStream(seed);
  for (const [name, read] of Object.entries(readers)) {
    const folder = new URL(`../fixtures/graph/${name}/`, import.meta.url);
    const seeds = readdirSync(folder)
      .map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")))
      .filter((value) => value.generator === undefined)
      .map(({ expect: _, ...value }) => value);
    const end = Date.now() + (seconds * 1000) / 3;
    let runs = 0;
    let refused = 0;
    for (; Date.now() < end; runs++) {
      const value = mutateJson(seeds[random(seeds.length)], random);
      const start = performance.now();
      let wrong: unknown;
      try {
        read(value);
      } catch (error) {
        if (error instanceof CaseError || error instanceof InvalidGraphError) refused++;
        else wrong = error;
      }
      if (performance.now() - start > patience) wrong = new Error(`took more than ${patience} ms`);
      if (wrong === undefined) continue;
      console.error(`${name}: ${wrong instanceof Error ? wrong.stack : wrong}\n${JSON.stringify(value).slice(0, 4000)}`);
      return 1;
    }
    console.log(`${name}: ${runs} damaged, ${refused} refused (seed ${seed})`);
  }
  return 0;
}
