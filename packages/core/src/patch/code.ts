/// The code of a module: a WebAssembly module whose functions run any part of a block on streams that they are told.
///
/// `init(base)` and `end(base)` are as of a synth. `run`, or for deferred modules `emit` and `absorb`, take (base, streams, from, to): the address of a
/// table of block addresses, inputs first, and the frames of the block to run. So one module serves any step of a loop, and any plan.
import { binary, compare, constant, convert, int, read } from "../kernel/build.ts";
import type { Expr, Field, Local, Program, Stmt } from "../kernel/ir.ts";
import type { AnySpec, InputRecord, Shape } from "../kernel/language.ts";
import { withoutDeadCode } from "../kernel/simplify.ts";
import { type InputSource, inputKinds, sampleLocals, Unit } from "../kernel/unit.ts";
import { maximumPages, SynthWord, type Target } from "../synthdef/abi.ts";
import { constantSource, type DefinitionPlan, headerFields, kernelTarget, planUnits } from "../synthdef/compile.ts";
import { paramCounts } from "../synthdef/graph-types.ts";
import { layOut } from "../synthdef/layout.ts";
import { blockwiseUnits } from "../ugens/blockwise.ts";
import { emitModule } from "../wasm/index.ts";
import type { AnyDeferredKernel, ModuleType } from "./module.ts";
import { moduleUnits } from "./streams.ts";

export interface CompiledModule {
  readonly wasm: WebAssembly.Module;
  /// 32-bit words of state of one instance, header included; a multiple of 4.
  readonly words: number;
  readonly controls: Float32Array;
  readonly controlNames: readonly { readonly name: string; readonly index: number; readonly count: number }[];
  readonly hasEnd: boolean;
  /// Something in it happens once per block: it must be given whole blocks.
  readonly whole: boolean;
  /// Any output may be written over any input.
  readonly inPlace: boolean;
}

const streams: Local = { name: "streams", type: "i32" };
const from: Local = { name: "begin", type: "i32" };
const to: Local = { name: "end", type: "i32" };
const call = { streams, from, to };

/// Compiles the code of a module for an engine; undefined for scripts and virtual modules, which have none. Throws `DefinitionError`.
export function compileModule(type: ModuleType, target: Target): CompiledModule | undefined {
  if (type.code.kind === "units") return compileUnits(type, target);
  if (type.code.kind === "deferred") return compileDeferred(type.name, type.code.kernel, target);
  return undefined;
}

function compileUnits(type: ModuleType, target: Target): CompiledModule {
  if (type.code.kind !== "units") throw new Error(`${type.name} is not made of units`);
  const { graph, own } = type.code;
  const plan = planUnits(graph, target, moduleUnits(own), call);
  const programs = [
    { name: "init", program: plan.init },
    { name: "run", program: plan.run },
  ];
  if (plan.end) programs.push({ name: "end", program: plan.end });
  const whole = plan.units.some(onceABlock);
  const counts = paramCounts(graph);
  return {
    wasm: emit(programs, target),
    words: plan.words,
    controls: Float32Array.from(graph.params),
    controlNames: graph.paramNames.map(({ name, index }, i) => ({ name, index, count: counts[i] })),
    hasEnd: plan.end !== null,
    whole,
    inPlace: !whole && loopsOf(plan) === 1,
  };
}

const emit = (programs: readonly { readonly name: string; readonly program: Program }[], target: Target): WebAssembly.Module =>
  new WebAssembly.Module(
    emitModule({ memory: { min: 1, max: maximumPages, shared: target.sharedMemory }, programs, scratch: target.scratch }),
  );

const loopsOf = (plan: DefinitionPlan): number => plan.segments.filter(({ kind }) => kind === "loop").length;

/// True for a unit that gives another sound when its block is divided.
function onceABlock({ spec, shape, name, kind }: Unit): boolean {
  if (kind === "init" || kind === "demand") return kind === "demand";
  if (kind === "process" || shape.rate === "kr" || blockwiseUnits.has(name.replace(/\d+$/, ""))) return true;
  const kinds = inputKinds(spec);
  const perBlock = (i: number): boolean => {
    const input = kinds[Math.min(i, kinds.length - 1)]?.[1];
    return input !== undefined && (input.kind === "perBlock" || input.blockwise === true);
  };
  // With constants only, what glides over a block stands still.
  return shape.inputs.some((rate, i) => rate === "kr" || rate === "dr" || (rate === "ar" && perBlock(i)));
}

