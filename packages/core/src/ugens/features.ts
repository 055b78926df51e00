/// Numbers that describe a spectrum. Each holds its value until the next frame.
import { perBlock } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { binAt, frameAt, toComplex, toPolar } from "./support/frames.ts";
import { chain } from "./support/pv.ts";

/// SpecCentroid (chain): the mean frequency in Hz, weighted by magnitude.
export const SpecCentroid = ugen("SpecCentroid", {
  rates: "kr",
  family: "analysis",
  inputs: { chain },
  state: { value: 0 },
  uses: { frameAt, binAt, toPolar },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer }, s, c) {
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      if (frame.size !== 0) {
        c.toPolar(frame, c);
        const top = c.f64(Math.abs(c.loadF32(frame.data + 4)));
        let sum = top;
        let weighted = top * (frame.bins + 1);
        for (let i = 0; i < frame.bins; i++) {
          const magnitude = c.f64(c.loadF32(c.binAt(frame, i)));
          sum += magnitude;
          weighted += magnitude * (i + 1);
        }
        s.value = sum === 0 ? 0 : (weighted / sum) * (c.sampleRate / frame.size);
      }
    }
    return s.value;
  },
});

/// SpecFlatness (chain): the geometric mean of the magnitudes by their arithmetic mean, 0 to 1: 0 for a tone, near 1 for noise; 0.8 for silence. Bins
/// without energy count in neither sum.
export const SpecFlatness = ugen("SpecFlatness", {
  rates: "kr",
  family: "analysis",
  inputs: { chain },
  state: { value: 0 },
  uses: { frameAt, binAt, toComplex },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer }, s, c) {
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      if (frame.size !== 0) {
        c.toComplex(frame, c);
        let sum = c.f64(0);
        let logarithms = c.f64(0);
        for (let i = -2; i < frame.bins; i++) {
          // DC and half the rate are the two values in front of the bins.
          const at = i < 0 ? frame.data + (i + 2) * 4 : c.binAt(frame, i);
          const re = c.f64(c.loadF32(at));
          const im = c.f64(i < 0 ? 0 : c.loadF32(at + 4));
          const magnitude = Math.sqrt(re * re + im * im);
          if (magnitude > 0) {
            sum += magnitude;
            logarithms += Math.log(magnitude);
          }
        }
        const count = frame.bins + 2;
        s.value = sum === 0 ? 0.8 : Math.exp(logarithms / count) / (sum / count);
      }
    }
    return s.value;
  },
});

/// SpecPcile (chain, fraction 0.5, interpolate 0, binout 0): the frequency in Hz below which that fraction of the sum of magnitudes lies; with `binout` > 0 the
/// number of the bin.
export const SpecPcile = ugen("SpecPcile", {
  rates: "kr",
  family: "analysis",
  inputs: { chain, fraction: perBlock(0.5), interpolate: perBlock(0), binout: perBlock(0) },
  state: { value: 0 },
  uses: { frameAt, binAt, toComplex },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer, fraction, interpolate, binout }, s, c) {
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      if (frame.size !== 0) {
        c.toComplex(frame, c);
        const dc = Math.abs(c.loadF32(frame.data));
        let total = dc;
        for (let i = 0; i < frame.bins; i++) {
          const re = c.loadF32(c.binAt(frame, i));
          const im = c.loadF32(c.binAt(frame, i) + 4);
          total += Math.sqrt(re * re + im * im);
        }
        total += Math.abs(c.loadF32(frame.data + 4));
        const target = total * fraction;
        let sum = dc;
        let place = c.f32(0);
        for (let i = 0; i < frame.bins; i++) {
          const re = c.loadF32(c.binAt(frame, i));
          const im = c.loadF32(c.binAt(frame, i) + 4);
          const before = sum;
          sum += Math.sqrt(re * re + im * im);
          if (sum >= target) {
            const beyond = interpolate > 0 && i > 0 ? (sum - target) / (sum - before) : 0;
            place = binout > 0 ? i + beyond : i + 1 - beyond;
            break;
          }
        }
        s.value = binout > 0 ? place : (place * (c.sampleRate / 2)) / (frame.bins + 2);
      }
    }
    return s.value;
  },
});
