/// The side of a patch that edits: checks transactions against a graph of its own, compiles, makes what they need, hands over, and takes back what
/// is no longer used. Runs between blocks or on another thread's behalf; the running side gets records only.
import type { GraphError, GraphOptions } from "../../graph/graph.ts";
import { InvalidGraphError } from "../../graph/graph.ts";
import { graphErrors, type Plan } from "../../graph/plan.ts";
import { programOf } from "../../patch/program.ts";
import { emptyPatch, type PatchGraph, planOf, type Restructure, restructure } from "../../patch/shadow.ts";
import { transitionOf } from "../../patch/transition.ts";
import type { Engine } from "../engine.ts";
import type { Instance } from "./instance.ts";
import type { Change, Job, JobKind } from "./jobs.ts";
import type { InstalledPlan } from "./plan.ts";
import type { RunningPatch } from "./running.ts";

export type OwnerOptions = Pick<GraphOptions, "roots" | "virtualActivation" | "order" | "reuse">;

/// A job as its committer describes it. `tick` is a frame of the engine; without one it acts at the boundary of its transaction.
export interface JobRequest {
  readonly kind: JobKind;
  readonly node?: string;
  readonly tick?: number;
  readonly operation?: string;
  readonly args?: readonly number[];
  readonly into?: readonly Float32Array[];
  readonly onReturn?: (job: Job) => void;
}

export interface CommitOptions {
  /// The transaction acts at the first block boundary at or after this frame; as soon as possible by default.
  readonly at?: number;
  /// Ticks over which connections that appear or vanish fade; without, they are cut.
  readonly declick?: number;
  /// Called when it has acted and come back.
  readonly onReturn?: (change: Change) => void;
}

/// A transaction that has not acted yet, with the graph as it will be then.
interface Pending {
  readonly change: Change;
  readonly edits: readonly Restructure[];
  after: PatchGraph;
  /// Ticks of its fades, 0 for none.
  readonly declick: number;
  /// It ends the fades of another one: its plan is the graph as it is.
  readonly settles: boolean;
}

/// Jobs for a module that is not there, or that it does not understand.
export class PatchJobError extends Error {
  readonly code = "patch/job";
  constructor(message: string) {
    super(message);
    this.name = "PatchJobError";
  }
}

const usedName = (id: string): GraphError => ({
  code: "duplicate-node",
  nodes: [id],
  message: `add: "${id}" has been the name of a module of this patch; names are not used again`,
});

export class PatchOwner {
  readonly key: number;
  readonly running: RunningPatch;
  readonly #engine: Engine;
  readonly #options: GraphOptions;
  readonly #instances = new Map<string, Instance>();
  /// In the order in which they will act.
  #pending: Pending[] = [];
  #plans: InstalledPlan[] = [];
  #now: PatchGraph = emptyPatch;
  #commits = 0;
  #fades = 0;
  /// Names are never used twice, so that a name means one module for good.
  readonly #names = new Set<string>();

  constructor(engine: Engine, options: OwnerOptions = {}) {
    this.#engine = engine;
    this.#options = { blockSize: engine.target.blockSize, ...options };
    ({ key: this.key, running: this.running } = engine.patches.create());
  }

  /// The graph as it will be when everything committed has acted.
  get graph(): PatchGraph {
    return this.#pending.at(-1)?.after ?? this.#now;
  }

  /// The frame for which the last of what waits was committed; 0 when nothing waits.
  get latest(): number {
    return this.#pending.at(-1)?.change.tick ?? 0;
  }

  /// The plan compiled last.
  get plan(): InstalledPlan | undefined {
    return this.#plans.at(-1);
  }

