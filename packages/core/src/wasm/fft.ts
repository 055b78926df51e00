/// The real Fourier transform as a WebAssembly module: `fft(data, size, work)` and `ifft(data, size, work)`, in place on `size` f32 values.
///
/// Spectrum: data[0] is the sum, data[1] the (real) value at half the rate, then real and imaginary parts of bins 1 to size/2 - 1.
/// X[k] = sum x[m] e^(-2 pi i k m / size), unscaled; `ifft` divides by `size`. Sizes are powers of two, 8 to 262144; addresses are byte addresses,
/// multiples of 4. `work` has `fftWorkBytes(size)` bytes that begin with `fftTables(size)`.
///
/// Method: the values as size/2 complex numbers, a Stockham transform with radix 4 (the output order comes out right by itself), then the spectra of
/// the even and odd samples taken apart. In a stage with stride s, butterfly i reads i + k N/4 and writes i + 3 t + k s with t = i rounded down to a
/// multiple of s, which is also its place in the twiddle table: one flat loop, four butterflies at a time. The first stage (s = 1) transposes instead.
import { Code, Module } from "./encode.ts";
import { Op, ValueType } from "./opcodes.ts";

/// Transforms up to this size are summed directly.
const smallSize = 16;

export const fftWorkBytes = (size: number): number => 13 * size;

/// What `work` begins with: e^(-2 pi i j / N), its square and its cube for j < N/4 (N = size/2), each real parts then imaginary parts; then cos and sin
/// of 2 pi k / size for k = 1 to N/2. For small sizes cos and sin of 2 pi j / size for j < size.
export function fftTables(size: number): Float32Array {
  if (size <= smallSize) {
    return Float32Array.from({ length: 2 * size }, (_, i) =>
      i < size ? Math.cos((2 * Math.PI * i) / size) : Math.sin((2 * Math.PI * i) / size),
    );
  }
  const n = size / 2;
  const quarter = n / 4;
  const tables = new Float32Array(10 * quarter);
  for (let j = 0; j < quarter; j++)
    for (let k = 1; k <= 3; k++) {
      const angle = (-2 * Math.PI * j * k) / n;
      tables[(2 * k - 2) * quarter + j] = Math.cos(angle);
      tables[(2 * k - 1) * quarter + j] = Math.sin(angle);
    }
  for (let k = 1; k <= n / 2; k++) {
    tables[6 * quarter + k - 1] = Math.cos((2 * Math.PI * k) / size);
    tables[8 * quarter + k - 1] = Math.sin((2 * Math.PI * k) / size);
  }
  return tables;
}

/// Pushes a value.
type Push = () => void;

/// Lanes of two vectors, by number: 0-3 of the first, 4-7 of the second.
const evens = [0, 2, 4, 6];
const odds = [1, 3, 5, 7];
const lowPairs = [0, 4, 1, 5];
const highPairs = [2, 6, 3, 7];
const lowHalves = [0, 1, 4, 5];
const highHalves = [2, 3, 6, 7];
const reversed = [3, 2, 1, 0];

/// Instructions as nested calls: `f.add(a, b)` gives something that pushes a sum.
class Assembler {
  readonly code: Code;
  constructor(code: Code) {
    this.code = code;
  }

  private operation(opcode: number, ...operands: Push[]): Push {
    return () => {
      for (const operand of operands) operand();
      this.code.op(opcode);
    };
  }
  get =
    (local: number): Push =>
    () =>
      this.code.get(local);
  int =
    (value: number): Push =>
    () =>
      this.code.i32(value);
  add = (a: Push, b: Push) => this.operation(Op["f32x4.add"], a, b);
  sub = (a: Push, b: Push) => this.operation(Op["f32x4.sub"], a, b);
  mul = (a: Push, b: Push) => this.operation(Op["f32x4.mul"], a, b);
  iadd = (a: Push, b: Push) => this.operation(Op["i32.add"], a, b);
  isub = (a: Push, b: Push) => this.operation(Op["i32.sub"], a, b);
  imul = (a: Push, b: Push) => this.operation(Op["i32.mul"], a, b);
  /// a / 2^bits, rounded down.
  half = (a: Push, bits = 1) => this.operation(Op["i32.shr_u"], a, this.int(bits));
  iand = (a: Push, b: Push) => this.operation(Op["i32.and"], a, b);
  /// f32 arithmetic of one value.
  scalar = (name: "add" | "sub" | "mul" | "div", a: Push, b: Push) => this.operation(Op[`f32.${name}`], a, b);
  toFloat = (a: Push) => this.operation(Op["f32.convert_i32_s"], a);
  splatFloat = (a: Push) => this.operation(Op["f32x4.splat"], a);

