/// One check for every unit generator: its interpreter, scalar code and every lane of a pack give the same bits, whatever feeds it.
import type { Rate } from "../../packages/core/src/kernel/language.ts";
import { calledBy } from "../../packages/core/src/kernel/walk.ts";
import { planDefinition } from "../../packages/core/src/synthdef/compile.ts";
import { builtins, type UGen } from "../../packages/core/src/ugens/index.ts";
import { type FedUnit, type Feeding, feed, feedings, ratesOf, specialsOf } from "./feedings.ts";
import { busPlan, type Execution, lanes, moduleOf, type Recording, type Run, SynthMachine } from "./synth-machine.ts";

/// Sample `i` of what a unit is fed with. The first four sound, the last two try to break it.
const stimuli = {
  impulse: (i: number) => (i % 24 === 0 ? 1 : 0),
  sweep: (i: number) => Math.sin(i * i * 0.002),
  noise: (i: number) => (Math.imul(i + 1, 0x9e3779b1) ^ (Math.imul(i + 7, 0x85ebca6b) >>> 13)) / 2 ** 31,
  silence: () => 0,
  edges: (i: number) => [0, -0, 1e-40, 1e30, -1e-40, 1, -1e30, 1e-20, -1, 3e9][i % 10],
  hostile: (i: number) => [0, -0, 1e-40, 1e30, 1, Number.POSITIVE_INFINITY, 0.5, Number.NEGATIVE_INFINITY, -1, Number.NaN][i % 10],
} as const;
type Stimulus = keyof typeof stimuli;

/// What the four lanes of a pack are fed with; the next input of a unit gets the next lane's.
const packs: readonly (readonly [Stimulus, Stimulus, Stimulus, Stimulus])[] = [
  ["impulse", "sweep", "noise", "silence"],
  ["hostile", "edges", "noise", "sweep"],
];

/// Blocks rendered at each block size.
const blocksAt: Readonly<Record<number, number>> = { 1: 12, 7: 5, 64: 2, 128: 1 };

const blockSizes = Object.keys(blocksAt).map(Number);

const machines = new Map<number, SynthMachine>();
const machineOf = (blockSize: number): SynthMachine => {
  let machine = machines.get(blockSize);
  if (!machine) machines.set(blockSize, (machine = new SynthMachine(blockSize)));
  return machine;
};

