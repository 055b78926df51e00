/// `npm run fuzz -- score [SECONDS]`: damaged and nonsensical scores through the whole renderer. Each must render or be refused with a
/// `RenderError`, soon, in bounded memory, leaving no file behind.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commands, oscMessage, timeTag, writeScore } from "../../packages/core/src/osc/index.ts";
import { RenderError, renderScore } from "../../packages/node/src/offline/index.ts";
import { mutate, type Random, randomStream } from "../support/mutate.ts";
import { toneBytes } from "../support/tone.ts";

const scores = fileURLToPath(new URL("../fixtures/sc/scores/", import.meta.url));
const seeds = readdirSync(scores).filter((_, k) => k % 8 === 0);

/// Words and numbers that mean something to some command.
const words = [
  "tone",
  "tone.soft",
  "freq",
  "amp",
  "c0",
  "a1",
  "c",
  "sine1",
  "copy",
  "env",
  "wav",
  "float",
  "b.wav",
  "../x",
  "htup",
  "",
  "*",
];
const numbers = [
  0,
  1,
  2,
  3,
  4,
  7,
  -1,
  -2,
  100,
  1000,
  1001,
  1024,
  65536,
  1e9,
  -1e9,
  2147483647,
  -2147483648,
  0.5,
  Number.NaN,
  Infinity,
  1e-40,
];

function argument(random: Random): string | number | Uint8Array | (number | string)[] {
  const kind = random(12);
  if (kind < 7) return numbers[random(numbers.length)];
  if (kind < 10) return words[random(words.length)];
  return kind === 10 ? mutate(toneBytes, random) : [numbers[random(numbers.length)], words[random(words.length)]];
}

/// A well-formed score of commands with arguments that need not make sense.
function nonsense(random: Random): Uint8Array {
  const bundles = Array.from({ length: 1 + random(8) }, (_, k) => ({
    time: timeTag(k * 0.002),
    packets: Array.from({ length: 1 + random(12) }, () =>
      oscMessage(commands[random(commands.length)].name, ...Array.from({ length: random(9) }, () => argument(random))),
    ),
  }));
  const start = [
    oscMessage("/d_recv", toneBytes),
    oscMessage("/g_new", 1, 0, 0),
    oscMessage("/s_new", "tone", 1000, 0, 1),
    oscMessage("/b_alloc", 0, 64, 1),
  ];
  return writeScore([{ time: timeTag(0), packets: start }, ...bundles]);
}

/// Renders damaged score number `seed`; throws when something other than a refusal comes out.
export async function tryScore(seed: number, folder: string): Promise<void> {
  const random = randomStream(seed);
  const made = random(2) === 0 ? nonsense(random) : mutate(readFileSync(join(scores, seeds[random(seeds.length)])), random);
  const score = random(4) === 0 ? mutate(made, random) : made;
  const output = join(folder, "out.wav");
  try {
    await renderScore({ score, output, outputs: 2, cwd: folder, longest: 1, post: () => {}, nodes: 256, memorySize: 1024 });
  } catch (error) {
    if (!(error instanceof RenderError))
      throw new Error(`score ${seed}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error });
  }
  const parts = readdirSync(folder).filter((name) => name.endsWith(".part"));
  if (parts.length > 0) throw new Error(`score ${seed} left ${parts.join(", ")}`);
}

export async function main(args: string[]): Promise<number> {
  const seconds = Number(args[0] ?? 60);
  const folder = mkdtempSync(join(tmpdir(), "heddle-fuzz-"));
  const end = performance.now() + seconds * 1000;
  let count = 0;
  let slowest = 0;
  try {
    for (let seed = Date.now() | 0; performance.now() < end; seed++, count++) {
      const start = performance.now();
      await tryScore(seed, folder);
      slowest = Math.max(slowest, performance.now() - start);
    }
    console.log(
      `${count} scores rendered or refused; slowest ${slowest.toFixed(0)} ms, ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB resident`,
    );
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
