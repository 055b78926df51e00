/// Wires that several threads may share (rule B6): a value may take another's wire only if the units' own order makes every read precede it.
import { groupBy, IntList } from "./csr.ts";
import { maximumMatching } from "./matching.ts";
import type { Plan } from "./plan.ts";
import { UnitKind } from "./units.ts";
import type { Wires } from "./wires.ts";

export interface ParallelPlan {
  readonly wires: Wires;
  /// True if the count is the least possible without ordering units that do not depend on each other.
  readonly least: boolean;
  /// [before, after] places in the plan's sequence; places inside a loop stand for the loop.
  readonly deps: readonly (readonly [number, number])[];
}

/// Above these the least width is not sought, and the serial wires are kept safe by more dependencies.
const taskLimit = 4096;
const valueLimit = 1500;

/// What runs as one on one thread: a unit with the stores that follow it, or a whole loop. Bounds are places in the sequence.
interface Tasks {
  readonly count: number;
  readonly of: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
}

function tasksOf({ units, sequence }: Plan): Tasks {
  const of = new Int32Array(sequence.length);
  const first = new IntList(sequence.length);
  const last = new IntList(sequence.length);
  let depth = 0;
  for (let p = 0; p < sequence.length; p++) {
    const kind = units.kind[sequence[p]];
    if (depth === 0 && kind !== UnitKind.store) {
      first.push(p);
      last.push(p);
    }
    if (kind === UnitKind.begin) depth++;
    if (kind === UnitKind.end) depth--;
    of[p] = first.length - 1;
    last.data[first.length - 1] = p;
  }
  return { count: first.length, of, first: first.take(), last: last.take() };
}

export function planParallel(plan: Plan): ParallelPlan {
  const { units, sequence } = plan;
  const { work } = units;
  const tasks = tasksOf(plan);
  const definer = new Int32Array(work.values);
  const readers: number[][] = Array.from({ length: work.values }, () => []);
  const storeOf = new Map<number, number>();
  const emitOf = new Map<number, number>();
  const from: number[] = [];
  const to: number[] = [];
  const addDep = (a: number, b: number): void => {
    if (a === b) return;
    from.push(a);
    to.push(b);
  };
  for (let p = 0; p < sequence.length; p++) {
    const u = sequence[p];
    const task = tasks.of[p];
    const kind = units.kind[u];
    for (let j = work.useStart[u]; j < work.useStart[u + 1]; j++) {
      const x = work.use[j];
      if (readers[x][readers[x].length - 1] !== task) readers[x].push(task);
      addDep(definer[x], task);
    }
    for (let j = work.defStart[u]; j < work.defStart[u + 1]; j++) definer[work.def[j]] = task;
    if (kind === UnitKind.store) storeOf.set(units.subject[u], task);
    if (kind === UnitKind.tap) addDep(storeOf.get(units.subject[u])!, task);
    if (kind === UnitKind.emit) emitOf.set(units.subject[u], task);
    if (kind === UnitKind.absorb) addDep(emitOf.get(units.subject[u])!, task);
  }

  const least = tasks.count <= taskLimit && work.values <= valueLimit;
  const wires = least ? chainWires(tasks.count, definer, readers, from, to) : plan.wires;
  if (!least) {
    // The serial plan reuses wires in its own order: make that order explicit.
    const previous = new Int32Array(wires.count).fill(-1);
    for (let p = 0; p < sequence.length; p++) {
      const u = sequence[p];
      for (let j = work.defStart[u]; j < work.defStart[u + 1]; j++) {
        const x = work.def[j];
        const old = previous[wires.wire[x]];
        if (old >= 0) for (const task of [definer[old], ...readers[old]]) addDep(task, tasks.of[p]);
        previous[wires.wire[x]] = x;
      }
    }
  }
  const deps = new Map<string, readonly [number, number]>();
  for (let k = 0; k < from.length; k++) {
    const pair = [tasks.last[from[k]], tasks.first[to[k]]] as const;
    deps.set(pair.join(), pair);
  }
  for (let p = 1; p < sequence.length; p++) if (tasks.of[p] === tasks.of[p - 1]) deps.set(`${p - 1},${p}`, [p - 1, p]);
  return { wires, least, deps: [...deps.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]) };
}

/// The least number of wires that no thread timing can break: the width of the order "every read of x precedes the definition of y" (Dilworth
/// 1950), found as a maximum matching.
function chainWires(taskCount: number, definer: Int32Array, readers: readonly (readonly number[])[], from: number[], to: number[]): Wires {
  const words = (taskCount + 31) >> 5;
  const earlier = new Uint32Array(taskCount * words);
  const incoming = groupBy(taskCount, to, from);
  // Tasks are numbered in a serial order, so those before a task are complete when it is reached.
  for (let t = 0; t < taskCount; t++) {
    for (let k = incoming.start[t]; k < incoming.start[t + 1]; k++) {
      const p = incoming.item[k];
      for (let w = 0; w < words; w++) earlier[t * words + w] |= earlier[p * words + w];
      earlier[t * words + (p >> 5)] |= 1 << (p & 31);
    }
  }
  const precedes = (a: number, b: number) => (earlier[b * words + (a >> 5)] & (1 << (a & 31))) !== 0;
  const values = definer.length;
  const left = new IntList();
  const right = new IntList();
  for (let x = 0; x < values; x++) {
    const ends = readers[x].length > 0 ? readers[x] : [definer[x]];
    for (let y = 0; y < values; y++) {
      if (x === y || !ends.every((task) => precedes(task, definer[y]))) continue;
      left.push(x);
      right.push(y);
    }
  }
  const mate = maximumMatching(values, values, groupBy(values, left.take(), right.take()));
  const wire = new Int32Array(values).fill(-1);
  const takes = new Uint8Array(values);
  for (let x = 0; x < values; x++) if (mate[x] >= 0) takes[mate[x]] = 1;
  let count = 0;
  for (let x = 0; x < values; x++) {
    if (takes[x]) continue;
    for (let y = x; y >= 0; y = mate[y]) wire[y] = count;
    count++;
  }
  return { wire, count };
}
