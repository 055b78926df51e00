/// WebAssembly opcodes by their text names (WebAssembly core specification, appendix "Index of Instructions").
/// Those with a prefix byte are `prefix << 8 | number`: 0xfc saturating conversions and bulk memory, 0xfd SIMD.

export const Op = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  br_table: 0x0e,
  return: 0x0f,
  call: 0x10,
  call_indirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "global.get": 0x23,
  "global.set": 0x24,

  "i32.load": 0x28,
  "i64.load": 0x29,
  "f32.load": 0x2a,
  "f64.load": 0x2b,
  "i32.load8_s": 0x2c,
  "i32.load8_u": 0x2d,
  "i32.load16_s": 0x2e,
  "i32.load16_u": 0x2f,
  "i32.store": 0x36,
  "i64.store": 0x37,
  "f32.store": 0x38,
  "f64.store": 0x39,
  "i32.store8": 0x3a,
  "i32.store16": 0x3b,
  "memory.size": 0x3f,
  "memory.grow": 0x40,

  "i32.const": 0x41,
  "i64.const": 0x42,
  "f32.const": 0x43,
  "f64.const": 0x44,

  "i32.eqz": 0x45,
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.lt_s": 0x48,
  "i32.lt_u": 0x49,
  "i32.gt_s": 0x4a,
  "i32.gt_u": 0x4b,
  "i32.le_s": 0x4c,
  "i32.le_u": 0x4d,
  "i32.ge_s": 0x4e,
  "i32.ge_u": 0x4f,
  "f32.eq": 0x5b,
  "f32.ne": 0x5c,
  "f32.lt": 0x5d,
  "f32.gt": 0x5e,
  "f32.le": 0x5f,
  "f32.ge": 0x60,
  "f64.eq": 0x61,
  "f64.ne": 0x62,
  "f64.lt": 0x63,
  "f64.gt": 0x64,
  "f64.le": 0x65,
  "f64.ge": 0x66,

  "i32.clz": 0x67,
  "i32.ctz": 0x68,
  "i32.popcnt": 0x69,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.div_s": 0x6d,
  "i32.div_u": 0x6e,
  "i32.rem_s": 0x6f,
  "i32.rem_u": 0x70,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.xor": 0x73,
  "i32.shl": 0x74,
  "i32.shr_s": 0x75,
  "i32.shr_u": 0x76,
  "i32.rotl": 0x77,
  "i32.rotr": 0x78,

  "f32.abs": 0x8b,
  "f32.neg": 0x8c,
  "f32.ceil": 0x8d,
  "f32.floor": 0x8e,
  "f32.trunc": 0x8f,
  "f32.nearest": 0x90,
  "f32.sqrt": 0x91,
  "f32.add": 0x92,
  "f32.sub": 0x93,
  "f32.mul": 0x94,
  "f32.div": 0x95,
  "f32.min": 0x96,
  "f32.max": 0x97,
  "f32.copysign": 0x98,
  "f64.abs": 0x99,
  "f64.neg": 0x9a,
  "f64.ceil": 0x9b,
  "f64.floor": 0x9c,
  "f64.trunc": 0x9d,
  "f64.nearest": 0x9e,
  "f64.sqrt": 0x9f,
  "f64.add": 0xa0,
  "f64.sub": 0xa1,
  "f64.mul": 0xa2,
  "f64.div": 0xa3,
  "f64.min": 0xa4,
  "f64.max": 0xa5,
  "f64.copysign": 0xa6,

  "f32.convert_i32_s": 0xb2,
  "f32.convert_i32_u": 0xb3,
  "f32.demote_f64": 0xb6,
  "i32.trunc_f64_s": 0xaa,
  "f64.convert_i32_s": 0xb7,
  "f64.convert_i32_u": 0xb8,
  "f64.promote_f32": 0xbb,
  "i32.wrap_i64": 0xa7,
  "i64.extend_i32_u": 0xad,
  "i64.reinterpret_f64": 0xbd,
  "f64.reinterpret_i64": 0xbf,
  "i64.or": 0x84,
  "i64.shl": 0x86,
  "i64.shr_u": 0x88,
  "i32.reinterpret_f32": 0xbc,
  "f32.reinterpret_i32": 0xbe,

  "i32.trunc_sat_f32_s": 0xfc00,
  "i32.trunc_sat_f64_s": 0xfc02,
  "memory.copy": 0xfc0a,
  "memory.fill": 0xfc0b,

  "v128.load": 0xfd00,
  "v128.load32_splat": 0xfd09,
  "v128.load64_splat": 0xfd0a,
  "v128.store": 0xfd0b,
  "v128.const": 0xfd0c,
  "i8x16.shuffle": 0xfd0d,
  "i32x4.splat": 0xfd11,
  "f32x4.splat": 0xfd13,
  "f64x2.splat": 0xfd14,
  "i32x4.extract_lane": 0xfd1b,
  "i32x4.replace_lane": 0xfd1c,
  "f32x4.extract_lane": 0xfd1f,
  "f32x4.replace_lane": 0xfd20,
  "f64x2.extract_lane": 0xfd21,
  "f64x2.replace_lane": 0xfd22,
  "i32x4.eq": 0xfd37,
  "i32x4.ne": 0xfd38,
  "i32x4.lt_s": 0xfd39,
  "i32x4.lt_u": 0xfd3a,
  "i32x4.gt_s": 0xfd3b,
  "i32x4.gt_u": 0xfd3c,
  "i32x4.le_s": 0xfd3d,
  "i32x4.le_u": 0xfd3e,
  "i32x4.ge_s": 0xfd3f,
  "i32x4.ge_u": 0xfd40,
  "f32x4.eq": 0xfd41,
  "f32x4.ne": 0xfd42,
  "f32x4.lt": 0xfd43,
  "f32x4.gt": 0xfd44,
  "f32x4.le": 0xfd45,
  "f32x4.ge": 0xfd46,
  "f64x2.eq": 0xfd47,
  "f64x2.ne": 0xfd48,
  "f64x2.lt": 0xfd49,
  "f64x2.gt": 0xfd4a,
  "f64x2.le": 0xfd4b,
  "f64x2.ge": 0xfd4c,
  "v128.not": 0xfd4d,
  "v128.and": 0xfd4e,
  "v128.andnot": 0xfd4f,
  "v128.or": 0xfd50,
  "v128.xor": 0xfd51,
  "v128.bitselect": 0xfd52,
  "v128.any_true": 0xfd53,
  "v128.load32_lane": 0xfd56,
  "v128.load64_lane": 0xfd57,
  "v128.store32_lane": 0xfd5a,
  "v128.store64_lane": 0xfd5b,
  "v128.load32_zero": 0xfd5c,
  "v128.load64_zero": 0xfd5d,
  "f32x4.demote_f64x2_zero": 0xfd5e,
  "f64x2.promote_low_f32x4": 0xfd5f,
  "f32x4.ceil": 0xfd67,
  "f32x4.floor": 0xfd68,
  "f32x4.trunc": 0xfd69,
  "f32x4.nearest": 0xfd6a,
  "f64x2.ceil": 0xfd74,
  "f64x2.floor": 0xfd75,
  "f64x2.trunc": 0xfd7a,
  "f64x2.nearest": 0xfd94,
  "i32x4.abs": 0xfda0,
  "i32x4.neg": 0xfda1,
  "i32x4.bitmask": 0xfda4,
  "i32x4.shl": 0xfdab,
  "i32x4.shr_s": 0xfdac,
  "i32x4.shr_u": 0xfdad,
  "i32x4.add": 0xfdae,
  "i32x4.sub": 0xfdb1,
  "i32x4.mul": 0xfdb5,
  "i32x4.min_s": 0xfdb6,
  "i32x4.max_s": 0xfdb8,
  "i64x2.extend_low_i32x4_s": 0xfdc7,
  "i64x2.extend_high_i32x4_s": 0xfdc8,
  "f32x4.abs": 0xfde0,
  "f32x4.neg": 0xfde1,
  "f32x4.sqrt": 0xfde3,
  "f32x4.add": 0xfde4,
  "f32x4.sub": 0xfde5,
  "f32x4.mul": 0xfde6,
  "f32x4.div": 0xfde7,
  "f32x4.min": 0xfde8,
  "f32x4.max": 0xfde9,
  "f32x4.pmin": 0xfdea,
  "f32x4.pmax": 0xfdeb,
  "f64x2.abs": 0xfdec,
  "f64x2.neg": 0xfded,
  "f64x2.sqrt": 0xfdef,
  "f64x2.add": 0xfdf0,
  "f64x2.sub": 0xfdf1,
  "f64x2.mul": 0xfdf2,
  "f64x2.div": 0xfdf3,
  "f64x2.min": 0xfdf4,
  "f64x2.max": 0xfdf5,
  "f64x2.pmin": 0xfdf6,
  "f64x2.pmax": 0xfdf7,
  "i32x4.trunc_sat_f32x4_s": 0xfdf8,
  "f32x4.convert_i32x4_s": 0xfdfa,
  "f32x4.convert_i32x4_u": 0xfdfb,
  "i32x4.trunc_sat_f64x2_s_zero": 0xfdfc,
  "f64x2.convert_low_i32x4_s": 0xfdfe,
  "f64x2.convert_low_i32x4_u": 0xfdff,
} as const;