/// Where two executions of `ugen` differ, one line each; empty when they agree everywhere. `splits`: also that one block of 64 equals two of 32.
export function agrees(ugen: UGen, splits = true): string[] {
  const differences: string[] = [];
  for (const special of specialsOf(ugen)) {
    for (const rate of ratesOf(ugen)) {
      for (const [i, feeding] of distinct(ugen, rate).entries()) {
        // One operator in three sees each feeding.
        if (special !== 0 && (i + special) % 3 !== 0) continue;
        const title = `${ugen.name}.${rate}${special ? ` #${special}` : ""}, inputs ${feeding.join(" then ")}`;
        const fed = feed(ugen, rate, feeding, special);
        // The first feeding at every block size, the others at one each.
        const sizes = i === 0 && special === 0 ? blockSizes : [blockSizes[(i + special) % blockSizes.length]];
        for (const blockSize of sizes) differences.push(...compareExecutions(title, fed, blockSize));
      }
      if (rate === "ar" && splits && special === 0) {
        const fed = feed(ugen, rate, ["audio", "audio"], special, true);
        differences.push(...compareSplit(`${ugen.name}.${rate}${special ? ` #${special}` : ""}`, fed));
      }
    }
  }
  return differences;
}

/// A unit with one input or none is not fed in twice the same way.
function distinct(ugen: UGen, rate: Rate): readonly Feeding[] {
  const inputs = Object.keys(ugen.face.inputs).length;
  if (inputs === 0) return feedings[rate].slice(-1);
  return inputs === 1 ? feedings[rate].filter(([first, others]) => first === others) : feedings[rate];
}

function compareExecutions(title: string, fed: FedUnit, blockSize: number): string[] {
  const machine = machineOf(blockSize);
  const plan = planDefinition(fed.graph, machine.target, builtins);
  const module = moduleOf(plan, machine.target);
  // A pack never holds a synth that sends replies (`runsInLanes`): their records share one place.
  const replies = [...calledBy(plan.run.body).hosts].some(({ name }) => name === "reply");
  const blocks = blocksAt[blockSize] ?? 1;
  // What breaks, breaks in the middle sizes too.
  return packs.slice(0, blockSize === 7 || blockSize === 64 ? 2 : 1).flatMap((pack) => {
    const run = runOf(fed, plan, module, blocks, pack);
    const of = (how: Execution, reused = false) => machine.render(run, how, reused);
    const interpreter = of("interpreter");
    const scalar = of("scalar");
    const where = `${title}, blocks of ${blockSize}, ${pack.join(" ")}`;
    return [
      ...difference(`${where}: scalar`, interpreter, scalar, blockSize),
      ...(replies ? [] : difference(`${where}: lanes`, interpreter, of("lanes"), blockSize)),
      ...difference(`${where}: after a reset`, interpreter, of("scalar", true), blockSize),
    ];
  });
}

function runOf(fed: FedUnit, plan: Run["plan"], module: WebAssembly.Module, blocks: number, pack: (typeof packs)[number]): Run {
  const stimulus = (lane: number, input: number, index: number): number => {
    const name = pack[(lane + input) % 4];
    const x = stimuli[name](index);
    const centre = fed.centres[input];
    if (name === "hostile" || name === "edges" || centre === 0) return x;
    return centre + Math.abs(centre) * x;
  };
  return { plan, module, blocks, controls: fed.controls, inputs: fed.centres.length, stimulus };
}

/// One block of 64 against two of 32, on the lanes' own audio buses.
function compareSplit(title: string, fed: FedUnit): string[] {
  const samplesAt = (blockSize: number): number[][] => {
    const machine = machineOf(blockSize);
    const plan = planDefinition(fed.graph, machine.target, builtins);
    const run = runOf(fed, plan, moduleOf(plan, machine.target), 128 / blockSize, packs[0]);
    const { blocks } = machine.render(run, "scalar");
    return lanes.map((lane) => {
      const from = (busPlan.output(lane) - busPlan.firstRecorded) * blockSize;
      return blocks.flatMap((block) => [...block.subarray(from, from + blockSize)]);
    });
  };
  const whole = samplesAt(64);
  const halves = samplesAt(32);
  return lanes.flatMap((lane) => {
    const at = whole[lane].findIndex((x, i) => !Object.is(x, halves[lane][i]));
    return at < 0
      ? []
      : [`${title}, ${packs[0][lane]}, sample ${at}: ${whole[lane][at]} in blocks of 64, ${halves[lane][at]} in blocks of 32`];
  });
}

/// The first difference of what two executions left, if any.
function difference(what: string, expected: Recording, got: Recording, blockSize: number): string[] {
  for (const [b, block] of expected.blocks.entries()) {
    const at = block.findIndex((x, i) => !Object.is(x, got.blocks[b][i]));
    if (at >= 0) return [`${what} differs in block ${b}, ${place(at, blockSize)}: interpreter ${block[at]}, here ${got.blocks[b][at]}`];
  }
  for (const lane of lanes) {
    const calls = [expected.calls[lane].join("; "), got.calls[lane].join("; ")];
    if (calls[0] !== calls[1]) return [`${what} differs in lane ${lane}'s calls: interpreter "${calls[0]}", here "${calls[1]}"`];
    const i = expected.state[lane].findIndex(([, x], k) => !Object.is(x, got.state[lane][k][1]));
    if (i >= 0) {
      const [field, value] = expected.state[lane][i];
      return [`${what} differs in lane ${lane}'s state ${field}: interpreter ${value}, here ${got.state[lane][i][1]}`];
    }
  }
  const i = expected.buffers.findIndex((x, k) => !Object.is(x, got.buffers[k]));
  return i < 0 ? [] : [`${what} differs in sample ${i} of the sample buffers: interpreter ${expected.buffers[i]}, here ${got.buffers[i]}`];
}

function place(at: number, blockSize: number): string {
  const audio = (busPlan.count - busPlan.firstRecorded) * blockSize;
  const bus = busPlan.firstRecorded + (at < audio ? Math.floor(at / blockSize) : at - audio);
  const lane = bus < busPlan.shared ? `lane ${Math.floor((bus - busPlan.firstRecorded) / busPlan.outputsPerLane)}` : `bus ${bus}`;
  return at < audio ? `${lane}, sample ${at % blockSize}` : `${lane}, control value`;
}
