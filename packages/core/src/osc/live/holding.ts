/// Packets held back because they name a definition that is still being compiled. What a client sends after a held packet is held as well, so that
/// its packets stay in order.
import type { OscMessage } from "../packet.ts";
import type { FlatPacket } from "./orders.ts";

export class Holding {
  private readonly held = new Map<number, FlatPacket[]>();
  /// How many definitions of a name are being compiled.
  private readonly compiling = new Map<string, number>();

  /// Definitions of these names are on their way.
  expect(names: readonly string[]): void {
    for (const name of names) this.compiling.set(name, (this.compiling.get(name) ?? 0) + 1);
  }

  /// They have arrived, or never will.
  arrived(names: readonly string[]): void {
    for (const name of names) {
      const left = (this.compiling.get(name) ?? 1) - 1;
      if (left > 0) this.compiling.set(name, left);
      else this.compiling.delete(name);
    }
  }

  /// What of the packet can be carried out now; the rest is held.
  admit(packet: FlatPacket): FlatPacket | undefined {
    const waiting = this.held.get(packet.client);
    if (waiting && packet.messages.every(({ address }) => neverHeld.has(address))) return packet;
    if (waiting) {
      waiting.push(packet);
      return undefined;
    }
    const [now, later] = this.cut(packet);
    if (later) this.held.set(packet.client, [later]);
    return now;
  }

  /// Packets that nothing holds any more, in order.
  *released(): Generator<FlatPacket> {
    // A client whose next packet is held again must not come up again.
    for (const [client, packets] of [...this.held]) {
      this.held.delete(client);
      for (const packet of packets) {
        const now = this.admit(packet);
        if (now) yield now;
      }
    }
  }

  forget(client: number): void {
    this.held.delete(client);
  }

  private cut(packet: FlatPacket): [FlatPacket | undefined, FlatPacket | undefined] {
    if (this.compiling.size === 0) return [packet, undefined];
    const first = packet.messages.findIndex((message) => this.compiling.has(definitionNamed(message) ?? ""));
    if (first < 0) return [packet, undefined];
    const { messages } = packet;
    return [first === 0 ? undefined : { ...packet, messages: messages.slice(0, first) }, { ...packet, messages: messages.slice(first) }];
  }
}

/// The definition that a message makes a synth of. A name with a variant is a definition of its own.
function definitionNamed({ address, args }: OscMessage): string | undefined {
  if (!synthMakers.has(address)) return undefined;
  return typeof args[0] === "string" ? args[0] : undefined;
}

/// What is asked to see whether the server lives.
const neverHeld: ReadonlySet<string | number> = new Set(["/status", "status", 2, "/version", "version", 64]);

const synthMakers: ReadonlySet<string | number> = new Set(["/s_new", "s_new", 9, "/s_newargs", "s_newargs", 59]);
