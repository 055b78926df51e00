/// The command as a user runs it, built: exit codes, what is printed where, and what is left on the disk.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { synthDef, writeSynthDefs } from "@heddle/core/synthdef";
import { DC, In, Out } from "@heddle/core/ugens";
import { afterAll, describe, expect, test } from "vitest";
import { score } from "../support/scores.ts";
import { toneBytes } from "../support/tone.ts";

const program = fileURLToPath(new URL("../../packages/cli/bin/heddle.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "heddle-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

function heddle(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

writeFileSync(join(folder, "tone.scsyndef"), toneBytes);
writeFileSync(join(folder, "tone.osc"), score([0, ["/d_recv", toneBytes], "/s_new tone 1 0 0", "/n_free 5"], [0.1]));
writeFileSync(join(folder, "damaged.osc"), score([0], [0.1]).subarray(0, -2));

describe("heddle scsynth", () => {
  test("renders, prints failures as scsynth does, and exits with 0", () => {
    expect(heddle("scsynth", "-N", "tone.osc", "_", "a.wav", "48000", "WAV", "int16", "-o", "1")).toEqual({
      code: 0,
      out: "",
      err: "FAILURE IN SERVER /n_free Node 5 not found\n",
    });
    expect(existsSync(join(folder, "a.wav"))).toBe(true);
  });

  test("a damaged score is one line, exit code 1 and no file", () => {
    const { code, out, err } = heddle("scsynth", "-N", "damaged.osc", "_", "b.wav", "48000", "WAV", "float");
    expect([code, out, err.trimEnd().split("\n").length]).toEqual([1, "", 1]);
    expect(err).toContain("ERROR: score, byte 20");
    expect(readdirSync(folder).filter((name) => name.includes("b.wav"))).toEqual([]);
  });

  test("flags that make no sense show the usage", () => {
    const { code, out, err } = heddle("scsynth", "-N", "tone.osc");
    expect([code, err]).toEqual([1, "ERROR: More arguments expected after option -N\n"]);
    expect(out).toContain("-z <block-size>");
    expect(heddle("scsynth", "-v")).toMatchObject({ code: 0, err: "" });
    expect(heddle("scsynth", "-h").code).toBe(1);
  });
});

describe("heddle play", () => {
  const play = (file: string, ...args: string[]) => heddle("play", file, "--device", "clock", ...args);
  writeFileSync(
    join(folder, "halve.ts"),
    `import { ugen } from "heddle";
export const Halve = ugen("Halve", { rates: "ar kr", family: "filters", inputs: { in: 0 }, tick: ({ in: x }) => x * 0.5 });`,
  );
  writeFileSync(
    join(folder, "piece.ts"),
    `import { Bus, DC, In, Out, Synth, synthDef } from "heddle";
import { Halve } from "./halve.ts";
export default async function (server) {
  const bus = Bus.control(server);
  const probe = synthDef("probe", { bus: 0 }, ({ bus }) => Out.kr(bus, Halve.kr(DC.kr(3))));
  await server.add(probe);
  new Synth(probe, { bus }, server);
  await server.wait(0.1);
  console.log("heard", ...(await bus.get()));
}`,
  );

  test("plays a score to its end", () => {
    const { code, out, err } = play("tone.osc");
    expect([code, out]).toEqual([0, ""]);
    expect(err).toContain("playing tone.osc on clock");
    expect(err).toContain("FAILURE IN SERVER /n_free Node 5 not found");
  });

  test("plays a module with unit generators of its own", () => {
    expect(play("piece.ts", "--ugens", "halve.ts")).toMatchObject({ code: 0, out: "heard 1.5\n" });
  });

  test("says what is wrong", () => {
    expect(play("missing.ts")).toMatchObject({ code: 1, err: expect.stringContaining("missing.ts: no such file") });
    expect(play("damaged.osc")).toMatchObject({ code: 1, err: expect.stringContaining("score, byte 20") });
    expect(play("tone.osc", "--require-device")).toMatchObject({ code: 3, err: expect.stringContaining("no sound device") });
    expect(heddle("play", "tone.osc", "--device", "gramophone").err).toContain("expected one of auto, jack");
  });
});

describe("heddle lint", () => {
  const reader = writeSynthDefs([
    synthDef("fx", {}, () => Out.ar(0, In.ar(16, 1))).graph,
    synthDef("src", {}, () => Out.ar(16, DC.ar(1))).graph,
  ]);
  writeFileSync(join(folder, "early.osc"), score([0, ["/d_recv", reader], "/s_new fx 1000 1 0", "/s_new src 1001 1 0"], [0.1]));

  test("names a synth that reads too early, and exits with 1", () => {
    const text = "`fx` (1000) reads bus 16 before `src` (1001) writes it: it hears silence; move it after";
    expect(heddle("lint", "early.osc")).toEqual({ code: 1, out: `${text}\n`, err: "" });
    const { code, out } = heddle("lint", "--json", "early.osc");
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { warnings: [{ reader: { id: 1000 }, writer: { name: "src" }, bus: 16, message: text }] },
    ]);
  });

  test("is silent about what is right, and says what is no score", () => {
    expect(heddle("lint", "tone.osc")).toEqual({ code: 0, out: "", err: "" });
    const { code, err } = heddle("lint", "damaged.osc");
    expect([code, err.trimEnd().split("\n").length]).toEqual([2, 1]);
  });
});

describe("heddle graph", () => {
  writeFileSync(
    join(folder, "patch.ts"),
    `const node = (id: string, more: object) => ({ id, istreams: 1, jstreams: 0, ostreams: 1, ...more });
    export const graph = {
      nodes: [node("in", {}), node("out", { flags: ["consumer"] })],
      connections: [{ from: "in.o0", to: "out.i0" }],
    };`,
  );
  writeFileSync(join(folder, "bad.json"), '{"format":"graph-case/1","blockSize":64,"graph":{"nodes":[{"id":7}],"connections":[]}}');

  test("plans, draws and explains what a module exports", () => {
    expect(JSON.parse(heddle("graph", "plan", "patch.ts").out).steps).toEqual([
      { run: "in", out: { o0: 0 } },
      { run: "out", in: { i0: 0 } },
    ]);
    expect(heddle("graph", "draw", "patch.ts", "--svg", "-").out).toMatch(/^<svg[\s\S]*>out<\/text>[\s\S]*<\/svg>\n$/);
    expect(heddle("graph", "explain", "patch.ts", "out").out).toContain("level 1, since it waits for in");
  });

  test("says in one line why a file is no case, and exits with 1", () => {
    const err = "heddle graph: graph.nodes[0].id: expected a string, found 7\n";
    for (const command of ["check", "plan", "explain"]) expect(heddle("graph", command, "bad.json")).toEqual({ code: 1, out: "", err });
    expect(heddle("graph", "check", "none.json")).toEqual({ code: 1, out: "", err: "heddle graph: none.json: no such file\n" });
  });
});

describe("heddle profile", () => {
  test("tables, JSON and a flame graph", () => {
    const { code, out, err } = heddle("profile", "tone.osc", "--outputs", "1", "--svg", "flame.svg");
    expect([code, err]).toEqual([0, "FAILURE IN SERVER /n_free Node 5 not found\n"]);
    for (const title of ["definition ", "unit generator (estimated)", "node "]) expect(out).toContain(title);
    expect(readFileSync(join(folder, "flame.svg"), "utf8")).toContain("<title>tone: ");
    const report = JSON.parse(heddle("profile", "tone.osc", "--json").out);
    expect(report.definitions[0].name).toBe("tone");
    expect(heddle("profile", "none.osc")).toMatchObject({ code: 1, out: "" });
  });
});

describe("heddle render", () => {
  test("a module in TypeScript imports heddle from any folder", () => {
    writeFileSync(
      join(folder, "piece.ts"),
      `import { Out, SinOsc, Synth, synthDef, type OfflineServer } from "heddle";
      const ping = synthDef("ping", { freq: 440, amp: 0.1 }, ({ freq, amp }) => Out.ar(0, SinOsc.ar(freq).mul(amp)));
      export default async function (server: OfflineServer): Promise<void> {
        await server.add(ping);
        const synth = new Synth(ping, { amp: 0.5 }, server);
        await server.wait(0.25);
        synth.set({ freq: 660 });
        await server.wait(0.25);
      }`,
    );
    const { code, out, err } = heddle(
      "render",
      "piece.ts",
      "-o",
      "new/piece.flac",
      "--json",
      "--tree",
      "--picture",
      "new/piece.svg",
      "--score",
      "piece.osc",
    );
    expect([code, err]).toEqual([0, ""]);
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; text?: string; levels?: { peak: number }[]; seconds?: number });
    expect(lines.at(-1)).toMatchObject({ type: "report", seconds: 0.5 + 64 / 48000, failures: 0 });
    expect(lines.at(-1)?.levels?.[0].peak).toBeCloseTo(0.5, 2);
    expect(lines.find(({ type }) => type === "message")?.text).toBe("0 group\n  1 group\n    1000 ping");
    expect(readdirSync(join(folder, "new")).sort()).toEqual(["piece.flac", "piece.svg"]);
    expect(heddle("render", "piece.osc", "--outputs", "1").out).toContain("0.50 s, 1 channel, 48000 Hz");
  });

  test.each([
    ["export default 3;", "its default export must be an async function that takes the server"],
    ["export default async () => { throw new Error('own mistake'); };", "own mistake"],
    [
      "export default async (server) => { await server.wait(0.1); await new Promise(() => {}); };",
      "waits for a promise that nothing will settle",
    ],
    ["export default (", "bad.js"],
  ])("%s", (source, reason) => {
    writeFileSync(join(folder, "bad.js"), source);
    const { code, out, err } = heddle("render", "bad.js", "-o", "bad.wav");
    expect([code !== 0, out]).toEqual([true, ""]);
    expect(err).toContain(reason);
    expect(readdirSync(folder).filter((name) => name.includes("bad.wav"))).toEqual([]);
  });

  test("a file that is not there", () => {
    expect(heddle("render", "none.ts")).toEqual({ code: 1, out: "", err: "error: none.ts: no such file\n" });
    expect(heddle("render", "none.osc")).toEqual({
      code: 1,
      out: "",
      err: "error: cannot read the score none.osc: no such file or folder\n",
    });
  });
});
