/// The delay-locked loop: jitter goes, drift is followed.
import { DelayLockedLoop } from "@heddle/core/time";
import { expect, test } from "vitest";

/// Deterministic noise in [0, 1).
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

const period = 64 / 48;

/// Times of `count` periods of a clock that runs `drift` times as fast, noticed up to `jitter` ms late: the largest error of the last half.
function worst(count: number, drift: number, jitter: number): number {
  const loop = new DelayLockedLoop(period, 1000);
  const random = noise(1);
  const time = new Float64Array(1);
  let largest = 0;
  for (let k = 0; k < count; k++) {
    const truth = k * period * drift + jitter / 2;
    time[0] = truth - jitter / 2 + jitter * random();
    loop.update(time);
    if (k > count / 2) largest = Math.max(largest, Math.abs(time[0] - truth));
  }
  return largest;
}

test("a minute of periods noticed up to half a millisecond late stays within a tenth of one", () => {
  expect(worst(45_000, 1, 0.5)).toBeLessThan(0.1);
});

test("so does one of a sound card that is a thousandth fast", () => {
  expect(worst(45_000, 0.999, 0.5)).toBeLessThan(0.1);
});

test("a gap starts it anew", () => {
  const loop = new DelayLockedLoop(period, 1000);
  const time = new Float64Array(1);
  for (let k = 0; k < 100; k++) {
    time[0] = k * period;
    loop.update(time);
  }
  time[0] = 10_000;
  loop.update(time);
  expect(time[0]).toBe(10_000);
  time[0] = 10_000 + period;
  loop.update(time);
  expect(time[0]).toBeCloseTo(10_000 + period, 6);
});
