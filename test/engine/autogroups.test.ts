/// Auto groups and the order check over a running tree.
import { orderSynths, type TreeSynth } from "@heddle/core/graph";
import { compileDefinition, scalar, synthDef } from "@heddle/core/synthdef";
import { builtins, DC, In, InFeedback, InTrig, LFNoise0, LFSaw, Out, ReplaceOut, XOut } from "@heddle/core/ugens";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddAction, Engine, earlyReads, feedbackIn, OrderWatch, queryTree } from "../../packages/core/src/engine/index.ts";
import { NodeWord } from "../../packages/core/src/engine/tree.ts";

const definitions = [
  synthDef("src", { out: 4, freq: 300 }, ({ out, freq }) => Out.ar(out, LFSaw.ar(freq))),
  synthDef("fx", { in: 4, out: 0, gain: 0.5 }, ({ in: bus, out, gain }) => Out.ar(out, In.ar(bus, 1).mul(gain))),
  synthDef("insert", { bus: 4 }, ({ bus }) => ReplaceOut.ar(bus, In.ar(bus, 1).mul(0.7).add(0.01))),
  synthDef("fade", { bus: 4 }, ({ bus }) => XOut.ar(bus, 0.5, DC.ar(0.25))),
  synthDef("loop", { in: 4, out: 5 }, ({ in: bus, out }) => Out.ar(out, InFeedback.ar(bus, 1).mul(0.5).add(0.1))),
  synthDef("start", { in: scalar(4), out: scalar(0) }, ({ in: bus, out }) => Out.ar(out, In.ar(bus, 1))),
  synthDef("next", { in: 4 }, ({ in: bus }) => Out.ar(bus.add(1), In.ar(bus, 1))),
  synthDef("anywhere", {}, () => Out.ar(LFNoise0.kr(1).range(4, 8), DC.ar(0.1))),
  synthDef("kr", { in: 3, out: 4 }, ({ in: bus, out }) => Out.kr(out, In.kr(bus, 1).mul(0.5).add(1))),
  synthDef("trig", { in: 3 }, ({ in: bus }) => Out.ar(0, InTrig.kr(bus, 1))),
];

function engineOf(options = {}): Engine {
  const engine = new Engine({
    outputs: 2,
    inputs: 1,
    audioBuses: 16,
    controlBuses: 16,
    nodes: 128,
    buffers: 1,
    memorySize: 512,
    ...options,
  });
  for (const { graph } of definitions) expect(engine.definitions.load(compileDefinition(graph, engine.target, builtins))).toBeNull();
  return engine;
}

/// "fx in=6; src out=6": synths from 1000 on, at the tail of group 1.
function play(engine: Engine, text: string, group = 1): void {
  for (const line of text.split("; ")) {
    const [name, ...controls] = line.split(" ");
    const id = 1000 + engine.nodes.synthCount;
    expect(engine.nodes.newSynth(name, id, AddAction.tail, group)).toBeNull();
    for (const control of controls) engine.controls.set(id, control.split("=")[0], Number(control.split("=")[1]));
  }
}

function autoEngine(text: string, options = {}): Engine {
  const engine = engineOf(options);
  engine.nodes.newGroup(1, AddAction.tail, 0);
  expect(engine.autoGroups.make(1)).toBeNull();
  play(engine, text);
  engine.process();
  return engine;
}

const namesIn = (engine: Engine, group = 1): string =>
  queryTree(engine, group)!
    .slice(1)
    .map((entry) => ("children" in entry ? `group${entry.id}` : entry.definition))
    .join(" ");

