/// What `heddle explain` says of a definition.
import { expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import {
  costOf,
  definitionText,
  drawDefinition,
  explainDefinition,
  planDefinition,
  synthDef,
} from "../../packages/core/src/synthdef/index.ts";
import { builtins, Out, SinOsc } from "../../packages/core/src/ugens/index.ts";

const { target } = new Engine({ outputs: 2, inputs: 0 });
const ping = synthDef("ping", { out: 0, freq: 440 }, ({ out, freq }) => Out.ar(out, SinOsc.ar(freq).mul(SinOsc.kr(3))));
const plan = planDefinition(ping.graph, target, builtins);

test("the text names controls, units, segments, buses, cost and state", () => {
  const text = explainDefinition(plan, 64);
  expect(text).toContain("ping: 5 units, 2 controls");
  expect(text).toContain("freq = 440");
  expect(text).toMatch(/SinOsc\.ar \[\d\] \(freq, 0\)/);
  expect(text).toMatch(/2\. one loop over the samples: SinOsc\.ar \[\d\], BinaryOpUGen\.ar \[\d\], Out\.ar \[\d\]/);
  expect(text).toContain("audio out (Out.ar [4])");
  expect(text).toContain(`State: ${plan.words} words`);
  expect(text.match(/^ {2}word /gm)).toHaveLength(plan.fields.length + 1);
});

test("the cost grows with the work", () => {
  const two = synthDef("two", {}, () => Out.ar(0, SinOsc.ar(1).mul(SinOsc.ar(2)).mul(SinOsc.ar(3))));
  const { perSample } = costOf(planDefinition(two.graph, target, builtins));
  expect(perSample).toBeGreaterThan(1.5 * costOf(plan).perSample);
});

test("the WebAssembly text exports what the engine calls", () => {
  expect(definitionText(plan, target)).toMatch(/\(export "init"[\s\S]*\(export "run"/);
});

test("the drawing has a box for every unit and a line for every connection", () => {
  const svg = drawDefinition(plan);
  for (const { name } of ping.graph.units) expect(svg).toContain(name);
  const connections = ping.graph.units.flatMap(({ inputs }) => inputs.filter((ref) => "unit" in ref));
  expect(svg.match(/<path /g)).toHaveLength(connections.length);
});
