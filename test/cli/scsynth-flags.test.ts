import { describe, expect, test } from "vitest";
import { progressLine } from "../../packages/cli/src/progress.ts";
import { parseFlags } from "../../packages/cli/src/scsynth-flags.ts";

const parse = (line: string) => parseFlags(line.split(" ").filter((word) => word !== ""));
const nrt = "-N s.osc _ o.wav 48000 WAV float";

test("defaults and values are scsynth's", () => {
  expect(parse(nrt)).toMatchObject({
    nrt: { score: "s.osc", input: "_", output: "o.wav", sampleRate: 48000, header: "WAV", format: "float" },
    engine: {
      outputs: 8,
      inputs: 8,
      blockSize: 64,
      audioBuses: 1024,
      controlBuses: 16384,
      buffers: 1024,
      nodes: 1024,
      memorySize: 8192,
      wires: 64,
    },
    loadDefinitions: true,
  });
  expect(parse(`-o 2 -i 0 -z 100 ${nrt} -D 0 -R 0 -C 1 -V -2 -m 65536 -H dev -P /x --allow a --allow b`)).toMatchObject({
    engine: { outputs: 2, inputs: 0, blockSize: 128, memorySize: 65536 },
    loadDefinitions: false,
    verbosity: -2,
    restricted: "/x",
    allow: ["a", "b"],
  });
});

test("numbers are read as C's atoi reads them, block sizes become powers of two", () => {
  const sizes = ["0", "-5", "63", "64", "65", "abc", "12x"].map((z) => parse(`${nrt} -z ${z}`));
  expect(sizes.map((flags) => ("engine" in flags ? flags.engine.blockSize : 0))).toEqual([1, 1, 64, 64, 128, 1, 16]);
  expect(parse("-N s _ o 44100.7x WAV float")).toMatchObject({ nrt: { sampleRate: 44100.7 } });
});

describe("what cannot be read is refused in scsynth's words", () => {
  test.each([
    ["", "There must be a -u and/or a -t options, or -N for nonrealtime."],
    ["-Q", "Invalid option -Q"],
    ["extra", "Invalid option extra"],
    ["--help", "Invalid option --help"],
    ["-toString 1", "Invalid option -toString"],
    ["-N s _ o 48000 WAV", "More arguments expected after option -N"],
    ["-o", "Argument expected after option -o"],
    [`${nrt} float`, "Invalid option float"],
    [`${nrt} -a 4`, "number of audio bus channels < inputs + outputs."],
  ])("%s", (line, error) => {
    expect(parse(line)).toEqual({ error });
  });
});

test("-v and -h end the reading", () => {
  expect([parse("-v -Q"), parse("-h"), parse(`${nrt} -v`)].map((flags) => "show" in flags && flags.show)).toEqual([
    "version",
    "usage",
    "version",
  ]);
});

test("the progress line fits its terminal", () => {
  const progress = { seconds: 15, total: 60, elapsed: 1 };
  expect(progressLine(progress, 72)).toBe("[=======                   ] 15.0 of 60.0 s, 15 x real time, 3.0 s left");
  for (let columns = 1; columns < 100; columns++) expect(progressLine(progress, columns).length).toBeLessThanOrEqual(Math.max(columns, 1));
  expect(progressLine({ seconds: 2, total: undefined, elapsed: 4 }, 80)).toBe("2.0 s, 0.5 x real time");
});
