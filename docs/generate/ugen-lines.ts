/// A line of TypeScript for every unit generator, as its reference shows it, and the sound it makes. Buffer 0 holds a sine and two of its harmonics, buffer 1
/// the same in wavetable form, buffer 2 odd harmonics in wavetable form; buffer 3 is free, buffer 4
/// holds the first prepared for PartConv.
import { oscMessage, timeTag, writeScore } from "../../packages/core/src/osc/index.ts";
import { inputKinds } from "../../packages/core/src/kernel/unit.ts";
import * as definitions from "../../packages/core/src/synthdef/index.ts";
import * as library from "../../packages/core/src/ugens/index.ts";
import { rateOf, Signal } from "../../packages/core/src/ugens/signal.ts";
import type { UGen } from "../../packages/core/src/ugens/index.ts";

/// What an input is fed with, by its name, at audio and at control rate; other inputs keep their defaults.
const inputs: Readonly<Record<string, readonly [ar: string, kr: string]>> = {
  in: ["LFSaw.ar(220)", "LFSaw.kr(20)"],
  in2: ["LFTri.ar(331)", "LFTri.kr(31)"],
  a: ["LFSaw.ar(220)", "LFSaw.kr(20)"],
  b: ["LFTri.ar(331)", "LFTri.kr(31)"],
  x: ["SinOsc.ar(220)", "SinOsc.kr(20)"],
  y: ["SinOsc.ar(331)", "SinOsc.kr(31)"],
  w: ["SinOsc.ar(100)", "SinOsc.kr(10)"],
  inA: ["LFSaw.ar(220)", "LFSaw.kr(20)"],
  inB: ["SinOsc.ar(331)", "SinOsc.kr(31)"],
  left: ["LFSaw.ar(220)", "LFSaw.kr(20)"],
  right: ["SinOsc.ar(331)", "SinOsc.kr(31)"],
  in0: ["SinOsc.ar(220)", "SinOsc.kr(20)"],
  in1: ["SinOsc.ar(440)", "SinOsc.kr(40)"],
  in3: ["SinOsc.ar(880)", "SinOsc.kr(80)"],
  control: ["SinOsc.ar(20)", "SinOsc.kr(20)"],
  kernel: ["Impulse.ar(100)", "0"],
  trig: ["Impulse.ar(300)", "Impulse.kr(25)"],
  trigger: ["Impulse.ar(60)", "Impulse.kr(25)"],
  bufnum: ["0", "0"],
  bufpos: ["1.3", "1.3"],
  which: ["LFSaw.ar(220).madd(1, 1)", "LFSaw.kr(20).madd(1, 1)"],
  array: ["[0.2, -0.4, 0.6]", "[0.2, -0.4, 0.6]"],
  prob: ["0.5", "0.5"],
  chain: ["FFT.kr(LocalBuf.ir(1, 512), LFSaw.ar(440))", "FFT.kr(LocalBuf.ir(1, 512), LFSaw.ar(440))"],
};

const spectrum = (freq: number) => `FFT.kr(LocalBuf.ir(1, 512), LFSaw.ar(${freq}))`;
const demanded = (source: string) => `Duty.ar({ dur: 0.002, level: ${source} })`;

