/// The repository's scores against the audio that scsynth made of them. A score is required when all of its unit generators exist and it is not on the
/// list of differences; `UPDATE=1 npx vitest run test/agreement/fixtures.test.ts` rewrites the list, for the review to see.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtins } from "@heddle/core/ugens";
import { openSoundFile, renderScore } from "@heddle/node";
import { afterAll, expect, test } from "vitest";
import { type Audio, compareAudio } from "../support/compare-audio.ts";
import { expectedAudio, type ScoreCase, scFixtures, scoreCases, scorePath } from "../support/sc-fixtures.ts";

const scratch = mkdtempSync(join(tmpdir(), "heddle-agreement-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/// Scores that do not sound as scsynth's, with what differs.
const listPath = join(scFixtures, "differences.json");
const differences: Record<string, string> = JSON.parse(readFileSync(listPath, "utf8"));

/// "BinaryOpUGen:+.ar" is of the unit generator BinaryOpUGen.
const hasUnits = ({ ugens }: ScoreCase) => ugens.every((ugen) => builtins.get(ugen.split(/[.:]/)[0]) !== undefined);
const cases = scoreCases.filter(hasUnits);

async function render(score: ScoreCase): Promise<Audio> {
  const output = join(scratch, `${score.name}.wav`);
  await renderScore({
    score: scorePath(score),
    output,
    sampleRate: score.rate,
    outputs: score.channels,
    inputs: 0,
    blockSize: score.blocksize,
    memorySize: 65536,
    cwd: scFixtures,
    post: () => {},
  });
  const file = openSoundFile(output);
  const samples = new Float32Array(file.frames * file.channels);
  file.read(samples, 0, file.frames);
  file.close();
  rmSync(output);
  return { channels: file.channels, samples };
}

/// Why a score does not sound as scsynth's, or nothing.
async function difference(score: ScoreCase): Promise<string> {
  try {
    return compareAudio(await render(score), expectedAudio(score), score.compare).reason;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const found: Record<string, string> = {};

test.each([...new Set(cases.map(({ category }) => category))].sort())("%s sound as scsynth's", async (category) => {
  const unexpected: string[] = [];
  for (const score of cases.filter((candidate) => candidate.category === category)) {
    const reason = await difference(score);
    if (reason === "") continue;
    found[score.name] = reason;
    if (!(score.name in differences)) unexpected.push(`${score.name}: ${reason}`);
  }
  if (process.env.UPDATE !== "1") expect(unexpected).toEqual([]);
});

afterAll(() => {
  if (process.env.UPDATE !== "1") return;
  const lines = Object.keys(found)
    .sort()
    .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(found[name])}`);
  writeFileSync(listPath, lines.length === 0 ? "{}\n" : `{\n${lines.join(",\n")}\n}\n`);
});
