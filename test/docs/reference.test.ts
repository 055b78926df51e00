/// The reference of unit generators is what the generator gives, and every line in it runs.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { definitionOf } from "../../docs/generate/ugen-lines.ts";
import { pictureOf } from "../../docs/generate/ugen-pictures.ts";
import { pages, ugenPages, writtenCaptions } from "../../docs/generate/ugens.ts";
import { builtins, type UGen } from "../../packages/core/src/ugens/index.ts";

const scratch = mkdtempSync(join(tmpdir(), "heddle-reference-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const ugens = [...(builtins as Iterable<UGen>)];

test("every page is the generated one: npm run docs -- ugens", () => {
  const generated = ugenPages(writtenCaptions());
  expect(
    readdirSync(pages)
      .filter((name) => name.endsWith(".md"))
      .sort(),
  ).toEqual([...generated.keys()].sort());
  for (const [file, text] of generated) expect(readFileSync(join(pages, file), "utf8"), file).toBe(text);
});

test("every unit generator has a picture and a line that builds a definition", () => {
  for (const ugen of ugens) {
    expect(existsSync(join(pages, "pictures", `${ugen.name}.svg`)), ugen.name).toBe(true);
    expect(() => definitionOf(ugen), ugen.name).not.toThrow();
  }
});

test.each([
  "SinOsc",
  "RLPF",
  "EnvGen",
  "Dseq",
  "PV_BrickWall",
  "GrainSin",
])("the picture of %s is what it sounds like now", async (name) => {
  const { svg, caption } = await pictureOf(ugens.find((ugen) => ugen.name === name)!, scratch);
  expect(readFileSync(join(pages, "pictures", `${name}.svg`), "utf8")).toBe(svg);
  expect(writtenCaptions().get(name)).toBe(caption);
});
