/// Every built-in unit generator means the same in all its executions: D to K.
import { testUnits } from "../support/units-agree.ts";

testUnits(/^[D-K]/);
