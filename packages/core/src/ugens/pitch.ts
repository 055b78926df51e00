/// Pitch and running sums of signals.
import {
  atInit,
  type Context,
  f32s,
  type Helper,
  helper,
  type InputSpec,
  i32,
  kernel,
  memory,
  perSample,
  signal,
} from "../kernel/language.ts";
import { ugen, ugenByShape } from "./declare.ts";

/// RunningSum (in, numsamp 40): the sum of the last `numsamp` values. Every `numsamp` values it is made anew, so that rounding errors do not add up.
export const RunningSum = ugen("RunningSum", {
  rates: "ar kr",
  family: "analysis",
  inputs: { in: signal, numsamp: atInit(40) },
  state: { values: memory(), place: i32(), sum: 0, fresh: 0 },
  init({ numsamp }, s, c) {
    c.alloc(s.values, Math.max(c.tr(numsamp), 1));
    return 0;
  },
  tick({ in: x }, s) {
    s.sum = s.sum - s.values[s.place] + x;
    s.fresh += x;
    s.values[s.place] = x;
    s.place++;
    if (s.place >= s.values.length) {
      s.place = 0;
      s.sum = s.fresh;
      s.fresh = 0;
    }
    return s.sum;
  },
});

const pitchInputs = {
  in: signal,
  initFreq: atInit(440),
  minFreq: atInit(60),
  maxFreq: atInit(4000),
  execFreq: atInit(100),
  maxBinsPerOctave: atInit(16),
  median: atInit(1),
  ampThreshold: atInit(0.01),
  peakThreshold: atInit(0.5),
  downSample: atInit(1),
  clar: atInit(0),
};

/// What lies before the input: nothing, or the last sample of one more input.
type Before = Helper<(x: object, c: Context) => number>;