  load = (address: Push, offset = 0): Push => this.access(Op["v128.load"], address, offset);
  splat = (address: Push): Push => this.access(Op["v128.load32_splat"], address, 0);
  loadFloat = (address: Push, offset = 0): Push => this.access(Op["f32.load"], address, offset);
  private access(opcode: number, address: Push, offset: number): Push {
    return () => {
      address();
      this.code.memory(opcode, 2, offset);
    };
  }
  store(address: Push, value: Push, offset = 0): void {
    address();
    value();
    this.code.memory(Op["v128.store"], 2, offset);
  }
  storeFloat(address: Push, value: Push, offset = 0): void {
    address();
    value();
    this.code.memory(Op["f32.store"], 2, offset);
  }

  shuffle(a: Push, b: Push, lanes: readonly number[]): Push {
    return () => {
      a();
      b();
      this.code.op(Op["i8x16.shuffle"]);
      for (const lane of lanes) for (let byte = 0; byte < 4; byte++) this.code.byte(4 * lane + byte);
    };
  }
  reverse = (a: number): Push => this.shuffle(this.get(a), this.get(a), reversed);

  /// A new local variable holding `value`.
  vector = (value: Push): number => this.variable(ValueType.v128, value);
  integer = (value: Push): number => this.variable(ValueType.i32, value);
  float = (value: Push): number => this.variable(ValueType.f32, value);
  private variable(type: ValueType, value: Push): number {
    const local = this.code.local(type);
    this.set(local, value);
    return local;
  }
  set(local: number, value: Push): void {
    value();
    this.code.set(local);
  }

  /// i from `from` in steps of `step`, at least once, while i < `end`.
  loop(from: number, step: number, end: Push, body: (i: number) => void): void {
    const i = this.integer(this.int(from));
    this.code.open(Op.loop);
    body(i);
    this.set(i, this.iadd(this.get(i), this.int(step)));
    this.get(i)();
    end();
    this.code.op(Op["i32.lt_u"]);
    this.code.branch(Op.br_if, 0);
    this.code.end();
  }
  /// Repeats `body` while `condition` holds.
  while(condition: Push, body: () => void): void {
    this.code.open(Op.block);
    this.code.open(Op.loop);
    condition();
    this.code.op(Op["i32.eqz"]);
    this.code.branch(Op.br_if, 1);
    body();
    this.code.branch(Op.br, 0);
    this.code.end();
    this.code.end();
  }
  when(condition: Push, body: () => void): void {
    condition();
    this.code.open(Op.if);
    body();
    this.code.end();
  }
  compare = (name: "le_u" | "eq", a: Push, b: Push) => this.operation(Op[`i32.${name}`], a, b);
}

/// Products of a local variable, each computed once, here.
function multiples(f: Assembler, local: number): (n: number) => Push {
  const products = Array.from({ length: 11 }, (_, n) => f.integer(f.imul(f.get(local), f.int(n))));
  return (n) => f.get(products[n]);
}

/// Four complex numbers in two vectors.
interface Complex {
  readonly re: number;
  readonly im: number;
}

