/// Playing a binary score on a live server: its bundles are sent a little ahead of their time.
import type { LiveServer, Message } from "@heddle/core/client";
import { isBundle, type OscPacket, readScore, timeTagSeconds } from "@heddle/core/osc";
import { typedMessage } from "./packets.ts";

/// Seconds that a bundle is sent before its time.
const ahead = 0.5;

/// Plays the score and resolves at the time of its last bundle. Throws `ScoreError` where the score cannot be read on.
export async function performScore(server: LiveServer, score: Uint8Array): Promise<void> {
  const start = server.clock.beats + ahead;
  for (const { bundle } of readScore(score)) {
    const time = start + timeTagSeconds(bundle.time);
    await server.wait(Math.max(0, time - ahead - server.clock.beats));
    const messages: Message[] = [];
    gather(bundle, messages);
    if (messages.length > 0) server.sendBundle(time - server.clock.beats, ...messages);
  }
  await server.wait(ahead);
}

function gather(packet: OscPacket, into: Message[]): void {
  if (isBundle(packet)) for (const inner of packet.packets) gather(inner, into);
  else into.push(typedMessage(packet));
}
