/// Patches: graphs of modules that order themselves, feed back within a block, keep in step, and change while they play.
import { type Change, type CommitOptions, type Job, type JobRequest, type OwnerOptions, PatchOwner } from "../engine/patch/index.ts";
import type { ModuleType } from "../patch/module.ts";
import type { Restructure } from "../patch/shadow.ts";
import { type AddAction, addActions, Node, type Target, targetId, targetServer } from "./node.ts";

/// An input or an output of a module.
export interface Port {
  readonly module: Module;
  /// As the graph calls it: `i0` for single inputs, `j0` for joint ones, `o0` for outputs.
  readonly port: string;
}

/// Where a connection may begin or end. A module stands for its first output, or its first input.
export type Source = Module | Port;
export type Sink = Module | Port;

/// A module in a patch: a place for connections and jobs.
export class Module<In extends string = string, Out extends string = string> {
  readonly patch: Patch;
  readonly id: string;
  readonly type: ModuleType<In, Out>;
  /// Ports by name: `filter.in.freq`, `filter.out.out0`.
  readonly in: Readonly<Record<In, Port>>;
  readonly out: Readonly<Record<Out, Port>>;

  constructor(patch: Patch, id: string, type: ModuleType<In, Out>) {
    this.patch = patch;
    this.id = id;
    this.type = type;
    const single = type.inputs.filter(({ joint }) => !joint).length;
    const ports = <Name extends string>(names: readonly Name[], portOf: (k: number) => string) =>
      Object.fromEntries(names.map((name, k) => [name, { module: this as unknown as Module, port: portOf(k) }])) as Record<Name, Port>;
    this.in = ports(
      type.inputs.map(({ name }) => name),
      (k) => (type.inputs[k].joint ? `j${k - single}` : `i${k}`),
    );
    this.out = ports(type.outputs, (k) => `o${k}`);
  }

  /// Values of unconnected inputs, and of a definition's controls, from frame `at` on.
  set(values: { readonly [name: string]: number }, at?: number): void {
    this.patch.edit((edit) => edit.set(this, values, at));
  }

  /// Not run from frame `at` on, nor what only it hears; silent meanwhile.
  suspend(at?: number): void {
    this.patch.edit((edit) => edit.suspend(this, at));
  }

  /// Runs again from frame `at` on, in the state before its first tick.
  resume(at?: number): void {
    this.patch.edit((edit) => edit.resume(this, at));
  }

  /// The outputs of the next block, one array of frames each.
  probe(): Promise<readonly Float32Array[]> {
    return this.patch.edit((edit) => edit.probe(this));
  }
}

/// Edits and jobs that take effect together.
export class Transaction {
  readonly patch: Patch;
  private readonly edits: Restructure[] = [];
  private readonly jobs: JobRequest[] = [];
  private state: "open" | "committed" | "dismissed" = "open";

  constructor(patch: Patch) {
    this.patch = patch;
  }

  /// A new module. `consumer`: it runs, and what it hears, while nothing reads it. `pinned`: it runs whether it is read or not.
  add<In extends string, Out extends string>(
    type: ModuleType<In, Out>,
    options: { readonly name?: string; readonly consumer?: boolean; readonly pinned?: boolean } = {},
  ): Module<In, Out> {
    const id = this.patch.nameFor(options.name ?? type.name);
    const flags = (["consumer", "pinned"] as const).filter((flag) => options[flag]);
    this.edits.push({ op: "module", id, type, flags });
    return new Module(this.patch, id, type);
  }

  remove(...modules: readonly AnyModule[]): this {
    for (const { id } of modules) this.edits.push({ op: "remove", node: id });
    return this;
  }

  /// Connects; several connections into a joint input are summed in the order in which they were made.
  connect(from: Source, to: Sink): this {
    this.edits.push({ op: "connect", from: outputOf(from), to: inputOf(to) });
    return this;
  }

  /// Connects each to the next one: `chain(osc, filter, out)`.
  chain(...modules: readonly (AnyModule | Port)[]): this {
    for (let k = 0; k + 1 < modules.length; k++) this.connect(modules[k] as Source, modules[k + 1] as Sink);
    return this;
  }

