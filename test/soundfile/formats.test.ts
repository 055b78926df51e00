import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSoundFile, openSoundFile, type SampleFormat, SoundFileError } from "@heddle/node";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "heddle-soundfile-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

/// Writes `samples` and reads them back.
function roundTrip(header: string, format: string, channels: number, samples: Float32Array): Float32Array {
  const file = path(`${header.replace("/", "-")}-${format}-${channels}`);
  const writer = createSoundFile(file, { header, format, channels, sampleRate: 44100 });
  writer.write(samples, samples.length / channels);
  writer.close();
  const reader = openSoundFile(file, header === "raw" ? { raw: { format: format as SampleFormat, channels, sampleRate: 44100 } } : {});
  expect([reader.channels, reader.sampleRate, reader.format, reader.frames]).toEqual([channels, 44100, format, samples.length / channels]);
  const back = new Float32Array(samples.length);
  expect(reader.read(back, 0, reader.frames + 10)).toBe(reader.frames);
  reader.close();
  return back;
}

/// Largest error that a format may make.
const precision: Record<SampleFormat, number> = {
  int8: 1 / 128,
  uint8: 1 / 128,
  int16: 1 / 32768,
  int24: 2 ** -23,
  int32: 2 ** -24,
  float: 0,
  double: 0,
  mulaw: 1 / 32,
  alaw: 1 / 32,
};
const riff = ["uint8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"];
const written: Record<string, string[]> = {
  WAV: riff,
  wavex: riff,
  rf64: riff,
  w64: riff,
  AIFF: ["int8", ...riff],
  "next/sun": ["int8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"],
  sun: ["int16"],
  caf: ["int8", "int16", "int24", "int32", "float", "double", "mulaw", "alaw"],
  ircam: ["int16", "int32", "float", "mulaw", "alaw"],
  flac: ["int8", "int16", "int24"],
  raw: ["int8", ...riff],
};
const wave = Float32Array.from({ length: 30_030 }, (_, k) => 0.99 * Math.sin(k * 0.01) * Math.cos(k * 0.37));

describe.each(Object.entries(written))("%s", (header, formats) => {
  test.each(formats)("%s comes back", (format) => {
    for (const channels of [1, 3]) {
      const back = roundTrip(header, format, channels, wave);
      let worst = 0;
      for (let k = 0; k < wave.length; k++) worst = Math.max(worst, Math.abs(back[k] - wave[k]));
      expect(worst).toBeLessThanOrEqual(precision[format as SampleFormat]);
    }
  });

  test("an odd number of bytes", () => {
    expect(roundTrip(header, formats[0], 1, wave.subarray(0, 5)).length).toBe(5);
    expect(roundTrip(header, formats[0], 1, new Float32Array()).length).toBe(0);
  });
});

/// What libsndfile writes for scsynth: the sample in 32 bits, rounded and clipped, then cut to its size.
test.each<[SampleFormat, [number, number][]]>([
  [
    "int16",
    [
      [0.5, 0x4000],
      [1, 0x7fff],
      [1.5, 0x7fff],
      [-1, -0x8000],
      [-2, -0x8000],
      [1e-9, 0],
      [-1e-9, -1],
      [-1e-30, 0],
      [0.7 / 32768, 0],
      [1.5 / 32768, 1],
      [-1.5 / 32768, -2],
    ],
  ],
  [
    "int24",
    [
      [0.5, 0x400000],
      [1, 0x7fffff],
      [-1.5, -0x800000],
      [1.5 / 8388608, 1],
      [-0.5 / 8388608, -1],
    ],
  ],
  [
    "int32",
    [
      [0.5, 0x40000000],
      [1, 0x7fffffff],
      [-1, -0x80000000],
      [2.5 * 2 ** -31, 2],
      [3.5 * 2 ** -31, 4],
      [NaN, 0],
    ],
  ],
  [
    "int8",
    [
      [0.5, 64],
      [1, 127],
      [-1e-9, -1],
      [-1, -128],
    ],
  ],
])("%s is rounded as scsynth does", (format, cases) => {
  const samples = Float32Array.from(cases.map(([sample]) => sample));
  const file = path(`rounding-${format}`);
  const writer = createSoundFile(file, { header: "raw", format, channels: 1, sampleRate: 48000 });
  writer.write(samples, samples.length);
  writer.close();
  const bytes = readFileSync(file);
  const size = bytes.length / samples.length;
  expect(cases.map((_, k) => bytes.readIntLE(k * size, size))).toEqual(cases.map(([, value]) => value));
});

test("a float WAV file is laid out as everyone's", () => {
  const file = path("layout.wav");
  const writer = createSoundFile(file, { header: "wav", format: "float", channels: 1, sampleRate: 48000 });
  writer.write(Float32Array.of(1, -1), 2);
  writer.close();
  expect(readFileSync(file).toString("latin1")).toBe(
    "RIFF8\0\0\0WAVEfmt \x10\0\0\0\x03\0\x01\0\x80\xbb\0\0\0\xee\x02\0\x04\0\x20\0fact\x04\0\0\0\x02\0\0\0data\x08\0\0\0\0\0\x80\x3f\0\0\x80\xbf",
  );
});

