/// Oscillators that read a sample buffer as one cycle. Phases are counted as scsynth counts them, so that frequencies are truncated alike.
import { type Context, type Helper, helper, i32, i32s, kernel, perBlock, perSample, type SampleBuffer } from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";
import { wavetable, wavetablePoints } from "./support/wavetable.ts";

/// The point before the phase, without interpolation.
const plain = helper((table: SampleBuffer, points: number, phase: number, _c: Context) =>
  points > 0 ? table[(phase >>> 16) & (points - 1)] : 0,
);

/// `samplesPerPoint` and `read` say what the buffer holds. With an audio-rate frequency, or phase, the phase is an offset in radians; otherwise its
/// changes are added to the increment, so that it glides.
function oscillator(samplesPerPoint: Helper<() => number>, read: typeof plain) {
  return kernel({
    rates: "ar kr",
    family: "oscillators",
    inputs: { bufnum: perBlock(), freq: perSample(440), phase: perSample(0) },
    state: { phi: i32(), last: 0 },
    uses: { wavetablePoints, samplesPerPoint, read },
    reads: "buffer",
    init({ bufnum, freq, phase }, s, c) {
      const points = c.wavetablePoints(c.buffer(bufnum).samples, c.samplesPerPoint());
      s.last = phase;
      if (!c.isAudio(freq) && !c.isAudio(phase)) s.phi = c.tr(c.f64(phase) * c.f64(points) * (65536 / (2 * Math.PI)));
    },
    block({ bufnum, freq, phase }, s, c) {
      const table = c.buffer(bufnum);
      const points = c.wavetablePoints(table.samples, c.samplesPerPoint());
      const perHz = c.f64(points) * (65536 * c.period);
      const perRadian = c.f64(points) * (65536 / (2 * Math.PI));
      const slide = (phase - s.last) * c.f32(c.slope);
      const steady = c.isAudio(freq) ? 0 : c.tr(c.f64(freq) * perHz);
      const inc = c.isAudio(freq) || c.isAudio(phase) ? steady : (steady + c.tr(c.f64(slide) * perRadian)) | 0;
      return { table, points, inc, offset: c.line(s.last, slide), perHz: c.f32(perHz), perRadian: c.f32(perRadian) };
    },
    tick({ freq, phase }, s, { table, points, inc, offset, perHz, perRadian }, c) {
      let at = s.phi;
      if (c.isAudio(phase)) at = (at + c.tr(perRadian * phase)) | 0;
      else if (c.isAudio(freq)) at = (at + c.tr(perRadian * offset)) | 0;
      if (c.isAudio(freq)) s.phi = (s.phi + c.tr(perHz * freq)) | 0;
      else s.phi = (s.phi + inc) | 0;
      return c.read(table, points, at, c);
    },
    end({ phase }, s, _b, c) {
      if (!c.isAudio(phase)) s.last = phase;
    },
  });
}

const osc = oscillator(
  helper(() => 2),
  wavetable,
);
const oscN = oscillator(
  helper(() => 1),
  plain,
);

/// Osc (bufnum, freq 440 Hz, phase 0 rad): one cycle from a buffer in wavetable form, interpolated.
export const Osc = ugenByShape("Osc", osc, () => osc);

/// OscN (bufnum, freq 440 Hz, phase 0 rad): one cycle from a plain buffer, without interpolation.
export const OscN = ugenByShape("OscN", oscN, () => oscN);

/// COsc (bufnum, freq 440 Hz, beats 0.5 Hz): the sum of two Oscs `beats` apart.
export const COsc = ugen("COsc", {
  rates: "ar kr",
  family: "oscillators",
  inputs: { bufnum: perBlock(), freq: perBlock(440), beats: perBlock(0.5) },
  state: { up: i32(), down: i32() },
  uses: { wavetable, wavetablePoints },
  reads: "buffer",
  block({ bufnum, freq, beats }, _s, c) {
    const table = c.buffer(bufnum);
    const points = c.wavetablePoints(table.samples, 2);
    const perHz = c.f64(points) * (65536 * c.period);
    return { table, points, inc: c.tr(c.f64(freq) * perHz), apart: c.tr(c.f64(c.f32(beats * 0.5)) * perHz) };
  },
  tick(_x, s, { table, points, inc, apart }, c) {
    const y = c.wavetable(table, points, s.up, c) + c.wavetable(table, points, s.down, c);
    s.up = (s.up + inc + apart) | 0;
    s.down = (s.down + inc - apart) | 0;
    return y;
  },
});

/// Where a sweep from `from` to `to` meets the next table.
const nextTable = helper((from: number, to: number) =>
  to > from ? Math.min(to, Math.floor(from + 1)) : to < from ? Math.max(to, Math.ceil(from - 1)) : to,
);
/// Samples of a block of `size` from `from` to `cut`, of a sweep by `distance`, `made` of them made.
const samplesTo = helper(
  (from: number, cut: number, to: number, distance: number, size: number, made: number, c: { tr(x: number): number }) => {
    const wanted = c.tr(Math.floor((size / distance) * (cut - from) + 0.5)) - made;
    return cut === to ? size - made : Math.max(1, Math.min(wanted, size - made));
  },
);

