/// Every unary and binary operator means the same in all its executions.
import { expect, test } from "vitest";
import { builtins, type UGen } from "../../packages/core/src/ugens/index.ts";
import { agrees } from "../support/agrees.ts";
import { operators } from "../support/feedings.ts";

test.each(operators)("%s", (name) => {
  const differences = agrees(builtins.get(name) as UGen);
  expect(differences, differences.join("\n")).toEqual([]);
});