/// sums[k] of four inputs: the transform of length 4, times twiddles 1 to 3.
function butterfly(f: Assembler, x: readonly Complex[], twiddle: (part: number) => Push): Complex[] {
  const g = f.get;
  const both = (a: Complex, b: Complex, operation: "add" | "sub"): Complex => ({
    re: f.vector(f[operation](g(a.re), g(b.re))),
    im: f.vector(f[operation](g(a.im), g(b.im))),
  });
  const [a, b, c, d] = x;
  const sum02 = both(a, c, "add");
  const difference02 = both(a, c, "sub");
  const sum13 = both(b, d, "add");
  const difference13 = both(b, d, "sub");
  // Multiplied by -i and i.
  const y1: Complex = {
    re: f.vector(f.add(g(difference02.re), g(difference13.im))),
    im: f.vector(f.sub(g(difference02.im), g(difference13.re))),
  };
  const y3: Complex = {
    re: f.vector(f.sub(g(difference02.re), g(difference13.im))),
    im: f.vector(f.add(g(difference02.im), g(difference13.re))),
  };
  const turned = [y1, both(sum02, sum13, "sub"), y3].map(({ re, im }, k): Complex => {
    const c = f.vector(twiddle(2 * k));
    const s = f.vector(twiddle(2 * k + 1));
    return {
      re: f.vector(f.sub(f.mul(g(re), g(c)), f.mul(g(im), g(s)))),
      im: f.vector(f.add(f.mul(g(re), g(s)), f.mul(g(im), g(c)))),
    };
  });
  return [both(sum02, sum13, "add"), ...turned];
}

/// Complex transform of size/2 interleaved numbers at `data`. Returns where the result is: real parts, then imaginary parts.
function emitCore(): Code {
  const code = new Code([ValueType.i32, ValueType.i32, ValueType.i32], [ValueType.i32]);
  const f = new Assembler(code);
  const g = f.get;
  const [data, size, tables] = [0, 1, 2];
  // Bytes of a quarter of N values, and multiples of it.
  const quarter = f.integer(f.half(g(size)));
  const times = multiples(f, quarter);
  const imaginary = f.integer(times(4));
  const from = f.integer(f.iadd(g(tables), times(10)));
  const to = f.integer(f.iadd(g(from), times(8)));

  f.loop(0, 16, g(quarter), (i) => {
    const place = f.integer(f.iadd(g(data), f.iadd(g(i), g(i))));
    const x = [0, 1, 2, 3].map((k): Complex => {
      if (k > 0) f.set(place, f.iadd(g(place), g(size)));
      const first = f.vector(f.load(g(place)));
      const second = f.vector(f.load(g(place), 16));
      return { re: f.vector(f.shuffle(g(first), g(second), evens)), im: f.vector(f.shuffle(g(first), g(second), odds)) };
    });
    const table = f.integer(f.iadd(g(tables), g(i)));
    const y = butterfly(f, x, (part) => f.load(f.iadd(g(table), times(part))));
    const out = f.integer(f.iadd(g(from), f.imul(g(i), f.int(4))));
    for (const part of ["re", "im"] as const) {
      if (part === "im") f.set(out, f.iadd(g(out), g(imaginary)));
      const [a, b, c, d] = y.map((v) => g(v[part]));
      const pairs = [f.shuffle(a, b, lowPairs), f.shuffle(c, d, lowPairs), f.shuffle(a, b, highPairs), f.shuffle(c, d, highPairs)].map(
        f.vector,
      );
      const [ab, cd, ab2, cd2] = pairs.map((v) => g(v));
      f.store(g(out), f.shuffle(ab, cd, lowHalves));
      f.store(g(out), f.shuffle(ab, cd, highHalves), 16);
      f.store(g(out), f.shuffle(ab2, cd2, lowHalves), 32);
      f.store(g(out), f.shuffle(ab2, cd2, highHalves), 48);
    }
  });

  const swap = () => {
    const other = f.integer(g(from));
    f.set(from, g(to));
    f.set(to, g(other));
  };
  const stride = f.integer(f.int(16));
  f.while(f.compare("le_u", g(stride), g(quarter)), () => {
    f.loop(0, 16, g(quarter), (i) => {
      const place = f.integer(f.iadd(g(from), g(i)));
      const x = [0, 1, 2, 3].map((k): Complex => {
        if (k > 0) f.set(place, f.iadd(g(place), g(quarter)));
        return { re: f.vector(f.load(g(place))), im: f.vector(f.load(f.iadd(g(place), g(imaginary)))) };
      });
      const t = f.integer(f.iand(g(i), f.isub(f.int(0), g(stride))));
      const table = f.integer(f.iadd(g(tables), g(t)));
      const y = butterfly(f, x, (part) => f.splat(f.iadd(g(table), times(part))));
      const out = f.integer(f.iadd(g(to), f.iadd(g(i), f.imul(g(t), f.int(3)))));
      y.forEach(({ re, im }, k) => {
        if (k > 0) f.set(out, f.iadd(g(out), g(stride)));
        f.store(g(out), g(re));
        f.store(f.iadd(g(out), g(imaginary)), g(im));
      });
    });
    swap();
    f.set(stride, f.imul(g(stride), f.int(4)));
  });

  // A factor of two remains when N is no power of four.
  f.when(f.compare("eq", g(stride), times(2)), () => {
    const half = f.integer(times(2));
    for (const part of [0, 4])
      f.loop(0, 16, g(half), (i) => {
        const place = f.integer(f.iadd(f.iadd(g(from), g(i)), times(part)));
        const out = f.integer(f.iadd(f.iadd(g(to), g(i)), times(part)));
        const a = f.vector(f.load(g(place)));
        const b = f.vector(f.load(f.iadd(g(place), g(half))));
        f.store(g(out), f.add(g(a), g(b)));
        f.store(f.iadd(g(out), g(half)), f.sub(g(a), g(b)));
      });
    swap();
  });
  code.get(from);
  return code;
}

