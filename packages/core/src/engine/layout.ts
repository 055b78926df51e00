/// Where everything the render loop touches lies in the engine's memory.
import { bufferRecordBytes, ContextWord, type Target } from "../synthdef/abi.ts";
import { type ConstantTable, constantTables } from "../ugens/tables.ts";
import { eventWords } from "./events.ts";
import { nodeBytes } from "./tree.ts";

/// What an engine is made of. Defaults are scsynth's.
export interface EngineOptions {
  /// Frames per second, 48000.
  sampleRate?: number;
  /// Frames per block, 64; any integer from 1.
  blockSize?: number;
  /// Hardware or file channels: audio buses 0 .. outputs-1 are the outputs, the next `inputs` the inputs. 8 each.
  outputs?: number;
  inputs?: number;
  /// All audio buses, outputs and inputs included: 1024. Raised to `outputs + inputs` where it is less.
  audioBuses?: number;
  /// 16384.
  controlBuses?: number;
  /// Sample buffers, 1024.
  buffers?: number;
  /// Nodes, the root group included: 1024.
  nodes?: number;
  /// Memory of synths in kB, 8192: their state and everything they allocate (delay lines, local buffers).
  memorySize?: number;
  /// Wire buffers a definition may need at once, 64.
  wires?: number;
  /// Random generators, 64.
  generators?: number;
  /// Generator i starts from the seed `seed + i`. 0 by default: the same every time.
  seed?: number;
  /// A shared WebAssembly memory, for an engine whose memory other threads read. `Target.sharedMemory` tells the compiler.
  shared?: boolean;
  /// Set where another thread provides the samples of buffers: so many bytes beside them stay the engine's own, and it does not make its memory
  /// grow.
  sampleReserve?: number;
  /// Walks the tree in TypeScript, a tenth as fast: the reference for tests.
  referenceWalk?: boolean;
  /// Runs neighbouring synths of one definition four at a time where their definition allows it: true. The sound is the same.
  lanes?: boolean;
  /// Constant tables besides those of the built-in unit generators; each appears under its name in `Target.tables`.
  tables?: readonly ConstantTable[];
}

export type { ConstantTable } from "../ugens/tables.ts";

/// The engine's own regions beside those of the `Target`.
export interface Layout {
  readonly target: Target;
  /// What goes where `target.tables` says.
  readonly constants: readonly ConstantTable[];
  /// Address of the node whose turn it is; what a trap is blamed on.
  readonly walking: number;
  readonly nodes: number;
  readonly nodeCount: number;
  readonly events: number;
  /// Memory of synths.
  readonly pool: number;
  readonly poolBytes: number;
  /// First byte of sample data; the region grows upwards with the memory.
  readonly samples: number;
  /// Where another thread provides samples: the records of buffers as it has prepared them, and the first byte of its samples.
  readonly preparedRecords: number;
  readonly preparedSamples: number;
}

export const defaultOptions = {
  sampleRate: 48000,
  blockSize: 64,
  outputs: 8,
  inputs: 8,
  audioBuses: 1024,
  controlBuses: 16384,
  buffers: 1024,
  nodes: 1024,
  memorySize: 8192,
  wires: 64,
  generators: 64,
  seed: 0,
} as const;

/// An absent sample buffer has data address 0, so what lies there must read as silence.
const reservedBytes = 1024;

/// Lays out the memory of an engine. Throws a RangeError that names the option which does not fit.
export function layOut(options: EngineOptions): Layout {
  const o = { ...defaultOptions, ...options };
  const outputs = count("outputs", o.outputs, 0, 1 << 16);
  const inputs = count("inputs", o.inputs, 0, 1 << 16);
  const blockSize = count("blockSize", o.blockSize, 1, 1 << 16);
  const audioBusCount = Math.max(count("audioBuses", o.audioBuses, 1, 1 << 20), outputs + inputs);
  const controlBusCount = count("controlBuses", o.controlBuses, 1, 1 << 26);
  const bufferCount = count("buffers", o.buffers, 1, 1 << 22);
  const nodeCount = count("nodes", o.nodes, 1, 1 << 22);
  const generatorCount = count("generators", o.generators, 1, 1 << 16);
  const wireCount = count("wires", o.wires, 1, 1 << 16);
  const poolBytes = count("memorySize", o.memorySize, 1, 1 << 20) * 1024;
  if (!(o.sampleRate >= 1 && o.sampleRate <= 1e7)) {
    throw new RangeError(`sampleRate is ${o.sampleRate}, expected 1 to 10000000 frames per second`);
  }

  let end = reservedBytes;
  const place = (bytes: number): number => {
    const address = end;
    end = Math.ceil((end + bytes) / 16) * 16;
    return address;
  };
  const tables: Record<string, { address: number; length: number }> = {};
  const target: Target = {
    ...(o.shared && { sharedMemory: true }),
    sampleRate: o.sampleRate,
    blockSize,
    context: place(ContextWord.words * 4),
    audioBuses: place(audioBusCount * blockSize * 4),
    audioBusCount,
    audioStamps: place(audioBusCount * 4),
    controlBuses: place(controlBusCount * 4),
    controlBusCount,
    controlStamps: place(controlBusCount * 4),
    outputBusCount: outputs,
    inputBusCount: inputs,
    bufferRecords: place(bufferCount * bufferRecordBytes),
    bufferCount,
    generators: place(generatorCount * 16),
    generatorCount,
    wires: place(wireCount * blockSize * 16),
    wireCount,
    tables,
    scratch: place(65536),
    nowhere: place(blockSize * 4 + 64),
  };
  const constants = [...constantTables(), ...(o.tables ?? [])];
  for (const { name, values } of constants) {
    tables[name] = { address: place(values.byteLength), length: values.length };
  }
  const walking = place(4);
  const nodes = place(nodeCount * nodeBytes);
  const events = place(eventWords * 4);
  const pool = place(poolBytes);
  const samples = place(o.sampleReserve ?? 0);
  const preparedRecords = place(o.sampleReserve === undefined ? 0 : bufferCount * bufferRecordBytes);
  return { target, constants, walking, nodes, nodeCount, events, pool, poolBytes, samples, preparedRecords, preparedSamples: end };
}

function count(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} is ${value}, expected an integer from ${least} to ${most}`);
}