  disconnect(from: Source, to: Sink): this {
    this.edits.push({ op: "disconnect", from: outputOf(from), to: inputOf(to) });
    return this;
  }

  disconnectInputs(module: AnyModule): this {
    this.edits.push({ op: "killInputs", node: module.id });
    return this;
  }

  disconnectOutputs(module: AnyModule): this {
    this.edits.push({ op: "killOutputs", node: module.id });
    return this;
  }

  setConsumer(module: AnyModule, on: boolean): this {
    this.edits.push({ op: "setFlag", node: module.id, flag: "consumer", on });
    return this;
  }

  setPinned(module: AnyModule, on: boolean): this {
    this.edits.push({ op: "setFlag", node: module.id, flag: "pinned", on });
    return this;
  }

  /// The module's outputs lag by `ticks` from now on; paths beside it are delayed as much.
  setLatency(module: AnyModule, ticks: number): this {
    this.edits.push({ op: "setLatency", node: module.id, latency: ticks });
    return this;
  }

  set(module: AnyModule, values: { readonly [name: string]: number }, at?: number): this {
    for (const [name, value] of Object.entries(values)) this.job(module, "flow", at, "set", [numberOf(module, name), value]);
    return this;
  }

  /// An operation of a script, at frame `at`, or as soon as the transaction acts.
  call(module: AnyModule, operation: string, args: readonly number[] = [], at?: number): this {
    return this.job(module, at === undefined ? "access" : "flow", at, operation, args);
  }

  /// An operation at the boundary of the block that holds frame `at`, after all other jobs of that boundary.
  callAtBoundary(module: AnyModule, operation: string, args: readonly number[], at: number): this {
    return this.job(module, "boundary", at, operation, args);
  }

  suspend(module: AnyModule, at?: number): this {
    return this.job(module, "suspend", at);
  }

  resume(module: AnyModule, at?: number): this {
    return this.job(module, "resume", at);
  }

  /// Back to the state before the first tick.
  reset(module: AnyModule, at?: number): this {
    return this.job(module, "reset", at);
  }

  probe(module: AnyModule): Promise<readonly Float32Array[]> {
    const { patch } = this;
    const into = module.type.outputs.map(() => new Float32Array(patch.server.sizes.blockSize));
    let settled: Job | undefined;
    this.jobs.push({ kind: "probe", node: module.id, into, onReturn: (job) => (settled = job) });
    return (async () => {
      while (!settled) await patch.turn();
      return into;
    })();
  }

  /// Everything that `other` holds, after what this one holds. `other` is used up.
  merge(other: Transaction): this {
    other.close("committed");
    this.edits.push(...other.edits);
    this.jobs.push(...other.jobs);
    return this;
  }

  dismiss(): void {
    this.close("dismissed");
  }

  /// Commits; throws `InvalidGraphError` with everything that is wrong, and then nothing has changed. What it gives resolves with the frame at which
  /// the transaction acted.
  commit(options: CommitOptions = {}): Commit {
    this.close("committed");
    return this.patch.commit(this.edits, this.jobs, options);
  }

  private job(module: AnyModule, kind: JobRequest["kind"], tick?: number, operation?: string, args?: readonly number[]): this {
    this.jobs.push({ kind, node: module.id, tick, operation, args });
    return this;
  }

  private close(state: "committed" | "dismissed"): void {
    if (this.state !== "open") throw new Error(`this transaction has been ${this.state}; edits after that need one of their own`);
    this.state = state;
  }
}

/// A transaction on its way.
export interface Commit extends PromiseLike<number> {
  readonly id: number;
}

export interface PatchOptions extends OwnerOptions {
  /// What `/g_queryTree` shows in place of a definition, "patch" by default.
  readonly name?: string;
}

/// ```ts
/// const patch = new Patch(server);
/// const osc = patch.edit((edit) => {
///   const osc = edit.add(unitModule(SinOsc, { freq: 440 }));
///   edit.connect(osc, edit.add(unitModule(Out, { bus: 0, channels: 1 })));
///   return osc;
/// });
/// osc.set({ freq: 660 }, patch.frame + 1000);
/// ```
export class Patch extends Node {
  private readonly owner: PatchOwner;
  private readonly names = new Map<string, number>();

