/// Numbers: the families of their builtins.
import type { Definition } from "../../definition.ts";
import { arithmeticBuiltins } from "./arithmetic.ts";
import { bitsBuiltins } from "./bits.ts";
import { comparisonBuiltins } from "./comparison.ts";
import { functionsBuiltins } from "./functions.ts";
import { kindsBuiltins } from "./kinds.ts";
import { randomBuiltins } from "./random.ts";
import { roundingBuiltins } from "./rounding.ts";
import { textBuiltins } from "./text.ts";

export const numbers: Definition[] = [
  ...arithmeticBuiltins,
  ...comparisonBuiltins,
  ...kindsBuiltins,
  ...roundingBuiltins,
  ...functionsBuiltins,
  ...bitsBuiltins,
  ...textBuiltins,
  ...randomBuiltins,
];
