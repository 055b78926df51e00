/// A program in the engine's memory: its addresses filled in, its wires and delay lines allocated. Made between blocks, published by one word.
import type { GraphOptions } from "../../graph/graph.ts";
import { Link } from "../../patch/abi.ts";
import type { Program } from "../../patch/program.ts";
import type { ScriptCall } from "../../patch/script.ts";
import type { Memory } from "../memory.ts";
import type { Pool } from "../pool.ts";
import { Activation } from "./activation.ts";
import { BlockEvents } from "./blockevents.ts";
import { gateAddress, type Instance, valueAddress } from "./instance.ts";

/// A delay line: `mask` + 1 values, a power of two, at `address`. Plans that follow each other share it.
export interface Ring {
  readonly name: string;
  readonly address: number;
  readonly mask: number;
  users: number;
  /// Its content is that of the stream: it has been part of a plan that ran.
  live: boolean;
}

export interface InstalledPlan {
  readonly program: Program;
  /// Address of the first record.
  readonly address: number;
  /// What the pool gave.
  readonly block: number;
  /// By number in the plan.
  readonly instances: readonly (Instance | undefined)[];
  readonly nodeOf: ReadonlyMap<Instance, number>;
  readonly rings: readonly Ring[];
  readonly ringOf: ReadonlyMap<string, Ring>;
  readonly activation: Activation;
  readonly events: BlockEvents;
  /// The calls of scripts, by node.
  readonly calls: readonly (ScriptCall | undefined)[];
  /// Nodes that have one.
  readonly scripts: readonly number[];
  /// The plan it was compared with, and the nodes that run in it and did not run there.
  readonly previous: InstalledPlan | null;
  readonly started: Int32Array;
}

/// Where things are that plans refer to.
export interface Places {
  readonly memory: Memory;
  readonly pool: Pool;
  readonly blockSize: number;
  /// Function table places by `Helper`.
  readonly helpers: readonly number[];
  readonly nowhere: number;
  /// Address of the patch's count of ticks.
  readonly tick: number;
}

export class PatchMemoryError extends Error {
  readonly code = "patch/memory";
  constructor(bytes: number) {
    super(`a patch needs ${bytes} bytes more than the engine has for synths: raise memorySize (kB)`);
    this.name = "PatchMemoryError";
  }
}

export function allocate(pool: Pool, bytes: number): number {
  const address = pool.allocate(bytes);
  if (address === 0) throw new PatchMemoryError(bytes);
  return address;
}

/// Installs a program. `instances` gives the module of each node; delay lines of `previous` that are long enough are used again.
export function installPlan(
  places: Places,
  program: Program,
  instances: readonly (Instance | undefined)[],
  previous: InstalledPlan | null,
  mode: GraphOptions["virtualActivation"],
): InstalledPlan {
  const { memory, pool, blockSize } = places;
  const { plan, words, links } = program;
  // What has been allocated goes back when the rest does not fit.
  const taken: number[] = [];
  const take = (bytes: number): number => {
    const address = allocate(pool, bytes);
    taken.push(address);
    return address;
  };
  try {
    const block = take(program.bytes + 64);
    const address = (block + 63) & ~63;
    const rings = program.rings.map(({ name, delay }): Ring => {
      const known = previous?.ringOf.get(name);
      const length = 2 ** Math.ceil(Math.log2(delay + blockSize));
      if (known && known.mask + 1 >= length) return known;
      return { name, address: take(length * 4), mask: length - 1, users: 0, live: false };
    });
    for (const ring of rings) ring.users++;
    const { i32 } = memory;
    i32.set(words, address >> 2);
    for (let k = 0; k < links.length; k += 4) i32[(address >> 2) + links[k]] = resolve(links[k + 1], links[k + 2], links[k + 3]);
    return {
      program,
      address,
      block,
      instances,
      nodeOf: new Map(instances.flatMap((instance, v) => (instance ? [[instance, v] as const] : []))),
      rings,
      ringOf: new Map(rings.map((ring) => [ring.name, ring])),
      activation: new Activation(plan, mode),
      events: new BlockEvents(plan.net.count),
      calls: instances.map((instance, v) => (instance?.script ? scriptCall(memory, address, program, v, blockSize) : undefined)),
      scripts: instances.flatMap((instance, v) => (instance?.script ? [v] : [])),
      previous,
      started: startedNodes(program, instances, previous),
    };

    function resolve(what: number, a: number, b: number): number {
      switch (what) {
        case Link.own:
          return address + a;
        case Link.state:
          return instances[a]!.base;
        case Link.gate:
          return gateAddress(instances[a]!);
        case Link.value:
          return valueAddress(instances[a]!, blockSize, b);
        case Link.fn:
          return instances[a]!.entries[b];
        case Link.helper:
          return places.helpers[a];
        case Link.ring:
          return b === 0 ? rings[a].address : rings[a].mask;
        case Link.tick:
          return places.tick;
        default:
          return places.nowhere;
      }
    }
  } catch (error) {
    for (const address of taken) pool.release(address);
    throw error;
  }
}

/// Gives back what only this plan used.
export function removePlan({ pool }: Places, plan: InstalledPlan): void {
  pool.release(plan.block);
  for (const ring of plan.rings) if (--ring.users === 0) pool.release(ring.address);
}

/// The blocks of a script as arrays. They end when the memory grows: `renewCalls`.
function scriptCall(memory: Memory, address: number, { plan: { net }, tables }: Program, v: number, blockSize: number): ScriptCall {
  const inputs = net.slotBase[v + 1] - net.slotBase[v];
  const outputs = net.streamBase[v + 1] - net.streamBase[v];
  const block = (k: number): Float32Array => {
    const at = memory.i32[(address >> 2) + tables[v] + k] >> 2;
    return memory.f32.subarray(at, at + blockSize);
  };
  const runs = tables[v] >= 0;
  return {
    inputs: Array.from({ length: runs ? inputs : 0 }, (_, k) => block(k)),
    outputs: Array.from({ length: runs ? outputs : 0 }, (_, k) => block(inputs + k)),
    from: 0,
    to: 0,
    frame: 0,
  };
}

/// Views of a memory that has grown are empty: makes them anew. Not for the render loop, which runs it only in the block after such a growth.
export function renewCalls(memory: Memory, plan: InstalledPlan, blockSize: number): void {
  plan.instances.forEach((instance, v) => {
    const call = plan.calls[v];
    if (!instance || !call) return;
    const fresh = scriptCall(memory, plan.address, plan.program, v, blockSize);
    Object.assign(call, { inputs: fresh.inputs, outputs: fresh.outputs });
  });
}

function startedNodes({ plan }: Program, instances: readonly (Instance | undefined)[], previous: InstalledPlan | null): Int32Array {
  const started: number[] = [];
  instances.forEach((instance, v) => {
    if (!instance || !plan.reach.scheduled[v] || !previous) return;
    const before = previous.nodeOf.get(instance);
    if (before !== undefined && !previous.program.plan.reach.scheduled[before]) started.push(v);
  });
  return Int32Array.from(started);
}
