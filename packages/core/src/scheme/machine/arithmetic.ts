/// Arithmetic and comparison: fixnums first, then doubles and the integers that a double holds exactly, the host for the rest. In the machine's language.
import { FALSE, NONE, Type } from "../words.ts";
import type { Data } from "./data.ts";
import { type address, f64, floor, i32 } from "./language.ts";
import { type LoopHost, Slow } from "./services.ts";

const FIX_ONE = 1;
const FIX_RANGE = 1073741824;
const TWO31 = 2147483648;
const TWO32 = 4294967296;
/// Integers below this are exact as doubles, and the quotients of those below SMALL times their divisors too.
const EXACT = 9007199254740992;
const SMALL = 2251799813685248;
/// High halves of integers below EXACT.
const EXACT_HIGH = 2097152;

export type Arithmetic = ReturnType<typeof makeArithmetic>;

/// `W` and `F`: the memory as words and doubles.
export function makeArithmetic(W: Int32Array, F: Float64Array, host: LoopHost, { cell, float, save }: Data) {
  function isFloat(v: number): number {
    return (v & 3) === 0 && (W[v] & 255) === Type.Float ? 1 : 0;
  }

  /// Whether both are fixnums or floats and at least one is a float.
  function areFloats(a: number, b: number): number {
    return ((a & 1) !== 0 || isFloat(a) !== 0) && ((b & 1) !== 0 || isFloat(b) !== 0) ? 1 : 0;
  }

  function double(v: number): f64 {
    if ((v & 1) !== 0) return f64(v >> 1);
    return F[(v >> 1) + 1];
  }

  /// Whether a value is an integer that a double holds exactly.
  function isExact(v: number): number {
    if ((v & 1) !== 0) return 1;
    return (v & 3) === 0 && (W[v] & 255) === Type.Int64 && W[v + 3] >= -EXACT_HIGH && W[v + 3] < EXACT_HIGH ? 1 : 0;
  }

  function areExact(a: number, b: number): number {
    return isExact(a) !== 0 && isExact(b) !== 0 ? 1 : 0;
  }

  /// An exact integer as a double.
  function whole(v: number): f64 {
    if ((v & 1) !== 0) return f64(v >> 1);
    const low = W[v + 2];
    return f64(W[v + 3]) * f64(TWO32) + f64(low) + (low < 0 ? f64(TWO32) : f64(0));
  }

  /// The integer of a double below EXACT.
  function integer(x: f64): number {
    if (x < f64(FIX_RANGE) && x >= f64(-FIX_RANGE)) return (i32(x) << 1) | 1;
    const high = floor(x / f64(TWO32));
    const low = x - high * f64(TWO32);
    const p = cell();
    W[p] = Type.Int64;
    W[p + 1] = NONE;
    W[p + 2] = i32(low < f64(TWO31) ? low : low - f64(TWO32));
    W[p + 3] = i32(high);
    return p;
  }

  function isBelow(x: f64, limit: f64): number {
    return x < limit && x > f64(0) - limit ? 1 : 0;
  }

  function slowAdd(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const sum = whole(a) + whole(b);
      if (isBelow(sum, f64(EXACT)) !== 0) return integer(sum);
    } else if (areFloats(a, b) !== 0) return float(double(a) + double(b));
    return host.binary(Slow.Add, a, b);
  }

  function slowSubtract(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const difference = whole(a) - whole(b);
      if (isBelow(difference, f64(EXACT)) !== 0) return integer(difference);
    } else if (areFloats(a, b) !== 0) return float(double(a) - double(b));
    return host.binary(Slow.Subtract, a, b);
  }

  function slowMultiply(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const product = whole(a) * whole(b);
      if (isBelow(product, f64(EXACT)) !== 0) return integer(product);
    } else if (areFloats(a, b) !== 0) return float(double(a) * double(b));
    return host.binary(Slow.Multiply, a, b);
  }

  function slowModulo(a: number, b: number): number {
    if (areExact(a, b) !== 0) {
      const x = whole(a);
      const y = whole(b);
      if (isBelow(x, f64(SMALL)) !== 0 && y > f64(0)) {
        // The rounded quotient may be one off.
        const r = x - floor(x / y) * y;
        return integer(r < f64(0) ? r + y : r >= y ? r - y : r);
      }
    }
    return host.binary(Slow.Modulo, a, b);
  }

  function slowCompare(operation: number, a: number, b: number): number {
    const exact = areExact(a, b);
    if (exact !== 0 || areFloats(a, b) !== 0) {
      const x = exact !== 0 ? whole(a) : double(a);
      const y = exact !== 0 ? whole(b) : double(b);
      if (operation === Slow.Less) return x < y ? 1 : 0;
      if (operation === Slow.Greater) return x > y ? 1 : 0;
      if (operation === Slow.LessEqual) return x <= y ? 1 : 0;
      if (operation === Slow.GreaterEqual) return x >= y ? 1 : 0;
      return x === y ? 1 : 0;
    }
    return host.binary(operation, a, b) !== FALSE ? 1 : 0;
  }

  function add(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) {
      const r = i32(a + b - 1);
      if (((a ^ r) & (b ^ r)) >= 0) return r;
    }
    save(pc, sp, fp);
    return slowAdd(a, b);
  }

  function subtract(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) {
      const r = i32(a - b + 1);
      if (((a ^ b) & (a ^ r)) >= 0) return r;
    }
    save(pc, sp, fp);
    return slowSubtract(a, b);
  }

  function multiply(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) {
      const r = f64(a >> 1) * f64(b >> 1);
      if (r < f64(FIX_RANGE) && r >= f64(-FIX_RANGE)) return (i32(r) << 1) | 1;
    }
    save(pc, sp, fp);
    return slowMultiply(a, b);
  }

  function modulo(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0 && b !== FIX_ONE) {
      const y = b >> 1;
      let r = i32((a >> 1) % y);
      if (r !== 0 && (r ^ y) < 0) r = r + y;
      return (r << 1) | 1;
    }
    save(pc, sp, fp);
    return slowModulo(a, b);
  }

  function less(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a < b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.Less, a, b);
  }

  function greater(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a > b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.Greater, a, b);
  }

  function lessEqual(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a <= b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.LessEqual, a, b);
  }

  function greaterEqual(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a >= b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.GreaterEqual, a, b);
  }

  function equal(a: number, b: number, pc: address, sp: address, fp: address): number {
    if ((a & b & 1) !== 0) return a === b ? 1 : 0;
    save(pc, sp, fp);
    return slowCompare(Slow.Equal, a, b);
  }

  return { add, subtract, multiply, modulo, less, greater, lessEqual, greaterEqual, equal };
}