const parameters = [ValueType.i32, ValueType.i32, ValueType.i32];

/// Small sizes: each bin is a sum over the samples, or each sample a sum over the bins.
function emitSmall(f: Assembler, inverse: boolean): void {
  const g = f.get;
  const [data, size, work] = [0, 1, 2];
  const bytes = f.integer(f.imul(g(size), f.int(4)));
  const mask = f.integer(f.isub(g(bytes), f.int(4)));
  const copy = f.integer(f.iadd(g(work), f.iadd(g(bytes), g(bytes))));
  f.loop(0, 16, g(bytes), (i) => f.store(f.iadd(g(copy), g(i)), f.load(f.iadd(g(data), g(i)))));
  const sines = f.integer(f.iadd(g(work), g(bytes)));
  const half = f.integer(f.imul(g(size), f.int(2)));
  const sum = f.float(f.toFloat(f.int(0)));
  const sum2 = f.float(f.toFloat(f.int(0)));
  /// Table value of sample `j` and bin `k`, both as byte offsets of f32 values.
  const entry = (table: number, j: number, k: number) => {
    const product = f.imul(g(j), f.half(g(k), 2));
    return f.loadFloat(f.iadd(g(table), f.iand(product, g(mask))));
  };
  const plus = (local: number, value: Push, sign: "add" | "sub" = "add") => f.set(local, f.scalar(sign, g(local), value));
  if (inverse)
    f.loop(0, 4, g(bytes), (j) => {
      // Bin 0 counts once, the bin at half the rate too, the others twice.
      const ends = f.scalar("mul", f.loadFloat(g(copy), 4), entry(work, half, j));
      f.set(sum, f.scalar("add", f.loadFloat(g(copy)), ends));
      f.loop(4, 4, g(half), (k) => {
        const bin = f.integer(f.iadd(g(copy), f.iadd(g(k), g(k))));
        const re = f.scalar("mul", f.loadFloat(g(bin)), entry(work, j, k));
        const im = f.scalar("mul", f.loadFloat(g(bin), 4), entry(sines, j, k));
        const term = f.float(f.scalar("sub", re, im));
        plus(sum, f.scalar("add", g(term), g(term)));
      });
      f.storeFloat(f.iadd(g(data), g(j)), f.scalar("div", g(sum), f.toFloat(g(size))));
    });
  else
    f.loop(0, 4, f.iadd(g(half), f.int(4)), (k) => {
      f.set(sum, f.toFloat(f.int(0)));
      f.set(sum2, f.toFloat(f.int(0)));
      f.loop(0, 4, g(bytes), (j) => {
        const x = f.float(f.loadFloat(f.iadd(g(copy), g(j))));
        plus(sum, f.scalar("mul", g(x), entry(work, j, k)));
        plus(sum2, f.scalar("mul", g(x), entry(sines, j, k)), "sub");
      });
      const bin = f.iadd(g(data), f.iadd(g(k), g(k)));
      f.when(f.compare("eq", g(k), g(half)), () => f.storeFloat(g(data), g(sum), 4));
      f.code.get(k);
      f.code.get(half);
      f.code.op(Op["i32.ne"]);
      f.code.open(Op.if);
      f.storeFloat(bin, g(sum));
      f.when(g(k), () => f.storeFloat(bin, g(sum2), 4));
      f.code.end();
    });
}