/// Both halves as units over the same state.
function compileDeferred(name: string, kernel: AnyDeferredKernel, target: Target): CompiledModule {
  const kt = kernelTarget(target);
  const header = headerFields(0);
  const inputs = inputKinds({ inputs: kernel.inputs as InputRecord } as AnySpec);
  const isConstant = (k: number) => inputs[k][1].kind === "atInit";
  const loads: Stmt[] = [];
  const blocks = new Map<number, Local>();
  const block = (k: number): Expr => {
    let local = blocks.get(k);
    if (!local) {
      blocks.set(k, (local = { name: `stream${k}`, type: "i32" }));
      loads.push({ op: "set", local, value: { op: "load", type: "i32", addr: read(streams), offset: k * 4 } });
    }
    return read(local);
  };
  const place = (k: number): Expr => binary("add", block(k), binary("shl", read(sampleLocals.i32), int(2)));
  let stream = 0;
  const sources = inputs.map(([, spec], k): InputSource => {
    if (isConstant(k)) return constantSource(spec.default ?? 0);
    const own = stream++;
    const sample = (): Expr => ({ op: "load", type: "f32", addr: place(own), offset: 0 });
    return { rate: "ar", initial: () => constant("f32", 0), block: sample, sample };
  });
  const shape = (outputs: number): Shape => ({
    rate: "ar",
    inputs: inputs.map((_, k) => (isConstant(k) ? "ir" : "ar")),
    constants: inputs.map(([, spec], k) => (isConstant(k) ? spec.default : undefined)),
    outputs,
    special: 0,
  });
  const { state, uses, init } = kernel;
  const emitting: AnySpec = { inputs: kernel.inputs, state, uses, init: withZero(init), tick: kernel.emit };
  const absorbing: AnySpec = { inputs: kernel.inputs, state, uses, tick: kernel.absorb };
  const speaker = new Unit(name, emitting, shape(kernel.outputs), kt, header, sources);
  const listener = new Unit(name, absorbing, shape(0), kt, header, sources);

  const half = (unit: Unit): Program => {
    loads.length = 0;
    blocks.clear();
    const parts = unit.emitTick(true);
    const stores = parts.outputs.map(
      ({ expr }, k): Stmt => ({ op: "store", type: "f32", addr: place(stream + k), offset: 0, value: expr }),
    );
    const loop = sampleLoop([...parts.tick, ...stores]);
    return { name, params: [streams, from, to], body: withoutDeadCode([...loads, ...parts.before, ...loop, ...parts.after]) };
  };
  const emits = half(speaker);
  const absorbs = half(listener);
  const start = speaker.emitInit();
  const words = layOut(speaker.fields, SynthWord.controls);
  listener.fields.forEach((field: Field, k) => {
    field.word = speaker.fields[k].word;
  });
  return {
    wasm: emit(
      [
        { name: "init", program: { name: "init", params: [], body: withoutDeadCode(start.statements) } },
        { name: "emit", program: emits },
        { name: "absorb", program: absorbs },
      ],
      target,
    ),
    words,
    controls: new Float32Array(0),
    controlNames: [],
    hasEnd: false,
    whole: false,
    inPlace: false,
  };
}

/// A unit without `init` would be constructed by running its first tick, which a module must not: it starts at rest.
const nothing = (): number => 0;
const withZero = (init: AnyDeferredKernel["init"]): AnySpec["init"] => init ?? nothing;

/// Runs `body` for every frame from `from` to `to`, at least one.
function sampleLoop(body: readonly Stmt[]): Stmt[] {
  const { i32: j, f32: jf, f64: jd } = sampleLocals;
  const label = 1 << 24;
  const step = (local: Local, one: Expr): Stmt => ({ op: "set", local, value: binary("add", read(local), one) });
  return [
    { op: "set", local: j, value: read(from) },
    { op: "set", local: jf, value: convert("fromInt", "f32", read(from)) },
    { op: "set", local: jd, value: convert("fromInt", "f64", read(from)) },
    {
      op: "loop",
      label,
      body: [
        ...body,
        step(jf, constant("f32", 1)),
        step(jd, constant("f64", 1)),
        step(j, int(1)),
        { op: "if", cond: compare("ge", read(j), read(to)), then: [{ op: "break", label }], else: [] },
      ],
    },
  ];
}
