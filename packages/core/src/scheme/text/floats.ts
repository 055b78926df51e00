/// Doubles as text: the shortest digits that read back as the same number, laid out like s7.
/// Layout after Loitsch, "Printing Floating-Point Numbers Quickly and Accurately with Integers" (2010), as in fpconv.

/// Shortest decimal digits of a positive finite number and the exponent of the last one.
function shortestDigits(x: number): { digits: string; exponent: number } {
  const [mantissa, e] = x.toExponential().split("e");
  const digits = mantissa.replace(".", "");
  return { digits, exponent: Number(e) - digits.length + 1 };
}

export function formatFloat(x: number): string {
  if (Number.isNaN(x)) return "+nan.0";
  if (!Number.isFinite(x)) return x > 0 ? "+inf.0" : "-inf.0";
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const sign = x < 0 ? "-" : "";
  const { digits, exponent } = shortestDigits(Math.abs(x));
  const count = digits.length;
  const magnitude = Math.abs(exponent + count - 1);
  if (exponent >= 0 && magnitude < count + 7) return `${sign}${digits}${"0".repeat(exponent)}.0`;
  if (exponent < 0 && (exponent > -7 || magnitude < 4)) {
    const point = count + exponent;
    if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
    return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  const fraction = count > 1 ? `.${digits.slice(1)}` : "";
  return `${sign}${digits[0]}${fraction}e${exponent + count - 1 < 0 ? "-" : "+"}${magnitude}`;
}

/// A double in another radix, rounded to `precision` fraction digits.
export function formatFloatRadix(x: number, radix: number): string {
  if (!Number.isFinite(x)) return formatFloat(x);
  const text = x.toString(radix);
  return text.includes(".") ? text : `${text}.0`;
}
