/// Every transcript in `transcripts/`, played to the command set. `UPDATE=1` rewrites the answers, for review.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { engineWith } from "../engine/support.ts";
import { play } from "../support/transcript.ts";
import { draftsOf } from "./drafts.ts";
import { memoryFiles } from "./memory-files.ts";

const folder = new URL("./transcripts/", import.meta.url);
describe("transcripts", () => {
  test.each(readdirSync(folder))("%s", async (name) => {
    const url = new URL(name, folder);
    const transcript = readFileSync(url, "utf8");
    const engine = engineWith(draftsOf(name), {
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
