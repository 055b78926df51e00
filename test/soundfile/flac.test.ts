import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSoundFile, openSoundFile, SoundFileError } from "@heddle/node";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "heddle-flac-"));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) => new URL(`../fixtures/soundfile/${name}`, import.meta.url).pathname;

function readAll(path: string) {
  const reader = openSoundFile(path);
  const { channels, frames, format, sampleRate } = reader;
  const samples = new Float32Array(frames * channels);
  expect(reader.read(samples, 0, frames)).toBe(frames);
  reader.close();
  return { channels, frames, format, sampleRate, samples };
}

/// The checksum that a FLAC file carries of its own samples.
const storedDigest = (path: string) => readFileSync(path).subarray(26, 42).toString("hex");

function digest(samples: Float32Array, bits: number): string {
  const bytes = Buffer.alloc((samples.length * bits) / 8);
  samples.forEach((sample, k) => {
    bytes.writeIntLE(sample * 2 ** (bits - 1), (k * bits) / 8, bits / 8);
  });
  return createHash("md5").update(bytes).digest("hex");
}

test.each([
  ["lpc-stereo-16.flac", 16, 2],
  ["blocks-mono-24.flac", 24, 1],
])("%s, made by the reference encoder, decodes to the samples it was made from", (name, bits, channels) => {
  const file = readAll(fixture(name));
  expect([file.format, file.channels]).toEqual([`int${bits}`, channels]);
  expect(digest(file.samples, bits)).toBe(storedDigest(fixture(name)));
});

test("what is written carries the checksum of what is read", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8, 16, 24),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 9000 }),
      fc.constantFrom<(k: number) => number>(
        (k) => Math.sin(k * 0.01),
        () => 0.25,
        (k) => ((k * 7919) % 2001) / 1000 - 1,
        (k) => (k % 500 === 0 ? 1 : 0),
        (k) => (k & 1 ? 1 : -1),
      ),
      (bits, channels, frames, sample) => {
        const path = join(folder, "written.flac");
        const samples = Float32Array.from({ length: frames * channels }, (_, k) => sample(k));
        const writer = createSoundFile(path, { header: "flac", format: `int${bits}`, channels, sampleRate: 96000 });
        for (let at = 0; at < frames; at += 1000) writer.write(samples.subarray(at * channels), Math.min(1000, frames - at));
        writer.close();
        const back = readAll(path);
        expect([back.frames, back.sampleRate]).toEqual([frames, 96000]);
        expect(digest(back.samples, bits)).toBe(storedDigest(path));
        const worst = samples.reduce((most, value, k) => Math.max(most, Math.abs(value - back.samples[k])), 0);
        expect(worst).toBeLessThanOrEqual(2 ** (1 - bits));
      },
    ),
    { numRuns: 40 },
  );
});

test("it can be read from any frame, forwards and backwards", () => {
  const path = join(folder, "seek.flac");
  const writer = createSoundFile(path, { header: "flac", format: "int16", channels: 1, sampleRate: 48000 });
  writer.write(
    Float32Array.from({ length: 20_000 }, (_, k) => k / 32768),
    20_000,
  );
  writer.close();
  const reader = openSoundFile(path);
  const out = new Float32Array(3);
  for (const frame of [15_000, 4095, 0, 19_999, 8191]) {
    const count = Math.min(3, 20_000 - frame);
    expect(reader.read(out, frame, 3)).toBe(count);
    expect([...out.subarray(0, count)]).toEqual(Array.from({ length: count }, (_, k) => (frame + k) / 32768));
  }
  reader.close();
});

test("an unknown length is found out", () => {
  const path = join(folder, "streamed.flac");
  const bytes = readFileSync(fixture("blocks-mono-24.flac"));
  bytes[21] &= 0xf0;
  bytes.fill(0, 22, 26);
  writeFileSync(path, bytes);
  expect(readAll(path).frames).toBe(readAll(fixture("blocks-mono-24.flac")).frames);
});

test("a promise of 2^36 frames is not believed", () => {
  const path = join(folder, "promise.flac");
  const bytes = readFileSync(fixture("blocks-mono-24.flac"));
  bytes[21] |= 0x0f;
  bytes.fill(0xff, 22, 26);
  writeFileSync(path, bytes);
  const reader = openSoundFile(path);
  expect(reader.frames).toBeLessThan(bytes.length * 200);
  reader.close();
});

test("no change to a file's bytes does more than throw a SoundFileError", () => {
  const valid = readFileSync(fixture("lpc-stereo-16.flac"));
  const path = join(folder, "damaged.flac");
  const out = new Float32Array(1 << 16);
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(valid.length),
      (changes, size) => {
        const damaged = Buffer.from(size % 4 === 0 ? valid.subarray(0, size) : valid);
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        writeFileSync(path, damaged);
        try {
          const reader = openSoundFile(path);
          try {
            reader.read(out, 0, reader.frames);
          } finally {
            reader.close();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SoundFileError);
          refused++;
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(100);
});
