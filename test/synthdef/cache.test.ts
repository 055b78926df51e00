/// Definitions are compiled once: within a process by what they are made of, between processes by what a folder keeps, which nobody has to trust.
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "@heddle/core/engine";
import { type CodeStore, type CompiledDefinition, compileDefinition, DefinitionCompiler, synthDef } from "@heddle/core/synthdef";
import { builtins, Env, EnvGen, Out, Pan2, SinOsc, UGenRegistry, ugen } from "@heddle/core/ugens";
import { FolderCodeStore } from "@heddle/node";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { signal } from "../../packages/core/src/kernel/language.ts";

const tone = (name: string, freq: number, factor = 0.5) =>
  synthDef(name, { freq, gate: 1 }, ({ freq, gate }) =>
    Out.ar(
      0,
      Pan2.ar(
        SinOsc.ar(freq)
          .mul(EnvGen.kr({ envelope: Env.adsr(), gate, doneAction: 2 }))
          .mul(factor),
      ),
    ),
  ).graph;
const target = new Engine({ outputs: 2, inputs: 0 }).target;

class MapStore implements CodeStore {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  loads = 0;
  load(key: string): Uint8Array<ArrayBuffer> | undefined {
    this.loads++;
    return this.entries.get(key);
  }
  save(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.entries.set(key, bytes);
  }
}

/// Everything but the code itself, and the name of a second definition.
const facts = ({ module: _, laneModule: __, ...rest }: CompiledDefinition) => rest;

/// Four voices for a while: their code, alone and as a pack.
function sound(compiled: CompiledDefinition): Float32Array[] {
  const engine = new Engine({ outputs: 2, inputs: 0 });
  expect(engine.definitions.load(compiled)).toBeNull();
  for (let i = 0; i < 5; i++) engine.nodes.newSynth(compiled.name, 1000 + i, 1, 0);
  const blocks: Float32Array[] = [];
  for (let block = 0; block < 20; block++) {
    engine.process();
    blocks.push(engine.output(0).slice(), engine.output(1).slice());
  }
  expect(engine.packs.count).toBe(1);
  return blocks;
}

describe("in a process", () => {
  test("the same definition is compiled once; names and initial values do not make it another", () => {
    const compiler = new DefinitionCompiler(target);
    const first = compiler.compile(tone("a", 440));
    expect(compiler.compile(tone("a", 440)).module).toBe(first.module);
    const other = compiler.compile(tone("b", 220));
    expect(other.module).toBe(first.module);
    expect([other.name, other.defaults[0]]).toEqual(["b", 220]);
    expect(other.laneModule!()).toBe(first.laneModule!());
    expect(compiler.compile(tone("a", 440, 0.25)).module).not.toBe(first.module);
    expect(facts(first)).toEqual(facts(compileDefinition(tone("a", 440), target, builtins)));
  });
});

describe("between processes", () => {
  test("a hit gives the same bytes, the same facts and the same sound", () => {
    const store = new MapStore();
    const made = new DefinitionCompiler(target, builtins, store).compile(tone("a", 440));
    const expected = sound(made);
    const before = new Map(store.entries);
    const known = new DefinitionCompiler(target, builtins, store).compile(tone("a", 440));
    expect(facts(known)).toEqual(facts(made));
    expect(sound(known)).toEqual(expected);
    expect(store.entries).toEqual(before);
  });

  test("another target is another definition", () => {
    const store = new MapStore();
    new DefinitionCompiler(target, builtins, store).compile(tone("a", 440));
    new DefinitionCompiler({ ...target, sampleRate: 96000 }, builtins, store).compile(tone("a", 440));
    expect(store.entries.size).toBe(2);
  });

  test("definitions with unit generators of one's own are not stored: their code is not in the key", () => {
    const Half = ugen("Half", { rates: "ar", inputs: { in: signal }, tick: ({ in: x }) => x * 0.5 });
    const store = new MapStore();
    const registry = new UGenRegistry([...builtins, Half]);
    new DefinitionCompiler(target, registry, store).compile(synthDef("half", {}, () => Out.ar(0, Half.ar(SinOsc.ar(440)))).graph);
    expect([store.loads, store.entries.size]).toEqual([0, 0]);
  });
});

describe("a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "heddle-cache-"));
  const files = () => readdirSync(folder).map((name) => join(folder, name));
  beforeEach(() => {
    for (const file of files()) rmSync(file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const bytes = (length: number, value: number) => new Uint8Array(length).fill(value);

  test("gives back what it was given", () => {
    const store = new FolderCodeStore(folder);
    store.save("key", bytes(1000, 7));
    expect(store.load("key")).toEqual(bytes(1000, 7));
    expect(store.load("other")).toBeUndefined();
  });

  test("damaged, foreign and empty entries are no entries, and the definition is compiled again", () => {
    const compile = () => new DefinitionCompiler(target, builtins, new FolderCodeStore(folder)).compile(tone("a", 440));
    const expected = sound(compile());
    const whole = new Map(files().map((file) => [file, readFileSync(file)]));
    for (const damage of [
      (b: Buffer) => b.subarray(0, -1),
      (b: Buffer) => b.fill(1, 40, 60),
      () => Buffer.alloc(0),
      () => Buffer.from("{}"),
    ]) {
      for (const [file, content] of whole) writeFileSync(file, damage(Buffer.from(content)));
      expect(sound(compile())).toEqual(expected);
      expect(new Map(files().map((file) => [file, readFileSync(file)]))).toEqual(whole);
    }
  });

  test("keeps to its size, what was used last longest", () => {
    const store = new FolderCodeStore(folder, { mostBytes: 3500 });
    for (const key of ["a", "b", "c"]) store.save(key, bytes(1000, 1));
    for (const file of files()) utimesSync(file, 1, 1);
    store.load("a");
    store.save("d", bytes(1000, 1));
    expect(files()).toHaveLength(3);
    expect(store.load("a")).toBeDefined();
    expect(store.load("d")).toBeDefined();
  });

  test("that cannot be made is an empty one", () => {
    const store = new FolderCodeStore("/dev/null/cache");
    store.save("key", bytes(10, 1));
    expect(store.load("key")).toBeUndefined();
  });
});
