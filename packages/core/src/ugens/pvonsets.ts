/// Onset detectors that weigh several features of successive frames: 1 for the block of an onset.
import { helper, i32, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { binAt, frameAt, toPolar } from "./support/frames.ts";
import { chain, roomFor } from "./support/pv.ts";

/// After an onset, the detector waits `waittime` seconds.
const waiting = { wait: i32() };
const detect = helper((s: { wait: number }, strength: number, threshold: number, waittime: number, c: SystemContext) => {
  const fires = strength > threshold && s.wait <= 0;
  if (fires) s.wait = c.tr((waittime * c.sampleRate) / c.blockSize);
  return fires ? 1 : 0;
});

/// PV_HainsworthFoote (chain, proph 0, propf 0, threshold 1, waittime 0.04 s): weighs a modified Kullback-Leibler distance of successive frames between 30 Hz and
/// 5 kHz (S. Hainsworth and M. Macleod, "Onset detection in musical audio signals", ICMC 2003) against how little they correlate (J. Foote).
export const PV_HainsworthFoote = ugen("PV_HainsworthFoote", {
  rates: "ar",
  family: "analysis",
  inputs: { chain, proph: perBlock(0), propf: perBlock(0), threshold: perBlock(1), waittime: perBlock(0.04) },
  state: { room: i32(), roomBytes: i32(), norm: 0, ...waiting },
  uses: { frameAt, binAt, toPolar, roomFor, detect },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer, proph, propf, threshold, waittime }, s, c) {
    let y = 0;
    if (s.wait > 0) s.wait--;
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      const past = frame.size !== 0 ? c.roomFor(s, frame.bins * 4, c) : 0;
      if (past !== 0) {
        c.toPolar(frame, c);
        // As in scsynth, which takes the bins to be twice as far apart: the bounds are 15 Hz and 2.5 kHz.
        const binsPerHertz = frame.bins / c.sampleRate;
        const first = c.tr(30 * binsPerHertz);
        const end = Math.min(c.tr(5000 * binsPerHertz), frame.bins);
        let distance = c.f32(0);
        let product = c.f32(0);
        let norm = c.f32(0);
        for (let i = 0; i < frame.bins; i++) {
          const magnitude = c.loadF32(c.binAt(frame, i));
          const last = c.loadF32(past + i * 4);
          if (i >= first && i < end) distance += Math.max(0, Math.log2(magnitude / Math.max(last, 0.0001)));
          product += magnitude * last;
          norm += magnitude * magnitude;
          c.storeF32(past + i * 4, magnitude);
        }
        const foote = 1 - product / Math.max(0.0001, Math.sqrt(norm) * Math.sqrt(s.norm));
        s.norm = norm;
        y = c.detect(s, proph * (distance / (end - first)) + propf * foote, threshold, waittime, c);
      }
    }
    for (let j = 0; j < c.size; j++) c.out[0][j] = y;
  },
});

/// PV_JensenAndersen (chain, propsc 0.25, prophfe 0.25, prophfc 0.25, propsf 0.25, threshold 1, waittime 0.04 s): weighs the increase of spectral centroid, high-
/// frequency energy, high-frequency content and spectral flux (K. Jensen and T. Andersen, "Real-time beat estimation using feature extraction", CMMR 2003).
export const PV_JensenAndersen = ugen("PV_JensenAndersen", {
  rates: "ar",
  family: "analysis",
  inputs: {
    chain,
    propsc: perBlock(0.25),
    prophfe: perBlock(0.25),
    prophfc: perBlock(0.25),
    propsf: perBlock(0.25),
    threshold: perBlock(1),
    waittime: perBlock(0.04),
  },
  state: { room: i32(), roomBytes: i32(), centroid: 0, energy: 0, content: 0, flux: 0, ...waiting },
  uses: { frameAt, binAt, toPolar, roomFor, detect },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer, propsc, prophfe, prophfc, propsf, threshold, waittime }, s, c) {
    let y = 0;
    if (s.wait > 0) s.wait--;
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      const past = frame.size !== 0 ? c.roomFor(s, frame.bins * 4, c) : 0;
      if (past !== 0) {
        c.toPolar(frame, c);
        const scale = 1 / c.f32(frame.bins);
        let sum = c.f32(0);
        let weighted = c.f32(0);
        let squared = c.f32(0);
        let change = c.f32(0);
        for (let i = 0; i < frame.bins; i++) {
          const magnitude = c.loadF32(c.binAt(frame, i));
          sum += magnitude;
          weighted += magnitude * i;
          squared += magnitude * i * i;
          change += Math.abs(magnitude - c.loadF32(past + i * 4));
          c.storeF32(past + i * 4, magnitude);
        }
        const centroid = sum === 0 ? 0 : (weighted / sum) * scale;
        // The bound of what counts as high is bin 0, as in scsynth.
        const energy = sum * scale;
        const content = squared * scale * scale * scale;
        const flux = change * scale;
        const strength =
          propsc * (centroid - s.centroid) + prophfe * (energy - s.energy) + prophfc * (content - s.content) + propsf * (flux - s.flux);
        s.centroid = centroid;
        s.energy = energy;
        s.content = content;
        s.flux = flux;
        y = c.detect(s, strength, threshold, waittime, c);
      }
    }
    for (let j = 0; j < c.size; j++) c.out[0][j] = y;
  },
});
