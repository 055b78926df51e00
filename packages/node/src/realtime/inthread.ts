/// A server in this thread, without a device: a timer asks for the blocks.
import type { ClientLink, ServerCore } from "./core.ts";
import { type LiveOptions, LiveSession } from "./session.ts";

/// Seconds between 1900, where NTP counts from, and 1970.
const ntpOffset = 2208988800;
/// NTP time in seconds of a value of `performance.now()`.
const ntpOf = (milliseconds: number): number => ntpOffset + (performance.timeOrigin + milliseconds) / 1000;

/// Milliseconds between looks at the clock.
const pollEvery = 1;
/// After a longer halt of the process, in milliseconds, the blocks that should have sounded are left out.
const longestHalt = 200;

export class InThreadServer implements ServerCore {
  readonly ended: Promise<void>;
  readonly session: LiveSession;
  readonly #blockMilliseconds: number;
  readonly #timer: NodeJS.Timeout;
  /// Of the next block, on `performance.now()`.
  #due = performance.now();
  #end = () => {};

  constructor(options: LiveOptions) {
    this.session = new LiveSession(options, ntpOf(this.#due));
    const { blockSize, sampleRate } = this.session.engine.target;
    this.#blockMilliseconds = (1000 * blockSize) / sampleRate;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.session.onQuit = () => void this.stop();
    this.#timer = setInterval(() => this.#catchUp(), pollEvery);
  }

  receive(packet: Uint8Array, from: ClientLink): void {
    this.session.receive(packet, from);
  }

  forget(client: ClientLink): void {
    this.session.forget(client);
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    this.session.close();
    this.#end();
    return this.ended;
  }

  #catchUp(): void {
    const now = performance.now();
    if (now - this.#due > longestHalt) this.#due = now;
    while (this.#due <= now) {
      this.session.time = ntpOf(this.#due);
      this.session.renderBlock();
      this.#due += this.#blockMilliseconds;
    }
  }
}
