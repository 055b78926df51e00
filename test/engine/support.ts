/// Small hand-made definitions and views of the tree for the engine's tests.
import { Engine, type EngineOptions, NodeState } from "../../packages/core/src/engine/index.ts";
import { NodeWord } from "../../packages/core/src/engine/tree.ts";
import { type CompiledDefinition, maximumPages, SynthWord, type Target } from "../../packages/core/src/synthdef/abi.ts";
import type { BusAccess } from "../../packages/core/src/synthdef/busaccess.ts";
import { Code, Module } from "../../packages/core/src/wasm/encode.ts";
import { Op, ValueType } from "../../packages/core/src/wasm/opcodes.ts";

const { i32 } = ValueType;

export interface Draft {
  name: string;
  /// Initial values by name; an array makes a name of several channels.
  controls?: Readonly<Record<string, number | readonly number[]>>;
  /// f32 words of state after the controls.
  state?: number;
  /// Bodies of `init(base)`, `run(base)`, `end(base)`.
  init?: (asm: Assembler) => void;
  run?: (asm: Assembler) => void;
  end?: (asm: Assembler) => void;
  wires?: number;
  units?: number;
  /// What it says of the buses it uses.
  buses?: readonly BusAccess[];
}

/// Writes instructions with the few idioms test definitions need.
export class Assembler {
  readonly code: Code;
  readonly target: Target;
  readonly base = 0;
  readonly #hosts: Readonly<Record<string, number>>;
  readonly #offsets: ReadonlyMap<string, number>;

  constructor(code: Code, target: Target, hosts: Readonly<Record<string, number>>, offsets: ReadonlyMap<string, number>) {
    this.code = code;
    this.target = target;
    this.#hosts = hosts;
    this.#offsets = offsets;
  }

  /// Pushes control `name`, honouring its mapping.
  control(name: string): void {
    const { code } = this;
    const own = this.#offsets.get(name)!;
    const mapping = own + this.#offsets.get("#count")! * 4;
    code.get(this.base);
    code.i32(own);
    code.op(Op["i32.add"]);
    code.get(this.base);
    code.memory(Op["i32.load"], 2, mapping);
    code.get(this.base);
    code.memory(Op["i32.load"], 2, mapping);
    code.op(Op["i32.eqz"]);
    code.op(Op.select);
    code.memory(Op["f32.load"], 2, 0);
  }

  controlInt(name: string): void {
    this.control(name);
    this.code.op(Op["i32.trunc_sat_f32_s"]);
  }

