/// Delay lines: Delay, Comb and Allpass without interpolation (N), with linear (L) and with cubic (C), in memory of their own or (Buf...) in a sample
/// buffer.
///
/// A control-rate delay time that changes makes the delay move in a straight line over the block, and the feedback with it. Both are added up sample
/// by sample in f32 and keep what that gives: between samples the rounding is audible.
import {
  type AnySpec,
  atInit,
  type Helper,
  helper,
  i32,
  kernel,
  perBlock,
  perSample,
  ring,
  type SampleBuffer,
  signal,
} from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";
import {
  bounded,
  cubical,
  type Interpolation,
  inBuffer,
  inRing,
  inRingWrittenFirst,
  type Line,
  type LineContext,
  linear,
  loopGain,
  ringLength,
  samplesOfDelay,
  truncated,
} from "./support/delayline.ts";

/// The delay in samples, and the input it was made from.
interface DelayState {
  w: number;
  d: number;
  time: number;
}
interface LoopState extends DelayState {
  f: number;
  decay: number;
}
const delayState = { w: i32(), d: 0, time: 0 };
const loopState = { ...delayState, f: 0, decay: 0 };

interface DelayInputs {
  in: number;
  delaytime: number;
}
interface LoopInputs extends DelayInputs {
  decaytime: number;
}

interface DelayContext extends LineContext {
  open(x: object, s: object, c: DelayContext): Line;
  longest(line: Line): number;
  least(): number;
  put(line: Line, w: number, value: number): void;
  read(line: Line, w: number, d: number, c: DelayContext): number;
  begun(w: number, d: number, c: DelayContext): boolean;
  samplesOfDelay(seconds: number, least: number, longest: number, c: DelayContext): number;
  bounded(w: number): number;
}
interface LoopContext extends DelayContext {
  loopGain(delay: number, decay: number, c: LoopContext): number;
  pass(line: Line, w: number, x: number, d: number, f: number, c: LoopContext): number;
  movesLate(): boolean;
}

/// Delay: y[n] = x[n - d]. A delay time of exactly 0 that never changes lets everything through.
const delay = {
  block(x: DelayInputs, s: DelayState, c: DelayContext) {
    const line = c.open(x, s, c);
    const longest = c.longest(line);
    const unchanged = !c.isControl(x.delaytime) || x.delaytime === s.time;
    const step = unchanged ? 0 : (c.samplesOfDelay(x.delaytime, c.least(), longest, c) - s.d) * c.f32(c.slope);
    s.time = x.delaytime;
    return { line, longest, step, d: s.d };
  },
  tick(x: DelayInputs, s: DelayState, b: { line: Line; longest: number; step: number; d: number }, c: DelayContext) {
    if (c.isScalar(x.delaytime) && x.delaytime === 0) return x.in;
    if (c.isControl(x.delaytime)) s.d += b.step;
    const d = c.isAudio(x.delaytime) ? c.samplesOfDelay(x.delaytime, c.least(), b.longest, c) : c.isControl(x.delaytime) ? s.d : b.d;
    // A counter of its own in every sample would be one more value to keep for each line.
    const w = s.w + c.j;
    c.put(b.line, w, x.in);
    const y = c.read(b.line, w, d, c);
    return b.longest > 1 ? y : 0;
  },
  end(_x: DelayInputs, s: DelayState, _b: unknown, c: DelayContext) {
    s.w = c.bounded(s.w + c.size);
  },
};

/// Comb and Allpass: a loop around the line.
const feedback = {
  block(x: LoopInputs, s: LoopState, c: LoopContext) {
    const line = c.open(x, s, c);
    const longest = c.longest(line);
    const sameTime = !c.isControl(x.delaytime) || x.delaytime === s.time;
    const same = sameTime && x.decaytime === s.decay;
    const step = sameTime ? 0 : (c.samplesOfDelay(x.delaytime, c.least(), longest, c) - s.d) * c.f32(c.slope);
    const gainStep = same ? 0 : (c.loopGain(x.delaytime, x.decaytime, c) - s.f) * c.f32(c.slope);
    s.time = x.delaytime;
    s.decay = x.decaytime;
    return { line, longest, step, gainStep, d: s.d, f: s.f, late: c.movesLate() && sameTime };
  },
  tick(
    x: LoopInputs,
    s: LoopState,
    b: { line: Line; longest: number; step: number; gainStep: number; d: number; f: number; late: boolean },
    c: LoopContext,
  ) {
    const moves = !c.isScalar(x.delaytime) || !c.isScalar(x.decaytime);
    const before = moves ? s.f : b.f;
    if (c.isControl(x.delaytime)) s.d += b.step;
    if (moves && !c.isAudio(x.delaytime)) s.f += b.gainStep;
    const d = c.isAudio(x.delaytime) ? c.samplesOfDelay(x.delaytime, c.least(), b.longest, c) : c.isControl(x.delaytime) ? s.d : b.d;
    const f = c.isAudio(x.delaytime) ? c.loopGain(x.delaytime, x.decaytime, c) : moves && !b.late ? s.f : before;
    const y = c.pass(b.line, s.w + c.j, x.in, d, f, c);
    return b.longest > 1 ? y : 0;
  },
  end: delay.end,
};

