/// Every case of the fixtures against its expectation, and whatever a case reader may be fed.
import { readdirSync, readFileSync } from "node:fs";
import {
  busFacts,
  CaseError,
  compileGraph,
  drawPlan,
  editFacts,
  explainNode,
  explainPlan,
  graphErrors,
  graphFacts,
  InvalidGraphError,
  readBusCase,
  readEditCase,
  readGraphCase,
} from "@heddle/core/graph";
import { describe, expect, it } from "vitest";
import { differences } from "../conformance/graph.ts";
import { randomStream } from "../support/mutate.ts";
import { mutateJson } from "../support/mutate-json.ts";

const folder = (name: string) => {
  const url = new URL(`../fixtures/graph/${name}/`, import.meta.url);
  return readdirSync(url)
    .sort()
    .map((file) => [file.replace(".json", ""), readFileSync(new URL(file, url), "utf8")] as const);
};
const readers = {
  cases: (v: unknown) => graphFacts(readGraphCase(v)),
  edits: (v: unknown) => editFacts(readEditCase(v)),
  bus: (v: unknown) => busFacts(readBusCase(v)),
};

for (const [name, facts] of Object.entries(readers)) {
  describe(name, () => {
    it.each(folder(name))("%s", (_, text) => {
      const value = JSON.parse(text);
      expect(differences(value.expect, facts(value))).toEqual([]);
    });
  });
}

describe("explanations and drawings", () => {
  it("say why a node runs where it does", () => {
    const c = readGraphCase(JSON.parse(folder("cases").find(([id]) => id === "lat-parallel")![1]));
    const plan = compileGraph(c.graph, c.options);
    expect(explainPlan(plan)).toContain("10 ticks of latency at the roots");
    expect(explainNode(plan, "o").join("\n")).toContain("j0 reads s.o0 10 ticks delayed: it is there at 0, the latest input at 10");
    expect(() => explainNode(plan, "zz")).toThrow(RangeError);
    expect(drawPlan(plan)).toMatch(/^<svg [\s\S]*\+10[\s\S]*<\/svg>\n$/);
  });

  it("name all errors of a graph at once", () => {
    const graph = {
      nodes: [
        { id: "v", istreams: 1, jstreams: 0, ostreams: 2, flags: ["virtual" as const] },
        { id: "d", istreams: 1, jstreams: 0, ostreams: 1, deferred: { n: 0, mode: "fixed" as const } },
      ],
      connections: [{ from: "v.o7", to: "d.i0" }],
    };
    expect(graphErrors(graph, { blockSize: 64 }).map((e) => e.code)).toEqual(["bad-virtual", "bad-lookahead", "bad-port"]);
    expect(() => compileGraph(graph, { blockSize: 64 })).toThrow(InvalidGraphError);
  });

  it("check what ports carry and how often nodes must run", () => {
    const node = (id: string, more: object) => ({ id, istreams: 1, jstreams: 0, ostreams: 1, ...more });
    const codes = (a: object, b: object, extra: { from: string; to: string }[] = []) =>
      graphErrors({ nodes: [node("a", a), node("b", b)], connections: [{ from: "a.o0", to: "b.i0" }, ...extra] }, { blockSize: 64 }).map(
        (e) => e.code,
      );
    expect(codes({ ports: { o0: { rate: "event" } } }, {})).toEqual(["rate-mismatch"]);
    expect(codes({ ports: { o0: { rate: "control" } } }, {})).toEqual([]);
    expect(codes({ ports: { o0: { channels: 2 } } }, { ports: { i0: { channels: 3 } } })).toEqual(["channel-mismatch"]);
    expect(codes({ ports: { o0: { channels: 2 } } }, { ports: { i0: { channels: 3, mixes: true } } })).toEqual([]);
    const back = [{ from: "b.o0", to: "a.i0" }];
    expect(codes({ quantum: 4 }, { deferred: { n: 6, mode: "fixed" } }, back)).toEqual(["quantum-violated"]);
    expect(codes({ quantum: 3 }, { deferred: { n: 6, mode: "fixed" } }, back)).toEqual([]);
  });
});

describe("a malformed case", () => {
  it("is refused with its place, or is a case: never a crash", () => {
    const random = randomStream(12345);
    let refused = 0;
    for (const [name, facts] of Object.entries(readers)) {
      for (const [id, text] of folder(name)) {
        const { expect: _, ...value } = JSON.parse(text);
        if (value.generator) continue;
        for (let k = 0; k < 25; k++) {
          const mutated = mutateJson(value, random);
          try {
            facts(mutated);
          } catch (error) {
            if (!(error instanceof CaseError || error instanceof InvalidGraphError))
              throw new Error(`${id}: ${JSON.stringify(mutated)}`, { cause: error });
            expect(error.message.length).toBeGreaterThan(10);
            refused++;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(300);
  });

  it("cannot ask for more than there is", () => {
    const big = { format: "graph-case/1", id: "big", blockSize: 64, options: {} };
    const nodes = (ports: object) =>
      Array.from({ length: 200 }, (_, k) => ({ id: `n${k}`, istreams: 0, jstreams: 0, ostreams: 0, ...ports }));
    expect(() => readGraphCase({ ...big, graph: { nodes: nodes({ ostreams: 1e9 }), connections: [] } })).toThrow(
      /graph\.nodes\[0\]\.ostreams/,
    );
    expect(() => readGraphCase({ ...big, graph: { nodes: nodes({ ostreams: 65535 }), connections: [] } })).toThrow(CaseError);
    expect(() => readGraphCase({ ...big, generator: { kind: "tree", depth: 60 } })).toThrow(/at most/);
    expect(() => readGraphCase({ ...big, generator: { kind: "denseScc", n: 1e6, defer: 1 } })).toThrow(/at most/);
    expect(() => readGraphCase({ ...big, generator: { kind: "constructor" } })).toThrow(/unknown/);
    expect(() => readGraphCase("no")).toThrow(/expected an object/);
  });
});
