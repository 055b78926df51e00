/// The side of a patch that edits: checks transactions against a graph of its own, compiles, makes what they need, hands over, and takes back what
/// is no longer used. Runs between blocks or on another thread's behalf; the running side gets records only.
import type { GraphError, GraphOptions } from "../../graph/graph.ts";
import { InvalidGraphError } from "../../graph/graph.ts";
import { programOf } from "../../patch/program.ts";
import { emptyPatch, type PatchGraph, planOf, type Restructure, restructure } from "../../patch/shadow.ts";
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
  /// Called when it has acted and come back.
  readonly onReturn?: (change: Change) => void;
}

/// A transaction that has not acted yet, with the graph as it will be then.
interface Pending {
  readonly change: Change;
  readonly edits: readonly Restructure[];
  after: PatchGraph;
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

  /// The plan compiled last.
  get plan(): InstalledPlan | undefined {
    return this.#plans.at(-1);
  }

  /// Commits edits and jobs as one transaction. Throws `InvalidGraphError` with every error, `PatchJobError` or `PatchMemoryError`, and then nothing has
  /// changed.
  commit(edits: readonly Restructure[], jobs: readonly JobRequest[] = [], { at = 0, onReturn }: CommitOptions = {}): Change {
    if (this.running.freed) throw new PatchJobError("the patch has been freed");
    this.collect();
    const place = this.#pending.filter(({ change }) => change.tick <= at).length;
    const earlier = this.#pending.slice(0, place);
    const base = earlier.at(-1)?.after ?? this.#now;
    const added = edits.flatMap((edit) => (edit.op === "module" ? [edit.id] : []));
    const used = added.filter((id) => this.#names.has(id));
    if (used.length > 0) throw new InvalidGraphError(used.map(usedName));
    const after = edits.length > 0 ? this.#restructure(base, edits) : base;
    const later = edits.length > 0 ? this.#rebase(after, this.#pending.slice(place)) : this.#pending.slice(place);
    this.#checkJobs(after, jobs);

    const change: Change = {
      id: ++this.#commits,
      tick: at,
      plan: null,
      removed: [...base.types.keys()].filter((id) => !after.types.has(id)).flatMap((id) => this.#instances.get(id) ?? []),
      jobs: [],
      acted: -1,
      next: null,
      onReturn,
    };
    const pending: Pending = { change, edits, after };
    if (edits.length > 0) this.#build([...earlier, pending, ...later], place);
    for (const id of added) this.#names.add(id);
    for (const job of jobs) change.jobs.push(this.#job(job));
    this.#pending = [...earlier, pending, ...later];
    this.running.submit(change);
    return change;
  }

  /// Takes back what has acted, frees what nothing can reach any more, and calls those who wait for it, in the order of the jobs.
  collect(): void {
    const { running } = this;
    const { patches } = this.#engine;
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
    return later.map(({ change, edits }) => {
      try {
        base = this.#restructure(base, edits);
      } catch (error) {
        if (!(error instanceof InvalidGraphError)) throw error;
        throw new InvalidGraphError(
          error.errors.map((e) => ({
            ...e,
            message: `transaction ${change.id}, which waits for frame ${change.tick}, would fail: ${e.message}`,
          })),
        );
      }
      return { change, edits, after: base };
    });
  }

  /// Makes the modules and plans of transactions from `place` on. What was made is taken back when it does not all fit.
  #build(order: readonly Pending[], place: number): void {
    const { patches } = this.#engine;
    const { running } = this;
    const made: Instance[] = [];
    const plans: InstalledPlan[] = [];
    try {
      for (const [id, type] of order[place].after.types) {
        if (this.#instances.has(id)) continue;
        const instance = patches.instantiate(running, id, type);
        if (instance) made.push(instance);
      }
      const known = new Map([...this.#instances.values(), ...made].map((instance) => [instance.id, instance]));
      let previous = order.slice(0, place).findLast(({ change }) => change.plan !== null)?.change.plan ?? running.plan;
      for (const { after, edits } of order.slice(place)) {
        if (edits.length === 0) continue;
        const plan = planOf(after, this.#options);
        const instances = plan.net.spec.nodes.map(({ id }) => (after.types.get(id)?.code.kind === "virtual" ? undefined : known.get(id)));
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
    for (const { change, edits } of order.slice(place)) if (edits.length > 0) change.plan = plans[k++];
    this.#plans.push(...plans);
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