/// VOsc (bufpos, freq 440 Hz, phase 0 rad): fades between the waves of buffers floor(bufpos) and the next, which must be as long as the first was at the
/// start. A block in which bufpos moves is cut where it meets an integer.
export const VOsc = ugen("VOsc", {
  rates: "ar kr",
  family: "oscillators",
  inputs: { bufpos: perBlock(), freq: perBlock(440), phase: perSample(0) },
  state: { phi: i32(), last: 0, position: 0, points: i32() },
  uses: { wavetable, wavetablePoints, nextTable, samplesTo },
  reads: "buffer",
  init({ bufpos, phase }, s, c) {
    s.points = c.wavetablePoints(c.buffer(Math.floor(bufpos)).samples, 2);
    s.position = bufpos;
    s.last = phase;
    if (!c.isAudio(phase)) s.phi = c.tr(c.f64(phase) * c.f64(s.points) * (65536 / (2 * Math.PI)));
    return 0;
  },
  process({ bufpos, freq, phase }, s, c) {
    const perRadian = c.f64(s.points) * (65536 / (2 * Math.PI));
    let inc = c.tr(c.f64(freq) * c.f64(s.points) * (65536 * c.period));
    if (!c.isAudio(phase)) {
      inc = (inc + c.tr(c.f64((phase - s.last) * c.f32(c.slope)) * perRadian)) | 0;
      s.last = phase;
    }
    const from = s.position;
    let at = c.f32(from);
    let level = c.f32(0);
    let slope = c.f32(0);
    let low = c.tr(0);
    let left = c.tr(0);
    let y = c.f32(0);
    for (let j = 0; j < c.size; j++) {
      if (left <= 0) {
        const cut = c.nextTable(at, bufpos);
        left = c.samplesTo(at, cut, bufpos, bufpos - from, c.size, j, c);
        low = c.tr(Math.floor(at));
        level = at - Math.floor(at);
        slope = (cut - at) / left;
        at = cut;
      }
      const offset = c.isAudio(phase) ? c.tr(c.f64(phase[j]) * perRadian) : 0;
      const lower = c.buffer(low);
      const upper = c.buffer(low + 1);
      const fits = lower.samples === s.points * 2 && upper.samples === s.points * 2;
      const a = c.wavetable(lower, s.points, (s.phi + offset) | 0, c);
      const b = c.wavetable(upper, s.points, (s.phi + offset) | 0, c);
      y = fits ? a + level * (b - a) : 0;
      if (c.isAr) c.out[0][j] = y;
      s.phi = (s.phi + inc) | 0;
      level += slope;
      left -= 1;
    }
    s.position = bufpos;
    if (!c.isAr) return y;
  },
});

/// VOsc3 (bufpos, freq1 110 Hz, freq2 220 Hz, freq3 440 Hz): the sum of three such oscillators at one position.
export const VOsc3 = ugen("VOsc3", {
  rates: "ar kr",
  family: "oscillators",
  inputs: { bufpos: perBlock(), freq1: perBlock(110), freq2: perBlock(220), freq3: perBlock(440) },
  state: { phi: i32s(3), position: 0, points: i32() },
  uses: { wavetable, wavetablePoints, nextTable, samplesTo },
  reads: "buffer",
  init({ bufpos }, s, c) {
    s.points = c.wavetablePoints(c.buffer(c.tr(bufpos)).samples, 2);
    s.position = bufpos;
    return 0;
  },
  process({ bufpos, freq1, freq2, freq3 }, s, c) {
    const perHz = c.f64(s.points) * (65536 * c.period);
    const inc = [c.tr(c.f64(freq1) * perHz), c.tr(c.f64(freq2) * perHz), c.tr(c.f64(freq3) * perHz)];
    const from = s.position;
    let at = c.f32(from);
    let level = c.f32(0);
    let slope = c.f32(0);
    let low = c.tr(0);
    let left = c.tr(0);
    let y = c.f32(0);
    for (let j = 0; j < c.size; j++) {
      if (left <= 0) {
        const cut = c.nextTable(at, bufpos);
        left = c.samplesTo(at, cut, bufpos, bufpos - from, c.size, j, c);
        low = c.tr(at);
        level = at - Math.trunc(at);
        slope = (cut - at) / left;
        at = cut;
      }
      const lower = c.buffer(low);
      const upper = c.buffer(low + 1);
      const fits = lower.samples === s.points * 2 && upper.samples === s.points * 2;
      let a = c.f32(0);
      let b = c.f32(0);
      for (const k of c.each(3)) {
        a += c.wavetable(lower, s.points, s.phi[k], c);
        b += c.wavetable(upper, s.points, s.phi[k], c);
        s.phi[k] = (s.phi[k] + inc[k]) | 0;
      }
      y = fits ? a + level * (b - a) : 0;
      if (c.isAr) c.out[0][j] = y;
      level += slope;
      left -= 1;
    }
    s.position = bufpos;
    if (!c.isAr) return y;
  },
});
