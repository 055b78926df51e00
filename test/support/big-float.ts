/// Real functions to about 170 bits, slow and obvious: the judge of the math library. A number is m 2^e with a BigInt m.

export interface Big {
  readonly m: bigint;
  readonly e: number;
}

const precision = 200;

const bitLength = (m: bigint): number => (m < 0n ? -m : m).toString(16).length * 4;
const shifted = (m: bigint, n: number): bigint => (n >= 0 ? m << BigInt(n) : m >> BigInt(-n));
const trimmed = (m: bigint, e: number): Big => {
  const excess = bitLength(m) - precision;
  return excess > 0 ? { m: shifted(m, -excess), e: e + excess } : { m, e };
};

/// Exactly x, which must be finite.
export function big(x: number): Big {
  if (x === 0) return { m: 0n, e: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return { m: x < 0 ? -m : m, e: Math.max(exponent, 1) - 1075 };
}

export const negated = (a: Big): Big => ({ m: -a.m, e: a.e });
export const scaled = (a: Big, n: number): Big => ({ m: a.m, e: a.e + n });
export function add(a: Big, b: Big): Big {
  if (a.m === 0n) return b;
  if (b.m === 0n) return a;
  const [high, low] = a.e > b.e ? [a, b] : [b, a];
  if (high.e - low.e > 4000) return high;
  return trimmed((high.m << BigInt(high.e - low.e)) + low.m, low.e);
}
export const sub = (a: Big, b: Big): Big => add(a, negated(b));
export const mul = (a: Big, b: Big): Big => trimmed(a.m * b.m, a.e + b.e);
export function div(a: Big, b: Big): Big {
  const shift = precision + 64 + Math.max(0, bitLength(b.m) - bitLength(a.m));
  return trimmed((a.m << BigInt(shift)) / b.m, a.e - b.e - shift);
}
export const isNegative = (a: Big): boolean => a.m < 0n;
export const less = (a: Big, b: Big): boolean => isNegative(sub(a, b));
export const magnitude = (a: Big): Big => (isNegative(a) ? negated(a) : a);

/// To the nearest f64 but for the last bit; used for estimates and differences.
export function toNumber(a: Big): number {
  const excess = Math.max(0, bitLength(a.m) - 64);
  const n = a.e + excess;
  const half = Math.trunc(n / 2);
  return Number(shifted(a.m, -excess)) * 2 ** half * 2 ** (n - half);
}

/// The integer nearest to a.
export const rounded = (a: Big): number => Number(shifted(shifted(a.m, a.e + 1) + 1n, -1));

export function sqrt(a: Big): Big {
  if (a.m === 0n) return a;
  const shift = 2 * precision + ((a.e & 1) === 0 ? 0 : 1);
  const n = a.m << BigInt(shift);
  let x = 1n << BigInt(Math.ceil((bitLength(n) + 1) / 2));
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return trimmed(x, (a.e - shift) / 2);
    x = next;
  }
}

const one = big(1);
const two = big(2);

/// sum of sign^n x^(step n + first) / (...): a series whose terms shrink; `next` gives term n from term n - 1.
function series(first: Big, next: (term: Big, n: number) => Big): Big {
  let sum = first;
  let term = first;
  for (let n = 1; n < 1000; n++) {
    term = next(term, n);
    if (term.m === 0n || term.e + bitLength(term.m) < sum.e + bitLength(sum.m) - precision - 8) break;
    sum = add(sum, term);
  }
  return sum;
}

/// 2 atanh(z) / 2 = z + z^3/3 + z^5/5 ... and, with `sign` -1, atan(z).
function arcSeries(z: Big, sign: 1 | -1): Big {
  const square = mul(z, z);
  let power = z;
  let sum = z;
  for (let n = 3; n < 2000; n += 2) {
    power = mul(power, sign === 1 ? square : negated(square));
    const term = div(power, big(n));
    if (term.m === 0n || term.e + bitLength(term.m) < sum.e + bitLength(sum.m) - precision - 8) break;
    sum = add(sum, term);
  }
  return sum;
}

export const ln2 = scaled(arcSeries(div(one, big(3)), 1), 1);
/// Machin: pi/4 = 4 atan(1/5) - atan(1/239). With guard bits beyond any f64's cancellation up to 2^60.
export const pi = scaled(sub(scaled(arcSeries(div(one, big(5)), -1), 2), arcSeries(div(one, big(239)), -1)), 2);

/// e^r - 1 for |r| < 1, by its series at r/2^k would lose digits: the plain series instead.
const expm1Series = (r: Big): Big => (r.m === 0n ? r : series(r, (term, n) => div(mul(term, r), big(n + 1))));

export function expm1(x: Big): Big {
  const k = rounded(div(x, ln2));
  const r = expm1Series(sub(x, mul(big(k), ln2)));
  return k === 0 ? r : sub(scaled(add(one, r), k), one);
}
export function exp(x: Big): Big {
  const k = rounded(div(x, ln2));
  return scaled(add(one, expm1Series(sub(x, mul(big(k), ln2)))), k);
}

/// log(1 + x).
export function log1p(x: Big): Big {
  if (x.m === 0n) return x;
  if (less(magnitude(x), big(0.25))) return scaled(arcSeries(div(x, add(two, x)), 1), 1);
  return log(add(one, x));
}
export function log(x: Big): Big {
  const k = x.e + bitLength(x.m);
  const u = scaled(x, -k);
  // u in [1/16, 1): one Newton step on the f64 logarithm leaves log(u / e^y), which is tiny.
  const y = big(Math.log(toNumber(u)));
  const q = div(u, exp(y));
  const rest = log1p(sub(q, one));
  const fraction = add(y, rest);
  return add(fraction, mul(big(k), ln2));
}

/// [sine, cosine].
export function sinCos(x: Big): [Big, Big] {
  const n = shifted(shifted(div(x, pi).m, div(x, pi).e + 2) + 1n, -1);
  const r = sub(x, mul({ m: n, e: -1 }, pi));
  const square = negated(mul(r, r));
  const s = r.m === 0n ? r : series(r, (term, i) => div(mul(term, square), big(2 * i * (2 * i + 1))));
  const c = series(one, (term, i) => div(mul(term, square), big(2 * i * (2 * i - 1))));
  const quadrant = Number(((n % 4n) + 4n) % 4n);
  return quadrant === 0 ? [s, c] : quadrant === 1 ? [c, negated(s)] : quadrant === 2 ? [negated(s), negated(c)] : [negated(c), s];
}

/// For |x| > 1 from the reciprocal; halved angles until the series is fast.
export function atan(x: Big): Big {
  if (less(one, magnitude(x))) {
    const rest = atan(div(one, x));
    return sub(isNegative(x) ? negated(scaled(pi, -1)) : scaled(pi, -1), rest);
  }
  if (less(magnitude(x), big(0.1))) return x.m === 0n ? x : arcSeries(x, -1);
  return scaled(atan(div(x, add(one, sqrt(add(one, mul(x, x)))))), 1);
}

export { one };
