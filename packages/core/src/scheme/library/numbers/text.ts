/// Numbers as text.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { parseNumber } from "../../numbers/parse.ts";
import { Rank } from "../../numbers/tower.ts";
import { formatFloat, formatFloatRadix } from "../../text/floats.ts";
import { FALSE, isFix, NONE, Type } from "../../words.ts";
import { needInteger, needNumber, needString } from "../arguments.ts";

export function numberText(s: Interpreter, a: number, radix: number): string {
  const { tower } = s;
  if (isFix(a)) return (a >> 1).toString(radix);
  switch (tower.rank(a)) {
    case Rank.Integer:
      return tower.big(a).toString(radix);
    case Rank.Ratio:
      return `${tower.numerator(a).toString(radix)}/${tower.denominator(a).toString(radix)}`;
    case Rank.Float:
      return radix === 10 ? formatFloat(tower.real(a)) : formatFloatRadix(tower.real(a), radix);
    default: {
      const [re, im] = tower.parts(a);
      const text = radix === 10 ? formatFloat(im) : formatFloatRadix(im, radix);
      return `${radix === 10 ? formatFloat(re) : formatFloatRadix(re, radix)}${/^[+-]/.test(text) ? "" : "+"}${text}i`;
    }
  }
}

/// The digits of a fixnum, written without text of the host.
function decimalString(s: Interpreter, n: number): number {
  let length = n < 0 ? 2 : 1;
  for (let m = Math.abs(n) | 0; m >= 10; m = (m / 10) | 0) length++;
  const out = s.heap.numberVector(Type.String, length);
  const at = s.heap.data(out) * 4;
  let m = Math.abs(n) | 0;
  for (let i = length - 1; i >= (n < 0 ? 1 : 0); i--) {
    s.heap.b[at + i] = 48 + (m % 10);
    m = (m / 10) | 0;
  }
  if (n < 0) s.heap.b[at] = 45;
  return out;
}

function needRadix(s: Interpreter, v: number): number {
  if (v === NONE) return 10;
  const radix = needInteger(s, v, 2);
  if (radix < 2 || radix > 16) throw s.outOfRange(2, v, "it should be between 2 and 16");
  return radix;
}

export const textBuiltins: Definition[] = [
  def("number->string", [1, 2], "A number as text in a radix.", '(number->string 255 16) => "ff"', (s, a, b) =>
    isFix(a) && b === NONE ? decimalString(s, a >> 1) : s.string(numberText(s, needNumber(s, a, 1), needRadix(s, b))),
  ),
  def("string->number", [1, 2], "The number a text denotes, or #f.", '(string->number "1e3") => 1000.0', (s, a, b) => {
    needString(s, a, 1);
    return parseNumber(s.heap, s.tower, s.text(a), needRadix(s, b)) ?? FALSE;
  }),
];
