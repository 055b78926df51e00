/// Examples of patches, rendered and compared with what they claim.
import { renderScript } from "@heddle/node";
import { bodyModule, Out, Patch, SinOsc, unitModule } from "heddle";
import { describe, expect, test } from "vitest";
import hundredVoices, { cycle, length, stagger, voices } from "../../examples/hundred-voices.ts";
import karplusStrong, { period } from "../../examples/karplus-strong.ts";
import lookAheadLimiter, { ceiling, lookAhead } from "../../examples/look-ahead-limiter.ts";
import rewire, { chord, fade } from "../../examples/rewire.ts";

type Script = Parameters<typeof renderScript>[0]["script"];

/// First place where two sounds differ, -1 for none.
const difference = (a: Float32Array, b: Float32Array): number => a.findIndex((x, k) => x !== b[k]);
const peak = (x: Float32Array): number => x.reduce((most, y) => Math.max(most, Math.abs(y)), 0);

/// What a script renders, by channel.
async function channels(script: Script, outputs = 1, blockSize = 64): Promise<Float32Array[]> {
  const sound: number[][] = Array.from({ length: outputs }, () => []);
  await renderScript({
    script,
    outputs,
    blockSize,
    post: (text) => expect.fail(text),
    listener: (interleaved, count) => {
      for (let k = 0; k < count * outputs; k++) sound[k % outputs].push(interleaved[k]);
    },
  });
  return sound.map((frames) => Float32Array.from(frames));
}

/// The first note of every voice of the hundred.
async function voiceAlone(): Promise<Float32Array[]> {
  const notes: Float32Array[] = [];
  for (let first = 0; first < voices; first += 50) {
    notes.push(
      ...(await channels(async (server) => {
        const patch = new Patch(server);
        patch.edit((edit) => {
          const out = edit.add(unitModule(Out, { channels: 50 }));
          for (let k = 0; k < 50; k++) {
            const voice = bodyModule("voice", { freq: 100 + 7 * (first + k) }, ({ freq }) => SinOsc.ar(freq).mul(0.01));
            edit.connect(edit.add(voice), out.in[`channels${k}`]);
          }
        });
        await server.wait(length / 48_000);
      }, 50)),
    );
  }
  return notes;
}

describe("Karplus-Strong", () => {
  test.each([1, 48, 64, 256])("is its recurrence, sample by sample, in blocks of %i", async (blockSize) => {
    const [sound] = await channels(karplusStrong, 1, blockSize);
    const y = new Float32Array(sound.length);
    let seed = 1;
    let before = 0;
    for (let n = 0; n < y.length; n++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      const noise = n < period ? Math.fround(seed / 2 ** 32) : 0;
      const mix = Math.fround(noise + (n >= period - 1 ? y[n - period + 1] : 0));
      y[n] = Math.fround(Math.fround(mix + before) * Math.fround(0.499));
      before = mix;
    }
    expect(sound.findIndex((x, n) => x !== y[n])).toBe(-1);
    expect(sound.length).toBeGreaterThanOrEqual(96000);
  });
});

test("the limiter is 64 frames late, the dry path as much, and nothing exceeds the ceiling", async () => {
  const [wet, dry, taken] = await channels(lookAheadLimiter, 3);
  // A sine table of the same kind as the module's.
  const source = await channels(async (server) => {
    const patch = new Patch(server);
    patch.edit((edit) =>
      edit.chain(
        edit.add(bodyModule("swell", {}, () => SinOsc.ar(220).mul(SinOsc.ar(2).mul(0.5).add(0.5)))),
        edit.add(unitModule(Out, { channels: 1 })),
      ),
    );
    await server.wait(1);
  });
  expect(difference(dry.subarray(lookAhead), source[0])).toBe(-1);
  expect(peak(wet)).toBeLessThanOrEqual(ceiling);
  expect(peak(dry)).toBeGreaterThan(0.9);
  expect(
    difference(
      taken,
      dry.map((x, k) => x - wet[k]),
    ),
  ).toBe(-1);
});

test("a hundred voices are heard from their frames to their frames, each note from the start", async () => {
  const [sound] = await channels(hundredVoices);
  // The same notes by hand: voice k alone, unsuspended, cut to its times.
  const expected = new Float64Array(sound.length);
  const one = await voiceAlone();
  for (let k = 0; k < voices; k++) {
    for (const start of [0, cycle]) {
      for (let j = 0; j < length; j++) {
        const at = start + k * stagger + j;
        if (at < expected.length) expected[at] += one[k][j];
      }
    }
  }
  let worst = 0;
  for (let n = 0; n < sound.length; n++) worst = Math.max(worst, Math.abs(sound[n] - expected[n]));
  // A sum of a hundred rounded terms.
  expect(worst).toBeLessThan(1e-6);
});

test("a chord goes on under a patch that is rewired, without a click", async () => {
  const [sound] = await channels(rewire);
  const [alone] = await channels(async (server) => {
    const patch = new Patch(server);
    patch.edit((edit) => {
      const out = edit.add(unitModule(Out, { channels: 1 }));
      for (const freq of chord) edit.connect(edit.add(bodyModule("tone", { freq }, ({ freq: f }) => SinOsc.ar(f).mul(0.05))), out);
    });
    await server.wait(1.5);
  });
  // Before the echo, and after it has faded, it is the chord, bit by bit.
  const end = 48_000 + fade + 64;
  expect(difference(sound.subarray(0, 24_000), alone)).toBe(-1);
  expect(difference(sound.subarray(end), alone.subarray(end))).toBe(-1);
  expect(difference(sound.subarray(36_000, 47_000), alone.subarray(36_000))).toBeGreaterThanOrEqual(0);
  // No step larger than the steepest of all tones and echoes together, and no corner sharper than they and the ends of the fades make.
  const w = chord.map((f) => (2 * Math.PI * f) / 48_000);
  const steepest = w.reduce((sum, x) => sum + 0.05 * x, 0) * 2.2;
  const sharpest = w.reduce((sum, x) => sum + 0.05 * x * x, 0) * 2.2 + 0.4 / fade;
  expect(peak(sound.subarray(1).map((x, n) => x - sound[n]))).toBeLessThan(steepest);
  expect(peak(sound.subarray(2).map((x, n) => x - 2 * sound[n + 1] + sound[n]))).toBeLessThan(sharpest);
});