  /// Makes an empty patch at `action` of `target`: by default at the head of the server's default group.
  constructor(target: Target, action: AddAction = "head", options: PatchOptions = {}) {
    const server = targetServer(target);
    super(server, server.nodeIds.next());
    const { engine } = server;
    if (!engine) throw new Error("a patch needs an engine in this process: render offline, or play with a server of your own");
    const { name = "patch", ...own } = options;
    this.owner = new PatchOwner(engine, own);
    server.send("/heddle_patch", this.id, addActions[action], targetId(target), this.owner.key, name);
  }

  /// Frame at which the next block begins: the earliest at which a job can act.
  get frame(): number {
    const { block, target } = this.server.engine!;
    return block * target.blockSize;
  }

  /// Latency of the whole patch in ticks.
  get latency(): number {
    return this.owner.plan?.program.plan.latency.total ?? 0;
  }

  transaction(): Transaction {
    return new Transaction(this);
  }

  /// Runs `body` on a transaction and commits it. Gives what `body` gives.
  edit<Result>(body: (edit: Transaction) => Result, options: CommitOptions = {}): Result {
    const edit = new Transaction(this);
    const result = body(edit);
    edit.commit(options);
    return result;
  }

  /// Resolves when everything committed so far has acted and come back.
  async wait(): Promise<void> {
    await this.commit([], [{ kind: "message" }], { at: this.owner.latest });
  }

  /// @internal
  commit(edits: readonly Restructure[], jobs: readonly JobRequest[], options: CommitOptions): Commit {
    let acted: Change | undefined;
    const change = this.owner.commit(edits, jobs, {
      ...options,
      onReturn: (returned) => {
        acted = returned;
        options.onReturn?.(returned);
      },
    });
    let promise: Promise<number> | undefined;
    const settle = async (): Promise<number> => {
      while (!acted) await this.turn();
      return acted.acted;
    };
    return {
      id: change.id,
      then: (onDone, onFailed) => (promise ??= settle()).then(onDone, onFailed),
    };
  }

  /// @internal Lets a block pass and takes back what has acted.
  async turn(): Promise<void> {
    this.owner.collect();
    if (this.owner.running.freed) throw new Error("the patch was freed before that could happen");
    await this.server.nextBlock();
    this.owner.collect();
  }

  /// @internal A name that no module of the patch has had.
  nameFor(name: string): string {
    const count = this.names.get(name) ?? 0;
    this.names.set(name, count + 1);
    return count === 0 ? name : `${name}#${count + 1}`;
  }
}

type AnyModule = Pick<Module, "id"> & { readonly type: Pick<ModuleType, "name" | "inputs" | "outputs" | "code"> };

const isPort = (end: Source | Sink): end is Port => "port" in end;

function outputOf(from: Source): string {
  if (isPort(from)) return `${from.module.id}.${from.port}`;
  if (from.type.outputs.length === 0) throw new Error(`${from.id} has no outputs to connect`);
  return `${from.id}.o0`;
}

function inputOf(to: Sink): string {
  if (isPort(to)) return `${to.module.id}.${to.port}`;
  const [first] = to.type.inputs;
  if (!first) throw new Error(`${to.id} has no inputs to connect to`);
  return `${to.id}.${to.type.inputs.some(({ joint }) => !joint) ? "i0" : "j0"}`;
}

/// Inputs and then controls, by name.
function numberOf(module: AnyModule, name: string): number {
  const { inputs, code } = module.type;
  const input = inputs.findIndex((port) => port.name === name);
  if (input >= 0) return input;
  const control = code.kind === "units" ? code.graph.paramNames.find((param) => param.name === name) : undefined;
  if (control) return inputs.length + control.index;
  const known = [...inputs.map((port) => port.name), ...(code.kind === "units" ? code.graph.paramNames.map((param) => param.name) : [])];
  throw new Error(`${module.id} has no input or control "${name}"; it has ${known.join(", ") || "none"}`);
}