/// Begins a transform: returns at once for a small size.
function begin(inverse: boolean): { code: Code; f: Assembler; times: (n: number) => Push } {
  const code = new Code(parameters, []);
  const f = new Assembler(code);
  f.when(f.compare("le_u", f.get(1), f.int(smallSize)), () => {
    emitSmall(f, inverse);
    code.op(Op.return);
  });
  const quarter = f.integer(f.half(f.get(1)));
  return { code, f, times: multiples(f, quarter) };
}

/// Bins k to k + 3 with their mirror images N - k to N - k - 3, for k = 1, 5, ... to N/2.
function mirrored(f: Assembler, times: (n: number) => Push, body: (k: number, mirror: number, cosine: Push, sine: Push) => void): void {
  const g = f.get;
  const half = f.integer(times(2));
  const cosines = f.integer(f.iadd(g(2), times(6)));
  f.loop(4, 16, g(half), (k) => {
    const mirror = f.integer(f.isub(f.isub(times(4), g(k)), f.int(12)));
    const table = f.integer(f.isub(f.iadd(g(cosines), g(k)), f.int(4)));
    const c = f.vector(f.load(g(table)));
    const s = f.vector(f.load(f.iadd(g(table), g(half))));
    body(k, mirror, g(c), g(s));
  });
}

/// Writes four complex numbers at interleaved place `place` (a byte offset of f32 values) of data.
function zip(f: Assembler, place: number, re: Push, im: Push): void {
  const g = f.get;
  const out = f.integer(f.iadd(g(0), f.iadd(g(place), g(place))));
  f.store(g(out), f.shuffle(re, im, lowPairs));
  f.store(g(out), f.shuffle(re, im, highPairs), 16);
}

/// X[k] = E + w O and X[N - k] = conj(E - w O), with E and O the spectra of even and odd samples, w = e^(-2 pi i k / size).
function emitForward(core: number): Code {
  const { code, f, times } = begin(false);
  const g = f.get;
  const z = f.integer(() => {
    for (const parameter of [0, 1, 2]) code.get(parameter);
    code.call(core);
  });
  const zi = f.integer(f.iadd(g(z), times(4)));
  f.storeFloat(g(0), f.scalar("add", f.loadFloat(g(z)), f.loadFloat(g(zi))));
  f.storeFloat(g(0), f.scalar("sub", f.loadFloat(g(z)), f.loadFloat(g(zi))), 4);
  const half = f.vector(f.splatFloat(() => code.f32Const(0.5)));
  mirrored(f, times, (k, mirror, c, s) => {
    const load = (base: number, at: number) => f.vector(f.mul(g(half), f.load(f.iadd(g(base), g(at)))));
    const [re, im] = [load(z, k), load(zi, k)];
    const [re2, im2] = [load(z, mirror), load(zi, mirror)].map((v) => f.vector(f.reverse(v)));
    const er = f.vector(f.add(g(re), g(re2)));
    const ei = f.vector(f.sub(g(im), g(im2)));
    const or = f.vector(f.add(g(im), g(im2)));
    const oi = f.vector(f.sub(g(re2), g(re)));
    const wr = f.vector(f.add(f.mul(c, g(or)), f.mul(s, g(oi))));
    const wi = f.vector(f.sub(f.mul(c, g(oi)), f.mul(s, g(or))));
    const [xr, xi] = [f.add(g(er), g(wr)), f.add(g(ei), g(wi))].map(f.vector);
    const [yr, yi] = [f.sub(g(er), g(wr)), f.sub(g(wi), g(ei))].map(f.vector);
    zip(f, k, g(xr), g(xi));
    zip(f, mirror, f.reverse(yr), f.reverse(yi));
  });
  return code;
}

