/// Every built-in unit generator means the same in all its executions.
import { describe, expect, test } from "vitest";
import { blockwiseUnits } from "../../packages/core/src/ugens/blockwise.ts";
import { builtins, type UGen } from "../../packages/core/src/ugens/index.ts";
import { agrees } from "../support/agrees.ts";
import { operators } from "../support/feedings.ts";

describe("interpreter = scalar = every lane = after a reset; one block of 64 = two of 32", () => {
  const ugens = [...(builtins as Iterable<UGen>)].filter(({ name }) => !operators.includes(name));
  test.each(ugens.map((ugen) => [ugen.name, ugen] as const))("%s", (name, ugen) => {
    const differences = agrees(ugen, !blockwiseUnits.has(name));
    expect(differences, differences.join("\n")).toEqual([]);
  });
});
