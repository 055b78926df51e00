/// What each operation of the IR gives, in plain JavaScript: the interpreter calculates with it, and constants are folded with it.
import type { BinaryOp, CompareOp, ConvertOp, Type, UnaryOp } from "./ir.ts";

const toInt32 = (x: number): number => (x > -2147483649 && x < 2147483648 ? Math.trunc(x) | 0 : -2147483648);

const scratch = new DataView(new ArrayBuffer(8));
function bitsOf(x: number): number {
  scratch.setFloat32(0, x);
  return scratch.getInt32(0);
}
function floatOf(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

/// The value of a unary operation on a constant.
export function evalUnary(fn: UnaryOp, type: Type, a: number): number {
  const x = ((): number => {
    switch (fn) {
      case "neg":
        return -a;
      case "abs":
        return Math.abs(a);
      case "ceil":
        return Math.ceil(a);
      case "floor":
        return Math.floor(a);
      case "trunc":
        return Math.trunc(a);
      case "nearest":
        return nearest(a);
      case "sqrt":
        return Math.sqrt(a);
      case "clz":
        return Math.clz32(a);
      case "ctz":
        return a === 0 ? 32 : 31 - Math.clz32(a & -a);
      case "eqz":
        return a === 0 ? 1 : 0;
      case "any":
        return a === 0 ? 0 : 1;
      case "high":
      case "low":
        scratch.setFloat64(0, a);
        return scratch.getInt32(fn === "high" ? 0 : 4);
    }
  })();
  return roundTo(type, x);
}

/// Round half to even, as WebAssembly's `nearest`.
function nearest(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 4503599627370496) return x;
  const f = Math.floor(x);
  const d = x - f;
  const r = d < 0.5 ? f : d > 0.5 ? f + 1 : f % 2 === 0 ? f : f + 1;
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
}

export function roundTo(type: Type, x: number): number {
  return type === "f32" ? Math.fround(x) : type === "i32" ? x | 0 : x;
}

/// The value of a binary operation on constants.
export function evalBinary(fn: BinaryOp, type: Type, a: number, b: number): number {
  const int = type === "i32";
  switch (fn) {
    case "add":
      return roundTo(type, a + b);
    case "sub":
      return roundTo(type, a - b);
    case "mul":
      return int ? Math.imul(a, b) : roundTo(type, a * b);
    case "div":
      return int ? (b === 0 ? 0 : (a / b) | 0) : roundTo(type, a / b);
    case "rem":
      return int ? (b === 0 ? 0 : (a % b) | 0) : roundTo(type, a % b);
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "pmin":
      return b < a ? b : a;
    case "pmax":
      return a < b ? b : a;
    case "copysign":
      return b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return a << b;
    case "shr":
      return a >> b;
    case "shru":
      return (a >>> b) | 0;
    case "rotl":
      return (a << (b & 31)) | (a >>> ((32 - b) & 31)) | 0;
    case "words":
      scratch.setInt32(0, a);
      scratch.setInt32(4, b);
      return scratch.getFloat64(0);
  }
}

/// 1 or 0.
export function evalCompare(fn: CompareOp, a: number, b: number): number {
  switch (fn) {
    case "eq":
      return a === b ? 1 : 0;
    case "ne":
      return a !== b ? 1 : 0;
    case "lt":
      return a < b ? 1 : 0;
    case "le":
      return a <= b ? 1 : 0;
    case "gt":
      return a > b ? 1 : 0;
    case "ge":
      return a >= b ? 1 : 0;
    case "ltu":
      return a >>> 0 < b >>> 0 ? 1 : 0;
    case "geu":
      return a >>> 0 >= b >>> 0 ? 1 : 0;
  }
}

/// The value of a conversion of a constant of type `from`.
export function evalConvert(fn: ConvertOp, type: Type, a: number): number {
  switch (fn) {
    case "promote":
      return a;
    case "demote":
      return Math.fround(a);
    case "fromInt":
      return roundTo(type, a);
    case "fromUint":
      return roundTo(type, a >>> 0);
    case "toInt":
      return toInt32(a);
    case "bits":
      return type === "i32" ? bitsOf(a) : floatOf(a);
  }
}
