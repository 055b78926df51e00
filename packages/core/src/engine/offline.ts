/// Rendering without a clock: a score goes in, blocks of sound come out, as scsynth's non-real-time mode orders them.
import type { Engine } from "./engine.ts";
import { BlockLoop } from "./loop.ts";

/// One bundle of a score.
export interface TimedJob<T> {
  /// Ticks (2^-32 s) from the start.
  readonly time: number;
  readonly job: T;
}

export interface OfflineOptions<T> {
  readonly engine: Engine;
  /// In order of time; read as the rendering gets there.
  readonly score: Iterable<TimedJob<T>>;
  /// Performs one bundle's commands before the block in which it falls. It may hand `schedule` jobs for later.
  readonly execute: (job: T, time: number, schedule: (time: number, job: T) => void) => void;
  /// Takes a rendered block: `engine.output(channel)` holds it until the call returns. `false` stops the rendering.
  readonly sink?: (block: number) => boolean | undefined;
  /// Fills `engine.input(channel)` for the block that starts at `frame`. Without a source the inputs are silent.
  readonly source?: (frame: number) => void;
}

export interface OfflineResult {
  /// Blocks rendered.
  readonly blocks: number;
  /// Set when the score went back in time, which ended the rendering: the number of the bundle, from 0, and the two times in ticks.
  readonly disorder?: { readonly bundle: number; readonly time: number; readonly previous: number };
  /// The sink asked to stop.
  readonly stopped: boolean;
}

/// Renders up to the end of the block in which the last bundle falls. Blocks rendered before an error in the score stay rendered. Reports nothing
/// meanwhile: the engine's events are off.
export function renderOffline<T>({ engine, score, execute, sink, source }: OfflineOptions<T>): OfflineResult {
  const schedule = (time: number, job: T): void => loop.queue.push(time, job);
  const loop = new BlockLoop<T>({ engine, execute: (job, time) => execute(job, time, schedule) });
  const { increment, blockSize } = loop.clock;
  const wereEnabled = engine.events.enabled;
  let blocks = 0;
  let stopped = false;
  const renderBlock = (): void => {
    source?.(blocks * blockSize);
    loop.renderBlock();
    stopped = sink?.(blocks) === false;
    blocks++;
  };
  engine.events.enabled = false;
  try {
    let bundle = 0;
    let previous = 0;
    for (const { time, job } of score) {
      if (time < previous) return { blocks, stopped, disorder: { bundle, time, previous } };
      while (time > loop.time + increment && !stopped) renderBlock();
      if (stopped) return { blocks, stopped };
      loop.queue.push(time, job);
      previous = time;
      bundle++;
    }
    if (bundle > 0) renderBlock();
    return { blocks, stopped };
  } finally {
    engine.events.enabled = wereEnabled;
  }
}