/// Types of WebAssembly values, by the byte that stands for them.
export const ValueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = (typeof ValueType)[keyof typeof ValueType];

/// What follows an opcode in the byte stream.
export type Immediate =
  | "none"
  | "block"
  | "index"
  | "memory"
  | "memoryLane"
  | "lane"
  | "shuffle"
  | "i32"
  | "f32"
  | "f64"
  | "v128"
  | "indirect"
  | "bulk";

/// The immediates of `opcode`.
export function immediateOf(opcode: number): Immediate {
  if (opcode >= Op.block && opcode <= Op.if) return "block";
  if (opcode === Op.br || opcode === Op.br_if || opcode === Op.call) return "index";
  if (opcode >= Op["local.get"] && opcode <= Op["global.set"]) return "index";
  if (opcode >= Op["i32.load"] && opcode <= Op["i32.store16"]) return "memory";
  if (opcode === Op["memory.size"] || opcode === Op["memory.grow"]) return "index";
  if (opcode >= Op["v128.load"] && opcode <= Op["v128.store"]) return "memory";
  if (opcode === Op["v128.load32_zero"] || opcode === Op["v128.load64_zero"]) return "memory";
  if (opcode >= Op["v128.load32_lane"] && opcode <= Op["v128.store64_lane"]) return "memoryLane";
  if (opcode >= Op["i32x4.extract_lane"] && opcode <= Op["f64x2.replace_lane"]) return "lane";
  switch (opcode) {
    case Op["i32.const"]:
    case Op["i64.const"]:
      return "i32";
    case Op["f32.const"]:
      return "f32";
    case Op["f64.const"]:
      return "f64";
    case Op["v128.const"]:
      return "v128";
    case Op["i8x16.shuffle"]:
      return "shuffle";
    case Op.call_indirect:
      return "indirect";
    case Op["memory.copy"]:
    case Op["memory.fill"]:
      return "bulk";
    default:
      return "none";
  }
}
