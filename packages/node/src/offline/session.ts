/// One offline run: an engine, the command set over it, the files it reads and writes.
import { type NodeTree, readTree } from "@heddle/core/client";
import { BlockLoop, Engine, type EngineOptions, OrderWatch } from "@heddle/core/engine";
import {
  Clients,
  CommandServer,
  notifications,
  type OscInput,
  type OscPacket,
  oscMessage,
  type Sender,
  type Session,
  Streams,
} from "@heddle/core/osc";
import type { SynthDefGraph } from "@heddle/core/synthdef";
import { ticksToSeconds } from "@heddle/core/time";
import type { UGenRegistry } from "@heddle/core/ugens";
import type { ChannelLevels } from "../picture/index.ts";
import { fileCompiler } from "./compile.ts";
import { FolderFiles } from "./files.ts";
import { senderTo } from "./messages.ts";
import { type BlockListener, FileSink, FileSource, type OutputFile } from "./sound.ts";

export interface SessionOptions {
  /// Sizes of the engine; without `input`, its inputs too.
  readonly engine: EngineOptions;
  /// A sound file for the engine's inputs; its channels become the number of inputs.
  readonly input?: string;
  /// None to render without writing.
  readonly output?: OutputFile;
  /// What relative paths in commands count from.
  readonly cwd: string;
  /// Folders that commands may read and write.
  readonly allow: readonly string[];
  /// Takes a line for the console: failures, what Poll and `/g_dumpTree` print.
  readonly post: (text: string) => void;
  readonly listener?: BlockListener;
  /// Unit generators that definitions may use: the built-in ones by default.
  readonly ugens?: UGenRegistry;
  /// A folder where compiled definitions are kept.
  readonly cache?: string;
  /// Posts which synths read buses before they are written. `sparingly`, the default, passes over most changes of a large tree that changes all the time.
  readonly watchOrder?: "never" | "sparingly" | "always";
  /// Called with every definition that is compiled.
  readonly onDefinition?: (graph: SynthDefGraph) => void;
}

/// The order in a tree of more synths is looked at once in so many blocks.
const smallTree = 32;
const restBlocks = 16;

/// Something outside of the score keeps it from being rendered: a file, an option. The message is one line for the user.
export class RenderError extends Error {
  readonly code: "render/score" | "render/input" | "render/output" | "render/options" | "render/script";

  constructor(code: RenderError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "RenderError";
    this.code = code;
  }
}

export class OfflineSession {
  readonly engine: Engine;
  /// Told by the engine while it runs: `/n_end`, `/tr` and their kind.
  onNotification: (address: string, ...args: OscInput[]) => void = () => {};
  /// Commands that failed, and synths.
  failures = 0;
  private readonly loop: BlockLoop<() => void>;
  private readonly source: FileSource | undefined;
  private readonly sink: FileSink;
  private readonly streams: Streams;
  private readonly commands: CommandServer;
  /// Looks for synths that read what is written later in the block, whenever commands or ends of synths changed the tree.
  readonly order: OrderWatch | undefined;
  /// The last sender, and what counts the failures that it is told of.
  private counted: { readonly sender?: Sender; readonly counting: Sender } = { counting: { reply: () => {} } };
  private readonly everyChange: boolean;
  private orderIsOld = false;
  private synthCount = 0;
  private blocksSinceLook = 0;
  readonly post: (text: string) => void;
  private readonly events = notifications(
    (address, ...args) => this.onNotification(address, ...args),
    (text) => this.post(text),
  );

  constructor({ engine, input, output, cwd, allow, post, listener, ugens, cache, watchOrder = "sparingly", onDefinition }: SessionOptions) {
    this.post = post;
    this.source = input === undefined ? undefined : attempt("render/input", `cannot read ${input}`, () => new FileSource(input));
    try {
      this.engine = attempt("render/options", "", () => new Engine(this.source ? { ...engine, inputs: this.source.channels } : engine));
      this.sink = attempt("render/output", `cannot write ${output?.path}`, () => new FileSink(this.engine, output, listener));
    } catch (error) {
      this.source?.close();
      throw error;
    }
    this.loop = new BlockLoop({ engine: this.engine, execute: (job) => job() });
    const streams = new Streams(this.engine.memory, this.engine.buffers);
    this.engine.disk = (record, what, start, frames, extra) => streams.serve(record, what, start, frames, extra);
    this.streams = streams;
    this.everyChange = watchOrder === "always";
    if (watchOrder !== "never") this.order = new OrderWatch(this.engine, input !== undefined);
    this.commands = new CommandServer({
      engine: this.engine,
      files: new FolderFiles(cwd, allow),
      streams: this.streams,
      compile: fileCompiler(this.engine.target, ugens, cache, onDefinition),
      post,
      session: offlineSession(this.engine),
      nestedBundles: false,
    });
  }