  /// Commits edits and jobs as one transaction. Throws `InvalidGraphError` with every error, `PatchJobError` or `PatchMemoryError`, and then nothing has
  /// changed.
  commit(edits: readonly Restructure[], jobs: readonly JobRequest[] = [], { at = 0, declick = 0, onReturn }: CommitOptions = {}): Change {
    this.collect();
    if (this.running.freed) throw new PatchJobError("the patch has been freed");
    const place = this.#pending.filter(({ change }) => change.tick <= at).length;
    const earlier = this.#pending.slice(0, place);
    const base = earlier.at(-1)?.after ?? this.#now;
    const added = edits.flatMap((edit) => (edit.op === "module" ? [edit.id] : []));
    const used = added.filter((id) => this.#names.has(id));
    if (used.length > 0) throw new InvalidGraphError(used.map(usedName));
    const after = edits.length > 0 ? this.#restructure(base, edits) : base;
    const later = edits.length > 0 ? this.#rebase(after, this.#pending.slice(place)) : this.#pending.slice(place);
    this.#checkJobs(after, jobs);

    const removed = [...base.types.keys()].filter((id) => !after.types.has(id)).flatMap((id) => this.#instances.get(id) ?? []);
    const fades = edits.length > 0 && declick > 0;
    // When fades end is told by the running side when they begin; for the order of what waits it is known well enough.
    const { block, target } = this.#engine;
    const end = fades ? this.#change(Math.max(at, block * target.blockSize) + declick, removed) : null;
    const change = this.#change(at, fades ? [] : removed, end, declick, onReturn);
    const order: Pending[] = [...earlier, { change, edits, after, declick: fades ? declick : 0, settles: false }, ...later];
    if (end) {
      const before = order.findLastIndex((pending) => pending.change.tick <= end.tick);
      order.splice(before + 1, 0, { change: end, edits: [], after: order[before].after, declick: 0, settles: true });
    }
    if (edits.length > 0) this.#build(order, place);
    for (const id of added) this.#names.add(id);
    for (const job of jobs) change.jobs.push(this.#job(job));
    this.#pending = order;
    this.running.submit(change);
    return change;
  }

  /// Takes back what has acted, frees what nothing can reach any more, and calls those who wait for it, in the order of the jobs.
  collect(): void {
    const { running } = this;
    const { patches } = this.#engine;
    patches.stands(running);
    const changes: Change[] = [];
    for (let change = running.returned; change !== null; change = change.next) changes.push(change);
    const jobs: Job[] = [];
    for (let job = running.finished; job !== null; job = job.next) jobs.push(job);
    running.returned = null;
    running.finished = null;
    for (const change of changes.reverse()) {
      const pending = this.#pending.find((p) => p.change === change);
      if (pending) this.#now = pending.after;
      this.#pending = this.#pending.filter((p) => p !== pending);
      for (const instance of change.removed) {
        this.#instances.delete(instance.id);
        patches.dispose(instance);
      }
    }
    const reachable = new Set([running.plan, ...this.#pending.map(({ change }) => change.plan)]);
    this.#plans = this.#plans.filter((plan) => {
      if (reachable.has(plan)) return true;
      patches.uninstall(running, plan);
      return false;
    });
    if (running.freed) this.#disposeAll();
    for (const change of changes) change.onReturn?.(change);
    for (const job of jobs.reverse()) job.onReturn?.(job);
  }

  #restructure(base: PatchGraph, edits: readonly Restructure[]): PatchGraph {
    return restructure(base, edits, (type) => this.#engine.patches.code(type), this.#options);
  }

  /// The transactions that act later, on the graph as it will be then.
  #rebase(after: PatchGraph, later: readonly Pending[]): Pending[] {
    let base = after;
    return later.map((pending) => {
      const { change, edits } = pending;
      try {
        if (edits.length > 0) base = this.#restructure(base, edits);
      } catch (error) {
        if (!(error instanceof InvalidGraphError)) throw error;
        throw new InvalidGraphError(
          error.errors.map((e) => ({
            ...e,
            message: `transaction ${change.id}, which waits for frame ${change.tick}, would fail: ${e.message}`,
          })),
        );
      }
      return { ...pending, after: base };
    });
  }

  /// Makes the modules and plans of transactions from `place` on. What was made is taken back when it does not all fit.
  #build(order: readonly Pending[], place: number): void {
    const { patches } = this.#engine;
    const { running } = this;
    const made: Instance[] = [];
    const plans: InstalledPlan[] = [];
    try {
      const known = new Map(this.#instances);
      let base = order[place - 1]?.after ?? this.#now;
      let previous = order.slice(0, place).findLast(({ change }) => change.plan !== null)?.change.plan ?? running.plan;
      for (const pending of order.slice(place)) {
        const { graph, plan } = this.#plan(base, pending);
        base = pending.after;
        if (!plan) continue;
        for (const [id, type] of graph.types) {
          if (known.has(id)) continue;
          const instance = patches.instantiate(running, id, type);
          if (!instance) continue;
          made.push(instance);
          known.set(id, instance);
          // What fades goes when the fades end.
          if (!pending.after.types.has(id)) pending.change.follower?.removed.push(instance);
        }
        const instances = plan.net.spec.nodes.map(({ id }) => known.get(id));
        previous = patches.install(running, programOf(plan), instances, previous, this.#options.virtualActivation);
        plans.push(previous);
      }
    } catch (error) {
      for (const plan of plans) patches.uninstall(running, plan);
      for (const instance of made) patches.dispose(instance);
      throw error;
    }
    for (const instance of made) this.#instances.set(instance.id, instance);
    let k = 0;
    for (const { change, edits, settles } of order.slice(place)) if (edits.length > 0 || settles) change.plan = plans[k++];
    this.#plans.push(...plans);
  }

  /// What is to run from a transaction on, and its plan; none where the structure stays.
  #plan(base: PatchGraph, { edits, after, declick, settles }: Pending): { graph: PatchGraph; plan?: Plan } {
    if (edits.length === 0 && !settles) return { graph: after };
    if (declick > 0) {
      const { patches } = this.#engine;
      const { blockSize } = this.#options;
      const graph = transitionOf(
        base,
        after,
        declick,
        blockSize,
        (type) => patches.code(type),
        () => `~${++this.#fades}`,
      );
      if (graphErrors(graph.graph, this.#options).length === 0) return { graph, plan: planOf(graph, this.#options) };
      // Both graphs together break a rule: then it is a cut.
    }
    return { graph: after, plan: planOf(after, this.#options) };
  }

  #change(tick: number, removed: Instance[], follower: Change | null = null, delay = 0, onReturn?: CommitOptions["onReturn"]): Change {
    return { id: ++this.#commits, tick, plan: null, removed, jobs: [], follower, delay, acted: -1, next: null, onReturn };
  }

  #checkJobs({ types }: PatchGraph, jobs: readonly JobRequest[]): void {
    for (const { kind, node, operation } of jobs) {
      if (kind === "message") continue;
      const type = node === undefined ? undefined : types.get(node);
      if (!type) throw new PatchJobError(`${kind}: there is no module "${node}"`);
      if (type.code.kind === "virtual") throw new PatchJobError(`${kind}: "${node}" is virtual; it is only names, and nothing of it runs`);
      if (operation === undefined || operation === "set") continue;
      if (type.code.kind !== "script") throw new PatchJobError(`${kind}: module "${node}" has no operation "${operation}"; it has "set"`);
    }
  }

  #job({ kind, node, tick = -1, operation = "", args = [], into = [], onReturn }: JobRequest): Job {
    const instance = node === undefined ? undefined : this.#instances.get(node);
    return { kind, instance, tick, operation, args, into, late: false, done: false, cancelled: false, next: null, onReturn };
  }

  #disposeAll(): void {
    const { patches } = this.#engine;
    for (const plan of this.#plans) patches.uninstall(this.running, plan);
    for (const instance of this.#instances.values()) patches.dispose(instance);
    this.#plans = [];
    this.#instances.clear();
    this.#pending = [];
    patches.forget(this.key);
  }
}
