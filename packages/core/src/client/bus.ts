/// Buses: numbered places in the server that synths write and read. A handle owns consecutive channels of one kind.
import type { Server } from "./server.ts";

export class Bus {
  readonly server: Server;
  readonly rate: "audio" | "control";
  readonly index: number;
  readonly channels: number;

  /// A handle on buses that need no allocation, such as the outputs: `new Bus(server, "audio", 0, 2)`.
  constructor(server: Server, rate: "audio" | "control", index: number, channels = 1) {
    this.server = server;
    this.rate = rate;
    this.index = index;
    this.channels = channels;
  }

  static audio(server: Server, channels = 1): Bus {
    return new Bus(server, "audio", server.audioBuses.take(channels), channels);
  }

  static control(server: Server, channels = 1): Bus {
    return new Bus(server, "control", server.controlBuses.take(channels), channels);
  }

  /// What maps a control to this bus: `{ freq: bus.asMap }`.
  get asMap(): string {
    return `${this.rate === "audio" ? "a" : "c"}${this.index}`;
  }

  /// One channel, or some, of this bus.
  channel(offset: number, channels = 1): Bus {
    if (offset < 0 || channels < 1 || offset + channels > this.channels) {
      throw new RangeError(`channels ${offset} to ${offset + channels - 1} of a bus that has ${this.channels}`);
    }
    return new Bus(this.server, this.rate, this.index + offset, channels);
  }

  /// Sets channels from the first on. Control buses only.
  set(...values: number[]): void {
    this.requireControl("set");
    this.server.send("/c_setn", this.index, values.length, ...values);
  }

  /// The value of every channel. Control buses only.
  async get(): Promise<number[]> {
    this.requireControl("read");
    const reply = await this.server.request(["/c_getn", this.index, this.channels], ["/c_setn", this.index, this.channels]);
    return reply.slice(3).map(Number);
  }

  /// Gives the channels back to the allocator; synths that use them are not touched.
  free(): void {
    (this.rate === "audio" ? this.server.audioBuses : this.server.controlBuses).give(this.index);
  }

  [Symbol.dispose](): void {
    this.free();
  }

  private requireControl(what: string): void {
    if (this.rate !== "control")
      throw new TypeError(`audio bus ${this.index} cannot be ${what} from a script: only control buses hold single values`);
  }
}
