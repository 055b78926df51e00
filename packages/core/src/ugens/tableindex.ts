/// Look-ups: in a sample buffer by index, in a wavetable by level, among inputs. The buffer is read as one row, all channels interleaved.
import {
  atInit,
  type Context,
  helper,
  type InputSpec,
  kernel,
  many,
  perBlock,
  perSample,
  type SampleBuffer,
  signal,
} from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";

type Lookup = (table: SampleBuffer, x: number, c: Context) => number;

/// A unit that gives a number of the buffer for each input. A control-rate input of an audio-rate unit is looked up once per block.
function lookup(name: string, doc: string, find: Lookup) {
  const spec = kernel({
    rates: "ar kr",
    family: "tables",
    doc,
    inputs: { bufnum: perBlock(), in: perSample(0) } as { bufnum: InputSpec; in: InputSpec },
    uses: { find: helper(find) },
    reads: "buffer",
    block({ bufnum }, _s, c) {
      return { table: c.buffer(bufnum) };
    },
    tick({ in: x }, _s, { table }, c) {
      return c.find(table, x, c);
    },
  });
  return ugenByShape(name, spec, () => spec);
}

export const Index = lookup(
  "Index",
  "(bufnum, in 0): the sample at the integer part of in, which is kept within the buffer.",
  (table, x, c) => {
    return table[Math.max(0, Math.min(c.tr(x), table.samples - 1))];
  },
);

export const IndexL = lookup("IndexL", "(bufnum, in 0): as Index, on a line to the next sample.", (table, x, c) => {
  const i = Math.max(0, Math.min(c.tr(x), table.samples - 1));
  const a = table[i];
  return a + (x - Math.floor(x)) * (table[Math.min(i + 1, table.samples - 1)] - a);
});

export const WrapIndex = lookup("WrapIndex", "(bufnum, in 0): as Index, modulo the buffer's length.", (table, x, c) => {
  const n = Math.max(table.samples, 1);
  const i = (c.isAr ? c.tr(x) : c.tr(Math.floor(x))) % n;
  return table[i < 0 ? i + n : i];
});

export const FoldIndex = lookup("FoldIndex", "(bufnum, in 0): as Index, reflected at the buffer's ends.", (table, x, c) => {
  const last = Math.max(table.samples - 1, 0);
  const rest = c.tr(x) % Math.max(2 * last, 1);
  const i = rest < 0 ? rest + 2 * last : rest;
  return table[i > last ? 2 * last - i : i];
});

export const IndexInBetween = lookup(
  "IndexInBetween",
  "(bufnum, in 0): where in lies among the buffer's rising values, as a fractional index.",
  (table, x, c) => {
    const n = table.samples;
    let i = c.tr(0);
    for (let k = 0; k < n; k++) {
      if (table[k] > x) break;
      i = k + 1;
    }
    const below = table[Math.max(i - 1, 0)];
    return i === 0 ? 0 : i >= n ? n - 1 : (x - below) / (table[i] - below) + (i - 1);
  },
);

export const DetectIndex = lookup("DetectIndex", "(bufnum, in 0): the first index with exactly this value, or -1.", (table, x, c) => {
  let found = c.tr(-1);
  for (let k = 0; k < table.samples; k++) {
    if (table[k] === x) {
      found = k;
      break;
    }
  }
  return found;
});

/// DegreeToKey (bufnum, in 0, octave 12): the buffer as a scale: its value at floor(in), `octave` more for each time round.
export const DegreeToKey = ugen("DegreeToKey", {
  rates: "ar kr",
  family: "tables",
  inputs: { bufnum: perBlock(), in: perSample(0), octave: atInit(12) },
  reads: "buffer",
  block({ bufnum, octave }, _s, c) {
    return { table: c.buffer(bufnum), octave: c.tr(octave) };
  },
  tick({ in: x }, _s, { table, octave }, c) {
    const n = Math.max(table.samples, 1);
    const i = c.tr(Math.floor(x));
    const turns = i < 0 ? (((i + 1) / n) | 0) - 1 : (i / n) | 0;
    const rest = i % n;
    // A negative multiple of n looks one sample past the end, as in SuperCollider; there is silence.
    return (i < 0 ? (rest === 0 ? 0 : table[n + rest]) : table[rest]) + octave * turns;
  },
});

/// Shaper (bufnum, in 0): the transfer function in a buffer in wavetable form, for in from -1 to 1.
export const Shaper = ugen("Shaper", {
  rates: "ar kr",
  family: "tables",
  inputs: { bufnum: perBlock(), in: perSample(0) },
  state: { last: 0 },
  reads: "buffer",
  init({ in: x }, s, c) {
    if (!c.isAudio(x)) s.last = x;
  },
  block({ bufnum, in: x }, s, c) {
    const table = c.buffer(bufnum);
    const middle = c.f32(table.samples) * 0.25;
    // A moved control-rate input starts from its new value and grows by the whole change every sample, as in SuperCollider.
    return { table, middle, from: c.line(middle + x * middle, (x - s.last) * middle) };
  },
  tick({ in: x }, _s, { table, middle, from }, c) {
    const wanted = c.isAudio(x) || c.size === 1 ? middle + x * middle : from;
    const at = Math.max(0, Math.min(wanted, middle * 2 - 0.001));
    const i = c.tr(at);
    return table[2 * i] + table[2 * i + 1] * (at - (i - 1));
  },
  end({ in: x }, s, _b, c) {
    if (!c.isAudio(x)) s.last = x;
  },
});

/// Select (which, array...): the input number `which`, kept within the array.
export const Select = ugen("Select", {
  rates: "ar kr ir",
  family: "tables",
  inputs: { which: signal, array: many() },
  init({ which, array }, _s, c) {
    if (c.isIr) return array[Math.max(0, Math.min(c.tr(which), array.length - 1))];
  },
  tick({ which, array }, _s, _b, c) {
    return array[Math.max(0, Math.min(c.tr(which), array.length - 1))];
  },
});
