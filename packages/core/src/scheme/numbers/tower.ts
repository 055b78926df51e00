/// The numeric tower: 64-bit integers, ratios, doubles and complex numbers; an integer that overflows becomes a double, as in s7.
import type { Heap } from "../heap/heap.ts";
import { fitsFix, fix, Type } from "../words.ts";

/// Where a number stands in the tower; NotNumber for everything else.
export const Rank = { NotNumber: -1, Integer: 0, Ratio: 1, Float: 2, Complex: 3 } as const;

const MAX64 = 2n ** 63n - 1n;
const MIN64 = -(2n ** 63n);
const SAFE = Number.MAX_SAFE_INTEGER;

export type Integer = number | bigint;

export class Tower {
  private readonly heap: Heap;
  constructor(heap: Heap) {
    this.heap = heap;
  }

  rank(v: number): number {
    if ((v & 1) !== 0) return Rank.Integer;
    if ((v & 3) !== 0) return Rank.NotNumber;
    switch (this.heap.w[v] & 0xff) {
      case Type.Float:
        return Rank.Float;
      case Type.Int64:
        return Rank.Integer;
      case Type.Ratio:
        return Rank.Ratio;
      case Type.Complex:
        return Rank.Complex;
      default:
        return Rank.NotNumber;
    }
  }

  isInteger(v: number): boolean {
    return (v & 1) !== 0 || this.heap.isType(v, Type.Int64);
  }

  isReal(v: number): boolean {
    const rank = this.rank(v);
    return rank >= Rank.Integer && rank <= Rank.Float;
  }

  /// The integer as a bigint.
  big(v: number): bigint {
    if ((v & 1) !== 0) return BigInt(v >> 1);
    const w = this.heap.w;
    return (BigInt(w[v + 3]) << 32n) | BigInt(w[v + 2] >>> 0);
  }

  /// An integer as a number when it is exact as one, NaN otherwise.
  safe(v: number): number {
    if ((v & 1) !== 0) return v >> 1;
    const w = this.heap.w;
    if ((v & 3) !== 0 || (w[v] & 0xff) !== Type.Int64) return Number.NaN;
    const high = w[v + 3];
    return high >= -0x200000 && high < 0x200000 ? high * 4294967296 + (w[v + 2] >>> 0) : Number.NaN;
  }

  /// A real number as a double.
  real(v: number): number {
    if ((v & 1) !== 0) return v >> 1;
    const w = this.heap.w;
    switch (w[v] & 0xff) {
      case Type.Float:
        return this.heap.floatValue(v);
      case Type.Int64:
        return w[v + 3] * 4294967296 + (w[v + 2] >>> 0);
      default:
        return this.divideExactly(this.big(w[v + 1]), this.big(w[v + 2]));
    }
  }

  private divideExactly(n: bigint, d: bigint): number {
    const x = Number(n);
    const y = Number(d);
    return x / y;
  }

  /// Real and imaginary part.
  parts(v: number): [number, number] {
    if (this.heap.isType(v, Type.Complex)) {
      const w = this.heap.w;
      return [this.heap.floatValue(w[v + 1]), this.heap.floatValue(w[v + 2])];
    }
    return [this.real(v), 0];
  }

  /// An integer value; a double when it does not fit 64 bits.
  fromBig(n: bigint): number {
    if (n >= -0x40000000n && n <= 0x3fffffffn) return fix(Number(n));
    if (n > MAX64 || n < MIN64) return this.heap.float(Number(n));
    return this.heap.int64(Number(BigInt.asIntN(32, n >> 32n)), Number(BigInt.asIntN(32, n)));
  }

  /// The integer nearest to an integral double, a double when it is too large.
  fromDouble(x: number): number {
    if (fitsFix(x)) return fix(x);
    if (Math.abs(x) <= SAFE) return this.heap.integer(x);
    return Math.abs(x) < 2 ** 63 ? this.fromBig(BigInt(x)) : this.heap.float(x);
  }

  ratio(n: bigint, d: bigint): number {
    let num = d < 0n ? -n : n;
    let den = d < 0n ? -d : d;
    const g = gcdBig(num < 0n ? -num : num, den);
    num /= g;
    den /= g;
    if (den === 1n) return this.fromBig(num);
    if (num > MAX64 || num < MIN64 || den > MAX64) return this.heap.float(Number(num) / Number(den));
    const a = this.fromBig(num);
    return this.heap.cell3(Type.Ratio, a, this.fromBig(den), 0);
  }

  numerator(v: number): bigint {
    return this.isInteger(v) ? this.big(v) : this.big(this.heap.w[v + 1]);
  }

  denominator(v: number): bigint {
    return this.isInteger(v) ? 1n : this.big(this.heap.w[v + 2]);
  }

  complex(re: number, im: number): number {
    if (im === 0) return this.heap.float(re);
    const a = this.heap.float(re);
    return this.heap.cell3(Type.Complex, a, this.heap.float(im), 0);
  }

