/// Arguments that are not simply the parameters: too few, too many, a list of the rest, keywords and defaults.
import { Description } from "../compiler/code.ts";
import { condition } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { isKeyword, keywordSymbol } from "../symbols.ts";
import { Flag, OMITTED, Reg, TRUE, Type } from "../words.ts";

/// Fits the n arguments on top of the stack to a closure; returns their new number.
export function fitArguments(s: Interpreter, closure: number, n: number): number {
  const { w } = s;
  let code = w[closure + 1];
  if ((w[code] & Flag.Lazy) !== 0) {
    code = s.compileLazily(code);
    s.heap.put(closure + 1, code);
    if (w[code] === (Type.Code | (n << 12))) return n;
  }
  const at = w[Reg.Sp] - n;
  if ((w[code] & Flag.Star) !== 0) return fitStar(s, closure, code, at, n);
  const required = w[code] >>> 12;
  const rest = (w[code] & Flag.Rest) !== 0;
  if (n < required) throw s.machine.argumentCount(closure, "not enough", at, n);
  if (n > required && !rest) throw s.machine.argumentCount(closure, "too many", at, n);
  if (!rest) return n;
  w[at + required] = s.machine.listOf(at + required, n - required);
  w[Reg.Sp] = at + required + 1;
  return required + 1;
}

/// Arranges the arguments of a `lambda*`: by keyword, by position, the missing ones OMITTED.
function fitStar(s: Interpreter, closure: number, code: number, at: number, n: number): number {
  const { w } = s;
  const { heap } = s;
  const parameters = w[heap.data(w[code + 2]) + Description.Parameters];
  const names = s.listItems(heap.cdr(parameters));
  const allowOthers = heap.car(parameters) === TRUE;
  const hasRest = (w[code] & Flag.Rest) !== 0;
  const count = names.length - (hasRest ? 1 : 0);
  const given = Array.from(w.subarray(at, at + n));
  const args = () => heap.list(...given);
  const values = new Array<number>(names.length).fill(OMITTED);
  const rest: number[] = [];
  let position = 0;
  for (let i = 0; i < n; i++) {
    const v = given[i];
    if (isKeyword(v) && i + 1 < n) {
      const k = names.indexOf(keywordSymbol(v));
      if (k >= 0 && k < count) {
        if (values[k] !== OMITTED) throw condition(s, "wrong-type-arg", "parameter set twice, ~S in ~S", names[k], args());
        values[k] = given[++i];
        continue;
      }
      if (allowOthers) {
        i++;
        continue;
      }
      if (!hasRest && position >= 0) {
        throw condition(s, "wrong-type-arg", "~A: unknown key: ~S in ~S", s.string(s.write(closure)), heap.list(...given.slice(i)), args());
      }
    }
    while (position < count && values[position] !== OMITTED) position++;
    if (position < count) values[position++] = v;
    else if (hasRest) rest.push(v);
    else if (!allowOthers) throw s.machine.argumentCount(closure, "too many", at, n);
  }
  if (hasRest) values[count] = heap.list(...rest);
  for (let i = 0; i < values.length; i++) w[at + i] = values[i];
  w[Reg.Sp] = at + values.length;
  return values.length;
}
