/// The engine in this process, on its own thread: everything the live client does, against the real server.
import { Buffer, Bus, Channel, InternalServer, LFNoise0, Out, play, Routine, rootGroup, Scope, SinOsc, Synth, synthDef } from "heddle";
import { afterAll, beforeAll, expect, test } from "vitest";

const posted: string[] = [];
const server = new InternalServer({ device: { kind: "clock" }, post: (line) => void posted.push(line) });
const tone = synthDef("tone", { freq: 440, amp: 0.1, out: 0 }, ({ freq, amp, out }) => Out.ar(out, SinOsc.ar(freq).mul(amp)));

beforeAll(async () => {
  await server.boot();
  await server.add(tone);
});
afterAll(() => server.quit());

test("synths, groups and buses answer", async () => {
  const bus = Bus.control(server);
  bus.set(330);
  const synth = new Synth(tone, { amp: 0.2 }, server);
  expect([await synth.get("amp"), await bus.get()]).toEqual([Math.fround(0.2), [330]]);
  expect((await rootGroup(server).queryTree()).children?.[0].children).toEqual([{ id: synth.id, definition: "tone" }]);
  const freed = synth.freed();
  synth.free();
  await freed;
  await expect(synth.get("amp")).rejects.toThrow(`Node ${synth.id} not found`);
});

test("buffers are filled, read back and freed", async () => {
  const buffer = await Buffer.from(server, [1, 2, 3, 4], 2);
  expect([await buffer.query(), [...(await buffer.getn(0, 4))]]).toEqual([{ frames: 2, channels: 2, sampleRate: 48000 }, [1, 2, 3, 4]]);
  await buffer.free();
});

test("what a routine sends takes effect in its order, a latency later", async () => {
  const synth = new Synth(tone, {}, server);
  await new Routine(async ({ wait }) => {
    for (let k = 0; k < 5; k++) {
      synth.set({ freq: 100 + k });
      await wait(0.01);
    }
  }).play(server.clock).done;
  await server.wait(server.latency);
  expect(await synth.get("freq")).toBe(104);
  synth.free();
});

test("the desk works on it", async () => {
  const strip = await Channel.open({ server });
  const scope = await Scope.open(server, { frames: 512 });
  const voice = await play(() => LFNoise0.ar(500).add(2), { target: strip.sources, out: strip.bus.index });
  await server.wait(0.2);
  const [left] = await scope.read();
  expect(Math.max(...left)).toBeGreaterThan(0.9);
  voice.release();
  await voice.freed();
  await scope.close();
  strip.free();
  await server.sync();
  // The one complaint is the first test's.
  expect(posted).toEqual([expect.stringMatching(/^FAILURE IN SERVER \/s_get Node/)]);
});

test("it boots again after it was ended", async () => {
  await server.quit();
  expect([server.running, server.connected]).toEqual([false, false]);
  await server.boot();
  await server.add(tone);
  expect((await server.status()).groups).toBe(2);
});
