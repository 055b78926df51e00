/// What kind of number a value is, and the parts of numbers.
import { type Definition, def } from "../../definition.ts";
import type { Interpreter } from "../../interpreter.ts";
import { Rank } from "../../numbers/tower.ts";
import { bool, fix, isFix } from "../../words.ts";
import { needNumber, needReal } from "../arguments.ts";

export const isRational = (s: Interpreter, a: number) => s.tower.rank(a) === Rank.Integer || s.tower.rank(a) === Rank.Ratio;

export const kindsBuiltins: Definition[] = [
  def("magnitude", [1, 1], "Distance from zero.", "(magnitude 3+4i) => 5.0", (s, a) => {
    needNumber(s, a, 1);
    if (s.tower.rank(a) === Rank.Complex) return s.heap.float(Math.hypot(...s.tower.parts(a)));
    return s.tower.compare(a, fix(0)) < 0 ? s.tower.subtract(fix(0), a) : a;
  }),
  def("angle", [1, 1], "Angle of a complex number in radians.", "(angle -1) => 3.141592653589793", (s, a) => {
    needNumber(s, a, 1);
    const [re, im] = s.tower.parts(a);
    if (im === 0 && s.tower.rank(a) !== Rank.Complex)
      return re < 0 ? s.heap.float(Math.PI) : s.tower.rank(a) === Rank.Float ? s.heap.float(0) : fix(0);
    return s.heap.float(Math.atan2(im, re));
  }),
  def("real-part", [1, 1], "Real part.", "(real-part 1+2i) => 1.0", (s, a) =>
    s.tower.rank(needNumber(s, a, 1)) === Rank.Complex ? s.w[a + 1] : a,
  ),
  def("imag-part", [1, 1], "Imaginary part.", "(imag-part 1+2i) => 2.0", (s, a) =>
    s.tower.rank(needNumber(s, a, 1)) === Rank.Complex ? s.w[a + 2] : s.tower.rank(a) === Rank.Float ? s.heap.float(0) : fix(0),
  ),
  ...["make-rectangular", "complex"].map((name) =>
    def(name, [2, 2], "The number with these real and imaginary parts.", `(${name} 1 2) => 1.0+2.0i`, (s, a, b) => {
      const re = needReal(s, a, 1);
      const im = needReal(s, b, 2);
      return im === 0 ? a : s.tower.complex(re, im);
    }),
  ),
  def("make-polar", [2, 2], "The number with this magnitude and angle.", "(make-polar 2 0) => 2", (s, a, b) => {
    const r = needReal(s, a, 1);
    const t = needReal(s, b, 2);
    return t === 0 ? a : s.tower.complex(r * Math.cos(t), r * Math.sin(t));
  }),
  def("numerator", [1, 1], "Numerator of a rational number.", "(numerator 6/4) => 3", (s, a) => {
    if (!isRational(s, a)) throw s.wrongType(1, a, "a rational");
    return s.tower.fromBig(s.tower.numerator(a));
  }),
  def("denominator", [1, 1], "Denominator of a rational number.", "(denominator 6/4) => 2", (s, a) => {
    if (!isRational(s, a)) throw s.wrongType(1, a, "a rational");
    return s.tower.fromBig(s.tower.denominator(a));
  }),
  def("number?", [1, 1], "Whether a value is a number.", "(number? 1/2) => #t", (s, a) => bool(s.tower.rank(a) >= 0)),
  def("complex?", [1, 1], "Whether a value is a number.", "(complex? 1) => #t", (s, a) => bool(s.tower.rank(a) >= 0)),
  def("real?", [1, 1], "Whether a value is a real number.", "(real? 1+i) => #f", (s, a) => bool(s.tower.isReal(a))),
  def("rational?", [1, 1], "Whether a value is an integer or a ratio.", "(rational? 1.5) => #f", (s, a) => bool(isRational(s, a))),
  def("integer?", [1, 1], "Whether a value is an exact integer.", "(integer? 1.0) => #f", (s, a) => bool(s.tower.isInteger(a))),
  def("float?", [1, 1], "Whether a value is a double.", "(float? 1.0) => #t", (s, a) => bool(s.tower.rank(a) === Rank.Float)),
  def("exact?", [1, 1], "Whether a number is exact.", "(exact? 1/2) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) <= Rank.Ratio),
  ),
  def("inexact?", [1, 1], "Whether a number is inexact.", "(inexact? 1.0) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) > Rank.Ratio),
  ),
  def("nan?", [1, 1], "Whether a number is not a number.", "(nan? +nan.0) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) >= Rank.Float && s.tower.parts(a).some(Number.isNaN)),
  ),
  def("infinite?", [1, 1], "Whether a number is infinite.", "(infinite? +inf.0) => #t", (s, a) =>
    bool(s.tower.rank(needNumber(s, a, 1)) >= Rank.Float && s.tower.parts(a).some((x) => Math.abs(x) === Number.POSITIVE_INFINITY)),
  ),
  def(
    "integer-decode-float",
    [1, 1],
    "Mantissa, exponent and sign of a double.",
    "(integer-decode-float 1.0) => (4503599627370496 -52 1)",
    (s, a) => {
      if (s.tower.rank(a) !== Rank.Float) throw s.wrongType(1, a, "a real");
      const x = s.tower.real(a);
      if (x === 0) return s.heap.list(fix(0), fix(0), fix(1));
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, x);
      const raw = view.getBigUint64(0);
      const exponent = Number((raw >> 52n) & 0x7ffn);
      const mantissa = (raw & 0xfffffffffffffn) | (exponent === 0 ? 0n : 0x10000000000000n);
      const m = s.tower.fromBig(mantissa);
      return s.heap.list(m, fix((exponent === 0 ? 1 : exponent) - 1075), fix(x < 0 ? -1 : 1));
    },
  ),
  def("byte?", [1, 1], "Whether a value is an integer from 0 to 255.", "(byte? 256) => #f", (_s, a) =>
    bool(isFix(a) && a > 0 && a >> 1 < 256),
  ),
];
