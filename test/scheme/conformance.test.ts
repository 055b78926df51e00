import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judge, type Row } from "../conformance/scheme/judge.ts";

const rows = readFileSync(new URL("../fixtures/scheme/expressions.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Row);

describe("s7's answers", () => {
  for (const area of new Set(rows.map((row) => row.area))) {
    test(area, () => {
      const failed = rows
        .filter((row) => row.area === area)
        .flatMap((row) => {
          const { passed, got } = judge(row);
          return passed ? [] : [`${row.source} => ${got}, not ${row.expected}`];
        });
      expect(failed).toEqual([]);
    });
  }
});
