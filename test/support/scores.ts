/// Binary scores for tests, from the notation of transcripts.
import { type OscInput, oscMessage, timeTag, writeScore } from "@heddle/core/osc";
import { parseMessage } from "./transcript.ts";

/// `score([0, "/g_new 1 0 0", ["/d_recv", bytes]], [0.1])`: bundles of messages by their time in seconds.
export function score(...bundles: readonly (readonly [number, ...(string | readonly [string, ...OscInput[]])[]])[]): Uint8Array {
  return writeScore(
    bundles.map(([seconds, ...messages]) => ({
      time: timeTag(seconds),
      packets: messages.map((message) => (typeof message === "string" ? parseMessage(message) : oscMessage(...message))),
    })),
  );
}
