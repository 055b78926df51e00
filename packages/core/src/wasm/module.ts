/// Programs and everything they call, as one WebAssembly module.

import type { HostFunction, IRFunction, Program } from "../kernel/ir.ts";
import { calledBy } from "../kernel/walk.ts";
import { type Code, type MemoryLimits, Module } from "./encode.ts";
import { emitLaneFunction, emitLanes, laneSignature } from "./lanes/emit.ts";
import { ValueType } from "./opcodes.ts";
import { type Callees, emitScalar, emitScalarFunction } from "./scalar.ts";
import { valueType } from "./tables.ts";
import { printModule } from "./text.ts";

export interface ModuleOptions {
  /// Imported as `env.memory`.
  readonly memory: MemoryLimits;
  /// Each is exported as a function of the base and the program's parameters; with `lanes`, its form for a pack of four follows as `name` + "4", or
  /// is all there is of it.
  readonly programs: readonly { readonly name: string; readonly program: Program; readonly lanes?: boolean | "only" }[];
  /// Address of `scratchBytes` of memory (16-byte aligned) that packs may overwrite. Needed when a program in lanes has parts that run lane by lane.
  readonly scratch?: number;
}

/// The bytes of a module. It imports `env.memory` and, from "host", the host functions that its programs call.
export function emitModule(options: ModuleOptions): Uint8Array<ArrayBuffer> {
  return new Linker(options, false).link().encode();
}

/// The same module as WebAssembly text, with the names of fields as comments.
export function emitText(options: ModuleOptions): string {
  return printModule(new Linker(options, true).link());
}

/// Gives functions their indices when first called, and emits each once.
class Linker implements Callees {
  private readonly module = new Module();
  private readonly hosts = new Map<HostFunction, number>();
  private readonly scalars = new Map<IRFunction, number>();
  /// By which parameters vary, a bit each.
  private readonly laneForms = new Map<IRFunction, Map<number, number>>();
  private readonly waiting: (() => void)[] = [];
  private readonly options: ModuleOptions;
  private readonly annotate: boolean;

  constructor(options: ModuleOptions, annotate: boolean) {
    this.options = options;
    this.annotate = annotate;
    this.module.importMemory("env", "memory", options.memory);
    const hosts = new Set<HostFunction>();
    const functions = new Set<IRFunction>();
    for (const { program } of options.programs) calledBy(program.body, functions, hosts);
    this.importHosts(hosts);
  }

  /// Functions of one name are one import, whichever object describes them.
  private importHosts(hosts: ReadonlySet<HostFunction>): void {
    const byName = new Map<string, number>();
    for (const fn of hosts) {
      const params = [ValueType.i32, ...fn.params.map((type) => valueType[type])];
      const index = byName.get(fn.name) ?? this.module.importFunction("host", fn.name, params, [valueType[fn.result]]);
      byName.set(fn.name, index);
      this.hosts.set(fn, index);
    }
  }

  link(): Module {
    for (const { name, program, lanes } of this.options.programs) {
      if (lanes !== "only") this.add(name, emitScalar(program, this, this.annotate));
      if (lanes) this.add(`${name}4`, emitLanes(program, this, this.options.scratch, this.annotate));
    }
    for (let emit = this.waiting.pop(); emit; emit = this.waiting.pop()) emit();
    return this.module;
  }

  private add(name: string, code: Code): void {
    const index = this.module.declare(code.params, code.results, name);
    this.module.define(index, code);
    this.module.exportFunction(name, index);
  }

  host(fn: HostFunction): number {
    return this.hosts.get(fn) as number;
  }

  scalar(fn: IRFunction): number {
    const known = this.scalars.get(fn);
    if (known !== undefined) return known;
    const index = this.module.declare(
      fn.params.map((p) => valueType[p.type]),
      [valueType[fn.result.type]],
      fn.name,
    );
    this.scalars.set(fn, index);
    this.waiting.push(() => this.module.define(index, emitScalarFunction(fn, this, this.annotate)));
    return index;
  }

  lanes(fn: IRFunction, varying: readonly boolean[]): number {
    let forms = this.laneForms.get(fn);
    if (!forms) this.laneForms.set(fn, (forms = new Map()));
    const pattern = varying.reduce((bits, bit, i) => bits | (bit ? 1 << i : 0), 0);
    const known = forms.get(pattern);
    if (known !== undefined) return known;
    const { params, results } = laneSignature(fn, varying);
    const index = this.module.declare(params, results, `${fn.name}4`);
    forms.set(pattern, index);
    this.waiting.push(() => this.module.define(index, emitLaneFunction(fn, varying, this, this.options.scratch, this.annotate)));
    return index;
  }
}
