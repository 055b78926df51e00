/// Laws that filters, lags and envelopes obey.
import { describe, expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { compileDefinition, synthDef } from "../../packages/core/src/synthdef/index.ts";
import {
  APF,
  BAllPass,
  BLowPass,
  builtins,
  DC,
  Decay,
  EnvGen,
  HPF,
  Impulse,
  K2A,
  Lag,
  Line,
  LPF,
  OnePole,
  Out,
  Ringz,
  RLPF,
  type Signal,
  SinOsc,
} from "../../packages/core/src/ugens/index.ts";

const rate = 48000;

/// The first `frames` of a signal.
function play(frames: number, sound: () => Signal): Float32Array {
  const engine = new Engine({ outputs: 1, inputs: 0, sampleRate: rate });
  const definition = synthDef("law", {}, () => Out.ar(0, [sound()]));
  expect(engine.definitions.load(compileDefinition(definition.graph, engine.target, builtins))).toBeNull();
  expect(engine.nodes.newSynth("law", 1000, 0, 0)).toBeNull();
  const heard = new Float32Array(frames);
  for (let at = 0; at < frames; at += 64) {
    engine.process();
    heard.set(engine.output(0).subarray(0, Math.min(64, frames - at)), at);
  }
  expect(engine.takeFaults()).toEqual([]);
  return heard;
}
const rms = (x: Float32Array) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
/// Level of a filtered sine once it has settled, in dB.
const gain = (hz: number, filter: (x: Signal) => Signal) =>
  20 * Math.log10(rms(play(24000, () => filter(SinOsc.ar(hz))).subarray(4800)) / Math.SQRT1_2);

describe("Butterworth filters lose 3 dB at their frequency", () => {
  test.each([100, 1000, 9000])("at %i Hz", (hz) => {
    expect(gain(hz, (x) => LPF.ar(x, hz))).toBeCloseTo(-3.01, 1);
    expect(gain(hz, (x) => HPF.ar(x, hz))).toBeCloseTo(-3.01, 1);
  });
  test("and 12 dB an octave beyond", () => {
    expect(gain(200, (x) => HPF.ar(x, 1600))).toBeCloseTo(-36.1, 0);
  });
});

test.each([300, 3000])("an allpass passes %i Hz at its level", (hz) => {
  expect(gain(hz, (x) => BAllPass.ar(x, 1200, 0.5))).toBeCloseTo(0, 2);
});

test("a parameter at control rate that stays gives what a constant gives", () => {
  const filters: ((x: Signal, f: Signal | number) => Signal)[] = [
    (x, f) => LPF.ar(x, f),
    (x, f) => RLPF.ar(x, f, 0.2),
    (x, f) => BLowPass.ar(x, f, 0.2),
    (x, f) => APF.ar(x, f, 0.7),
  ];
  for (const filter of filters) {
    const constant = play(2048, () => filter(Impulse.ar(100), 700));
    const control = play(2048, () => filter(Impulse.ar(100), DC.kr(700)));
    expect(control).toEqual(constant);
  }
});

test("decays fall by 60 dB in their time", () => {
  const heard = play(9600, () => Decay.ar(Impulse.ar(0), 0.1));
  expect(heard[4800] / heard[0]).toBeCloseTo(0.001, 5);
  const step = play(9600, () => Lag.ar(Line.ar(-1, 1, 2 / rate), 0.1));
  expect(1 - step[4801]).toBeCloseTo(0.001, 4);
  const ring = play(48000, () => Ringz.ar(Impulse.ar(0), 440, 0.5));
  expect(rms(ring.subarray(24000, 26400)) / rms(ring.subarray(0, 2400))).toBeCloseTo(0.001, 4);
});

test("a one-pole settles at the level of its input", () => {
  expect(play(4800, () => OnePole.ar(DC.ar(0.5), 0.9)).at(-1)).toBeCloseTo(0.5, 6);
});

describe("EnvGen", () => {
  const shapes = { step: 0, linear: 1, exponential: 2, sine: 3, welch: 4, curve: 5, squared: 6, cubed: 7 };
  test.each(Object.entries(shapes))("%s arrives where it should and rests there", (_name, shape) => {
    const heard = play(9600, () => EnvGen.ar({ gate: 1, envelope: [0.1, 2, -99, -99, 0.9, 0.05, shape, -3, 0.2, 0.05, shape, -3] }));
    const near = shape === 0 ? 1e-6 : 2e-3;
    expect(Math.abs(heard[2397] - 0.9)).toBeLessThan(near);
    expect(Math.abs(heard[4796] - 0.2)).toBeLessThan(near);
    expect(new Set(heard.subarray(4802))).toEqual(new Set([Math.fround(0.2)]));
  });

  test("the same at control rate, a block for a sample", () => {
    const envelope = [0, 1, -99, -99, 1, 1, 3, 0];
    const audio = play(4800, () => EnvGen.ar({ gate: 1, envelope }));
    const control = play(4800, () => K2A.ar(EnvGen.kr({ gate: 1, envelope })));
    // K2A is a block behind, and so is the step that the construction keeps.
    for (let at = 64; at < 4800; at += 64) expect(Math.abs(control[at] - audio[at])).toBeLessThan(1e-3);
  });
});