describe("an auto group", () => {
  it("runs readers after writers, whatever was made first", () => {
    expect(namesIn(autoEngine("fx in=6; src out=6"))).toBe("src fx");
    expect(namesIn(autoEngine("fx in=5; insert bus=5; fade bus=5; loop in=5; src out=5"))).toBe("loop src insert fade fx");
  });
  it("takes the first value of scalar controls, and sums of controls", () => {
    const first = autoEngine("start in=6; src out=6");
    first.controls.set(1000, "in", 9);
    first.nodes.moveToHead(1, 1000);
    first.process();
    expect(namesIn(first)).toBe("src start");
    const engine = autoEngine("next in=7; next in=6; src out=6");
    expect(namesIn(engine)).toBe("src next next");
    expect(queryTree(engine, 1)!.map(({ id }) => id)).toEqual([1, 1002, 1001, 1000]);
  });
  it("changes nothing where the buses ask for nothing", () => {
    expect(namesIn(autoEngine("src out=0; fx in=9; loop; insert bus=12"))).toBe("src fx loop insert");
  });
  it("is sorted again when a control moves a bus, a synth comes, or another goes", () => {
    const engine = autoEngine("src out=6; fx in=7; fx in=6 out=7");
    expect(queryTree(engine, 1)!.map(({ id }) => id)).toEqual([1, 1000, 1002, 1001]);
    engine.controls.set(1001, "in", 6);
    engine.controls.set(1002, "in", 9);
    engine.controls.set(1001, "out", 9);
    engine.process();
    expect(queryTree(engine, 1)!.map(({ id }) => id)).toEqual([1, 1000, 1001, 1002]);
    play(engine, "src out=9");
    engine.nodes.moveToTail(1, 1000);
    engine.process();
    expect(queryTree(engine, 1)!.map(({ id }) => id)).toEqual([1, 1003, 1000, 1001, 1002]);
  });
  it("follows a bus number that follows a control bus", () => {
    const engine = autoEngine("fx in=5; src out=6");
    expect(namesIn(engine)).toBe("fx src");
    engine.controls.map(1000, "in", 2);
    engine.buses.set(2, 5);
    engine.process();
    expect(namesIn(engine)).toBe("fx src");
    engine.buses.set(2, 6);
    engine.process();
    expect(namesIn(engine)).toBe("src fx");
  });
  it("puts who follows a control bus behind who moves it", () => {
    const engine = autoEngine("src; kr out=3");
    engine.controls.map(1000, "freq", 3);
    engine.process();
    expect(namesIn(engine)).toBe("kr src");
  });
  it("moves a child group as a whole, and sorts auto groups in it", () => {
    const engine = autoEngine("src out=7");
    engine.nodes.newGroup(2, AddAction.head, 1);
    engine.autoGroups.make(2);
    play(engine, "fx in=5 out=0; insert bus=5; fx in=7 out=5", 2);
    engine.process();
    expect(queryTree(engine, 0)!.map(({ id }) => id)).toEqual([0, 1, 1000, 2, 1003, 1002, 1001]);
  });
  it("leaves a synth that computes its bus where it is", () => {
    expect(namesIn(autoEngine("fx in=6; anywhere; src out=6"))).toBe("fx anywhere src");
  });
  it("finds feedback, and puts the block of delay where it is told", () => {
    const engine = autoEngine("kr in=1 out=2; kr in=2 out=1");
    const [early] = feedbackIn(engine, 1);
    expect(early).toMatchObject({ reader: { id: 1000 }, writer: { id: 1001 }, bus: 1, rate: "control", feedback: true });
    expect(early.message).toBe(
      "`kr` (1000) reads control bus 1 before `kr` (1001) writes it: it hears the block before; they feed each other",
    );
    engine.autoGroups.setLate(1001, true);
    engine.process();
    expect(queryTree(engine, 1)!.map(({ id }) => id)).toEqual([1, 1001, 1000]);
    expect(feedbackIn(engine, 1)).toMatchObject([{ reader: { id: 1001 } }]);
    engine.nodes.free(1000);
    engine.process();
    expect(feedbackIn(engine, 1)).toEqual([]);
  });
  it("is forgotten when it is freed, with all that is in it", () => {
    const engine = autoEngine("fx in=6; src out=6");
    engine.nodes.newGroup(2, AddAction.tail, 1);
    engine.autoGroups.make(2);
    engine.nodes.free(1);
    engine.nodes.newGroup(1, AddAction.tail, 0);
    play(engine, "fx in=6; src out=6");
    engine.process();
    expect(namesIn(engine)).toBe("fx src");
    expect(engine.autoGroups.make(99)).toBe("Group 99 not found");
  });
});

