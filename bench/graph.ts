/// `npm run bench -- graph [--graphs N] [--save]`: the goals of graphs: compile and edit times, memory, random graphs against their definition, the wires of
/// cases with a known optimum; and what it takes to sort an auto group.
import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual, parseArgs } from "node:util";
import {
  applyEdits,
  BusSorter,
  compileGraph,
  compileNetwork,
  type GraphOptions,
  type GraphSpec,
  generateGraph,
  networkOf,
  type Plan,
  readGraphCase,
  scheduleOf,
} from "@heddle/core/graph";
import { randomGraph } from "../test/graph/support/random.ts";
import { execute, readPlan, reference } from "../test/graph/support/streams.ts";
import { type Cell, machine, markdownTable, save, table } from "./support/report.ts";

const options: GraphOptions = { blockSize: 64, roots: "sinks" };

/// Sorted processor times of `runs` calls in milliseconds, after some to warm up. Other programs on the machine lengthen these less than the clock's.
function times(runs: number, body: () => void): number[] {
  for (let k = 0; k < Math.min(runs, 20); k++) body();
  return Array.from({ length: runs }, () => {
    const start = process.cpuUsage();
    body();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }).sort((a, b) => a - b);
}

const at = (sorted: readonly number[], part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];

/// One measurement: what, least, median, 99 of 100, goal, and a word about it.
type Row = readonly [string, number, number, number, string, string];
const titles = ["ms", "least", "median", "p99", "goal", ""];
const rowOf = (title: string, sorted: readonly number[], goal: string, note = ""): Row => [
  title,
  sorted[0],
  at(sorted, 0.5),
  at(sorted, 0.99),
  goal,
  note,
];

const dag = (n: number): GraphSpec => generateGraph({ kind: "dag", n, fan: 3, seed: 7, lats: [0, 0, 0, 16] });

function compileRows(): Row[] {
  const graphs: [string, GraphSpec, number, string][] = [
    ["random, 1k nodes", dag(1000), 100, "<= 2"],
    ["random, 10k nodes", dag(10_000), 30, "<= 12"],
    ["random, 100k nodes", dag(100_000), 5, "<= 150"],
    ["chain, 100k nodes", generateGraph({ kind: "chain", n: 100_000 }), 5, "<= 150"],
    ["rhomboids, 60k nodes", generateGraph({ kind: "rhomboids", n: 20_000, latency: 1 }), 5, "<= 150"],
    ["ring, 10k nodes", generateGraph({ kind: "ring", n: 10_000, defer: 32 }), 15, "<= 12"],
  ];
  return graphs.map(([title, spec, runs, goal]) => {
    const net = networkOf(spec);
    const sorted = times(runs, () => compileNetwork(net, options));
    const named = at(
      times(runs, () => networkOf(spec)),
      0.5,
    );
    const plan = compileNetwork(net, options);
    const bytes = bytesOf(plan) / (spec.nodes.length + spec.connections.length);
    const note = `${plan.wires.count} wires, ${bytes.toFixed(0)} bytes per node and connection (<= 300); ids to numbers: ${named.toFixed(1)} ms more`;
    return rowOf(`PERF2 ${title}`, sorted, goal, note);
  });
}

/// Typed arrays of a plan and of what was computed for it.
function bytesOf(plan: Plan): number {
  const buffers = new Set<ArrayBufferLike>();
  const seen = new Set<object>();
  const open: object[] = [plan];
  for (let value = open.pop(); value; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
    else for (const [key, part] of Object.entries(value)) if (key !== "spec" && typeof part === "object" && part !== null) open.push(part);
  }
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

function editRow(): Row {
  const graph = dag(10_000);
  let turn = 0;
  const sorted = times(100, () => {
    const { from, to } = graph.connections[(turn += 97) % graph.connections.length];
    compileGraph(applyEdits(graph, [{ op: "disconnect", from, to }]).graph, options);
  });
  return rowOf("PERF3 one connection of 10k nodes cut", sorted, "<= 1, else PERF2", "compiled as a whole");
}

/// Half the synths of an auto group read what the other half writes, and stand before them.
function sortRows(): Row[] {
  return [10, 100, 1000].map((count) => {
    const sorter = new BusSorter(2048);
    const sort = () => {
      sorter.begin();
      for (let k = 0; k < count; k++) {
        sorter.node();
        sorter.access(k % (count / 2), k < count / 2, k >= count / 2);
        sorter.access(2000, false, k < count / 2);
      }
      sorter.solve();
    };
    return rowOf(`auto group of ${count} synths sorted`, times(100, sort), "");
  });
}

/// PERF6 on one thread: random graphs, each with a block size, an order and a use of wires, against the definition evaluated sample by sample.
function randomRow(count: number): [Row, number] {
  let wrong = 0;
  const start = process.cpuUsage();
  for (let seed = 1; seed <= count; seed++) {
    const graph = randomGraph(seed);
    const blockSize = 1 + (Math.imul(seed, 2654435761) >>> 24);
    const order = seed & 1 ? "memory" : "level";
    const plan = compileGraph(graph, { blockSize, roots: seed & 2 ? "sinks" : "consumers", order, reuse: (seed & 4) === 0 });
    const { ids, delays } = readPlan(plan);
    const blocks = Math.max(1, Math.ceil(64 / blockSize));
    const found = execute(graph, scheduleOf(plan), blockSize, blocks);
    if (!isDeepStrictEqual(found, reference(graph, ids, delays, blocks * blockSize))) wrong++;
  }
  const { user, system } = process.cpuUsage(start);
  const each = (user + system) / 1000 / count;
  const note = `${count - wrong} of ${count} equal, blocks of 1 to 256, both orders, with and without reuse`;
  return [["PERF6 random graphs", each, Number.NaN, Number.NaN, "all equal", note], wrong];
}

function knownOptima(): { known: number; met: number } {
  const folder = new URL("../test/fixtures/graph/cases/", import.meta.url);
  let known = 0;
  let met = 0;
  for (const file of readdirSync(folder)) {
    const value = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const least = value.expect.buffers?.exactInPlace;
    if (least === undefined) continue;
    const { graph, options: caseOptions } = readGraphCase(value);
    known++;
    if (compileGraph(graph, caseOptions).wires.count === least) met++;
  }
  return { known, met };
}

export function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { graphs: { type: "string", default: "10000" }, save: { type: "boolean", default: false } },
  });
  console.log(`${machine()}\nprocessor time in milliseconds; PERF1, PERF4 and PERF5 concern what runs the plan`);
  const measured = [...compileRows(), editRow(), ...sortRows()];
  const [random, wrong] = randomRow(Number(values.graphs));
  const { known, met } = knownOptima();
  const optima: Row = ["PERF7 fewest wires", Number.NaN, Number.NaN, Number.NaN, "all", `${met} of ${known} cases with a known optimum`];
  const rows: Cell[][] = [...measured, random, optima].map((row) => [...row]);
  console.log(table(titles, rows));
  const line = `10k nodes ${Number(rows[1][2]).toFixed(1)} ms, 100k ${Number(rows[2][2]).toFixed(0)} ms, an edit ${Number(rows[6][2]).toFixed(1)} ms`;
  if (values.save) save("graph", { data: { rows }, page: markdownTable(titles, rows), line });
  return wrong === 0 && met === known ? 0 : 1;
}
