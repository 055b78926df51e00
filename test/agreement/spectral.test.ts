/// Laws that spectral units obey: what comes back from the spectrum.
import { describe, expect, test } from "vitest";
import { Engine } from "../../packages/core/src/engine/index.ts";
import { compileDefinition, synthDef } from "../../packages/core/src/synthdef/index.ts";
import { builtins, FFT, IFFT, Out, type Signal, WhiteNoise } from "../../packages/core/src/ugens/index.ts";

/// Plays a definition whose buffers 0 and 1 hold `size` samples; the first two output channels.
function play(size: number, frames: number, channels: () => readonly Signal[]): Float32Array[] {
  const engine = new Engine({ outputs: 2, inputs: 0 });
  for (const index of [0, 1]) engine.buffers.allocate(index, size);
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
