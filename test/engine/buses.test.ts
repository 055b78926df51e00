import { expect, test } from "vitest";
import { constant, engineWith } from "./support.ts";

test("control buses: values, errors, clipping", () => {
  const { buses } = engineWith([], { controlBuses: 128 });
  expect(buses.set(3, 0.5)).toBe(null);
  expect([buses.get(3), buses.get(4), buses.get(128), buses.get(-1)]).toEqual([0.5, 0, undefined, undefined]);
  expect(buses.set(128, 1)).toBe("index out of range");
  expect(buses.set(-1, 1)).toBe("index out of range");
  expect(buses.setAll(120, new Float32Array(20).fill(1))).toBe("index out of range");
  expect(buses.get(120)).toBe(0);
  expect(buses.setAll(126, [1, 2, 3], 2)).toBe(null);
  expect([buses.get(126), buses.get(127)]).toEqual([1, 2]);
  expect([buses.fill(-2, 3, 8), buses.fill(-2, 1, 9), buses.fill(999, 1, 9)]).toEqual([null, null, null]);
  expect([buses.get(0), buses.get(1)]).toEqual([8, 0]);
  buses.setAll(10, [1, 2], 4);
  expect([10, 11, 12].map((bus) => buses.get(bus))).toEqual([1, 2, 0]);
  expect(buses.fill(100, 2 ** 30, 7)).toBe(null);
  expect([buses.get(99), buses.get(100), buses.get(127)]).toEqual([0, 7, 7]);
});

test("setting a control bus stamps it with the block to come", () => {
  const engine = engineWith([]);
  const stamp = () => engine.memory.i32[(engine.target.controlStamps >> 2) + 3];
  expect(stamp()).toBe(-1);
  engine.process();
  engine.buses.set(3, 1);
  expect(stamp()).toBe(1);
});

test("the first writer of a block overwrites, private buses keep what they hold", () => {
  const engine = engineWith([constant]);
  engine.nodes.newSynth("constant", 1, 0, 0);
  engine.controls.set(1, "bus", 5);
  engine.process();
  engine.process();
  expect([engine.buses.audio(5)[0], engine.buses.audioStamp(5), engine.output(0)[0]]).toEqual([1, 1, 0]);
  engine.nodes.free(1);
  engine.process();
  expect([engine.buses.audio(5)[0], engine.buses.audioStamp(5)]).toEqual([1, 1]);
});

test("channels that are not there", () => {
  const engine = engineWith([]);
  expect(() => engine.output(2)).toThrow("output channel 2 does not exist: there are 2");
  expect(() => engine.input(-1)).toThrow("input channel -1");
  expect(() => engineWith([], { blockSize: 0 })).toThrow("blockSize is 0, expected an integer from 1");
  expect(() => engineWith([], { sampleRate: Number.NaN })).toThrow("sampleRate is NaN");
  expect(() => engineWith([], { memorySize: 2 ** 30 })).toThrow("memorySize is 1073741824");
});
