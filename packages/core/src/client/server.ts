/// A server as scripts see it: what every kind of server has in common. `OfflineServer` renders a file; live ones play.
import { NodeIds, RangeAllocator } from "./allocate.ts";
import type { Clock } from "./clock.ts";
import type { Argument, Message } from "./message.ts";

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

/// A reply is accepted when it begins like the pattern.
export type ReplyPattern = readonly [address: string, ...args: Argument[]];

/// Whether `reply` begins like `pattern`.
export const matches = (reply: Message, pattern: ReplyPattern): boolean => pattern.every((part, k) => reply[k] === part);

export abstract class Server {
  readonly sizes: ServerSizes;
  readonly nodeIds = new NodeIds();
  readonly audioBuses: RangeAllocator;
  readonly controlBuses: RangeAllocator;
  readonly buffers: RangeAllocator;
  /// The clock that routines and waits use by default, in seconds.
  abstract readonly clock: Clock;
  private collecting: Message[] | undefined;
  private syncs = 0;

  constructor(sizes: ServerSizes) {
    this.sizes = sizes;
    this.audioBuses = new RangeAllocator("audio buses", sizes.outputs + sizes.inputs, sizes.audioBuses);
    this.controlBuses = new RangeAllocator("control buses", 0, sizes.controlBuses);
    this.buffers = new RangeAllocator("buffers", 0, sizes.buffers);
  }

  /// Carries out `messages` together, `latency` seconds from now.
  protected abstract transmit(latency: number, messages: readonly Message[]): void;
  /// Sends `message` and resolves with the first reply that begins like `reply`; rejects with `ServerError` when the server refuses.
  abstract request(message: Message, reply: ReplyPattern): Promise<Message>;
  /// Resolves with the next notification that begins like `pattern`: `server.next(["/tr", synth.id])`.
  abstract next(pattern: ReplyPattern): Promise<Message>;
  /// Calls `listener` with every reply and notification. Returns what ends that.
  abstract onReply(listener: (reply: Message) => void): () => void;
  /// Continues after `seconds` of the server's time.
  abstract wait(seconds: number): Promise<void>;

  /// Sends a command: `server.send("/n_set", 1000, "freq", 440)`.
  send(address: string, ...args: Argument[]): void {
    const message: Message = [address, ...args];
    if (this.collecting) this.collecting.push(message);
    else this.transmit(0, [message]);
  }

  /// Sends commands that take effect together, `latency` seconds from now.
  sendBundle(latency: number, ...messages: Message[]): void {
    this.transmit(latency, messages);
  }

  /// Everything that `action` sends becomes one bundle. `action` must not be async.
  bind<Result>(action: () => Result, latency = 0): Result {
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

  /// Loads definitions; resolves when synths can use them.
  async add(...definitions: Definition[]): Promise<void> {
    await Promise.all(definitions.map((definition) => this.request(["/d_recv", definition.bytes()], ["/done", "/d_recv"])));
  }

  /// Loads a SynthDef file.
  async load(path: string): Promise<void> {
    await this.request(["/d_load", path], ["/done", "/d_load"]);
  }
}
