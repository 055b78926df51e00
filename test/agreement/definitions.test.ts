/// A pack of four synths of a real definition leaves on the buses what the four leave one after the other.
import { readFileSync } from "node:fs";
import { readScore } from "@heddle/core/osc";
import { expect, test } from "vitest";
import { layOut } from "../../packages/core/src/engine/layout.ts";
import { calledBy } from "../../packages/core/src/kernel/walk.ts";
import { isBundle } from "../../packages/core/src/osc/packet.ts";
import { ContextWord, SynthWord } from "../../packages/core/src/synthdef/abi.ts";
import { type DefinitionPlan, planDefinition } from "../../packages/core/src/synthdef/compile.ts";
import type { SynthDefGraph } from "../../packages/core/src/synthdef/graph-types.ts";
import { readSynthDefs } from "../../packages/core/src/synthdef/read.ts";
import { builtins } from "../../packages/core/src/ugens/index.ts";
import { laneRefusal } from "../../packages/core/src/wasm/lanes/refusal.ts";
import { emitModule } from "../../packages/core/src/wasm/module.ts";
import { scoreCases, scorePath } from "../support/sc-fixtures.ts";
import { transpose } from "../support/synth-machine.ts";

const { target, pool, samples } = layOut({ memorySize: 4096, controlBuses: 256, audioBuses: 64, buffers: 16 });
const pages = Math.ceil(samples / 65536) + 1;
const lanes = [0, 1, 2, 3];
const blocks = 4;

function fixtureDefinitions(): SynthDefGraph[] {
  const byName = new Map<string, SynthDefGraph>();
  for (const score of scoreCases) {
    for (const { bundle } of readScore(readFileSync(scorePath(score)))) {
      for (const packet of bundle.packets) {
        if (isBundle(packet) || packet.address !== "/d_recv") continue;
        for (const graph of readSynthDefs(packet.args[0] as Uint8Array).definitions) byName.set(`${score.name}/${graph.name}`, graph);
      }
    }
  }
  return [...byName.values()];
}

/// The plan of a definition whose units all exist and whose synths may share a pack: they read no bus or sample buffer (another could have written it),
/// write no buffer, and draw no random numbers (synths share a generator, in an order that lanes do not keep).
function planOf(graph: SynthDefGraph): DefinitionPlan | undefined {
  if (!graph.units.every(({ name }) => builtins.get(name))) return undefined;
  const plan = tryPlan(graph);
  if (!plan) return undefined;
  const apart = plan.units.every(({ spec }) => !spec.random && !spec.reads && spec.writes !== "buffer");
  const { hosts } = calledBy([...plan.init.body, ...plan.run.body]);
  return apart && [...hosts].every(({ name }) => stubbed.has(name)) && !laneRefusal(plan.run) ? plan : undefined;
}

/// What `render` answers in the engine's place.
const stubbed = new Set(["doneAction", "nodeControl", "reply", "disk", "alloc"]);

/// A definition that does not compile at all is not a matter of lanes; the tests of its units tell.
function tryPlan(graph: SynthDefGraph): DefinitionPlan | undefined {
  try {
    return planDefinition(graph, target, builtins);
  } catch {
    return undefined;
  }
}

/// Runs four synths, in a pack or not. Returns the buses after each block, and what the host was asked.
function render(plan: DefinitionPlan, module: WebAssembly.Module, pack: boolean) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const words = new Int32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  const calls: number[][] = lanes.map(() => []);
  const stateBytes = plan.words * 4;
  const packBase = pool + 4 * stateBytes;
  let heap = packBase + 4 * stateBytes;
  const synthAt = (base: number) => (base < packBase ? (base - pool) / stateBytes : (base - packBase) / 4);
  const called =
    (name: number) =>
    (base: number, ...args: number[]) => {
      calls[synthAt(base)]?.push(name, ...args);
      return 0;
    };
  const host = {
    doneAction: called(0),
    nodeControl: called(1),
    reply: called(2),
    disk: called(3),
    alloc: (_base: number, bytes: number) => {
      const at = heap;
      heap += Math.ceil(bytes / 16) * 16;
      return heap <= samples ? at : 0;
    },
  };
  const imports = { env: { memory }, host };
  const { init, run, run4 } = new WebAssembly.Instance(module, imports).exports as Record<string, (base: number) => void>;

  words.fill(-1, target.audioStamps / 4, target.audioStamps / 4 + target.audioBusCount);
  words.fill(-1, target.controlStamps / 4, target.controlStamps / 4 + target.controlBusCount);
  for (const lane of lanes) {
    const base = pool + lane * stateBytes;
    words[base / 4 + SynthWord.nodeId] = 1000 + lane;
    words[base / 4 + SynthWord.generator] = target.generators + lane * 16;
    plan.graph.params.forEach((value, i) => {
      floats[base / 4 + SynthWord.controls + i] = value * (1 + lane / 8);
    });
    init?.(base);
  }
  if (pack) for (const lane of lanes) transpose(words, plan, pool + lane * stateBytes, packBase, lane);

  const buses: Float32Array[] = [];
  for (let block = 0; block < blocks; block++) {
    words[target.context / 4 + ContextWord.block] = block;
    if (pack) run4?.(packBase);
    else for (const lane of lanes) run?.(pool + lane * stateBytes);
    const from = target.audioBuses / 4;
    buses.push(floats.slice(from, from + 16 * target.blockSize), floats.slice(target.controlBuses / 4, target.controlBuses / 4 + 64));
  }
  return { buses, calls };
}

test("packs of every definition in the fixtures that may run in lanes", () => {
  let compared = 0;
  for (const graph of fixtureDefinitions()) {
    const plan = planOf(graph);
    if (!plan) continue;
    const programs = [
      { name: "init", program: plan.init },
      { name: "run", program: plan.run, lanes: true },
    ];
    const bytes = emitModule({ memory: { min: 1 }, programs, scratch: target.scratch });
    expect(WebAssembly.validate(bytes), graph.name).toBe(true);
    const module = new WebAssembly.Module(bytes);
    expect(render(plan, module, true), graph.name).toEqual(render(plan, module, false));
    compared++;
  }
  expect(compared).toBeGreaterThan(0);
}, 300_000);
