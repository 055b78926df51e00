/// What the math library asks of a machine besides arithmetic: the bits of floats, and conversions. Each is one or two instructions.
///
/// | intrinsic          | types            | WebAssembly, scalar                                    | WebAssembly, four lanes (f64 as two f64x2)          |
/// |--------------------|------------------|--------------------------------------------------------|-----------------------------------------------------|
/// | `bits(x)`          | f32 -> i32       | `i32.reinterpret_f32`                                  | nothing                                             |
/// | `fromBits(i)`      | i32 -> f32       | `f32.reinterpret_i32`                                  | nothing                                             |
/// | `high(x)`          | f64 -> i32       | `i64.reinterpret_f64`, shift right 32, `i32.wrap_i64`  | one `i8x16.shuffle`: the odd words of both vectors  |
/// | `low(x)`           | f64 -> i32       | `i64.reinterpret_f64`, `i32.wrap_i64`                  | one `i8x16.shuffle`: the even words                 |
/// | `words(high, low)` | i32, i32 -> f64  | extend, shift left 32, or, `f64.reinterpret_i64`       | two `i8x16.shuffle`: words of low and high in turn  |
/// | `toInt(x)`         | f32 or f64 -> i32| IR `toInt`                                             | IR `toInt`                                          |
/// | `nearest(x)`       | f32 or f64       | `f32.nearest`, `f64.nearest`                           | `f32x4.nearest`, `f64x2.nearest`                    |
/// | `copysign(x, y)`   | f32 or f64       | `f32.copysign`, `f64.copysign`                         | and, andnot, or                                     |
/// | `f32(x)`, `f64(x)` | any -> f32, f64  | demote, promote, convert                               | demote, promote, convert                            |

export interface Intrinsics {
  bits(x: number): number;
  fromBits(i: number): number;
  /// Sign, exponent and upper 20 bits of the fraction of an f64; and the lower 32 bits of the fraction.
  high(x: number): number;
  low(x: number): number;
  /// The f64 with these two halves.
  words(high: number, low: number): number;
  /// Towards zero; -2^31 for NaN and values out of range.
  toInt(x: number): number;
  /// To the nearest integer, halves to even.
  nearest(x: number): number;
  /// |x| with the sign of y.
  copysign(x: number, y: number): number;
  f32(x: number): number;
  f64(x: number): number;
}

const scratch = new DataView(new ArrayBuffer(8));

/// The intrinsics in plain JavaScript: what they mean.
export const intrinsics: Intrinsics = {
  bits(x) {
    scratch.setFloat32(0, x);
    return scratch.getInt32(0);
  },
  fromBits(i) {
    scratch.setInt32(0, i);
    return scratch.getFloat32(0);
  },
  high(x) {
    scratch.setFloat64(0, x);
    return scratch.getInt32(0);
  },
  low(x) {
    scratch.setFloat64(0, x);
    return scratch.getInt32(4);
  },
  words(high, low) {
    scratch.setInt32(0, high);
    scratch.setInt32(4, low);
    return scratch.getFloat64(0);
  },
  toInt: (x) => (x > -2147483649 && x < 2147483648 ? Math.trunc(x) : -2147483648),
  nearest(x) {
    // Adding and subtracting 2^52 rounds in the current mode, which is to nearest even.
    const magnitude = Math.abs(x);
    return magnitude < 0x10000000000000 ? intrinsics.copysign(magnitude + 0x10000000000000 - 0x10000000000000, x) : x;
  },
  copysign: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)),
  f32: Math.fround,
  f64: (x) => x,
};
