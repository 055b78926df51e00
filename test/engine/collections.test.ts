import { PerformanceObserver, performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { type Engine, renderOffline, type TimedJob } from "../../packages/core/src/engine/index.ts";
import { NodeWord } from "../../packages/core/src/engine/tree.ts";
import { constant, engineWith, probe } from "./support.ts";

const sampleRate = 48000;
const blockSize = 64;
const second = 2 ** 32;

type Job = (engine: Engine) => void;

/// A new synth every 50 ms that plays for two seconds, and a control set in between. Made before the rendering: what a score costs is not the loop's.
function score(seconds: number): TimedJob<Job>[] {
  const jobs: TimedJob<Job>[] = [];
  const at = (time: number, job: Job) => jobs.push({ time: Math.trunc(time * second), job });
  for (let i = 0; i < seconds * 20; i++) {
    const id = 2000 + i;
    at(i / 20, ({ nodes }) => nodes.newSynth("constant", id, 1, 1));
    at(i / 20 + 0.01, ({ controls }) => controls.set(id, "level", 0.5));
    if (i >= 40) at(i / 20 + 0.02, ({ nodes }) => nodes.free(id - 40));
  }
  at(seconds, () => {});
  return jobs;
}

/// Milliseconds, as performance entries count them.
interface Span {
  readonly start: number;
  readonly end: number;
}

function render(engine: Engine, jobs: readonly TimedJob<Job>[]): Span {
  let peak = 0;
  const start = performance.now();
  renderOffline({
    engine,
    score: jobs,
    execute: (job) => job(engine),
    sink: () => {
      peak = Math.max(peak, engine.output(0)[0]!);
      return undefined;
    },
  });
  const end = performance.now();
  expect(peak).toBeGreaterThan(100);
  return { start, end };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/// Garbage collections in a span of time, as soon as the observer has heard of them. What was left over from before is collected before.
async function collectionsIn(measure: () => Span): Promise<number> {
  const starts: number[] = [];
  const observer = new PerformanceObserver((list) => starts.push(...list.getEntries().map((entry) => entry.startTime)));
  observer.observe({ entryTypes: ["gc"] });
  collect();
  const { start, end } = measure();
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  return starts.filter((time) => time >= start && time <= end).length;
}

function scene(): Engine {
  const engine = engineWith([constant, probe], { sampleRate, blockSize, tables: [{ name: "log", values: new Float32Array(8) }] });
  engine.nodes.newGroup(1, 0, 0);
  for (let i = 0; i < 200; i++) engine.nodes.newSynth("constant", 10 + i, 0, 0);
  return engine;
}

test("a minute of sound from 240 synths that come and go causes no garbage collection", async () => {
  const engine = scene();
  // The first second compiles the loop itself.
  render(engine, score(1));
  engine.nodes.freeAll(1);
  const jobs = score(60);
  expect(await collectionsIn(() => render(engine, jobs))).toBe(0);
});

test("an auto group that is sorted before every block causes no garbage collection", async () => {
  // Each reads the bus after the one it writes, so that the group turns their order round.
  const access = { rate: "ar", channels: 1 } as const;
  const bus = (offset: number) => ({ expression: { offset, terms: [{ control: 0, factor: 1 }] } });
  const link = {
    ...constant,
    name: "link",
    controls: { bus: 0, level: 0 },
    buses: [
      { ...access, kind: "in", bus: bus(1) },
      { ...access, kind: "out", bus: bus(0) },
    ] as const,
  };
  const engine = engineWith([link], { sampleRate, blockSize });
  engine.nodes.newGroup(1, 0, 0);
  for (let i = 0; i < 100; i++) {
    engine.nodes.newSynth("link", 10 + i, 1, 1);
    engine.controls.set(10 + i, "bus", 20 + i);
  }
  engine.autoGroups.make(1);
  const blocks = (count: number): Span => {
    const start = performance.now();
    for (let k = 0; k < count; k++) {
      engine.nodes.moveToHead(1, 10 + (k % 100));
      engine.process();
    }
    return { start, end: performance.now() };
  };
  blocks(1000);
  expect(await collectionsIn(() => blocks(5000))).toBe(0);
  expect(engine.tree.get(engine.nodes.find(1), NodeWord.head)).toBe(engine.nodes.find(109));
});

test("a sink that allocates is noticed, so the count of none means something", async () => {
  const engine = scene();
  const kept: number[][] = [];
  const collections = await collectionsIn(() => {
    const start = performance.now();
    renderOffline({
      engine,
      score: score(10),
      execute: (job) => job(engine),
      sink: () => {
        kept[0] = Array.from({ length: 1000 }, (_, i) => i + 0.5);
        return undefined;
      },
    });
    return { start, end: performance.now() };
  });
  expect(collections).toBeGreaterThan(0);
});
