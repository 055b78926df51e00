/// `npm run fuzz -- readers [SECONDS]`: damaged packets, scores, definitions and sound files. Each must be read, or refused in the reader's own way.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodePacket, OscError, readScore, ScoreError } from "../../packages/core/src/osc/index.ts";
import { SynthDefError } from "../../packages/core/src/synthdef/check.ts";
import { readSynthDefs } from "../../packages/core/src/synthdef/read.ts";
import { writeSynthDefs } from "../../packages/core/src/synthdef/write.ts";
import { createSoundFile, openSoundFile, SoundFileError } from "../../packages/node/src/soundfile/index.ts";
import { mutate, randomStream } from "../support/mutate.ts";

interface Target {
  name: string;
  seeds: Uint8Array[];
  read(bytes: Uint8Array): void;
  /// What a refusal is.
  refusal: new (
    ...args: never[]
  ) => Error;
}

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "heddle-fuzz-"));
const samples = Float32Array.from({ length: 4096 }, (_, k) => Math.sin(k * 0.02));

function scores(): Uint8Array[] {
  return readdirSync(join(fixtures, "sc/scores"))
    .filter((_, k) => k % 10 === 0)
    .map((name) => readFileSync(join(fixtures, "sc/scores", name)));
}

function packets(): Uint8Array[] {
  return scores().flatMap((score) => [...readScore(score)].map(({ position, size }) => score.subarray(position + 4, position + 4 + size)));
}

function definitions(): Uint8Array[] {
  return scores().flatMap((score) =>
    [...readScore(score)].flatMap(({ bundle }) =>
      bundle.packets.flatMap((packet) => ("args" in packet ? packet.args.filter((arg) => arg instanceof Uint8Array) : [])),
    ),
  );
}

function soundFiles(): Uint8Array[] {
  const made = ["wav", "wavex", "rf64", "w64", "aiff", "next", "ircam", "caf", "flac"].map((header) => {
    const path = join(folder, header);
    const writer = createSoundFile(path, { header, format: "int16", channels: 2, sampleRate: 48000 });
    writer.write(samples, samples.length / 2);
    writer.close();
    return readFileSync(path);
  });
  const kept = readdirSync(join(fixtures, "soundfile")).map((name) => readFileSync(join(fixtures, "soundfile", name)));
  return [...made, ...kept];
}

function readSound(bytes: Uint8Array): void {
  const path = join(folder, "damaged");
  writeFileSync(path, bytes);
  const reader = openSoundFile(path);
  try {
    const out = new Float32Array(reader.channels * 4096);
    for (let frame = 0; frame < Math.min(reader.frames, 100_000); frame += 4096) reader.read(out, frame, 4096);
    reader.read(out, reader.frames - 1, 4096);
  } finally {
    reader.close();
  }
}

const targets = (): Target[] => [
  { name: "packets", seeds: packets(), read: (bytes) => void decodePacket(bytes), refusal: OscError },
  { name: "scores", seeds: scores(), read: (bytes) => void [...readScore(bytes)], refusal: ScoreError },
  {
    name: "definitions",
    seeds: definitions(),
    read: (bytes) => void writeSynthDefs(readSynthDefs(bytes).definitions),
    refusal: SynthDefError,
  },
  { name: "sound files", seeds: soundFiles(), read: readSound, refusal: SoundFileError },
];

/// Longest that a reader may take for one input, in ms.
const patience = 5000;

export function main(args: string[]): number {
  const seconds = Number(args[0] ?? 20);
  const seed = Number(args[1] ?? Date.now() % 1_000_000);
  const random = randomStream(seed);
  let failures = 0;
  try {
    const all = targets();
    for (const { name, seeds, read, refusal } of all) {
      const end = Date.now() + (seconds * 1000) / all.length;
      let runs = 0;
      let refused = 0;
      for (; Date.now() < end && failures === 0; runs++) {
        const bytes = mutate(seeds[random(seeds.length)], random);
        const start = performance.now();
        try {
          read(bytes);
        } catch (error) {
          if (error instanceof refusal) refused++;
          else failures += report(name, bytes, error);
        }
        if (performance.now() - start > patience) failures += report(name, bytes, new Error(`took more than ${patience} ms`));
      }
      console.log(`${name}: ${runs} damaged inputs, ${refused} refused (seed ${seed})`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(failures === 0 ? "nothing broke" : `${failures} broke`);
  return failures === 0 ? 0 : 1;
}

function report(name: string, bytes: Uint8Array, error: unknown): number {
  console.error(`${name}: ${error instanceof Error ? error.stack : error}\n${Buffer.from(bytes).toString("base64").slice(0, 4000)}`);
  return 1;
}
