import { Routine, TempoClock, VirtualClock } from "@heddle/core/client";
import { describe, expect, test } from "vitest";

/// Runs a clock dry, letting promises continue between tasks.
async function play(clock: VirtualClock, until = Infinity): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (clock.due === undefined || clock.due > until) return;
    clock.step();
  }
}

describe("virtual clock", () => {
  test("runs tasks in time order, equal times in the order they were made", async () => {
    const clock = new VirtualClock();
    const heard: string[] = [];
    for (const [time, name] of [
      [2, "c"],
      [1, "a"],
      [1, "b"],
      [3, "d"],
    ] as const)
      clock.schedule(time, () => heard.push(`${name}${clock.beats}`));
    clock.schedule(2.5, () => heard.push("never"))();
    await play(clock);
    expect(heard).toEqual(["a1", "b1", "c2", "d3"]);
  });

  test("what is due in the past runs now, time never goes back", async () => {
    const clock = new VirtualClock();
    const heard: number[] = [];
    clock.moveTo(5);
    clock.schedule(1, () => heard.push(clock.beats));
    await play(clock);
    clock.moveTo(2);
    expect([heard, clock.beats]).toEqual([[5], 5]);
    expect(() => clock.schedule(Number.NaN, () => {})).toThrow("a time of NaN");
  });
});

describe("tempo clock", () => {
  test("counts beats on its parent's time", () => {
    const parent = new VirtualClock();
    const clock = new TempoClock(parent, 2, 8);
    parent.moveTo(1.5);
    expect([clock.beats, clock.toParent(14), clock.nextBeat(4), clock.nextBeat(0), clock.nextBeat(4, 1)]).toEqual([11, 3, 12, 11, 13]);
  });

  test("a change of tempo moves what waits", async () => {
    const parent = new VirtualClock();
    const clock = new TempoClock(parent, 1);
    const heard: [number, number][] = [];
    const note = () => void heard.push([clock.beats, parent.beats]);
    for (const beat of [1, 2, 3]) clock.schedule(beat, note);
    parent.schedule(1.5, () => {
      clock.tempo = 2;
    });
    await play(parent);
    expect(heard).toEqual([
      [1, 1],
      [2, 1.75],
      [3, 2.25],
    ]);
    expect(() => new TempoClock(parent, 0)).toThrow("a tempo of 0");
  });
});

describe("routines", () => {
  test("async bodies and generators wait alike, without drift", async () => {
    const clock = new VirtualClock();
    const heard: string[] = [];
    const later = new Routine(async ({ wait }) => {
      for (let k = 0; k < 3; k++) {
        heard.push(`a${clock.beats}`);
        await wait(0.1);
      }
    }).play(clock);
    new Routine(function* () {
      for (let k = 0; k < 2; k++) {
        heard.push(`g${clock.beats}`);
        yield 0.15;
      }
    }).play(clock, 0.05);
    await play(clock);
    await later.done;
    expect(heard).toEqual(["a0", "g0.05", "a0.1", "g0.2", "a0.2"]);
  });

  test("stopping ends a wait and runs what must be run", async () => {
    const clock = new VirtualClock();
    const heard: string[] = [];
    const endless = new Routine(async ({ wait }) => {
      try {
        for (;;) await wait(1);
      } finally {
        heard.push(`ended at ${clock.beats}`);
      }
    }).play(clock);
    const generator = new Routine(function* () {
      try {
        for (;;) yield 1;
      } finally {
        heard.push("generator ended");
      }
    }).play(clock);
    clock.schedule(2.5, () => {
      endless.stop();
      generator.stop();
    });
    await play(clock, 10);
    await Promise.all([endless.done, generator.done]);
    expect(heard).toEqual(["generator ended", "ended at 2.5"]);
  });

  test("what a body throws, and waits that make no sense, reject", async () => {
    const clock = new VirtualClock();
    const failing = [
      new Routine(() => Promise.reject(new Error("own"))),
      new Routine(({ wait }) => wait(-1)),
      new Routine(function* () {
        yield Number.NaN;
      }),
    ];
    const outcomes = Promise.allSettled(failing.map((routine) => routine.play(clock).done));
    await play(clock);
    expect((await outcomes).map((outcome) => (outcome.status === "rejected" ? String(outcome.reason) : "fine"))).toEqual([
      "Error: own",
      "RangeError: a wait of -1 beats: expected a finite number, 0 or more",
      "RangeError: a wait of NaN beats: expected a finite number, 0 or more",
    ]);
    expect(() => failing[0].play(clock)).toThrow("make a new one");
  });
});
