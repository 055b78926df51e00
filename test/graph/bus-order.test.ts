import { busProgram, checkOrder, orderSynths, type TreeSynth } from "@heddle/core/graph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/// "fx in16 out0; src out16": synths in tree order with ids from 1000.
const tree = (text: string): TreeSynth[] =>
  text.split("; ").map((line, k) => {
    const [name, ...ops] = line.split(" ");
    return { id: 1000 + k, name, ops: ops.map((o) => ({ op: o.replace(/\d+$/, "") as "in", bus: Number(/\d+$/.exec(o)![0]) })) };
  });
const names = (synths: readonly TreeSynth[]) => synths.map((s) => s.name).join(" ");

describe("order check", () => {
  it("names a reader before its writer, and what to do", () => {
    expect(checkOrder(tree("fx in16 out0; src out16")).map((e) => e.message)).toEqual([
      "`fx` (1000) reads bus 16 before `src` (1001) writes it: it hears silence; move it after",
    ]);
  });
  it("says when no order helps", () => {
    expect(checkOrder(tree("a in4 out5; b in5 out4"))).toMatchObject([{ bus: 4, feedback: true }]);
  });
  it("is silent about what is right", () => {
    for (const text of [
      "src out16; fx in16 out0",
      "fx infb16 out0; src out16",
      "mic in8 out0; x out8",
      "src out4; fx in4 replace4; fx2 xout4; m in4 out0",
    ]) {
      expect(
        checkOrder(tree(text), (bus) => bus === 8),
        text,
      ).toEqual([]);
    }
  });
});

describe("the order that buses ask for", () => {
  it("moves readers behind writers and nothing else", () => {
    expect(names(orderSynths(tree("fx in16 out0; src out16; other out2")).order)).toBe("src fx other");
    expect(names(orderSynths(tree("m in4 out0; fx in4 replace4; fx2 xout4; src out4")).order)).toBe("src fx fx2 m");
    expect(names(orderSynths(tree("a out4; b in4 out0; c out0")).order)).toBe("a b c");
  });
  it("reports real feedback and puts the block of delay where it is told", () => {
    const loop = tree("z in5 out0; a in4 out5; b in5 out4");
    expect(names(orderSynths(loop).order)).toBe("a z b");
    expect(orderSynths(loop).feedback).toMatchObject([{ reader: { name: "a" }, writer: { name: "b" }, bus: 4 }]);
    expect(names(orderSynths(loop, new Set([1002])).order)).toBe("b a z");
  });
  it("leaves no early read where there is no feedback, changes nothing twice", () => {
    const op = fc.record({ op: fc.constantFrom("in" as const, "out" as const, "xout" as const, "replace" as const), bus: fc.nat(4) });
    fc.assert(
      fc.property(fc.array(fc.array(op, { maxLength: 3 }), { maxLength: 8 }), (list) => {
        const synths = list.map((ops, k): TreeSynth => ({ id: k, name: `s${k}`, ops }));
        const { order, feedback } = orderSynths(synths);
        expect([...order].sort((a, b) => a.id - b.id)).toEqual(synths);
        expect(orderSynths(synths)).toEqual({ order, feedback });
        if (feedback.length > 0) return;
        // A bus that only readers and changers touch has no source to wait for.
        const early = checkOrder(order).filter(({ reader, bus }) => !reader.ops.some((o) => o.bus === bus && o.op !== "in"));
        expect(early).toEqual([]);
      }),
    );
  });
});

describe("bus programs", () => {
  // D6: any order of the true dependencies hears what the tree order hears.
  it("order no more than reads need", () => {
    const synths = tree("a replace9; fa in9 out0; b replace9; fb in9 out0");
    expect(busProgram(synths.map(({ name, ops }) => ({ id: name, ops })))).toMatchObject({
      deps: [
        ["a", "fa"],
        ["b", "fb"],
      ],
      criticalPath: 2,
      criticalPathWithoutRenaming: 4,
    });
  });
});
