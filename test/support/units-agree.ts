/// The check of all unit generators, in parts that several test files share among them: each file is one worker's.
import { describe, expect, test } from "vitest";
import { blockwiseUnits } from "../../packages/core/src/ugens/blockwise.ts";
import { builtins, type UGen } from "../../packages/core/src/ugens/index.ts";
import { agrees } from "./agrees.ts";
import { operators } from "./feedings.ts";

/// Tests the built-in unit generators whose names begin with one of `letters`. Operators have a file of their own.
export function testUnits(letters: RegExp): void {
  describe("interpreter = scalar = every lane = after a reset; one block of 64 = two of 32", () => {
    const ugens = [...(builtins as Iterable<UGen>)].filter(({ name }) => letters.test(name) && !operators.includes(name));
    test.each(ugens.map((ugen) => [ugen.name, ugen] as const))("%s", (name, ugen) => {
      const differences = agrees(ugen, !blockwiseUnits.has(name));
      expect(differences, differences.join("\n")).toEqual([]);
    });
  });
}
