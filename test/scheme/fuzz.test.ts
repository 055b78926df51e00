/// A short run of each of Scheme's fuzzers; `npm run fuzz -- scheme` runs them for longer.
import { expect, test } from "vitest";
import { trials } from "../fuzz/scheme.ts";
import { randomStream } from "../support/mutate.ts";

test.each([
  ["programs", 250],
  ["allocation", 2],
  ["text", 300],
] as const)("%s", (name, count) => {
  const trial = trials[name](randomStream(20261128));
  for (let i = 0; i < count; i++) expect(trial(), `trial ${i}`).toBeUndefined();
});