/// The same backwards: Z = E + i O, transformed with real and imaginary parts exchanged, which makes the transform an inverse one.
function emitInverse(core: number): Code {
  const { code, f, times } = begin(true);
  const g = f.get;
  const scale = f.float(f.scalar("div", () => code.f32Const(1), f.toFloat(g(1))));
  const scales = f.vector(f.splatFloat(g(scale)));
  const [dc, top] = [f.loadFloat(g(0)), f.loadFloat(g(0), 4)].map(f.float);
  f.storeFloat(g(0), f.scalar("mul", g(scale), f.scalar("sub", g(dc), g(top))));
  f.storeFloat(g(0), f.scalar("mul", g(scale), f.scalar("add", g(dc), g(top))), 4);
  mirrored(f, times, (k, mirror, c, s) => {
    const unzip = (at: number): [number, number] => {
      const place = f.integer(f.iadd(g(0), f.iadd(g(at), g(at))));
      const first = f.vector(f.mul(g(scales), f.load(g(place))));
      const second = f.vector(f.mul(g(scales), f.load(g(place), 16)));
      return [f.vector(f.shuffle(g(first), g(second), evens)), f.vector(f.shuffle(g(first), g(second), odds))];
    };
    const [re, im] = unzip(k);
    const [re2, im2] = unzip(mirror).map((v) => f.vector(f.reverse(v)));
    const er = f.vector(f.add(g(re), g(re2)));
    const ei = f.vector(f.sub(g(im), g(im2)));
    const dr = f.vector(f.sub(g(re), g(re2)));
    const di = f.vector(f.add(g(im), g(im2)));
    const or = f.vector(f.sub(f.mul(g(dr), c), f.mul(g(di), s)));
    const oi = f.vector(f.add(f.mul(g(dr), s), f.mul(g(di), c)));
    const [zr, zi] = [f.sub(g(er), g(oi)), f.add(g(ei), g(or))].map(f.vector);
    const [yr, yi] = [f.add(g(er), g(oi)), f.sub(g(or), g(ei))].map(f.vector);
    zip(f, k, g(zi), g(zr));
    zip(f, mirror, f.reverse(yi), f.reverse(yr));
  });
  const out = f.integer(() => {
    for (const parameter of [0, 1, 2]) code.get(parameter);
    code.call(core);
  });
  const end = f.integer(times(4));
  f.loop(0, 16, g(end), (i) => {
    const place = f.integer(f.iadd(g(out), g(i)));
    const re = f.vector(f.load(f.iadd(g(place), g(end))));
    const im = f.vector(f.load(g(place)));
    zip(f, i, g(re), g(im));
  });
  return code;
}

/// The same for a caller that passes its synth's base address first, as the code of definitions does, and expects an i32 (0).
function emitForUnits(transform: number): Code {
  const code = new Code([ValueType.i32, ...parameters], []);
  for (const parameter of [1, 2, 3]) code.get(parameter);
  code.call(transform);
  code.i32(0);
  return code;
}

/// The module. It imports its memory as `env.memory` and exports `fft` and `ifft`, and `unitFft` and `unitIfft` with a base address in front.
export function emitFft(memory: { readonly shared?: boolean; readonly max?: number } = {}): Uint8Array<ArrayBuffer> {
  const module = new Module();
  module.importMemory("env", "memory", { min: 1, ...memory });
  const core = module.declare(parameters, [ValueType.i32]);
  module.define(core, emitCore());
  for (const [name, forUnits, emit] of [
    ["fft", "unitFft", emitForward],
    ["ifft", "unitIfft", emitInverse],
  ] as const) {
    const index = module.declare(parameters, []);
    module.define(index, emit(core));
    module.exportFunction(name, index);
    const wrapper = module.declare([ValueType.i32, ...parameters], [ValueType.i32]);
    module.define(wrapper, emitForUnits(index));
    module.exportFunction(forUnits, wrapper);
  }
  return module.encode();
}
