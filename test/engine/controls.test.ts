import { describe, expect, test } from "vitest";
import { queryTree } from "../../packages/core/src/engine/index.ts";
import { constant, type Draft, engineWith } from "./support.ts";

const chord: Draft = { name: "chord", controls: { freqs: [1, 2, 3], amp: 0.5, pan: [0, 1] } };

function scene() {
  const engine = engineWith([chord, constant]);
  engine.nodes.newGroup(1, 0, 0);
  engine.nodes.newSynth("chord", 10, 1, 1);
  engine.nodes.newGroup(2, 1, 1);
  engine.nodes.newSynth("chord", 11, 1, 2);
  engine.nodes.newSynth("constant", 12, 1, 2);
  const values = (id: number) => [0, 1, 2, 3, 4, 5].map((i) => engine.controls.get(id, i));
  return { engine, controls: engine.controls, values };
}

describe("setting", () => {
  test.each<[string, (s: ReturnType<typeof scene>["controls"]) => unknown, number[]]>([
    ["by name", (c) => c.set(10, "amp", 9), [1, 2, 3, 9, 0, 1]],
    ["by index", (c) => c.set(10, 4, 9), [1, 2, 3, 0.5, 9, 1]],
    ["an element of a name", (c) => c.set(10, "freqs", 9, 2), [1, 2, 9, 0.5, 0, 1]],
    ["an element the name does not have", (c) => c.set(10, "freqs", 9, 3), [1, 2, 3, 0.5, 0, 1]],
    ["an unknown name", (c) => c.set(10, "zzz", 9), [1, 2, 3, 0.5, 0, 1]],
    ["indices out of range", (c) => c.set(10, -5, 9) ?? c.set(10, 6, 9) ?? c.set(10, 1e9, 9), [1, 2, 3, 0.5, 0, 1]],
    ["several by name: not beyond the name", (c) => c.setAll(10, "freqs", [7, 8, 9, 10]), [7, 8, 9, 0.5, 0, 1]],
    ["several by index: to the end", (c) => c.setAll(10, 2, [7, 8, 9, 10, 11, 12]), [1, 2, 7, 8, 9, 10]],
    ["fewer values than asked for", (c) => c.setAll(10, 0, [7, 8], 4), [7, 8, 3, 0.5, 0, 1]],
    ["several from before the start", (c) => c.setAll(10, -2, [7, 8, 9]), [9, 2, 3, 0.5, 0, 1]],
    ["a huge count", (c) => c.fill(10, -(2 ** 31), 2 ** 31 - 1, 5), [1, 2, 3, 0.5, 0, 1]],
    ["a plain fill ends at 0", (c) => c.fill(10, "freqs", 2, 9), [0, 0, 3, 0.5, 0, 1]],
    ["a fill with more after it ends at that", (c) => c.fill(10, 1, 3, 9, 4), [1, 4, 4, 4, 0, 1]],
  ])("%s", (_, change, expected) => {
    const { controls, values } = scene();
    expect(change(controls)).toBe(null);
    expect(values(10)).toEqual(expected);
    expect(values(11)).toEqual([1, 2, 3, 0.5, 0, 1]);
  });

  test("a group passes it on to all synths inside that have the control", () => {
    const { controls, values } = scene();
    controls.set(1, "amp", 0.25);
    controls.set(2, "level", 3);
    expect([values(10)[3], values(11)[3], controls.get(12, "level")]).toEqual([0.25, 0.25, 3]);
    expect(controls.set(77, "amp", 1)).toBe("Node 77 not found");
    expect(controls.get(1, "amp")).toBe(undefined);
    expect(controls.get(10, "zzz")).toBe(0);
  });
});

describe("mapping", () => {
  test("to control and audio buses, and back", () => {
    const { controls } = scene();
    const mappings = () => [0, 1, 2, 3].map((i) => controls.mapping(10, i)).map((m) => (m ? m.kind + m.bus : "-"));
    controls.map(10, "freqs", 5, 2);
    controls.mapAudio(10, 2, 7, 2);
    expect(mappings()).toEqual(["c5", "c6", "a7", "a8"]);
    // A bus that is not there changes nothing; setting a control takes its mapping away.
    controls.map(10, 0, 1 << 20);
    controls.mapAudio(10, 0, 1 << 20);
    controls.set(10, 1, 4);
    controls.map(10, 2, -1);
    expect(mappings()).toEqual(["c5", "-", "-", "a8"]);
    controls.mapAudio(10, 0, -1, 4);
    expect(mappings()).toEqual(["-", "-", "-", "-"]);
    expect(controls.get(10, 0)).toBe(1);
  });

  test("a mapped control follows the bus", () => {
    const { engine, controls } = scene();
    const level = () => {
      engine.process();
      return engine.output(0)[3];
    };
    controls.map(12, "level", 9);
    engine.buses.set(9, 0.75);
    expect(level()).toBe(0.75);
    engine.buses.set(9, 0.5);
    expect(level()).toBe(0.5);
    controls.map(12, "level", -1);
    expect(level()).toBe(1);
  });
});

test("a query lists names, values and mappings in depth-first order", () => {
  const { engine } = scene();
  engine.controls.map(10, "amp", 3);
  const entries = queryTree(engine, 1)!;
  expect(entries.map((entry) => ("children" in entry ? `${entry.id}:${entry.children}` : `${entry.id} ${entry.definition}`))).toEqual([
    "1:2",
    "10 chord",
    "2:2",
    "11 chord",
    "12 constant",
  ]);
  const first = entries[1]!;
  expect(
    "controls" in first && first.controls.map(({ control, mapping }) => `${control}${mapping ? `=${mapping.kind}${mapping.bus}` : ""}`),
  ).toEqual(["freqs", "1", "2", "amp=c3", "pan", "5"]);
  expect(queryTree(engine, 10)).toBe(undefined);
});
