/// What the objects of the client API say to a server.
import { Buffer, Bus, Group, type Message, Node, ParGroup, rootGroup, Server, Synth, VirtualClock } from "@heddle/core/client";
import { beforeEach, describe, expect, test } from "vitest";

/// Writes down what it is sent, and answers requests with what a test put there.
class Recorder extends Server {
  readonly clock = new VirtualClock();
  sent: string[] = [];
  answers: Message[] = [];

  protected transmit(latency: number | undefined, messages: readonly Message[]): void {
    const text = messages.map((message) => message.map((part) => (Array.isArray(part) ? `[${part}]` : String(part))).join(" ")).join(" ; ");
    this.sent.push(latency === undefined ? text : `${latency}: ${text}`);
  }
  async request(message: Message, reply: Message): Promise<Message> {
    this.transmit(undefined, [message]);
    return this.answers.shift() ?? reply;
  }
  next(pattern: Message): Promise<Message> {
    return this.request(["next"], pattern);
  }
  onReply(): () => void {
    return () => {};
  }
  async wait(): Promise<void> {}
}

let server: Recorder;
const said = () => server.sent.splice(0);

beforeEach(() => {
  server = new Recorder({ sampleRate: 48000, blockSize: 64, outputs: 2, inputs: 2, audioBuses: 16, controlBuses: 8, buffers: 4 });
});

describe("synths", () => {
  test("every add action, with values, arrays, mappings and things that have an index", () => {
    const bus = Bus.control(server, 2);
    const group = new Group(server);
    const synth = new Synth("ping", { freq: 440, gains: [1, 0.5], amp: bus.asMap, out: Bus.audio(server) }, group, "tail");
    Synth.head(server, "a");
    Synth.tail(group, "b");
    Synth.before(synth, "c");
    Synth.after(synth, "d");
    Synth.replace(synth, "e");
    Synth.grain(group, "f", { freq: 1 });
    expect(said()).toEqual([
      "/g_new 1000 0 1",
      "/s_new ping 1001 1 1000 freq 440 gains [1,0.5] amp c0 out 4",
      "/s_new a 1002 0 1",
      "/s_new b 1003 1 1000",
      "/s_new c 1004 2 1001",
      "/s_new d 1005 3 1001",
      "/s_new e 1006 4 1001",
      "/s_new f -1 0 1000 freq 1",
    ]);
  });

  test("a playing node", async () => {
    const bus = Bus.audio(server, 2);
    const synth = new Synth("ping", {}, server);
    const other = new Node(server, 7);
    said();
    synth.set({ freq: 1 });
    synth.setn("freq", [1, 2]);
    synth.map({ freq: bus, amp: null });
    synth.run(false);
    synth.release();
    synth.release(2);
    synth.moveBefore(other);
    synth.moveAfter(other);
    synth.moveToHead();
    synth.moveToTail(rootGroup(server));
    synth.free();
    expect(said()).toEqual([
      "/n_set 1000 freq 1",
      "/n_setn 1000 freq 2 1 2",
      "/n_mapan 1000 freq 4 2",
      "/n_mapn 1000 amp -1 1",
      "/n_run 1000 0",
      "/n_set 1000 gate 0",
      "/n_set 1000 gate -3",
      "/n_before 1000 7",
      "/n_after 1000 7",
      "/g_head 1 1000",
      "/g_tail 0 1000",
      "/n_free 1000",
    ]);
    server.answers = [
      ["/n_set", 1000, "freq", 3],
      ["/n_setn", 1000, "freq", 2, 3, 4],
      ["/n_info", 1000, 1, -1, 1001, 0],
    ];
    expect([await synth.get("freq"), await synth.getn("freq", 2), await synth.query()]).toEqual([
      3,
      [3, 4],
      { parent: 1, previous: -1, next: 1001, isGroup: false },
    ]);
  });
});

test("groups", async () => {
  const group = new ParGroup(Group.tail(server), "after");
  group.freeAll();
  group.deepFree();
  group.dumpTree(true);
  server.answers = [["/g_queryTree.reply", 1, 1001, 2, 5, -1, "ping", 1, "freq", "c3", 6, 0]];
  expect(await group.queryTree(true)).toEqual({
    id: 1001,
    children: [
      { id: 5, definition: "ping", controls: [{ name: "freq", value: "c3" }] },
      { id: 6, children: [] },
    ],
  });
  expect(said()).toEqual([
    "/g_new 1000 1 1",
    "/p_new 1001 3 1000",
    "/g_freeAll 1001",
    "/g_deepFree 1001",
    "/g_dumpTree 1001 1",
    "/g_queryTree 1001 1",
  ]);
});

test("buses hand out numbers after the hardware's, and give them back", async () => {
  const first = Bus.audio(server, 2);
  const second = Bus.audio(server);
  first.free();
  expect([first.index, second.index, Bus.audio(server, 2).index, first.channel(1).asMap]).toEqual([4, 6, 4, "a5"]);
  expect(() => Bus.audio(server, 99)).toThrow("no 99 consecutive audio buses left: 3 of 12 are in use");
  expect(() => first.channel(1, 2)).toThrow("channels 1 to 2 of a bus that has 2");
  expect(() => first.set(1)).toThrow("only control buses");
  const control = Bus.control(server, 2);
  control.set(0.5, 0.25);
  server.answers = [["/c_setn", 0, 2, 0.5, 0.25]];
  expect(await control.get()).toEqual([0.5, 0.25]);
  expect(said()).toEqual(["/c_setn 0 2 0.5 0.25", "/c_getn 0 2"]);
});

test("buffers", async () => {
  const buffer = await Buffer.alloc(server, 8, 2);
  await Buffer.read(server, "a.wav", { start: 1, frames: 2, channels: [1] });
  await Buffer.read(server, "b.wav");
  await buffer.sine1([1, 0.5], { normalize: false });
  await buffer.sine2([[1, 0.5]]);
  await buffer.write("c.wav", { leaveOpen: true });
  await buffer.copyFrom(buffer, { start: 4 });
  buffer.set(0, 1, 3, -1);
  buffer.setn(2, new Float32Array(1500));
  const commands = said();
  expect(commands.pop()).toMatch(/^\/b_setn 0 1026 476 /);
  expect(commands.pop()).toMatch(/^\/b_setn 0 2 1024 /);
  expect(commands).toEqual([
    "/b_alloc 0 8 2",
    "/b_allocReadChannel 1 a.wav 1 2 1",
    "/b_allocRead 2 b.wav 0 0",
    "/b_gen 0 sine1 6 1 0.5",
    "/b_gen 0 sine2 7 1 0.5",
    "/b_write 0 c.wav wav int24 -1 0 1",
    "/b_gen 0 copy 4 0 0 -1",
    "/b_set 0 0 1 3 -1",
  ]);
  server.answers = [["/b_info", 0, 8, 2, 48000]];
  expect(await buffer.query()).toEqual({ frames: 8, channels: 2, sampleRate: 48000 });
  await buffer.free();
  expect(server.buffers.take()).toBe(0);
});

test("bind makes one bundle of what is sent inside", () => {
  server.bind(() => {
    server.send("/a", 1);
    server.bind(() => server.send("/b"));
  }, 0.2);
  server.bind(() => {});
  server.sendBundle(1, ["/c"], ["/d", 2]);
  expect(said()).toEqual(["0.2: /a 1 ; /b", "1: /c ; /d 2"]);
});