  /// Start of the block to come, in seconds.
  get seconds(): number {
    return ticksToSeconds(this.loop.time);
  }

  /// True when an event at `ticks` must wait for blocks to be rendered first: what is due by the end of a block runs before it.
  isLater(ticks: number): boolean {
    return ticks > this.loop.time + this.loop.clock.increment;
  }

  /// Carries out a packet at `ticks` in the block to come.
  perform(ticks: number, packet: OscPacket, sender: Sender): void | Promise<void> {
    this.orderIsOld = true;
    const { clock, time } = this.loop;
    const offset = clock.offset(ticks, time);
    this.engine.setOffset(clock.frame(offset), Math.fround(offset - Math.floor(offset)));
    if (this.counted.sender !== sender) this.counted = { sender, counting: this.counting(sender) };
    return this.commands.perform(packet, this.counted.counting);
  }

  private counting(sender: Sender): Sender {
    return {
      reply: (address, ...args) => {
        if (address === "/fail") this.failures++;
        sender.reply(address, ...args);
      },
    };
  }

  renderBlock(): void {
    this.checkOrder();
    this.source?.fill(this.engine, this.frames);
    this.loop.renderBlock();
    this.sink.take();
    this.engine.events.drain(this.events);
    for (const { nodeId, definition, message } of this.engine.takeFaults()) {
      this.failures++;
      this.post(`synth ${nodeId} (${definition}) failed at frame ${this.frames} and was freed: ${message}`);
    }
  }

  private checkOrder(): void {
    if (!this.order) return;
    const { synthCount } = this.engine.nodes;
    this.blocksSinceLook++;
    if (!this.orderIsOld && synthCount === this.synthCount) return;
    // A look at a large tree costs a third of its block.
    if (!this.everyChange && synthCount > smallTree && this.blocksSinceLook < restBlocks) return;
    this.blocksSinceLook = 0;
    this.orderIsOld = false;
    this.synthCount = synthCount;
    for (const { message } of this.order.look()) this.post(`order: ${message}`);
  }

  async queryTree(): Promise<NodeTree> {
    let tree: NodeTree = { id: 0, children: [] };
    const receive = senderTo((reply) => {
      tree = readTree(reply);
    });
    await this.perform(this.loop.time, oscMessage("/g_queryTree", 0, 0), receive);
    return tree;
  }

  get levels(): ChannelLevels[] {
    return this.sink.meter.levels();
  }

  get frames(): number {
    return this.sink.frames;
  }

  /// Completes the files.
  close(): void {
    this.source?.close();
    this.streams.closeAll();
    this.sink.close();
  }

  /// Ends without an output file.
  abort(): void {
    this.source?.close();
    this.streams.closeAll();
    this.sink.abort();
  }
}

/// Offline there is no one to talk to and nothing waits outside of the score; `/quit` and `/clearSched` mean nothing to it.
function offlineSession(engine: Engine): Session {
  return {
    clients: new Clients(),
    dumpMode: 0,
    errors: { everywhere: true, bundle: undefined },
    clearSchedule: () => {},
    quit: () => {},
    load: () => ({ average: 0, peak: 0, sampleRate: engine.target.sampleRate }),
    plugins: new Map(),
  };
}

function attempt<T>(code: RenderError["code"], what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new RenderError(code, [what, reasonOf(error)].filter((part) => part !== "").join(": "), error);
  }
}

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

/// What went wrong in one line, without the system call's name and path.
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return systemReasons[(error as NodeJS.ErrnoException).code ?? ""] ?? error.message.split("\n")[0];
}
