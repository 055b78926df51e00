/// Renders binary scores to sound files, as `scsynth -N` does.
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type OscBundle, readScore, ScoreError } from "@heddle/core/osc";
import { ntpToTicks } from "@heddle/core/time";
import { type RenderReport, type RenderSettings, runSession } from "./run.ts";
import { type OfflineSession, RenderError, reasonOf } from "./session.ts";

export interface RenderOptions extends RenderSettings {
  /// A binary score: its path, or its bytes.
  score: string | Uint8Array;
  /// Scores longer than this are refused before anything is rendered: a day by default.
  longest?: number;
}

/// A day.
const longest = 86400;
const largestScore = 1 << 30;

/// Renders a score. Throws `RenderError` when it cannot be read or the output cannot be written, leaving no file; commands that fail are posted
/// and the rendering goes on, as scsynth's does.
export async function renderScore(options: RenderOptions): Promise<RenderReport> {
  const bytes = typeof options.score === "string" ? loadScore(options.score) : options.score;
  const total = lengthOf(bytes, options.longest ?? longest);
  const home = typeof options.score === "string" ? [dirname(resolve(options.score))] : [];
  return runSession(options, home, async (session, pauses) => {
    let any = false;
    for (const { bundle } of orderly(bytes, session)) {
      any = true;
      const ticks = ntpToTicks(bundle.time.seconds, bundle.time.fraction);
      while (session.isLater(ticks)) {
        session.renderBlock();
        if (pauses.due) await pauses.take(session.seconds, total);
      }
      const pending = session.perform(ticks, bundle, silent);
      if (pending) await pending;
    }
    if (!any) throw new RenderError("render/score", `${nameOf(options.score)}: the score is empty`);
    session.renderBlock();
  });
}

/// Nobody hears replies in a score.
const silent = { reply: () => {} };
const nameOf = (score: string | Uint8Array) => (typeof score === "string" ? score : "score");

function loadScore(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > largestScore) throw new Error(`it has ${size} bytes, expected at most ${largestScore}`);
    return readFileSync(path);
  } catch (error) {
    throw new RenderError("render/score", `cannot read the score ${path}: ${reasonOf(error)}`, error);
  }
}

/// "#"
const firstOfBundle = 0x23;

/// Time of the last bundle in seconds, found without decoding anything. Errors are left to `readScore`, which sees them again.
function lengthOf(bytes: Uint8Array, limit: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let seconds = 0;
  for (let at = 0; at + 20 <= bytes.length; ) {
    const size = view.getInt32(at);
    if (size < 16 || size > bytes.length - at - 4 || bytes[at + 4] !== firstOfBundle) break;
    seconds = view.getUint32(at + 12) + view.getUint32(at + 16) / 2 ** 32;
    if (seconds > limit) {
      throw new RenderError(
        "render/score",
        `score, byte ${at}: a bundle at ${seconds.toFixed(3)} s; scores may last ${limit} s (option "longest")`,
      );
    }
    at += 4 + size;
  }
  return seconds;
}

/// The bundles of a score. One that goes back in time ends it, as in scsynth; one that cannot be read is an error.
function* orderly(bytes: Uint8Array, session: OfflineSession): Generator<{ bundle: OscBundle }> {
  try {
    yield* readScore(bytes);
  } catch (error) {
    if (!(error instanceof ScoreError)) throw error;
    if (error.code !== "score/order") throw new RenderError("render/score", error.message, error);
    session.failures++;
    session.post(`${error.message}; the rendering ends here`);
  }
}
