/// Runs a planned definition three ways on equal memories: the interpreter, scalar WebAssembly, and a pack of four in lanes.

import { seedGenerator } from "../../packages/core/src/engine/generators.ts";
import { layOut } from "../../packages/core/src/engine/layout.ts";
import { Memory } from "../../packages/core/src/engine/memory.ts";
import { interpret } from "../../packages/core/src/kernel/interpret.ts";
import type { Field, HostFunction, Program } from "../../packages/core/src/kernel/ir.ts";
import { BufferWord, bufferRecordBytes, ContextWord, SynthWord, type Target } from "../../packages/core/src/synthdef/abi.ts";
import type { DefinitionPlan } from "../../packages/core/src/synthdef/compile.ts";
import { emitFft, fftTables, fftWorkBytes } from "../../packages/core/src/wasm/fft.ts";
import { emitModule } from "../../packages/core/src/wasm/module.ts";

export const lanes = [0, 1, 2, 3] as const;

/// Which buses the machine fills (inputs) and records (everything from `firstRecorded`), the same numbers for audio and control buses.
export const busPlan = {
  input: (lane: number, input: number) => 16 + lane * 16 + input,
  output: (lane: number) => 80 + lane * 8,
  outputsPerLane: 8,
  /// Buses that a unit under test may write itself.
  shared: 112,
  firstRecorded: 80,
  count: 128,
} as const;

/// Sample buffers: numbers `lane` are each synth's own, `sharedBuffer` is read by all.
export const sharedBuffer = 4;
const bufferFrames = 128;

export type Execution = "interpreter" | "scalar" | "lanes";

/// What four synths left behind.
export interface Recording {
  /// For each block: the recorded audio buses (N samples each), then the recorded control buses.
  readonly blocks: readonly Float32Array[];
  /// By lane: calls of host functions with their arguments.
  readonly calls: readonly string[][];
  /// By lane: every value of the state, with the field's name.
  readonly state: readonly (readonly [string, number])[][];
  readonly buffers: Float32Array;
}

export interface Run {
  readonly plan: DefinitionPlan;
  readonly module: WebAssembly.Module;
  readonly blocks: number;
  /// Control values of a lane.
  readonly controls: (lane: number) => readonly number[];
  /// Number of inputs that come from buses, and what sample (or block, for control buses) `index` of one is.
  readonly inputs: number;
  readonly stimulus: (lane: number, input: number, index: number) => number;
}

/// The module of a plan, `run` also for lanes. Throws when it is not valid WebAssembly.
export function moduleOf(plan: DefinitionPlan, target: Target): WebAssembly.Module {
  const programs = [
    { name: "init", program: plan.init },
    { name: "run", program: plan.run, lanes: true },
  ];
  const bytes = emitModule({ memory: { min: 1 }, programs, scratch: target.scratch });
  if (!WebAssembly.validate(bytes)) throw new Error(`${plan.graph.name}: what was emitted is not valid WebAssembly`);
  return new WebAssembly.Module(bytes);
}

export class SynthMachine {
  readonly target: Target;
  readonly #layout;
  readonly #memory: Memory;
  readonly #transforms: WebAssembly.Exports;
  #heap = 0;

