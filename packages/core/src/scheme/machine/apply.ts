/// Applicable objects: a sequence, table or environment called with a key returns what is stored there.
import { describeType } from "../describe.ts";
import { type Condition, condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { applyKeyword, refer } from "../library/access.ts";
import { Type } from "../words.ts";

export function applyObject(s: Interpreter, object: number, at: number, n: number): number {
  const type = s.heap.typeOf(object);
  if (n === 0 && type !== Type.Iterator) {
    if (isApplicable(type)) throw s.machine.argumentCount(object, "not enough", at, 0);
    throw notApplicable(s, object, at, n);
  }
  if (type === Type.Iterator) {
    if (n > 0) throw s.machine.argumentCount(object, "too many", at, n);
    return applyKeyword(s, object, at);
  }
  if (!isApplicable(type)) throw notApplicable(s, object, at, n);
  const { value, used } = refer(s, object, at, n);
  if (used === n) return value;
  // What was found is applied to the keys that are left.
  if (!isApplicable(s.heap.typeOf(value)) && !s.isProcedure(value)) {
    throw condition(
      s,
      "syntax-error",
      "attempt to apply ~A ~S to ~S?",
      s.string(describeType(s, value)),
      value,
      s.machine.listOf(at + used, n - used),
    );
  }
  s.w.copyWithin(at, at + used, at + n);
  return s.machine.tailWith(at, value, n - used);
}

export function isApplicable(type: number): boolean {
  return (
    type === Type.Pair ||
    type === Type.String ||
    (type >= Type.Vector && type <= Type.HashTable) ||
    type === Type.Let ||
    type === Type.Frame ||
    type === Type.Settings
  );
}

function notApplicable(s: Interpreter, object: number, at: number, n: number): Condition {
  return condition(s, "syntax-error", "attempt to apply ~A ~S to ~S?", s.string(describeType(s, object)), object, s.machine.listOf(at, n));
}
