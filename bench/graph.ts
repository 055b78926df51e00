/// `npm run bench -- graph`: compile and edit times of graphs (PERF2, PERF3) and the wires of cases with a known optimum (PERF7).
import { readdirSync, readFileSync } from "node:fs";
import {
  applyEdits,
  compileGraph,
  compileNetwork,
  type GraphOptions,
  type GraphSpec,
  generateGraph,
  networkOf,
  readGraphCase,
} from "@heddle/core/graph";

const options: GraphOptions = { blockSize: 64, roots: "sinks" };

/// Sorted times of `runs` calls in milliseconds, after some to warm up.
function times(runs: number, body: () => void): number[] {
  for (let k = 0; k < Math.min(runs, 20); k++) body();
  const list: number[] = [];
  for (let k = 0; k < runs; k++) {
    const start = performance.now();
    body();
    list.push(performance.now() - start);
  }
  return list.sort((a, b) => a - b);
}
const ms = (t: number) => `${t.toFixed(t < 10 ? 2 : 1)} ms`.padStart(10);

function compileRow(title: string, spec: GraphSpec, runs: number, goal: string): void {
  const net = networkOf(spec);
  const numbered = times(runs, () => compileNetwork(net, options));
  const named = times(runs, () => compileGraph(spec, options));
  const median = (list: number[]) => list[list.length >> 1];
  console.log(
    `${title.padEnd(30)} ${ms(numbered[0])} ${ms(median(numbered))} ${ms(named[0])} ${ms(median(named))}   ${goal.padEnd(9)} ${compileNetwork(net, options).wires.count} wires`,
  );
}

export function main(): number {
  console.log("PERF2 full compile (validate, eliminate, order, wires, latency)");
  console.log(
    `${"".padEnd(30)} ${"numbered".padStart(10)} ${"median".padStart(10)} ${"by name".padStart(10)} ${"median".padStart(10)}   goal`,
  );
  const dag = (n: number): GraphSpec => generateGraph({ kind: "dag", n, fan: 3, seed: 7, lats: [0, 0, 0, 16] });
  compileRow("random, 1k nodes", dag(1000), 100, "<= 2 ms");
  compileRow("random, 10k nodes", dag(10_000), 15, "<= 12 ms");
  compileRow("random, 100k nodes", dag(100_000), 4, "<= 150 ms");
  compileRow("chain, 100k nodes", generateGraph({ kind: "chain", n: 100_000 }), 4, "<= 150 ms");
  compileRow("rhomboids, 60k nodes", generateGraph({ kind: "rhomboids", n: 20_000, latency: 1 }), 4, "<= 150 ms");
  compileRow("ring, 10k nodes", generateGraph({ kind: "ring", n: 10_000, defer: 32 }), 15, "<= 12 ms");

  console.log(
    "\nPERF3 one connection of a 10k graph cut, from the edit to the plan (a full compile; edits are not compiled incrementally)",
  );
  const graph = dag(10_000);
  let turn = 0;
  const edits = times(30, () => {
    const { from, to } = graph.connections[(turn += 97) % graph.connections.length];
    compileGraph(applyEdits(graph, [{ op: "disconnect", from, to }]).graph, options);
  });
  console.log(
    `${"median, worst".padEnd(30)} ${ms(edits[edits.length >> 1])} ${ms(edits[edits.length - 1])}   goal <= 1 ms incremental, else PERF2`,
  );

  const folder = new URL("../test/fixtures/graph/cases/", import.meta.url);
  let known = 0;
  let met = 0;
  for (const file of readdirSync(folder)) {
    const value = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const least = value.expect.buffers?.exactInPlace;
    if (least === undefined) continue;
    const { graph: spec, options: caseOptions } = readGraphCase(value);
    known++;
    if (compileGraph(spec, caseOptions).wires.count === least) met++;
  }
  console.log(`\nPERF7 fewest wires over all orders: ${met} of ${known} cases with a known optimum`);
  return met === known ? 0 : 1;
}
