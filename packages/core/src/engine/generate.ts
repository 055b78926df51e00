/// What /b_gen computes into sample buffers: sums of sines, Chebyshev polynomials, envelopes, copies, normalised levels.
///
/// A wavetable holds pairs (2a - b, b - a) for successive points a, b, so that a reader gets from a to b by one product and one sum.
import type { BufferGenerator, Buffers } from "./buffers.ts";

type Arguments = readonly (number | string)[];

const flag = { normalise: 1, wavetable: 2, clear: 4 } as const;

/// One point of a curve at position `i`; called in order, for i = 0, 1, ...
type Curve = (position: number) => number;

/// Harmonic k of amplitude a and phase p: a sin(p + 2 pi k i / points).
function additive(harmonics: (args: Arguments, add: (k: number, amplitude: number, phase: number) => void) => void): BufferGenerator {
  return summing((x, args, wavetable) => {
    const points = wavetable ? x.length >> 1 : x.length;
    harmonics(args, (k, amplitude, phase) => {
      if (amplitude === 0) return;
      const w = (2 * Math.PI * k) / points;
      addCurve(
        x,
        wavetable,
        stepping(phase, w, (p) => amplitude * Math.sin(p)),
      );
    });
  });
}

/// Adds a_k (T_k(v) - cos(k pi / 2)) for v from -1 to 1: a shaping function that leaves silence silent.
const cheby: BufferGenerator = summing((x, args, wavetable) => {
  const step = 2 / (wavetable ? x.length >> 1 : x.length);
  args.forEach((_, i) => {
    const k = i + 1;
    const amplitude = number(args, i);
    if (amplitude === 0) return;
    const offset = Math.cos((k * Math.PI) / 2);
    // Sums of a rounded step may exceed 1, where the arc cosine ends.
    addCurve(
      x,
      wavetable,
      stepping(-1, step, (v) => amplitude * (Math.cos(k * Math.acos(Math.min(v, 1))) - offset)),
    );
  });
});

/// A generator of curves that add up: takes care of the flags in front of its arguments.
function summing(sum: (x: Float32Array, args: Arguments, wavetable: boolean) => void): BufferGenerator {
  return (buffers, index, args) => {
    const x = mono(buffers, index);
    if (!x) return;
    const flags = number(args, 0);
    const wavetable = (flags & flag.wavetable) !== 0;
    if (flags & flag.clear) x.fill(0);
    sum(x, args.slice(1), wavetable);
    if (flags & flag.normalise) scaleToPeak(x, wavetable ? wavetablePeak(x) : plainPeak(x), 1);
  };
}

/// `f` of a value that grows by repeated addition.
function stepping(start: number, step: number, f: Curve): Curve {
  let value = start;
  return () => {
    const y = f(value);
    value += step;
    return y;
  };
}

function addCurve(x: Float32Array, wavetable: boolean, curve: Curve): void {
  if (!wavetable) {
    for (let i = 0; i < x.length; i++) x[i] += curve(i);
    return;
  }
  let a = curve(0);
  // Of an odd size the last value is the first half of a pair.
  for (let i = 0; i < x.length; i += 2) {
    const b = curve(i / 2 + 1);
    x[i] += 2 * a - b;
    if (i + 1 < x.length) x[i + 1] += b - a;
    a = b;
  }
}

function normalizer(peak: (x: Float32Array) => number): BufferGenerator {
  return (buffers, index, args) => {
    const x = mono(buffers, index);
    if (x) scaleToPeak(x, peak(x), args.length > 0 ? number(args, 0) : 1);
  };
}

function plainPeak(x: Float32Array): number {
  let peak = 0;
  for (const value of x) peak = Math.max(peak, Math.abs(value));
  return peak;
}

/// The points themselves are the sums of the pairs.
function wavetablePeak(x: Float32Array): number {
  let peak = 0;
  for (let i = 0; i + 1 < x.length; i += 2) peak = Math.max(peak, Math.abs(Math.fround(x[i] + x[i + 1])));
  return peak;
}

function scaleToPeak(x: Float32Array, peak: number, level: number): void {
  if (peak === 0 || peak === level) return;
  const scale = Math.fround(level / peak);
  for (let i = 0; i < x.length; i++) x[i] *= scale;
}

/// Frames of another buffer of as many channels: to, from buffer, from, how many (negative for all there are).
function copy(buffers: Buffers, index: number, args: Arguments): void {
  const source = number(args, 1);
  const to = buffers.info(index);
  const from = buffers.info(source);
  if (to.channels !== from.channels || to.frames === 0 || from.frames === 0) return;
  const start = clip(number(args, 0), to.frames);
  const sourceStart = clip(number(args, 2), from.frames);
  const wanted = args.length > 3 ? number(args, 3) : -1;
  const most = Math.min(to.frames - start, from.frames - sourceStart);
  const frames = wanted < 0 ? most : Math.min(wanted, most);
  const { channels } = to;
  const data = buffers.samples(source).subarray(sourceStart * channels, (sourceStart + frames) * channels);
  // `set` copies as if through a temporary, so a buffer may be copied onto itself.
  buffers.samples(index).set(data, start * channels);
}

