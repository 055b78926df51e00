/// `npm run bench -- tree`: what a node costs before it makes any sound: the walk, the call, and making and freeing it.
import { Engine } from "@heddle/core/engine";
import { emitModule } from "@heddle/core/wasm";
import type { CompiledDefinition } from "../packages/core/src/synthdef/abi.ts";

const synths = 1000;
const blocks = 5000;

/// A definition whose code returns at once.
function silence({ target }: Engine): CompiledDefinition {
  const programs = ["init", "run"].map((name) => ({ name, program: { name, params: [], body: [] } }));
  const module = new WebAssembly.Module(emitModule({ memory: { min: 1 }, programs }));
  return {
    name: "silence",
    target,
    words: 8,
    controlCount: 0,
    defaults: new Float32Array(0),
    controlNames: [],
    unitCount: 0,
    wireCount: 0,
    module,
    independent: false,
    wideWords: [],
    hasEnd: false,
    usesOffset: false,
    busAccesses: [],
  };
}

function engineOf(referenceWalk = false): Engine {
  const engine = new Engine({ nodes: 4 * synths, outputs: 2, inputs: 2, referenceWalk });
  engine.events.enabled = false;
  const outcome = engine.definitions.load(silence(engine));
  if (outcome !== null) throw new Error(outcome);
  return engine;
}

/// Fastest of five runs, in nanoseconds per `count`.
function nanoseconds(count: number, run: () => void): string {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return `${((best * 1e6) / count).toFixed(1)} ns`;
}

function walkTime(referenceWalk: boolean, groupSize: number): string {
  const engine = engineOf(referenceWalk);
  for (let i = 0; i < synths; i++) {
    const group = 1_000_000 + Math.floor(i / groupSize);
    if (i % groupSize === 0) engine.nodes.newGroup(group, 1, 0);
    engine.nodes.newSynth("silence", i + 1, 1, group);
  }
  return nanoseconds(blocks * synths, () => {
    for (let i = 0; i < blocks; i++) engine.process();
  });
}

export function main(): number {
  const engine = engineOf();
  console.log(`${synths} synths that do nothing, per synth and block`);
  console.log(`  compiled walk, one group        ${walkTime(false, synths)}`);
  console.log(`  compiled walk, groups of ten    ${walkTime(false, 10)}`);
  console.log(`  TypeScript walk, one group      ${walkTime(true, synths)}`);
  const empty = nanoseconds(100_000, () => {
    for (let i = 0; i < 100_000; i++) engine.process();
  });
  const life = nanoseconds(100 * synths, () => {
    for (let i = 0; i < 100 * synths; i++) {
      if (i >= synths) engine.nodes.free(i - synths + 1);
      engine.nodes.newSynth("silence", i + 1, 1, 0);
    }
    engine.nodes.freeAll(0);
  });
  console.log(`a block of nothing                ${empty}`);
  console.log(`to make and free a synth          ${life}`);
  return 0;
}
