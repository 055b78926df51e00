import { expect, test } from "vitest";
import { type Audio, type Comparison, compareAudio } from "./compare-audio.ts";

const mono = (...samples: number[]): Audio => ({ channels: 1, samples: Float32Array.from(samples) });
const stereo = (...samples: number[]): Audio => ({ channels: 2, samples: Float32Array.from(samples) });
const within = (max_abs: number, more: Partial<Comparison> = {}): Comparison => ({ mode: "tolerance", max_abs, ...more });

test.each<[string, Audio, Audio, Comparison, boolean, number]>([
  ["equal", mono(1, 2), mono(1, 2), { mode: "exact" }, true, 0],
  ["equal but for one bit", mono(1, 2 + 2 ** -22), mono(1, 2), { mode: "exact" }, false, 2 ** -22],
  ["equal, not a number", mono(NaN, Infinity), mono(NaN, Infinity), { mode: "exact" }, true, 0],
  ["equal but for the sign of zero", mono(-0), mono(0), { mode: "exact" }, false, 0],
  ["one frame short", mono(1), mono(1, 2), within(9), false, Infinity],
  ["another number of channels", stereo(1, 2), mono(1, 2), within(9), false, Infinity],
  ["at the tolerance", mono(0, 0.5), mono(0, 0.25), within(0.25), true, 0.25],
  ["beyond the tolerance", mono(0, 0.5), mono(0, 0.25), within(0.2), false, 0.25],
  ["not a number where a number was", mono(NaN), mono(0), within(9), false, Infinity],
  ["a number where none was", mono(0), mono(NaN), within(9), false, Infinity],
  ["the other infinity", mono(-Infinity), mono(Infinity), within(9), false, Infinity],
  ["two channels out, one frame", stereo(1, 1, 0, 0), stereo(0, 0, 0, 0), within(0.1, { outlier_fraction: 0.5 }), true, 1],
  ["two frames out", stereo(1, 0, 0, 1), stereo(0, 0, 0, 0), within(0.1, { outlier_fraction: 0.5 }), false, 1],
  [
    "chaos: another signal of that level",
    mono(1, -3, 3),
    mono(1, 3, 3),
    within(0, { compare_frames: 1, rest_rms: [3], rest_rms_rel_tol: 0.1 }),
    true,
    0,
  ],
  ["chaos: louder", mono(1, -4, 4), mono(1, 3, 3), within(0, { compare_frames: 1, rest_rms: [3], rest_rms_rel_tol: 0.1 }), false, 0],
])("%s", (_name, actual, expected, how, pass, error) => {
  const verdict = compareAudio(actual, expected, how);
  expect([verdict.pass, verdict.error]).toEqual([pass, error]);
  expect(verdict.reason === "").toBe(pass);
});

test("the largest error has a place", () => {
  expect(compareAudio(stereo(0, 0, 0.1, 0, 0, 0.5), stereo(0, 0, 0, 0, 0, 0), within(0.2))).toMatchObject({ frame: 2, channel: 1 });
});

test("noise is judged by level, mean and sign changes", () => {
  const noise: Comparison = {
    mode: "statistical",
    rms: [1],
    rms_rel_tol: 0.1,
    mean: [0],
    mean_abs_tol: 0.1,
    zero_crossings_per_sample: [0.5],
    zero_crossings_rel_tol: 0.1,
  };
  const signal = (length: number, sample: (k: number) => number) => mono(...Array.from({ length }, (_, k) => sample(k)));
  const reference = signal(400, () => 0);
  const reasonFor = (sample: (k: number) => number) => compareAudio(signal(400, sample), reference, noise).reason;
  expect(reasonFor((k) => (k & 2 ? 1 : -1))).toBe("");
  expect(reasonFor((k) => (k & 2 ? 2 : -2))).toContain("the level is 2.000");
  expect(reasonFor((k) => (k & 2 ? 1.2 : -0.8))).toContain("the mean is 0.2");
  expect(reasonFor((k) => (k & 1 ? 1 : -1))).toContain("the rate of sign changes is 0.99");
  expect(reasonFor(() => NaN)).toContain("the level is NaN");
});
