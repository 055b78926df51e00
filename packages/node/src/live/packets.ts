/// Messages of the client API as OSC packets and back.
import type { Argument, Message } from "@heddle/core/client";
import { decodePacket, encodePacket, isBundle, type OscMessage, type OscPacket, oscMessage, timeTag } from "@heddle/core/osc";

/// From 1900, where NTP starts, to 1970.
const ntpOffset = 2208988800;

/// The packet for messages to be carried out together at `time` (seconds since 1970) or at once. One message without a time travels alone.
export function packetOf(messages: readonly Message[], time?: number): Uint8Array {
  const packets = messages.map((message) => oscMessage(...message));
  if (time === undefined && packets.length === 1) return encodePacket(packets[0]);
  return encodePacket({ time: time === undefined ? { seconds: 0, fraction: 1 } : timeTag(time + ntpOffset), packets });
}

/// Calls `receive` with every message of a packet. What is no packet is dropped, as servers send none.
export function messagesOf(bytes: Uint8Array, receive: (message: Message) => void): void {
  let packet: OscPacket;
  try {
    packet = decodePacket(bytes);
  } catch {
    return;
  }
  each(packet, receive);
}

function each(packet: OscPacket, receive: (message: Message) => void): void {
  if (isBundle(packet)) for (const inner of packet.packets) each(inner, receive);
  else receive([String(packet.address), ...packet.args] as unknown as Message);
}

/// A message that keeps the type tags it came with.
export function typedMessage({ address, types, args }: OscMessage): Message {
  const outer: Argument[] = [];
  const open: Argument[][] = [outer];
  args.forEach((value, i) => {
    const type = types[i];
    if (type === "]") open.pop();
    else if (type === "[") {
      const inner: Argument[] = [];
      open[open.length - 1].push(inner);
      open.push(inner);
    } else open[open.length - 1].push({ type, value } as Argument);
  });
  return [String(address), ...outer];
}
