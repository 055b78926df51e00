/// Scores to sound files: what is written, what is refused, and what goes on in spite of failures.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSoundFile, openSoundFile, RenderError, type RenderOptions, renderScore } from "@heddle/node";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { score } from "../support/scores.ts";
import { toneBytes } from "../support/tone.ts";

const root = mkdtempSync(join(tmpdir(), "heddle-score-"));
const folder = join(root, "inside");
mkdirSync(folder);
afterAll(() => rmSync(root, { recursive: true }));

let posted: string[] = [];
beforeEach(() => {
  posted = [];
});

const output = join(folder, "out.wav");
const play = (bytes: Uint8Array, options: Partial<RenderOptions> = {}) =>
  renderScore({ score: bytes, outputs: 1, cwd: folder, post: (text) => posted.push(text), ...options });
const toneScore = score([0, ["/d_recv", toneBytes], "/s_new tone 1 0 0"], [0.01]);

test("the file is as long as the block of the last event, and the report says what is in it", async () => {
  const report = await play(toneScore, { output, format: "int16" });
  const file = openSoundFile(output);
  const samples = new Float32Array(file.frames);
  file.read(samples, 0, file.frames);
  file.close();
  expect(file).toMatchObject({ frames: 512, channels: 1, sampleRate: 48000, format: "int16" });
  expect(report).toMatchObject({ frames: 512, channels: 1, failures: 0, output });
  expect(Math.max(...samples)).toBeCloseTo(report.levels[0].peak, 3);
});

test("a sound file plays on the input buses, silence after its end", async () => {
  const input = join(folder, "in.wav");
  const writer = createSoundFile(input, { header: "wav", format: "float", channels: 2, sampleRate: 48000 });
  writer.write(
    Float32Array.from({ length: 200 }, (_, k) => (k % 2 === 0 ? 0.5 : -0.25)),
    100,
  );
  writer.close();
  // With one output, buses 1 and 2 are the inputs: their first samples are the level of the tone.
  const report = await play(score([0, ["/d_recv", toneBytes], "/s_new tone 1 0 0 amp a1"], [0.02]), { input });
  expect(report.levels[0].peak).toBeCloseTo(0.5, 2);
  expect(report.levels[0].peakFrame).toBeLessThan(128);
});

describe("what fails is posted, and the rendering goes on", () => {
  test("commands", async () => {
    const bytes = score(
      [0, "/s_new none 1 0 0", "/n_free 9", "/zzz", ["/d_recv", toneBytes.subarray(0, 50)], "/s_new tone 1"],
      [0.01, "/quit"],
      [0.02],
    );
    const report = await play(bytes);
    expect(report.frames).toBe(960);
    expect(report.failures).toBe(4);
    expect(posted.map((line) => line.replace(/: SynthDef.*|: synth definition.*/, " ..."))).toEqual([
      "*** ERROR ...",
      "FAILURE IN SERVER /s_new SynthDef not found",
      "FAILURE IN SERVER /n_free Node 9 not found",
      "FAILURE IN SERVER: /zzz Command not found",
      "exception in GraphDef_Recv ...",
      "*** ERROR ...",
      "FAILURE IN SERVER /s_new SynthDef not found",
    ]);
  });

  test("values that are no numbers, groups into themselves, sizes beyond all memory", async () => {
    const bytes = score(
      [
        0,
        ["/d_recv", toneBytes],
        "/g_new 1 0 0 2 0 1",
        "/g_head 2 1",
        "/g_tail 1 1",
        "/n_before 1 0",
        "/s_new tone 9 0 2 freq nan amp nan",
        "/n_setn 9 0 1000000000 1.0",
        "/n_fill 9 0 1000000000 nan",
        "/n_mapn 9 0 0 1000000000",
        "/b_alloc 0 1000000000 1000000000",
        "/b_alloc 0 2147483647 1",
        "/b_fill 0 0 1000000000 1.0",
        "/b_getn 0 0 1000000000",
        "/c_fill 0 1000000000 1.0",
        "/c_getn 0 1000000000",
        "/s_getn 9 0 1000000000",
        "/g_queryTree 0 1",
      ],
      [0.01],
    );
    expect((await play(bytes)).frames).toBe(512);
  });

  test("time that goes back ends the rendering; what was made stays", async () => {
    const late = score([0.2]);
    const early = score([0.1]);
    const report = await play(Buffer.concat([score([0], [0.01]), late, early]), { output });
    expect(posted.at(-1)).toMatch(
      /a bundle at 0.1 s after one at 0.2 s: times must not decrease; the rendering ends here|times must not decrease/,
    );
    expect(openSoundFile(output).frames).toBe(report.frames);
  });
});

