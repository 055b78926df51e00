/// Instructions for four lanes of 32 bits, or two of an f64, and the shuffles between them.

import type { BinaryOp, CompareOp, Type, UnaryOp } from "../../kernel/ir.ts";
import { Op } from "../opcodes.ts";

type Opcodes<Name extends string> = Readonly<Record<Type, Readonly<Partial<Record<Name, number>>>>>;

export const laneUnary: Opcodes<UnaryOp> = {
  i32: { neg: Op["i32x4.neg"], abs: Op["i32x4.abs"] },
  f32: {
    neg: Op["f32x4.neg"],
    abs: Op["f32x4.abs"],
    ceil: Op["f32x4.ceil"],
    floor: Op["f32x4.floor"],
    trunc: Op["f32x4.trunc"],
    nearest: Op["f32x4.nearest"],
    sqrt: Op["f32x4.sqrt"],
  },
  f64: {
    neg: Op["f64x2.neg"],
    abs: Op["f64x2.abs"],
    ceil: Op["f64x2.ceil"],
    floor: Op["f64x2.floor"],
    trunc: Op["f64x2.trunc"],
    nearest: Op["f64x2.nearest"],
    sqrt: Op["f64x2.sqrt"],
  },
};

export const laneBinary: Opcodes<BinaryOp> = {
  i32: {
    add: Op["i32x4.add"],
    sub: Op["i32x4.sub"],
    mul: Op["i32x4.mul"],
    min: Op["i32x4.min_s"],
    max: Op["i32x4.max_s"],
    pmin: Op["i32x4.min_s"],
    pmax: Op["i32x4.max_s"],
    and: Op["v128.and"],
    or: Op["v128.or"],
    xor: Op["v128.xor"],
  },
  f32: {
    add: Op["f32x4.add"],
    sub: Op["f32x4.sub"],
    mul: Op["f32x4.mul"],
    div: Op["f32x4.div"],
    min: Op["f32x4.min"],
    max: Op["f32x4.max"],
    pmin: Op["f32x4.pmin"],
    pmax: Op["f32x4.pmax"],
  },
  f64: {
    add: Op["f64x2.add"],
    sub: Op["f64x2.sub"],
    mul: Op["f64x2.mul"],
    div: Op["f64x2.div"],
    min: Op["f64x2.min"],
    max: Op["f64x2.max"],
    pmin: Op["f64x2.pmin"],
    pmax: Op["f64x2.pmax"],
  },
};

/// Shifts of all lanes by one scalar count. Other shifts go lane by lane.
export const laneShift: Readonly<Partial<Record<BinaryOp, number>>> = {
  shl: Op["i32x4.shl"],
  shr: Op["i32x4.shr_s"],
  shru: Op["i32x4.shr_u"],
};

export const laneCompare: Opcodes<CompareOp> = {
  i32: {
    eq: Op["i32x4.eq"],
    ne: Op["i32x4.ne"],
    lt: Op["i32x4.lt_s"],
    le: Op["i32x4.le_s"],
    gt: Op["i32x4.gt_s"],
    ge: Op["i32x4.ge_s"],
    ltu: Op["i32x4.lt_u"],
    geu: Op["i32x4.ge_u"],
  },
  f32: { eq: Op["f32x4.eq"], ne: Op["f32x4.ne"], lt: Op["f32x4.lt"], le: Op["f32x4.le"], gt: Op["f32x4.gt"], ge: Op["f32x4.ge"] },
  f64: { eq: Op["f64x2.eq"], ne: Op["f64x2.ne"], lt: Op["f64x2.lt"], le: Op["f64x2.le"], gt: Op["f64x2.gt"], ge: Op["f64x2.ge"] },
};

export const splatOp = { i32: Op["i32x4.splat"], f32: Op["f32x4.splat"], f64: Op["f64x2.splat"] } as const;
export const extractOp = { i32: Op["i32x4.extract_lane"], f32: Op["f32x4.extract_lane"], f64: Op["f64x2.extract_lane"] } as const;

/// The bytes that `i8x16.shuffle` takes from two vectors (the second one's are 16 to 31).
export const shuffles = {
  /// The high half, in the low half.
  high: [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7],
  /// The low halves of both.
  lowHalves: [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23],
  /// The low 32 bits of the four 64-bit lanes of both.
  lowWords: [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27],
  /// Their high 32 bits.
  highWords: [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31],
  /// 64-bit lanes from the words of the first and the second: of lanes 0 and 1, of lanes 2 and 3.
  joinLow: [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23],
  joinHigh: [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31],
} as const;
