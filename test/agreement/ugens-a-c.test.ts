/// Every built-in unit generator means the same in all its executions: A to C.
import { testUnits } from "../support/units-agree.ts";

testUnits(/^[A-C]/);
