/// Every transcript in `transcripts/`, played to the command set. `UPDATE=1` rewrites the answers, for review.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { constant, type Draft, engineWith } from "../engine/support.ts";
import { play } from "../support/transcript.ts";
import { memoryFiles } from "./memory-files.ts";

const folder = new URL("./transcripts/", import.meta.url);
const ok: Draft = { name: "ok" };
const ctl: Draft = { name: "ctl", controls: { freq: 440, amp: 0 } };
const arr: Draft = { name: "arr", controls: { a: [1, 2, 3], b: 0.25 } };
const access = { rate: "ar", channels: 1 } as const;
const control = (index: number) => ({ expression: { offset: 0, terms: [{ control: index, factor: 1 }] } });
const fx: Draft = {
  name: "fx",
  controls: { in: 16, out: 0 },
  buses: [
    { ...access, kind: "in", bus: control(0) },
    { ...access, kind: "out", bus: control(1) },
  ],
};

describe("transcripts", () => {
  test.each(readdirSync(folder))("%s", async (name) => {
    const url = new URL(name, folder);
    const transcript = readFileSync(url, "utf8");
    const engine = engineWith(name === "order.osc.txt" ? [fx] : [ok, ctl, arr, constant], {
      nodes: 16,
      buffers: 8,
      controlBuses: 128,
      sampleRate: 48000,
    });
    const answered = await play(transcript, { engine, files: memoryFiles() });
    if (process.env.UPDATE) writeFileSync(url, answered);
    else expect(answered).toBe(transcript);
  });
});
