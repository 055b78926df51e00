/// Examples are rendered and listened to.
import { renderScript } from "@heddle/node";
import { expect, test, vi } from "vitest";
import autoGroup from "../../examples/auto-group.ts";
import orderOfExecution from "../../examples/order-of-execution.ts";

test("order of execution: 20 s, softer while the distortion is paused, nothing clipped", async () => {
  const power = new Float64Array(20);
  let frames = 0;
  const report = await renderScript({
    script: orderOfExecution,
    outputs: 2,
    post: (text) => expect.fail(text),
    listener: (interleaved, count) => {
      for (let k = 0; k < count * 2; k++) {
        const second = Math.floor((frames + (k >> 1)) / 48000);
        if (second < 20) power[second] += interleaved[k] ** 2;
      }
      frames += count;
    },
  });
  expect(report.seconds).toBeCloseTo(20, 1);
  expect(report.levels.map(({ clipped, nonFinite }) => clipped + nonFinite)).toEqual([0, 0]);
  for (const { rms } of report.levels) expect(rms).toBeGreaterThan(0.03);
  // Paused from 8 to 12 s: the level of whole seconds before and within.
  expect(Math.abs(power[9] / power[6] - 1)).toBeGreaterThan(0.1);
});

test("auto group: silence in the wrong order, which is told; sound once the group orders itself", async () => {
  const power = new Float64Array(2);
  let frames = 0;
  const told: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const report = await renderScript({
    script: autoGroup,
    outputs: 1,
    post: (text) => told.push(text),
    listener: (mono, count) => {
      for (let k = 0; k < count; k++) power[frames + k < 48000 ? 0 : 1] += mono[k] ** 2;
      frames += count;
    },
  });
  expect(power[0]).toBe(0);
  expect(power[1] / 48000).toBeGreaterThan(1e-4);
  expect(report.earlyReads.map(({ reader, writer }) => `${reader.name} < ${writer.name}`)).toEqual(["master < echo", "echo < pluck"]);
  expect(told).toHaveLength(2);
  expect(log.mock.calls.flat()).toEqual(["master reads bus 10 before echo writes it", "echo reads bus 9 before pluck writes it"]);
  log.mockRestore();
});