  add(a: number, b: number): number {
    const exact = this.safe(a) + this.safe(b);
    if (exact >= -SAFE && exact <= SAFE) return this.heap.integer(exact);
    switch (Math.max(this.rank(a), this.rank(b))) {
      case Rank.Integer:
        return this.fromBig(this.big(a) + this.big(b));
      case Rank.Ratio:
        return this.ratio(
          this.numerator(a) * this.denominator(b) + this.numerator(b) * this.denominator(a),
          this.denominator(a) * this.denominator(b),
        );
      case Rank.Float:
        return this.heap.float(this.real(a) + this.real(b));
      default: {
        const [x, y] = this.parts(a);
        const [u, v] = this.parts(b);
        return this.complex(x + u, y + v);
      }
    }
  }

  subtract(a: number, b: number): number {
    const exact = this.safe(a) - this.safe(b);
    if (exact >= -SAFE && exact <= SAFE) return this.heap.integer(exact);
    switch (Math.max(this.rank(a), this.rank(b))) {
      case Rank.Integer:
        return this.fromBig(this.big(a) - this.big(b));
      case Rank.Ratio:
        return this.ratio(
          this.numerator(a) * this.denominator(b) - this.numerator(b) * this.denominator(a),
          this.denominator(a) * this.denominator(b),
        );
      case Rank.Float:
        return this.heap.float(this.real(a) - this.real(b));
      default: {
        const [x, y] = this.parts(a);
        const [u, v] = this.parts(b);
        return this.complex(x - u, y - v);
      }
    }
  }

  multiply(a: number, b: number): number {
    const exact = this.safe(a) * this.safe(b);
    if (exact >= -SAFE && exact <= SAFE) return this.heap.integer(exact + 0);
    switch (Math.max(this.rank(a), this.rank(b))) {
      case Rank.Integer:
        return this.fromBig(this.big(a) * this.big(b));
      case Rank.Ratio:
        return this.ratio(this.numerator(a) * this.numerator(b), this.denominator(a) * this.denominator(b));
      case Rank.Float:
        return this.heap.float(this.real(a) * this.real(b));
      default: {
        const [x, y] = this.parts(a);
        const [u, v] = this.parts(b);
        return this.complex(x * u - y * v, x * v + y * u);
      }
    }
  }

  /// Quotient of two numbers; the divisor is not zero.
  divide(a: number, b: number): number {
    switch (Math.max(this.rank(a), this.rank(b))) {
      case Rank.Integer:
      case Rank.Ratio:
        return this.ratio(this.numerator(a) * this.denominator(b), this.denominator(a) * this.numerator(b));
      case Rank.Float:
        return this.heap.float(this.real(a) / this.real(b));
      default: {
        const [x, y] = this.parts(a);
        const [u, v] = this.parts(b);
        const norm = u * u + v * v;
        return this.complex((x * u + y * v) / norm, (y * u - x * v) / norm);
      }
    }
  }

  isZero(v: number): boolean {
    return v === fix(0) || (this.heap.isType(v, Type.Float) && this.heap.floatValue(v) === 0);
  }

  /// Negative, zero or positive as a is less than, equal to or greater than b; NaN when unordered. Both real.
  compare(a: number, b: number): number {
    if ((a & b & 1) !== 0) return a - b;
    if (Math.max(this.rank(a), this.rank(b)) <= Rank.Ratio) {
      const x = this.numerator(a) * this.denominator(b);
      const y = this.numerator(b) * this.denominator(a);
      return x < y ? -1 : x > y ? 1 : 0;
    }
    return (
      this.real(a) - this.real(b) ||
      (this.real(a) === this.real(b) ? 0 : this.real(a) < this.real(b) ? -1 : this.real(a) > this.real(b) ? 1 : NaN)
    );
  }

  numericallyEqual(a: number, b: number): boolean {
    if (this.rank(a) === Rank.Complex || this.rank(b) === Rank.Complex) {
      const [x, y] = this.parts(a);
      const [u, v] = this.parts(b);
      return x === u && y === v;
    }
    return this.compare(a, b) === 0;
  }

  /// Same number and same exactness.
  eqv(a: number, b: number): boolean {
    const rank = this.rank(a);
    if (rank !== this.rank(b)) return false;
    switch (rank) {
      case Rank.Integer:
        return this.big(a) === this.big(b);
      case Rank.Ratio:
        return this.numerator(a) === this.numerator(b) && this.denominator(a) === this.denominator(b);
      case Rank.Float:
        return this.real(a) === this.real(b);
      case Rank.Complex: {
        const [x, y] = this.parts(a);
        const [u, v] = this.parts(b);
        return x === u && y === v;
      }
      default:
        return false;
    }
  }
}

export function gcdBig(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/// The simplest ratio within `error` of x (Stern-Brocot search), as numerator and denominator.
export function rationalize(x: number, error: number): [number, number] | undefined {
  const sign = x < 0 ? -1 : 1;
  const target = Math.abs(x);
  const low = target - error;
  const high = target + error;
  if (Math.ceil(low) <= high) return [sign * Math.ceil(low), 1];
  let p0 = 0;
  let q0 = 1;
  let p1 = 1;
  let q1 = 0;
  let a = low;
  let b = high;
  for (let i = 0; i < 64; i++) {
    const n = Math.ceil(a);
    if (n <= b) return [sign * (p0 + n * p1), q0 + n * q1];
    const k = n - 1;
    const p2 = p0 + k * p1;
    const q2 = q0 + k * q1;
    p0 = p1;
    q0 = q1;
    p1 = p2;
    q1 = q2;
    const nextA = 1 / (b - k);
    b = 1 / (a - k);
    a = nextA;
  }
  return undefined;
}
