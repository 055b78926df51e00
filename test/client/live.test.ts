/// The live client against a server made of a table: what is sent, when it is stamped, how answers find their questions.
import {
  type Connection,
  LiveServer,
  type Message,
  PausableClock,
  Routine,
  Synth,
  SystemClock,
  Task,
  type TimeSource,
} from "@heddle/core/client";
import { describe, expect, test } from "vitest";

/// Time that a test moves by hand.
class HandTime implements TimeSource {
  seconds = 1000;
  private readonly waiting: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.seconds;
  }

  after(seconds: number, wake: () => void): () => void {
    const entry = { at: this.seconds + seconds, wake };
    this.waiting.push(entry);
    return () => void (this.waiting.includes(entry) && this.waiting.splice(this.waiting.indexOf(entry), 1));
  }

  turn(next: () => void): void {
    setImmediate(next);
  }

  /// Lets `seconds` pass in steps of `late`, so that wakes come late by up to that.
  async pass(seconds: number, late = 0.007): Promise<void> {
    const end = this.seconds + seconds;
    while (this.seconds < end - 1e-9) {
      this.seconds = Math.min(end, this.seconds + late);
      for (const entry of [...this.waiting].filter(({ at }) => at <= this.seconds)) {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        entry.wake();
      }
      for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

interface Sent {
  readonly messages: readonly Message[];
  readonly time: number | undefined;
}

/// Answers what the client's handshake asks, and what `answers` say.
function serverOf(answers: (message: Message) => Message[] = () => []) {
  const sent: Sent[] = [];
  const connection: Connection = {
    send(messages, time) {
      sent.push({ messages, time });
      for (const message of messages) {
        const replies: Message[] =
          message[0] === "/notify" ? [["/done", "/notify", 2, 4]] : message[0] === "/sync" ? [["/synced", message[1]]] : answers(message);
        for (const reply of replies) queueMicrotask(() => connection.onMessage(reply));
      }
    },
    onMessage: () => {},
    onClose: () => {},
    close: () => {},
  };
  return { sent, connection };
}

const sizes = { sampleRate: 48000, blockSize: 64, outputs: 2, inputs: 2, audioBuses: 1024, controlBuses: 4096, buffers: 1024 };

async function connected(answers?: (message: Message) => Message[]) {
  const time = new HandTime();
  const { sent, connection } = serverOf(answers);
  const server = new LiveServer(sizes, { clock: new SystemClock(time), patience: 0.05 });
  await server.connect(connection);
  sent.splice(0);
  return { server, sent, connection, time };
}

describe("live server", () => {
  test("a client has its share of ids, buses and buffers", async () => {
    const { server } = await connected();
    expect([server.nodeIds.next(), server.defaultGroupId]).toEqual([2 * 2 ** 26 + 1000, 2 * 2 ** 26 + 1]);
    expect([server.audioBuses.take(), server.controlBuses.take(), server.buffers.take()]).toEqual([4 + 2 * 255, 2048, 512]);
  });

  test("what a routine sends is stamped with its logical time, what others send is not", async () => {
    const { server, sent, time } = await connected();
    server.send("/status");
    const start = time.seconds;
    new Routine(async ({ wait }) => {
      for (let k = 0; k < 3; k++) {
        server.send("/n_set", 1000, "k", k);
        await wait(0.1);
      }
    }).play(server.clock);
    await time.pass(0.5);
    expect(sent.map(({ time: stamp }) => stamp)).toEqual([undefined, ...[0, 0.1, 0.2].map((t) => expect.closeTo(start + t + 0.2, 6))]);
  });

  test("bundles go out whole, with the latency that was asked for", async () => {
    const { server, sent, time } = await connected();
    server.bind(() => {
      new Synth("a", {}, server);
      new Synth("b", {}, server);
    }, 0.5);
    expect(sent).toEqual([{ messages: [expect.arrayContaining(["a"]), expect.arrayContaining(["b"])], time: time.seconds + 0.5 }]);
  });

  test("an answer goes to the oldest question it fits, a failure to the command that failed", async () => {
    const { server } = await connected((message) =>
      message[0] === "/b_query"
        ? [["/b_info", message[1], 10, 1, 48000]]
        : message[0] === "/s_get"
          ? [["/fail", "/s_get", "Node 7 not found"]]
          : [],
    );
    const [first, second] = await Promise.all([5, 6].map((n) => server.request(["/b_query", n], ["/b_info"])));
    expect([first[1], second[1]]).toEqual([5, 6]);
    await expect(server.request(["/s_get", 7, "freq"], ["/n_set", 7])).rejects.toThrow("/s_get: Node 7 not found");
  });

  test("a question without an answer fails, and so does one on a closed connection", async () => {
    const { server } = await connected();
    await expect(server.request(["/nothing"], ["/never"])).rejects.toThrow("/nothing: no answer in 0.05 s");
    const waiting = server.request(["/nothing"], ["/never"]);
    const ended = server.ended();
    server.disconnect();
    await expect(waiting).rejects.toThrow("the connection was closed");
    expect(await ended).toBe(undefined);
    await expect(server.sync()).rejects.toThrow("not connected");
  });
});

describe("clocks that pass by themselves", () => {
  test("tasks see when they were due, in order, however late the wake", async () => {
    const time = new HandTime();
    const clock = new SystemClock(time);
    const seen: [string, number][] = [];
    for (const [at, name] of [
      [0.02, "b"],
      [0.01, "a"],
      [0.02, "c"],
      [-1, "past"],
    ] as const)
      clock.schedule(1000 + at, () => seen.push([name, clock.beats]));
    clock.schedule(1000.015, () => seen.push(["never", 0]))();
    await time.pass(0.1, 0.05);
    expect(seen).toEqual([
      ["past", 999],
      ["a", 1000.01],
      ["b", 1000.02],
      ["c", 1000.02],
    ]);
    expect([clock.inTask, clock.beats]).toEqual([false, time.seconds]);
  });

  test("a paused clock holds what waits, and goes on where it stood", async () => {
    const time = new HandTime();
    const clock = new PausableClock(new SystemClock(time));
    const seen: number[] = [];
    for (const beat of [0, 1, 2]) clock.schedule(beat, () => seen.push(time.seconds - 1000));
    clock.resume();
    await time.pass(0.5, 0.1);
    clock.pause();
    await time.pass(5, 0.5);
    expect([seen.length, clock.beats]).toEqual([1, expect.closeTo(0.5, 6)]);
    clock.resume();
    await time.pass(2, 0.1);
    expect(seen.map((t) => Math.round(t * 10) / 10)).toEqual([0.1, 6, 7]);
  });

  test("a task pauses, resumes, stops, and starts again from the beginning", async () => {
    const time = new HandTime();
    const heard: number[] = [];
    const task = new Task(function* () {
      for (let k = 0; ; k++) {
        heard.push(k);
        yield 1;
      }
    }, new SystemClock(time)).start();
    await time.pass(2.5, 0.1);
    task.pause();
    await time.pass(3, 0.1);
    expect([heard, task.running]).toEqual([[0, 1, 2], false]);
    task.resume();
    await time.pass(1, 0.1);
    task.stop();
    await time.pass(3, 0.1);
    expect(heard).toEqual([0, 1, 2, 3]);
    task.start();
    await time.pass(0.5, 0.1);
    expect(heard).toEqual([0, 1, 2, 3, 0]);
    task.stop();
  });
});