//   made in any order          the same synths, put by hand into the order found
//   ┌ auto ─────────────┐      ┌ group ────────────┐
//   │ fx  src  insert … │  ==  │ src  insert  fx … │   bit by bit
//   └───────────────────┘      └───────────────────┘
describe("an auto group sounds as a group in the right order", () => {
  const bus = fc.integer({ min: 0, max: 8 });
  const voice = fc.oneof(
    bus.map((out) => ({ name: "src", controls: { out }, ops: [{ op: "out" as const, bus: out }] })),
    fc.tuple(bus, bus).map(([i, out]) => ({
      name: "fx",
      controls: { in: i, out },
      ops: [
        { op: "in" as const, bus: i },
        { op: "out" as const, bus: out },
      ],
    })),
    bus.map((b) => ({ name: "insert", controls: { bus: b }, ops: [{ op: "xout" as const, bus: b }] })),
    bus.map((b) => ({ name: "fade", controls: { bus: b }, ops: [{ op: "xout" as const, bus: b }] })),
    fc.tuple(bus, bus).map(([i, out]) => ({ name: "loop", controls: { in: i, out }, ops: [{ op: "out" as const, bus: out }] })),
  );
  const make = (engine: Engine, voices: readonly { name: string; controls: object }[], ids: readonly number[]) => {
    for (const id of ids) {
      const { name, controls } = voices[id - 1000];
      engine.nodes.newSynth(name, id, AddAction.tail, 1);
      for (const [key, value] of Object.entries(controls)) engine.controls.set(id, key, value);
    }
  };
  it.each([{ lanes: true }, { lanes: false }])("%j", (options) => {
    fc.assert(
      fc.property(fc.array(voice, { minLength: 1, maxLength: 14 }), fc.array(voice, { maxLength: 14 }), (first, second) => {
        const auto = autoEngine("src out=15", options);
        const manual = engineOf(options);
        manual.nodes.newGroup(1, AddAction.tail, 0);
        play(manual, "src out=15");
        manual.process();
        auto.nodes.free(1000);
        manual.nodes.free(1000);
        let given = first.map((_, k) => 1000 + k);
        make(auto, first, given);
        make(manual, first, given);
        // Some synths move to other buses on the way.
        for (const voices of [first, first.map((v, k) => (second[k]?.name === v.name ? second[k] : v))]) {
          for (const engine of [auto, manual]) {
            voices.forEach(({ controls }, k) => {
              for (const [key, value] of Object.entries(controls)) engine.controls.set(1000 + k, key, value);
            });
          }
          const synths = given.map((id): TreeSynth => ({ id, name: voices[id - 1000].name, ops: voices[id - 1000].ops }));
          const { order, feedback } = orderSynths(synths);
          given = order.map(({ id }) => id);
          manual.nodes.order(AddAction.head, 1, given);
          for (let block = 0; block < 9; block++) {
            auto.process();
            manual.process();
            for (let b = 0; b < 10; b++) expect(auto.buses.audio(b).join()).toBe(manual.buses.audio(b).join());
          }
          expect(
            queryTree(auto, 1)!
              .slice(1)
              .map(({ id }) => id),
          ).toEqual(given);
          expect(feedbackIn(auto, 1).length > 0).toBe(feedback.length > 0);
          if (feedback.length === 0) expect(earlyReads(auto)).toEqual([]);
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe("order check", () => {
  const watched = (text: string) => {
    const engine = engineOf();
    engine.nodes.newGroup(1, AddAction.tail, 0);
    play(engine, text);
    const watch = new OrderWatch(engine);
    const told = watch.look().map(({ message }) => message);
    expect(earlyReads(engine).map(({ message }) => message)).toEqual(told);
    return { engine, watch, told };
  };
  it("tells once of a reader before its writer", () => {
    const { engine, watch, told } = watched("fx in=6; src out=6");
    expect(told).toEqual(["`fx` (1000) reads bus 6 before `src` (1001) writes it: it hears silence; move it after"]);
    expect(watch.look()).toEqual([]);
    play(engine, "fx in=6; fx in=7; src out=7");
    expect(watch.look().map(({ bus }) => bus)).toEqual([7]);
  });
  it("is silent about what is right, or waits for nothing", () => {
    for (const text of [
      "src out=6; fx in=6",
      "loop in=6 out=5; src out=6; fx in=5",
      "fx in=2; src out=2",
      "kr in=3 out=5; kr in=4 out=3",
      "src out=6; fx in=6; src out=6",
      "fx in=6",
      "anywhere; fx in=6; src out=6",
    ]) {
      expect(watched(text).told, text).toEqual([]);
    }
  });
  it("knows that a trigger is heard in its block only", () => {
    expect(watched("trig in=3; kr out=3").told).toHaveLength(1);
  });
  it("counts no synth that is paused", () => {
    const { engine } = watched("fx in=6; src out=6");
    engine.nodes.run(1001, false);
    expect(earlyReads(engine)).toEqual([]);
    engine.nodes.run(1001, true);
    engine.nodes.run(1, false);
    expect(new OrderWatch(engine).look()).toEqual([]);
  });
  it("reads what packed synths play", () => {
    const { engine } = watched("src out=6; src out=6; src out=6; src out=6; fx in=6");
    for (let block = 0; block < 12; block++) engine.process();
    expect(engine.packs.count).toBe(1);
    expect(engine.tree.get(engine.nodes.find(1001), NodeWord.pack)).not.toBe(0);
    engine.controls.set(1004, "in", 7);
    expect(earlyReads(engine)).toEqual([]);
    engine.nodes.moveToHead(1, 1004);
    engine.controls.set(1004, "in", 6);
    expect(earlyReads(engine)).toMatchObject([{ reader: { id: 1004 }, writer: { id: 1000 } }]);
    expect(engine.packs.count).toBe(1);
  });
});
