/// Suspend and resume (section 10): when each node is active, and when it is reset.
import { groupBy, type Lists } from "./csr.ts";
import type { GraphOptions } from "./graph.ts";
import type { Reach } from "./roots.ts";
import type { Checked } from "./validate.ts";

export interface ActivationJob {
  readonly job: "suspend" | "resume";
  /// Node index; not a virtual node (X4).
  readonly node: number;
  /// Tick at which it acts; ticks before the commit mean the commit.
  readonly tick?: number;
}

/// Jobs that were committed together; `commit` is a block boundary.
export interface ActivationTransaction {
  readonly commit: number;
  readonly jobs: readonly ActivationJob[];
}

/// Per node: half-open intervals [from, to) of activity, and the ticks at which it is reset.
export interface Activation {
  readonly active: readonly (readonly (readonly [number, number])[])[];
  readonly resets: readonly (readonly number[])[];
}

/// Who listens to whom for the sake of activation: through virtual nodes as a whole, or stream by stream (A8).
export function listenersOf({ net, resolved }: Checked, mode: GraphOptions["virtualActivation"] = "node"): Lists {
  if (mode === "stream") return groupBy(net.count, resolved.to, resolved.from);
  const n = net.stream.length;
  const from = new Int32Array(n);
  const to = new Int32Array(n);
  for (let k = 0; k < n; k++) {
    from[k] = net.nodeOfStream[net.stream[k]];
    to[k] = net.nodeOfSlot[net.slot[k]];
  }
  return groupBy(net.count, to, from);
}

/// Active are the nodes from which a root can be reached through nodes that are not locally suspended, themselves included (A1).
/// `inputs` lists for each node the nodes it reads.
export function activeNodes(
  inputs: Lists,
  roots: ArrayLike<number>,
  suspended: Uint8Array,
  into: Uint8Array = new Uint8Array(suspended.length),
): Uint8Array {
  into.fill(0);
  const stack: number[] = [];
  for (let k = 0; k < roots.length; k++) {
    if (suspended[roots[k]]) continue;
    into[roots[k]] = 1;
    stack.push(roots[k]);
  }
  for (let v = stack.pop(); v !== undefined; v = stack.pop()) {
    for (let k = inputs.start[v]; k < inputs.start[v + 1]; k++) {
      const u = inputs.item[k];
      if (into[u] || suspended[u]) continue;
      into[u] = 1;
      stack.push(u);
    }
  }
  return into;
}

/// Plays transactions from tick 0 to `horizon` (A1, A4, A6). Every job is applied by itself, so that a suspend and a resume at one tick restart.
export function activationOf(
  checked: Checked,
  { roots, scheduled }: Reach,
  transactions: readonly ActivationTransaction[],
  horizon: number,
  mode?: GraphOptions["virtualActivation"],
): Activation {
  const { count } = checked.net;
  const inputs = listenersOf(checked, mode);
  const suspended = new Uint8Array(count);
  const active: [number, number][][] = Array.from({ length: count }, () => []);
  const resets: number[][] = Array.from({ length: count }, () => []);
  let now = new Uint8Array(count);
  let before = new Uint8Array(count);
  const broken = new Uint8Array(count);
  const events = timeline(transactions).filter((e) => e.tick < horizon);
  for (let tick = 0, k = 0; tick < horizon; tick = k < events.length ? events[k].tick : horizon) {
    broken.fill(0);
    if (k >= events.length || events[k].tick > tick) activeNodes(inputs, roots, suspended, now);
    while (k < events.length && events[k].tick === tick) {
      suspended[events[k].node] = events[k].job === "suspend" ? 1 : 0;
      activeNodes(inputs, roots, suspended, now);
      for (let v = 0; v < count; v++) if (!now[v]) broken[v] = 1;
      k++;
    }
    for (let v = 0; v < count; v++) {
      if (!scheduled[v]) continue;
      if (now[v] && !before[v]) active[v].push([tick, horizon]);
      if (!now[v] && before[v]) active[v][active[v].length - 1][1] = tick;
      if (now[v] && (!before[v] || broken[v])) resets[v].push(tick);
    }
    [now, before] = [before, now];
  }
  return { active, resets };
}

interface ActivationEvent {
  readonly tick: number;
  readonly job: ActivationJob["job"];
  readonly node: number;
}

/// Jobs in the order in which they act. A suspend cancels resumes of its node that were queued for later (A4).
function timeline(transactions: readonly ActivationTransaction[]): ActivationEvent[] {
  const queued = new Map<number, ActivationEvent[]>();
  const all: ActivationEvent[] = [];
  const cancelled = new Set<ActivationEvent>();
  for (const { commit, jobs } of transactions) {
    for (const { job, node, tick = commit } of jobs) {
      const event = { tick: Math.max(tick, commit), job, node };
      all.push(event);
      const resumes = queued.get(node) ?? [];
      if (job === "suspend") {
        for (const e of resumes) if (e.tick > event.tick) cancelled.add(e);
        queued.set(
          node,
          resumes.filter((e) => e.tick <= event.tick),
        );
      } else queued.set(node, [...resumes, event]);
    }
  }
  return all.filter((e) => !cancelled.has(e)).sort((a, b) => a.tick - b.tick);
}
