import { expect, test } from "vitest";
import { BlockClock, ntpToTicks, secondsToTicks, ticksToSeconds } from "../../packages/core/src/time/index.ts";

test("a block lasts a whole number of ticks", () => {
  expect(new BlockClock(48000, 64).increment).toBe(5726623);
  expect(new BlockClock(44100, 64).increment).toBe(6233059);
  expect(new BlockClock(65536, 64).increment).toBe(2 ** 22);
});

test("an event's frame is the nearest one inside the block", () => {
  const clock = new BlockClock(48000, 64);
  const at = (frames: number) => clock.offset(secondsToTicks(frames / 48000), 0);
  expect([0, 1, 10.4, 10.6, 63, 64].map((frames) => clock.frame(at(frames)))).toEqual([0, 1, 10, 11, 63, 63]);
  // Late.
  expect(clock.frame(clock.offset(0, clock.increment))).toBe(0);
});

test("NTP times count from an epoch of whole seconds", () => {
  const seconds = 3_900_000_000;
  expect(ntpToTicks(seconds + 3, 2 ** 31, seconds)).toBe(3.5 * 2 ** 32);
  expect(ticksToSeconds(ntpToTicks(1, 2 ** 30))).toBe(1.25);
  expect(secondsToTicks(0.1)).toBe(429496729);
});