const pitchKernel = (more: Record<string, InputSpec>, before: Before) =>
  kernel({
    rates: "kr",
    family: "analysis",
    inputs: { ...pitchInputs, ...more },
    uses: { before },
    outputs: 2,
    state: {
      samples: memory(),
      filled: i32(),
      next: i32(),
      step: i32(),
      rate: 0,
      shortest: i32(),
      longest: i32(),
      hop: i32(),
      bits: i32(),
      least: 0,
      most: 0,
      freq: 0,
      has: 0,
      last: f32s(32),
      lastPlace: i32(),
      span: i32(),
    },
    init({ in: x, initFreq, minFreq, maxFreq, execFreq, maxBinsPerOctave, median, downSample }, s, c) {
      if (c.isAudio(x)) {
        s.step = c.clip(c.tr(downSample), 1, c.blockSize);
        s.rate = c.sampleRate / s.step;
      } else {
        s.step = Math.max(c.tr(downSample), 1);
        s.rate = c.sampleRate / (c.f32(s.step) * c.blockSize);
      }
      s.least = minFreq;
      s.most = maxFreq;
      s.shortest = Math.max(c.tr(s.rate / maxFreq), 1);
      s.longest = c.clip(c.tr(s.rate / minFreq), s.shortest, 1 << 20);
      const executions = c.clip(execFreq, minFreq, maxFreq);
      s.hop = c.clip(c.tr(s.rate / executions), c.isAudio(x) ? c.blockSize : 1, 1 << 20);
      s.bits = c.tr(Math.ceil(Math.log2(maxBinsPerOctave)));
      s.span = c.clip(c.tr(median), 1, 32);
      for (let k = 0; k < 32; k++) s.last[k] = initFreq;
      s.freq = initFreq;
      c.alloc(s.samples, Math.max(s.longest * 2, s.hop));
      return [0, 0];
    },
    process(x, s, c) {
      const count = c.isAudio(x.in) ? c.blockSize : 1;
      while (s.next < count) {
        s.samples[s.filled] = c.isAudio(x.in) ? (s.next > 0 ? x.in[s.next - 1] : c.before(x, c)) : x.in[0];
        s.filled++;
        s.next += s.step;
        if (s.filled >= s.samples.length) {
          let loud = 0;
          for (let j = 0; j < s.longest; j++) {
            if (Math.abs(s.samples[j]) >= x.ampThreshold) {
              loud = 1;
              break;
            }
          }
          s.has = 0;
          if (loud !== 0) {
            let energy = c.f32(0);
            for (let j = 0; j < s.longest; j++) energy += s.samples[j] * s.samples[j];
            const threshold = energy * x.peakThreshold;
            // Down from the peak at 0, up to the first peak, and to its end.
            let phase = 0;
            let peak = c.f32(-1);
            let place = 0;
            let i = 1;
            while (i <= s.longest && phase < 3) {
              let sum = c.f32(0);
              for (let j = 0; j < s.longest; j++) sum += s.samples[i + j] * s.samples[j];
              if (phase === 0 && sum < threshold) phase = 1;
              if (phase >= 1 && i >= s.shortest) {
                if (sum > threshold) {
                  phase = 2;
                  if (sum > peak) {
                    peak = sum;
                    place = i;
                  }
                } else if (phase === 2) phase = 3;
              }
              // Bits of i - 1: the logarithm of i, rounded up.
              let bits = 0;
              while (1 << bits < i) bits++;
              i += bits > s.bits ? 1 << (bits - s.bits) : 1;
            }
            if (place > 0) {
              let before = c.f32(0);
              let after = c.f32(0);
              for (let j = 0; j < s.longest; j++) {
                before += s.samples[place - 1 + j] * s.samples[j];
                after += s.samples[place + 1 + j] * s.samples[j];
              }
              // Uphill to the true maximum.
              while (before > peak && place > s.shortest) {
                place--;
                after = peak;
                peak = before;
                before = 0;
                for (let j = 0; j < s.longest; j++) before += s.samples[place - 1 + j] * s.samples[j];
              }
              while (after > peak && place < s.longest) {
                place++;
                before = peak;
                peak = after;
                after = 0;
                for (let j = 0; j < s.longest; j++) after += s.samples[place + 1 + j] * s.samples[j];
              }
              const bend = 2 * peak - after - before;
              const period = place + (bend === 0 ? 0 : (0.5 * (after - before)) / bend);
              const found = s.rate / period;
              if (found >= s.least && found <= s.most) {
                s.has = x.clar > 0 ? peak / energy : 1;
                s.freq = found;
                if (s.span > 1) {
                  s.last[s.lastPlace] = found;
                  s.lastPlace = s.lastPlace + 1 < s.span ? s.lastPlace + 1 : 0;
                  // The value with half of the others below it.
                  for (let a = 0; a < s.span; a++) {
                    let below = 0;
                    for (let b = 0; b < s.span; b++) below += s.last[b] < s.last[a] || (s.last[b] === s.last[a] && b < a) ? 1 : 0;
                    if (below === s.span >> 1) s.freq = s.last[a];
                  }
                }
              }
            }
          }
          const kept = s.samples.length - s.hop;
          for (let j = 0; j < kept; j++) s.samples[j] = s.samples[j + s.hop];
          s.filled = kept;
        }
      }
      s.next -= count;
      return [s.freq, s.has];
    },
  });

const pitch = pitchKernel(
  {},
  helper(() => 0),
);
const pitchAndStray = pitchKernel(
  { stray: perSample(0) },
  helper((x, c) => (x as { stray: readonly number[] }).stray[c.blockSize - 1]),
);

/// Pitch (in, initFreq 440, minFreq 60, maxFreq 4000, execFreq 100, maxBinsPerOctave 16, median 1, ampThreshold 0.01, peakThreshold 0.5, downSample 1, clar 0):
/// frequency in Hz, and 1 where there is one (`clar` > 0: how clear, 0 to 1).
///
/// Every 1/execFreq seconds the autocorrelation of the longest period is searched for its first peak above `peakThreshold` of the energy, in steps that keep
/// `maxBinsPerOctave`; a parabola through the peak gives the period. As in scsynth an audio-rate block is read one sample early: what lies there (see
/// synthdef/straywires.ts), then all but its last sample.
export const Pitch = ugenByShape("Pitch", { ...pitch, inputs: pitchInputs }, ({ inputs }) =>
  inputs.length > Object.keys(pitchInputs).length ? pitchAndStray : pitch,
);
