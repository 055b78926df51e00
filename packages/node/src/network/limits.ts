/// How much one client may send: a flood costs the others nothing, and its sender is told once a second.
import { encodePacket, oscMessage } from "@heddle/core/osc";
import type { ClientLink, PacketSink } from "../realtime/core.ts";

/// A second's worth may come at once. Musical traffic is hundreds of times less; a loop that sends as fast as it can stays below.
const packetsPerSecond = 250_000;
const bytesPerSecond = 64 << 20;

/// The largest packet that TCP and WebSocket take: a definition of a hundred thousand units is less.
export const largestPacket = 16 << 20;
/// A client that does not read its replies is dropped when so many bytes wait.
export const mostUnread = 64 << 20;

/// A client and what it has sent lately.
export class Admission {
  readonly #core: PacketSink;
  readonly #link: ClientLink;
  readonly #post: (text: string) => void;
  #packets = packetsPerSecond;
  #bytes = bytesPerSecond;
  #seen: number;
  #refused = 0;
  #told = Number.NEGATIVE_INFINITY;

  constructor(core: PacketSink, link: ClientLink, post: (text: string) => void) {
    this.#core = core;
    this.#link = link;
    this.#post = post;
    this.#seen = performance.now();
  }

  /// Time of the last packet, in milliseconds of `performance.now()`.
  get seen(): number {
    return this.#seen;
  }

  get link(): ClientLink {
    return this.#link;
  }

  /// Hands the packet on if the client may send it.
  admit(packet: Uint8Array): void {
    const now = performance.now();
    const seconds = (now - this.#seen) / 1000;
    this.#seen = now;
    this.#packets = Math.min(packetsPerSecond, this.#packets + seconds * packetsPerSecond);
    this.#bytes = Math.min(bytesPerSecond, this.#bytes + seconds * bytesPerSecond);
    if (this.#packets < 1 || this.#bytes < packet.length) {
      this.#refuse(now);
      return;
    }
    this.#packets--;
    this.#bytes -= packet.length;
    this.#core.receive(packet, this.#link, now);
  }

  #refuse(now: number): void {
    this.#refused++;
    if (now - this.#told < 1000) return;
    this.#told = now;
    const text = `${this.#refused} packets refused: more than ${packetsPerSecond} packets or ${bytesPerSecond >> 20} MB in a second`;
    this.#refused = 0;
    this.#post(`${this.#link.name}: ${text}`);
    this.#link.send(encodePacket(oscMessage("/fail", "", text)));
  }
}