type Pass = Helper<(line: Line, w: number, x: number, d: number, f: number, c: LoopContext) => number>;

/// y[n] = v, line[n] = x + f v, with v = line[n - d].
const comb: Pass = helper((line: Line, w: number, x: number, d: number, f: number, c: LoopContext) => {
  const v = c.read(line, w, d, c);
  c.put(line, w, x + f * v);
  return v;
});
/// y[n] = v - f line[n], line[n] = x + f v, with v = line[n - d].
const allpass: Pass = helper((line: Line, w: number, x: number, d: number, f: number, c: LoopContext) => {
  const v = c.read(line, w, d, c);
  const fed = x + f * v;
  c.put(line, w, fed);
  return c.begun(w, d, c) ? v - f * fed : 0;
});

/// The least delay in samples: cubics look one sample ahead, which must be written.
const one = helper(() => 1);
const two = helper(() => 2);
const yes = helper(() => true);
const no = helper(() => false);

const common = { samplesOfDelay, bounded, loopGain, ringLength };
const ownLine = { in: signal, maxdelaytime: atInit(0.2), delaytime: perSample(0.2) };
const bufferLine = { buf: perBlock(0), in: signal, delaytime: perSample(0.2) };

const Delay = (name: string, interpolation: Interpolation, doc: string) =>
  ugen(name, {
    rates: "ar kr",
    family: "delays",
    doc,
    inputs: ownLine,
    state: { ...delayState, line: ring() },
    uses: { ...common, ...inRingWrittenFirst, ...interpolation, least: one },
    init({ in: x, maxdelaytime, delaytime }, s, c) {
      c.alloc(s.line, c.ringLength(maxdelaytime, c));
      s.time = delaytime;
      s.d = c.samplesOfDelay(delaytime, c.least(), s.line.length, c);
      return c.isScalar(delaytime) && delaytime === 0 ? x : 0;
    },
    ...delay,
  });

const Loop = (name: string, pass: Pass, interpolation: Interpolation, doc: string) =>
  ugen(name, {
    rates: "ar kr",
    family: "delays",
    doc,
    inputs: { ...ownLine, decaytime: perBlock(1) },
    state: { ...loopState, line: ring() },
    uses: {
      ...common,
      ...inRing,
      ...interpolation,
      pass,
      least: interpolation === cubical ? two : one,
      movesLate: interpolation === truncated ? yes : no,
    },
    init({ maxdelaytime, delaytime, decaytime }, s, c) {
      c.alloc(s.line, c.ringLength(maxdelaytime, c));
      s.time = delaytime;
      s.decay = decaytime;
      s.d = c.samplesOfDelay(delaytime, c.least(), s.line.length, c);
      s.f = c.loopGain(delaytime, decaytime, c);
      return 0;
    },
    ...feedback,
  });

const bufDelay = (interpolation: Interpolation, doc: string) =>
  kernel({
    family: "delays",
    doc,
    inputs: bufferLine,
    state: delayState,
    uses: { ...common, ...inBuffer, ...interpolation, least: interpolation.begun === truncated.begun ? one : two },
    writes: "buffer",
    init({ buf, in: x, delaytime }, s, c) {
      s.time = delaytime;
      s.d = c.samplesOfDelay(delaytime, c.least(), c.buffer(buf).mask, c);
      return c.isScalar(delaytime) && delaytime === 0 ? x : 0;
    },
    ...delay,
  });
const BufDelay = (name: string, interpolation: Interpolation, doc: string) =>
  ugen(name, { rates: "ar kr", ...bufDelay(interpolation, doc) });

const BufLoop = (name: string, pass: Pass, interpolation: Interpolation, doc: string) =>
  ugen(name, {
    rates: "ar",
    family: "delays",
    doc,
    inputs: { ...bufferLine, decaytime: perBlock(1) },
    state: loopState,
    uses: {
      ...common,
      ...inBuffer,
      ...interpolation,
      pass,
      least: interpolation === cubical ? two : one,
      movesLate: interpolation === truncated ? yes : no,
    },
    writes: "buffer",
    init({ buf, delaytime, decaytime }, s, c) {
      s.time = delaytime;
      s.decay = decaytime;
      s.d = c.samplesOfDelay(delaytime, c.least(), c.buffer(buf).mask, c);
      s.f = c.loopGain(delaytime, decaytime, c);
      return 0;
    },
    ...feedback,
  });

/// With an audio-rate delay time, BufDelayC falls back to lines between samples once the buffer has been filled, as in scsynth.
const cubicalUntilFull: Interpolation = {
  ...cubical,
  read: helper((line: SampleBuffer, w: number, d: number, c: LineContext) => {
    const k = c.tr(d);
    const past = c.at(line, w, k);
    const older = c.at(line, w, k + 1);
    const curve = c.cubic(d - k, c.at(line, w, k - 1), past, older, c.at(line, w, k + 2));
    return w >= line.samples ? c.lerp(d - k, past, older) : curve;
  }) as Interpolation["read"],
};

