/// Commands of our own, to what drives an engine in real time: how it fares, how loud it is, what is recorded. Their long names are not scsynth's.
import type { OscInput } from "../encode.ts";
import { float } from "./buses.ts";
import type { BesideHandler, CommandTable } from "./command.ts";
import { FileError } from "./files.ts";

/// How an engine fares in real time.
export interface Counters {
  /// Load of the engine's thread in percent of its time: the average of about a second, and the peak, which falls by half in a second and a half.
  readonly load: number;
  readonly peak: number;
  /// Frames per second as measured, and frames so far.
  readonly sampleRate: number;
  readonly frames: number;
  readonly units: number;
  readonly synths: number;
  readonly groups: number;
  readonly definitions: number;
  /// Bytes of the memory of synths, and those in use; bytes of all memory.
  readonly memorySize: number;
  readonly memoryUsed: number;
  readonly memoryTotal: number;
  /// Periods that were missed; the synth that took longest in the block after the last one, 0 for none.
  readonly xruns: number;
  readonly costliest: number;
  /// Blocks whose outputs were not finite, and synths that failed.
  readonly spoiled: number;
  readonly faults: number;
  /// Replies and notifications that found no room.
  readonly lost: number;
  /// Milliseconds within which the engine knows when a period began.
  readonly clockError: number;
  /// Periods by what was left of their time when they were rendered: none, 0 to 10 %, ... 90 to 100 %.
  readonly margins: readonly number[];
  /// Bundles that came after their time.
  readonly late: readonly { readonly client: string; readonly count: number; readonly worst: number; readonly mean: number }[];
}

/// A meter's reading, linear.
export interface Level {
  readonly peak: number;
  readonly rms: number;
}

/// What is to be recorded: consecutive audio buses.
export interface RecordingOptions {
  readonly path: string;
  readonly header: string;
  readonly format: string;
  readonly bus: number;
  readonly channels: number;
}

/// The part of a host that commands reach.
export interface HostControls {
  counters(): Counters;
  /// Of the outputs, then of the inputs.
  levels(): readonly Level[];
  /// The outputs' gain, reached within a block.
  volume: number;
  mute: boolean;
  /// Opens a file, to be ready for `startRecording`. Throws `FileError`.
  prepareRecording(options: RecordingOptions): void;
  /// False when nothing was prepared.
  startRecording(): boolean;
  /// Completes the file. False when nothing was being recorded.
  stopRecording(): Promise<boolean>;
}

/// Calls `action` with the host's controls; a server without any fails.
const onHost =
  (action: (host: HostControls, ...of: Parameters<BesideHandler>) => ReturnType<BesideHandler>): BesideHandler =>
  (args, context) =>
    context.session.host ? action(context.session.host, args, context) : "failed";

/// path, header "wav", format "int24", first bus 0, channels (all outputs)
const prepare = onHost((host, args, { engine }) => {
  const path = args.string();
  const header = args.string("wav");
  const format = args.string("int24");
  const bus = args.int();
  const channels = args.int(engine.target.outputBusCount);
  if (!(bus >= 0 && channels >= 1 && bus + channels <= engine.target.audioBusCount)) return "index out of range";
  try {
    host.prepareRecording({ path, header, format, bus, channels });
    return null;
  } catch (error) {
    if (error instanceof FileError) return `File '${path}' could not be opened: ${error.message}`;
    throw error;
  }
});

export const hostCommands: CommandTable = {
  /// Answers with pairs of a name and a number, then "margins", how many, and those, then "late", how many clients, and for each its name, count, worst and
  /// mean lateness in seconds.
  heddle_counters: {
    beside: true,
    run: onHost((host, _, { sender }) => {
      const { margins, late, ...numbers } = host.counters();
      const pairs = Object.entries(numbers).flatMap(([name, value]): OscInput[] => [name, { type: "d", value }]);
      const clients = late.flatMap(({ client, count, worst, mean }): OscInput[] => [client, count, float(worst), float(mean)]);
      sender.reply("/heddle_counters.reply", ...pairs, "margins", margins.length, ...margins, "late", late.length, ...clients);
      return null;
    }),
  },
  heddle_levels: {
    beside: true,
    run: onHost((host, _, { sender }) => {
      sender.reply("/heddle_levels.reply", ...host.levels().flatMap(({ peak, rms }) => [float(peak), float(rms)]));
      return null;
    }),
  },
  heddle_volume: {
    beside: true,
    run: onHost((host, args) => {
      host.volume = Math.max(0, args.float(1));
      return null;
    }),
  },
  heddle_mute: {
    beside: true,
    run: onHost((host, args) => {
      host.mute = args.int(1) !== 0;
      return null;
    }),
  },
  heddle_prepareRecording: { beside: true, done: "plain", run: prepare },
  heddle_startRecording: { beside: true, done: "plain", run: onHost((host) => (host.startRecording() ? null : "nothing was prepared")) },
  heddle_stopRecording: {
    beside: true,
    done: "plain",
    run: onHost(async (host) => ((await host.stopRecording()) ? null : "nothing is being recorded")),
  },
};
