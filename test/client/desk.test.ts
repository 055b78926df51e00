/// The desk on an offline server: volume, mute, recordings, scopes, strips with sends, `play`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, type OfflineServer, play, Recorder, Scope, Synth, Volume } from "@heddle/core/client";
import { synthDef } from "@heddle/core/synthdef";
import { DC, In, Out, ReplaceOut } from "@heddle/core/ugens";
import { openSoundFile, renderScript } from "@heddle/node";
import { afterAll, describe, expect, test } from "vitest";
import { sortStrips } from "../../packages/core/src/client/desk/order.ts";

const folder = mkdtempSync(join(tmpdir(), "heddle-desk-"));
afterAll(() => rmSync(folder, { recursive: true }));

const dc = synthDef("dc", { out: 0, value: 1 }, ({ out, value }) => Out.ar(out, DC.ar(value)));
const stereo = synthDef("stereo", { out: 0 }, ({ out }) => Out.ar(out, DC.ar([1, 0.5])));
const halve = synthDef("halve", { bus: 0 }, ({ bus }) => ReplaceOut.ar(bus, In.ar(bus, 2).mul(0.5)));

/// What the server complained about.
const posted: string[] = [];

/// Renders and gives the last frame of the outputs.
async function endOf(script: (server: OfflineServer) => Promise<void>, outputs = 2): Promise<number[]> {
  let last: number[] = [];
  await renderScript({
    script,
    outputs,
    cwd: folder,
    post: (text) => void posted.push(text),
    listener: (interleaved, frames) => {
      last = [...interleaved.subarray((frames - 1) * outputs, frames * outputs)];
    },
  });
  return last.map((value) => Math.round(value * 1e4) / 1e4);
}

describe("volume", () => {
  test("scales everything that is heard, and mutes it", async () => {
    const levels: number[] = [];
    const level = (db: number, mute = false) =>
      endOf(async (server) => {
        await server.add(dc);
        const volume = new Volume(server);
        await volume.set(db);
        if (mute) await volume.mute();
        new Synth(dc, {}, server);
        await server.wait(0.3);
      });
    for (const [db, mute] of [[0], [-20], [6.0206], [0, true]] as [number, boolean?][]) levels.push((await level(db, mute))[0]);
    expect(levels).toEqual([1, 0.1, 2, 0]);
  });
});

test("a recorder writes what is played between start and stop", async () => {
  await endOf(async (server) => {
    await server.add(stereo);
    const recorder = await Recorder.prepare(server, "tape.wav");
    new Synth(stereo, {}, server);
    await server.wait(0.01);
    recorder.start();
    await server.wait(0.5);
    await recorder.stop();
  });
  const file = openSoundFile(join(folder, "tape.wav"));
  const samples = new Float32Array(file.frames * 2);
  file.read(samples, 0, file.frames);
  file.close();
  expect(file.frames).toBeGreaterThan(0.49 * 48000);
  expect([...samples.subarray(0, 2), ...samples.subarray(-2)]).toEqual([1, 0.5, 1, 0.5]);
});

test("a scope shows the last frames of a bus", async () => {
  await endOf(async (server) => {
    await server.add(stereo);
    const scope = await Scope.open(server, { frames: 256 });
    new Synth(stereo, {}, server);
    await server.wait(0.02);
    const [left, right] = await scope.read();
    expect([left.length, new Set(left), new Set(right)]).toEqual([256, new Set([1]), new Set([0.5])]);
    await scope.close();
  });
});

describe("strips", () => {
  const strip = (options: Parameters<typeof Channel.open>[0], use: (channel: Channel, server: OfflineServer) => Promise<void> | void) =>
    endOf(async (server) => {
      await server.add(dc, stereo, halve);
      const channel = await Channel.open({ ...options, server });
      await use(channel, server);
      await server.wait(0.5);
    }, 4);

  test("leave two channels as they are, and place one in the middle", async () => {
    expect(await strip({}, (channel) => void channel.play(stereo))).toEqual([1, 0.5, 0, 0]);
    expect(await strip({ channels: 1 }, (channel) => void channel.play(dc))).toEqual([0.7071, 0.7071, 0, 0]);
  });

  test("level, pan, mute and effects", async () => {
    expect(await strip({ level: -20 }, (channel) => void channel.play(stereo))).toEqual([0.1, 0.05, 0, 0]);
    const panned = await strip({}, (channel) => {
      channel.play(stereo);
      channel.pan = 1;
    });
    expect(panned).toEqual([0, 0.7071, 0, 0]);
    const muted = await strip({}, (channel) => {
      channel.play(stereo);
      channel.muted = true;
    });
    expect(muted).toEqual([0, 0, 0, 0]);
    const halved = await strip({}, (channel) => {
      channel.insert(halve);
      channel.play(stereo);
    });
    expect(halved).toEqual([0.5, 0.25, 0, 0]);
  });

  test("sends reach a strip made earlier in the same block, before and after the fader", async () => {
    const heard = await endOf(async (server) => {
      await server.add(stereo, halve);
      const effect = await Channel.open({ server, name: "effect" });
      effect.insert(halve);
      const source = await Channel.open({ server, name: "source", level: -20 });
      source.play(stereo);
      const pre = source.send(effect, { pre: true });
      const post = source.send(effect, { level: -6.0206 });
      await server.wait(0.3);
      pre.free();
      post.level = 0;
      await server.wait(0.3);
      expect(() => effect.send(source)).toThrow("strips feed each other in a circle: source, effect");
    });
    // 0.1 from the strip itself, 0.1 x 0.5 through the effect.
    expect(heard).toEqual([0.15, 0.075]);
  });

  test("are sorted so that each stands before those it feeds, moving no more than that asks", () => {
    const strips = ["a", "b", "c", "d"].map((name) => ({ name, feeds: new Set() }) as never as Parameters<typeof sortStrips>[0][number]);
    const [a, b, c] = strips;
    const feed = (from: (typeof strips)[0], to: (typeof strips)[0]) => (from.feeds as Set<unknown>).add(to);
    feed(c, a);
    feed(b, c);
    expect(sortStrips(strips).map(({ name }) => name)).toEqual(["b", "c", "a", "d"]);
  });
});

test("play makes a definition of an expression, and forgets it after the release", async () => {
  const last = await endOf(async (server) => {
    const synth = await play(() => DC.ar(0.5), { target: server, fade: 0.01 });
    await server.wait(0.1);
    synth.release();
    await synth.freed();
    await server.wait(0.1);
    await expect(server.request(["/s_new", synth.definition, 5, 0, 0], ["/never"])).rejects.toThrow("SynthDef not found");
  });
  expect([last, posted.splice(0).length]).toEqual([[0, 0], 2]);
});

test("nothing on the desk made the server complain", () => expect(posted).toEqual([]));
