import { readSynthDefs, synthDef } from "@heddle/core/synthdef";
import { Env, In, Out, SinOsc, WhiteNoise } from "@heddle/core/ugens";
import { expect, test } from "vitest";

const lines = (def: ReturnType<typeof synthDef>) =>
  def.graph.units.map(
    (u) =>
      `${u.name}.${["ir", "kr", "ar", "dr"][u.rate]}${u.special ? `:${u.special}` : ""}(${u.inputs.map((i) => ("constant" in i ? i.constant : `${i.unit}.${i.output}`)).join(", ")}) -> ${u.outputRates.length}`,
  );

test("a definition is its units in order of creation", () => {
  const def = synthDef("ping", { freq: 440, amp: 0.5 }, ({ freq, amp }) => Out.ar(0, SinOsc.ar(freq).mul(amp)));
  expect(lines(def)).toEqual(["Control.kr() -> 2", "SinOsc.ar(0.0, 0) -> 1", "BinaryOpUGen.ar:2(1.0, 0.1) -> 1", "Out.ar(0, 2.0) -> 0"]);
  expect(def.graph.paramNames).toEqual([
    { name: "freq", index: 0 },
    { name: "amp", index: 1 },
  ]);
});

test("lists expand, and their items are the channels of Out", () => {
  const def = synthDef("two", {}, () => Out.ar(4, SinOsc.ar([300, 301], [0, 1, 2])));
  expect(lines(def)).toEqual([
    "SinOsc.ar(300, 0) -> 1",
    "SinOsc.ar(301, 1) -> 1",
    "SinOsc.ar(300, 2) -> 1",
    "Out.ar(4, 0.0, 1.0, 2.0) -> 0",
  ]);
});

test("inputs by name, and what nobody hears is left out", () => {
  const def = synthDef("named", {}, () => {
    SinOsc.ar(99);
    WhiteNoise.kr();
    Out.ar({ bus: 2, channels: [SinOsc.ar({ phase: 1, freq: 200 }).mul(1).add(0)] });
  });
  expect(lines(def)).toEqual(["WhiteNoise.kr() -> 1", "SinOsc.ar(200, 1) -> 1", "Out.ar(2, 1.0) -> 0"]);
});

test("the file reads back as the same units", () => {
  const def = synthDef("file", { bus: 16 }, ({ bus }) => Out.ar(0, In.ar(bus, 2).mul(0.25)));
  const [back] = readSynthDefs(def.bytes()).definitions;
  expect(back.units.map((u) => u.name)).toEqual(["Control", "In", "BinaryOpUGen", "BinaryOpUGen", "Out"]);
  expect(back.units[1].outputRates).toEqual([2, 2]);
});

test("a misuse names what there is", () => {
  expect(() => SinOsc.ar(440)).toThrow("outside a definition");
  // @ts-expect-error the input is called freq
  expect(() => synthDef("x", {}, () => SinOsc.ar({ frequency: 3 }))).toThrow('SinOsc has no input "frequency"; it has freq, phase');
  expect(() => new Env([0, 1], [1, 2])).toThrow("2 segments has 3 levels, not 2");
});
