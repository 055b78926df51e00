/// A plan as plain data: the steps of a block in order (`graph-schedule/1`).
import { slotPort, streamName, streamPort } from "./graph.ts";
import type { ParallelPlan } from "./parallel.ts";
import type { Plan } from "./plan.ts";
import { UnitKind } from "./units.ts";

/// Buffers by port; the list form are the sources of a joint input that the node sums itself.
type Inputs = Record<string, number | number[]>;

export type ScheduleStep =
  | { run: string; in?: Inputs; out?: Record<string, number> }
  | { emit: string; out?: Record<string, number> }
  | { absorb: string; in?: Inputs }
  | { sum: number[]; to: number }
  | { ringWrite: string; from: number }
  | { ringRead: string; delay: number; to: number }
  | { loop: number; body: ScheduleStep[] };

export interface Schedule {
  readonly format: "graph-schedule/1";
  readonly case?: string;
  readonly buffers: number;
  readonly rings: Record<string, { capacity: number }>;
  readonly steps: ScheduleStep[];
  /// [before, after] indices of steps; what they do not order may run at the same time.
  readonly deps?: (readonly [number, number])[];
}

/// The schedule of a plan; with `parallel`, one that several threads may run.
export function scheduleOf(plan: Plan, { name, parallel }: { name?: string; parallel?: ParallelPlan } = {}): Schedule {
  const { net, units, sequence, latency, blockSize } = plan;
  const { work } = units;
  const { wire, count } = parallel?.wires ?? plan.wires;
  const rings: Record<string, { capacity: number }> = {};
  const top: ScheduleStep[] = [];
  const open: ScheduleStep[][] = [top];
  const stepAt = new Int32Array(sequence.length);
  for (let p = 0; p < sequence.length; p++) {
    const u = sequence[p];
    const subject = units.subject[u];
    const reads = work.use.subarray(work.useStart[u], work.useStart[u + 1]);
    const body = open[open.length - 1];
    stepAt[p] = open.length > 1 ? top.length - 1 : top.length;
    const to = work.defStart[u] < work.defStart[u + 1] ? wire[work.def[work.defStart[u]]] : -1;
    switch (units.kind[u]) {
      case UnitKind.run:
        body.push({ run: net.spec.nodes[subject].id, ...inputsOf(u), ...outputsOf(u) });
        break;
      case UnitKind.emit:
        body.push({ emit: net.spec.nodes[subject].id, ...outputsOf(u) });
        break;
      case UnitKind.absorb:
        body.push({ absorb: net.spec.nodes[subject].id, ...inputsOf(u) });
        break;
      case UnitKind.sum:
        body.push({ sum: Array.from(reads, (x) => wire[x]), to });
        break;
      case UnitKind.store:
        rings[streamName(net, subject)] = { capacity: latency.ring[subject] + blockSize };
        body.push({ ringWrite: streamName(net, subject), from: wire[reads[0]] });
        break;
      case UnitKind.tap:
        body.push({ ringRead: streamName(net, subject), delay: latency.compensation[units.edge[u]], to });
        break;
      case UnitKind.begin: {
        const inner: ScheduleStep[] = [];
        body.push({ loop: subject, body: inner });
        open.push(inner);
        break;
      }
      case UnitKind.end:
        open.pop();
    }
  }

  function inputsOf(u: number): { in?: Inputs } {
    const ports: Inputs = {};
    let any = false;
    for (let j = work.useStart[u]; j < work.useStart[u + 1]; j++) {
      const port = slotPort(net, units.useSlot[j]);
      const w = wire[work.use[j]];
      const known = ports[port];
      ports[port] = known === undefined ? w : typeof known === "number" ? [known, w] : [...known, w];
      any = true;
    }
    return any ? { in: ports } : {};
  }

  function outputsOf(u: number): { out?: Record<string, number> } {
    const ports: Record<string, number> = {};
    let any = false;
    for (let j = work.defStart[u]; j < work.defStart[u + 1]; j++) {
      ports[streamPort(net, units.defStream[j])] = wire[work.def[j]];
      any = true;
    }
    return any ? { out: ports } : {};
  }

  const schedule: Schedule = {
    format: "graph-schedule/1",
    ...(name === undefined ? {} : { case: name }),
    buffers: count,
    rings,
    steps: top,
  };
  if (!parallel) return schedule;
  const deps = new Map<string, readonly [number, number]>();
  for (const [a, b] of parallel.deps) if (stepAt[a] !== stepAt[b]) deps.set(`${stepAt[a]},${stepAt[b]}`, [stepAt[a], stepAt[b]]);
  return { ...schedule, deps: [...deps.values()] };
}
