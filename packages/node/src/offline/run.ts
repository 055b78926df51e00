/// What every offline rendering has in common: its options, its progress, its report.
import type { EarlyRead, NodeTree } from "@heddle/core/client";
import type { Engine, EngineOptions } from "@heddle/core/engine";
import { oscMessage } from "@heddle/core/osc";
import type { SynthDefGraph } from "@heddle/core/synthdef";
import type { UGenRegistry } from "@heddle/core/ugens";
import type { ChannelLevels } from "../picture/index.ts";
import { OfflineSession, RenderError } from "./session.ts";
import type { BlockListener } from "./sound.ts";

/// Options of every offline rendering. The sizes of the engine (`outputs`, `blockSize`, `nodes` ...) are among them.
export interface RenderSettings extends EngineOptions {
  /// The sound file to write; none to render for the report only.
  output?: string;
  /// Of the output: "WAV" and "float" by default.
  header?: string;
  format?: string;
  /// A sound file for the input buses.
  input?: string;
  /// What relative paths in commands count from: the process's working folder by default.
  cwd?: string;
  /// Folders besides `cwd` and the score's own that commands may read and write.
  allow?: readonly string[];
  /// The only folders that commands may read and write, instead of all these.
  only?: readonly string[];
  /// Folders of SynthDef files to be loaded first.
  definitions?: readonly string[];
  /// Takes lines for the console: failures, what Poll and `/g_dumpTree` print. Standard error by default.
  post?: (text: string) => void;
  /// Called about ten times a second.
  onProgress?: (progress: Progress) => void;
  /// Sees the rendered frames on their way.
  listener?: BlockListener;
  /// Called with the node tree as it is at the end.
  onTree?: (tree: NodeTree) => void;
  /// Ends the rendering, leaving no file.
  signal?: AbortSignal;
  /// Unit generators that definitions may use: the built-in ones by default.
  ugens?: UGenRegistry;
  /// A folder where compiled definitions are kept for later processes; made when needed.
  cache?: string;
  /// Says which synths read buses before they are written: looks at the tree whenever it changed, or `sparingly` (the default) now and then while a
  /// large one changes all the time.
  watchOrder?: "never" | "sparingly" | "always";
  /// Called with the engine before the first block.
  onEngine?: (engine: Engine) => void;
  /// Called with every definition that is compiled.
  onDefinition?: (graph: SynthDefGraph) => void;
}

export interface Progress {
  /// Rendered so far.
  readonly seconds: number;
  /// To be rendered in all, where that is known.
  readonly total: number | undefined;
  /// Since the start, on the wall.
  readonly elapsed: number;
}

export interface RenderReport {
  readonly output: string | undefined;
  readonly frames: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly seconds: number;
  /// Wall time, and how many times faster than real time that is.
  readonly elapsed: number;
  readonly speed: number;
  /// Commands that the server refused, and synths that failed.
  readonly failures: number;
  /// Synths that heard silence because they read a bus before it was written: the first pair of each kind, and how many pairs there were.
  readonly earlyReads: readonly OrderWarning[];
  /// One for each channel.
  readonly levels: readonly ChannelLevels[];
}

/// The first of `pairs` pairs of synths with these definitions, and what to do about them.
export interface OrderWarning extends EarlyRead {
  readonly message: string;
  readonly pairs: number;
}

const warningsOf = ({ order }: OfflineSession): OrderWarning[] =>
  [...(order?.found.values() ?? [])].map(({ first: { reader, writer, ...rest }, pairs }) => ({
    reader: { id: reader.id, name: reader.name },
    writer: { id: writer.id, name: writer.name },
    ...rest,
    pairs: pairs.size,
  }));

/// A session for the settings; commands may touch files in the working folder, in `folders` and where the user allows it.
async function openSession(settings: RenderSettings, folders: readonly string[]): Promise<OfflineSession> {
  const {
    output,
    header = "WAV",
    format = "float",
    input,
    cwd = process.cwd(),
    definitions = [],
    ugens,
    cache,
    listener,
    watchOrder,
  } = settings;
  const session = new OfflineSession({
    engine: settings,
    input,
    output: output === undefined ? undefined : { path: output, header, format },
    cwd,
    allow: [...(settings.only ?? [cwd, ...folders, ...(settings.allow ?? [])]), ...definitions],
    post: settings.post ?? console.error,
    listener,
    ugens,
    cache,
    watchOrder,
    onDefinition: settings.onDefinition,
  });
  settings.onEngine?.(session.engine);
  for (const folder of definitions) await session.perform(0, oscMessage("/d_loadDir", folder), { reply: () => {} });
  return session;
}

/// A rest in which others may run: progress is shown, interrupts arrive.
export class Pauses {
  readonly started = performance.now();
  private readonly settings: RenderSettings;
  private next = this.started + pauseEvery;

  constructor(settings: RenderSettings) {
    this.settings = settings;
  }

  /// Looks at the wall clock, which costs about as much as a block of silence.
  get due(): boolean {
    return performance.now() >= this.next;
  }

  async take(seconds: number, total: number | undefined): Promise<void> {
    this.settings.onProgress?.({ seconds, total, elapsed: (performance.now() - this.started) / 1000 });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.settings.signal?.aborted) throw new RenderError("render/script", "the rendering was interrupted");
    this.next = performance.now() + pauseEvery;
  }
}

/// Milliseconds between pauses.
const pauseEvery = 100;

/// Renders with `render` and completes the files; when it throws, no output file stays.
export async function runSession(
  settings: RenderSettings,
  folders: readonly string[],
  render: (session: OfflineSession, pauses: Pauses) => Promise<void>,
): Promise<RenderReport> {
  const session = await openSession(settings, folders);
  const pauses = new Pauses(settings);
  try {
    await render(session, pauses);
    if (settings.onTree) settings.onTree(await session.queryTree());
    session.close();
  } catch (error) {
    session.abort();
    throw error;
  }
  const { sampleRate, outputBusCount: channels } = session.engine.target;
  const { frames, failures } = session;
  const seconds = frames / sampleRate;
  const elapsed = (performance.now() - pauses.started) / 1000;
  settings.onProgress?.({ seconds, total: seconds, elapsed });
  return {
    output: settings.output,
    frames,
    channels,
    sampleRate,
    seconds,
    elapsed,
    speed: seconds / elapsed,
    failures,
    earlyReads: warningsOf(session),
    levels: session.levels,
  };
}