describe("what cannot be rendered leaves no file", () => {
  const refused: [string, Uint8Array, Partial<RenderOptions>, string][] = [
    ["an empty score", new Uint8Array(), {}, "the score is empty"],
    ["a score cut short", toneScore.subarray(0, -3), {}, "score, byte"],
    ["something else", Buffer.from("RIFF....WAVEfmt and so on"), {}, "score, byte 0"],
    ["a score of a year", score([0], [3e7]), {}, "scores may last 86400 s"],
    ["an unknown header", toneScore, { header: "zip" }, 'unsupported header format "zip"'],
    ["an unknown format", toneScore, { format: "int99" }, 'unsupported sample format "int99"'],
    ["a missing input", toneScore, { input: "none.wav" }, "cannot read none.wav: no such file or folder"],
    ["no rate", toneScore, { sampleRate: 0 }, "sampleRate is 0"],
    ["too many nodes", toneScore, { nodes: 1e9 }, "nodes is 1000000000"],
    ["a folder as output", toneScore, { output: folder }, "cannot write"],
    ["a folder that is not there", toneScore, { output: join(folder, "none/out.wav") }, "cannot write"],
  ];
  test.each(refused)("%s", async (_, bytes, options, reason) => {
    rmSync(output, { force: true });
    const before = readdirSync(folder);
    const error = await play(bytes, { output, ...options }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(RenderError);
    expect(String(error)).toContain(reason);
    expect(String(error)).not.toContain("\n");
    expect(readdirSync(folder)).toEqual(before);
  });

  test("an interrupted rendering, and what had the name before stays", async () => {
    writeFileSync(output, "before");
    const controller = new AbortController();
    const rendering = play(score([0], [80000]), { output, signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(rendering).rejects.toThrow("interrupted");
    expect([readFileSync(output, "utf8"), readdirSync(folder).filter((name) => name.endsWith(".part"))]).toEqual(["before", []]);
  });
});

describe("files of commands", () => {
  test("are found relative to the working folder, and nowhere outside of what is allowed", async () => {
    writeFileSync(join(root, "tone.scsyndef"), toneBytes);
    symlinkSync(root, join(folder, "link"));
    const paths = ["../tone.scsyndef", "link/tone.scsyndef", join(root, "tone.scsyndef"), "/etc/passwd"];
    const load = score([0, ...paths.map((path): [string, string] => ["/d_load", path])], [0.01]);
    expect((await play(load)).failures).toBe(4);
    expect(posted.filter((line) => line.includes("access refused"))).toHaveLength(4);
    expect((await play(load, { allow: [root] })).failures).toBe(1);
  });

  test("buffers are written and read back; a refused path writes nothing", async () => {
    const bytes = score(
      [0, "/b_alloc 0 4 1", "/b_setn 0 0 4 0.5 0.25 -0.5 1.0", "/b_write 0 b.wav wav float", "/b_write 0 ../b.wav wav float"],
      [0.01],
    );
    expect((await play(bytes)).failures).toBe(1);
    const file = openSoundFile(join(folder, "b.wav"));
    const samples = new Float32Array(4);
    file.read(samples, 0, 4);
    file.close();
    expect([...samples]).toEqual([0.5, 0.25, -0.5, 1]);
    expect(existsSync(join(root, "b.wav"))).toBe(false);
  });

  test("a pattern loads every definition it fits", async () => {
    writeFileSync(join(folder, "a1.scsyndef"), toneBytes);
    const report = await play(score([0, ["/d_load", "a*.scsyndef"], "/s_new tone 1 0 0"], [0.01]));
    expect([report.failures, report.levels[0].peak > 0.2]).toEqual([0, true]);
  });
});
