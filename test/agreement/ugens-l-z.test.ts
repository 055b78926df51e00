/// Every built-in unit generator means the same in all its executions: L to Z.
import { testUnits } from "../support/units-agree.ts";

testUnits(/^[^A-K]/);
