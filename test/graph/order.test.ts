import { assignWires, CyclicOrderError, type Dag, leafLevels, orderNodes, wiresNeeded, workOf } from "@heddle/core/graph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/// Arrows "a>b" over single-letter nodes.
function dag(text: string): Dag {
  const edges = text.split(" ").filter((e) => e.length === 3);
  const at = (c: string) => c.charCodeAt(0) - 97;
  const count = Math.max(0, ...[...text].filter((c) => c >= "a" && c <= "z").map((c) => at(c) + 1));
  return { count, from: edges.map((e) => at(e[0])), to: edges.map((e) => at(e[2])) };
}
const letters = (order: Iterable<number>) => [...order].map((v) => String.fromCharCode(97 + v)).join("");

/// Random graphs in which edges go from lower to higher index.
const randomDag = (most: number) =>
  fc.integer({ min: 1, max: most }).chain((count) =>
    fc
      .array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 2 * count })
      .map((pairs) => pairs.filter(([a, b]) => a !== b).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]))
      .map(
        (pairs): Dag => ({
          count,
          from: pairs.map((p) => p[0]),
          to: pairs.map((p) => p[1]),
          inPlace: pairs.map((p, k) => [k, p[1]] as const),
        }),
      ),
  );

/// Every linear extension of a small graph.
function* extensions({ count, from, to }: Dag, done: number[] = []): Generator<number[]> {
  if (done.length === count) yield done;
  for (let v = 0; v < count; v++) {
    if (done.includes(v)) continue;
    const ready = Array.from(to).every((t, k) => t !== v || done.includes(from[k]));
    if (ready) yield* extensions({ count, from, to }, [...done, v]);
  }
}

describe("leaf levels", () => {
  it("are longest paths", () => expect([...leafLevels(dag("a>b b>c a>d d>e e>c"))]).toEqual([0, 1, 3, 1, 2]));
  it("name what no order can place", () => {
    expect(() => leafLevels(dag("a>b b>c c>b c>d"))).toThrow(CyclicOrderError);
    try {
      leafLevels(dag("a>b b>c c>b c>d"));
    } catch (error) {
      expect((error as CyclicOrderError).nodes).toEqual([1, 2, 3]);
    }
  });
});

describe("order", () => {
  it("by level, then cost, then index", () => {
    expect(letters(orderNodes(dag("a>d b>d c>d"), { by: "level" }))).toBe("abcd");
    expect(letters(orderNodes(dag("a>d b>d c>d"), { by: "level", cost: [1, 3, 3, 1] }))).toBe("bcad");
  });

  // a ──> c ─┐        level order holds a and b at once; depth first finishes one branch, then the other
  // b ──> d ─┴─> e
  it("by memory finishes a branch before it starts the next", () => {
    const tree = dag("a>i b>i c>j d>j e>k f>k g>l h>l i>m j>m k>n l>n m>o n>o");
    expect(wiresNeeded(workOf(tree), orderNodes(tree, { by: "level" }), false)).toBe(9);
    expect(wiresNeeded(workOf(tree), orderNodes(tree, { inPlace: false }), false)).toBe(5);
  });

  it("keeps every dependency and never needs more wires than level order", () => {
    fc.assert(
      fc.property(randomDag(60), (g) => {
        const order = orderNodes(g);
        const at = new Map([...order].map((v, k) => [v, k]));
        expect(at.size).toBe(g.count);
        for (let k = 0; k < g.from.length; k++) expect(at.get(g.from[k])!).toBeLessThan(at.get(g.to[k])!);
        const work = workOf(g);
        expect(wiresNeeded(work, order)).toBeLessThanOrEqual(wiresNeeded(work, orderNodes(g, { by: "level" })));
      }),
    );
  });

  it("is the best of all orders for few nodes", () => {
    fc.assert(
      fc.property(randomDag(7), fc.boolean(), (g, inPlace) => {
        const work = workOf(g);
        let least = Infinity;
        for (const order of extensions(g)) least = Math.min(least, wiresNeeded(work, order, inPlace));
        expect(wiresNeeded(work, orderNodes(g, { inPlace }), inPlace)).toBe(least);
      }),
    );
  });

  it("does not recurse: a chain of 100000", () => {
    const n = 100_000;
    const chain: Dag = { count: n, from: Array.from({ length: n - 1 }, (_, k) => k), to: Array.from({ length: n - 1 }, (_, k) => k + 1) };
    expect(orderNodes(chain)[n - 1]).toBe(n - 1);
    expect(leafLevels(chain)[n - 1]).toBe(n - 1);
  });
});

describe("wires", () => {
  it("are shared once the last reader has run", () => {
    expect(assignWires({ def: [0, 1, 2], lastUse: [1, 2, 3] })).toEqual({ wire: Int32Array.of(0, 1, 0), count: 2 });
    expect(assignWires({ def: [0, 1, 2], lastUse: [1, 2, 3], takesOver: [-1, 0, 1] }).count).toBe(1);
  });

  it("never serve two live values, and are as few as the most live at once", () => {
    const ranges = fc.array(fc.tuple(fc.nat(20), fc.nat(10)), { maxLength: 40 });
    fc.assert(
      fc.property(ranges, (list) => {
        const def = list.map((r) => r[0]);
        const lastUse = list.map((r) => r[0] + r[1]);
        const { wire, count } = assignWires({ def, lastUse });
        for (let x = 0; x < def.length; x++)
          for (let y = 0; y < x; y++) if (wire[x] === wire[y]) expect(lastUse[x] < def[y] || lastUse[y] < def[x]).toBe(true);
        let most = 0;
        for (let p = 0; p <= 30; p++) most = Math.max(most, def.filter((d, x) => d <= p && p <= lastUse[x]).length);
        expect(count).toBe(most);
      }),
    );
  });
});
