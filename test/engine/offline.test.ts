import { describe, expect, test } from "vitest";
import { type Engine, type OfflineResult, renderOffline } from "../../packages/core/src/engine/index.ts";
import { ContextWord } from "../../packages/core/src/synthdef/abi.ts";
import { constant, engineWith, probe } from "./support.ts";

/// Executes jobs that are names and says before which block, at which frame, each ran: "a 0+0".
function play(score: readonly (readonly [time: number, job: string])[], options: { sampleRate?: number; blockSize?: number } = {}) {
  const engine = engineWith([], { sampleRate: 48000, blockSize: 64, ...options });
  const ran: string[] = [];
  const result = renderOffline({
    engine,
    score: score.map(([time, job]) => ({ time, job })),
    execute: (job) => ran.push(`${job} ${engine.block}+${engine.memory.i32[(engine.target.context >> 2) + ContextWord.sampleOffset]}`),
  });
  return { ran, result };
}

const seconds = (s: number) => Math.trunc(s * 2 ** 32);

describe("a score's bundles", () => {
  test("run before the block in which they fall", () => {
    const { ran, result } = play([
      [0, "a"],
      [seconds(10 / 48000), "b"],
      [seconds(100 / 48000), "c"],
    ]);
    expect(ran).toEqual(["a 0+0", "b 0+10", "c 1+36"]);
    expect(result).toEqual({ blocks: 2, stopped: false } satisfies OfflineResult);
  });

  test("on a block boundary at 48 kHz: up to block 16 one block early at its last frame, later in the block itself", () => {
    const boundaries = [1, 2, 16, 17, 18, 100].map((k) => [seconds((k * 64) / 48000), String(k)] as const);
    expect(play(boundaries).ran).toEqual(["1 0+63", "2 1+63", "16 15+63", "17 17+0", "18 18+0", "100 100+0"]);
  });

  test("on a boundary that is a whole number of ticks: always one block early", () => {
    const { ran } = play(
      [
        [64 * 2 ** 16, "a"],
        [6400 * 2 ** 16, "b"],
      ],
      { sampleRate: 65536 },
    );
    expect(ran).toEqual(["a 0+63", "b 99+63"]);
  });

  test("of one time stay in order, and the run ends with the block of the last", () => {
    const { ran, result } = play([
      [0, "a"],
      [0, "b"],
      [seconds(1), "end"],
    ]);
    expect(ran).toEqual(["a 0+0", "b 0+0", "end 750+0"]);
    expect(result.blocks).toBe(751);
  });

  test("must not go back in time", () => {
    const { ran, result } = play([
      [seconds(1), "a"],
      [seconds(0.5), "b"],
      [seconds(2), "c"],
    ]);
    expect(ran).toEqual([]);
    expect(result).toMatchObject({ blocks: 750, disorder: { bundle: 1, time: seconds(0.5), previous: seconds(1) } });
  });

  test("none at all: nothing is rendered", () => {
    expect(play([]).result.blocks).toBe(0);
  });
});

describe("blocks of sound", () => {
  const render = (engine: Engine, commands: readonly (readonly [block: number, command: () => void])[], blocks: number) => {
    const output: number[] = [];
    const increment = Math.trunc((engine.target.blockSize * 2 ** 32) / engine.target.sampleRate);
    const end: readonly (readonly [number, () => void])[] = [[blocks - 1, () => {}]];
    renderOffline({
      engine,
      score: [...commands, ...end].map(([block, job]) => ({ time: block * increment + 1, job })),
      execute: (job) => job(),
      sink: () => {
        output.push(engine.output(0)[0]!);
        return undefined;
      },
    });
    return output;
  };

  test("outputs nothing wrote to are silent, several writers add", () => {
    const engine = engineWith([constant]);
    const { nodes, controls } = engine;
    const output = render(
      engine,
      [
        [1, () => nodes.newSynth("constant", 1, 0, 0)],
        [2, () => nodes.newSynth("constant", 2, 0, 0)],
        [3, () => controls.set(2, "level", 0.25)],
        [4, () => nodes.run(1, false)],
        [5, () => nodes.freeAll(0)],
      ],
      7,
    );
    expect(output).toEqual([0, 1, 2, 1.25, 0.25, 0, 0]);
  });

  test("inputs come from the source, marked as written", () => {
    const engine = engineWith([probe]);
    const frames: number[] = [];
    const stamps: number[] = [];
    renderOffline({
      engine,
      score: [
        { time: 0, job: "" },
        { time: seconds(20 / 48000), job: "" },
      ],
      execute: () => {},
      source: (frame) => {
        frames.push(frame);
        engine.input(1).fill(frame);
      },
      sink: () => {
        stamps.push(engine.buses.audioStamp(2), engine.buses.audioStamp(0), engine.buses.audio(3)[15]!);
        return undefined;
      },
    });
    expect(frames).toEqual([0, 16]);
    expect(stamps).toEqual([0, -1, 0, 1, -1, 16]);
  });

  test("a sink can stop the run; jobs can schedule others", () => {
    const engine = engineWith([]);
    const seen: number[] = [];
    const result = renderOffline({
      engine,
      score: [
        { time: 0, job: 3 },
        { time: seconds(1), job: 0 },
      ],
      execute: (job, time, schedule) => {
        seen.push(engine.block);
        if (job > 0) schedule(time + seconds(16 / 48000) + 2, job - 1);
      },
      sink: (block) => block < 10,
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(result).toEqual({ blocks: 11, stopped: true });
  });
});
