/// Scripts on an offline server: a script and the score it writes make the same sound, and everything a script asks is answered in its own time.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Buffer, Bus, Group, type OfflineServer, Routine, rootGroup, ServerError, Synth, TempoClock } from "@heddle/core/client";
import { type RenderReport, renderScore, renderScript, scoreOf } from "@heddle/node";
import { afterAll, describe, expect, test } from "vitest";
import { tone } from "../support/tone.ts";

const folder = mkdtempSync(join(tmpdir(), "heddle-script-"));
afterAll(() => rmSync(folder, { recursive: true }));

const posted: string[] = [];
const silent = { post: (text: string) => void posted.push(text), cwd: folder };

/// Renders a script without a file.
const run = (script: (server: OfflineServer) => Promise<void>, blockSize = 64): Promise<RenderReport> =>
  renderScript({ ...silent, script, blockSize, outputs: 2 });

/// Voices from two routines at odd times, a control bus they follow, moves, latency, a tempo that changes.
async function busyPiece(server: OfflineServer): Promise<void> {
  await server.add(tone);
  const group = new Group(server);
  const bend = Bus.control(server);
  bend.set(300);
  const follower = new Synth(tone, { freq: bend.asMap, out: 1 }, group);
  const clock = new TempoClock(server.clock, 3);
  const spawner = new Routine(async ({ wait }) => {
    for (let k = 0; ; k++) {
      const voice = Synth.tail(group, tone, { freq: 200 + 37 * k, amp: 0.1 });
      server.sendBundle(0.0203, ["/n_free", voice.id]);
      await wait(0.1);
    }
  }).play(clock);
  new Routine(function* () {
    for (let k = 0; k < 4; k++) {
      bend.set(300 + 100 * k);
      clock.tempo = 3 + k;
      yield 0.0333;
    }
    follower.moveToTail(server);
    follower.free();
  }).play(server.clock, 0.011);
  await server.wait(0.2);
  spawner.stop();
  await server.wait(0.05);
}

test.each([1, 64, 100])("a script and its score render to the same bits, in blocks of %d", async (blockSize) => {
  const byScript = join(folder, "script.wav");
  const byScore = join(folder, "score.wav");
  let score: Uint8Array = new Uint8Array();
  const sizes = { ...silent, blockSize, outputs: 2 };
  const report = await renderScript({
    ...sizes,
    output: byScript,
    script: busyPiece,
    afterwards: (server) => {
      score = scoreOf(server);
    },
  });
  await renderScore({ ...sizes, output: byScore, score });
  expect(readFileSync(byScript).equals(readFileSync(byScore))).toBe(true);
  expect(report.failures).toBe(0);
  // An event on the edge between two blocks may fall into either: the length of a block is rounded.
  expect(report.frames).toBeGreaterThanOrEqual(12000);
  expect(report.frames).toBeLessThan(12000 + 2 * blockSize);
  expect(report.levels.every(({ peak }) => peak > 0.05 && peak <= 1)).toBe(true);
});

describe("what a script asks", () => {
  test("is answered at the script's own time", async () => {
    await run(async (server) => {
      await server.add(tone);
      const group = new Group(server);
      const synth = new Synth(tone, { freq: 330 }, group);
      expect(await synth.get("freq")).toBe(330);
      await server.wait(0.5);
      synth.set({ freq: [550] });
      expect([await synth.get("freq"), server.seconds]).toEqual([550, 0.5]);
      const bus = Bus.control(server, 2);
      bus.set(1, 2);
      expect(await bus.get()).toEqual([1, 2]);
      expect(await rootGroup(server).queryTree()).toEqual({
        id: 0,
        children: [{ id: 1, children: [{ id: 1000, children: [{ id: 1001, definition: "tone" }] }] }],
      });
      const buffer = await Buffer.from(server, [0, 0.5, 1]);
      expect([...(await buffer.getn(0, 3)), (await buffer.query()).frames]).toEqual([0, 0.5, 1, 3]);
      await server.sync();
    });
  });

  test("and refused with the server's reason", async () => {
    await run(async (server) => {
      await expect(new Synth("nothing", {}, server).get("freq")).rejects.toThrow(ServerError);
      await expect(Buffer.read(server, "none.wav")).rejects.toThrow("could not be opened: System error : No such file");
      await expect(Buffer.read(server, "/etc/passwd")).rejects.toThrow("access refused");
      expect(server.buffers.take()).toBe(0);
    });
    expect(posted).toContain("FAILURE IN SERVER /s_new SynthDef not found");
  });

  test("the end of a node is heard when it happens", async () => {
    await run(async (server) => {
      await server.add(tone);
      const synth = new Synth(tone, {}, server);
      server.sendBundle(0.3, ["/n_free", synth.id]);
      await synth.freed();
      expect(server.seconds).toBeCloseTo(0.3, 2);
    });
  });
});

test("variants start from their own values", async () => {
  const report = await run(async (server) => {
    await server.add(tone);
    new Synth("tone.soft", {}, server);
    await server.wait(0.1);
  });
  expect(report.levels[0].peak).toBeCloseTo(0.125, 3);
});

test("what a script throws comes out, and no file stays", async () => {
  const output = join(folder, "failed.wav");
  const script = async (server: OfflineServer) => {
    await server.wait(0.1);
    throw new Error("own mistake");
  };
  await expect(renderScript({ ...silent, script, output })).rejects.toThrow("own mistake");
  await expect(run((server) => new Routine(() => Promise.reject(new Error("in a routine"))).play(server.clock).done)).rejects.toThrow(
    "in a routine",
  );
  expect(() => readFileSync(output)).toThrow("ENOENT");
});
