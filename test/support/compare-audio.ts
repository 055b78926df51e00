/// Judges rendered audio against a reference, by the rules of the oracle's manifest.

/// Interleaved samples.
export interface Audio {
  channels: number;
  samples: Float32Array;
}

/// How to compare, as the manifest says it; fields that only inform (`why`, `steep_edges`, `seeded`, `min`, `max`) are left out.
export interface Comparison {
  mode: "exact" | "tolerance" | "statistical";
  /// Largest absolute difference.
  max_abs?: number;
  /// Share of the frames that may differ by more.
  outlier_fraction?: number;
  /// Only so many frames are compared sample by sample; of the rest, the level per channel must agree.
  compare_frames?: number;
  rest_rms?: number[];
  rest_rms_rel_tol?: number;
  rms?: number[];
  rms_rel_tol?: number;
  mean?: number[];
  mean_abs_tol?: number;
  zero_crossings_per_sample?: number[];
  zero_crossings_rel_tol?: number;
}

export interface Verdict {
  pass: boolean;
  /// Largest absolute difference of two finite samples, Infinity where only one is finite, and where it is.
  error: number;
  frame: number;
  channel: number;
  /// Why it does not pass, otherwise empty.
  reason: string;
}

const passed: Verdict = { pass: true, error: 0, frame: 0, channel: 0, reason: "" };

export function compareAudio(actual: Audio, expected: Audio, how: Comparison): Verdict {
  const shape = shapeFault(actual, expected);
  if (shape) return { ...passed, pass: false, error: Infinity, reason: shape };
  switch (how.mode) {
    case "exact":
      return compareExactly(actual, expected);
    case "tolerance":
      return compareWithin(actual, expected, how);
    case "statistical":
      return compareStatistics(actual, how);
  }
}

const framesOf = ({ channels, samples }: Audio) => samples.length / channels;

function shapeFault(actual: Audio, expected: Audio): string {
  if (actual.channels !== expected.channels) return `${actual.channels} channels, not ${expected.channels}`;
  if (framesOf(actual) !== framesOf(expected)) return `${framesOf(actual)} frames, not ${framesOf(expected)}`;
  return "";
}

/// Difference of two samples: 0 when both are the same infinity or both not a number, Infinity when one alone is not finite.
function difference(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const d = Math.abs(a - b);
  return Number.isNaN(d) ? Infinity : d;
}

function compareExactly(actual: Audio, expected: Audio): Verdict {
  const bits = ({ samples }: Audio) => new Uint32Array(samples.buffer, samples.byteOffset, samples.length);
  const [a, b] = [bits(actual), bits(expected)];
  const worst = largestDifference(actual, expected, a.length);
  const first = a.findIndex((word, k) => word !== b[k] && !(Number.isNaN(actual.samples[k]) && Number.isNaN(expected.samples[k])));
  if (first < 0) return passed;
  return { ...worst, pass: false, reason: `not equal, first at ${place(first, expected)}` };
}

function largestDifference({ samples, channels }: Audio, expected: Audio, count: number): Verdict {
  let error = 0;
  let at = 0;
  for (let k = 0; k < count; k++) {
    const d = difference(samples[k], expected.samples[k]);
    if (d > error) {
      error = d;
      at = k;
    }
  }
  return { ...passed, error, frame: Math.floor(at / channels), channel: at % channels };
}

function compareWithin(actual: Audio, expected: Audio, how: Comparison): Verdict {
  const { channels } = expected;
  const frames = framesOf(expected);
  const compared = Math.min(frames, how.compare_frames ?? frames);
  const worst = largestDifference(actual, expected, compared * channels);
  const limit = how.max_abs ?? 0;
  const outliers = countOutliers(actual, expected, compared, limit);
  if (outliers > (how.outlier_fraction ?? 0) * frames) {
    return { ...worst, pass: false, reason: `${outliers} of ${compared} frames differ by more than ${limit}` };
  }
  for (let channel = 0; how.rest_rms && channel < channels; channel++) {
    const level = rms(actual, channel, compared);
    if (!near(level, how.rest_rms[channel], how.rest_rms_rel_tol ?? 0)) {
      return {
        ...worst,
        channel,
        pass: false,
        reason: `from frame ${compared} on the level is ${level.toPrecision(4)}, not ${how.rest_rms[channel]}`,
      };
    }
  }
  return worst;
}

function countOutliers(actual: Audio, expected: Audio, frames: number, limit: number): number {
  const { channels } = expected;
  let outliers = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let k = frame * channels; k < (frame + 1) * channels; k++) {
      if (difference(actual.samples[k], expected.samples[k]) > limit) {
        outliers++;
        break;
      }
    }
  }
  return outliers;
}

function compareStatistics(actual: Audio, how: Comparison): Verdict {
  for (let channel = 0; channel < actual.channels; channel++) {
    const checks: [string, number, number | undefined, number][] = [
      ["level", rms(actual, channel, 0), how.rms?.[channel], (how.rms_rel_tol ?? 0) * (how.rms?.[channel] ?? 0)],
      ["mean", mean(actual, channel), how.mean?.[channel], how.mean_abs_tol ?? 0],
      [
        "rate of sign changes",
        signChanges(actual, channel),
        how.zero_crossings_per_sample?.[channel],
        (how.zero_crossings_rel_tol ?? 0) * (how.zero_crossings_per_sample?.[channel] ?? 0),
      ],
    ];
    for (const [what, value, wanted, tolerance] of checks) {
      if (wanted !== undefined && !(Math.abs(value - wanted) <= tolerance + rounding)) {
        return {
          ...passed,
          pass: false,
          error: Math.abs(value - wanted),
          channel,
          reason: `the ${what} is ${value.toPrecision(4)}, not ${wanted}`,
        };
      }
    }
  }
  return passed;
}

/// The manifest's figures have six decimals.
const rounding = 1e-6;
const near = (value: number, wanted: number, relative: number) => Math.abs(value - wanted) <= relative * Math.abs(wanted) + rounding;

function rms({ samples, channels }: Audio, channel: number, fromFrame: number): number {
  let sum = 0;
  let count = 0;
  for (let k = fromFrame * channels + channel; k < samples.length; k += channels, count++) sum += samples[k] ** 2;
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

function mean({ samples, channels }: Audio, channel: number): number {
  let sum = 0;
  for (let k = channel; k < samples.length; k += channels) sum += samples[k];
  return (sum * channels) / samples.length;
}

function signChanges({ samples, channels }: Audio, channel: number): number {
  let changes = 0;
  for (let k = channel + channels; k < samples.length; k += channels) if (samples[k] < 0 !== samples[k - channels] < 0) changes++;
  return (changes * channels) / samples.length;
}

const place = (index: number, { channels }: Audio) =>
  `frame ${Math.floor(index / channels)}${channels > 1 ? `, channel ${index % channels}` : ""}`;
