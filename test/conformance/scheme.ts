/// The expression corpus with s7's answers, each in a fresh environment; `--failures` lists what differs, `--area NAME` narrows.
import { readFileSync } from "node:fs";
import { judge, type Row } from "./scheme/judge.ts";

export async function main(args: string[]): Promise<number> {
  const path = new URL("../fixtures/scheme/expressions.jsonl", import.meta.url);
  const rows = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
  const only = args.includes("--area") ? args[args.indexOf("--area") + 1] : undefined;
  const areas = new Map<string, { passed: number; total: number }>();
  const tiers = new Map<number, { passed: number; total: number }>();
  for (const row of rows) {
    if (only !== undefined && row.area !== only) continue;
    const { passed, got } = judge(row);
    for (const tally of [tallyOf(areas, row.area), tallyOf(tiers, row.tier)]) {
      tally.total++;
      if (passed) tally.passed++;
    }
    if (!passed && args.includes("--failures")) console.log(`${row.id}  ${row.source}\n  expected ${row.expected}\n  got      ${got}`);
  }
  for (const [area, { passed, total }] of areas) console.log(`${area.padEnd(24)} ${String(passed).padStart(4)} / ${total}`);
  let passedAll = 0;
  let all = 0;
  for (const [tier, { passed, total }] of [...tiers].sort(([a], [b]) => a - b)) {
    console.log(`tier ${tier}: ${passed} of ${total} (${((100 * passed) / total).toFixed(1)} %)`);
    passedAll += passed;
    all += total;
  }
  console.log(`all: ${passedAll} of ${all} (${((100 * passedAll) / all).toFixed(1)} %)`);
  const first = tiers.get(1) ?? { passed: 0, total: 1 };
  return first.passed / first.total >= 0.99 && passedAll / all >= 0.97 ? 0 : 1;
}

function tallyOf<K>(map: Map<K, { passed: number; total: number }>, key: K): { passed: number; total: number } {
  let tally = map.get(key);
  if (tally === undefined) map.set(key, (tally = { passed: 0, total: 0 }));
  return tally;
}
