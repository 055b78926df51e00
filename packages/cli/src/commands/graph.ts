/// `heddle graph`: the facts, the plan, a drawing and an explanation of a graph case.
import { writeFileSync } from "node:fs";
import type { GraphCase, GraphError, Plan } from "@heddle/core/graph";
import type { Command } from "commander";
import { formatOf, readGraphFile, readJson } from "../graphfile.ts";

/// What plan, draw and explain take.
const source = "graph-case/1 or edit-case/1 as JSON, or a module (.ts, .js) that exports a graph or a patch";

export function register(program: Command): void {
  const graph = program.command("graph").description("facts, plan, drawing and explanation of a graph case (graph-case/1)");
  graph
    .command("check")
    .argument("<case>", "graph-case/1, edit-case/1 or bus-program/1 as JSON")
    .description("print the facts; exit code 1 if the graph is invalid or the transaction refused")
    .action((file: string) => guarded(() => check(file)));
  graph
    .command("plan")
    .argument("<case>", source)
    .option("--parallel", "wires and dependencies that several threads may share")
    .description("print the plan as graph-schedule/1")
    .action((file: string, options: { parallel?: boolean }) => guarded(() => printPlan(file, options.parallel ?? false)));
  graph
    .command("draw")
    .argument("<case>", source)
    .requiredOption("--svg <out>", "file to write, - for standard output")
    .description("draw the graph")
    .action((file: string, options: { svg: string }) => guarded(() => draw(file, options.svg)));
  graph
    .command("explain")
    .argument("<case>", source)
    .argument("[node]", "id of one node")
    .description("say why a node runs where it does, waits, or is delayed")
    .action((file: string, node?: string) => guarded(() => explain(file, node)));
}

/// Exit codes: 0 done, 1 the graph is invalid, or the file or the request cannot be understood.
async function guarded(action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    const { InvalidGraphError } = await import("@heddle/core/graph");
    if (error instanceof InvalidGraphError) {
      report(error.errors);
      process.exitCode = 1;
      return;
    }
    console.error(`heddle graph: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function report(errors: readonly GraphError[]): void {
  for (const { code, message } of errors.slice(0, 50)) console.error(`${code}: ${message}`);
  if (errors.length > 50) console.error(`and ${errors.length - 50} more errors`);
}

async function check(file: string): Promise<number> {
  const core = await import("@heddle/core/graph");
  const value = readJson(file);
  if (formatOf(value) === "bus-program/1") {
    print(core.busFacts(core.readBusCase(value)));
    return 0;
  }
  if (formatOf(value) === "edit-case/1") {
    const facts = core.editFacts(core.readEditCase(value));
    print(facts);
    return facts.refused ? 1 : 0;
  }
  const graphCase = core.readGraphCase(value);
  const facts = core.graphFacts(graphCase);
  print(facts);
  if (facts.valid) return 0;
  report(core.graphErrors(graphCase.graph, graphCase.options));
  return 1;
}

async function compiled(file: string): Promise<{ graphCase: GraphCase; plan: Plan }> {
  const { compileGraph } = await import("@heddle/core/graph");
  const graphCase = await readGraphFile(file);
  return { graphCase, plan: compileGraph(graphCase.graph, graphCase.options) };
}

async function printPlan(file: string, parallel: boolean): Promise<number> {
  const { planParallel, scheduleOf } = await import("@heddle/core/graph");
  const { graphCase, plan } = await compiled(file);
  print(scheduleOf(plan, { name: graphCase.id, parallel: parallel ? planParallel(plan) : undefined }));
  return 0;
}

async function draw(file: string, out: string): Promise<number> {
  const { drawPlan } = await import("@heddle/core/graph");
  const svg = drawPlan((await compiled(file)).plan);
  if (out === "-") process.stdout.write(svg);
  else writeFileSync(out, svg);
  return 0;
}

async function explain(file: string, node: string | undefined): Promise<number> {
  const { explainNode, explainPlan } = await import("@heddle/core/graph");
  const { plan } = await compiled(file);
  for (const line of node === undefined ? explainPlan(plan) : explainNode(plan, node)) console.log(line);
  return 0;
}

/// JSON that can be read and compared: one line for each fact or step, lists of small things on one line.
function print(value: object): void {
  const lines = Object.entries(value).map(([key, fact]) => {
    const long = Array.isArray(fact) && fact.length > 0 && fact.every((x) => typeof x === "object" && x !== null);
    const text = long ? `[\n${fact.map((x) => `  ${JSON.stringify(x)}`).join(",\n")}\n ]` : JSON.stringify(fact);
    return text === undefined ? undefined : ` ${JSON.stringify(key)}: ${text}`;
  });
  process.stdout.write(`{\n${lines.filter((line) => line !== undefined).join(",\n")}\n}\n`);
}
