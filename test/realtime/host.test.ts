/// What a server tells of itself and does to its outputs over OSC, and sound that is streamed from and to files while it plays. Runs the threads as they
/// were built last.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "@heddle/core/engine";
import { synthDef, writeSynthDefs } from "@heddle/core/synthdef";
import { DC, DiskIn, DiskOut, Out } from "@heddle/core/ugens";
import { createSoundFile, openSoundFile, startServer } from "@heddle/node";
import { afterAll, expect, test } from "vitest";
import { Channels } from "../../packages/node/src/realtime/channels.ts";
import { Panel, PanelDouble, PanelWord } from "../../packages/node/src/realtime/panel.ts";
import { DirectClient, type Reply } from "../support/osc-client.ts";

const folder = mkdtempSync(join(tmpdir(), "heddle-host-"));
const server = await startServer({
  cwd: folder,
  allow: [folder],
  post: () => {},
  engine: { outputs: 2, inputs: 1 },
  device: { kind: "clock" },
});
const client = new DirectClient(server);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/// The levels once they are as `wanted`: meters need some blocks.
async function levelsWhen(wanted: (levels: readonly number[]) => boolean): Promise<readonly number[]> {
  for (;;) {
    const [, ...levels] = await client.request(["/heddle_levels"], "/heddle_levels.reply");
    if (wanted(levels.map(Number))) return levels.map(Number);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/// The numbers of a reply of names and numbers, up to its lists.
function numbersOf([, ...words]: Reply): Record<string, number> {
  const pairs = words.slice(0, words.indexOf("margins"));
  return Object.fromEntries(Array.from({ length: pairs.length / 2 }, (_, k) => [pairs[2 * k], pairs[2 * k + 1]]));
}

test("levels are those of the outputs, then of the inputs", async () => {
  client.send("/d_recv", writeSynthDefs([synthDef("constant", {}, () => Out.ar(1, DC.ar(-0.25))).graph]));
  client.send("/s_new", "constant", 1000, 0, 0);
  // The mean square rises over 0.3 s.
  const levels = await levelsWhen(([, , , rms]) => rms > 0.2);
  expect(levels).toHaveLength(6);
  expect([0, 1, 4, 5].map((k) => levels[k])).toEqual([0, 0, 0, 0]);
  expect(levels[2]).toBe(0.25);
  expect(levels[3]).toBeLessThan(0.2501);
});

test("counters count what plays", async () => {
  const reply = await client.request(["/heddle_counters"], "/heddle_counters.reply");
  expect(numbersOf(reply)).toMatchObject({ synths: 1, units: 2, spoiled: 0, faults: 0, lost: 0 });
  const { frames, memoryUsed, memorySize } = numbersOf(reply);
  expect(frames).toBeGreaterThan(0);
  expect(memoryUsed).toBeGreaterThan(0);
  expect(memoryUsed).toBeLessThan(memorySize);
  const [count, ...margins] = reply.slice(reply.indexOf("margins") + 1) as number[];
  expect(count).toBe(11);
  expect(margins.slice(0, count).reduce((sum, cycles) => sum + cycles, 0)).toBeGreaterThan(0);
});

test("volume and mute are set by messages; a gain below 0 is 0", async () => {
  const { host } = server;
  client.send("/heddle_volume", 0.5);
  client.send("/heddle_mute", 1);
  await client.request(["/sync", 1], "/synced");
  expect([host.volume, host.mute]).toEqual([0.5, true]);
  client.send("/heddle_volume", -1);
  client.send("/heddle_mute", 0);
  await client.request(["/sync", 2], "/synced");
  expect([host.volume, host.mute]).toEqual([0, false]);
});

test("volume and mute are reached within a block, and are not metered", () => {
  const engine = new Engine({ outputs: 1, inputs: 0 });
  const panel = new Panel();
  const channels = new Channels(engine, panel);
  let played = new Float32Array(0);
  const device = { write: (_channel: number, _frame: number, from: Float32Array) => void (played = from.slice()) };
  const play = (volume: number, mute: number): number[] => {
    panel.doubles[PanelDouble.volume] = volume;
    panel.words[PanelWord.mute] = mute;
    engine.output(0).fill(0.5);
    channels.write(device as unknown as Parameters<Channels["write"]>[0], 0);
    return [played[0], played[31], played[63]];
  };
  expect(play(1, 0)).toEqual([0.5, 0.5, 0.5]);
  expect(play(0.5, 0)).toEqual([Math.fround(0.5 - 0.25 / 64), 0.375, 0.25]);
  expect(play(0.5, 0)).toEqual([0.25, 0.25, 0.25]);
  expect(play(0.5, 1)).toEqual([Math.fround(0.25 - 0.25 / 64), 0.125, 0]);
  expect(panel.levels[0]).toBe(0.5);
});

test("a file is streamed in and another out while the server plays", async () => {
  // Half of a buffer lasts 170 ms: long enough for a server's thread that is kept waiting.
  const bufferFrames = 1 << 14;
  const frames = 2.5 * bufferFrames;
  const sent = Float32Array.from({ length: frames * 2 }, (_, k) => Math.fround(Math.sin(k * 0.37) * 0.9));
  const source = createSoundFile(join(folder, "in.wav"), { header: "wav", format: "float", channels: 2, sampleRate: 48000 });
  source.write(sent, frames);
  source.close();
  const copy = synthDef("copy", {}, () => DiskOut.ar(2, DiskIn.ar(2, 1))).graph;
  await client.request(["/d_recv", writeSynthDefs([copy])], ["/done", "/d_recv"]);
  for (const bufnum of [1, 2]) await client.request(["/b_alloc", bufnum, bufferFrames, 2], ["/done", "/b_alloc", bufnum]);
  await client.request(["/b_read", 1, "in.wav", 0, bufferFrames, 0, 1], ["/done", "/b_read", 1]);
  await client.request(["/b_write", 2, "out.wav", "wav", "float", 0, 0, 1], ["/done", "/b_write", 2]);
  client.send("/notify", 1);
  client.send("/s_new", "copy", 2000, 0, 0);
  await client.take(["/n_go", 2000]);
  const end = numbersOf(await client.request(["/heddle_counters"], "/heddle_counters.reply")).frames + 1.2 * frames;
  while (numbersOf(await client.request(["/heddle_counters"], "/heddle_counters.reply")).frames < end)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await client.request(["/n_free", 2000], ["/n_end", 2000]);
  for (const bufnum of [1, 2]) await client.request(["/b_close", bufnum], ["/done", "/b_close", bufnum]);
  const result = openSoundFile(join(folder, "out.wav"));
  const recorded = new Float32Array(result.frames * 2);
  result.read(recorded, 0, result.frames);
  result.close();
  expect(result.frames).toBeGreaterThanOrEqual(frames);
  expect(recorded.subarray(0, sent.length)).toEqual(sent);
  expect(recorded.subarray(sent.length).every((x) => x === 0)).toBe(true);
});
