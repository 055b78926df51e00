/// Laws that spectral units obey: what comes back from the spectrum.
import { describe, expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { compileDefinition, synthDef } from "../../packages/core/src/synthdef/index.ts";
import {
  BeatTrack,
  builtins,
  Convolution2,
  Convolution2L,
  FFT,
  IFFT,
  Impulse,
  K2A,
  Out,
  PV_Conj,
  PV_PhaseShift90,
  PV_PhaseShift270,
  type Signal,
  StereoConvolution2L,
  WhiteNoise,
} from "../../packages/core/src/ugens/index.ts";

/// Plays a definition whose buffers 0 and 1 hold `size` samples, of which `contents` are the first; the first two output channels.
function play(size: number, frames: number, channels: () => readonly Signal[], contents: readonly number[][] = [[], []]): Float32Array[] {
  const engine = new Engine({ outputs: 2, inputs: 0 });
  contents.forEach((samples, index) => {
    engine.buffers.allocate(index, size);
    engine.buffers.setAll(index, 0, samples);
  });
  const definition = synthDef("spectral", {}, () => Out.ar(0, [...channels()]));
  expect(engine.definitions.load(compileDefinition(definition.graph, engine.target, builtins))).toBeNull();
  expect(engine.nodes.newSynth("spectral", 1000, 0, 0)).toBeNull();
  const heard = [0, 1].map(() => new Float32Array(frames));
  for (let at = 0; at < frames; at += 64) {
    engine.process();
    heard.forEach((channel, i) => {
      channel.set(engine.output(i), at);
    });
  }
  expect(engine.takeFaults()).toEqual([]);
  return heard;
}

const largestDifference = (a: Float32Array, b: Float32Array): number => a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

describe.each([128, 256, 2048])("frames of %i", (size) => {
  test("a sound comes back unchanged, a window less a block later", () => {
    const [back, original] = play(size, 8192, () => {
      const noise = WhiteNoise.ar();
      return [IFFT.ar(FFT.kr({ buffer: 0, in: noise })), noise];
    });
    const delay = size - 64;
    // The first half window has no predecessor to overlap with.
    const from = delay + size;
    expect(largestDifference(back.subarray(from), original.subarray(from - delay))).toBeLessThan(2e-6);
  });
});

test.each([0, 6, 300])("a buffer of %i samples holds no frame: silence", (size) => {
  const [back] = play(size, 1024, () => [IFFT.ar(FFT.kr({ buffer: 0, in: WhiteNoise.ar() }))]);
  expect(Math.max(...back)).toBe(0);
});

test.each([
  ["PV_PhaseShift90 and PV_PhaseShift270", (frames: Signal) => PV_PhaseShift270.kr({ chain: PV_PhaseShift90.kr({ chain: frames }) })],
  ["PV_Conj twice", (frames: Signal) => PV_Conj.kr({ chain: PV_Conj.kr({ chain: frames }) })],
])("%s change nothing", (_name, change) => {
  const [changed, plain] = play(256, 4096, () => {
    const noise = WhiteNoise.ar();
    return [IFFT.ar(change(FFT.kr({ buffer: 0, in: noise }))), IFFT.ar(FFT.kr({ buffer: 1, in: noise }))];
  });
  expect(plain.some((x) => x !== 0)).toBe(true);
  expect(largestDifference(changed, plain)).toBe(0);
});

test("convolution with silence is silence", () => {
  const [convolved] = play(256, 2048, () => [Convolution2.ar({ in: WhiteNoise.ar(), kernel: 0, framesize: 256 })]);
  expect(convolved.every((x) => x === 0)).toBe(true);
});

test("a stereo convolution is two convolutions, crossfades too", () => {
  const kernels = [
    [0.5, 0, 0.25, -1],
    [0, 0, -0.75, 0, 0.5],
  ];
  const shared = () => ({ in: Impulse.ar(430), trigger: Impulse.ar(70), framesize: 256, crossfade: 2 });
  const stereo = play(256, 4096, () => [...StereoConvolution2L.ar({ ...shared(), kernelL: 0, kernelR: 1 })], kernels);
  const single = play(
    256,
    4096,
    () => [Convolution2L.ar({ ...shared(), kernel: 0 }), Convolution2L.ar({ ...shared(), kernel: 1 })],
    kernels,
  );
  for (const channel of [0, 1]) {
    expect(single[channel].some((x) => x !== 0)).toBe(true);
    expect(largestDifference(stereo[channel], single[channel])).toBe(0);
  }
});

test("BeatTrack finds the tempo of clicks", () => {
  const [tempo, beats] = play(1024, 48000 * 12, () => {
    const [quarter, , , tempo] = BeatTrack.kr({ chain: FFT.kr({ buffer: 0, in: Impulse.ar(2.5) }) });
    return [K2A.ar(tempo), K2A.ar(quarter)];
  });
  expect(tempo[0]).toBe(2);
  expect(Math.abs(tempo[tempo.length - 1] - 2.5)).toBeLessThan(0.05);
  const last = beats.subarray(48000 * 8);
  let count = 0;
  for (let at = 64; at < last.length; at += 64) if (last[at] > 0.5 && last[at - 64] <= 0.5) count++;
  expect(Math.abs(count - 10)).toBeLessThanOrEqual(1);
});
