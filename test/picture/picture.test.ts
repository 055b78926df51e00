import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { createSoundFile, describeLevels, drawSoundFile, LevelMeter, PictureRecorder } from "@heddle/node";
import fc from "fast-check";
import { expect, test } from "vitest";
import { powerSpectrum } from "../../packages/node/src/picture/fft.ts";
import { OutlineRecorder } from "../../packages/node/src/picture/outline.ts";

const interleaved = (frames: number, ...channels: ((frame: number) => number)[]) =>
  Float32Array.from({ length: frames * channels.length }, (_, k) => channels[k % channels.length](Math.floor(k / channels.length)));

const sine =
  (hertz: number, amplitude = 1) =>
  (frame: number) =>
    amplitude * Math.sin((2 * Math.PI * hertz * frame) / 48000);

/// The spectrogram's pixels, a row of palette indices per row of the image.
function pixels(svg: string): { width: number; rows: Uint8Array[] } {
  const png = Buffer.from(/base64,([^"]+)/.exec(svg)![1], "base64");
  const width = png.readUInt32BE(16);
  const data = png.indexOf("IDAT");
  const raw = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  return {
    width,
    rows: Array.from({ length: raw.length / (width + 1) }, (_, y) => raw.subarray(y * (width + 1) + 1, (y + 1) * (width + 1))),
  };
}

test("levels count what was there, however it was cut in pieces", () => {
  const samples = interleaved(
    1000,
    (frame) => (frame === 700 ? -2 : 0.5),
    (frame) => (frame === 3 ? NaN : frame === 4 ? Infinity : 0),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (piece) => {
      const meter = new LevelMeter(2);
      for (let at = 0; at < 1000; at += piece) meter.add(samples.subarray(at * 2), Math.min(piece, 1000 - at));
      const [left, right] = meter.levels();
      expect(left).toEqual({
        peak: 2,
        peakFrame: 700,
        rms: expect.closeTo(Math.sqrt((999 * 0.25 + 4) / 1000), 9),
        clipped: 1,
        nonFinite: 0,
      });
      expect(right).toEqual({ peak: 0, peakFrame: 0, rms: 0, clipped: 0, nonFinite: 2 });
    }),
    { numRuns: 30 },
  );
});

test("levels in words", () => {
  const meter = new LevelMeter(2);
  meter.add(
    interleaved(48000, sine(100, 2), (frame) => (frame === 0 ? NaN : 0)),
    48000,
  );
  expect(describeLevels(meter.levels(), 48000)).toEqual([
    expect.stringMatching(/^channel 1: peak 6\.0 dB at 0\.\d{3} s, RMS 3\.0 dB; 31800 frames beyond full scale$/),
    "channel 2: peak -inf dB, RMS -inf dB; 1 frame infinite or not a number",
  ]);
});

test("the outline of any length keeps every extreme", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40_000 }), fc.nat(), fc.integer({ min: 1, max: 2000 }), (frames, place, columns) => {
      const spike = place % frames;
      const recorder = new OutlineRecorder(1);
      const samples = interleaved(frames, (frame) => (frame === spike ? 5 : -1));
      for (let at = 0; at < frames; at += 777) recorder.add(samples.subarray(at), Math.min(777, frames - at));
      const [{ min, max }] = recorder.outlines(columns);
      expect(max.length).toBeLessThanOrEqual(columns);
      expect(Math.max(...max)).toBe(5);
      if (frames > 2 * columns) expect(Math.min(...min)).toBe(-1);
      const column = max.indexOf(5);
      expect(Math.abs(column / max.length - spike / frames)).toBeLessThan(2 / max.length + 1 / 1000);
    }),
    { numRuns: 50 },
  );
});

test("the power spectrum is the one that the definition gives", () => {
  const frame = Float64Array.from({ length: 16 }, (_, k) => Math.cos(k * k));
  const power = new Float64Array(9);
  powerSpectrum(16)(frame, power);
  for (let bin = 0; bin <= 8; bin++) {
    let re = 0;
    let im = 0;
    frame.forEach((value, k) => {
      re += value * Math.cos((2 * Math.PI * bin * k) / 16);
      im += value * Math.sin((2 * Math.PI * bin * k) / 16);
    });
    expect(power[bin]).toBeCloseTo(re * re + im * im, 10);
  }
});

test("a sine is a bright line at its pitch, from its start to its end", () => {
  const recorder = new PictureRecorder(1, 48000);
  recorder.add(
    interleaved(96000, (frame) => (frame < 48000 ? 0 : sine(1000)(frame))),
    96000,
  );
  const { width, rows } = pixels(recorder.svg("sine"));
  const brightest = (column: number) => rows.reduce((best, row, y) => (row[column] > rows[best][column] ? y : best), 0);
  const expected = rows.length * (1 - Math.log(1000 / 40) / Math.log(20000 / 40));
  expect(Math.abs(brightest(Math.floor(width * 0.75)) - expected)).toBeLessThan(2);
  expect(rows[brightest(Math.floor(width * 0.75))][Math.floor(width * 0.75)]).toBeGreaterThan(60);
  expect(Math.max(...rows.map((row) => row[Math.floor(width * 0.45)]))).toBe(0);
});

test("twenty seconds of stereo noise stay under 300 kB", () => {
  const recorder = new PictureRecorder(2, 48000);
  let seed = 1;
  const noise = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed / 2 ** 31;
  };
  const second = new Float32Array(96000);
  for (let k = 0; k < 20; k++) recorder.add(second.map(noise), 48000);
  const svg = recorder.svg("noise");
  expect(svg.length).toBeLessThan(300_000);
  expect(svg).toContain("20.00 s, 48000 Hz, 2 channels, peak -0.0 dB");
});

test("any sound has a picture, and titles are escaped", () => {
  for (const frames of [0, 1, 2, 100, 5000]) {
    for (const sample of [() => 0, () => NaN, () => 3, sine(440, 1e-6)]) {
      const recorder = new PictureRecorder(3, 8000);
      recorder.add(interleaved(frames, sample, sample, sample), frames);
      const svg = recorder.svg('a<b>&"c"\u0001');
      expect(svg).toContain("a&lt;b&gt;&amp;&quot;c&quot;</text>");
      expect(svg.replace(/base64,[^"]*/, "")).not.toMatch(/NaN|Infinity|undefined/);
    }
  }
});

test("a file is drawn as the sound was", () => {
  const folder = mkdtempSync(join(tmpdir(), "heddle-picture-"));
  const samples = interleaved(20_000, sine(300), sine(500, 0.5));
  const file = createSoundFile(join(folder, "a.wav"), { header: "wav", format: "float", channels: 2, sampleRate: 44100 });
  file.write(samples, 20_000);
  file.close();
  const recorder = new PictureRecorder(2, 44100);
  recorder.add(samples, 20_000);
  expect(drawSoundFile(join(folder, "a.wav"), "title")).toBe(recorder.svg("title"));
  rmSync(folder, { recursive: true });
});
