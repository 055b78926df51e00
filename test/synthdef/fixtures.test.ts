import { readFileSync } from "node:fs";
import { readScore } from "@heddle/core/osc";
import { expect, test } from "vitest";
import { isBundle } from "../../packages/core/src/osc/packet.ts";
import { readSynthDefs } from "../../packages/core/src/synthdef/read.ts";
import { writeSynthDefs } from "../../packages/core/src/synthdef/write.ts";
import { scoreCases, scorePath } from "../support/sc-fixtures.ts";

/// The definition files that a score sends with /d_recv.
function definitionsOf(path: string): Uint8Array[] {
  const files: Uint8Array[] = [];
  for (const { bundle } of readScore(readFileSync(path))) {
    for (const packet of bundle.packets) {
      if (!isBundle(packet) && packet.address === "/d_recv") files.push(packet.args[0] as Uint8Array);
    }
  }
  return files;
}

test("every definition that sclang wrote for the fixtures is written again with the same bytes", () => {
  let definitions = 0;
  for (const score of scoreCases) {
    for (const file of definitionsOf(scorePath(score))) {
      const graphs = readSynthDefs(file).definitions;
      expect(Buffer.compare(writeSynthDefs(graphs), file), score.name).toBe(0);
      definitions += graphs.length;
    }
  }
  expect(definitions).toBeGreaterThanOrEqual(scoreCases.length);
});

test("the names of the units are those that the fixtures list", () => {
  for (const score of scoreCases) {
    const units = definitionsOf(scorePath(score)).flatMap((file) => readSynthDefs(file).definitions.flatMap(({ units }) => units));
    const names = new Set(units.map(({ name }) => name));
    for (const ugen of score.ugens) expect(names, score.name).toContain(ugen.split(/[.:]/)[0]);
  }
});
