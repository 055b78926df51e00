/// Bundles that keep V8's code beside them: made, used, replaced, and never trusted.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { loadBundle } from "../../packages/cli/src/start/codecache.ts";

const folder = mkdtempSync(join(tmpdir(), "heddle-code-"));
const bundle = join(folder, "bundle.cjs");
const kept = () => readdirSync(folder).filter((name) => name.endsWith(".code"));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  writeFileSync(bundle, 'exports.double = (x) => 2 * x; exports.sep = require("node:path").sep;');
});
afterAll(() => rmSync(folder, { recursive: true }));

function doubled(x: number): unknown {
  const { exports, keep } = loadBundle(bundle);
  const y = (exports as { double(x: number): number }).double(x);
  keep();
  return y;
}

test("the first run leaves a file, the second leaves it as it is", () => {
  expect(kept()).toEqual([]);
  expect(doubled(3)).toBe(6);
  const [name] = kept();
  const first = readFileSync(join(folder, name));
  expect(doubled(4)).toBe(8);
  expect(kept()).toEqual([name]);
  expect(readFileSync(join(folder, name)).equals(first)).toBe(true);
});

test("a damaged file is not used", () => {
  doubled(1);
  const [name] = kept();
  for (const damage of [Buffer.alloc(0), Buffer.from("no code"), readFileSync(join(folder, name)).fill(0, 100)]) {
    writeFileSync(join(folder, name), damage);
    expect(doubled(21)).toBe(42);
  }
});

test("code of an earlier bundle goes when the bundle changes", () => {
  doubled(1);
  const before = kept();
  writeFileSync(bundle, "exports.double = (x) => x + x; // of another size");
  expect(doubled(5)).toBe(10);
  expect(kept()).toHaveLength(1);
  expect(kept()).not.toEqual(before);
});
