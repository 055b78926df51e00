/// Packs of four are a matter of speed: every session sounds the same, bit for bit, with them and without.
import { Engine } from "@heddle/core/engine";
import { compileDefinition, type SynthDef, synthDef } from "@heddle/core/synthdef";
import { builtins, Env, EnvGen, In, LFSaw, Out, Pan2, RLPF, SinOsc } from "@heddle/core/ugens";
import { expect, test } from "vitest";

const voice = synthDef("voice", { freq: 300, amp: 0.1, pan: 0, gate: 1, out: 0 }, ({ freq, amp, pan, gate, out }) =>
  Out.ar(out, Pan2.ar(SinOsc.ar(freq).mul(EnvGen.kr({ envelope: Env.adsr(0.01, 0.02, 0.5, 0.03), gate, doneAction: 2 })), pan, amp)),
);
const saw = synthDef("saw", { freq: 80, bus: 3 }, ({ freq, bus }) =>
  Out.ar(0, RLPF.ar(LFSaw.ar(freq), In.kr(bus).mul(500).add(900), 0.3).mul(0.1)),
);
const short = synthDef("short", { freq: 500 }, ({ freq }) =>
  Out.ar(1, SinOsc.ar(freq).mul(EnvGen.ar({ envelope: Env.perc(0.001, 0.01), doneAction: 2 }))),
);
const definitions: readonly SynthDef[] = [voice, saw, short];

/// A small generator of its own: the session must be the same twice.
function dice(seed: number) {
  let state = seed >>> 0;
  return (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/// Code for packs comes `late` blocks after it was asked for.
function session(seed: number, lanes: boolean, late = 0) {
  const engine = new Engine({ outputs: 2, inputs: 0, lanes });
  const wanted: { readonly due: number; readonly name: string; supply(): void }[] = [];
  if (late > 0) {
    engine.definitions.lanesWanted = (definition) => {
      const module = definition.compiled.laneModule!()!;
      wanted.push({
        due: engine.block + late,
        name: definition.compiled.name,
        supply: () => engine.definitions.supplyLanes(definition, module),
      });
    };
  }
  for (const { graph } of definitions) expect(engine.definitions.load(compileDefinition(graph, engine.target, builtins))).toBeNull();
  const roll = dice(seed);
  const ids: number[] = [];
  let next = 1000;
  const some = () => ids[roll(ids.length)] ?? 1000;
  engine.nodes.newGroup(1, 0, 0);
  const act = [
    () => {
      const name = definitions[roll(8) < 6 ? 0 : 1 + roll(2)].name;
      for (let i = 0; i < 4 + roll(6); i++) {
        ids.push(next);
        engine.nodes.newSynth(name, next++, roll(4) === 0 ? 0 : 1, roll(2));
        engine.controls.set(next - 1, "freq", 100 + roll(900));
        engine.controls.set(next - 1, "pan", roll(21) / 10 - 1);
      }
    },
    () => engine.nodes.free(some()),
    () => engine.controls.set(some(), "gate", 0),
    () => engine.controls.set(some(), "amp", roll(10) / 50),
    () => engine.controls.map(some(), "amp", 5),
    () => engine.nodes.run(some(), roll(2) === 0),
    () => engine.nodes.moveBefore(some(), some()),
    () => engine.nodes.moveToTail(roll(2), some()),
    () => engine.nodes.newSynth("voice", next++, roll(5), some()),
  ];
  const blocks: Float32Array[] = [];
  let packs = 0;
  engine.buses.set(3, 0.5);
  engine.buses.set(5, 0.2);
  for (let block = 0; block < 120; block++) {
    if (roll(5) === 0) act[roll(act.length)]();
    for (const { due, supply } of wanted) if (due === block) supply();
    engine.process();
    packs = Math.max(packs, engine.packs.count);
    blocks.push(engine.output(0).slice(), engine.output(1).slice());
  }
  return { blocks, packs, nodes: engine.tree.count, faults: engine.takeFaults(), wanted: wanted.map(({ name }) => name) };
}

test("random sessions sound the same with packs and without", () => {
  let packed = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const together = session(seed, true);
    const alone = session(seed, false);
    expect(together.blocks, `seed ${seed}`).toEqual(alone.blocks);
    expect(together.nodes, `seed ${seed}`).toBe(alone.nodes);
    expect([together.faults, alone.packs]).toEqual([[], 0]);
    packed += together.packs;
  }
  expect(packed).toBeGreaterThan(10);
});

test("code for packs that comes later, from elsewhere, is asked for once and changes nothing", () => {
  let packed = 0;
  for (let seed = 1; seed <= 4; seed++) {
    const late = session(seed, true, 7);
    expect(late.blocks, `seed ${seed}`).toEqual(session(seed, false).blocks);
    expect(late.wanted).toEqual([...new Set(late.wanted)]);
    packed += late.packs;
  }
  expect(packed).toBeGreaterThan(4);
});

test("code for packs that comes when the definition is gone is dropped", () => {
  const engine = new Engine({ outputs: 2, inputs: 0 });
  expect(engine.definitions.load(compileDefinition(voice.graph, engine.target, builtins))).toBeNull();
  const definition = engine.definitions.find("voice")!;
  const module = definition.compiled.laneModule!()!;
  engine.definitions.unload("voice");
  const places = engine.definitions.tableLength;
  engine.definitions.supplyLanes(definition, module);
  expect(engine.definitions.tableLength).toBe(places);
});
