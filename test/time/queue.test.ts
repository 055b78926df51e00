import fc from "fast-check";
import { expect, test } from "vitest";
import { TimeQueue } from "../../packages/core/src/time/index.ts";

test("jobs leave by time, equal times in the order they came, however pushes and pops interleave", () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant("pop" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new TimeQueue<number>(2);
      const waiting: { time: number; job: number }[] = [];
      steps.forEach((step, job) => {
        if (step === "pop") {
          waiting.sort((a, b) => a.time - b.time || a.job - b.job);
          expect(queue.pop()).toBe(waiting.shift()?.job);
        } else {
          queue.push(step, job);
          waiting.push({ time: step, job });
        }
        expect(queue.size).toBe(waiting.length);
        expect(queue.nextTime).toBe(Math.min(...waiting.map(({ time }) => time)));
      });
    }),
  );
});

test("a cleared queue is empty, a time that is not a number is refused", () => {
  const queue = new TimeQueue<string>();
  queue.push(1, "a");
  queue.clear();
  expect(queue.pop()).toBe(undefined);
  expect(() => queue.push(Number.NaN, "b")).toThrow("a job's time is NaN");
});
