/// Between the command server's replies and the client's messages.
import type { Message } from "@heddle/core/client";
import type { OscInput, OscValue, Sender } from "@heddle/core/osc";

/// Replies as plain values, without the type tags that were asked for.
export function senderTo(receive: (message: Message) => void): Sender {
  return { reply: (address, ...args) => receive([address, ...args.map(plain)]) };
}

function plain(input: OscInput): Message[number] {
  const value = typeof input === "object" && input !== null && "type" in input ? input.value : (input as OscValue);
  return value as Message[number];
}