const delayDoc = "in delayed by delaytime seconds";
const combDoc = "A loop that repeats `in` every delaytime seconds, decaying by 60 dB in decaytime seconds";
const allpassDoc = "A loop as Comb's that lets every frequency through with the same gain";

/// DelayN (in, maxdelaytime 0.2 s, delaytime 0.2 s): y[n] = x[n - d], d truncated to whole samples, at least 1. Delays up to at least maxdelaytime.
export const DelayN = Delay("DelayN", truncated, `${delayDoc}, in whole samples.`);
/// DelayL: as DelayN, along lines between samples.
export const DelayL = Delay("DelayL", linear, `${delayDoc}, with linear interpolation.`);
/// DelayC: as DelayN, along cubics between samples.
export const DelayC = Delay("DelayC", cubical, `${delayDoc}, with cubic interpolation.`);

/// CombN (in, maxdelaytime 0.2 s, delaytime 0.2 s, decaytime 1 s): y[n] = x[n - d] + f y[n - d], f = sign(decaytime) 0.001^(delaytime / |decaytime|).
/// M. R. Schroeder, "Natural sounding artificial reverberation", Journal of the Audio Engineering Society 10, 1962.
export const CombN = Loop("CombN", comb, truncated, `${combDoc}; whole samples.`);
/// CombL: as CombN, along lines between samples.
export const CombL = Loop("CombL", comb, linear, `${combDoc}; linear interpolation.`);
/// CombC: as CombN, along cubics between samples; at least 2 samples long.
export const CombC = Loop("CombC", comb, cubical, `${combDoc}; cubic interpolation.`);

/// AllpassN (in, maxdelaytime 0.2 s, delaytime 0.2 s, decaytime 1 s): y[n] = -f x[n] + x[n - d] + f y[n - d], f as CombN's. Schroeder 1962.
export const AllpassN = Loop("AllpassN", allpass, truncated, `${allpassDoc}; whole samples.`);
/// AllpassL: as AllpassN, along lines between samples.
export const AllpassL = Loop("AllpassL", allpass, linear, `${allpassDoc}; linear interpolation.`);
/// AllpassC: as AllpassN, along cubics between samples; silent until its line has been written that far.
export const AllpassC = Loop("AllpassC", allpass, cubical, `${allpassDoc}; cubic interpolation.`);

const inBufferDoc = "The line is the first 2^n samples of the sample buffer buf.";

/// BufDelayN (buf 0, in, delaytime 0.2 s): DelayN whose line is the first 2^n samples of a sample buffer.
export const BufDelayN = BufDelay("BufDelayN", truncated, `${delayDoc}, in whole samples. ${inBufferDoc}`);
/// BufDelayL: as BufDelayN, along lines between samples.
export const BufDelayL = BufDelay("BufDelayL", linear, `${delayDoc}, with linear interpolation. ${inBufferDoc}`);
/// BufDelayC: as BufDelayN, along cubics between samples; at least 2 samples long. With an audio-rate delay time it goes along lines once the buffer
/// has been filled, as scsynth does.
const bufDelayC = `${delayDoc}, with cubic interpolation. ${inBufferDoc}`;
export const BufDelayC = ugenByShape(
  "BufDelayC",
  { rates: "ar kr", ...bufDelay(cubical, bufDelayC) },
  ({ inputs }) => bufDelay(inputs[2] === "ar" ? cubicalUntilFull : cubical, bufDelayC) as AnySpec,
);

/// BufCombN (buf 0, in, delaytime 0.2 s, decaytime 1 s): CombN whose line is the first 2^n samples of a sample buffer.
export const BufCombN = BufLoop("BufCombN", comb, truncated, `${combDoc}; whole samples. ${inBufferDoc}`);
/// BufCombL: as BufCombN, along lines between samples.
export const BufCombL = BufLoop("BufCombL", comb, linear, `${combDoc}; linear interpolation. ${inBufferDoc}`);
/// BufCombC: as BufCombN, along cubics between samples.
export const BufCombC = BufLoop("BufCombC", comb, cubical, `${combDoc}; cubic interpolation. ${inBufferDoc}`);
/// BufAllpassN (buf 0, in, delaytime 0.2 s, decaytime 1 s): AllpassN whose line is the first 2^n samples of a sample buffer.
export const BufAllpassN = BufLoop("BufAllpassN", allpass, truncated, `${allpassDoc}; whole samples. ${inBufferDoc}`);
/// BufAllpassL: as BufAllpassN, along lines between samples.
export const BufAllpassL = BufLoop("BufAllpassL", allpass, linear, `${allpassDoc}; linear interpolation. ${inBufferDoc}`);
/// BufAllpassC: as BufAllpassN, along cubics between samples.
export const BufAllpassC = BufLoop("BufAllpassC", allpass, cubical, `${allpassDoc}; cubic interpolation. ${inBufferDoc}`);
