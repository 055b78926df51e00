/// What `heddle profile` measures: everything that ran is counted, once; the sound stays what it is.
import { Engine, type Profile } from "@heddle/core/engine";
import { compileDefinition, planDefinition, synthDef, unitShares } from "@heddle/core/synthdef";
import { builtins, Env, EnvGen, Line, Out, RLPF, Saw, SinOsc } from "@heddle/core/ugens";
import { drawFlame, profileScore } from "@heddle/node";
import { expect, test } from "vitest";
import { score } from "../support/scores.ts";
import { toneBytes } from "../support/tone.ts";

const plain = synthDef("plain", { freq: 300 }, ({ freq }) => Out.ar(0, SinOsc.ar(freq).mul(0.1))).graph;
const short = synthDef("short", {}, () =>
  Out.ar(0, SinOsc.ar(200).mul(EnvGen.kr({ envelope: Env.perc(0.001, 0.005), doneAction: 2 }))),
).graph;

function rendered(blocks: number, start?: (engine: Engine) => Profile) {
  const engine = new Engine({ outputs: 1, inputs: 0 });
  for (const graph of [plain, short]) expect(engine.definitions.load(compileDefinition(graph, engine.target, builtins))).toBeNull();
  for (let i = 0; i < 6; i++) engine.nodes.newSynth("plain", 1000 + i, 1, 0);
  engine.nodes.newSynth("short", 2000, 1, 0);
  const profile = start?.(engine);
  const sound: Float32Array[] = [];
  for (let block = 0; block < blocks; block++) {
    if (block === 12) engine.nodes.newSynth("plain", 3000, 1, 0);
    engine.process();
    sound.push(engine.output(0).slice());
  }
  return { engine, profile, sound };
}

test("every turn is counted, of packs for each of the four, and the sound is the same", () => {
  let clock = 0;
  const ended: number[] = [];
  const { profile, sound, engine } = rendered(40, (engine) => {
    const profile = engine.startProfile(() => clock++);
    profile.ended = ({ id }) => ended.push(id);
    return profile;
  });
  expect(engine.packs.count).toBe(1);
  expect(sound).toEqual(rendered(40).sound);
  const costs = new Map([...profile!.synths()].map((cost) => [cost.id, cost]));
  for (const id of [1000, 1003, 1005]) expect(costs.get(id)!.blocks).toBe(40);
  // It came to the place of the short one, which had ended.
  expect([ended, costs.get(3000)!.blocks, costs.has(2000)]).toEqual([[2000], 28, false]);
  // A tick of the clock for each turn, one for each construction; the four of a pack share theirs.
  expect(costs.get(1005)!.time).toBe(41);
  expect(costs.get(1000)!.time).toBeLessThan(20);
  engine.stopProfile();
  engine.process();
  expect([...profile!.synths()].find(({ id }) => id === 1005)!.time).toBe(41);
});

test("units' shares add up to one, and what does more has more", () => {
  const { target } = new Engine();
  const graph = synthDef("voice", {}, () => Out.ar(0, RLPF.ar(Saw.ar(100), Line.kr(200, 400, 1), 0.5))).graph;
  const shares = unitShares(planDefinition(graph, target, builtins), target.blockSize);
  const of = (name: string) => shares[graph.units.findIndex((unit) => unit.name === name)];
  expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  expect(of("Line")).toBeLessThan(of("RLPF") / 10);
  expect(of("Saw")).toBeGreaterThan(of("Out"));
});

test("a score's definitions, units and nodes, and its picture", async () => {
  const report = await profileScore({
    score: score([0, ["/d_recv", toneBytes], "/s_new tone 1000 0 0", "/s_new tone 1001 0 0"], [0.1, "/n_free 1000"], [0.2]),
    outputs: 1,
    post: () => {},
  });
  const [tone] = report.definitions;
  expect(report.definitions.map(({ name, nodes }) => [name, nodes])).toEqual([["tone", 2]]);
  expect(tone.units.reduce((sum, { time }) => sum + time, 0)).toBeCloseTo(tone.time, 6);
  expect(report.nodes.map(({ id }) => id).sort()).toEqual([1000, 1001]);
  expect(report.nodes.reduce((sum, { time }) => sum + time, 0)).toBeCloseTo(report.synths, 6);
  expect(report.synths).toBeLessThan(report.total);
});

test("a flame graph is as wide as what it shows, and leaves out what nobody could see", () => {
  const parts = [
    { name: "a <b>", value: 60, parts: [{ name: "SinOsc.ar [0]", value: 40 }] },
    { name: "nothing", value: 0.0001 },
  ];
  const svg = drawFlame({ name: "all", value: 100, parts }, "title & more", (value) => `${value} ms`);
  expect(svg.match(/<rect [^>]*rx/g)).toHaveLength(3);
  expect(svg).toContain("<title>a &#60;b&#62;: 60 ms, 60.0 %</title>");
  expect(svg).toContain("title &#38; more");
  expect(svg).not.toContain("nothing");
});
