/// What carries messages between a client and a server that plays.
import type { Message } from "./message.ts";

export interface Connection {
  /// Hands over messages to be carried out together at `time` in seconds since 1970, or at once.
  send(messages: readonly Message[], time?: number): void;
  /// Called with every reply and notification, in the order of their arrival.
  onMessage: (message: Message) => void;
  /// Called once when no more messages can pass, with the reason unless `close` was called.
  onClose: (reason: string | undefined) => void;
  close(): void;
}
