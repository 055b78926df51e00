/// Onset detection in spectra.
import { atInit, helper, i32, perBlock, type SystemContext } from "../kernel/language.ts";
import { ugen } from "./declare.ts";
import { binAt, frameAt, toPolar } from "./support/frames.ts";
import { chain, roomFor } from "./support/pv.ts";

/// A phase as -pi to pi.
const wrapPhase = helper((phase: number) => phase - 2 * Math.PI * Math.floor((phase + Math.PI) / (2 * Math.PI)));

/// Median of `count` values at `at`: the mean of the two in the middle when `count` is even.
const medianOf = helper((at: number, count: number, c: SystemContext) => {
  let low = c.f32(0);
  let high = c.f32(0);
  for (let i = 0; i < count; i++) {
    const value = c.loadF32(at + i * 4);
    // The place of the value when all are sorted; equal ones keep their order.
    let place = 0;
    for (let k = 0; k < count; k++) {
      const other = c.loadF32(at + k * 4);
      place += other < value || (other === value && k < i) ? 1 : 0;
    }
    if (place === (count - 1) >> 1) low = value;
    if (place === count >> 1) high = value;
  }
  return (low + high) * 0.5;
});

/// Onsets (chain, threshold 0.5, odftype 3, relaxtime 1 s, floor 0.1, mingap 10 frames, medianspan 11 frames, whtype 1, rawodf 0): 1 while a frame shows an onset.
///
/// Magnitudes are whitened (`whtype` 1): divided by a recent maximum of their bin that falls by a factor of 10 in `relaxtime`, at least `floor`. A detection
/// function is made of them: 0 power, 1 magnitudes, 2 deviation from the expected complex value, 3 the same where energy rises, 4 phase deviation,
/// 5 weighted by magnitude, 6 modified Kullback-Leibler distance. An onset is where it comes to exceed its running median by the threshold.
/// D. Stowell and M. Plumbley, "Adaptive whitening for improved real-time audio onset detection", ICMC 2007.
export const Onsets = ugen("Onsets", {
  rates: "kr",
  family: "analysis",
  inputs: {
    chain,
    threshold: perBlock(0.5),
    odftype: perBlock(3),
    relaxtime: perBlock(1),
    floor: perBlock(0.1),
    mingap: perBlock(10),
    medianspan: atInit(11),
    whtype: perBlock(1),
    rawodf: perBlock(0),
  },
  state: { room: i32(), roomBytes: i32(), value: 0, before: 0, gap: i32() },
  uses: { frameAt, binAt, toPolar, roomFor, wrapPhase, medianOf },
  writes: "buffer",
  system: true,
  init() {
    return 0;
  },
  process({ chain: buffer, threshold, odftype, relaxtime, floor, mingap, medianspan, whtype, rawodf }, s, c) {
    if (buffer >= 0) {
      const frame = c.frameAt(buffer, c);
      const span = c.clip(c.tr(medianspan), 1, 1024);
      const type = c.tr(odftype);
      const { bins, size } = frame;
      // The last detection values; peaks of DC, half the rate and bins; of every bin the magnitude, phase and phase difference before.
      const values = size !== 0 ? c.roomFor(s, (span + 2 + bins * 4) * 4, c) : 0;
      if (values !== 0) {
        const peaks = values + span * 4;
        const past = peaks + (bins + 2) * 4;
        c.toPolar(frame, c);
        if (whtype > 0) {
          const decay = relaxtime > 0 ? Math.exp((-Math.LN10 * (size * 0.5)) / (relaxtime * c.sampleRate)) : 0;
          for (let i = -2; i < bins; i++) {
            const at = i < 0 ? frame.data + (i + 2) * 4 : c.binAt(frame, i);
            const peak = peaks + (i + 2) * 4;
            const magnitude = Math.abs(c.loadF32(at));
            const fallen = magnitude + (c.loadF32(peak) - magnitude) * decay;
            const highest = magnitude >= c.loadF32(peak) ? magnitude : fallen;
            c.storeF32(peak, highest);
            c.storeF32(at, c.loadF32(at) / Math.max(floor, highest));
          }
        }
        const [dc, top] = [c.loadF32(frame.data), c.loadF32(frame.data + 4)];
        let sum = type === 0 ? dc * dc + top * top : type === 1 ? Math.abs(dc) + Math.abs(top) : 0;
        // The phase deviations of scsynth compare with a history that only counts the bins that are loud enough.
        let loud = 0;
        for (let i = 0; i < bins; i++) {
          const at = c.binAt(frame, i);
          const magnitude = c.loadF32(at);
          const phase = c.loadF32(at + 4);
          const byPhase = type === 4 || type === 5;
          const counts = magnitude > (type === 5 ? 0.0001 : 0.01);
          const own = past + (byPhase ? loud : i) * 12;
          const last = c.loadF32(own);
          const lastPhase = c.loadF32(own + 4);
          const lastDifference = c.loadF32(own + 8);
          if (type === 0) sum += magnitude * magnitude;
          else if (type === 1) sum += magnitude;
          else if (type === 2 || type === 3) {
            const deviation = c.wrapPhase(lastPhase + lastDifference - phase);
            const square = last * last + magnitude * magnitude - last * magnitude * Math.cos(deviation);
            if (counts && (type === 2 || magnitude >= last)) sum += Math.sqrt(square);
          } else if (byPhase) {
            const deviation = Math.abs(c.wrapPhase(phase - lastPhase - lastDifference));
            if (counts) sum += type === 5 ? magnitude * deviation : deviation;
          } else sum += Math.log(1 + magnitude / (last + 0.01));
          if (!byPhase || counts) {
            c.storeF32(own, magnitude);
            c.storeF32(own + 4, phase);
            c.storeF32(own + 8, phase - lastPhase);
            loud++;
          }
        }
        const n = c.f64(size);
        const scale =
          type === 0
            ? 2560 / ((n / 2 + 1) * n)
            : type === 1
              ? 113.137085 / ((n / 2 + 1) * Math.sqrt(n))
              : type === 2 || type === 3
                ? 231.70475 / (n * Math.sqrt(n))
                : type === 4
                  ? 5.12 / n
                  : type === 5
                    ? 115.852375 / (n * Math.sqrt(n))
                    : 1.92 / n;
        const strength = c.f32(sum * scale);
        for (let k = span - 1; k > 0; k--) c.storeF32(values + k * 4, c.loadF32(values + k * 4 - 4));
        c.storeF32(values, strength);
        const excess = strength - c.medianOf(values, span, c);
        let detected = 0;
        if (s.gap > 0) s.gap--;
        else if (excess > threshold && s.before <= threshold) {
          detected = 1;
          s.gap = c.tr(mingap);
        }
        s.before = excess;
        s.value = rawodf > 0 ? strength : detected;
      }
    }
    return s.value;
  },
});
