/// A server as scripts see it: what every kind of server has in common. `OfflineServer` renders a file; a `LiveServer` plays.
import type { Engine } from "../engine/engine.ts";
import { NodeIds, RangeAllocator } from "./allocate.ts";
import type { Clock } from "./clock.ts";
import type { Argument, Message } from "./message.ts";
import { type EarlyRead, readEarlyReads } from "./order.ts";
import { formatTree, type NodeTree, readTree } from "./tree.ts";

/// Sizes that a client must know to hand out numbers.
export interface ServerSizes {
  readonly sampleRate: number;
  readonly blockSize: number;
  /// Audio buses 0 .. outputs-1 are heard; the next `inputs` hear.
  readonly outputs: number;
  readonly inputs: number;
  readonly audioBuses: number;
  readonly controlBuses: number;
  readonly buffers: number;
}

/// A definition that a server can be given: its name and the bytes of its SynthDef file.
export interface Definition<Controls extends object = object> {
  readonly name: string;
  /// Initial values by control name; their names are those a `Synth` accepts.
  readonly controls: Controls;
  bytes(): Uint8Array;
}

/// Node ids begin with six bits that name the client, as sclang's do.
const nodesPerClient = 1 << 26;

/// A reply is accepted when it begins like the pattern.
export type ReplyPattern = readonly [address: string, ...args: Argument[]];

/// Whether `reply` begins like `pattern`.
export const matches = (reply: Message, pattern: ReplyPattern): boolean => pattern.every((part, k) => reply[k] === part);

/// The server that nodes go to when none is named.
let standing: Server | undefined;

export abstract class Server {
  /// What the server is made of. The rate of one in this process is known once it has booted.
  sizes: ServerSizes;
  nodeIds!: NodeIds;
  audioBuses!: RangeAllocator;
  controlBuses!: RangeAllocator;
  buffers!: RangeAllocator;
  /// The group where synths go by default; every client of a server has its own.
  defaultGroupId!: number;
  /// Seconds between what a routine sends and its sound, so that messages arrive before their time. 0 offline.
  latency = 0;
  /// Another object whenever the server may have been started anew: keys what is known of it.
  session: object = {};
  /// The clock that routines and waits use by default, in seconds.
  abstract readonly clock: Clock;
  /// The engine, where it runs in this thread: patches are made of more than messages can say. Undefined elsewhere.
  get engine(): Engine | undefined {
    return undefined;
  }
  private collecting: Message[] | undefined;
  private syncs = 0;

  /// The server that `new Synth(definition)` and its kind use. Throws when none was set.
  static get default(): Server {
    if (standing) return standing;
    throw new Error("there is no default server: boot one, set Server.default, or name the server as the target");
  }

  static set default(server: Server) {
    standing = server;
  }

  constructor(sizes: ServerSizes) {
    this.sizes = sizes;
    this.share(0, 1);
  }

  /// Takes the numbers that belong to client `id` of `clients`: node ids from `id * 2^26` on, and an equal part of the buses and buffers.
  protected share(id: number, clients: number): void {
    this.session = {};
    const { outputs, inputs, audioBuses, controlBuses, buffers } = this.sizes;
    const part = (what: string, first: number, end: number): RangeAllocator => {
      const size = Math.floor(Math.max(0, end - first) / clients);
      return new RangeAllocator(what, first + id * size, first + (id + 1) * size);
    };
    const base = id * nodesPerClient;
    this.nodeIds = new NodeIds(base + 1000, base + nodesPerClient - 1);
    this.audioBuses = part("audio buses", outputs + inputs, audioBuses);
    this.controlBuses = part("control buses", 0, controlBuses);
    this.buffers = part("buffers", 0, buffers);
    this.defaultGroupId = base + 1;
  }

  /// Carries out `messages` together, `latency` seconds from now; when that is undefined, as soon as the kind of server sees fit.
  protected abstract transmit(latency: number | undefined, messages: readonly Message[]): void;
  /// Sends `message` and resolves with the first reply that begins like `reply`; rejects with `ServerError` when the server refuses.
  abstract request(message: Message, reply: ReplyPattern): Promise<Message>;
  /// Resolves with the next notification that begins like `pattern`: `server.next(["/tr", synth.id])`.
  abstract next(pattern: ReplyPattern): Promise<Message>;
  /// Calls `listener` with every reply and notification. Returns what ends that.
  abstract onReply(listener: (reply: Message) => void): () => void;
  /// Continues after `seconds` of the server's time.
  abstract wait(seconds: number): Promise<void>;

  /// Resolves when the next block has been rendered. Only where there is an `engine`.
  nextBlock(): Promise<void> {
    return Promise.reject(new Error("this server renders its blocks elsewhere"));
  }

  /// Sends a command: `server.send("/n_set", 1000, "freq", 440)`.
  send(address: string, ...args: Argument[]): void {
    const message: Message = [address, ...args];
    if (this.collecting) this.collecting.push(message);
    else this.transmit(undefined, [message]);
  }

  /// Sends commands that take effect together, `latency` seconds from now.
  sendBundle(latency: number, ...messages: Message[]): void {
    this.transmit(latency, messages);
  }

  /// Everything that `action` sends becomes one bundle, `latency` seconds from now where that is given. `action` must not be async.
  bind<Result>(action: () => Result, latency?: number): Result {
    const outer = this.collecting;
    const messages: Message[] = (this.collecting = []);
    try {
      return action();
    } finally {
      this.collecting = outer;
      if (outer) outer.push(...messages);
      else if (messages.length > 0) this.transmit(latency, messages);
    }
  }

  /// Resolves when everything sent before is done, loading of files included.
  async sync(): Promise<void> {
    const id = ++this.syncs;
    await this.request(["/sync", id], ["/synced", id]);
  }

  /// Every synth in `group` (all by default) that hears silence because it reads a bus before another one in it writes that bus.
  async checkOrder(group: { readonly id: number } = { id: 0 }): Promise<EarlyRead[]> {
    return readEarlyReads(await this.request(["/heddle_checkOrder", group.id], ["/heddle_checkOrder.reply", group.id]));
  }

  /// Loads definitions; resolves when synths can use them.
  async add(...definitions: Definition[]): Promise<void> {
    await Promise.all(definitions.map((definition) => this.request(["/d_recv", definition.bytes()], ["/done", "/d_recv"])));
  }

  /// The nodes of the whole server, with the values of controls where `controls` is set.
  async queryTree(controls = false): Promise<NodeTree> {
    const flag = controls ? 1 : 0;
    return readTree(await this.request(["/g_queryTree", 0, flag], ["/g_queryTree.reply", flag, 0]));
  }

  /// The nodes of the whole server as indented lines.
  async dump(controls = false): Promise<string> {
    return formatTree(await this.queryTree(controls));
  }

  /// Loads a SynthDef file.
  async load(path: string): Promise<void> {
    await this.request(["/d_load", path], ["/done", "/d_load"]);
  }
}