  constructor(readonly blockSize: number) {
    const { count } = busPlan;
    this.#layout = layOut({
      blockSize,
      memorySize: 1024,
      controlBuses: count,
      audioBuses: count,
      buffers: 8,
      nodes: 4,
      wires: 32,
      generators: 8,
    });
    this.target = this.#layout.target;
    this.#memory = new Memory(this.#layout.samples + 65536);
    for (const { name, values } of this.#layout.constants) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.#memory.u8.set(bytes, this.target.tables[name]?.address);
    }
    const code = new WebAssembly.Module(emitFft({ max: 32768 }));
    this.#transforms = new WebAssembly.Instance(code, { env: { memory: this.#memory.wasm } }).exports;
  }

  /// Renders `blocks` blocks. With `reused`, the memory is left as the last rendering left it, except for what the engine resets for a new synth.
  render(run: Run, how: Execution, reused = false): Recording {
    const { plan } = run;
    const { target } = this;
    const { i32, f32 } = this.#memory;
    const stateBytes = plan.words * 4;
    const first = this.#layout.pool;
    const pack = first + 4 * stateBytes;
    this.#reset(pack + 4 * stateBytes, reused);
    const baseOf = (lane: number) => first + lane * stateBytes;
    const calls: string[][] = lanes.map(() => []);
    const host = this.#host((base, call) => calls[base < pack ? (base - first) / stateBytes : (base - pack) / 4]?.push(call));
    const { init, step, step4 } = this.#programs(run, how, host);

    for (const lane of lanes) {
      const at = baseOf(lane) / 4;
      i32[at + SynthWord.nodeId] = 1000 + lane;
      i32[at + SynthWord.generator] = target.generators + lane * 16;
      run.controls(lane).forEach((value, i) => {
        f32[at + SynthWord.controls + i] = value;
      });
    }
    const blocks: Float32Array[] = [];
    for (let block = 0; block < run.blocks; block++) {
      i32[target.context / 4 + ContextWord.block] = block;
      this.#fill(run, block);
      if (block === 0) {
        for (const lane of lanes) init(baseOf(lane));
        if (how === "lanes") for (const lane of lanes) transpose(i32, plan, baseOf(lane), pack, lane);
      }
      if (how === "lanes") step4(pack);
      else for (const lane of lanes) step(baseOf(lane));
      blocks.push(this.#record());
    }
    if (how === "lanes") for (const lane of lanes) transpose(i32, plan, baseOf(lane), pack, lane, true);
    this.#checkTables(how);
    return { blocks, calls, state: lanes.map((lane) => this.#state(plan.fields, baseOf(lane))), buffers: this.#buffers().slice() };
  }

  /// Constant tables are nobody's to write.
  #checkTables(how: Execution): void {
    for (const { name, values } of this.#layout.constants) {
      const at = this.target.tables[name].address;
      const now = this.#memory.u8.subarray(at, at + values.byteLength);
      const before = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const i = now.findIndex((byte, k) => byte !== before[k]);
      if (i < 0) continue;
      now.set(before);
      throw new Error(`the ${how} code wrote over byte ${i} of the table "${name}"`);
    }
  }

  #programs(run: Run, how: Execution, host: Record<string, (...args: number[]) => number>) {
    if (how !== "interpreter") {
      const exports = new WebAssembly.Instance(run.module, { env: { memory: this.#memory.wasm }, host }).exports as Record<
        string,
        (base: number) => void
      >;
      return { init: exports.init, step: exports.run, step4: exports.run4 };
    }
    const call = (fn: HostFunction, args: readonly number[]) => host[fn.name](...args);
    const execute = (program: Program) => (base: number) =>
      interpret(program, [], { memory: this.#memory.wasm.buffer, base, host: call, maxSteps: 5e6 });
    const step = execute(run.plan.run);
    return { init: execute(run.plan.init), step, step4: step };
  }

  #host(called: (base: number, call: string) => void): Record<string, (...args: number[]) => number> {
    const told =
      (name: string) =>
      (base: number, ...args: number[]) => {
        called(base, `${name} ${args.join(" ")}`);
        return 0;
      };
    const alloc = (_base: number, bytes: number): number => {
      const at = this.#heap;
      const end = at + Math.ceil(bytes / 16) * 16;
      if (!(bytes > 0) || end > this.#layout.samples) return 0;
      this.#memory.u8.fill(0, at, end);
      this.#heap = end;
      return at;
    };
    return {
      doneAction: told("doneAction"),
      nodeControl: told("nodeControl"),
      // A reply's record is made where the code pleases: only its contents matter.
      reply: (base, kind, words, count) => {
        const values = this.#memory.f32.subarray(words / 4, words / 4 + Math.min(count, 64));
        called(base, `reply ${kind} ${values.join(" ")}`);
        return 0;
      },
      disk: told("disk"),
      alloc,
      prepareFft: (base, size) => {
        if (!(size >= 8 && size <= bufferFrames && (size & (size - 1)) === 0)) return 0;
        const at = alloc(base, fftWorkBytes(size));
        if (at) this.#memory.f32.set(fftTables(size), at / 4);
        return at;
      },
      prepareWindow: (base, _kind, size) => {
        const at = alloc(base, size * 4);
        if (at) this.#memory.f32.fill(0.5, at / 4, at / 4 + size);
        return at;
      },
      fft: this.#transforms.unitFft as (...args: number[]) => number,
      ifft: this.#transforms.unitIfft as (...args: number[]) => number,
    };
  }

  /// The state of a freshly started engine; `reused` leaves wires and scratch memory as they are, and the synths' memory but for their state.
  #reset(heap: number, reused: boolean): void {
    const { target } = this;
    const { u8, i32, f32 } = this.#memory;
    const { count } = busPlan;
    const tables = new Set(Object.values(target.tables));
    const firstTable = Math.min(...[...tables].map(({ address }) => address));
    if (!reused) {
      u8.fill(0, 0, firstTable);
      u8.fill(0, this.#layout.pool, this.#heap);
    }
    u8.fill(0, this.#layout.pool, heap);
    this.#heap = heap;
    u8.fill(0, target.context, target.wires);
    i32.fill(-1, target.audioStamps / 4, target.audioStamps / 4 + count);
    i32.fill(-1, target.controlStamps / 4, target.controlStamps / 4 + count);
    for (let i = 0; i < target.generatorCount; i++) seedGenerator(this.#memory, target, i, 100 + i);
    for (let i = 0; i < target.bufferCount - 1; i++) {
      const record = (target.bufferRecords + i * bufferRecordBytes) / 4;
      i32[record + BufferWord.data] = this.#layout.samples + i * bufferFrames * 4;
      i32[record + BufferWord.frames] = bufferFrames;
      i32[record + BufferWord.channels] = 1;
      i32[record + BufferWord.samples] = bufferFrames;
      i32[record + BufferWord.mask] = bufferFrames - 1;
      f32[record + BufferWord.sampleRate] = target.sampleRate;
    }
    const samples = this.#buffers();
    for (let i = 0; i < samples.length; i++) samples[i] = Math.fround(Math.sin(i * i * 0.001));
  }

  #buffers(): Float32Array {
    const at = this.#layout.samples / 4;
    return this.#memory.f32.subarray(at, at + (this.target.bufferCount - 1) * bufferFrames);
  }

  /// Puts the stimuli on the input buses and marks them as written in this block.
  #fill(run: Run, block: number): void {
    const { target, blockSize } = this;
    const { i32, f32 } = this.#memory;
    for (const lane of lanes) {
      for (let input = 0; input < run.inputs; input++) {
        const bus = busPlan.input(lane, input);
        const at = target.audioBuses / 4 + bus * blockSize;
        for (let j = 0; j < blockSize; j++) f32[at + j] = run.stimulus(lane, input, block * blockSize + j);
        f32[target.controlBuses / 4 + bus] = run.stimulus(lane, input, block);
        i32[target.audioStamps / 4 + bus] = block;
        i32[target.controlStamps / 4 + bus] = block;
      }
    }
  }

  #record(): Float32Array {
    const { target, blockSize } = this;
    const { firstRecorded, count } = busPlan;
    const audio = target.audioBuses / 4;
    const control = target.controlBuses / 4;
    const recorded = new Float32Array((count - firstRecorded) * (blockSize + 1));
    recorded.set(this.#memory.f32.subarray(audio + firstRecorded * blockSize, audio + count * blockSize));
    recorded.set(this.#memory.f32.subarray(control + firstRecorded, control + count), (count - firstRecorded) * blockSize);
    return recorded;
  }

  #state(fields: readonly Field[], base: number): [string, number][] {
    const view = new DataView(this.#memory.wasm.buffer);
    return fields.flatMap((field) =>
      Array.from({ length: field.count }, (_, i): [string, number] => {
        const name = field.count > 1 ? `${field.name}[${i}]` : field.name;
        const at = base + field.word * 4 + i * (field.type === "f64" ? 8 : 4);
        return [
          name,
          field.type === "f64" ? view.getFloat64(at, true) : field.type === "f32" ? view.getFloat32(at, true) : view.getInt32(at, true),
        ];
      }),
    );
  }
}

/// Copies a lone synth's state into a lane of a pack, or `back`: an f64's lanes follow each other, other words are interleaved.
export function transpose(
  words: Int32Array,
  { fields, words: count }: Pick<DefinitionPlan, "fields" | "words">,
  alone: number,
  pack: number,
  lane: number,
  back = false,
): void {
  const wide = new Set(fields.flatMap((f) => (f.type === "f64" ? Array.from({ length: f.count }, (_, i) => f.word + i * 2) : [])));
  for (let word = 0; word < count; word++) {
    const size = wide.has(word) ? 2 : 1;
    for (let half = 0; half < size; half++) {
      const here = alone / 4 + word + half;
      const there = pack / 4 + word * 4 + lane * size + half;
      if (back) words[here] = words[there] as number;
      else words[there] = words[here] as number;
    }
    word += size - 1;
  }
}