test("any part can be read, and what lies outside is not there", () => {
  const file = path("parts.wav");
  const writer = createSoundFile(file, { header: "wav", format: "int24", channels: 2, sampleRate: 48000 });
  writer.write(wave, wave.length / 2);
  writer.close();
  const reader = openSoundFile(file);
  const whole = new Float32Array(wave.length);
  reader.read(whole, 0, reader.frames);
  const part = new Float32Array(200);
  expect(reader.read(part, 12_345, 100)).toBe(100);
  expect(part).toEqual(whole.subarray(24_690, 24_890));
  expect(reader.read(part, reader.frames - 3, 100)).toBe(3);
  expect(reader.read(part, reader.frames + 5, 100)).toBeLessThanOrEqual(0);
  expect(reader.read(part, -5, 100)).toBe(0);
  reader.close();
});

describe("a file appears when it is complete", () => {
  const options = { header: "wav", format: "int16", channels: 1, sampleRate: 48000 };

  test("not before it is closed, and never when it is given up", () => {
    const file = path("late.wav");
    writeFileSync(file, "precious");
    const writer = createSoundFile(file, options);
    writer.write(wave, 100);
    expect(readFileSync(file, "utf8")).toBe("precious");
    writer.abort();
    expect(readFileSync(file, "utf8")).toBe("precious");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    const again = createSoundFile(file, options);
    again.close();
    expect(openSoundFile(file).frames).toBe(0);
  });

  test("devices are written to, not replaced", () => {
    const writer = createSoundFile("/dev/null", options);
    writer.write(wave, 100);
    writer.close();
    expect(existsSync("/dev/null")).toBe(true);
    expect(readFileSync("/dev/null").length).toBe(0);
  });

  test("a folder that is not there is an error of the system", () => {
    expect(() => createSoundFile(join(folder, "nowhere", "x.wav"), options)).toThrow(/ENOENT/);
  });
});

describe("what is not supported says so", () => {
  const make = (header: string, format: string) => () => createSoundFile(path("never"), { header, format, channels: 1, sampleRate: 48000 });
  test.each([
    ["mp3", "int16", 'unsupported header format "mp3"'],
    ["wav", "int12", 'unsupported sample format "int12"'],
    ["wav", "int8", 'unsupported sample format "int8" in a wav file'],
  ])("%s %s", (header, format, message) => {
    expect(make(header, format)).toThrow(message);
    expect(existsSync(path("never"))).toBe(false);
  });

  test("channels and rates out of range", () => {
    expect(() => createSoundFile(path("never"), { header: "wav", format: "int16", channels: 0, sampleRate: 48000 })).toThrow("0 channels");
    expect(() => createSoundFile(path("never"), { header: "wav", format: "int16", channels: 1, sampleRate: NaN })).toThrow("NaN Hz");
  });

  test.each([
    ["text", "Hello, this is no sound at all, and goes on for a while"],
    ["nothing", ""],
    ["a WAV header alone", "RIFF\0\0\0\0WAVE"],
    ["ADPCM", "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x02\0\x01\0\x80\xbb\0\0\0\xee\x02\0\x04\0\x04\0data\0\0\0\0"],
    ["nothing but empty chunks", `RIFF\0\0\0\0WAVE${"junk\0\0\0\0".repeat(11_000)}`],
    ["no channels", "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x03\0\0\0\x80\xbb\0\0\0\xee\x02\0\x04\0\x20\0data\0\0\0\0"],
  ])("%s", (name, text) => {
    const file = path(`bad ${name}`);
    writeFileSync(file, text, "latin1");
    expect(() => openSoundFile(file)).toThrow(SoundFileError);
    expect(() => openSoundFile(file)).toThrow(file);
  });
});

test("folders and devices are not opened", () => {
  for (const place of [folder, "/dev/zero"]) expect(() => openSoundFile(place)).toThrow(`${place}: is not a file`);
});

test("a data size of 0xffffffff, as an interrupted recording has, means the rest of the file", () => {
  const file = path("interrupted.wav");
  roundTrip("wav", "int16", 1, wave.subarray(0, 500));
  const bytes = readFileSync(path("wav-int16-1"));
  bytes.writeUInt32LE(0xffffffff, bytes.indexOf("data") + 4);
  writeFileSync(file, bytes);
  const reader = openSoundFile(file);
  expect(reader.frames).toBe(500);
  reader.close();
});

test("no change to a header does more than throw a SoundFileError", () => {
  const out = new Float32Array(4096);
  for (const [header, [format]] of Object.entries(written)) {
    if (header === "raw") continue;
    roundTrip(header, format, 1, wave.subarray(0, 301));
    const valid = readFileSync(path(`${header.replace("/", "-")}-${format}-1`));
    const file = path("damaged");
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        fc.nat(valid.length),
        fc.boolean(),
        (changes, size, cut) => {
          const damaged = Uint8Array.from(cut ? valid.subarray(0, size) : valid);
          for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
          writeFileSync(file, damaged);
          try {
            const reader = openSoundFile(file);
            reader.read(out, 0, 4096);
            reader.read(out, reader.frames - 1, 4096);
            reader.close();
          } catch (error) {
            expect(error).toBeInstanceOf(SoundFileError);
          }
        },
      ),
      { numRuns: 150 },
    );
  }
});
