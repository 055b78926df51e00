/// A short run of `npm run soak`, with the threads as they were built last.
import { expect, test } from "vitest";
import { soak } from "../soak/soak.ts";

test("the engine's thread collects no garbage while a busy session plays", async () => {
  const { collections, counters, messages } = await soak({ minutes: 0.03, device: "clock" });
  expect(messages).toBeGreaterThan(100);
  expect(counters.synths).toBeGreaterThan(32);
  expect([collections, counters.lost, counters.faults, counters.spoiled]).toEqual([0, 0, 0, 0]);
});
