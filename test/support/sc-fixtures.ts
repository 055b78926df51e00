/// The scores that the repository carries from the folder of scsynth's renderings (`test/fixtures/sc/choose.ts` chose them).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Audio, Comparison } from "./compare-audio.ts";
import { unpackAudio } from "./packed-audio.ts";

/// One score with what scsynth made of it.
export interface ScoreCase {
  name: string;
  category: string;
  /// Units used, as "SinOsc.ar".
  ugens: string[];
  channels: number;
  rate: number;
  blocksize: number;
  compare: Comparison;
}

/// The working directory of the renderings: scores name sound files relative to it.
export const scFixtures = fileURLToPath(new URL("../fixtures/sc/", import.meta.url));

export const scoreCases: ScoreCase[] = JSON.parse(readFileSync(join(scFixtures, "manifest.json"), "utf8"));

export const scorePath = ({ name }: ScoreCase) => join(scFixtures, "scores", `${name}.osc`);

export function expectedAudio({ name, channels }: ScoreCase): Audio {
  return { channels, samples: unpackAudio(readFileSync(join(scFixtures, "audio", `${name}.br`)), channels) };
}
