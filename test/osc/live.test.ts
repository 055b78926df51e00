/// A server and its engine as two sides with rings between them, here in one thread: the same transcripts, and what only this arrangement has.
import { readdirSync, readFileSync } from "node:fs";
import { type EngineOptions, ringBytes } from "@heddle/core/engine";
import { decodePacket, encodePacket, LiveServer, type OscPacket, Performer, PreparedBuffers } from "@heddle/core/osc";
import { describe, expect, test } from "vitest";
import { constant, type Draft, engineWith, smallEngine } from "../engine/support.ts";
import { type BuildStage, play, refuseToCompile } from "../support/transcript.ts";
import { memoryFiles } from "./memory-files.ts";

const folder = new URL("./transcripts/", import.meta.url);
const ok: Draft = { name: "ok" };
const ctl: Draft = { name: "ctl", controls: { freq: 440, amp: 0 } };
const arr: Draft = { name: "arr", controls: { a: [1, 2, 3], b: 0.25 } };
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

describe("transcripts", () => {
  test.each(readdirSync(folder))("%s", async (name) => {
    // The engine's side clears what waits and tells nobody.
    const transcript = readFileSync(new URL(name, folder), "utf8").replace("! schedule cleared\n", "");
    const engine = engineWith([ok, ctl, arr, constant], options);
    expect(sorted(await play(transcript, { engine, files: memoryFiles() }, twoSides))).toEqual(sorted(transcript));
  });
});

/// The answers to each command in one order: failures and notifications of one message may change places.
function sorted(transcript: string): string[] {
  return transcript.split(/\n(?=[^<!])/).map((part) => part.split("\n").sort().join("\n"));
}
