/// A server that plays now, wherever it runs: its messages go through a connection, its clock is the machine's.
import type { Connection } from "./connection.ts";
import { type Message, ServerError } from "./message.ts";
import { matches, type ReplyPattern, Server, type ServerSizes } from "./server.ts";
import { SystemClock } from "./systemclock.ts";

export interface LiveOptions {
  /// Seconds until a request that was not answered fails: 5.
  patience?: number;
  /// The client number to ask for; by default the server chooses.
  clientId?: number;
  clock?: SystemClock;
}

/// What `/status` answers.
export interface ServerStatus {
  readonly units: number;
  readonly synths: number;
  readonly groups: number;
  readonly definitions: number;
  /// Load of the sound's thread in percent.
  readonly averageLoad: number;
  readonly peakLoad: number;
  /// Frames per second, as asked for and as measured.
  readonly nominalRate: number;
  readonly actualRate: number;
}

interface Pending {
  readonly command: string;
  readonly reply: ReplyPattern;
  readonly resolve: (reply: Message) => void;
  readonly reject: (error: Error) => void;
}

/// The scsynth of SuperCollider and Heddle's own server are both played this way. What a routine (or whatever waits on `clock`) sends is stamped
/// `latency` seconds after its logical time, so that its rhythm is exact; everything else is sent to be done at once.
export class LiveServer extends Server {
  readonly clock: SystemClock;
  /// Seconds until a request that was not answered fails.
  patience: number;
  private readonly wantedId: number | undefined;
  private connection: Connection | undefined;
  /// Requests without an answer, oldest first.
  private readonly pending = new Set<Pending>();
  private readonly listeners = new Set<(reply: Message) => void>();
  private readonly closings = new Set<(reason: string | undefined) => void>();

  constructor(sizes: ServerSizes, { patience = 5, clientId, clock = new SystemClock() }: LiveOptions = {}) {
    super(sizes);
    this.latency = 0.2;
    this.patience = patience;
    this.wantedId = clientId;
    this.clock = clock;
  }

  get connected(): boolean {
    return this.connection !== undefined;
  }

  /// Registers with the server behind `connection`, takes this client's share of its numbers and makes the default group.
  async connect(connection: Connection): Promise<void> {
    this.disconnect();
    this.connection = connection;
    connection.onMessage = (message) => this.receive(message);
    connection.onClose = (reason) => this.closed(reason);
    try {
      const wanted = this.wantedId === undefined ? [] : [this.wantedId];
      const reply = await this.request(["/notify", 1, ...wanted], ["/done", "/notify"]);
      this.share(Number(reply[2] ?? 0), Math.max(1, Number(reply[3] ?? 1)));
    } catch (error) {
      this.disconnect();
      throw error;
    }
    this.send("/g_new", this.defaultGroupId, 0, 0);
    await this.sync();
  }

  /// Ends the connection. The server plays on.
  disconnect(): void {
    this.connection?.close();
    this.closed(undefined);
  }

  /// Resolves with the reason when the connection ends, undefined where `disconnect` was called.
  ended(): Promise<string | undefined> {
    return this.connection ? new Promise((resolve) => this.closings.add(resolve)) : Promise.resolve(undefined);
  }

  /// Ends the server's process and the connection.
  async quit(): Promise<void> {
    await this.request(["/quit"], ["/done", "/quit"]);
    this.disconnect();
  }

  /// Frees every node and forgets what waits for its time; the default group stays.
  freeAll(): void {
    this.send("/clearSched");
    this.send("/g_freeAll", 0);
    this.send("/g_new", this.defaultGroupId, 0, 0);
  }

  async status(): Promise<ServerStatus> {
    const [, , units, synths, groups, definitions, averageLoad, peakLoad, nominalRate, actualRate] = (
      await this.request(["/status"], ["/status.reply"])
    ).map(Number);
    return { units, synths, groups, definitions, averageLoad, peakLoad, nominalRate, actualRate };
  }

  request(message: Message, reply: ReplyPattern): Promise<Message> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.pending.delete(entry);
        finish();
      };
      const entry: Pending = {
        command: message[0],
        reply,
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      };
      const patience = this.patience + (this.clock.inTask ? this.latency : 0);
      const timer = setTimeout(() => entry.reject(new ServerError(message[0], `no answer in ${patience} s`)), patience * 1000);
      this.pending.add(entry);
      try {
        this.transmit(undefined, [message]);
      } catch (error) {
        entry.reject(error as Error);
      }
    });
  }

  next(pattern: ReplyPattern): Promise<Message> {
    return new Promise((resolve) => {
      const stop = this.onReply((reply) => {
        if (!matches(reply, pattern)) return;
        stop();
        resolve(reply);
      });
    });
  }

  onReply(listener: (reply: Message) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(this.clock.beats + seconds, resolve);
    });
  }

  protected transmit(latency: number | undefined, messages: readonly Message[]): void {
    if (!this.connection) throw new ServerError(messages[0]?.[0] ?? "send", "not connected: boot the server first");
    const ahead = latency ?? (this.clock.inTask && this.latency > 0 ? this.latency : undefined);
    this.connection.send(messages, ahead === undefined ? undefined : this.clock.beats + ahead);
  }

  private receive(message: Message): void {
    const refused = message[0] === "/fail" ? message[1] : undefined;
    for (const entry of this.pending) {
      if (refused !== undefined && refused === entry.command) entry.reject(new ServerError(entry.command, String(message[2])));
      else if (matches(message, entry.reply)) entry.resolve(message);
      else continue;
      break;
    }
    for (const listener of [...this.listeners]) listener(message);
  }

  private closed(reason: string | undefined): void {
    this.connection = undefined;
    this.clock.clear();
    for (const entry of [...this.pending]) entry.reject(new ServerError(entry.command, reason ?? "the connection was closed"));
    for (const closing of [...this.closings]) closing(reason);
    this.closings.clear();
  }
}