  setControl(name: string, value: number): void {
    this.code.get(this.base);
    this.code.f32Const(value);
    this.code.memory(Op["f32.store"], 2, this.#offsets.get(name)!);
  }

  /// `if (control(name) >= 0)`.
  whenSet(name: string, body: () => void): void {
    this.control(name);
    this.code.f32Const(0);
    this.code.op(Op["f32.ge"]);
    this.code.open(Op.if);
    body();
    this.code.end();
  }

  nodeId(): void {
    this.code.get(this.base);
    this.code.memory(Op["i32.load"], 2, SynthWord.nodeId * 4);
  }

  /// Calls a host function with the base first; `args` pushes the rest. The result is left on the stack.
  host(name: string, args: () => void): void {
    this.code.get(this.base);
    args();
    this.code.call(this.#hosts[name]!);
  }

  /// Appends `id * 4 + what` to the log of `logTable`.
  log(what: number): void {
    const { code } = this;
    const { address } = this.target.tables["log"]!;
    code.i32(address);
    code.memory(Op["i32.load"], 2, 0);
    code.i32(2);
    code.op(Op["i32.shl"]);
    this.nodeId();
    code.i32(4);
    code.op(Op["i32.mul"]);
    code.i32(what);
    code.op(Op["i32.add"]);
    code.memory(Op["i32.store"], 2, address + 4);
    code.i32(address);
    code.i32(address);
    code.memory(Op["i32.load"], 2, 0);
    code.i32(1);
    code.op(Op["i32.add"]);
    code.memory(Op["i32.store"], 2, 0);
  }
}

/// Host functions with their parameters after the base.
const hostParams = { doneAction: [i32], alloc: [i32], nodeControl: [i32, i32], reply: [i32, i32, i32] } as const;

export function compileDraft(draft: Draft, target: Target): CompiledDefinition {
  const module = new Module();
  module.importMemory("env", "memory", { min: 1, max: maximumPages, shared: target.sharedMemory });
  const hosts: Record<string, number> = {};
  for (const [name, params] of Object.entries(hostParams)) {
    hosts[name] = module.importFunction("host", name, [i32, ...params], [i32]);
  }
  const controls = Object.entries(draft.controls ?? {});
  const defaults: number[] = [];
  const offsets = new Map<string, number>();
  const controlNames = controls.map(([name, value]) => {
    const index = defaults.length;
    offsets.set(name, (SynthWord.controls + index) * 4);
    const values = typeof value === "number" ? [value] : value;
    defaults.push(...values);
    return { name, index, count: values.length };
  });
  offsets.set("#count", defaults.length);
  for (const name of ["init", "run", "end"] as const) {
    const index = module.declare([i32], []);
    const code = new Code([i32], []);
    draft[name]?.(new Assembler(code, target, hosts, offsets));
    module.define(index, code);
    module.exportFunction(name, index);
  }
  const words = Math.ceil((SynthWord.controls + 3 * defaults.length + (draft.state ?? 0)) / 4) * 4;
  return {
    name: draft.name,
    target,
    words,
    controlCount: defaults.length,
    defaults: Float32Array.from(defaults),
    controlNames,
    unitCount: draft.units ?? 1,
    wireCount: draft.wires ?? 0,
    module: new WebAssembly.Module(module.encode()),
    independent: false,
    wideWords: [],
    hasEnd: draft.end !== undefined,
    usesOffset: false,
    busAccesses: draft.buses ?? [],
  };
}

/// Logs its turns. Does done action `inInit` in its constructor, `action` once in a block, and traps when `trap` is 0 or more.
export const probe: Draft = {
  name: "probe",
  controls: { action: -1, inInit: -1, trap: -1 },
  init(asm) {
    asm.log(Turn.init);
    asm.whenSet("inInit", () => {
      asm.host("doneAction", () => asm.controlInt("inInit"));
      asm.code.op(Op.drop);
    });
  },
  run(asm) {
    asm.log(Turn.run);
    asm.whenSet("trap", () => asm.code.op(Op.unreachable));
    asm.whenSet("action", () => {
      asm.host("doneAction", () => asm.controlInt("action"));
      asm.code.op(Op.drop);
      asm.setControl("action", -1);
    });
  },
  end(asm) {
    asm.log(Turn.end);
  },
};

/// What a log entry tells of.
export const Turn = { init: 0, run: 1, end: 2 } as const;
const turnNames = ["init", "run", "end"] as const;

/// Adds `level` to every frame of audio bus `bus`, with SuperCollider's stamps.
export const constant: Draft = {
  name: "constant",
  controls: { bus: 0, level: 1 },
  run(asm) {
    const { code, target } = asm;
    const n = target.blockSize;
    const at = code.local(i32, "at");
    const stamp = code.local(i32, "stamp");
    const fresh = code.local(i32, "fresh");
    asm.controlInt("bus");
    code.i32(n * 4);
    code.op(Op["i32.mul"]);
    code.i32(target.audioBuses);
    code.op(Op["i32.add"]);
    code.set(at);
    asm.controlInt("bus");
    code.i32(2);
    code.op(Op["i32.shl"]);
    code.i32(target.audioStamps);
    code.op(Op["i32.add"]);
    code.tee(stamp);
    code.memory(Op["i32.load"], 2, 0);
    code.i32(target.context);
    code.memory(Op["i32.load"], 2, 0);
    code.op(Op["i32.ne"]);
    code.set(fresh);
    code.get(stamp);
    code.i32(target.context);
    code.memory(Op["i32.load"], 2, 0);
    code.memory(Op["i32.store"], 2, 0);
    for (let i = 0; i < n; i++) {
      code.get(at);
      code.f32Const(0);
      code.get(at);
      code.memory(Op["f32.load"], 2, i * 4);
      code.get(fresh);
      code.op(Op.select);
      asm.control("level");
      code.op(Op["f32.add"]);
      code.memory(Op["f32.store"], 2, i * 4);
    }
  },
};

export const logTable = { name: "log", values: new Float32Array(1 << 14) };

/// Options of `engineWith` that a test does not give.
export const smallEngine: EngineOptions = { outputs: 2, inputs: 2, blockSize: 16, memorySize: 512, tables: [logTable] };

export function engineWith(drafts: readonly Draft[], options: EngineOptions = {}): Engine {
  const engine = new Engine({ ...smallEngine, ...options });
  for (const draft of drafts) {
    const outcome = engine.definitions.load(compileDraft(draft, engine.target));
    if (outcome !== null) throw new Error(outcome);
  }
  return engine;
}

/// Takes the log: `["init 1000", "run 1000"]`.
export function takeLog({ memory, target }: Engine): string[] {
  const at = target.tables["log"]!.address >> 2;
  const entries = Array.from(memory.i32.subarray(at + 1, at + 1 + memory.i32[at]!));
  memory.i32[at] = 0;
  return entries.map((entry) => `${turnNames[entry & 3]} ${entry >> 2}`);
}

/// Renders a block and says whose turn it was: `"1 2 3"`.
export function turns(engine: Engine): string {
  engine.process();
  return takeLog(engine)
    .filter((line) => line.startsWith("run"))
    .map((line) => line.slice(4))
    .join(" ");
}

/// The tree as text: `0[1 2[3! 4] 5-]`, where - is paused and ! about to end.
export function drawTree({ tree }: Engine, node = tree.root): string {
  const marks: Record<number, string> = { [NodeState.paused]: "-", [NodeState.freshPaused]: "-", [NodeState.ending]: "!" };
  const own = `${tree.get(node, NodeWord.id)}${marks[tree.get(node, NodeWord.state)] ?? ""}`;
  if (!tree.isGroup(node)) return own;
  const children: string[] = [];
  let previous = 0;
  for (let child = tree.get(node, NodeWord.head); child !== 0; child = tree.get(child, NodeWord.next)) {
    if (tree.get(child, NodeWord.previous) !== previous || tree.get(child, NodeWord.parent) !== node)
      throw new Error(`broken links at ${own}`);
    children.push(drawTree({ tree } as Engine, child));
    previous = child;
  }
  if (tree.get(node, NodeWord.tail) !== previous) throw new Error(`broken tail of ${own}`);
  return `${own}[${children.join(" ")}]`;
}
