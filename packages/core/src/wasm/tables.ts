/// Which instruction does an IR operation, per type, alone and on four (two, for f64) lanes.

import type { BinaryOp, CompareOp, Type, UnaryOp } from "../kernel/ir.ts";
import { Op, ValueType } from "./opcodes.ts";

type Opcodes<Name extends string> = Readonly<Record<Type, Readonly<Partial<Record<Name, number>>>>>;

export const valueType: Readonly<Record<Type, ValueType>> = { i32: ValueType.i32, f32: ValueType.f32, f64: ValueType.f64 };
export const loadOp = { i32: Op["i32.load"], f32: Op["f32.load"], f64: Op["f64.load"] } as const;
export const storeOp = { i32: Op["i32.store"], f32: Op["f32.store"], f64: Op["f64.store"] } as const;
/// Logarithm of the size in bytes.
export const alignOf = { i32: 2, f32: 2, f64: 3 } as const;

export const scalarUnary: Opcodes<UnaryOp> = {
  i32: { clz: Op["i32.clz"], ctz: Op["i32.ctz"], eqz: Op["i32.eqz"] },
  f32: {
    neg: Op["f32.neg"],
    abs: Op["f32.abs"],
    ceil: Op["f32.ceil"],
    floor: Op["f32.floor"],
    trunc: Op["f32.trunc"],
    nearest: Op["f32.nearest"],
    sqrt: Op["f32.sqrt"],
  },
  f64: {
    neg: Op["f64.neg"],
    abs: Op["f64.abs"],
    ceil: Op["f64.ceil"],
    floor: Op["f64.floor"],
    trunc: Op["f64.trunc"],
    nearest: Op["f64.nearest"],
    sqrt: Op["f64.sqrt"],
  },
};

/// `min` to `pmax` on i32 and `pmin`, `pmax` on floats are made of comparisons; `div` and `rem` on i32 need a check of the divisor first.
export const scalarBinary: Opcodes<BinaryOp> = {
  i32: {
    add: Op["i32.add"],
    sub: Op["i32.sub"],
    mul: Op["i32.mul"],
    div: Op["i32.div_s"],
    rem: Op["i32.rem_s"],
    and: Op["i32.and"],
    or: Op["i32.or"],
    xor: Op["i32.xor"],
    shl: Op["i32.shl"],
    shr: Op["i32.shr_s"],
    shru: Op["i32.shr_u"],
    rotl: Op["i32.rotl"],
  },
  f32: {
    add: Op["f32.add"],
    sub: Op["f32.sub"],
    mul: Op["f32.mul"],
    div: Op["f32.div"],
    min: Op["f32.min"],
    max: Op["f32.max"],
    copysign: Op["f32.copysign"],
  },
  f64: {
    add: Op["f64.add"],
    sub: Op["f64.sub"],
    mul: Op["f64.mul"],
    div: Op["f64.div"],
    min: Op["f64.min"],
    max: Op["f64.max"],
    copysign: Op["f64.copysign"],
  },
};

export const scalarCompare: Opcodes<CompareOp> = {
  i32: {
    eq: Op["i32.eq"],
    ne: Op["i32.ne"],
    lt: Op["i32.lt_s"],
    le: Op["i32.le_s"],
    gt: Op["i32.gt_s"],
    ge: Op["i32.ge_s"],
    ltu: Op["i32.lt_u"],
    geu: Op["i32.ge_u"],
  },
  f32: { eq: Op["f32.eq"], ne: Op["f32.ne"], lt: Op["f32.lt"], le: Op["f32.le"], gt: Op["f32.gt"], ge: Op["f32.ge"] },
  f64: { eq: Op["f64.eq"], ne: Op["f64.ne"], lt: Op["f64.lt"], le: Op["f64.le"], gt: Op["f64.gt"], ge: Op["f64.ge"] },
};

/// `table[type][fn]`, or an error that says what was asked for.
export function opcodeFor<Name extends string>(table: Opcodes<Name>, type: Type, fn: Name): number {
  const opcode = table[type][fn];
  if (opcode === undefined) throw new Error(`the IR has no ${fn} on ${type}`);
  return opcode;
}
