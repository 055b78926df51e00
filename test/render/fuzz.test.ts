import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tryScore } from "../fuzz/score.ts";

test("damaged and nonsensical scores render or are refused", async () => {
  const folder = mkdtempSync(join(tmpdir(), "heddle-fuzz-"));
  try {
    for (let seed = 1; seed <= 60; seed++) await tryScore(seed, folder);
    expect(process.memoryUsage.rss()).toBeLessThan(4 * 2 ** 30);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
