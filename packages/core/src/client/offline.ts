/// A server on a virtual clock: a script and the engine take turns, and what comes out is what the script's score would render.
import type { Engine } from "../engine/engine.ts";
import { VirtualClock } from "./clock.ts";
import { type Message, ServerError } from "./message.ts";
import { matches, type ReplyPattern, Server, type ServerSizes } from "./server.ts";

/// What an offline server drives: the engine with its command set. Everything happens at the seconds given, in the order of the calls.
export interface OfflineEngine {
  /// True when an event at `seconds` falls into a later block than the next one to render.
  isLater(seconds: number): boolean;
  /// Renders the next block. A promise when its output must be written before the next.
  renderBlock(): void | Promise<void>;
  /// Carries out messages in the next block to render; `reply` is called with their replies before the result settles.
  perform(seconds: number, messages: readonly Message[], reply: (reply: Message) => void): void | Promise<void>;
  /// Called with what nodes send of themselves while they run: `/n_end`, `/tr` and their kind.
  onNotification(listener: (notification: Message) => void): void;
  /// Start of the next block to render, in seconds.
  readonly seconds: number;
  /// Lets everything that can run now run (promises and their continuations).
  settle(): Promise<void>;
  /// What renders, where it is in this process.
  readonly engine?: Engine;
}

/// Messages sent for one time.
interface Sent {
  readonly seconds: number;
  readonly messages: readonly Message[];
  readonly reply: ((reply: Message) => void) | undefined;
}

export class OfflineServer extends Server {
  readonly clock = new VirtualClock();
  private readonly driver: OfflineEngine;
  /// Not yet performed, in time order; equal times in the order they were sent.
  private queue: Sent[] = [];
  private readonly performed: Sent[] = [];
  private readonly listeners = new Set<(reply: Message) => void>();
  /// Promises of `next` that are not settled: time goes on for them.
  private awaited = 0;
  /// Counts deliveries, so that a render can stop for scripts that listen.
  private delivered = 0;
  /// Who waits for the next block.
  private readonly blockWaits: (() => void)[] = [];
  /// Called when something is sent: what ends a wait for the world outside.
  private readonly wakes: (() => void)[] = [];

  constructor(sizes: ServerSizes, engine: OfflineEngine) {
    super(sizes);
    this.driver = engine;
    engine.onNotification((notification) => this.deliver(notification));
    this.send("/g_new", this.defaultGroupId, 0, 0);
  }

  override get engine(): Engine | undefined {
    return this.driver.engine;
  }

  override nextBlock(): Promise<void> {
    this.awaited++;
    return new Promise((resolve) => this.blockWaits.push(resolve));
  }

  /// Seconds since the start.
  get seconds(): number {
    return this.clock.beats;
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(this.clock.beats + seconds, resolve);
    });
  }

  next(pattern: ReplyPattern): Promise<Message> {
    this.awaited++;
    return new Promise((resolve) => {
      const stop = this.onReply((reply) => {
        if (!matches(reply, pattern)) return;
        stop();
        this.awaited--;
        resolve(reply);
      });
    });
  }

  onReply(listener: (reply: Message) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  request(message: Message, pattern: ReplyPattern): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.enqueue(0, [message], (reply) => {
        if (reply[0] === "/fail" && reply[1] === message[0]) reject(new ServerError(message[0], String(reply[2])));
        else if (matches(reply, pattern)) resolve(reply);
      });
    });
  }

  /// Everything sent so far as bundles in time order, ending with an empty one at `seconds` (now by default), so that a score of them renders as long.
  score(seconds = this.seconds): { seconds: number; messages: readonly Message[] }[] {
    const sent = [...this.performed, ...this.queue].map(({ seconds, messages }) => ({ seconds, messages }));
    return [...sent, { seconds: Math.max(seconds, sent.at(-1)?.seconds ?? 0), messages: [] }];
  }

  /// Runs `script` to its end, rendering as its time passes. Routines that still wait then are left behind.
  async run(script: () => Promise<void> | void): Promise<void> {
    let failure: { error: unknown } | undefined;
    let ended = false;
    const main = (async () => script())()
      .catch((error: unknown) => {
        failure = { error };
      })
      .then(() => {
        ended = true;
      });
    for (;;) {
      await this.settleAll();
      if (failure) throw failure.error;
      if (ended) break;
      const due = Math.min(this.clock.due ?? Infinity, this.queue[0]?.seconds ?? Infinity);
      if (due < Infinity) {
        if ((await this.renderTo(due)) && this.clock.due === due) this.clock.step();
      } else if (this.awaited > 0) await this.renderOn();
      // Nothing to wait for in virtual time: the script waits for something outside.
      else await Promise.race([main, new Promise<void>((resolve) => this.wakes.push(resolve))]);
    }
    const end = Math.max(this.seconds, this.queue.at(-1)?.seconds ?? 0);
    while (!(await this.renderTo(end))) await this.settleAll();
    await this.performDue(end);
    await this.renderOne();
  }

  protected transmit(latency = 0, messages: readonly Message[]): void {
    this.enqueue(latency, messages, undefined);
  }

  private enqueue(latency: number, messages: readonly Message[], reply: Sent["reply"]): void {
    if (!(latency >= 0 && latency < Infinity)) throw new RangeError(`a latency of ${latency} seconds: expected a finite number, 0 or more`);
    const seconds = this.seconds + latency;
    let at = this.queue.length;
    while (at > 0 && this.queue[at - 1].seconds > seconds) at--;
    this.queue.splice(at, 0, { seconds, messages, reply });
    for (const wake of this.wakes.splice(0)) wake();
  }

  /// Performs what is due in the next block and lets the script react, until neither has anything to do.
  private async settleAll(): Promise<void> {
    do await this.driver.settle();
    while (await this.performDue(this.seconds));
  }

  private async performDue(until: number): Promise<boolean> {
    let any = false;
    while (this.queue.length > 0 && this.queue[0].seconds <= until && !this.driver.isLater(this.queue[0].seconds)) {
      const sent = this.queue.shift()!;
      this.performed.push(sent);
      await this.driver.perform(sent.seconds, sent.messages, (reply) => {
        sent.reply?.(reply);
        this.deliver(reply);
      });
      any = true;
    }
    return any;
  }

  /// Renders until an event at `seconds` can be performed, performing what is queued before it. False when it stopped early because
  /// the script was told something and may want to react.
  private async renderTo(seconds: number): Promise<boolean> {
    while (this.driver.isLater(seconds)) {
      const before = this.delivered;
      await this.performDue(seconds);
      await this.renderOne();
      this.clock.moveTo(Math.min(seconds, this.driver.seconds));
      if (this.delivered !== before) return false;
    }
    this.clock.moveTo(seconds);
    return true;
  }

  /// Renders until the script is told something.
  private async renderOn(): Promise<void> {
    const before = this.delivered;
    while (this.delivered === before) {
      await this.renderOne();
      this.clock.moveTo(this.driver.seconds);
    }
  }

  private async renderOne(): Promise<void> {
    await this.driver.renderBlock();
    if (this.blockWaits.length === 0) return;
    const waits = this.blockWaits.splice(0);
    this.awaited -= waits.length;
    this.delivered++;
    for (const resolve of waits) resolve();
  }

  private deliver(reply: Message): void {
    if (this.listeners.size === 0) return;
    this.delivered++;
    for (const listener of [...this.listeners]) listener(reply);
  }
}
