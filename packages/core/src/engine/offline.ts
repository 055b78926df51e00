/// Rendering without a clock: a score goes in, blocks of sound come out, as scsynth's non-real-time mode orders them.
import { BlockClock } from "../time/clock.ts";
import type { Engine } from "./engine.ts";

/// One bundle of a score.
export interface TimedJob<T> {
  /// Ticks (2^-32 s) from the start.
  readonly time: number;
  readonly job: T;
}

export interface OfflineOptions<T> {
  readonly engine: Engine;
  /// In order of time.
  readonly score: Iterable<TimedJob<T>>;
  /// Performs one bundle's commands. The engine's sample offset stands at the bundle's place in the block to come.
  readonly execute: (job: T, time: number) => void;
  /// Takes a rendered block: `engine.output(channel)` holds it until the call returns. False stops the rendering.
  // biome-ignore lint/suspicious/noConfusingVoidType: a sink that never stops returns nothing.
  readonly sink?: (block: number) => void | boolean;
  /// Fills `engine.input(channel)` for the block that starts at `frame`. Without a source the inputs are silent.
  readonly source?: (frame: number) => void;
}

export interface OfflineResult {
  readonly blocks: number;
  /// Set when the score went back in time, which ended the rendering: the number of the bundle (from 0) and the two times in ticks.
  readonly disorder?: { readonly bundle: number; readonly time: number; readonly previous: number };
  /// The sink asked to stop.
  readonly stopped: boolean;
}

/// Renders until the block of the last bundle is done. A bundle due by the end of a block runs before it.
export function renderOffline<T>({ engine, score, execute, sink, source }: OfflineOptions<T>): OfflineResult {
  const clock = new BlockClock(engine.target.sampleRate, engine.target.blockSize);
  let blocks = 0;
  let bundle = 0;
  let previous = 0;
  let stopped = false;
  const renderBlock = (): void => {
    source?.(blocks * clock.blockSize);
    engine.process();
    stopped = sink?.(blocks) === false;
    blocks++;
  };
  for (const { time, job } of score) {
    if (time < previous) return { blocks, stopped, disorder: { bundle, time, previous } };
    while (time > (blocks + 1) * clock.increment && !stopped) renderBlock();
    if (stopped) return { blocks, stopped };
    const offset = clock.offset(time, blocks * clock.increment);
    engine.setOffset(clock.frame(offset), Math.fround(offset - Math.floor(offset)));
    execute(job, time);
    previous = time;
    bundle++;
  }
  if (bundle > 0) renderBlock();
  return { blocks, stopped };
}