/// Whole lines, where feeding the inputs by name does not show what the unit generator does.
const lines: Readonly<Record<string, string>> = {
  AudioControl: 'synthDef("hear", { level: audio(0.5) }, ({ level }) => Out.ar(0, SinOsc.ar(220).mul(level)))',
  Control: 'synthDef("hear", { freq: 220 }, ({ freq }) => Out.ar(0, SinOsc.ar(freq)))',
  LagControl: 'synthDef("hear", { freq: lag(220, 0.1) }, ({ freq }) => Out.ar(0, SinOsc.ar(freq)))',
  TrigControl: 'synthDef("hear", { strike: trig(1) }, ({ strike }) => Out.ar(0, Ringz.ar(K2A.ar(strike), 440, 0.1)))',
  Osc: "Osc.ar(1, 220)",
  COsc: "COsc.ar(1, 220, 20)",
  VOsc3: "VOsc3.ar({ bufpos: 1.3, freq1: 110, freq2: 220, freq3: 331 })",
  Klang: "Klang.ar({ partials: [220, 0.5, 0, 440, 0.2, 0, 990, 0.1, 0] })",
  Klank: "Klank.ar({ in: Impulse.ar(20), modes: [220, 0.1, 0.05, 440, 0.05, 0.05, 990, 0.05, 0.05] })",
  PlayBuf: "PlayBuf.ar({ channels: 1, bufnum: 0, loop: 1 })",
  LocalIn: "[LocalIn.ar(1), LocalOut.ar(SinOsc.ar(220))][0]",
  EnvGen: "EnvGen.ar({ envelope: Env.perc(0.02, 0.2) })",
  IEnvGen: "IEnvGen.ar({ index: LFSaw.ar(20).madd(0.5, 0.5), initLevel: 0, numStages: 2, totalDur: 1, stages: [0.3, 1, 0, 1, 0.7, 0, 0, 1] })",
  Linen: "Linen.kr({ gate: 1, attackTime: 0.1, releaseTime: 0.1 })",
  Line: "Line.ar(0, 1, 0.2)",
  XLine: "XLine.ar(1, 0.01, 0.2)",
  VarLag: "VarLag.ar(LFPulse.ar(20), 0.02)",
  Ramp: "Ramp.ar(LFPulse.ar(20), 0.02)",
  LinExp: "LinExp.ar({ in: LFSaw.ar(220), srclo: -1, srchi: 1, dstlo: 0.01, dsthi: 1 })",
  DC: "DC.ar(0.5)",
  K2A: "K2A.ar(SinOsc.kr(50))",
  A2K: "A2K.kr(SinOsc.ar(50))",
  T2A: "T2A.ar({ in: Impulse.kr(200) })",
  T2K: "T2K.kr(Impulse.ar(50))",
  Impulse: "Impulse.ar(220)",
  Demand: "Demand.ar({ channels: 1, trig: Impulse.ar(500), sources: [Dseq.dr({ repeats: 100, list: [0.2, -0.4, 0.6] })] })",
  Duty: demanded("Dseq.dr({ repeats: 100, list: [0.2, -0.4, 0.6] })"),
  TDuty: "TDuty.ar({ dur: Dseq.dr({ repeats: 100, list: [0.001, 0.002] }), level: 0.5 })",
  DemandEnvGen: "DemandEnvGen.ar({ level: Dseq.dr({ repeats: 100, list: [0.2, -0.4, 0.6] }), dur: 0.004 })",
  Dwrand: demanded("Dwrand.dr({ repeats: 100, size: 2, lists: [0.9, 0.1, 0.2, -0.4] })"),
  Dswitch: demanded("Dswitch.dr({ index: Dwhite.dr(100, 0, 1), list: [0.2, Dseq.dr({ repeats: 2, list: [-0.4, 0.6] })] })"),
  Dswitch1: demanded("Dswitch1.dr({ index: Dseq.dr({ repeats: 100, list: [0, 1, 1] }), list: [0.2, -0.4] })"),
  Ddup: demanded("Ddup.dr(2, Dwhite.dr(100, -1, 1))"),
  Dstutter: demanded("Dstutter.dr(2, Dwhite.dr(100, -1, 1))"),
  Dconst: demanded("Dconst.dr(3, Dwhite.dr(100, 0, 1))"),
  Dreset: demanded("Dreset.dr(Dseries.dr(100, -1, 0.1), 0)"),
  Dpoll: demanded("Dpoll.dr(Dwhite.dr(100, -1, 1), 0)"),
  Dbufrd: demanded("Dbufrd.dr(0, Dseries.dr(100, 0, 16))"),
  Dbufwr: demanded("Dbufwr.dr(3, Dseries.dr(100, 0, 1), Dwhite.dr(100, -1, 1))"),
  Dseries: demanded("Dseries.dr(100, -1, 0.1)"),
  Dgeom: demanded("Dgeom.dr(100, 1, 0.8)"),
  Dwhite: demanded("Dwhite.dr(100, -1, 1)"),
  Diwhite: demanded("Diwhite.dr(100, -2, 2)"),
  Dbrown: demanded("Dbrown.dr(100, -1, 1, 0.3)"),
  Dibrown: demanded("Dibrown.dr(100, -5, 5, 2)"),
  FFT: `IFFT.ar(${spectrum(440)})`,
  IFFT: `IFFT.ar(${spectrum(440)})`,
  FFTTrigger: "IFFT.ar(PackFFT.kr({ chain: FFTTrigger.kr(LocalBuf.ir(1, 512)), bufsize: 512, frombin: 3, tobin: 4, zeroothers: 1, count: 4, values: [40, 0, 20, 1] }))",
  PartConv: "PartConv.ar({ in: Impulse.ar(50), fftsize: 1024, irbufnum: 4 })",
  Convolution2: "Convolution2.ar(Impulse.ar(50), 0, 0, 512)",
  Convolution2L: "Convolution2L.ar(Impulse.ar(50), 0, 0, 512)",
  StereoConvolution2L: "StereoConvolution2L.ar(Impulse.ar(50), 0, 0, 0, 512)",
  Convolution3: "Convolution3.ar(Impulse.ar(50), 0, 0, 512)",
  Unpack1FFT: demanded(`Unpack1FFT.dr(${spectrum(440)}, 512, 3, 0)`),
  PackFFT: "IFFT.ar(PackFFT.kr({ chain: FFTTrigger.kr(LocalBuf.ir(1, 512)), bufsize: 512, frombin: 3, tobin: 4, zeroothers: 1, count: 4, values: [40, 0, 20, 1] }))",
  BeatTrack: "BeatTrack.kr(FFT.kr(LocalBuf.ir(1, 1024), Impulse.ar(2)))",
  Loudness: "Loudness.kr(FFT.kr(LocalBuf.ir(1, 1024), LFSaw.ar(440)))",
  KeyTrack: "KeyTrack.kr(FFT.kr(LocalBuf.ir(1, 4096), Saw.ar(440)))",
  SetBuf: "[LocalBuf.ir(1, 4)].map((buf) => [SetBuf.ir({ buf, count: 2, values: [0.5, -0.5] }), Index.ar(buf, LFPulse.ar(220))][1])[0]",
  ClearBuf: "ClearBuf.ir(LocalBuf.ir(1, 4))",
  MaxLocalBufs: "MaxLocalBufs.ir(4)",
  LocalBuf: "RecordBuf.ar({ bufnum: LocalBuf.ir(1, 512), channels: [SinOsc.ar(220)] })",
  BufWr: "BufWr.ar({ bufnum: 3, phase: Phasor.ar({ end: 512 }), channels: [SinOsc.ar(220)] })",
  BufRd: "BufRd.ar({ channels: 1, bufnum: 0, phase: Phasor.ar({ end: 512 }) })",
  RecordBuf: "RecordBuf.ar({ bufnum: 3, channels: [SinOsc.ar(220)] })",
  DelTapWr: "DelTapRd.ar({ buffer: 3, phase: DelTapWr.ar(3, Impulse.ar(100)), delTime: 0.003 })",
  DelTapRd: "DelTapRd.ar({ buffer: 3, phase: DelTapWr.ar(3, Impulse.ar(100)), delTime: 0.003 })",
  Index: "Index.ar(0, LFSaw.ar(94).madd(256, 256))",
  IndexL: "IndexL.ar(0, LFSaw.ar(94).madd(256, 256))",
  WrapIndex: "WrapIndex.ar(0, LFSaw.ar(94).madd(512, 512))",
  FoldIndex: "FoldIndex.ar(0, LFSaw.ar(94).madd(512, 512))",
  Shaper: "Shaper.ar(1, SinOsc.ar(220))",
  Done: "FreeSelfWhenDone.kr(Line.kr(0, 1, 0.1))",
  FreeSelfWhenDone: "FreeSelfWhenDone.kr(Line.kr(0, 1, 0.1))",
  PauseSelfWhenDone: "PauseSelfWhenDone.kr(Line.kr(0, 1, 0.1))",
  UnaryOpUGen: "SinOsc.ar(220).abs()",
  BinaryOpUGen: "SinOsc.ar(220).mul(SinOsc.ar(331))",
  MulAdd: "SinOsc.ar(220).madd(0.5, 0.2)",
  Out: "Out.ar(0, SinOsc.ar(220))",
  OffsetOut: "OffsetOut.ar(0, SinOsc.ar(220))",
  ReplaceOut: "ReplaceOut.ar(0, SinOsc.ar(220))",
  XOut: "XOut.ar(0, 0.5, SinOsc.ar(220))",
  LocalOut: "[LocalIn.ar(1), LocalOut.ar(SinOsc.ar(220))][0]",
  SharedOut: "SharedOut.kr(0, SinOsc.kr(20))",
  DiskOut: "DiskOut.ar(3, SinOsc.ar(220))",
  Phasor: "Phasor.ar({ rate: 0.01 })",
  Stepper: "Stepper.ar({ trig: Impulse.ar(300), max: 5 })",
  SetResetFF: "SetResetFF.ar(Impulse.ar(300), Impulse.ar(200))",
  Sweep: "Sweep.ar(Impulse.ar(100), 100)",
  GrainSin: "GrainSin.ar({ channels: 1, trigger: Impulse.ar(20), dur: 0.04 })",
  GrainFM: "GrainFM.ar({ channels: 1, trigger: Impulse.ar(20), dur: 0.04 })",
  GrainIn: "GrainIn.ar({ channels: 1, trigger: Impulse.ar(20), dur: 0.04, in: SinOsc.ar(440) })",
  GrainBuf: "GrainBuf.ar({ channels: 1, trigger: Impulse.ar(20), dur: 0.04, sndbuf: 0 })",
  TGrains: "TGrains.ar({ channels: 2, trigger: Impulse.ar(20), bufnum: 0, dur: 0.04, amp: 0.5 })",
  Warp1: "Warp1.ar({ channels: 1, bufnum: 0, windowSize: 0.04, interp: 2 })",
  GVerb: "GVerb.ar({ in: Impulse.ar(4) })",
  FreeVerb: "FreeVerb.ar({ in: Impulse.ar(4), mix: 0.8 })",
  FreeVerb2: "FreeVerb2.ar({ in: Impulse.ar(4), in2: Impulse.ar(3), mix: 0.8 })",
  Pluck: "Pluck.ar({ in: WhiteNoise.ar(), trig: Impulse.ar(8), delaytime: 0.005, decaytime: 0.2 })",
  Spring: "Spring.ar(LFPulse.ar(10), 10, 0.0001)",
  Ball: "Ball.ar(SinOsc.ar(5), 10, 0, 0.01)",
  Vibrato: "Vibrato.ar({ freq: 2, rate: 10, depth: 0.5 })",
  LFGauss: "LFGauss.ar(0.1, 0.1)",
  AmpComp: "AmpComp.ar({ freq: XLine.ar(30, 3000, 0.2), root: 30 })",
  AmpCompA: "AmpCompA.ar(XLine.ar(30, 3000, 0.2))",
  Amplitude: "Amplitude.ar(Decay2.ar(Impulse.ar(20), 0.002, 0.02).mul(SinOsc.ar(600)))",
  Pitch: "Pitch.kr(SinOsc.ar(220)).mul(0.001)",
  DelayN: "DelayN.ar({ in: Impulse.ar(50), delaytime: 0.005 })",
  DelayL: "DelayL.ar({ in: Impulse.ar(50), delaytime: 0.005 })",
  DelayC: "DelayC.ar({ in: Impulse.ar(50), delaytime: 0.005 })",
  CombN: "CombN.ar({ in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  CombL: "CombL.ar({ in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  CombC: "CombC.ar({ in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  AllpassN: "AllpassN.ar({ in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  AllpassL: "AllpassL.ar({ in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  AllpassC: "AllpassC.ar({ in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  FOS: "FOS.ar({ in: LFSaw.ar(220), a0: 0.1, b1: 0.9 })",
  SOS: "SOS.ar({ in: LFSaw.ar(220), a0: 0.05, b1: 1.6, b2: -0.7 })",
  Formlet: "Formlet.ar({ in: Impulse.ar(100), freq: 600, attacktime: 0.001, decaytime: 0.005 })",
  Ringz: "Ringz.ar({ in: Impulse.ar(100), freq: 600, decaytime: 0.01 })",
  Dust: "Dust.ar(500)",
  Dust2: "Dust2.ar(500)",
  TDelay: "TDelay.ar(Impulse.ar(300), 0.001)",
  Schmidt: "Schmidt.ar({ in: SinOsc.ar(220), lo: -0.5, hi: 0.5 })",
  TBall: "TBall.ar(LFSaw.ar(5), 30, 0.1, 0.01)",
  BufCombN: "BufCombN.ar({ buf: 3, in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  BufCombL: "BufCombL.ar({ buf: 3, in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  BufCombC: "BufCombC.ar({ buf: 3, in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  BufAllpassN: "BufAllpassN.ar({ buf: 3, in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  BufAllpassL: "BufAllpassL.ar({ buf: 3, in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  BufAllpassC: "BufAllpassC.ar({ buf: 3, in: Impulse.ar(20), delaytime: 0.005, decaytime: 0.05 })",
  BufDelayN: "BufDelayN.ar({ buf: 3, in: Impulse.ar(50), delaytime: 0.005 })",
  BufDelayL: "BufDelayL.ar({ buf: 3, in: Impulse.ar(50), delaytime: 0.005 })",
  BufDelayC: "BufDelayC.ar({ buf: 3, in: Impulse.ar(50), delaytime: 0.005 })",
  In: "[Out.ar(4, SinOsc.ar(220)), In.ar(4)][1]",
  InFeedback: "[InFeedback.ar(4), Out.ar(4, SinOsc.ar(220))][0]",
  LagIn: "[Out.kr(4, LFPulse.kr(20)), LagIn.kr(4)][1]",
  RandSeed: "[RandSeed.ar(Impulse.ar(300), 1956), WhiteNoise.ar()][1]",
  RandID: "[RandID.kr(1), WhiteNoise.ar()][1]",
  PV_MagBelow: `IFFT.ar(PV_MagBelow.kr(${spectrum(440)}, 20))`,
  PV_MagClip: `IFFT.ar(PV_MagClip.kr(${spectrum(440)}, 20))`,
  PV_MagAbove: `IFFT.ar(PV_MagAbove.kr(${spectrum(440)}, 20))`,
  TWindex: "TWindex.ar({ in: Impulse.ar(300), weights: [0.2, 0.5, 0.3] })",
};

/// Seconds that a picture shows, by family where the family has its own pace, else by the rate of what it shows.
const pace: Readonly<Record<string, number>> = {
  delays: 0.1,
  reverbs: 0.5,
  envelopes: 0.25,
  lines: 0.25,
  lags: 0.05,
  granular: 0.15,
  physical: 0.3,
  dynamics: 0.1,
  spectral: 0.05,
  analysis: 0.3,
  demand: 0.04,
};

/// The first call that `ugen` shows, by its inputs' names.
function callOf({ name, face }: UGen): string {
  const [rate] = (face.rates ?? "ar kr").split(" ");
  const given = inputKinds(face).flatMap(([key, spec]) => {
    const feed = inputs[key]?.[rate === "ar" ? 0 : 1];
    if (feed !== undefined && (spec.kind !== "many" || key === "array")) return [`${key}: ${feed}`];
    if (spec.kind === "many") return [`${key}: [${inputs.in[rate === "ar" ? 0 : 1]}]`];
    return spec.default === undefined ? [`${key}: 0`] : [];
  });
  const named = given.length > 0 ? `{ ${given.join(", ")} }` : "{}";
  if (face.outputs === "caller") return `${name}.${rate}({ channels: 1${given.length > 0 ? `, ${given.join(", ")}` : ""} })`;
  if (face.outputs === "caller last") return `${name}.${rate}(0)`;
  return `${name}.${rate}(${given.length > 0 ? named : ""})`;
}

/// The line that the reference of `ugen` shows.
export function lineOf(ugen: UGen): string {
  const { name, face } = ugen;
  if (Object.hasOwn(lines, name)) return lines[name];
  if (face.family === "demand") return demanded(`${name}.dr({ repeats: 100, list: [0.2, -0.4, 0.6] })`);
  if (name.startsWith("PV_") && face.rates === "kr") {
    const call = callOf(ugen).replace(inputs.a[1], spectrum(440)).replace(inputs.b[1], spectrum(331));
    return `IFFT.ar(${call})`;
  }
  return callOf(ugen);
}

/// Runs the line inside a definition, which plays what the line gives on buses 0 and 1.
export function definitionOf(ugen: UGen): definitions.SynthDef {
  const line = lineOf(ugen);
  // biome-ignore lint/security/noGlobalEval: the lines are this file's own
  const run = (names: object) => new Function(...Object.keys(names), `return ${line};`)(...Object.values(names)) as unknown;
  const words = { ...library, ...definitions };
  if (line.startsWith("synthDef(")) return run(words) as definitions.SynthDef;
  return definitions.synthDef("hear", {}, () => {
    const made = run(words);
    if (!(made instanceof Signal) || made.size === 0 || line.startsWith("Out") || line.startsWith("ReplaceOut")) return;
    library.Out.ar(0, [...made].slice(0, 2).map(audible));
  });
}

/// At audio rate.
function audible(signal: Signal): Signal {
  const rate = Array.isArray(signal.value) ? "ar" : rateOf(signal.value as Parameters<typeof rateOf>[0]);
  return rate === "ar" ? signal : rate === "kr" ? library.K2A.ar(signal) : library.DC.ar(signal);
}

/// Seconds that the picture of `ugen` shows.
export function secondsOf({ face }: UGen): number {
  const slow = !(face.rates ?? "ar").includes("ar");
  return pace[face.family ?? ""] ?? (slow ? 0.2 : 0.02);
}

/// A score that plays the line for `seconds`, `instances` times at once.
export function scoreOf(ugen: UGen, seconds: number, instances = 1): Uint8Array {
  const start = [
    oscMessage("/b_alloc", 0, 512, 1),
    oscMessage("/b_gen", 0, "sine1", 1, 1, 0.5, 0.3),
    oscMessage("/b_alloc", 1, 1024, 1),
    oscMessage("/b_gen", 1, "sine1", 7, 1, 0.5, 0.3),
    oscMessage("/b_alloc", 2, 1024, 1),
    oscMessage("/b_gen", 2, "sine1", 7, 1, 0, 0.3, 0, 0.2),
    oscMessage("/b_alloc", 3, 65536, 1),
    oscMessage("/b_alloc", 4, 1024, 1),
    oscMessage("/b_gen", 4, "PreparePartConv", 0, 1024),
    oscMessage("/d_recv", definitionOf(ugen).bytes()),
    ...Array.from({ length: instances }, (_, i) => oscMessage("/s_new", "hear", 1000 + i, 0, 0)),
  ];
  return writeScore([
    { time: timeTag(0), packets: start },
    { time: timeTag(seconds), packets: [oscMessage("/g_freeAll", 0)] },
  ]);
}