/// Adds 1 wherever the index, written in base 3, has no digit 1.
function cantorFill(buffers: Buffers, index: number): void {
  const x = mono(buffers, index);
  if (!x) return;
  for (let i = 0; i < x.length; i++) {
    let rest = i;
    while (rest > 0 && rest % 3 !== 1) rest = Math.floor(rest / 3);
    if (rest === 0) x[i] += 1;
  }
}

/// An envelope over the buffer: first level, number of stages, two values ignored, then level, time, shape and curve of each stage, in buffer lengths.
/// As in scsynth a stage's time says where it ends, yet all the times before it are taken off: times of 0.1, 0.2 and 0.4 make three equal stages.
function envelope(buffers: Buffers, index: number, args: Arguments): void {
  const x = mono(buffers, index);
  if (!x) return;
  x.fill(0);
  let level = number(args, 0);
  let before = 0;
  let position = 0;
  for (let stage = 0; stage < number(args, 1); stage++) {
    const at = 4 + stage * 4;
    if (at + 4 > args.length) return;
    const target = number(args, at);
    const time = number(args, at + 1) * x.length;
    const count = Math.min(Math.trunc(time), x.length) - Math.trunc(before);
    const curve = segment(number(args, at + 2), number(args, at + 3), level, target, count);
    const end = Math.min(position + count, x.length);
    for (; position < end; position++) x[position] = curve(position);
    before += time;
    level = target;
  }
}

/// Points of one envelope segment of `count` points from `from` towards `to`, each computed from the one before as EnvGen does.
function segment(shape: number, curvature: number, from: number, to: number, count: number): Curve {
  switch (shape) {
    case 0:
      return () => to;
    case 2:
      return growing(from, (to / from) ** (1 / count), (y) => y);
    case 3: {
      const w = Math.PI / count;
      const middle = (to + from) / 2;
      const swing = (to - from) / 2;
      return rotating(2 * Math.cos(w), swing, swing * Math.sin(Math.PI / 2 - w), (y) => middle - y);
    }
    case 4: {
      const w = Math.PI / 2 / count;
      const b = 2 * Math.cos(w);
      // EnvGen adds the sine; here, after the first point, it is subtracted.
      const [a, y1, y2] = to >= from ? [from, 0, -Math.sin(w) * (to - from)] : [to, from - to, Math.cos(w) * (from - to)];
      return rotating(b, y1, y2, (y, i) => (i === 0 ? a + y : a - y));
    }
    case 5: {
      if (Math.abs(curvature) < 0.001) break;
      const a = (to - from) / (1 - Math.exp(curvature));
      return growing(a, Math.exp(curvature / count), (y) => from + a - y);
    }
    case 6:
      return stepping(Math.sqrt(from), (Math.sqrt(to) - Math.sqrt(from)) / count, (y) => y * y);
    case 7: {
      const third = 0.33333333;
      return stepping(from ** third, (to ** third - from ** third) / count, (y) => y * y * y);
    }
    case 8:
      return () => from;
  }
  return stepping(from, (to - from) / count, (y) => y);
}

function growing(start: number, growth: number, f: Curve): Curve {
  let value = start;
  return () => {
    const y = f(value);
    value *= growth;
    return y;
  };
}

/// A sine by the recursion y[n] = b y[n-1] - y[n-2].
function rotating(b: number, y1: number, y2: number, f: (y: number, i: number) => number): Curve {
  let i = 0;
  return () => {
    const y = f(y1, i++);
    const y0 = b * y1 - y2;
    y2 = y1;
    y1 = y0;
    return y;
  };
}

/// Samples of a buffer of exactly one channel.
function mono(buffers: Buffers, index: number): Float32Array | undefined {
  return buffers.info(index).channels === 1 ? buffers.samples(index) : undefined;
}

function number(args: Arguments, i: number): number {
  const value = args[i];
  return typeof value === "number" ? value : 0;
}

function clip(frame: number, frames: number): number {
  return Math.max(0, Math.min(Math.trunc(frame), frames - 1));
}

export const builtInGenerators: Readonly<Record<string, BufferGenerator>> = {
  /// Amplitudes of harmonics 1, 2, 3, ...
  sine1: additive((args, add) => {
    for (let i = 0; i < args.length; i++) add(i + 1, number(args, i), 0);
  }),
  /// Pairs of harmonic number and amplitude.
  sine2: additive((args, add) => {
    for (let i = 0; i + 1 < args.length; i += 2) add(number(args, i), number(args, i + 1), 0);
  }),
  /// Triples of harmonic number, amplitude and phase.
  sine3: additive((args, add) => {
    for (let i = 0; i + 2 < args.length; i += 3) add(number(args, i), number(args, i + 1), number(args, i + 2));
  }),
  cheby,
  copy,
  normalize: normalizer(plainPeak),
  wnormalize: normalizer(wavetablePeak),
  cantorFill,
  env: envelope,
};
