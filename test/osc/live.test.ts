/// A server and its engine as two sides with rings between them, here in one thread: the same transcripts, and what only this arrangement has.
import { readdirSync, readFileSync } from "node:fs";
import { BlockLoop, type EngineOptions, ringBytes } from "@heddle/core/engine";
import {
  Clients,
  CommandServer,
  decodePacket,
  encodePacket,
  LiveServer,
  type OscPacket,
  oscMessage,
  Performer,
  PreparedBuffers,
  Streams,
  timeTag,
} from "@heddle/core/osc";
import { ntpToTicks } from "@heddle/core/time";
import { describe, expect, test } from "vitest";
import { constant, engineWith, smallEngine } from "../engine/support.ts";
import { type BuildStage, play, refuseToCompile } from "../support/transcript.ts";
import { arr, ctl, draftsOf, ok } from "./drafts.ts";
import { memoryFiles } from "./memory-files.ts";

const folder = new URL("./transcripts/", import.meta.url);
const options: EngineOptions = {
  ...smallEngine,
  nodes: 16,
  buffers: 8,
  controlBuses: 128,
  sampleRate: 48000,
  shared: true,
  sampleReserve: 1 << 16,
};

/// Both sides, taking turns until neither has anything left to say.
const twoSides: BuildStage = ({ engine, files }, { session, sender, post }) => {
  const parts = { orders: new ArrayBuffer(ringBytes(1 << 14)), reports: new ArrayBuffer(ringBytes(1 << 14)) };
  const performer = new Performer({ ...parts, engine, takeDelivery: () => undefined });
  const buffers = new PreparedBuffers(engine.memory.wasm, options);
  const { target, nodes, definitions } = engine;
  const server = new LiveServer({
    ...parts,
    engine: { target, nodes, definitions },
    buffers,
    files,
    session,
    compile: async () => refuseToCompile(),
    compileLanes: async () => undefined,
    deliver: () => {},
    ticks: () => 0,
    post,
  });
  const link = { name: "test", send: (bytes: Uint8Array) => tell(decodePacket(bytes)) };
  const tell = (packet: OscPacket) => {
    if (!("packets" in packet))
      sender.reply(
        String(packet.address),
        ...packet.args.map((value, k) => (typeof value === "number" ? { type: packet.types[k], value } : value)),
      );
  };
  const attend = async () => {
    for (let quiet = 0; quiet < 3; ) {
      performer.takeOrders();
      quiet = performer.publish() ? 0 : quiet + 1;
      server.attend();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { perform: async (packet) => server.receive(encodePacket(packet), link), attend };
};

/// Sound of `blocks` blocks while packets come in, each before the block that it names.
function perform(packets: readonly { readonly before: number; readonly packet: OscPacket }[], blocks: number): number[] {
  const engine = engineWith([ok, ctl, arr, constant], { ...options, sampleRate: 48000 });
  const parts = { orders: new ArrayBuffer(ringBytes(1 << 12)), reports: new ArrayBuffer(ringBytes(1 << 12)) };
  const performer = new Performer({ ...parts, engine, takeDelivery: () => undefined });
  const session = {
    clients: new Clients(),
    dumpMode: 0,
    quit: () => {},
    load: () => ({ average: 0, peak: 0, sampleRate: 0 }),
    plugins: new Map(),
  };
  const { target, nodes, definitions } = engine;
  const server = new LiveServer({
    ...parts,
    engine: { target, nodes, definitions },
    buffers: new PreparedBuffers(engine.memory.wasm, options),
    files: memoryFiles(),
    session,
    compile: async () => refuseToCompile(),
    compileLanes: async () => undefined,
    deliver: () => {},
    ticks: ({ seconds, fraction }) => ntpToTicks(seconds, fraction, 1),
    post: () => {},
  });
  const link = { name: "test", send: () => {} };
  const sound: number[] = [];
  for (let block = 0; block < blocks; block++) {
    for (const { packet } of packets.filter(({ before }) => before === block)) server.receive(encodePacket(packet), link);
    performer.loop.time = block * performer.loop.clock.increment;
    performer.takeOrders();
    performer.loop.renderBlock();
    performer.publish();
    server.attend();
    sound.push(...engine.output(0));
  }
  return sound;
}

/// A bundle at `block` blocks and `frames` frames after the epoch, which is second 1.
const at = (block: number, frames: number, ...packets: OscPacket[]): OscPacket => ({
  time: timeTag(1 + (block * 16 + frames) * (1 / 48000) + 1e-9),
  packets,
});
const start = (id: number, value: number) => oscMessage("/s_new", "constant", id, 0, 0, "level", { type: "f", value });

describe("time", () => {
  test("a bundle sounds the same however early it comes, and as the one-thread loop plays it", () => {
    const bundle = at(6, 3, start(1000, 0.25), start(1001, 0.5));
    const early = perform([{ before: 0, packet: bundle }], 10);
    expect(perform([{ before: 5, packet: bundle }], 10)).toEqual(early);
    expect(early).toEqual(offline(bundle, 10));
    expect(early.some((x) => x !== 0)).toBe(true);
  });

  test("bundles of one time keep their order, those of others are sorted", () => {
    const set = (value: number) => oscMessage("/n_set", 1000, "level", { type: "f", value });
    const packets = [at(5, 0, set(3)), at(3, 0, start(1000, 1)), at(3, 0, set(2)), at(4, 0, set(9)), at(4, 0, set(4))];
    const sound = perform(
      packets.map((packet) => ({ before: 0, packet })),
      8,
    );
    expect([2, 3, 4, 5].map((block) => sound[block * 16])).toEqual([0, 2, 4, 3]);
  });

  test("a late bundle is carried out in the next block", () => {
    expect(perform([{ before: 7, packet: at(2, 0, start(1000, 1)) }], 9).slice(6 * 16, 8 * 16)).toEqual([
      ...new Array<number>(16).fill(0),
      ...new Array<number>(16).fill(1),
    ]);
  });

  test("/clearSched drops what waits", () => {
    const sound = perform(
      [
        { before: 0, packet: at(5, 0, start(1000, 1)) },
        { before: 2, packet: oscMessage("/clearSched") },
      ],
      10,
    );
    expect(sound.every((x) => x === 0)).toBe(true);
  });

  test("more orders than the ring holds wait for room, in order", () => {
    const set = (value: number) => oscMessage("/n_set", 1000, "level", { type: "f", value });
    const many = Array.from({ length: 2000 }, (_, k) => ({ before: 1, packet: set(k) }));
    const sound = perform([{ before: 0, packet: start(1000, -1) }, ...many], 40);
    const heard = sound.filter((_, k) => k % 16 === 0);
    expect(heard.at(-1)).toBe(1999);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
  });
});

/// The same loop without rings.
function offline(bundle: OscPacket, blocks: number): number[] {
  const engine = engineWith([ok, ctl, arr, constant], options);
  const streams = new Streams(engine.memory, engine.buffers);
  const session = {
    clients: new Clients(),
    dumpMode: 0,
    errors: { everywhere: true, bundle: undefined },
    clearSchedule: () => {},
    quit: () => {},
    load: () => ({ average: 0, peak: 0, sampleRate: 0 }),
    plugins: new Map(),
  };
  const server = new CommandServer({
    engine,
    files: memoryFiles(),
    streams,
    compile: refuseToCompile,
    post: () => {},
    session,
    nestedBundles: true,
  });
  const loop = new BlockLoop<OscPacket>({
    engine,
    execute: (packet) => void server.perform(packet, { reply: () => {} }),
    resetOffset: true,
  });
  if ("time" in bundle) loop.queue.push(ntpToTicks(bundle.time.seconds, bundle.time.fraction, 1), bundle);
  return Array.from({ length: blocks }, () => {
    loop.renderBlock();
    return [...engine.output(0)];
  }).flat();
}

describe("containment", () => {
  test("a synth whose output is not finite is freed; the rest plays on", () => {
    const engine = engineWith([constant], options);
    engine.nodes.newSynth("constant", 1000, 0, 0);
    engine.controls.set(1000, "level", 0.5);
    engine.nodes.newSynth("constant", 1001, 1, 0);
    engine.controls.set(1001, "level", Number.NaN);
    engine.process();
    expect(engine.output(0)[0]).toBeNaN();
    engine.examine(() => 0, true);
    engine.process();
    expect(engine.takeFaults().map(({ nodeId, message }) => [nodeId, message])).toEqual([[1001, "its output is not finite"]]);
    engine.process();
    expect(engine.output(0)[0]).toBe(0.5);
    expect(engine.nodes.synthCount).toBe(1);
  });
});

describe("transcripts", () => {
  test.each(readdirSync(folder))("%s", async (name) => {
    // The engine's side clears what waits and tells nobody.
    const transcript = readFileSync(new URL(name, folder), "utf8").replace("! schedule cleared\n", "");
    const engine = engineWith(draftsOf(name), options);
    expect(sorted(await play(transcript, { engine, files: memoryFiles() }, twoSides))).toEqual(sorted(transcript));
  });
});

/// The answers to each command in one order: failures and notifications of one message may change places.
function sorted(transcript: string): string[] {
  return transcript.split(/\n(?=[^<!])/).map((part) => part.split("\n").sort().join("\n"));
}
